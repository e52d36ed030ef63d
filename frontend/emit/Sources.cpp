// The data block of structures: sources, neighbours, reference energies.

#include "frontend/emit/Emitter.h"

namespace orrery::emit {

using namespace lang;

// Sources stand in the order of their labels, which are the indices of `per source`.
bool Emitter::readSources() {
  for (const StmtPtr &stmt : program.data->body)
    if (auto *source = llvm::dyn_cast<lang::Source>(stmt.get()))
      sources.push_back(source);
  if (!isGraph())
    return true;
  for (size_t i = 0; i < sources.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (sources[i]->name.text == sources[j]->name.text) {
        error(sources[i]->name.range, "E0103",
              "source '" + sources[i]->name.text + "' is declared twice")
            .note(sources[j]->name.range, "first declared here");
        return false;
      }
  return true;
}

bool Emitter::readSource(const lang::Source &source, llvm::json::Array &list) {
  const Reader &reader = source.reader;
  if (reader.format.text != "extxyz") {
    unsupported(reader.format.range, "reader '" + reader.format.text + "' of a source");
    return false;
  }
  llvm::json::Object units;
  for (const ReaderOption &option : reader.options) {
    if (option.name.text != "units") {
      unsupported(option.name.range, "reader option '" + option.name.text + "'");
      return false;
    }
    Arguments args(option.args);
    for (const NamedArg *arg : args.named) {
      auto *text = llvm::dyn_cast<StringExpr>(arg->values.front().get());
      bool isKnown =
          arg->name.text == "energy" || arg->name.text == "length" || fieldNamed(arg->name.text);
      if (!text || !isKnown) {
        error(arg->range, "E0402",
              "units(...) gives the unit of energies, lengths or a field in the file, in quotes: "
              "units(energy: \"hartree\", length: \"bohr\")");
        return false;
      }
      units[arg->name.text] = text->value;
    }
  }
  list.push_back(llvm::json::Object{
      {"name", source.name.text},
      {"reader",
       llvm::json::Object{{"kind", "extxyz"}, {"path", reader.path}, {"units", std::move(units)}}},
      {"location", program.sources->place(source.range)}});
  return true;
}

// `dim source = { emt, xtb }`, `dim frame in source`: the labels are the sources.
bool Emitter::checkSourceDim() {
  Binding *frames = lookup(sampleDim);
  const Dim *frame = frames && frames->kind == Binding::Kind::Dim ? frames->dim : nullptr;
  const Dim *kinds = nullptr;
  for (const sema::IndexMap &map : frame ? frame->maps : std::vector<sema::IndexMap>())
    if (!map.to->labels.empty())
      kinds = map.to;
  std::vector<const lang::Source *> ordered;
  for (const lang::Source *source : sources) {
    if (kinds && kinds->indexOf(source->name.text) < 0) {
      noSuchLabel(source->name.range, kinds, source->name.text);
      return false;
    }
    if (!kinds)
      ordered.push_back(source);
  }
  for (const std::string &label : kinds ? kinds->labels : std::vector<std::string>()) {
    auto it = llvm::find_if(sources, [&](const lang::Source *s) { return s->name.text == label; });
    if (it == sources.end()) {
      error(lookup(kinds->name)->place, "E0113",
            "no source is given for label '" + label + "' of dim '" + kinds->name + "'")
          .help("source " + label + " = extxyz \"...\" in the data block");
      return false;
    }
    ordered.push_back(*it);
  }
  llvm::json::Array list;
  for (const lang::Source *source : ordered)
    if (!readSource(*source, list))
      return false;
  dataJson["sources"] = std::move(list);
  return true;
}

// Of these dims the data says how many there are: structures, their atoms, pairs of atoms.
bool Emitter::isInData(const Dim *dim) const {
  bool isPart =
      llvm::any_of(dim->maps, [&](const sema::IndexMap &map) { return map.to->name == sampleDim; });
  return !dim->isRunTime() || dim->name == sampleDim || dim->name == edgeDim || isPart;
}

bool Emitter::checkFieldDims() {
  for (const DataField &field : fields) {
    const Dim *first = findDim(field.dims.front(), field.stmt->type.range);
    if (!first)
      return false;
    if (first->isRunTime() && isInData(first))
      continue;
    error(field.stmt->type.range, "E0402",
          "a field of structures begins with '" + sampleDim + "', or with a dim in it")
        .help("dim atom in " + sampleDim + ", and pos: [atom, xyz]");
    return false;
  }
  return true;
}

// image = neighbors(edge; pos, cell, within: 5.0, cap: 20)
bool Emitter::readNeighbors(const Assign &stmt) {
  auto *call = stmt.values.size() == 1 ? llvm::dyn_cast<CallExpr>(stmt.values[0].get()) : nullptr;
  if (!call || calleeName(*call) != "neighbors" || stmt.targets.size() != 1) {
    unsupported(stmt.range, "a computed field other than neighbors(...)");
    return false;
  }
  Arguments args(call->args);
  if (!refuseOthers(call->range, args, {"within", "cap"}))
    return false;
  const NamedArg *within = args.find("within"), *cap = args.find("cap");
  if (args.operands.size() != 3 || !within || !args.specs.empty()) {
    error(call->range, "E0402",
          "neighbors names the dim of pairs, positions, cell and a distance: image = "
          "neighbors(edge; pos, cell, within: 5.0)");
    return false;
  }
  const Dim *edge = dimNamed(*args.operands[0]);
  if (!edge)
    return false;
  const DataField *pos = fieldNamed(textOf(*args.operands[1])),
                  *cell = fieldNamed(textOf(*args.operands[2]));
  if (!pos || !cell) {
    error((pos ? args.operands[2] : args.operands[1])->range, "E0101",
          "no field '" + textOf(*(pos ? args.operands[2] : args.operands[1])) + "' here");
    return false;
  }
  const std::string &atom = pos->dims.front();
  bool isEdge = edge->maps.size() == 2 && edge->maps[0].to == edge->maps[1].to &&
                edge->maps[0].to->name == atom;
  if (!isEdge) {
    error(args.operands[0]->range, "E0402",
          "'" + edge->name + "' must be pairs of '" + atom + "': dim " + edge->name +
              " in src: " + atom + ", dst: " + atom);
    return false;
  }
  if (pos->dims.size() != 2 || cell->dims.size() != 3 || cell->dims[2] != pos->dims[1]) {
    error(call->range, "E0402",
          "positions are [" + atom + ", xyz], and the cell is [" + sampleDim +
              ", abc, xyz]: three "
              "vectors");
    return false;
  }
  std::optional<double> distance = numberOf(*within->values.front(), "'within'");
  std::optional<int64_t> most =
      cap ? wholeOf(*cap->values.front(), "'cap'") : std::optional<int64_t>(0);
  if (!distance || !most)
    return false;
  if (!(*distance > 0) || *most < 0) {
    error((*distance > 0 ? cap : within)->range, "E0204", "this must be above zero");
    return false;
  }
  edgeDim = edge->name;
  imageField = std::make_unique<lang::Field>();
  imageField->name = stmt.targets[0];
  imageField->range = stmt.range;
  imageField->type.kind = lang::Type::Kind::Tensor;
  imageField->type.range = stmt.range;
  DataField field;
  for (const std::string &name : {edge->name, cell->dims[1]}) {
    Name dim;
    dim.text = name;
    dim.range = call->range;
    imageField->type.dims.push_back({dim});
    field.dims.push_back(name);
  }
  field.stmt = imageField.get();
  std::string positions = pos->stmt->name.text, vectors = cell->stmt->name.text;
  fields.push_back(std::move(field));
  dataJson["neighbors"] = llvm::json::Object{{"edge", edge->name},
                                             {"image", stmt.targets[0].text},
                                             {"positions", positions},
                                             {"cell", vectors},
                                             {"within", *distance},
                                             {"cap", *most},
                                             {"location", program.sources->place(stmt.range)}};
  return true;
}

// baseline(energy, by: z, per: source)
bool Emitter::readBaseline(const Directive &directive, Arguments &args) {
  const NamedArg *by = args.find("by"), *per = args.find("per");
  if (!refuseOthers(directive.range, args, {"by", "per"}))
    return false;
  const DataField *energy =
      args.operands.size() == 1 ? fieldNamed(textOf(*args.operands[0])) : nullptr;
  const DataField *kind = by ? fieldNamed(textOf(*by->values.front())) : nullptr;
  if (!energy || !kind || kind->index.empty() || energy->dims.size() != 1 ||
      energy->dims[0] != sampleDim) {
    error(directive.range, "E0402",
          "baseline names a field of one number a structure and the kinds that it is made up of: "
          "baseline(energy, by: z, per: source)");
    return false;
  }
  if (per) {
    const Dim *frame = findDim(sampleDim, per->range), *dim = dimNamed(*per->values.front());
    if (!frame || !dim)
      return false;
    if (llvm::none_of(frame->maps, [&](const sema::IndexMap &map) { return map.to == dim; })) {
      error(per->range, "E0114", "dim '" + sampleDim + "' has no map to '" + dim->name + "'");
      return false;
    }
  }
  dataJson["baseline"] = llvm::json::Object{{"field", energy->stmt->name.text},
                                            {"by", kind->stmt->name.text},
                                            {"per_source", per != nullptr}};
  return true;
}

} // namespace orrery::emit
