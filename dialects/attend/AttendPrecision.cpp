// Which operands of attention a precision policy may narrow.

#include "dialects/attend/Attend.h"

using namespace orrery::attend;

bool AttentionOp::mayNarrow(unsigned) { return true; }

// The softmax is made again from its denominator, and the sum of result * gradient is subtracted
// from numbers of its own size.
bool AttentionGradOp::mayNarrow(unsigned operand) {
  return operand != getResultMutable().getOperandNumber() &&
         operand != getLogSumMutable().getOperandNumber();
}
