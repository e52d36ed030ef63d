// Declares layers and parameters: their names, dims, and how they start.

#include "frontend/emit/Emitter.h"

#include <cmath>

namespace orrery::emit {

using namespace lang;

bool Emitter::refuseOthers(Range place, const Arguments &args,
                           const std::vector<std::string> &known) {
  for (const NamedArg *arg : args.named) {
    if (llvm::is_contained(known, arg->name.text)) {
      if (!isSingle(*arg, args))
        return false;
      continue;
    }
    auto &message = error(arg->name.range, "E0106",
                          "no argument '" + arg->name.text + "' here" +
                              diag::suggestion(arg->name.text, known));
    if (!known.empty())
      message.note("it takes " + llvm::join(known, ", "));
    return false;
  }
  return true;
}

// A named argument stands once, and has one value unless it is a list of dims or widths.
bool Emitter::isSingle(const NamedArg &arg, const Arguments &args) {
  const std::string &name = arg.name.text;
  if (args.find(name) != &arg) {
    error(arg.name.range, "E0103", "'" + name + "' is given twice")
        .note(args.find(name)->range, "first given here");
    return false;
  }
  static const std::vector<std::string> lists = {"over", "per", "wrap", "kernel"};
  if (arg.values.size() == 1 || llvm::is_contained(lists, name))
    return true;
  error(arg.values[1]->range, "E0106", "'" + name + "' takes one value, and this is one more");
  return false;
}

std::optional<bool> Emitter::truthOf(const NamedArg &arg) {
  Value value = evaluate(*arg.values.front());
  if (!value)
    return std::nullopt;
  if (value.kind != Value::Kind::Truth) {
    error(arg.range, "E0204", "'" + arg.name.text + "' is true or false");
    return std::nullopt;
  }
  return value.number != 0;
}

// zeros, ones, normal(std), uniform(bound), trunc_normal(std), or a number.
std::optional<Init> Emitter::initOf(const Expr &e) {
  auto *name = llvm::dyn_cast<NameExpr>(e.callee());
  auto *call = llvm::dyn_cast<CallExpr>(&e);
  if (name && !call && (name->name == "zeros" || name->name == "ones"))
    return Init{name->name, 0};
  if (name && call &&
      (name->name == "normal" || name->name == "uniform" || name->name == "trunc_normal")) {
    Arguments args(call->args);
    if (args.operands.size() == 1 && args.named.empty() && args.specs.empty()) {
      std::optional<double> number = numberOf(*args.operands[0], "the spread of first values");
      if (number && *number < 0)
        error(e.range, "E0204", "the spread of first values is not negative");
      return number && *number >= 0 ? std::optional(Init{name->name, *number}) : std::nullopt;
    }
  }
  Binding *bound = name ? lookup(name->name) : nullptr;
  bool isArray = bound && bound->kind == Binding::Kind::Later, isWord = name && !bound;
  if (isWord || isArray) {
    error(e.range, "E0116",
          "a parameter starts as zeros, ones, normal(std), uniform(bound), trunc_normal(std) or a "
          "number, and this is '" +
              textOf(e) + "'");
    return std::nullopt;
  }
  std::optional<double> number = numberOf(e, "the first value of a parameter");
  return number ? std::optional(Init{"constant", *number}) : std::nullopt;
}

void Emitter::declareParameter(Parameter parameter) {
  if (frame->declared)
    frame->declared->push_back(std::move(parameter));
}

bool Emitter::declareParams(const Param &stmt) {
  if (stmt.type.kind != lang::Type::Kind::Tensor || stmt.type.element) {
    unsupported(stmt.type.range, "a parameter that is not [dims] of real numbers");
    return false;
  }
  if (stmt.type.unitRange) {
    unsupported(stmt.type.unitRange, "the unit of a parameter");
    return false;
  }
  Dims found;
  for (const DimRef &ref : stmt.type.dims) {
    if (ref.isAny()) {
      error(ref.name.range, "E0116", "a parameter has named dims only");
      return false;
    }
    const Dim *dim = findDim(ref.name.text, ref.name.range);
    if (!dim || !isSized(dim, ref.name.range, "a parameter"))
      return false;
    found.push_back(dim);
  }
  std::optional<Init> init = Init{"zeros", 0};
  if (stmt.init)
    init = initOf(*stmt.init);
  if (!init)
    return false;
  for (const Name &name : stmt.names) {
    declareParameter({frame->prefix + name.text, found, *init, name.range});
    mlir::Value argument = frame->arguments[frame->prefix + name.text];
    Binding binding;
    binding.kind = frame->declared ? Binding::Kind::Later : Binding::Kind::Value;
    binding.value = frame->declared ? Value() : Value::of(argument);
    binding.place = name.range;
    frame->scope->names[name.text] = binding;
  }
  return true;
}

bool Emitter::declareLayers(const lang::Layer &stmt) {
  Arguments args(stmt.args);
  const std::string &what = stmt.constructor.text;
  for (const Name &name : stmt.names) {
    auto layer = std::make_shared<Layer>();
    layer->name = frame->prefix + name.text;
    layer->text =
        program.sources->text(stmt.callRange).str() + (stmt.per ? " per " + stmt.per.text : "");
    layer->place = name.range;
    layer->constructor = stmt.callRange;
    if (stmt.per && (!(layer->per = findDim(stmt.per.text, stmt.per.range)) ||
                     !isSized(layer->per, stmt.per.range, "'per'")))
      return false;
    bool isDeclared = what == "Linear"      ? declareLinear(*layer, stmt, args)
                      : what == "MLP"       ? declareMlp(*layer, stmt, args)
                      : what == "LayerNorm" ? declareNorm(*layer, stmt, args)
                      : what == "Conv"      ? declareConv(*layer, stmt, args)
                                            : declareBlock(*layer, stmt, args);
    if (!isDeclared)
      return false;
    Binding binding;
    binding.kind = Binding::Kind::Layer;
    binding.layer = layer;
    binding.place = name.range;
    frame->scope->names[name.text] = binding;
  }
  return true;
}

bool Emitter::declareBlock(Layer &layer, const lang::Layer &stmt, Arguments &args) {
  auto it = program.functions.find(stmt.constructor.text);
  if (it == program.functions.end() || it->second->role == Function::Role::Fn) {
    std::vector<std::string> known = {"Linear", "MLP", "LayerNorm", "Conv"};
    for (auto &[name, function] : program.functions)
      if (function->role != Function::Role::Fn)
        known.push_back(name);
    error(stmt.constructor.range, "E0101",
          "no layer or block '" + stmt.constructor.text + "'" +
              diag::suggestion(stmt.constructor.text, known));
    return false;
  }
  if (!args.operands.empty() || !args.named.empty() || !args.specs.empty() || stmt.per) {
    unsupported(stmt.callRange,
                stmt.per ? "'per' for a block of one's own"
                         : "an argument where a block is declared, and not where it is called,");
    return false;
  }
  layer.kind = Layer::Kind::Block;
  layer.block = it->second;
  const std::vector<Parameter> *inner = parametersOf(*layer.block, frame->file->env);
  if (!inner)
    return false;
  if (frame->declared)
    for (Parameter parameter : *inner) {
      parameter.name = layer.name + "." + parameter.name;
      declareParameter(std::move(parameter));
    }
  return true;
}

// Output dims: names, or the number 1 for one output without a dim.
bool Emitter::outputDims(const std::vector<const Expr *> &items, Dims &found) {
  if (items.size() == 1 && llvm::isa<IntExpr>(items[0]) &&
      llvm::cast<IntExpr>(items[0])->value == 1)
    return true;
  return dimsNamed(items, found);
}

// Weight [per, out, in, kernel] and bias [per, out], as PyTorch lays them out and starts them.
bool Emitter::declareAffine(Layer &layer, LinearPart part, const Dims &kernel, Arguments &args) {
  for (const Dims *list : {&part.in, &part.out, &layer.over})
    for (const Dim *dim : *list)
      if (!isSized(dim, layer.constructor, "a layer"))
        return false;
  int64_t fanIn = 1;
  Dims weight, bias;
  if (layer.per)
    weight.push_back(layer.per);
  for (const Dim *dim : part.out) {
    bool isInput = llvm::is_contained(part.in, dim) || dim == layer.per;
    part.aliases.push_back(isInput ? dims.alias(dim, ".out") : dim);
    weight.push_back(part.aliases.back());
  }
  bias = part.out;
  if (layer.per)
    bias.insert(bias.begin(), layer.per);
  for (const Dims *list : {static_cast<const Dims *>(&part.in), &kernel})
    for (const Dim *dim : *list) {
      fanIn *= dim->size;
      weight.push_back(dim);
    }
  Init init{"uniform", 1.0 / std::sqrt(double(fanIn))}, biasInit = init;
  if (const NamedArg *arg = args.find("init")) {
    std::optional<Init> wanted = initOf(*arg->values.front());
    if (!wanted)
      return false;
    init = *wanted;
    biasInit = Init{"zeros", 0};
  }
  if (const NamedArg *arg = args.find("bias")) {
    std::optional<bool> wanted = truthOf(*arg);
    if (!wanted)
      return false;
    part.bias = *wanted;
  }
  declareParameter({part.name + ".weight", weight, init, layer.place});
  if (part.bias)
    declareParameter({part.name + ".bias", bias, biasInit, layer.place});
  layer.parts.push_back(std::move(part));
  return true;
}

bool Emitter::declareLinear(Layer &layer, const lang::Layer &stmt, Arguments &args) {
  layer.kind = Layer::Kind::Linear;
  if (args.specs.size() != 1 || args.specs[0].chain.size() != 2 || !args.operands.empty()) {
    error(stmt.args.range, "E0106", "Linear takes dims, an arrow and dims: Linear(D -> head, Dh)");
    return false;
  }
  LinearPart part;
  part.name = layer.name;
  return refuseOthers(stmt.callRange, args, {"init", "bias"}) &&
         dimsNamed(args.specs[0].chain[0], part.in) &&
         outputDims(args.specs[0].chain[1], part.out) && declareAffine(layer, part, {}, args);
}

bool Emitter::declareMlp(Layer &layer, const lang::Layer &stmt, Arguments &args) {
  layer.kind = Layer::Kind::Mlp;
  if (!refuseOthers(stmt.callRange, args, {"act", "drop", "bias", "init"}))
    return false;
  if (args.specs.size() != 1 || args.specs[0].chain.size() < 3 || !args.operands.empty()) {
    error(stmt.args.range, "E0106",
          "MLP takes a chain of at least three: MLP(D -> 4*D -> D, act: gelu)");
    return false;
  }
  layer.act = "gelu";
  if (const NamedArg *arg = args.find("act")) {
    layer.act = textOf(*arg->values.front());
    static const std::vector<std::string> known = {"gelu", "silu", "relu",
                                                   "elu",  "tanh", "sigmoid"};
    if (!llvm::is_contained(known, layer.act)) {
      error(arg->values.front()->range, "E0106",
            "no activation '" + layer.act + "'" + diag::suggestion(layer.act, known))
          .note("there are " + llvm::join(known, ", "));
      return false;
    }
  }
  if (const NamedArg *arg = args.find("drop")) {
    std::optional<double> share = numberOf(*arg->values.front(), "'drop'");
    if (!share)
      return false;
    if (*share < 0 || *share >= 1) {
      error(arg->range, "E0304",
            "a share to drop lies in 0 .. 1, and this is " + sema::numberText(*share));
      return false;
    }
    layer.drop = *share;
  }
  auto &chain = args.specs[0].chain;
  Dims in;
  if (!dimsNamed(chain[0], in))
    return false;
  for (size_t i = 1; i < chain.size(); ++i) {
    LinearPart part;
    part.name = layer.name + ".fc" + std::to_string(i);
    part.in = in;
    bool isHidden = i + 1 < chain.size(),
         isName = chain[i].size() != 1 || llvm::isa<NameExpr>(chain[i][0]);
    if (isHidden && !isName) {
      std::optional<int64_t> width = wholeOf(*chain[i][0], "the width of a hidden layer");
      if (!width)
        return false;
      if (*width < 1) {
        error(chain[i][0]->range, "E0204", "the width of a hidden layer is at least 1");
        return false;
      }
      part.out = {dims.get("hidden" + std::to_string(i), *width)};
    } else if (!outputDims(chain[i], part.out)) {
      return false;
    }
    in = part.out;
    if (!declareAffine(layer, part, {}, args))
      return false;
  }
  return true;
}

bool Emitter::declareNorm(Layer &layer, const lang::Layer &stmt, Arguments &args) {
  layer.kind = Layer::Kind::LayerNorm;
  if (!refuseOthers(stmt.callRange, args, {"affine", "eps"}))
    return false;
  if (args.operands.empty() || !args.specs.empty()) {
    error(stmt.args.range, "E0106", "LayerNorm takes the dims that it norms over: LayerNorm(D)");
    return false;
  }
  if (!dimsNamed(args.operands, layer.over))
    return false;
  for (const Dim *dim : layer.over)
    if (!isSized(dim, layer.constructor, "a layer"))
      return false;
  if (const NamedArg *arg = args.find("eps")) {
    std::optional<double> eps = numberOf(*arg->values.front(), "'eps'");
    if (!eps)
      return false;
    if (*eps < 0) {
      error(arg->range, "E0204", "'eps' is not negative");
      return false;
    }
    layer.eps = *eps;
  }
  if (const NamedArg *arg = args.find("affine")) {
    std::optional<bool> wanted = truthOf(*arg);
    if (!wanted)
      return false;
    layer.affine = *wanted;
  }
  Dims all = layer.over;
  if (layer.per)
    all.insert(all.begin(), layer.per);
  if (layer.affine) {
    declareParameter({layer.name + ".weight", all, {"ones", 0}, layer.place});
    declareParameter({layer.name + ".bias", all, {"zeros", 0}, layer.place});
  }
  return true;
}

bool Emitter::declareConv(Layer &layer, const lang::Layer &stmt, Arguments &args) {
  layer.kind = Layer::Kind::Conv;
  if (!refuseOthers(stmt.callRange, args, {"over", "kernel", "bias", "wrap", "init"}))
    return false;
  const NamedArg *over = args.find("over"), *kernel = args.find("kernel"),
                 *wrap = args.find("wrap");
  if (args.specs.size() != 1 || args.specs[0].chain.size() != 2 || !args.operands.empty() ||
      !over || !kernel) {
    error(stmt.args.range, "E0106",
          "Conv takes channels, the dims it moves over and its width: Conv(vin -> c, over: lat, "
          "lon, kernel: 3)");
    return false;
  }
  LinearPart part;
  part.name = layer.name;
  if (!dimsNamed(args.specs[0].chain[0], part.in) || !outputDims(args.specs[0].chain[1], part.out))
    return false;
  std::vector<const Expr *> overItems;
  for (const ExprPtr &item : over->values)
    overItems.push_back(item.get());
  if (!dimsNamed(overItems, layer.over))
    return false;
  if (kernel->values.size() != 1 && kernel->values.size() != layer.over.size()) {
    error(kernel->range, "E0106", "kernel: one width, or one for each dim of over:");
    return false;
  }
  for (size_t i = 0; i < layer.over.size(); ++i) {
    const Expr &item = *kernel->values[std::min(i, kernel->values.size() - 1)];
    std::optional<int64_t> width = wholeOf(item, "a kernel's width");
    if (!width)
      return false;
    if (*width < 1 || *width % 2 == 0) {
      error(item.range, "E0204",
            "a kernel's width is odd, so that it has a middle; this is " + std::to_string(*width));
      return false;
    }
    layer.kernel.push_back(dims.get(layer.over[i]->name + ".k", *width));
  }
  layer.wrap.resize(layer.over.size());
  if (wrap)
    for (const ExprPtr &item : wrap->values) {
      const Dim *dim = dimNamed(*item);
      auto it = llvm::find(layer.over, dim);
      if (dim && it == layer.over.end())
        error(item->range, "E0106", "'wrap:' names dims of 'over:'");
      if (!dim || it == layer.over.end())
        return false;
      layer.wrap[it - layer.over.begin()] = true;
    }
  return declareAffine(layer, part, layer.kernel, args);
}

} // namespace orrery::emit
