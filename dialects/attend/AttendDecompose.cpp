// What attention and its gradient mean, in field operations.

#include "dialects/attend/Attend.h"

#include "dialects/field/FieldBuild.h"

using namespace mlir;
using namespace orrery;
using namespace orrery::attend;

namespace {

// One attention with what is attended to under names of its own, so that a query at `token` meets a
// key at `token.key`.
struct Parts {
  field::Build d;
  Value query, key, value;
  SmallVector<std::string> storage;
  SmallVector<StringRef> over, fresh;
  StringRef channel, valueChannel;
  double scale;

  template <typename Op>
  Parts(Op op, OpBuilder &builder)
      : d(builder, op.getLoc(), op.getLogSum().getType().getElementType()), query(op.getQuery()),
        channel(op.getChannel()), valueChannel(op.getValueChannel()),
        scale(op.getScale().convertToDouble()) {
    for (StringRef name : op.getOver().template getAsValueRange<StringAttr>()) {
      over.push_back(name);
      std::string other = (name + ".key").str();
      while (taken(op, other))
        other += "_";
      storage.push_back(other);
    }
    fresh.assign(storage.begin(), storage.end());
    key = d.rename(op.getKey(), over, fresh);
    value = d.rename(op.getValue(), over, fresh);
  }

  static bool taken(Operation *op, StringRef name) {
    return llvm::any_of(op->getOperandTypes(),
                        [&](Type type) { return field::axisOf(type, name) >= 0; });
  }

  Value scores() { return d.mul(product(query, key, {channel}), d.real(scale)); }

  // The sum over `names` of a * b, in the type of the log_sum. Both have every name in `names`.
  Value product(Value a, Value b, ArrayRef<StringRef> names) {
    return d.contract(a, b, names, d.element);
  }

  // The sum of a * b over all that `like` lacks, in its axes.
  Value productLike(Value a, Value b, Value like) {
    auto extra = [&](Value of, Value other) {
      SmallVector<StringRef> names;
      for (StringAttr name : field::namesOf(of))
        if (field::axisOf(like.getType(), name) < 0 && field::axisOf(other.getType(), name) < 0)
          names.push_back(name);
      return names;
    };
    Value left = d.sum(a, extra(a, b));
    Value right = d.sum(b, extra(b, a));
    SmallVector<StringRef> shared;
    for (StringAttr name : field::namesOf(left))
      if (field::axisOf(like.getType(), name) < 0)
        shared.push_back(name);
    Type element = cast<RankedTensorType>(like.getType()).getElementType();
    Value sum = d.cast(product(left, right, shared), element);
    return d.broadcast(sum, cast<RankedTensorType>(like.getType()));
  }
};

} // namespace

// The maximum is taken out before the exponential, so that it cannot overflow.
FailureOr<SmallVector<Value>> AttentionOp::decompose(OpBuilder &builder) {
  Parts parts(*this, builder);
  field::Build &d = parts.d;
  Value scores = parts.scores();
  Value top = d.reduce(field::ReduceKind::Max, scores, parts.fresh);
  Value weights = d.exp(d.sub(scores, top));
  Value total = d.sum(weights, parts.fresh);
  Value mean = d.div(parts.product(weights, parts.value, parts.fresh), total);
  Value logSum = d.add(top, d.log(total));
  return SmallVector<Value>{
      d.broadcast(d.cast(mean, getResult().getType().getElementType()), getResult().getType()),
      d.broadcast(logSum, getLogSum().getType())};
}

// Dao 2023, algorithm 2, without its tiles. With P the weights and dP the gradient of each, the
// gradient of a score is P (dP - sum over keys of P dP), and that sum is the product of result and
// its gradient over the value's channels.
FailureOr<SmallVector<Value>> AttentionGradOp::decompose(OpBuilder &builder) {
  Parts parts(*this, builder);
  field::Build &d = parts.d;
  Value grad = d.cast(getResultGrad(), d.element);
  Value weights = d.exp(d.sub(parts.scores(), getLogSum()));
  Value weightGrad = parts.product(grad, parts.value, {parts.valueChannel});
  Value mean = d.sum(d.mul(grad, d.cast(getResult(), d.element)), {parts.valueChannel});
  Value scoreGrad =
      d.mul(d.mul(weights, d.sub(weightGrad, mean)), d.real(getScale().convertToDouble()));
  Value query = parts.productLike(scoreGrad, parts.key, getQuery());
  Value key =
      d.rename(parts.productLike(scoreGrad, parts.query, parts.key), parts.fresh, parts.over);
  Value value = d.rename(parts.productLike(weights, grad, parts.value), parts.fresh, parts.over);
  auto fit = [&](Value x, Value like) {
    auto type = cast<RankedTensorType>(like.getType());
    return d.broadcast(d.cast(x, type.getElementType()), type);
  };
  return SmallVector<Value>{fit(query, getQueryGrad()), fit(key, getKeyGrad()),
                            fit(value, getValueGrad())};
}
