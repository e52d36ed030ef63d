// The compiled model that this program was linked with. Nothing else names the symbols of its
// object file, so that a program without one links too, as long as it does not ask.
#include "runtime/program/Model.h"

namespace orrery::runtime {

Compiled linkedModel() {
  return {orrery_descriptor, orrery_real_bytes, {orrery_entries, orrery_entry_count}};
}

} // namespace orrery::runtime
