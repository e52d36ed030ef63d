// The JSON document that a compiled model carries (runtime/abi/descriptor.md).

#include "frontend/emit/Emitter.h"

namespace orrery::emit {

using namespace lang;

static llvm::json::Object initJson(const Init &init) {
  llvm::json::Object json{{"kind", init.kind}};
  if (init.kind == "constant")
    json["value"] = init.value;
  else if (init.kind == "uniform")
    json["bound"] = init.value;
  else if (init.kind != "zeros" && init.kind != "ones")
    json["std"] = init.value;
  return json;
}

// Parameters follow one another in one vector, each at a multiple of 16 elements.
void Emitter::layOutParameters() {
  for (const Parameter &parameter : parameters) {
    int64_t count = 1;
    for (const Dim *dim : parameter.dims)
      count *= dim->size;
    offsets.push_back(flatSize);
    flatSize += (count + 15) / 16 * 16;
  }
}

llvm::json::Array Emitter::parametersJson() const {
  llvm::json::Array list;
  for (auto [parameter, offset] : llvm::zip(parameters, offsets)) {
    llvm::json::Array names, shape;
    for (const Dim *dim : parameter.dims) {
      names.push_back(dim->name);
      shape.push_back(dim->size);
    }
    list.push_back(llvm::json::Object{{"name", parameter.name},
                                      {"dims", std::move(names)},
                                      {"shape", std::move(shape)},
                                      {"offset", offset},
                                      {"init", initJson(parameter.init)}});
  }
  return list;
}

// Settings that have no name in the file: train.epochs, train.optimizer.decay, precision.compute.
void Emitter::addRunSettings(llvm::json::Array &list) {
  auto add = [&](const std::string &name, std::string value) {
    auto given = program.otherSettings.find(name);
    auto place = settingPlaces.find(name);
    std::string origin = given != program.otherSettings.end() ? given->second.origin
                         : place != settingPlaces.end() ? program.sources->place(place->second)
                                                        : "default";
    list.push_back(llvm::json::Object{
        {"name", name}, {"value", std::move(value)}, {"origin", std::move(origin)}});
  };
  if (program.train) {
    for (const char *key : sema::runKeys)
      if (auto number = trainJson.getNumber(key))
        add(std::string("train.") + key, sema::exactText(*number));
    add("train.optimizer.decay", sema::exactText(optimizer.decay));
    add("train.optimizer.eps", sema::exactText(optimizer.eps));
    add("train.optimizer.lr", scheduleText());
  }
  for (const std::string &name : sema::precisionNames(program)) {
    auto chosen = policies.find(name);
    if (chosen != policies.end())
      settingPlaces.try_emplace("precision." + name, chosen->second.second);
    add("precision." + name, options.isDouble           ? "f64"
                             : chosen != policies.end() ? chosen->second.first
                                                        : "f32");
    if (options.isDouble)
      (*list.back().getAsObject())["origin"] = "--plain";
  }
}

// A constant rate is a number; a schedule is as the text has it, on one line.
std::string Emitter::scheduleText() {
  const llvm::json::Array &pieces = *trainJson.getObject("optimizer")->getArray("lr");
  const llvm::json::Object &last = *pieces.back().getAsObject();
  if (pieces.size() == 1 && last.getString("kind") == "constant")
    return sema::exactText(*last.getNumber("to"));
  std::string text;
  llvm::SmallVector<llvm::StringRef> lines;
  std::string whole = textOf(*learningRate);
  llvm::StringRef(whole).split(lines, '\n');
  for (llvm::StringRef line : lines)
    text += (text.empty() ? "" : " ") + line.split('#').first.trim().str();
  return text;
}

std::string outline(const sema::Program &program) {
  llvm::json::Array entries;
  for (const Definition *predict : program.predicts)
    entries.push_back(llvm::json::Object{{"name", "predict_" + predict->name.text},
                                         {"predict", predict->name.text}});
  std::string model = program.train            ? program.train->model.text
                      : program.models.empty() ? ""
                                               : program.models.front()->name.text;
  return llvm::formatv("{0}",
                       llvm::json::Value(llvm::json::Object{
                           {"version", 1}, {"model", model}, {"entries", std::move(entries)}}))
      .str();
}

std::string Emitter::descriptor() {
  llvm::json::Array settings, dimList, fieldList;
  for (const std::string &name : program.order) {
    const sema::FileName &entry = program.names.at(name);
    Binding *binding = lookup(name);
    if (!binding)
      continue;
    std::string origin =
        entry.given.value ? entry.given.origin : program.sources->place(entry.name->range);
    bool isLabels = entry.value() && llvm::isa<LabelsExpr>(entry.value());
    if (binding->kind == Binding::Kind::Dim) {
      const Dim *dim = binding->dim;
      llvm::json::Object json{{"name", name}, {"size", dim->size}};
      if (dim->isRunTime())
        json["size"] = nullptr;
      if (!dim->maps.empty()) {
        llvm::json::Array maps;
        for (const sema::IndexMap &map : dim->maps)
          maps.push_back(llvm::json::Object{{"name", map.name}, {"to", map.to->name}});
        json["maps"] = std::move(maps);
      }
      if (!dim->labels.empty()) {
        llvm::json::Array labels;
        for (auto [label, file, unit] : llvm::zip(dim->labels, dim->files, dim->units))
          labels.push_back(llvm::json::Object{{"name", label}, {"file", file}, {"unit", unit}});
        json["labels"] = std::move(labels);
      }
      dimList.push_back(std::move(json));
      if (entry.value() && !isLabels)
        settings.push_back(llvm::json::Object{
            {"name", name}, {"value", std::to_string(dim->size)}, {"origin", origin}});
    } else if (binding->kind == Binding::Kind::Value && llvm::isa<Set>(entry.stmt)) {
      std::string value = binding->value.kind == Value::Kind::Truth
                              ? (binding->value.number ? "true" : "false")
                              : sema::exactText(binding->value.number);
      settings.push_back(llvm::json::Object{{"name", name}, {"value", value}, {"origin", origin}});
    }
  }
  addRunSettings(settings);
  if (!sampleDim.empty() && sampleDim != batchDim)
    dimList.push_back(llvm::json::Object{{"name", sampleDim}, {"size", nullptr}});
  for (const DataField &field : fields) {
    if (field.mask)
      continue;
    llvm::json::Array names, shape;
    for (auto [i, name] : llvm::enumerate(field.dims)) {
      names.push_back(name);
      if (name == sampleDim)
        shape.push_back(nullptr);
      else if (const Dim *dim = findDim(name, field.stmt->type.dims[i].name.range))
        shape.push_back(dim->isRunTime() ? llvm::json::Value(nullptr)
                                         : llvm::json::Value(dim->size));
    }
    if (field.stmt == imageField.get())
      continue; // no file has it
    llvm::json::Object fileDims;
    for (const auto &[name, file] : field.fileDims)
      fileDims[name] = file;
    const lang::Field &stmt = *field.stmt;
    llvm::json::Object json{{"name", stmt.name.text},
                            {"dims", std::move(names)},
                            {"shape", std::move(shape)},
                            {"unit", stmt.type.unit},
                            {"named", stmt.fileName.empty() ? llvm::json::Value(nullptr)
                                                            : llvm::json::Value(stmt.fileName)},
                            {"masked", isMasked(field)},
                            {"location", program.sources->place(stmt.range)}};
    if (field.fill)
      json["fill"] = *field.fill;
    if (stmt.reader)
      json["reader"] = llvm::json::Object{{"kind", stmt.reader->format.text},
                                          {"path", stmt.reader->path},
                                          {"dims", std::move(fileDims)}};
    if (!field.index.empty())
      json["index"] = field.index;
    fieldList.push_back(std::move(json));
  }
  std::string path = program.sources->name(program.file->id).str();
  const Definition *model = program.models.empty() ? nullptr : program.models.front();
  llvm::json::Object json{
      {"version", 1},
      {"model", program.train ? program.train->model.text
                : model       ? model->name.text
                              : ""},
      {"source",
       llvm::json::Object{{"path", path}, {"text", program.sources->text(program.file->id)}}},
      {"settings", std::move(settings)},
      {"dims", std::move(dimList)},
      {"parameters", parametersJson()},
      {"flat_size", flatSize}};
  if (program.data) {
    dataJson["fields"] = std::move(fieldList);
    dataJson["sample_dim"] = sampleDim;
    json["data"] = std::move(dataJson);
  }
  if (program.train) {
    llvm::json::Array losses;
    for (const std::string &name : lossNames)
      losses.push_back(name);
    trainJson["losses"] = std::move(losses);
    if (program.mesh)
      trainJson["mesh"] = std::move(meshJson);
    json["train"] = std::move(trainJson);
    llvm::json::Array in, out;
    for (const char *role : {"parameters", "gradients", "moment1", "moment2", "ema"})
      if (optimizer.ema || llvm::StringRef(role) != "ema")
        in.push_back(llvm::json::Object{{"role", role}});
    in.push_back(llvm::json::Object{{"role", "lr"}});
    in.push_back(llvm::json::Object{{"role", "step"}});
    for (const char *role : {"parameters", "moment1", "moment2", "ema"})
      if (optimizer.ema || llvm::StringRef(role) != "ema")
        out.push_back(llvm::json::Object{{"role", role}});
    out.push_back(llvm::json::Object{{"role", "gradient_norm"}});
    entries.push_back(llvm::json::Object{
        {"name", "update"}, {"inputs", std::move(in)}, {"outputs", std::move(out)}});
  }
  json["entries"] = std::move(entries);
  return llvm::formatv("{0}", llvm::json::Value(std::move(json))).str();
}

} // namespace orrery::emit
