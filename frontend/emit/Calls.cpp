// Calls: which function, layer or model is meant, and whether the arguments fit its signature.

#include "frontend/emit/Emitter.h"

namespace orrery::emit {

using namespace lang;

Value Emitter::evaluateCall(const Expr &e, const Value *piped) {
  auto *callee = llvm::dyn_cast<NameExpr>(e.callee());
  if (!callee) {
    error(e.callee()->range, "E0105", "only functions, layers and models can be called");
    return {};
  }
  const std::string &name = callee->name;
  Arguments args;
  if (auto *call = llvm::dyn_cast<CallExpr>(&e))
    args = Arguments(call->args);
  Binding *binding = lookup(name);
  if (binding && binding->kind == Binding::Kind::Layer) {
    std::shared_ptr<Layer> layer = binding->layer;
    if (layer->kind == Layer::Kind::Block) {
      std::optional<std::vector<Value>> values = argumentValues(*layer->block, e, args, piped);
      return values ? callDefinition(*layer->block, layer->name + ".", e, std::move(*values),
                                     frame->file->env)
                    : Value();
    }
    std::vector<Value> operands;
    if (piped)
      operands.push_back(*piped);
    for (const Expr *operand : args.operands)
      operands.push_back(evaluate(*operand));
    for (const Value &operand : operands)
      if (!operand)
        return {};
    if (!refuseOthers(e.range, args, {}) || !takes(e, operands, 1, 1))
      return {};
    return applyLayer(*layer, e, operands.front());
  }
  if (binding) {
    error(callee->range, "E0105", "'" + name + "' cannot be called")
        .note(binding->place, "it is declared here");
    return {};
  }
  if (auto it = program.functions.find(name); it != program.functions.end()) {
    const Definition &definition = *it->second;
    if (definition.role == Function::Role::Block) {
      error(callee->range, "E0105",
            "block '" + name + "' owns parameters: declare a layer first, layer part = " + name +
                "()")
          .note(definition.name.range, "declared here");
      return {};
    }
    std::optional<std::vector<Value>> values = argumentValues(definition, e, args, piped);
    if (!values)
      return {};
    if (definition.role == Function::Role::Fn)
      return callFunction(definition, e, std::move(*values));
    return callDefinition(definition, "", e, std::move(*values), frame->file->env);
  }
  auto it = builtins().find(name);
  if (it == builtins().end() && isFiller(name)) {
    error(e.range, "E0306",
          name + " needs to know which dims: " + textOf(e) + "[batch], or " + textOf(e) +
              " like x");
    return {};
  }
  if (it == builtins().end()) {
    error(callee->range, "E0101",
          "no function or layer '" + name + "' here" + diag::suggestion(name, namesInScope(false)));
    return {};
  }
  static const std::vector<std::string> takesArrows = {"split",  "merge",  "rename", "concat",
                                                       "resize", "sincos", "fourier"};
  if (!args.specs.empty() && !llvm::is_contained(takesArrows, name)) {
    error(args.specs.front().range, "E0106", "'" + name + "' takes no arrows");
    return {};
  }
  std::vector<Value> operands;
  if (piped)
    operands.push_back(*piped);
  if (name != "index" && name != "count")
    for (const Expr *operand : args.operands) {
      operands.push_back(evaluate(*operand));
      if (!operands.back())
        return {};
    }
  // What comparisons give are 0 and 1, but for the condition of where.
  for (Value &operand : llvm::MutableArrayRef(operands).drop_front(
           name == "where" ? std::min<size_t>(1, operands.size()) : 0))
    if (operand.kind == Value::Kind::Truth)
      operand = Value::of(operand.number);
    else if (isTruthArray(operand))
      operand.array = build(e.range).cast(operand.array, real);
  return (this->*it->second)(e, args, std::move(operands));
}

// One value a parameter, in order; from the pipe, by position, by name, or the default.
std::optional<std::vector<Value>> Emitter::argumentValues(const Definition &callee, const Expr &e,
                                                          Arguments &args, const Value *piped) {
  std::vector<Value> values(callee.params.size());
  std::vector<bool> given(callee.params.size());
  size_t next = 0;
  auto give = [&](Value value, Range place) {
    if (next == values.size()) {
      error(place, "E0107",
            "'" + callee.name.text + "' takes " + std::to_string(values.size()) +
                " arguments, and this is one more")
          .note(callee.paramsRange, "declared here");
      return false;
    }
    given[next] = true;
    values[next++] = std::move(value);
    return bool(values[next - 1]);
  };
  if (piped && !give(*piped, e.range))
    return std::nullopt;
  for (const Expr *operand : args.operands)
    if (!give(evaluate(*operand), operand->range))
      return std::nullopt;
  if (!args.specs.empty()) {
    error(args.specs.front().range, "E0107", "'" + callee.name.text + "' takes no arrows");
    return std::nullopt;
  }
  for (const NamedArg *arg : args.named) {
    auto it = llvm::find_if(callee.params, [&](const lang::Parameter &param) {
      return param.name.text == arg->name.text;
    });
    if (it == callee.params.end() || given[it - callee.params.begin()]) {
      error(arg->name.range, "E0107",
            it == callee.params.end()
                ? "'" + callee.name.text + "' has no parameter '" + arg->name.text + "'"
                : "'" + arg->name.text + "' is given twice")
          .note(callee.paramsRange, "declared here");
      return std::nullopt;
    }
    if (!isSingle(*arg, args))
      return std::nullopt;
    given[it - callee.params.begin()] = true;
    if (!(values[it - callee.params.begin()] = evaluate(*arg->values.front())))
      return std::nullopt;
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (given[i])
      continue;
    if (!callee.params[i].value) {
      error(e.range, "E0107",
            "'" + callee.name.text + "' needs an argument '" + callee.params[i].name.text + "'")
          .note(callee.params[i].range, "declared here");
      return std::nullopt;
    }
    if (!(values[i] = evaluate(*callee.params[i].value)))
      return std::nullopt;
  }
  return values;
}

// Dims without a size take that of the argument.
bool Emitter::bindFloating(const Definition &callee, const std::vector<Value> &values, Env &env) {
  for (auto [param, value] : llvm::zip(callee.params, values)) {
    if (!param.type || !value.isArray())
      continue;
    for (const DimRef &ref : param.type->dims) {
      auto it = program.names.find(ref.name.text);
      bool isOpen =
          it != program.names.end() && llvm::isa<lang::Dim>(it->second.stmt) && !it->second.value();
      if (!isOpen || env.fixed.count(ref.name.text))
        continue;
      for (const Dim *dim : dimsOf(dims, value.array))
        if (dim->name == ref.name.text)
          env.floating[ref.name.text] = dim->size;
    }
  }
  return true;
}

// Where the i-th argument of a call stands.
const Expr &Emitter::argumentPlace(const Expr &e, size_t i) {
  auto *call = llvm::dyn_cast<CallExpr>(&e);
  if (!call)
    return e;
  Arguments args(call->args);
  size_t piped = 0; // an operand of a pipe stands before the call and has no place inside it
  return i >= piped && i - piped < args.operands.size() ? *args.operands[i - piped] : e;
}

bool Emitter::checkArguments(const Definition &callee, const Expr &e, std::vector<Value> &values) {
  bool isFine = true;
  for (size_t i = 0; i < values.size(); ++i)
    isFine &= checkArgument(callee, i, e, values);
  return isFine;
}

static bool isRealType(llvm::StringRef name) {
  return name.empty() || name == "real" || name == "f32" || name == "f64" || name == "bf16";
}

// How a type reads in messages: "[*, row, col, D]".
static std::string typeText(const lang::Type &type) {
  std::string text = "[";
  for (const DimRef &ref : type.dims)
    text += (text.size() > 1 ? ", " : "") + ref.name.text;
  return text + "]";
}

bool Emitter::checkArgument(const Definition &callee, size_t i, const Expr &e,
                            std::vector<Value> &values) {
  const lang::Parameter &param = callee.params[i];
  Value &value = values[i];
  if (!param.type)
    return true;
  const lang::Type &type = *param.type;
  const Expr &place = argumentPlace(e, i);
  std::string what = "'" + param.name.text + "' of " + callee.name.text;
  if (type.kind == lang::Type::Kind::Like) {
    auto model = llvm::find_if(callee.params, [&](const lang::Parameter &other) {
      return other.name.text == type.model.text;
    });
    if (model == callee.params.end() || !values[model - callee.params.begin()].isArray()) {
      error(type.range, "E0108",
            "'like " + type.model.text + "' names no array parameter of " + callee.name.text);
      return false;
    }
    mlir::Value pattern = values[model - callee.params.begin()].array;
    if (!value.isArray() ||
        llvm::any_of(dimsOf(dims, pattern),
                     [&](const Dim *dim) { return !has(value.array, dim); }) ||
        dimsOf(dims, pattern).size() != dimsOf(dims, value.array).size()) {
      error(place.range, "E0302",
            what + " must be like '" + type.model.text + "', " + dimsText(pattern) + ", but is " +
                (value.isArray() ? dimsText(value.array) : "a number"))
          .note(param.range, "declared here");
      return false;
    }
    return true;
  }
  if (type.kind == lang::Type::Kind::Tensor && !isRealType(type.element.text))
    return checkMapArgument(callee, i, place, value);
  if (!isRealType(type.element.text) && type.element.text != "int" && type.element.text != "bool") {
    unsupported(type.range, "a parameter of type '" + type.element.text + "'");
    return false;
  }
  if (value.isMap()) {
    error(place.range, "E0302",
          what + " must be numbers, but this holds indices of '" + value.to->name + "'")
        .note(param.range, "declared here");
    return false;
  }
  if (type.kind == lang::Type::Kind::Scalar) {
    bool isReal = isRealType(type.element.text);
    bool fits = type.element.text == "int" ? value.isWhole()
                : type.element.text == "bool"
                    ? value.kind == Value::Kind::Truth
                    : value.isNumber() || (value.isArray() && field::namesOf(value.array).empty());
    if (!fits)
      error(place.range, "E0302",
            what + " must be " +
                (isReal ? "one number"
                        : "of type " + type.element.text + ", known when the program is built") +
                (value.isArray() ? ", but is " + dimsText(value.array) : ""))
          .note(param.range, "declared here");
    return fits;
  }
  bool hasAny = llvm::any_of(type.dims, [](const DimRef &ref) { return ref.isAny(); });
  Dims found = value.isArray() ? dimsOf(dims, value.array) : Dims();
  std::vector<std::string> lacks, extra;
  Dims wanted;
  for (const DimRef &ref : type.dims) {
    if (ref.isAny())
      continue;
    Binding *binding = lookup(ref.name.text);
    const Dim *dim = binding && binding->kind == Binding::Kind::FloatingDim
                         ? nullptr
                         : findDim(ref.name.text, ref.name.range);
    if (!dim && !(binding && binding->kind == Binding::Kind::FloatingDim))
      return false;
    wanted.push_back(dim);
    if (!dim || !llvm::is_contained(found, dim)) {
      std::string text = ref.name.text;
      for (const Dim *other : found)
        if (dim && other->name == dim->name)
          text += " of size " + std::to_string(dim->size) + " (it has " +
                  std::to_string(other->size) + ")";
      lacks.push_back(text);
    }
  }
  for (const Dim *dim : found)
    if (!hasAny && !llvm::is_contained(wanted, dim))
      extra.push_back(dim->name);
  if (lacks.empty() && extra.empty())
    return true;
  auto &message = error(place.range, "E0302",
                        what + " must be " + typeText(type) + ", but is " +
                            (value.isArray() ? dimsText(found) : "a number") +
                            (lacks.empty() ? ": nothing there is for " + llvm::join(extra, ", ")
                                           : ": it lacks " + llvm::join(lacks, ", ")));
  message.note(param.range, "declared here");
  for (Scope *scope = callerScope; scope; scope = scope->parent)
    for (auto &[name, binding] : scope->names)
      if (binding.kind == Binding::Kind::Value && binding.value.isArray() && !lacks.empty() &&
          llvm::all_of(wanted, [&, array = binding.value.array](const Dim *dim) {
            return dim && has(array, dim);
          })) {
        message.help("'" + name + "' has these dims");
        return false;
      }
  return false;
}

// The value that a function returns, against the type that it declares.
bool Emitter::checkResult(const lang::Type &type, const Value &value, Range place,
                          const std::string &what) {
  if (type.kind == lang::Type::Kind::Scalar) {
    bool isArray = value.isArray() && !field::namesOf(value.array).empty();
    bool fits = type.element.text == "int"    ? value.isWhole()
                : type.element.text == "bool" ? value.kind == Value::Kind::Truth
                                              : !isArray;
    if (!fits)
      error(place, "E0303",
            what + " must be " +
                (isRealType(type.element.text) ? "one number" : "of type " + type.element.text) +
                ", but is " + kindText(value))
          .note(type.range, "declared here");
    return fits;
  }
  const std::string &element = type.element.text;
  if (!isRealType(element) && !value.isMap() && !(element == "bool" && isTruthArray(value))) {
    error(place, "E0303", what + " must be of type " + element + ", but is " + kindText(value))
        .note(type.range, "declared here");
    return false;
  }
  Dims found = value.isArray() ? dimsOf(dims, value.array) : Dims();
  bool hasAny = false, fits = true;
  size_t named = 0;
  std::string text = typeText(type);
  if (type.kind == lang::Type::Kind::Like) {
    Binding *model = lookup(type.model.text);
    if (!model || model->kind != Binding::Kind::Value || !model->value.isArray()) {
      error(type.range, "E0108", "'like " + type.model.text + "' names no array");
      return false;
    }
    Dims pattern = frame->likeDims.count(type.model.text) ? frame->likeDims[type.model.text]
                                                          : dimsOf(dims, model->value.array);
    text = dimsText(pattern);
    named = pattern.size();
    fits = llvm::all_of(pattern, [&](const Dim *dim) { return llvm::is_contained(found, dim); });
  }
  for (const DimRef &ref : type.dims) {
    hasAny |= ref.isAny();
    if (ref.isAny())
      continue;
    const Dim *dim = findDim(ref.name.text, ref.name.range);
    if (!dim)
      return false;
    ++named;
    fits &= llvm::is_contained(found, dim);
  }
  if (fits && (hasAny || named == found.size()))
    return true;
  std::string is = value.isArray() ? dimsText(found) : "a number";
  if (is == text) { // a dim of the same name has another size here
    auto sized = [](const Dims &list) {
      std::string all;
      for (const Dim *dim : list)
        all += (all.empty() ? "" : ", ") + dim->name + " = " + std::to_string(dim->size);
      return "[" + all + "]";
    };
    Dims wanted;
    for (const DimRef &ref : type.dims)
      wanted.push_back(findDim(ref.name.text, ref.name.range));
    text = sized(wanted);
    is = sized(found);
  }
  error(place, "E0303", what + " must be " + text + ", but is " + is)
      .note(type.range, "declared here");
  return false;
}

} // namespace orrery::emit
