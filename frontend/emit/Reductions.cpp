// Functions that combine numbers along dims: sums, means, extremes, norms, products, differences,
// errors.

#include "frontend/emit/Emitter.h"

#include "dialects/field/Roots.h"

#include "mlir/IR/TypeUtilities.h"

#include <algorithm>

using namespace mlir;

namespace orrery::emit {

// The dims that a call names with `over:`, or, where it names none, all of x.
bool Emitter::dimsOver(const Expr &e, Arguments &args, mlir::Value x, Dims &over,
                       const char *name) {
  const lang::NamedArg *named = args.find(name);
  if (!named) {
    over = dimsOf(dims, x);
    return true;
  }
  for (const lang::ExprPtr &item : named->values) {
    const Dim *dim = dimNamed(*item);
    if (!dim || !(dim = ownDim(dim, x, item->range)))
      return false;
    if (std::find(over.begin(), over.end(), dim) != over.end()) {
      error(item->range, "E0308", "dim '" + dim->name + "' stands here twice");
      return false;
    }
    over.push_back(dim);
  }
  return true;
}

// While training, one call sees a part of the batch, and what all parts return is added: a mean
// over the batch divides by what there is in the whole batch.
mlir::Value Emitter::meanOf(field::Build &b, mlir::Value x, const Dims &over, lang::Range place) {
  double count = 1;
  mlir::Value counted; // at run time
  for (const Dim *dim : over)
    if (dim->isRunTime()) {
      mlir::Value size = b.cast(sizeAt(dim, place), mlir::getElementTypeOrSelf(x));
      counted = counted ? b.mul(counted, size) : size;
    } else {
      count *= frame->training && dim == frame->batch ? batchSize : dim->size;
    }
  field::Build wide(b.builder, b.loc, mlir::getElementTypeOrSelf(x));
  mlir::Value mean = b.mul(b.sum(x, irNames(over)), wide.real(1 / count));
  return counted ? b.div(mean, counted) : mean;
}

Value Emitter::reduction(const Expr &e, Arguments &args, std::vector<Value> operands) {
  std::string name = calleeName(e);
  if (args.find("by"))
    return reductionBy(e, args, operands);
  if ((name == "max" || name == "min") && operands.size() == 2 && args.named.empty())
    return extreme(e.range, name == "max", operands[0], operands[1]);
  if (!refuseOthers(e.range, args, {"over"}) || !takes(e, operands, 1, 1))
    return {};
  mlir::Value x = operands[0].array;
  Dims over;
  if (!dimsOver(e, args, x, over))
    return {};
  std::vector<StringRef> names = irNames(over);
  field::Build b = build(e.range);
  if (name == "sum")
    return Value::of(b.sum(x, names));
  if (name == "mean")
    return Value::of(meanOf(b, x, over, e.range));
  if (name == "max" || name == "min")
    return Value::of(
        b.reduce(name == "max" ? field::ReduceKind::Max : field::ReduceKind::Min, x, names));
  if (name == "norm") {
    // An atom without neighbours does no harm.
    return Value::of(field::rootOfSquares(b, b.sum(b.mul(x, x), names)));
  }
  mlir::Value mean = meanOf(b, x, over, e.range), centred = b.sub(x, mean);
  mlir::Value variance = meanOf(b, b.mul(centred, centred), over, e.range);
  return Value::of(name == "var" ? variance : field::deviation(b, variance, mean));
}

Value Emitter::softmaxOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {"over"}) || !takes(e, operands, 1, 1))
    return {};
  Dims over;
  if (!args.find("over")) {
    error(e.range, "E0306",
          "softmax needs 'over:', the dims along which its results add up to one");
    return {};
  }
  if (!dimsOver(e, args, operands[0].array, over))
    return {};
  field::Build b = build(e.range);
  return Value::of(softmax(b, operands[0].array, over));
}

Value Emitter::dotProduct(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {"over"}) || !takes(e, operands, 2, 2))
    return {};
  if (!args.find("over")) {
    error(e.range, "E0306", "dot needs 'over:', the dims that it sums the products along");
    return {};
  }
  Dims over, right;
  if (!dimsOver(e, args, operands[0].array, over) || !dimsOver(e, args, operands[1].array, right))
    return {};
  for (auto [mine, other] : llvm::zip(over, right))
    if (mine != other) {
      error(e.range, "E0307",
            "dim '" + mine->name + "' has size " + std::to_string(mine->size) +
                " on the left and " + std::to_string(other->size) + " on the right");
      return {};
    }
  field::Build b = build(e.range);
  return Value::of(b.contract(operands[0].array, operands[1].array, irNames(over)));
}

Value Emitter::outerProduct(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {}) || !takes(e, operands, 2, 2))
    return {};
  mlir::Value both[] = {operands[0].array, operands[1].array};
  widen(e.range, both);
  return Value::of(build(e.range).mul(both[0], both[1]));
}

// diff(p, lat: 1, lon: -1)
Value Emitter::differenceOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!takes(e, operands, 1, 1))
    return {};
  mlir::Value x = operands[0].array;
  std::vector<std::pair<const Dim *, int64_t>> steps;
  for (const lang::NamedArg *named : args.named) {
    const Dim *dim = findDim(named->name.text, named->name.range);
    if (!dim || !isSingle(*named, args) || !(dim = ownDim(dim, x, named->name.range)))
      return {};
    if (!isSized(dim, named->range, "diff"))
      return {};
    std::optional<int64_t> step = wholeOf(*named->values.front(), "a step");
    if (!step)
      return {};
    if (*step == 0 || std::abs(*step) >= dim->size) {
      error(named->range, "E0304",
            *step == 0 ? std::string("a step of 0 compares every point with itself")
                       : "a step of " + std::to_string(*step) + " leaves '" + dim->name +
                             "', which has " + std::to_string(dim->size) + " points");
      return {};
    }
    steps.push_back({dim, *step});
  }
  if (steps.empty()) {
    error(e.range, "E0306", "diff needs a dim and a step: diff(x, lat: 1)");
    return {};
  }
  field::Build b = build(e.range);
  return Value::of(difference(b, dims, x, steps));
}

Value Emitter::whereOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {}) || !takes(e, operands, 3, 3, false))
    return {};
  if (operands[0].kind == Value::Kind::Truth)
    return operands[0].number != 0 ? operands[1] : operands[2];
  mlir::Value condition = operands[0].array;
  if (!condition || !cast<RankedTensorType>(condition.getType()).getElementType().isInteger(1)) {
    error(args.operands[0]->range, "E0303",
          "the first argument of where is a comparison, such as x > 0");
    return {};
  }
  Value a = operands[1], c = operands[2];
  return align(e.range, a, c) ? Value::of(build(e.range).select(condition, a.array, c.array))
                              : Value();
}

// rmse(a, b, per: d) and mae(a, b, per: d).
Value Emitter::errorMeasure(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {"per"}) || !takes(e, operands, 2, 2))
    return {};
  bool isRoot = calleeName(e) == "rmse";
  std::optional<mlir::Value> mean = meanError(e, args, operands, isRoot, {});
  if (!mean)
    return {};
  field::Build b = build(e.range);
  return Value::of(isRoot ? field::rootOfSquares(b, *mean) : *mean);
}

// The mean of squares or of absolute values of a difference, in units of `scale`, along all dims
// but those in `per:`.
std::optional<mlir::Value> Emitter::meanError(const Expr &e, Arguments &args,
                                              std::vector<Value> operands, bool squares,
                                              mlir::Value scale) {
  field::Build b = build(e.range);
  Value difference = arithmetic(e.range, lang::BinaryExpr::Op::Sub, operands[0], operands[1]);
  if (!difference)
    return std::nullopt;
  mlir::Value x = difference.array; // of a field that is kept in f64 wider than the scale
  if (scale)
    x = b.mul(x, b.cast(scale, mlir::getElementTypeOrSelf(x)));
  x = squares ? b.mul(x, x) : b.abs(x);
  Dims kept;
  if (args.find("per") && !dimsOver(e, args, x, kept, "per"))
    return std::nullopt;
  Dims over;
  for (const Dim *dim : dimsOf(dims, x))
    if (std::find(kept.begin(), kept.end(), dim) == kept.end())
      over.push_back(dim);
  return meanOf(b, x, over, e.range);
}

} // namespace orrery::emit
