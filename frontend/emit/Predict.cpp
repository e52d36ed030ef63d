// The entries of `predict`: fields in, fields out.

#include "frontend/emit/Emitter.h"

#include "llvm/Support/SaveAndRestore.h"

namespace orrery::emit {

using namespace lang;

bool Emitter::emitPredict(const Definition &predict) {
  Frame entry;
  Scope scope;
  entry.definition = &predict;
  entry.file = fileScope(entryEnv(1));
  entry.scope = &scope;
  entry.batch = batchOf(1);
  llvm::SaveAndRestore current(frame, &entry);

  // Untyped parameters are fields of the data; typed ones are arrays, or numbers with a default.
  llvm::json::Array in = parameterInputs("parameter");
  auto function = startFunction("predict_" + predict.name.text, entry, {}, predict.name.range);
  entry.inputs = &in;
  function->setAttr("orrery.entry", builder.getUnitAttr());
  fixRandom(predict.name.range);
  for (const lang::Parameter &param : predict.params) {
    Dims found;
    bool isScalar = param.type && param.type->kind == lang::Type::Kind::Scalar;
    const DataField *field = nullptr;
    if (isScalar && param.value) {
      Value value = evaluate(*param.value);
      if (!value)
        return false;
      bindValue(param.name, value, nullptr);
      continue;
    }
    if (!param.type || (isScalar && fieldNamed(param.type->element.text))) {
      field = fieldNamed(param.type ? param.type->element.text : param.name.text);
      if (!field) {
        error(param.name.range, "E0101", "no field '" + param.name.text + "' in the data")
            .help("a parameter of predict without a type is a field of the data");
        return false;
      }
      Value value = addField(*field, param.range);
      if (!value || diags.hasErrors())
        return false;
      bindValue(param.name, value, nullptr);
      continue;
    } else if (param.type->kind == lang::Type::Kind::Tensor) {
      for (const DimRef &ref : param.type->dims) {
        const Dim *dim = ref.isAny() ? nullptr : findDim(ref.name.text, ref.name.range);
        if (!dim)
          return false;
        found.push_back(dim);
      }
    } else {
      unsupported(param.range, "a parameter of predict of this type");
      return false;
    }
    if (diags.hasErrors())
      return false;
    mlir::Value array = function.getBody().front().addArgument(
        typeOf(context, found, elementOf(param.name.text)), location(param.range));
    llvm::json::Object slot = slotJson("field", param.name.text, array);
    slot["normalized"] = false;
    llvm::json::Array names;
    for (const Dim *dim : found)
      names.push_back(dim == entry.batch ? sampleDim : dim->name);
    slot["dims"] = std::move(names);
    in.push_back(std::move(slot));
    bindValue(param.name, Value::of(array), nullptr);
  }
  if (!execute(predict.body))
    return false;
  if (entry.returned.empty() ||
      (!predict.results.empty() && predict.results.size() != entry.returned.size())) {
    error(predict.name.range, "E0108",
          entry.returned.empty() ? "'" + predict.name.text + "' returns nothing"
                                 : "'" + predict.name.text + "' declares " +
                                       sema::counted(predict.results.size(), "result") +
                                       " and returns " + std::to_string(entry.returned.size()));
    return false;
  }

  llvm::json::Array out;
  std::vector<mlir::Value> results;
  for (auto [i, value] : llvm::enumerate(entry.returned)) {
    mlir::Value array = arrayOf(value, predict.name.range);
    if (!array)
      return false;
    if (isTruthArray(value))
      array = build(predict.name.range).cast(array, real);
    const Result *result = i < predict.results.size() ? &predict.results[i] : nullptr;
    const DataField *field = result && result->type.kind == lang::Type::Kind::Scalar
                                 ? fieldNamed(result->type.element.text)
                                 : nullptr;
    if (result && result->type.kind == lang::Type::Kind::Scalar && (!field || field->mask)) {
      error(result->type.range, "E0101",
            (field ? "'" + result->type.element.text + "' is a mask and no field"
                   : "no field '" + result->type.element.text + "'") +
                " in the data");
      return false;
    }
    Dims order = dimsOf(dims, array);
    if (field || (result && result->type.kind == lang::Type::Kind::Tensor)) {
      Dims wanted = field ? fieldDims(*field, result->range) : Dims();
      if (!field)
        for (const DimRef &ref : result->type.dims) {
          if (ref.isAny())
            error(ref.name.range, "E0108", "a prediction names all dims of its result");
          const Dim *dim = ref.isAny() ? nullptr : findDim(ref.name.text, ref.name.range);
          if (!dim)
            return false;
          wanted.push_back(dim);
        }
      bool isSame = wanted.size() == order.size() &&
                    llvm::all_of(wanted, [&](const Dim *dim) { return has(array, dim); });
      if (!isSame) {
        error(predict.body.back()->range, "E0303",
              "the result of " + predict.name.text + " must be " + dimsText(wanted) + ", but is " +
                  dimsText(array))
            .note(result->range, "declared here");
        return false;
      }
      order = wanted;
      field::Build b = build(predict.body.back()->range);
      array = ordered(b, array, order);
    }
    llvm::json::Array names, shape;
    for (const Dim *dim : order) {
      names.push_back(dim == entry.batch ? sampleDim : dim->name);
      shape.push_back(dim->isRunTime() ? llvm::json::Value(nullptr) : llvm::json::Value(dim->size));
    }
    std::string name = field ? field->stmt->name.text
                       : result && result->name
                           ? result->name.text
                           : "result" + (i ? std::to_string(i + 1) : std::string());
    llvm::json::Object slot = slotJson("field", name, array);
    slot["dims"] = std::move(names);
    slot["shape"] = std::move(shape);
    slot["normalized"] = field && !field->over.empty();
    out.push_back(std::move(slot));
    results.push_back(array);
  }
  finishFunction(entry, results);
  if (options.hasAdjoints)
    emitAdjoint(function, predict.name.text, in, out);
  addSizes(function, in);
  entries.push_back(llvm::json::Object{{"name", "predict_" + predict.name.text},
                                       {"predict", predict.name.text},
                                       {"batch", samplesOfACall()},
                                       {"inputs", std::move(in)},
                                       {"outputs", std::move(out)}});
  return true;
}

// predict Winds(x: [batch, vin, lat, lon]) { return Winds(x) }, for a model that takes arrays
// alone.
bool Emitter::emitModel(const Definition &model) {
  bool isTaken = llvm::any_of(program.predicts, [&](const Definition *predict) {
    return predict->name.text == model.name.text;
  });
  auto isArray = [](const lang::Type &type) {
    return type.kind == lang::Type::Kind::Tensor && type.element.text.empty() &&
           llvm::none_of(type.dims, [](const DimRef &dim) { return dim.isAny(); });
  };
  bool takesArrays = llvm::all_of(model.params, [&](const lang::Parameter &param) {
    return param.type && isArray(*param.type);
  });
  if (isTaken || !takesArrays || isGraph())
    return true;
  Definition &predict = modelAlone;
  Range place = model.name.range;
  predict.name = model.name;
  predict.range = model.range;
  if (llvm::all_of(model.results, [&](const Result &result) { return isArray(result.type); }))
    predict.results = model.results;
  ArgList arguments;
  for (const lang::Parameter &param : model.params) {
    predict.params.push_back({param.name, param.type, nullptr, param.range});
    arguments.items.push_back(std::make_unique<NameExpr>(place, param.name.text));
  }
  Args args;
  args.groups.emplace_back();
  args.groups.back().lists.push_back(std::move(arguments));
  auto result = std::make_unique<Return>();
  result->range = place;
  result->values.push_back(std::make_unique<CallExpr>(
      place, std::make_unique<NameExpr>(place, model.name.text), std::move(args)));
  predict.body.push_back(std::move(result));
  if (!emitPredict(predict))
    return false;
  (*entries.back().getAsObject())["model"] = true;
  return true;
}

} // namespace orrery::emit
