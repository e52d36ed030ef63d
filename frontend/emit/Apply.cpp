// Applies layers to arrays.

#include "frontend/emit/Emitter.h"

namespace orrery::emit {

using namespace lang;

// "p1", "p1 and p2", "p1, p2 and p3"
static std::string listed(const std::vector<std::string> &names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

// How the input could get the dims that it lacks: by a cut of its dims for which the file declares
// the rest of the division.
static std::string splitFor(const sema::Program &program, const Dims &missing, const Dims &input) {
  std::vector<std::string> cuts;
  size_t next = 0;
  for (const Dim *dim : input) {
    if (next == missing.size())
      break;
    for (const std::string &name : program.order) {
      auto *declared = llvm::dyn_cast<lang::Dim>(program.names.at(name).stmt);
      auto *division =
          declared ? llvm::dyn_cast_or_null<BinaryExpr>(declared->size.get()) : nullptr;
      auto *whole = division && division->op == BinaryExpr::Op::Div
                        ? llvm::dyn_cast<NameExpr>(division->left.get())
                        : nullptr;
      if (whole && whole->name == dim->name && next < missing.size() &&
          dim->size % missing[next]->size == 0) {
        cuts.push_back(dim->name + " -> " + name + ", " + missing[next++]->name);
        break;
      }
    }
  }
  return next == missing.size() ? llvm::join(cuts, "; ") : std::string();
}

bool Emitter::checkInputs(const Layer &layer, const LinearPart &part, const Expr &e,
                          mlir::Value x) {
  Dims missing;
  std::vector<std::string> names;
  for (const Dim *dim : part.in) {
    names.push_back(dim->name);
    if (!has(x, dim))
      missing.push_back(dim);
  }
  const Expr &callee = *e.callee();
  std::string name = textOf(callee);
  auto describe = [&](diag::Diagnostic &message) -> diag::Diagnostic & {
    return message.note("the input is " + dimsText(x))
        .note(layer.constructor, "'" + name + "' is " + layer.text);
  };
  for (const Dim *dim : missing)
    for (const Dim *other : dimsOf(dims, x))
      if (other->name == dim->name) {
        error(callee.range, "E0307",
              "dim '" + dim->name + "' has size " + std::to_string(dim->size) + " in layer '" +
                  name + "' and " + std::to_string(other->size) + " in its input")
            .note(layer.constructor, "'" + name + "' is " + layer.text);
        return false;
      }
  if (!missing.empty()) {
    std::vector<std::string> lacks;
    for (const Dim *dim : missing)
      lacks.push_back(dim->name);
    std::string lack = missing.size() != part.in.size() ? "lacks " + listed(lacks)
                       : missing.size() == 1            ? "lacks it"
                       : missing.size() == 2            ? "has neither"
                                                        : "has none of them";
    auto &message = describe(
        error(callee.range, "E0301",
              "layer '" + name + "' contracts " + listed(names) + ", but its input " + lack));
    std::string cut = splitFor(program, missing, dimsOf(dims, x));
    if (!cut.empty())
      message.help("cut the grid into patches first: " + (pipedName.empty() ? "x" : pipedName) +
                   " |> split(" + cut + ") |> " + name);
    return false;
  }
  for (const Dim *dim : part.out)
    if (has(x, dim) && !llvm::is_contained(part.in, dim)) {
      describe(error(callee.range, "E0308",
                     "layer '" + name + "' makes " + dim->name + ", which its input has already"));
      return false;
    }
  for (const Dim *dim : layer.over)
    if (!has(x, dim)) {
      describe(error(callee.range, "E0301",
                     "layer '" + name + "' works over " + dim->name + ", but its input lacks it"));
      return false;
    }
  return true;
}

// A parameter of a layer; with `per d`, where the input lies along a labelled child of d, that
// child's rows.
mlir::Value Emitter::parameterFor(const Layer &layer, const std::string &name, mlir::Value x,
                                  Range place) {
  auto it = frame->arguments.find(name);
  if (it == frame->arguments.end())
    return {};
  if (!layer.per || has(x, layer.per))
    return it->second;
  for (const Dim *dim : dimsOf(dims, x))
    if (dim->parent == layer.per) {
      field::Build b = build(place);
      return takeAlong(b, it->second, layer.per, dim->parentIndices, dim);
    }
  if (pathTo(x, layer.per))
    return it->second; // all sets; chosenSet picks one
  error(place, "E0310",
        "the layer has one set of weights per '" + layer.per->name + "', but its input " +
            dimsText(x) + " has neither that dim nor one in it")
      .note(layer.place, "declared here");
  return {};
}

Value Emitter::applyAffine(const Layer &layer, const LinearPart &part, const Expr &e, Value x) {
  if (!checkInputs(layer, part, e, x.array))
    return {};
  Affine affine;
  affine.in = part.in;
  affine.out = part.out;
  affine.aliases = part.aliases;
  if (!(affine.weight = parameterFor(layer, part.name + ".weight", x.array, e.range)))
    return {};
  if (part.bias && !(affine.bias = parameterFor(layer, part.name + ".bias", x.array, e.range)))
    return {};
  field::Build b = build(e.range);
  if (layer.kind == Layer::Kind::Conv) {
    llvm::SmallVector<bool> wrap(layer.wrap.begin(), layer.wrap.end());
    return Value::of(applyConv(b, x.array, affine, layer.over, layer.kernel, wrap));
  }
  return Value::of(applyLinear(b, x.array, affine));
}

Value Emitter::applyLayer(const Layer &layer, const Expr &e, Value x) {
  x.array = build(e.range).cast(x.array, real);
  mlir::Value input = x.array;
  Value y = applyParts(layer, e, std::move(x));
  return y && layer.per ? chosenSet(layer, e, input, y) : y;
}

Value Emitter::applyParts(const Layer &layer, const Expr &e, Value x) {
  switch (layer.kind) {
  case Layer::Kind::Linear:
  case Layer::Kind::Conv:
    return applyAffine(layer, layer.parts.front(), e, x);
  case Layer::Kind::Mlp:
    for (size_t i = 0; i < layer.parts.size() && x; ++i) {
      x = applyAffine(layer, layer.parts[i], e, x);
      if (x && i + 1 < layer.parts.size())
        x = applyUnary(layer.act, e.range, x);
      if (x && layer.drop > 0)
        x = drop(e.range, x, Value::of(layer.drop), dimsOf(dims, x.array));
    }
    return x;
  case Layer::Kind::LayerNorm: {
    if (!checkInputs(layer, {}, e, x.array))
      return {};
    mlir::Value weight, bias;
    if (layer.affine &&
        (!(weight = parameterFor(layer, layer.name + ".weight", x.array, e.range)) ||
         !(bias = parameterFor(layer, layer.name + ".bias", x.array, e.range))))
      return {};
    field::Build b = build(e.range);
    return Value::of(applyLayerNorm(b, x.array, layer.over, layer.eps, weight, bias));
  }
  case Layer::Kind::Block:
    break;
  }
  return {};
}

} // namespace orrery::emit
