// The data block: fields, where they come from, how they are split and normalised, and the sizes
// that they give to dims.

#include "frontend/emit/Emitter.h"

namespace orrery::emit {

using namespace lang;

bool Emitter::readData() {
  if (!program.data)
    return true;
  dataJson["name"] = program.data->name.text;
  dataJson["normalize"] = llvm::json::Array();
  for (const StmtPtr &stmt : program.data->body)
    if (auto *field = llvm::dyn_cast<lang::Field>(stmt.get())) {
      if (!readField(*field))
        return false;
    } else if (!llvm::isa<Directive>(stmt.get())) {
      unsupported(stmt->range,
                  llvm::isa<lang::Source>(stmt.get()) ? "'source' in data" : "a computed field");
      return false;
    }
  for (const StmtPtr &stmt : program.data->body)
    if (auto *directive = llvm::dyn_cast<Directive>(stmt.get()))
      if (!readDirective(*directive))
        return false;
  if (sampleDim.empty()) {
    error(program.data->name.range, "E0402",
          "data needs 'batch(over: d)' to say which dim counts the samples");
    return false;
  }
  batchDim = program.names.count("batch") ? "batch" : sampleDim;
  return true;
}

bool Emitter::readField(const lang::Field &stmt) {
  DataField field;
  field.stmt = &stmt;
  if (fieldNamed(stmt.name.text)) {
    error(stmt.name.range, "E0103", "field '" + stmt.name.text + "' is declared twice")
        .note(fieldNamed(stmt.name.text)->stmt->name.range, "first declared here");
    return false;
  }
  if (stmt.type.kind != lang::Type::Kind::Tensor ||
      (stmt.type.element && stmt.type.element.text != "real")) {
    unsupported(stmt.type.range, "a field that is not [dims] of real numbers");
    return false;
  }
  if (!stmt.reader) {
    unsupported(stmt.range, "a field without 'from'");
    return false;
  }
  if (stmt.reader->format.text != "netcdf") {
    unsupported(stmt.reader->format.range, "reader '" + stmt.reader->format.text + "'");
    return false;
  }
  for (const DimRef &ref : stmt.type.dims) {
    if (ref.isAny()) {
      error(ref.name.range, "E0402", "a field has named dims only");
      return false;
    }
    field.dims.push_back(ref.name.text);
  }
  for (const ReaderOption &option : stmt.reader->options) {
    if (option.name.text != "dims") {
      unsupported(option.name.range, "reader option '" + option.name.text + "'");
      return false;
    }
    for (const NamedArg *arg : Arguments(option.args).named) {
      auto *text = llvm::dyn_cast<StringExpr>(arg->values.front().get());
      if (!text || !llvm::is_contained(field.dims, arg->name.text)) {
        error(arg->range, "E0402",
              "dims(...) gives a dim of the field its name in the file, in quotes: dims(lat: "
              "\"latitude\")");
        return false;
      }
      field.fileDims[arg->name.text] = text->value;
    }
  }
  fields.push_back(std::move(field));
  return true;
}

const Emitter::DataField *Emitter::fieldNamed(const std::string &name) const {
  for (const DataField &field : fields)
    if (field.stmt->name.text == name)
      return &field;
  return nullptr;
}

bool Emitter::readDirective(const Directive &directive) {
  Arguments args(directive.args);
  const std::string &name = directive.name.text;
  if (name == "split")
    return readSplit(directive, args);
  if (name == "normalize")
    return readNormalize(directive, args);
  if (name == "batch") {
    const NamedArg *over = args.find("over");
    if (!refuseOthers(directive.range, args, {"over"}))
      return false;
    if (!over || over->values.size() != 1 || !args.operands.empty()) {
      error(directive.range, "E0402",
            "batch names the dim that counts the samples: batch(over: time)");
      return false;
    }
    sampleDim = textOf(*over->values[0]);
    bool isKnown = llvm::any_of(
        fields, [&](const DataField &field) { return llvm::is_contained(field.dims, sampleDim); });
    if (!isKnown)
      error(over->range, "E0402", "no field has a dim '" + sampleDim + "'");
    return isKnown;
  }
  std::vector<std::string> known = {"split", "normalize", "batch"};
  std::string near = diag::nearest(name, known);
  if (!near.empty() && near != name)
    error(directive.name.range, "E0110",
          "no directive '" + name + "' in data; did you mean '" + near + "'?");
  else
    unsupported(directive.name.range, "'" + name + "' in data");
  return false;
}

// split(time, train: "1981".."2014", valid: "2015", test: "2016".."2020"), or shares: split(random,
// train: 0.8, ...).
bool Emitter::readSplit(const Directive &directive, Arguments &args) {
  if (args.operands.size() != 1 || !args.specs.empty() ||
      !refuseOthers(directive.range, args, {"train", "valid", "test", "seed"})) {
    if (args.operands.size() != 1)
      error(directive.range, "E0402",
            "split names a dim and its parts: split(time, train: \"1981\"..\"2014\", valid: "
            "\"2015\", test: \"2016\")");
    return false;
  }
  llvm::json::Object split;
  std::string dim = textOf(*args.operands[0]);
  if (dim == "random") {
    unsupported(args.operands[0]->range, "a random split");
    return false;
  }
  split["dim"] = dim;
  split["kind"] = "range";
  split["location"] = program.sources->place(directive.range);
  auto text = [&](const Expr &e) -> std::optional<std::string> {
    if (auto *string = llvm::dyn_cast<StringExpr>(&e))
      return string->value;
    unsupported(e.range, "a part of a split that is not a time in quotes");
    return std::nullopt;
  };
  for (const NamedArg *arg : args.named) {
    const Expr &e = *arg->values.front();
    auto *range = llvm::dyn_cast<DimRangeExpr>(&e);
    auto first = text(range ? *range->first : e),
         last = first ? text(range ? *range->last : e) : std::nullopt;
    if (!last)
      return false;
    split[arg->name.text] = llvm::json::Array{*first, *last};
  }
  dataJson["split"] = std::move(split);
  return true;
}

bool Emitter::readNormalize(const Directive &directive, Arguments &args) {
  const NamedArg *over = args.find("over");
  if (!refuseOthers(directive.range, args, {"over"}))
    return false;
  if (!over || args.operands.empty() || !args.specs.empty()) {
    error(directive.range, "E0402",
          "normalize names fields and dims: normalize(coarse, over: time, lat, lon)");
    return false;
  }
  for (const Expr *operand : args.operands) {
    std::string name = textOf(*operand);
    auto field =
        llvm::find_if(fields, [&](const DataField &f) { return f.stmt->name.text == name; });
    if (field == fields.end()) {
      std::vector<std::string> known;
      for (const DataField &f : fields)
        known.push_back(f.stmt->name.text);
      std::string near = diag::nearest(name, known);
      error(operand->range, "E0101",
            "no field '" + name + "' here" +
                (near.empty() ? "" : "; did you mean '" + near + "'?"));
      return false;
    }
    llvm::json::Array dimsJson;
    for (const ExprPtr &item : over->values) {
      std::string dim = textOf(*item);
      if (!llvm::is_contained(field->dims, dim)) {
        bool isElsewhere = llvm::any_of(
            fields, [&](const DataField &f) { return llvm::is_contained(f.dims, dim); });
        if (!isElsewhere) {
          error(item->range, "E0302", "no field has a dim '" + dim + "'");
          return false;
        }
        continue;
      }
      field->over.push_back(dim);
      dimsJson.push_back(dim);
    }
    dataJson.getArray("normalize")
        ->push_back(llvm::json::Object{{"field", name}, {"over", std::move(dimsJson)}});
  }
  return true;
}

// Open dims take their sizes from the command line, else from the first file that has them.
bool Emitter::sizeOpenDims() {
  for (const auto &[name, size] : program.shape) {
    openSizes[name] = size;
    openOrigins[name] = "--shape " + name + "=" + std::to_string(size);
  }
  for (const DataField &field : fields)
    for (const std::string &dim : field.dims) {
      auto it = program.names.find(dim);
      bool isOpen =
          it != program.names.end() && llvm::isa<lang::Dim>(it->second.stmt) && !it->second.value();
      if (!isOpen || dim == sampleDim || openSizes.count(dim) || !options.sizeInFile)
        continue;
      auto named = field.fileDims.find(dim);
      if (std::optional<int64_t> size = options.sizeInFile(
              field.stmt->reader->path, named == field.fileDims.end() ? dim : named->second)) {
        openSizes[dim] = *size;
        openOrigins[dim] = field.stmt->name.text + ", " + field.stmt->reader->path;
      }
    }
  return true;
}

// Sizes that the program computes must be those of the files.
void Emitter::checkFileSizes() {
  for (const DataField &field : fields)
    for (auto [i, dim] : llvm::enumerate(field.dims)) {
      if (dim == sampleDim || !options.sizeInFile || program.shape.size())
        continue;
      Binding *binding = lookup(dim);
      if (!binding || binding->kind != Binding::Kind::Dim || !binding->dim->labels.empty())
        continue;
      auto named = field.fileDims.find(dim);
      std::optional<int64_t> size = options.sizeInFile(
          field.stmt->reader->path, named == field.fileDims.end() ? dim : named->second);
      if (size && *size != binding->dim->size)
        error(field.stmt->type.dims[i].name.range, "E0503",
              "'" + dim + "' is " + std::to_string(binding->dim->size) + " in the model, but " +
                  std::to_string(*size) + " in " + field.stmt->reader->path)
            .note(derivation(dim));
    }
}

// The dims of a field inside the model: samples come in batches.
Dims Emitter::fieldDims(const DataField &field, Range place) {
  Dims found;
  for (auto [i, name] : llvm::enumerate(field.dims)) {
    const Dim *dim =
        name == sampleDim ? frame->batch : findDim(name, field.stmt->type.dims[i].name.range);
    if (!dim)
      return {};
    found.push_back(dim);
  }
  return found;
}

// What is left of a field's dims in its statistics.
Dims Emitter::statisticDims(const DataField &field, Range place) {
  Dims found;
  for (auto [i, name] : llvm::enumerate(field.dims))
    if (!llvm::is_contained(field.over, name) && name != sampleDim)
      found.push_back(findDim(name, field.stmt->type.dims[i].name.range));
  return found;
}

} // namespace orrery::emit
