// Inlines functions, and makes one IR function for each use of a block or model that differs.

#include "frontend/emit/Emitter.h"

#include "llvm/Support/SaveAndRestore.h"

namespace orrery::emit {

using namespace lang;

std::string Emitter::uniqueSymbol(const std::string &wanted) {
  int count = symbols[wanted]++;
  return count == 0 ? wanted : uniqueSymbol(wanted + "_" + std::to_string(count));
}

// Parameters become names of the innermost scope.
void Emitter::bindParameters(const Definition &callee, const std::vector<Value> &values) {
  frame->likeDims.clear();
  for (auto [param, value] : llvm::zip(callee.params, values)) {
    bindValue(param.name, value, nullptr);
    if (value.isArray())
      frame->likeDims[param.name.text] = dimsOf(dims, value.array);
  }
}

Value Emitter::packResults(const Definition &callee, std::vector<Value> returned, Range place) {
  if (!frame->hasReturned) {
    error(callee.name.range, "E0108", "'" + callee.name.text + "' returns nothing");
    return {};
  }
  if (!callee.results.empty() && callee.results.size() != returned.size()) {
    error(callee.resultsRange, "E0108",
          "'" + callee.name.text + "' declares " + sema::counted(callee.results.size(), "result") +
              " and returns " + std::to_string(returned.size()));
    return {};
  }
  for (auto [result, value] : llvm::zip(callee.results, returned)) {
    if (isTruthArray(value) && result.type.element.text != "bool")
      value.array = build(place).cast(value.array, real);
    if (!checkResult(result.type, value, place, "the result of " + callee.name.text))
      return {};
  }
  return returned.size() == 1 ? returned.front() : Value::of(std::move(returned));
}

// A `fn` has no parameters of its own: its body is evaluated in the place of the call.
Value Emitter::callFunction(const Definition &fn, const Expr &e, std::vector<Value> values) {
  if (inlining > 100) {
    error(e.range, "E0206", "'" + fn.name.text + "' calls itself; the language has no recursion");
    return {};
  }
  llvm::SaveAndRestore depth(inlining, inlining + 1);
  used.insert(&fn);
  Env env = frame->file->env;
  bindFloating(fn, values, env);
  Scope scope;
  llvm::SaveAndRestore file(frame->file, fileScope(env));
  llvm::SaveAndRestore caller(callerScope, frame->scope);
  llvm::SaveAndRestore inner(frame->scope, &scope);
  llvm::SaveAndRestore likes(frame->likeDims);
  llvm::SaveAndRestore returned(frame->returned, std::vector<Value>());
  llvm::SaveAndRestore hasReturned(frame->hasReturned, false);
  if (!checkArguments(fn, e, values))
    return {};
  bindParameters(fn, values);
  if (!execute(fn.body))
    return {};
  return packResults(fn, frame->returned, fn.body.empty() ? fn.range : fn.body.back()->range);
}

// Walks the declarations of a body without emitting anything.
const std::vector<Parameter> *Emitter::parametersOf(const Definition &callee, const Env &env) {
  auto [it, isNew] = declaredParameters.try_emplace(callee.name.text + " " + env.key());
  if (!isNew) {
    if (walking.count(&callee)) {
      error(callee.name.range, "E0206",
            "'" + callee.name.text + "' contains itself; the language has no recursion");
      return nullptr;
    }
    return &it->second;
  }
  Frame walk;
  Scope scope;
  walk.definition = &callee;
  walk.file = fileScope(env);
  walk.scope = &scope;
  walk.declared = &it->second;
  llvm::SaveAndRestore current(frame, &walk);
  for (const lang::Parameter &param : callee.params)
    bindLater(param.name);
  walking.insert(&callee);
  bool isFine = execute(callee.body);
  walking.erase(&callee);
  return isFine ? &it->second : nullptr;
}

static std::string keyOf(const Value &value) {
  if (value.isMap())
    return "map to " + value.to->ir + (value.order ? " " : " sorted ");
  if (!value.isArray())
    return sema::exactText(value.number);
  std::string text;
  llvm::raw_string_ostream(text) << value.array.getType();
  return text;
}

// int and bool parameters are constants of the instance; the others are arguments of its function.
static bool isArgument(const lang::Parameter &param) {
  return !param.type || param.type->kind != lang::Type::Kind::Scalar ||
         (param.type->element.text != "int" && param.type->element.text != "bool");
}

// A value as arguments of a function: an array, or the arrays of a map.
static llvm::SmallVector<mlir::Value, 3> arraysOf(const Value &value) {
  llvm::SmallVector<mlir::Value, 3> arrays = {value.array};
  if (value.isMap())
    arrays.push_back(value.ranges);
  if (value.isMap() && value.order)
    arrays.push_back(value.order);
  return arrays;
}

Instance *Emitter::instanceOf(const Definition &callee, const Env &env,
                              const std::vector<Value> &values, Range place) {
  std::string key = callee.name.text + " " + env.key() + (frame->training ? "train" : "");
  for (const Value &value : values)
    key += " | " + keyOf(value);
  auto [it, isNew] = instances.try_emplace(key);
  if (isNew)
    it->second.isFilled = fillInstance(it->second, callee, env, values);
  else if (!it->second.isFilled && !diags.hasErrors())
    error(place, "E0206",
          "'" + callee.name.text + "' contains itself; the language has no recursion");
  return it->second.isFilled ? &it->second : nullptr;
}

bool Emitter::fillInstance(Instance &instance, const Definition &callee, const Env &env,
                           const std::vector<Value> &values) {
  used.insert(&callee);
  const std::vector<Parameter> *owned = parametersOf(callee, env);
  if (!owned)
    return false;
  instance.parameters = *owned;
  mlir::OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(module.getBody());
  llvm::SmallVector<mlir::Type> inputs;
  for (const Parameter &parameter : *owned)
    inputs.push_back(typeOf(context, parameter.dims, real));
  for (auto [param, value] : llvm::zip(callee.params, values))
    if (isArgument(param))
      for (mlir::Value array : arraysOf(value))
        inputs.push_back(array.getType());
  Frame inner;
  inner.function = mlir::func::FuncOp::create(builder, location(callee.name.range),
                                              uniqueSymbol(callee.name.text),
                                              builder.getFunctionType(inputs, {}));
  inner.function.setPrivate();
  mlir::Block *block = inner.function.addEntryBlock();
  builder.setInsertionPointToStart(block);
  Scope scope;
  inner.definition = &callee;
  inner.file = fileScope(env);
  inner.scope = &scope;
  inner.training = frame->training;
  inner.batch = frame->batch;
  std::vector<Value> bound = values;
  unsigned next = 0;
  for (const Parameter &parameter : *owned)
    inner.arguments[parameter.name] = block->getArgument(next++);
  for (auto [param, value] : llvm::zip(callee.params, bound))
    if (isArgument(param) && value.isMap()) {
      mlir::Value index = block->getArgument(next++), ranges = block->getArgument(next++);
      mlir::Value order = value.order ? block->getArgument(next++) : mlir::Value();
      value = Value::map(value.to, index, ranges, order);
    } else if (isArgument(param)) {
      value = Value::of(mlir::Value(block->getArgument(next++)));
    }

  llvm::SaveAndRestore current(frame, &inner);
  bindParameters(callee, bound);
  if (!execute(callee.body) ||
      !packResults(callee, inner.returned,
                   callee.body.empty() ? callee.bodyRange : callee.body.back()->range))
    return false;
  llvm::SmallVector<mlir::Value> results;
  for (const Value &value : inner.returned) {
    mlir::Value array = arrayOf(value, callee.name.range);
    if (!array)
      return false;
    results.push_back(array);
    instance.results.push_back(Value::of(array));
  }
  finishFunction(inner, results);
  instance.function = inner.function;
  instance.extras = inner.extras;
  return true;
}

// What a function takes beyond what its definition says, from the function that calls it.
llvm::SmallVector<mlir::Value, 3> Emitter::extraOperands(const Extra &extra, Range place) {
  if (extra.kind == Extra::Kind::Key)
    return {nextKey(place)};
  if (extra.kind == Extra::Kind::Samples)
    return {samplesOf(place)};
  if (extra.kind == Extra::Kind::Total)
    return {sizeAt(extra.map.from, place)};
  return arraysOf(mapAt(extra.map, place));
}

// Ends a function; arguments that were added while it was filled become part of its type.
void Emitter::finishFunction(Frame &filled, llvm::ArrayRef<mlir::Value> results) {
  mlir::func::ReturnOp::create(builder, filled.function.getLoc(), results);
  // What a request computes is not computed a second time for those that come behind it, be it
  // named before it: `return energy, -grad(energy, pos)`.
  for (auto [array, request] : filled.differentiated)
    array.replaceUsesWithIf(request->getResult(0), [request = request](mlir::OpOperand &use) {
      return request->isBeforeInBlock(use.getOwner());
    });
  llvm::SmallVector<mlir::Type> types;
  for (mlir::Value result : results)
    types.push_back(result.getType());
  filled.function.setType(
      builder.getFunctionType(filled.function.getBody().front().getArgumentTypes(), types));
}

Value Emitter::callDefinition(const Definition &callee, const std::string &path, const Expr &e,
                              std::vector<Value> values, Env env) {
  if (!frame->function) {
    error(e.range, "E0202",
          "'" + callee.name.text +
              "' cannot be called where only numbers known at build time stand");
    return {};
  }
  env.floating.clear();
  bindFloating(callee, values, env);
  {
    llvm::SaveAndRestore file(frame->file, fileScope(env));
    llvm::SaveAndRestore caller(callerScope, frame->scope);
    Scope scope;
    llvm::SaveAndRestore inner(frame->scope, &scope);
    if (!checkArguments(callee, e, values))
      return {};
  }
  for (auto [param, value] : llvm::zip(callee.params, values))
    if (isArgument(param) && !value.isMap() && !(value = Value::of(arrayOf(value, e.range))).array)
      return {};
  Instance *instance = instanceOf(callee, env, values, e.range);
  if (!instance)
    return {};

  llvm::SmallVector<mlir::Value> operands;
  for (const Parameter &parameter : instance->parameters) {
    auto it = frame->arguments.find(path + parameter.name);
    mlir::Type wanted = typeOf(context, parameter.dims, real);
    if (it == frame->arguments.end() || it->second.getType() != wanted) {
      error(e.range, "E0309",
            "parameter '" + path + parameter.name + "' is " + dimsText(parameter.dims) +
                " of other sizes here than where it was declared")
          .note(parameter.place, "declared here");
      return {};
    }
    operands.push_back(it->second);
  }
  for (auto [param, value] : llvm::zip(callee.params, values))
    if (isArgument(param))
      llvm::append_range(operands, arraysOf(value));
  for (const Extra &extra : instance->extras)
    llvm::append_range(operands, extraOperands(extra, e.range));
  auto call = mlir::func::CallOp::create(builder, location(e.range), instance->function, operands);
  std::vector<Value> results;
  for (mlir::Value result : call.getResults())
    results.push_back(Value::of(result));
  return results.size() == 1 ? results.front() : Value::of(std::move(results));
}

} // namespace orrery::emit
