// The data block: fields, where they come from, how they are split and normalised, and the sizes
// that they give to dims.

#include "frontend/emit/Emitter.h"

#include "llvm/Support/Regex.h"

namespace orrery::emit {

using namespace lang;

bool Emitter::readData() {
  if (!program.data)
    return true;
  dataJson["name"] = program.data->name.text;
  dataJson["normalize"] = llvm::json::Array();
  if (!readSources())
    return false;
  for (const StmtPtr &stmt : program.data->body)
    if (auto *field = llvm::dyn_cast<lang::Field>(stmt.get())) {
      if (!readField(*field))
        return false;
    } else if (llvm::isa<Assign>(stmt.get()) && !isGraph()) {
      unsupported(stmt->range, "a computed field");
      return false;
    }
  // The dim of the samples comes first: other statements refer to it.
  for (const StmtPtr &stmt : program.data->body)
    if (auto *directive = llvm::dyn_cast<Directive>(stmt.get());
        directive && directive->name.text == "batch" && !readDirective(*directive))
      return false;
  if (isGraph() && !sampleDim.empty()) {
    // A dim without 'in' is open; here it counts structures, of which a batch has any number.
    openSizes[sampleDim] = sema::runTimeSize;
    root.scope = root.file = fileScope(entryEnv(1));
    if (!checkSourceDim() || !checkFieldDims())
      return false;
    for (const StmtPtr &stmt : program.data->body)
      if (auto *assign = llvm::dyn_cast<Assign>(stmt.get()); assign && !readNeighbors(*assign))
        return false;
  }
  for (const StmtPtr &stmt : program.data->body)
    if (auto *directive = llvm::dyn_cast<Directive>(stmt.get());
        directive && directive->name.text != "batch" && !readDirective(*directive))
      return false;
  if (sampleDim.empty()) {
    error(program.data->name.range, "E0402",
          "data needs 'batch(over: d)' to say which dim counts the samples");
    return false;
  }
  if (splitDim && textOf(*splitDim) != sampleDim) {
    error(splitDim->range, "E0402",
          "a split divides the samples, and '" + sampleDim + "' counts them, not '" +
              textOf(*splitDim) + "'");
    return false;
  }
  batchDim = program.names.count("batch") && !isGraph() ? "batch" : sampleDim;
  return true;
}

bool Emitter::readField(const lang::Field &stmt) {
  DataField field;
  field.stmt = &stmt;
  if (fieldNamed(stmt.name.text)) {
    error(stmt.name.range, "E0103", "field '" + stmt.name.text + "' is declared twice")
        .note(fieldNamed(stmt.name.text)->name().range, "first declared here");
    return false;
  }
  if (auto known = program.names.find(stmt.name.text); known != program.names.end()) {
    error(stmt.name.range, "E0103", "'" + stmt.name.text + "' is declared twice")
        .note(known->second.name->range, "first declared here");
    return false;
  }
  bool isIndex = isGraph() && stmt.type.element && stmt.type.element.text != "real";
  if (stmt.type.kind != lang::Type::Kind::Tensor ||
      (stmt.type.element && stmt.type.element.text != "real" && !isIndex)) {
    unsupported(stmt.type.range, "a field that is not [dims] of real numbers");
    return false;
  }
  if (isIndex)
    field.index = stmt.type.element.text;
  if (isGraph()) {
    if (stmt.reader) {
      unsupported(stmt.reader->range, "a field with a reader beside sources");
      return false;
    }
    for (const DimRef &ref : stmt.type.dims)
      if (!ref.isAny())
        field.dims.push_back(ref.name.text);
    if (field.dims.empty() || field.dims.size() != stmt.type.dims.size()) {
      error(stmt.type.range, "E0402", "a field of structures is along atoms or structures");
      return false;
    }
    fields.push_back(std::move(field));
    return true;
  }
  if (!stmt.reader) {
    unsupported(stmt.range, "a field without 'from'");
    return false;
  }
  if (stmt.reader->format.text != "netcdf" && stmt.reader->format.text != "npz") {
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
      if (!isSingle(*arg, Arguments(option.args)))
        return false;
      field.fileDims[arg->name.text] = text->value;
    }
  }
  fields.push_back(std::move(field));
  return true;
}

const Emitter::DataField *Emitter::fieldNamed(const std::string &name) const {
  for (const DataField &field : fields)
    if (field.name().text == name)
      return &field;
  return nullptr;
}

bool Emitter::readDirective(const Directive &directive) {
  Arguments args(directive.args);
  const std::string &name = directive.name.text;
  if (directive.as && name != "mask") {
    error(directive.as.range, "E0106", "'" + name + "' makes nothing that could have a name");
    return false;
  }
  bool isSecond =
      (name == "split" && dataJson.get("split")) || (name == "batch" && !sampleDim.empty());
  if (isSecond) {
    error(directive.range, "E0103", "a second '" + name + "' in one 'data'");
    return false;
  }
  if (name == "split")
    return readSplit(directive, args);
  if (name == "normalize")
    return readNormalize(directive, args);
  if (name == "batch")
    return readBatch(directive, args);
  if (isGraph() && (name == "fill" || name == "mask")) {
    unsupported(directive.range, "'" + name + "' of structures");
    return false;
  }
  if (name == "fill")
    return readFill(directive, args);
  if (name == "mask")
    return readMask(directive, args);
  if (name == "baseline" && isGraph())
    return readBaseline(directive, args);
  std::string meant =
      diag::suggestion(name, {"split", "normalize", "batch", "fill", "mask", "baseline"});
  if (!meant.empty())
    error(directive.name.range, "E0110", "no directive '" + name + "' in data" + meant);
  else
    unsupported(directive.name.range, "'" + name + "' in data");
  return false;
}

bool Emitter::readBatch(const Directive &directive, Arguments &args) {
  const NamedArg *over = args.find("over");
  if (!refuseOthers(directive.range, args,
                    isGraph() ? std::vector<std::string>{"over", "atoms", "edges"}
                              : std::vector<std::string>{"over"}))
    return false;
  llvm::json::Object budget;
  for (const char *what : {"atoms", "edges"})
    if (const NamedArg *arg = args.find(what)) {
      std::optional<int64_t> most = wholeOf(*arg->values.front(), what);
      if (!most)
        return false;
      if (*most < 1) {
        error(arg->range, "E0204", std::string("'") + what + "' is at least 1");
        return false;
      }
      // The neighbours are the one thing that is assigned in `data`.
      if (what == llvm::StringRef("edges") &&
          llvm::none_of(program.data->body,
                        [](const StmtPtr &s) { return llvm::isa<Assign>(s.get()); })) {
        error(arg->range, "E0402",
              "'edges' counts pairs of neighbours, and these data have none: image = "
              "neighbors(edge; pos, cell, within: 5.0)");
        return false;
      }
      budget[what] = *most;
    }
  if (!budget.empty())
    dataJson["budget"] = std::move(budget);
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

// The parts of a split are times in quotes, sample numbers, or shares of the samples:
//
//   split(time, train: "1981".."2014", valid: "2015", test: "2016".."2020")
//   split(time, train: 0..99, valid: 100..119)
//   split(time, train: 0.9, valid: 0.1)              # the first nine tenths train
//   split(random, train: 0.9, valid: 0.1, seed: 1)
bool Emitter::readSplit(const Directive &directive, Arguments &args) {
  if (args.operands.size() != 1 || !args.specs.empty()) {
    error(directive.range, "E0402",
          "split names a dim and its parts: split(time, train: \"1981\"..\"2014\", valid: "
          "\"2015\", test: \"2016\")");
    return false;
  }
  if (!refuseOthers(directive.range, args, {"train", "valid", "test", "seed"}))
    return false;
  std::string dim = textOf(*args.operands[0]), kind;
  bool isRandom = dim == "random";
  llvm::json::Object split{{"dim", dim}, {"location", program.sources->place(directive.range)}};
  for (const NamedArg *arg : args.named) {
    if (arg->name.text == "seed") {
      std::optional<int64_t> seed = wholeOf(*arg->values.front(), "'seed'");
      if (!seed)
        return false;
      if (!isRandom || *seed < 0) {
        error(arg->range, isRandom ? "E0204" : "E0106",
              isRandom ? "'seed' is at least 0"
                       : "only a random split has a seed: split(random, train: 0.9, valid: 0.1, "
                         "seed: 1)");
        return false;
      }
      split["seed"] = *seed;
      continue;
    }
    llvm::json::Value part = nullptr;
    std::string found = readPart(*arg, part);
    if (found.empty())
      return false;
    if ((!kind.empty() && found != kind) || (isRandom && found != "share")) {
      error(arg->range, "E0402",
            isRandom ? "a random split has shares: split(random, train: 0.9, valid: 0.1)"
                     : "the parts of a split are all times, all sample numbers or all shares");
      return false;
    }
    kind = found;
    split[arg->name.text] = std::move(part);
  }
  if (!split.get("train")) {
    error(directive.range, "E0402", "a split says what trains: train: 0.9");
    return false;
  }
  split["kind"] = isRandom ? "random" : kind;
  if (kind == "share" && !checkShares(directive, split))
    return false;
  dataJson["split"] = std::move(split);
  splitDim = isRandom ? nullptr : args.operands[0];
  return true;
}

// A date, or a number of a coordinate that is no time: the file says which of them it is.
static bool isBound(llvm::StringRef text) {
  static const llvm::Regex date(
      "^-?[0-9]+(-(0?[1-9]|1[0-2])(-(0?[1-9]|[12][0-9]|3[01])([ T].*)?)?)?$");
  double number;
  return date.match(text) || !text.getAsDouble(number);
}

// Is the end of a range before its beginning, as far as the text says?
static bool isReversed(llvm::StringRef from, llvm::StringRef to) {
  static const llvm::Regex date("^[0-9][0-9][0-9][0-9](-[0-9][0-9](-[0-9][0-9])?)?$");
  size_t common = std::min(from.size(), to.size());
  double first, last;
  if (!from.getAsDouble(first) && !to.getAsDouble(last))
    return first > last;
  return date.match(from) && date.match(to) && from.take_front(common) > to.take_front(common);
}

// One part of a split: "range", "index" or "share", or "" after an error.
std::string Emitter::readPart(const NamedArg &arg, llvm::json::Value &into) {
  const Expr &e = *arg.values.front();
  auto *range = llvm::dyn_cast<DimRangeExpr>(&e);
  const Expr &first = range ? *range->first : e, &last = range ? *range->last : e;
  auto *from = llvm::dyn_cast<StringExpr>(&first), *to = llvm::dyn_cast<StringExpr>(&last);
  auto isEmpty = [&](bool endsFirst) {
    if (endsFirst)
      error(e.range, "E0506",
            "the " + arg.name.text + " split has no samples: its range ends before it begins");
    return endsFirst;
  };
  if (from && to) {
    for (const StringExpr *bound : {from, to})
      if (!isBound(bound->value)) {
        error(bound->range, "E0506", "'" + bound->value + "' is no date and no number")
            .help("write \"1982\", \"1982-03\" or \"1982-03-05\"");
        return "";
      }
    if (isEmpty(isReversed(from->value, to->value)))
      return "";
    into = llvm::json::Array{from->value, to->value};
    return "range";
  }
  if (from || to) {
    error(e.range, "E0402", "both ends of a range are times in quotes, or both are numbers");
    return "";
  }
  if (!range) {
    std::optional<double> share = numberOf(e, "a share");
    if (share)
      into = *share;
    return share ? "share" : "";
  }
  std::optional<int64_t> low = wholeOf(first, "a sample number"),
                         high = low ? wholeOf(last, "a sample number") : std::nullopt;
  if (!high || isEmpty(*low > *high))
    return "";
  into = llvm::json::Array{*low, *high};
  return "index";
}

bool Emitter::checkShares(const Directive &directive, const llvm::json::Object &split) {
  double sum = 0;
  for (const char *part : {"train", "valid", "test"}) {
    double share = split.getNumber(part).value_or(0);
    sum += share;
    if (split.get(part) && !(share > 0 && share <= 1)) {
      error(directive.range, "E0304",
            "the share of '" + std::string(part) + "' is " + sema::numberText(share) +
                ", which lies outside of 0 .. 1");
      return false;
    }
  }
  if (sum <= 1 + 1e-9)
    return true;
  error(directive.range, "E0304",
        "the shares of a split make up " + sema::numberText(sum) +
            ", which lies outside of 0 .. 1");
  return false;
}

// The field that an argument of a directive names.
Emitter::DataField *Emitter::fieldMeant(const Expr &e) {
  std::string name = textOf(e);
  auto field = llvm::find_if(fields, [&](const DataField &f) { return f.name().text == name; });
  if (field != fields.end() && !field->mask)
    return &*field;
  std::vector<std::string> known;
  for (const DataField &f : fields)
    if (!f.mask)
      known.push_back(f.name().text);
  error(e.range, "E0101",
        field != fields.end() ? "'" + name + "' is a mask, and here stands a field of the data"
                              : "no field '" + name + "' here" + diag::suggestion(name, known));
  return nullptr;
}

// fill(field, 0): what stands for a missing value, in the unit of the model.
bool Emitter::readFill(const Directive &directive, Arguments &args) {
  if (args.operands.size() != 2 || !args.specs.empty() || !args.named.empty()) {
    error(directive.range, "E0402", "fill names a field and a number: fill(coarse, 0)");
    return false;
  }
  DataField *field = fieldMeant(*args.operands[0]);
  std::optional<double> number =
      field ? numberOf(*args.operands[1], "the number that fills") : std::nullopt;
  if (!number)
    return false;
  if (field->fill) {
    error(directive.range, "E0103", "field '" + field->name().text + "' is filled twice");
    return false;
  }
  field->fill = *number;
  return true;
}

// mask(field as m): m is 1 where the field has a value and 0 where it has none.
bool Emitter::readMask(const Directive &directive, Arguments &args) {
  if (args.operands.size() != 1 || !args.specs.empty() || !args.named.empty() || !directive.as) {
    error(directive.range, "E0402", "mask names a field and what it makes: mask(fine as known)");
    return false;
  }
  DataField *field = fieldMeant(*args.operands[0]);
  if (!field)
    return false;
  if (const DataField *other = fieldNamed(directive.as.text)) {
    error(directive.as.range, "E0103", "field '" + directive.as.text + "' is declared twice")
        .note(other->name().range, "first declared here");
    return false;
  }
  DataField mask = *field;
  mask.over.clear();
  mask.fill.reset();
  mask.mask = directive.as;
  fields.push_back(std::move(mask));
  return true;
}

bool Emitter::isMasked(const DataField &field) const {
  return llvm::any_of(fields, [&](const DataField &f) { return f.mask && f.stmt == field.stmt; });
}

bool Emitter::readNormalize(const Directive &directive, Arguments &args) {
  if (isGraph()) {
    unsupported(directive.range, "'normalize' of structures");
    return false;
  }
  const NamedArg *over = args.find("over");
  if (!refuseOthers(directive.range, args, {"over"}))
    return false;
  if (!over || args.operands.empty() || !args.specs.empty()) {
    error(directive.range, "E0402",
          "normalize names fields and dims: normalize(coarse, over: time, lat, lon)");
    return false;
  }
  for (const Expr *operand : args.operands) {
    DataField *field = fieldMeant(*operand);
    if (!field)
      return false;
    if (!field->over.empty()) {
      error(operand->range, "E0103", "field '" + field->name().text + "' is normalised twice");
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
      if (llvm::is_contained(field->over, dim)) {
        error(item->range, "E0308", "dim '" + dim + "' stands here twice");
        return false;
      }
      field->over.push_back(dim);
      dimsJson.push_back(dim);
    }
    dataJson.getArray("normalize")
        ->push_back(
            llvm::json::Object{{"field", field->name().text}, {"over", std::move(dimsJson)}});
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
      if (!isOpen || dim == sampleDim || openSizes.count(dim) || !options.sizeInFile || isGraph())
        continue;
      auto named = field.fileDims.find(dim);
      if (std::optional<FileSize> found =
              options.sizeInFile(field.stmt->name.text, field.stmt->reader->path,
                                 named == field.fileDims.end() ? dim : named->second)) {
        openSizes[dim] = found->size;
        openOrigins[dim] = field.stmt->name.text + ", " + found->file;
      }
    }
  return true;
}

// Sizes that the program computes must be those of the files.
void Emitter::checkFileSizes() {
  for (const DataField &field : fields)
    for (auto [i, dim] : llvm::enumerate(field.dims)) {
      if (dim == sampleDim || !options.sizeInFile || program.shape.size() || isGraph())
        continue;
      Binding *binding = lookup(dim);
      if (!binding || binding->kind != Binding::Kind::Dim || !binding->dim->labels.empty())
        continue;
      auto named = field.fileDims.find(dim);
      std::optional<FileSize> found =
          options.sizeInFile(field.stmt->name.text, field.stmt->reader->path,
                             named == field.fileDims.end() ? dim : named->second);
      if (found && found->size != binding->dim->size)
        error(field.stmt->type.dims[i].name.range, "E0503",
              "'" + dim + "' is " + std::to_string(binding->dim->size) + " in the model, but " +
                  std::to_string(found->size) + " in " + found->file)
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
