// x[part: q], x[d: 3], x[d: 1..4], x[vin: vout.vin], and normal[batch, lat].

#include "frontend/emit/Emitter.h"

namespace orrery::emit {

using namespace lang;

Value Emitter::evaluateIndex(const IndexExpr &e) {
  Arguments args(e.args);
  const Expr *base = e.base.get();
  auto *name = llvm::dyn_cast<NameExpr>(base->callee());
  if (name && isFiller(name->name) && !lookup(name->name)) {
    Dims wanted;
    if (!args.named.empty() || !args.specs.empty()) {
      error(e.args.range, "E0106", name->name + "[...] takes a list of dims");
      return {};
    }
    if (!dimsNamed(args.operands, wanted))
      return {};
    return filled(*base, e.range, wanted);
  }
  Value x = evaluate(*base);
  if (!x)
    return {};
  if (!x.isArray()) {
    error(base->range, "E0303", "only arrays have parts, and this is " + kindText(x));
    return {};
  }
  if (!args.specs.empty() || (args.operands.empty() && args.named.empty())) {
    error(e.args.range, "E0106",
          args.specs.empty() ? "between [ ] stand parts: x[dim: 3]"
                             : "between [ ] stand parts, and no arrows");
    return {};
  }
  for (const Expr *operand : args.operands) {
    auto *map = llvm::dyn_cast<AttrExpr>(operand);
    auto *name = llvm::dyn_cast<NameExpr>(operand);
    Binding *bound = name ? lookup(name->name) : nullptr;
    if (map) {
      x = mapAlong(x, *map, nullptr);
    } else if (bound && bound->kind == Binding::Kind::Value && bound->value.isMap()) {
      x = gatherAlong(x, bound->value, operand->range, nullptr);
    } else {
      error(operand->range, "E0106", "say along which dim: x[dim: " + textOf(*operand) + "]");
      return {};
    }
    if (!x)
      return {};
  }
  for (const NamedArg *arg : args.named) {
    const Dim *dim = findDim(arg->name.text, arg->name.range);
    if (!dim || !(dim = ownDim(dim, x.array, arg->name.range)))
      return {};
    if (arg->values.size() != 1)
      return unsupported(arg->range, "more than one index along a dim");
    x = selectAlong(x, dim, *arg->values.front());
    if (!x)
      return {};
  }
  return x;
}

Value Emitter::selectAlong(Value x, const Dim *dim, const Expr &index) {
  if (auto *map = llvm::dyn_cast<AttrExpr>(&index))
    return mapAlong(x, *map, dim);
  if (dim->isRunTime() && !llvm::isa<NameExpr>(&index)) {
    error(index.range, "E0304",
          "how many of '" + dim->name +
              "' there are, only the data knows: no single one can be named");
    return {};
  }
  field::Build b = build(index.range);
  if (auto *range = llvm::dyn_cast<DimRangeExpr>(&index)) {
    std::optional<int64_t> first = wholeOf(*range->first, "the start of a range"),
                           last = wholeOf(*range->last, "the end of a range");
    if (!first || !last)
      return {};
    if (*first < 0 || *last < *first || *last >= dim->size) {
      error(index.range, "E0304",
            "a range of '" + dim->name + "' lies in 0.." + std::to_string(dim->size - 1));
      return {};
    }
    const Dim *shorter = dims.resized(dim, *last - *first + 1);
    return Value::of(
        shorter == dim ? x.array : b.slice(x.array, dim->ir, *first, shorter->size, shorter->ir));
  }
  auto *name = llvm::dyn_cast<NameExpr>(&index);
  if (name && !dim->labels.empty()) {
    int64_t at = dim->indexOf(name->name);
    Binding *other = at < 0 ? lookup(name->name) : nullptr;
    if (at < 0 && !other) {
      noSuchLabel(index.range, dim, name->name);
      return {};
    }
    if (at >= 0)
      return Value::of(b.extract(x.array, dim->ir, at));
  }
  Value at = evaluate(index);
  if (!at)
    return {};
  if (at.isMap())
    return gatherAlong(x, at, index.range, dim);
  if (at.isArray()) {
    error(index.range, "E0303",
          "this array holds numbers; an index is a map (edge.src), or a value "
          "of a type such as " +
              dim->name + "[...]");
    return {};
  }
  if (dim->isRunTime()) {
    error(index.range, "E0304",
          "how many of '" + dim->name +
              "' there are, only the data knows: no single one can be named");
    return {};
  }
  if (!at.isWhole() || at.number < 0 || at.number >= dim->size) {
    error(index.range, "E0304",
          "an index of '" + dim->name + "' is a whole number in 0.." +
              std::to_string(dim->size - 1));
    return {};
  }
  return Value::of(b.extract(x.array, dim->ir, int64_t(at.number)));
}

// x[vin: vout.vin]: the labels of vout out of vin.
Value Emitter::mapAlong(Value x, const AttrExpr &map, const Dim *named) {
  auto *base = llvm::dyn_cast<NameExpr>(map.base.get());
  const Dim *child = base ? findDim(base->name, map.base->range) : nullptr;
  if (base && !child)
    return {};
  if (!child || child->isRunTime()) {
    Value at = evaluateAttr(map);
    return at ? gatherAlong(x, at, map.range, named) : Value();
  }
  if (!child->parent || child->parent->name != map.name.text) {
    auto &message = error(map.range, "E0114",
                          "dim '" + child->name + "' has no map to '" + map.name.text + "'");
    if (child->parent)
      message.note(lookup(child->name)->place, "it is declared in " + child->parent->name);
    return {};
  }
  if ((named && named != child->parent) || !has(x.array, child->parent)) {
    error(map.range, "E0302",
          "'" + textOf(map) + "' picks along '" + child->parent->name + "', but the array is " +
              dimsText(x.array));
    return {};
  }
  if (has(x.array, child)) {
    error(map.range, "E0308",
          "the array has '" + child->name + "' already: it is " + dimsText(x.array));
    return {};
  }
  field::Build b = build(map.range);
  return Value::of(takeAlong(b, x.array, child->parent, child->parentIndices, child));
}

} // namespace orrery::emit
