// sincos, fourier, resize: contractions and sums with constant tables.

#include "frontend/emit/Emitter.h"

#include "frontend/emit/Tables.h"

namespace orrery::emit {

using namespace lang;

// sincos(row, col -> D): each dim gets an equal share of the channels, one behind the other.
Value Emitter::sincosOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {}))
    return {};
  if (!operands.empty() || args.specs.size() != 1 || args.specs[0].chain.size() != 2 ||
      args.specs[0].chain[1].size() != 1) {
    error(e.range, "E0106", "sincos takes dims and the channels: sincos(row, col -> D)");
    return {};
  }
  Dims positions, channels;
  if (!dimsNamed(args.specs[0].chain[0], positions) || !dimsNamed(args.specs[0].chain[1], channels))
    return {};
  for (const Dims *list : {&positions, &channels})
    for (const Dim *dim : *list)
      if (!isSized(dim, args.specs[0].range, "sincos"))
        return {};
  int64_t count = positions.size(), share = channels[0]->size / count;
  if (channels[0]->size % (2 * count) != 0) {
    error(args.specs[0].range, "E0305",
          "sincos needs a multiple of " + std::to_string(2 * count) + " channels, and " +
              channels[0]->name + " = " + std::to_string(channels[0]->size));
    return {};
  }
  field::Build b = build(e.range);
  const Dim *part = count == 1 ? channels[0] : dims.get(channels[0]->name + ".share", share);
  Dims all = positions, own(count, part);
  all.push_back(part);
  std::vector<mlir::Value> tables;
  for (const Dim *dim : positions) {
    mlir::Value table = tableOf(b, {dim, part}, sinusoids(dim->size, share));
    tables.push_back(count == 1 ? table : ordered(b, table, all));
  }
  return Value::of(count == 1 ? tables[0] : b.concat(tables, irNames(own), channels[0]->ir));
}

// fourier(s -> D): [sin | cos] of s at D/2 frequencies.
Value Emitter::fourierOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {}))
    return {};
  if (!operands.empty() || args.specs.size() != 1 || args.specs[0].chain.size() != 2 ||
      args.specs[0].chain[0].size() != 1 || args.specs[0].chain[1].size() != 1) {
    error(e.range, "E0106", "fourier takes an array and the channels: fourier(s -> D)");
    return {};
  }
  Value s = evaluate(*args.specs[0].chain[0][0]);
  const Dim *channel = s ? dimNamed(*args.specs[0].chain[1][0]) : nullptr;
  if (channel && !isSized(channel, args.specs[0].range, "fourier"))
    return {};
  mlir::Value x = channel ? arrayOf(s, e.range) : mlir::Value();
  if (!x || !isNew(channel, x, {}, args.specs[0].range))
    return {};
  if (channel->size % 2 != 0) {
    error(args.specs[0].range, "E0305",
          "fourier needs an even number of channels, and " + channel->name + " = " +
              std::to_string(channel->size));
    return {};
  }
  field::Build b(builder, location(e.range), mlir::getElementTypeOrSelf(x));
  const Dim *half = dims.get(channel->name + ".half", channel->size / 2);
  mlir::Value angle = b.mul(x, tableOf(b, {half}, fourierFrequencies(half->size)));
  llvm::SmallVector<mlir::Value> parts = {b.sin(angle), b.cos(angle)};
  return Value::of(b.concat(parts, {half->ir, half->ir}, channel->ir));
}

// resize(x; lat -> hlat; lon -> hlon, mode: bicubic, wrap: hlon)
Value Emitter::resizeOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {"mode", "wrap"}) || !takes(e, operands, 1, 1))
    return {};
  Interpolation mode = Interpolation::Bilinear;
  if (const NamedArg *arg = args.find("mode")) {
    std::string name = textOf(*arg->values.front());
    std::optional<Interpolation> known = interpolationNamed(name);
    if (!known) {
      std::vector<std::string> modes = {"bilinear", "bicubic", "nearest", "area"};
      error(arg->values.front()->range, "E0106",
            "no mode '" + name + "'" + diag::suggestion(name, modes))
          .note("there are " + llvm::join(modes, ", "));
      return {};
    }
    mode = *known;
  }
  Dims wrapped;
  const NamedArg *wrap = args.find("wrap");
  if (wrap)
    for (const ExprPtr &item : wrap->values) {
      wrapped.push_back(dimNamed(*item));
      if (!wrapped.back())
        return {};
    }
  std::set<std::string> resized;
  mlir::Value x = operands[0].array;
  if (args.specs.empty())
    error(e.range, "E0106", "resize needs to know which dims: resize(x; lat -> hlat; lon -> hlon)");
  for (const sema::Spec &spec : args.specs) {
    Dims from, into;
    if (spec.chain.size() != 2 || spec.chain[0].size() != 1 || spec.chain[1].size() != 1) {
      error(spec.range, "E0106",
            "one dim on either side of an arrow, ';' between: resize(x; lat -> hlat; lon -> hlon)");
      return {};
    }
    if (!ownDims(spec.chain[0], x, "resize", from) || !dimsNamed(spec.chain[1], into) ||
        !isSized(into[0], spec.range, "resize") || !isNew(into[0], x, from, spec.range))
      return {};
    resized.insert(from[0]->name);
    resized.insert(into[0]->name);
    for (const Dim *dim : wrapped)
      if (dim->name == from[0]->name && dim != from[0] && dim != into[0]) {
        error(wrap->range, "E0106",
              "this is a part of '" + dim->name + "', " + std::to_string(from[0]->size) + " of " +
                  std::to_string(dim->size) + ", whose ends do not meet: 'wrap:' has no meaning");
        return {};
      }
    field::Build b = build(e.range);
    bool isRound = llvm::is_contained(wrapped, from[0]) || llvm::is_contained(wrapped, into[0]);
    const Dim *target = into[0] == from[0] ? dims.alias(into[0], ".out") : into[0];
    mlir::Value weights =
        tableOf(b, {target, from[0]}, resizeWeights(mode, from[0]->size, into[0]->size, isRound));
    x = b.contract(x, weights, {llvm::StringRef(from[0]->ir)});
    if (target != into[0])
      x = b.rename(x, {llvm::StringRef(target->ir)}, {llvm::StringRef(into[0]->ir)});
  }
  for (const Dim *dim : wrapped)
    if (!args.specs.empty() && !resized.count(dim->name)) {
      error(wrap->range, "E0106",
            "'wrap:' names dims that are resized, and '" + dim->name + "' is not");
      return {};
    }
  return args.specs.empty() ? Value() : Value::of(x);
}

} // namespace orrery::emit
