// The entries of training: loss, gradient, evaluation.

#include "frontend/emit/Emitter.h"

#include "dialects/graph/GraphBuild.h"
#include "dialects/train/Train.h"
#include "frontend/emit/Unused.h"
#include "llvm/Support/SaveAndRestore.h"

namespace orrery::emit {

using namespace lang;

Env Emitter::entryEnv(int64_t batch) {
  Env env;
  env.fixed = openSizes;
  if (!batchDim.empty() && !isGraph())
    env.fixed[batchDim] = batch;
  return env;
}

const Dim *Emitter::batchOf(int64_t batch) {
  if (batchDim.empty())
    return nullptr;
  return dims.get(batchDim, isGraph() ? sema::runTimeSize : batch);
}

// One argument of an entry as the descriptor has it: sizes that only a batch knows are null, and
// then it names its dims.
llvm::json::Object Emitter::slotJson(const std::string &role, const std::string &name,
                                     mlir::Value value) {
  llvm::json::Array shape, names;
  bool isSized = true;
  for (const Dim *dim : dimsOf(dims, value)) {
    isSized &= !dim->isRunTime();
    names.push_back(dim->name);
    shape.push_back(dim->isRunTime() ? llvm::json::Value(nullptr) : llvm::json::Value(dim->size));
  }
  llvm::json::Object slot{{"role", role}, {"shape", std::move(shape)}};
  if (!name.empty())
    slot["name"] = name;
  if (!isSized)
    slot["dims"] = std::move(names);
  mlir::Type element = mlir::cast<mlir::RankedTensorType>(value.getType()).getElementType();
  if (element.isF64() && element != real)
    slot["type"] = "f64";
  return slot;
}

void Emitter::addMapSlots(const std::string &name, const Value &map) {
  for (auto [part, array] : {std::pair("index", map.array), std::pair("ranges", map.ranges),
                             std::pair("order", map.order)})
    if (array) {
      llvm::json::Object slot = slotJson("map", name, array);
      slot["part"] = part;
      slot["type"] = "i32";
      frame->inputs->push_back(std::move(slot));
    }
}

// A field as arguments of the function at hand, behind those that it has.
Value Emitter::addField(const DataField &field, Range place) {
  const std::string &name = field.name().text;
  Dims along = fieldDims(field, place);
  if (along.size() != field.dims.size())
    return {};
  mlir::Block &body = frame->function.getBody().front();
  auto argument = [&](const Dims &dims, mlir::Type element) -> mlir::Value {
    return body.addArgument(typeOf(context, dims, element), location(place));
  };
  if (!field.index.empty()) {
    const Dim *to = findDim(field.index, field.stmt->type.element.range);
    if (!to)
      return {};
    mlir::Type whole = builder.getI32Type();
    mlir::Value index = argument(along, whole), ranges = argument({to, dims.get("ends", 2)}, whole);
    Value map = Value::map(to, index, ranges, argument(along, whole));
    if (frame->inputs)
      addMapSlots(name, map);
    return map;
  }
  Value value = Value::of(argument(along, elementOf(name)));
  value.field = name;
  if (frame->inputs) {
    llvm::json::Object slot = // a mask is one of its field
        slotJson(field.mask ? "mask" : "field", field.stmt->name.text, value.array);
    slot["normalized"] = !field.over.empty();
    frame->inputs->push_back(std::move(slot));
  }
  return value;
}

// `pass-sizes` gives a function an argument for every size that its types leave open, in the order
// of their first appearance.
void Emitter::addSizes(mlir::func::FuncOp function, llvm::json::Array &inputs) {
  std::vector<const Dim *> known;
  for (mlir::BlockArgument argument : function.getBody().front().getArguments())
    for (const Dim *dim : dimsOf(dims, argument))
      if (dim->isRunTime() && !llvm::is_contained(known, dim)) {
        known.push_back(dim);
        inputs.push_back(llvm::json::Object{{"role", "size"}, {"name", dim->name}});
      }
}

// Begins a public or private function with all parameters, then `inputs`.
mlir::func::FuncOp Emitter::startFunction(const std::string &name, Frame &started,
                                          const std::vector<std::pair<std::string, Dims>> &inputs,
                                          Range place) {
  llvm::SmallVector<mlir::Type> types;
  for (const Parameter &parameter : parameters)
    types.push_back(typeOf(context, parameter.dims, real));
  for (const auto &[input, inputDims] : inputs)
    types.push_back(typeOf(context, inputDims, real));
  builder.setInsertionPointToEnd(module.getBody());
  auto function = mlir::func::FuncOp::create(builder, location(place), uniqueSymbol(name),
                                             builder.getFunctionType(types, {}));
  mlir::Block *block = function.addEntryBlock();
  builder.setInsertionPointToStart(block);
  for (auto [i, parameter] : llvm::enumerate(parameters))
    started.arguments[parameter.name] = block->getArgument(i);
  started.function = function;
  return function;
}

// The fields that the body of `train` names.
void Emitter::findTrainFields() {
  for (const DataField &field : fields) {
    llvm::StringRef text = program.sources->text(program.train->range);
    size_t at = 0;
    const std::string &name = field.name().text;
    auto isWord = [](char c) { return std::isalnum((unsigned char)c) || c == '_'; };
    while ((at = text.find(name, at)) != llvm::StringRef::npos) {
      bool isWhole = (at == 0 || !isWord(text[at - 1])) &&
                     (at + name.size() >= text.size() || !isWord(text[at + name.size()]));
      if (isWhole)
        break;
      ++at;
    }
    if (at != llvm::StringRef::npos)
      trainFields.push_back(field);
  }
}

// Executes the body of `train`; the terms of the loss come out, and the reports where they are
// asked for.
bool Emitter::trainBody(std::vector<Value> &terms, std::vector<const Report *> *reports) {
  for (const StmtPtr &stmt : program.train->body) {
    if (llvm::isa<Directive, lang::Optimizer>(stmt.get()))
      continue;
    if (auto *report = llvm::dyn_cast<Report>(stmt.get())) {
      if (reports)
        reports->push_back(report);
      continue;
    }
    auto *goal = llvm::dyn_cast<Minimize>(stmt.get());
    if (!goal) {
      if (!execute(*stmt))
        return false;
      continue;
    }
    Value term = evaluate(*goal->value);
    if (!term)
      return false;
    if (term.isArray() && !field::namesOf(term.array).empty()) {
      error(goal->value->range, "E0410",
            "minimize needs one number, but this is " + dimsText(term.array))
          .help("take mean(...) or sum(...) of it");
      return false;
    }
    mlir::Value array = arrayOf(term, goal->value->range);
    if (!array)
      return false;
    array = build(goal->value->range).cast(array, real);
    terms.push_back(Value::of(array));
    if (reports)
      continue;
    lossNames.push_back(
        goal->as ? goal->as.text
                 : "loss" + (terms.size() == 1 ? std::string() : std::to_string(terms.size())));
    if (llvm::count(lossNames, lossNames.back()) > 1) {
      error(goal->as ? goal->as.range : goal->range, "E0103",
            "two terms of the loss are called '" + lossNames.back() + "'");
      return false;
    }
  }
  return true;
}

bool Emitter::emitLossOf(int64_t samples) {
  lossNames.clear();
  Frame loss;
  Scope scope;
  loss.file = fileScope(entryEnv(samples));
  loss.scope = &scope;
  loss.training = true;
  loss.batch = batchOf(samples);
  llvm::SaveAndRestore current(frame, &loss);
  startFunction("loss", loss, {}, program.train->range.start());
  loss.function.setPrivate();
  for (const DataField &field : trainFields) {
    Value value = addField(field, field.stmt->range);
    if (!value || diags.hasErrors())
      return false;
    bindValue(field.name(), value, nullptr);
  }
  std::vector<Value> terms;
  if (!trainBody(terms, nullptr))
    return false;
  field::Build b = build(program.train->range.start());
  mlir::Value total = terms[0].array;
  for (size_t i = 1; i < terms.size(); ++i)
    total = b.add(total, terms[i].array);
  llvm::SmallVector<mlir::Value> results = {total};
  for (const Value &term : terms)
    results.push_back(term.array);
  finishFunction(loss, results);
  lossFunction = loss.function;
  lossExtras = loss.extras;
  return true;
}

llvm::json::Array Emitter::parameterInputs(const char *role) {
  llvm::json::Array list;
  for (const Parameter &parameter : parameters)
    list.push_back(llvm::json::Object{{"role", role}, {"name", parameter.name}});
  return list;
}

bool Emitter::emitGradient() {
  Range place = program.train->range.start();
  Frame gradient;
  Scope scope;
  gradient.file = fileScope(entryEnv(microBatch));
  gradient.scope = &scope;
  gradient.batch = batchOf(microBatch);
  gradient.training = true;
  llvm::SaveAndRestore current(frame, &gradient);
  llvm::json::Array in = parameterInputs("parameter"), out{llvm::json::Object{{"role", "loss"}}};
  auto function = startFunction("gradient", gradient, {}, place);
  gradient.inputs = &in;
  function->setAttr("orrery.entry", builder.getUnitAttr());
  mlir::Block &block = function.getBody().front();
  for (const DataField &field : trainFields)
    if (!addField(field, place))
      return false;
  mlir::Type whole = typeOf(context, {}, builder.getI64Type());
  llvm::SmallVector<mlir::Value> operands(block.getArguments());
  mlir::Value seed = block.addArgument(whole, location(place)),
              step = block.addArgument(whole, location(place));
  in.push_back(llvm::json::Object{{"role", "seed"}});
  in.push_back(llvm::json::Object{{"role", "step"}});
  samplesOf(place);
  for (const Extra &extra : lossExtras)
    if (extra.kind == Extra::Kind::Key)
      operands.push_back(train::FoldKeyOp::create(builder, location(place), whole, seed,
                                                  mlir::ValueRange{step}, 0));
    else
      llvm::append_range(operands, extraOperands(extra, place));

  llvm::SmallVector<mlir::Type> results(lossFunction.getResultTypes());
  llvm::SmallVector<int64_t> wrt;
  for (auto [i, parameter] : llvm::enumerate(parameters)) {
    wrt.push_back(i);
    results.push_back(operands[i].getType());
  }
  auto request = train::GradientOp::create(builder, location(place), results,
                                           lossFunction.getSymNameAttr(), operands, wrt);
  finishFunction(gradient, llvm::to_vector_of<mlir::Value>(request.getResults()));
  // Of the loss and its terms, and of each parameter's gradient.
  std::vector<int64_t> buckets = cutBuckets();
  buckets.insert(buckets.begin(), lossFunction.getNumResults(), -1);
  function->setAttr("orrery.buckets", builder.getDenseI64ArrayAttr(buckets));

  for (const std::string &name : lossNames)
    out.push_back(llvm::json::Object{{"role", "term"}, {"name", name}});
  for (llvm::json::Value &item : parameterInputs("gradient"))
    out.push_back(std::move(item));
  addSizes(function, in);
  entries.push_back(llvm::json::Object{{"name", "gradient"},
                                       {"batch", microBatch},
                                       {"inputs", std::move(in)},
                                       {"outputs", std::move(out)}});
  return true;
}

void Emitter::warnUnused() {
  llvm::BitVector used = usedByFirstResult(lossFunction);
  for (auto [i, parameter] : llvm::enumerate(parameters))
    if (!used.test(i))
      diags.warning(parameter.place, "-Wunused-param",
                    "parameter '" + parameter.name +
                        "' gets no gradient from any loss term and will not be trained");
}

// A report: for rmse and mae the mean over the batch, in physical units; the runtime does the rest.
bool Emitter::emitReport(const Reported &item, std::vector<mlir::Value> &results,
                         llvm::json::Array &outputs, Known &statistics) {
  auto *call = llvm::dyn_cast<CallExpr>(item.value.get());
  std::string kind = call ? calleeName(*item.value) : std::string();
  mlir::Value array, weight;
  if (kind == "rmse" || kind == "mae") {
    Arguments args(call->args);
    std::vector<Value> operands;
    for (const Expr *operand : args.operands) {
      operands.push_back(evaluate(*operand));
      if (!operands.back())
        return false;
    }
    if (!refuseOthers(item.value->range, args, {"per"}) || !takes(*item.value, operands, 2, 2))
      return false;
    for (const Value &operand : operands)
      if (const DataField *field = operand.field.empty() ? nullptr : fieldNamed(operand.field);
          field && isMasked(*field)) {
        error(item.value->range, "E0402",
              kind + " would count the values that '" + operand.field + "' lacks")
            .help("multiply by the mask: report mean(m * abs(a - b)) / mean(m) as error");
        return false;
      }
    mlir::Value scale;
    for (const Value &operand : operands)
      if (const DataField *field = operand.field.empty() ? nullptr : fieldNamed(operand.field);
          field && !field->over.empty() && !scale)
        scale = statisticOf(*field, statistics);
    if (isGraph()) {
      if (!emitReportPer(*item.value, args, operands, array, weight))
        return false;
    } else {
      std::optional<mlir::Value> mean =
          meanError(*item.value, args, operands, kind == "rmse", scale);
      if (!mean)
        return false;
      array = *mean;
    }
  } else {
    kind = "mean";
    Value value = evaluate(*item.value);
    if (!value || !(array = arrayOf(value, item.value->range)))
      return false;
  }
  array = build(item.value->range).cast(array, real);
  std::string name = item.as ? item.as.text : kind;
  for (const llvm::json::Value &other : *trainJson.getArray("reports"))
    if (other.getAsObject()->getString("name") == name) {
      error(item.as ? item.as.range : item.value->range, "E0103",
            "two reports are called '" + name + "'")
          .help("report rmse(a, b) as first, rmse(c, d) as second");
      return false;
    }
  llvm::json::Array names, shape;
  for (const Dim *dim : dimsOf(dims, array)) {
    names.push_back(dim->name);
    if (dim->isRunTime()) {
      error(item.value->range, "E0303",
            "a report is one number, or one a label, but this is " + dimsText(array));
      return false;
    }
    shape.push_back(dim->size);
  }
  llvm::json::Object report{{"name", name},
                            {"kind", kind},
                            {"dims", std::move(names)},
                            {"shape", llvm::json::Array(shape)},
                            {"unit", ""}};
  trainJson.getArray("reports")->push_back(std::move(report));
  outputs.push_back(
      llvm::json::Object{{"role", "report"}, {"name", name}, {"shape", std::move(shape)}});
  results.push_back(array);
  if (weight) {
    outputs.push_back(slotJson("weight", name, weight));
    results.push_back(weight);
  }
  return true;
}

// rmse or mae over structures of any size: the mean over this batch (per source, if asked), and how
// many numbers it is the mean of, with which the runtime weighs it against other batches.
bool Emitter::emitReportPer(const Expr &e, Arguments &args, std::vector<Value> operands,
                            mlir::Value &mean, mlir::Value &weight) {
  Value difference = arithmetic(e.range, BinaryExpr::Op::Sub, operands[0], operands[1]);
  if (!difference)
    return false;
  field::Build b = build(e.range);
  mlir::Value x = b.cast(difference.array, real);
  x = calleeName(e) == "rmse" ? b.mul(x, x) : b.abs(x);
  const NamedArg *per = args.find("per");
  const Dim *kept = per ? dimNamed(*per->values.front()) : nullptr;
  if (per && (!kept || per->values.size() != 1))
    return false;
  mlir::Value one = b.full(mlir::cast<mlir::RankedTensorType>(x.getType()), 1);
  std::vector<llvm::StringRef> over;
  if (kept && !has(x, kept)) {
    std::optional<MapPath> path = pathTo(x, kept);
    if (!path) {
      error(per->range, "E0114", "no map leads from " + dimsText(x) + " to '" + kept->name + "'");
      return false;
    }
    Value map = mapAt(*path, per->range);
    graph::Map arrays{map.array, map.ranges, map.order};
    x = graph::segment(b, graph::SegmentKind::Sum, x, arrays);
    one = graph::segment(b, graph::SegmentKind::Sum, one, arrays);
  }
  for (const Dim *dim : dimsOf(dims, x))
    if (dim != kept)
      over.push_back(dim->ir);
  weight = over.empty() ? one : b.sum(one, over);
  mean = b.div(over.empty() ? x : b.sum(x, over), b.max(weight, b.real(1)));
  return true;
}

// The spread of a field, one more argument of the evaluation.
mlir::Value Emitter::statisticOf(const DataField &field, Known &statistics) {
  for (const auto &[known, value] : statistics)
    if (known == field.stmt->name.text)
      return value;
  mlir::Value value = frame->function.getBody().front().addArgument(
      typeOf(context, statisticDims(field, field.stmt->range), real), location(field.stmt->range));
  statistics.push_back({field.stmt->name.text, value});
  frame->inputs->push_back(slotJson("std", field.stmt->name.text, value));
  return value;
}

// Evaluation draws nothing that depends on the sample: its key is a constant.
bool Emitter::emitEvaluate() {
  Range place = program.train->range.start();
  Frame evaluation;
  Scope scope;
  evaluation.file = fileScope(entryEnv(1));
  evaluation.scope = &scope;
  evaluation.batch = batchOf(1);
  llvm::SaveAndRestore current(frame, &evaluation);
  llvm::json::Array in = parameterInputs("parameter"), out{llvm::json::Object{{"role", "loss"}}};
  auto function = startFunction("evaluate", evaluation, {}, place);
  evaluation.inputs = &in;
  function->setAttr("orrery.entry", builder.getUnitAttr());
  fixRandom(place);
  for (const DataField &field : trainFields) {
    Value value = addField(field, place);
    if (!value)
      return false;
    bindValue(field.name(), value, nullptr);
  }
  std::vector<Value> terms;
  std::vector<const Report *> reports;
  if (!trainBody(terms, &reports))
    return false;
  field::Build b = build(place);
  mlir::Value total = terms[0].array;
  for (size_t i = 1; i < terms.size(); ++i)
    total = b.add(total, terms[i].array);
  std::vector<mlir::Value> results = {total};
  for (auto [term, name] : llvm::zip(terms, lossNames)) {
    results.push_back(term.array);
    out.push_back(llvm::json::Object{{"role", "term"}, {"name", name}});
  }
  trainJson["reports"] = llvm::json::Array();
  Known statistics;
  for (const Report *report : reports)
    for (const Reported &item : report->items)
      if (!emitReport(item, results, out, statistics))
        return false;
  finishFunction(evaluation, results);
  addSizes(function, in);
  entries.push_back(llvm::json::Object{{"name", "evaluate"},
                                       {"batch", samplesOfACall()},
                                       {"inputs", std::move(in)},
                                       {"outputs", std::move(out)}});
  return true;
}

// Entries without a seed draw with key 0 and sample numbers 0, 1, ...
void Emitter::fixRandom(Range place) {
  mlir::Type whole = typeOf(context, {}, builder.getI64Type());
  auto constant = [&](mlir::Type type, llvm::ArrayRef<int64_t> numbers) -> mlir::Value {
    auto value = mlir::DenseElementsAttr::get(mlir::cast<mlir::RankedTensorType>(type), numbers);
    return field::ConstantOp::create(builder, location(place),
                                     mlir::cast<mlir::RankedTensorType>(type), value);
  };
  frame->key = constant(whole, {0});
  if (!frame->batch || frame->batch->isRunTime())
    return; // structures bring their numbers along
  llvm::SmallVector<int64_t> numbers;
  for (int64_t i = 0; i < frame->batch->size; ++i)
    numbers.push_back(i);
  frame->samples = constant(typeOf(context, {frame->batch}, builder.getI64Type()), numbers);
}

bool Emitter::emitTraining() {
  auto model = program.functions.find(program.train->model.text);
  if (model == program.functions.end() || model->second->role != Function::Role::Model) {
    error(program.train->model.range, "E0101", "no model '" + program.train->model.text + "' here");
    return false;
  }
  if (!program.data || program.data->name.text != program.train->data.text) {
    error(program.train->data.range, "E0101",
          "no data '" + program.train->data.text + "' here" +
              (program.data ? "; did you mean '" + program.data->name.text + "'?" : ""));
    return false;
  }
  findTrainFields();
  if (!emitLoss() || !emitGradient() || !emitEvaluate())
    return false;
  warnUnused();
  return true;
}

} // namespace orrery::emit
