// What must hold of attention and of its gradient, and what they cost. Labels (C1, C2, ...) are
// those of the descriptions in AttendOps.td.

#include "dialects/attend/Attend.h"

#include "dialects/field/FieldAxes.h"

using namespace mlir;
using namespace orrery;
using namespace orrery::attend;
using field::Axes;
using field::mustHave;

// C1 to C6 of attention; attention_grad has the same operands and checks the same.
template <typename Op> static LogicalResult verifyAttention(Op op) {
  Type query = op.getQuery().getType(), key = op.getKey().getType(),
       value = op.getValue().getType();
  Type result = op.getResult().getType(), logSum = op.getLogSum().getType();
  StringRef channel = op.getChannel(), valueChannel = op.getValueChannel();
  auto mustLack = [&](Type type, StringRef name, StringRef what) -> LogicalResult {
    if (field::axisOf(type, name) >= 0)
      return op.emitOpError() << "has '" << name << "' in its " << what << " " << type
                              << ", where it must not be";
    return success();
  };
  // C1
  for (StringRef name : op.getOver().template getAsValueRange<StringAttr>())
    if (failed(mustHave(op, key, name, "key")) || failed(mustHave(op, value, name, "value")))
      return failure();
  // C2
  if (failed(mustHave(op, query, channel, "query")) || failed(mustHave(op, key, channel, "key")) ||
      failed(mustLack(value, channel, "value")))
    return failure();
  // C3
  if (failed(mustHave(op, value, valueChannel, "value")) ||
      failed(mustLack(query, valueChannel, "query")) || failed(mustLack(key, valueChannel, "key")))
    return failure();
  // C5
  Axes all(op, query);
  if (failed(all.unite(key)) || failed(all.unite(value)))
    return failure();
  // C4
  for (StringRef name : op.getOver().template getAsValueRange<StringAttr>())
    if (field::axisOf(query, name) < 0 && failed(all.remove(name)))
      return failure();
  if (failed(all.remove(channel)) || failed(all.mustBe(result)))
    return failure();
  if (failed(all.remove(valueChannel)) || failed(all.mustBe(logSum, "log_sum")))
    return failure();
  // C6
  for (Type type : {query, key, value})
    if (failed(field::notNarrower(op, result, type)) ||
        failed(field::notNarrower(op, logSum, type)))
      return failure();
  return success();
}

LogicalResult AttentionOp::verify() { return verifyAttention(*this); }

LogicalResult AttentionGradOp::verify() {
  // C1
  if (failed(verifyAttention(*this)) ||
      failed(Axes(*this, getResult().getType()).mustBe(getResultGrad().getType(), "result_grad")))
    return failure();
  // C2
  if (failed(Axes(*this, getQuery().getType()).mustBe(getQueryGrad().getType(), "query_grad")) ||
      failed(Axes(*this, getKey().getType()).mustBe(getKeyGrad().getType(), "key_grad")))
    return failure();
  return Axes(*this, getValue().getType()).mustBe(getValueGrad().getType(), "value_grad");
}

//===-- Cost
//-----------------------------------------------------------------------------------===//

namespace {
struct Sizes {
  int64_t pairs, channel, valueChannel;
};
} // namespace

// Pairs of a query and what it attends to, over all batch names.
template <typename Op> static Sizes sizesOf(Op op) {
  int64_t pairs = field::elementsOf(op.getLogSum().getType());
  for (StringRef name : op.getOver().template getAsValueRange<StringAttr>())
    pairs *= field::sizeOf(op.getKey().getType(), name);
  return {pairs, field::sizeOf(op.getKey().getType(), op.getChannel()),
          field::sizeOf(op.getValue().getType(), op.getValueChannel())};
}

// Two contractions, and scale, maximum, difference, exponential and sum of every pair.
int64_t AttentionOp::flops() {
  Sizes n = sizesOf(*this);
  return n.pairs * (2 * n.channel + 2 * n.valueChannel + 5);
}

// Five contractions: the scores again, and the gradients of weights, query, key and value.
int64_t AttentionGradOp::flops() {
  Sizes n = sizesOf(*this);
  return n.pairs * (6 * n.channel + 4 * n.valueChannel + 6);
}

PrecisionClass AttentionOp::precisionClass() { return PrecisionClass::Compute; }
PrecisionClass AttentionGradOp::precisionClass() { return PrecisionClass::Compute; }
