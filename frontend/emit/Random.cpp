// Random numbers, dropout and constant arrays.

#include "frontend/emit/Emitter.h"

#include "dialects/train/Train.h"

using namespace mlir;

namespace orrery::emit {

// The key and the samples are the last arguments of a function that draws, added when it first
// does.
mlir::Value Emitter::nextKey(lang::Range place) {
  if (!frame->key) {
    frame->key = frame->function.getBody().front().addArgument(
        typeOf(context, {}, builder.getI64Type()), location(place));
    frame->extras.push_back({Extra::Kind::Key, {}});
  }
  return train::FoldKeyOp::create(builder, location(place), frame->key.getType(), frame->key,
                                  ValueRange{}, frame->draws++);
}

mlir::Value Emitter::samplesOf(lang::Range place) {
  if (!frame->samples) {
    frame->samples = frame->function.getBody().front().addArgument(
        typeOf(context, {frame->batch}, builder.getI64Type()), location(place));
    frame->extras.push_back({Extra::Kind::Samples, {}});
    if (frame->inputs)
      frame->inputs->push_back(slotJson("samples", "", frame->samples));
  }
  return frame->samples;
}

mlir::Value Emitter::draw(lang::Range place, const std::string &distribution, const Dims &wanted,
                          double p) {
  mlir::Value key = nextKey(place);
  mlir::Value samples;
  if (frame->batch && llvm::is_contained(wanted, frame->batch))
    samples = samplesOf(place);
  train::Distribution kind = *train::symbolizeDistribution(distribution);
  FloatAttr share =
      kind == train::Distribution::Bernoulli ? builder.getF64FloatAttr(p) : FloatAttr();
  return train::RandomOp::create(builder, location(place), typeOf(context, wanted, real), kind, key,
                                 samples, share);
}

// What random numbers cannot be drawn along.
static const Dim *unsized(const Dims &dims) {
  auto it = llvm::find_if(dims, [](const Dim *dim) { return dim->isRunTime(); });
  return it == dims.end() ? nullptr : *it;
}

// x with whole entries of `maskDims` set to zero with probability p, the rest scaled so that the
// mean stays. Null after an error.
Value Emitter::drop(lang::Range place, Value x, Value p, const Dims &maskDims) {
  if (!frame->training || (p.isNumber() && p.number == 0))
    return Value::of(x.array);
  if (const Dim *dim = unsized(maskDims))
    return unsupported(place, "dropout along '" + dim->name + "', whose size only the data knows,");
  field::Build b = build(place);
  mlir::Value mask, keep;
  if (p.isNumber()) {
    mask = draw(place, "bernoulli", maskDims, 1.0 - p.number);
    keep = b.real(1.0 - p.number);
  } else if ((mask = draw(place, "uniform", maskDims))) {
    keep = b.sub(b.real(1.0), b.cast(p.array, real));
    mask = b.cast(b.compare(field::Predicate::LT, mask, keep), real);
  }
  if (!mask)
    return {};
  mlir::Type wide = mlir::getElementTypeOrSelf(x.array); // what `precision` keeps in f64 stays so
  return Value::of(b.mul(x.array, b.cast(b.div(mask, keep), wide)));
}

// dropout drops single numbers; droppath drops the whole of a sample.
Value Emitter::dropoutOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {}) || !takes(e, operands, 2, 2, false))
    return {};
  if (!operands[0].isArray()) {
    error(e.range, "E0303", calleeName(e) + " works on arrays, and its first argument is a number");
    return {};
  }
  if (operands[1].isArray() && !field::namesOf(operands[1].array).empty()) {
    error(args.operands.back()->range, "E0303",
          "a share to drop must be one number, but is " + dimsText(operands[1].array));
    return {};
  }
  if (operands[1].isNumber() && (operands[1].number < 0 || operands[1].number >= 1)) {
    error(args.operands.back()->range, "E0304",
          "a share to drop lies in 0 .. 1, and this is " + sema::numberText(operands[1].number));
    return {};
  }
  Dims all = dimsOf(dims, operands[0].array), samples;
  if (calleeName(e) == "droppath" && isGraph()) // atoms do not have the dim of their sample
    return unsupported(e.range, "'droppath' of structures");
  if (frame->batch && llvm::is_contained(all, frame->batch))
    samples.push_back(frame->batch);
  return drop(e.range, operands[0], operands[1], calleeName(e) == "dropout" ? all : samples);
}

bool Emitter::isFiller(const std::string &name) {
  return name == "zeros" || name == "ones" || name == "normal" || name == "uniform" ||
         name == "bernoulli";
}

// zeros, ones, normal, uniform or bernoulli(p), of these dims.
Value Emitter::filled(const Expr &filler, lang::Range place, const Dims &wanted) {
  auto *callee = llvm::dyn_cast<lang::NameExpr>(filler.callee());
  auto *call = llvm::dyn_cast<lang::CallExpr>(&filler);
  if (!callee || !isFiller(callee->name)) {
    error(filler.range, "E0106",
          "only zeros, ones, normal, uniform and bernoulli(p) take dims, and this is '" +
              textOf(filler) + "'");
    return {};
  }
  const std::string &name = callee->name;
  if (!frame->function) {
    error(place, "E0202",
          "an array of " + name + " cannot be made where only numbers known at build time stand");
    return {};
  }
  field::Build b = build(place);
  Arguments args;
  if (call)
    args = Arguments(call->args);
  if (!refuseOthers(filler.range, args, {}))
    return {};
  if (args.operands.size() != (name == "bernoulli" ? 1u : 0u)) {
    error(filler.range, "E0106",
          name == "bernoulli" ? "bernoulli needs its probability: bernoulli(0.5)"
                              : name + " takes no arguments");
    return {};
  }
  if (name == "zeros" || name == "ones")
    return Value::of(b.full(typeOf(context, wanted, real), name == "ones"));
  if (const Dim *dim = unsized(wanted))
    return unsupported(place, name + " along '" + dim->name + "', whose size only the data knows,");
  double p = 0;
  if (name == "bernoulli") {
    std::optional<double> share = numberOf(*args.operands[0], "a probability");
    if (!share)
      return {};
    p = *share;
    if (p < 0 || p > 1) {
      error(args.operands[0]->range, "E0304",
            "a probability lies in 0 .. 1, and this is " + sema::numberText(p));
      return {};
    }
  }
  mlir::Value drawn = draw(place, name, wanted, p);
  return drawn ? Value::of(drawn) : Value();
}

} // namespace orrery::emit
