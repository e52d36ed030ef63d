// What generated code tells the runtime while an entry runs.
#include "runtime/abi/orrery_abi.h"

extern "C" void orrery_gradient_ready(orrery_context *context, int64_t bucket) {
  if (context && context->gradient_ready)
    context->gradient_ready(context, bucket);
}
