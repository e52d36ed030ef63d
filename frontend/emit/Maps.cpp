// Index maps between dims: edge.src, by: frame, per source.

#include "frontend/emit/Emitter.h"

#include "dialects/graph/GraphBuild.h"

namespace orrery::emit {

using namespace lang;

// One map further: "edge.src" and "frame" make "edge.src.frame".
std::optional<MapPath> Emitter::hop(const MapPath &before, const std::string &name) {
  for (const sema::IndexMap &map : before.to->maps)
    if (map.name == name) {
      // Atoms and edges stand structure by structure, and edges by their last end within that.
      bool isLast =
          before.from == before.to && before.to->name == edgeDim && &map == &before.to->maps.back();
      bool isSorted = isLast || (map.to->name == sampleDim && before.from->isRunTime());
      return MapPath{before.name + "." + name, before.from, map.to, isSorted};
    }
  return std::nullopt;
}

std::optional<MapPath> Emitter::mapPath(const AttrExpr &e) {
  MapPath before;
  if (auto *name = llvm::dyn_cast<NameExpr>(e.base.get())) {
    const Dim *dim = findDim(name->name, name->range);
    if (!dim)
      return std::nullopt;
    before = {dim->name, dim, dim, false};
  } else if (auto *inner = llvm::dyn_cast<AttrExpr>(e.base.get())) {
    std::optional<MapPath> path = mapPath(*inner);
    if (!path)
      return std::nullopt;
    before = *path;
  } else {
    error(e.base->range, "E0114", "a map begins with a dim, as in edge.src");
    return std::nullopt;
  }
  if (std::optional<MapPath> path = hop(before, e.name.text))
    return path;
  std::vector<std::string> known;
  for (const sema::IndexMap &map : before.to->maps)
    known.push_back(map.name);
  std::string near = diag::nearest(e.name.text, known);
  auto &message = error(e.range, "E0114",
                        "dim '" + before.to->name + "' has no map '" + e.name.text + "'" +
                            (near.empty() ? "" : "; did you mean '" + near + "'?"));
  if (Binding *declared = lookup(before.to->name))
    message.note(declared->place, known.empty() ? "it is declared without 'in'"
                                                : "it has " + llvm::join(known, ", "));
  return std::nullopt;
}

// The shortest chain of at most `most` maps; of two as short the one that is declared last, since
// edges are sorted by it.
std::optional<MapPath> Emitter::pathTo(const MapPath &before, const Dim *to, int most) {
  for (const sema::IndexMap &map : llvm::reverse(before.to->maps))
    if (map.to == to)
      return hop(before, map.name);
  if (most > 1)
    for (const sema::IndexMap &map : llvm::reverse(before.to->maps))
      if (std::optional<MapPath> path = pathTo(*hop(before, map.name), to, most - 1))
        return path;
  return std::nullopt;
}

std::optional<MapPath> Emitter::pathTo(mlir::Value x, const Dim *to) {
  for (int most = 1; most <= 4; ++most)
    for (const Dim *dim : dimsOf(dims, x))
      if (std::optional<MapPath> path = pathTo({dim->name, dim, dim, false}, to, most))
        return path;
  return std::nullopt;
}

// The arrays of a map in the function at hand: arguments, added when they are first asked for.
Value Emitter::mapAt(const MapPath &path, Range place) {
  if (!frame->function) {
    error(place, "E0202", "'" + path.name + "' is known only when the data is there");
    return {};
  }
  if (isGraph() && !isInData(path.from)) {
    error(place, "E0114", "nothing says which '" + path.from->name + "' there are")
        .help("image = neighbors(" + path.from->name +
              "; pos, cell, within: 5.0) in the data block");
    return {};
  }
  Value &known = frame->maps[path.name];
  if (known)
    return known;
  mlir::Block &body = frame->function.getBody().front();
  mlir::Type whole = builder.getI32Type();
  auto argument = [&](const Dims &along) -> mlir::Value {
    return body.addArgument(typeOf(context, along, whole), location(place));
  };
  mlir::Value index = argument({path.from}), ranges = argument({path.to, dims.get("ends", 2)});
  known = Value::map(path.to, index, ranges, path.isSorted ? mlir::Value() : argument({path.from}));
  frame->extras.push_back({Extra::Kind::Map, path});
  if (frame->inputs)
    addMapSlots(path.name, known);
  return known;
}

// How many there are of a dim, as a number: in a loss, of which one call computes a part, of the
// whole batch.
mlir::Value Emitter::sizeAt(const Dim *dim, Range place) {
  field::Build b = build(place);
  if (!frame->training)
    return b.sum(b.full(typeOf(context, {dim}, real), 1), {dim->ir});
  mlir::Value &known = frame->totals[dim->name];
  if (known)
    return known;
  known = frame->function.getBody().front().addArgument(typeOf(context, {}, real), location(place));
  frame->extras.push_back({Extra::Kind::Total, {dim->name, dim, dim}});
  if (frame->inputs)
    frame->inputs->push_back(llvm::json::Object{{"role", "total"}, {"name", dim->name}});
  return known;
}

static graph::Map arrays(const Value &map) { return {map.array, map.ranges, map.order}; }

Value Emitter::gatherAlong(Value x, const Value &map, Range place, const Dim *named) {
  const Dim *from = dimsOf(dims, map.array).front();
  if ((named && named != map.to) || !has(x.array, map.to)) {
    error(place, "E0302",
          "these are indices of '" + map.to->name + "'" +
              (named && named != map.to ? ", not of '" + named->name + "'"
                                        : ", but the array is " + dimsText(x.array)));
    return {};
  }
  if (has(x.array, from)) {
    error(place, "E0308", "the array has '" + from->name + "' already: it is " + dimsText(x.array));
    return {};
  }
  field::Build b = build(place);
  return Value::of(graph::gather(b, x.array, arrays(map)));
}

// What stands behind `by:`: a map, a value that holds indices, or a dim to which `path` leads.
Value Emitter::mapBy(const Expr &by, llvm::function_ref<std::optional<MapPath>(const Dim *)> path,
                     const std::string &what) {
  if (auto *map = llvm::dyn_cast<AttrExpr>(&by))
    return evaluateAttr(*map);
  auto *name = llvm::dyn_cast<NameExpr>(&by);
  Binding *binding = name ? lookup(name->name) : nullptr;
  if (binding && binding->kind == Binding::Kind::Value && binding->value.isMap())
    return binding->value;
  const Dim *dim = dimNamed(by);
  if (!dim)
    return {};
  std::optional<MapPath> found = path(dim);
  if (!found) {
    error(by.range, "E0114", "no map leads from " + what + " to '" + dim->name + "'")
        .help("dim a in b says that every a has one b");
    return {};
  }
  // Two ways to structures end in the same one; the ends of an edge are two atoms.
  std::string ways;
  for (const sema::IndexMap &map : found->from->maps)
    if (map.to == dim)
      ways += (ways.empty() ? "" : " or ") + found->from->name + "." + map.name;
  if (ways.find(" or ") != std::string::npos) {
    error(by.range, "E0114",
          "several maps lead from '" + found->from->name + "' to '" + dim->name + "'")
        .help("write by: " + ways);
    return {};
  }
  return mapAt(*found, by.range);
}

// sum(m, by: edge.dst), mean(x, by: frame)
Value Emitter::reductionBy(const Expr &e, Arguments &args, const std::vector<Value> &operands) {
  if (!refuseOthers(e.range, args, {"by"}) || !takes(e, operands, 1, 1))
    return {};
  const NamedArg &by = *args.find("by");
  if (by.values.size() != 1)
    return unsupported(by.range, "'by:' with several maps");
  std::string name = calleeName(e);
  mlir::Value x = operands[0].array;
  Value map = mapBy(*by.values[0], [&](const Dim *to) { return pathTo(x, to); }, dimsText(x));
  if (!map)
    return {};
  const Dim *from = dimsOf(dims, map.array).front();
  if (!has(x, from) || has(x, map.to)) {
    error(by.range, has(x, map.to) ? "E0308" : "E0302",
          has(x, map.to) ? "the array has '" + map.to->name + "' already: it is " + dimsText(x)
                         : "this groups '" + from->name + "', but the array is " + dimsText(x));
    return {};
  }
  field::Build b = build(e.range);
  if (name == "sum")
    return Value::of(graph::segment(b, graph::SegmentKind::Sum, x, arrays(map)));
  if (name == "mean")
    return Value::of(graph::mean(b, x, arrays(map)));
  if (name == "max" || name == "min")
    return Value::of(graph::segment(
        b, name == "max" ? graph::SegmentKind::Max : graph::SegmentKind::Min, x, arrays(map)));
  if (name == "std")
    return Value::of(graph::deviation(b, x, arrays(map)));
  return unsupported(e.range, "'by:' in " + name);
}

// count(atom, by: frame): how many there are in each.
Value Emitter::countOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  const NamedArg *by = args.find("by");
  if (args.operands.size() != 1 || !by || by->values.size() != 1) {
    error(e.range, "E0107", "count takes a dim and what it is counted by: count(atom, by: frame)");
    return {};
  }
  const Dim *dim = dimNamed(*args.operands[0]);
  if (!dim || !refuseOthers(e.range, args, {"by"}))
    return {};
  Value map = mapBy(
      *by->values[0], [&](const Dim *to) { return pathTo({dim->name, dim, dim, false}, to, 4); },
      "'" + dim->name + "'");
  if (!map)
    return {};
  if (dimsOf(dims, map.array).front() != dim) {
    error(by->range, "E0302",
          "this groups '" + dimsOf(dims, map.array).front()->name + "', not '" + dim->name + "'");
    return {};
  }
  field::Build b = build(e.range);
  return Value::of(graph::count(b, arrays(map), real));
}

// `layer readout = ... per source`, on an input along atoms: the result of every set of weights was
// computed, and each atom takes that of its own source.
Value Emitter::chosenSet(const Layer &layer, const Expr &e, mlir::Value x, Value y) {
  std::optional<MapPath> path;
  if (!has(x, layer.per) && has(y.array, layer.per))
    path = pathTo(x, layer.per);
  if (!path)
    return y;
  Value map = mapAt(*path, e.range);
  field::Build b = build(e.range);
  const Dim *chosen = dims.alias(layer.per, ".chosen");
  std::vector<double> identity(size_t(layer.per->size * layer.per->size), 0.0);
  for (int64_t i = 0; i < layer.per->size; ++i)
    identity[size_t(i * layer.per->size + i)] = 1;
  mlir::Value table = tableOf(b, {layer.per, chosen}, identity);
  mlir::Value mask = b.rename(graph::gather(b, table, arrays(map)), {llvm::StringRef(chosen->ir)},
                              {llvm::StringRef(layer.per->ir)});
  return Value::of(b.sum(b.mul(y.array, mask), {llvm::StringRef(layer.per->ir)}));
}

// An argument for `z: element[atom]`.
bool Emitter::checkMapArgument(const Definition &callee, size_t i, const Expr &place,
                               const Value &value) {
  const lang::Parameter &param = callee.params[i];
  const lang::Type &type = *param.type;
  const Dim *to = findDim(type.element.text, type.element.range);
  if (!to)
    return false;
  Dims wanted;
  for (const DimRef &ref : type.dims) {
    const Dim *dim = ref.isAny() ? nullptr : findDim(ref.name.text, ref.name.range);
    if (!dim)
      return false;
    wanted.push_back(dim);
  }
  if (value.isMap() && value.to == to && dimsOf(dims, value.array) == wanted)
    return true;
  error(place.range, "E0302",
        "'" + param.name.text + "' of " + callee.name.text + " must be " + to->name +
            dimsText(wanted) + ", but is " +
            (value.isMap()     ? value.to->name + dimsText(value.array)
             : value.isArray() ? "numbers, " + dimsText(value.array)
                               : "a number"))
      .note(param.range, "declared here");
  return false;
}

} // namespace orrery::emit
