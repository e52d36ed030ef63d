// The NetCDF file that a predict entry fills.
#include "runtime/program/PredictionFile.h"
#include "runtime/core/Error.h"

#include <algorithm>
#include <fmt/format.h>
#include <netcdf.h>

namespace orrery::runtime {

static Attribute textAttribute(const std::string &name, const std::string &text) {
  return {name, NC_CHAR, text, {}};
}

// What describes how a variable was packed does not describe ours.
static Attributes withoutPacking(const Attributes &from) {
  static const char *packing[] = {"_FillValue",   "missing_value", "scale_factor", "add_offset",
                                  "valid_min",    "valid_max",     "valid_range",  "_Unsigned",
                                  "actual_range", "coordinates",   "grid_mapping", "cell_measures"};
  Attributes kept;
  for (const Attribute &a : from)
    if (std::none_of(std::begin(packing), std::end(packing),
                     [&](const char *name) { return a.name == name; }))
      kept.push_back(a);
  return kept;
}

static void setText(Attributes &attributes, const std::string &name, const std::string &text) {
  if (text.empty())
    return;
  for (Attribute &a : attributes)
    if (a.name == name) {
      a = textAttribute(name, text);
      return;
    }
  attributes.push_back(textAttribute(name, text));
}

PredictionFile::PredictionFile(const fs::path &path, const Model &model, const EntryInfo &entry,
                               Dataset &data, const Statistics &statistics,
                               const std::string &history)
    : input(data), file(path), sampleDim(model.descriptor().sampleDim) {
  const SampleAxis &axis = data.axis();
  std::string formerHistory;
  if (!data.fields().empty()) {
    Attributes global;
    for (const Attribute &a : data.fields().front().globalAttributes())
      if (a.name == "history")
        formerHistory = "\n" + a.text;
      else if (a.name != "Conventions" && a.name[0] != '_')
        global.push_back(a);
    file.addAttributes(global);
  }
  file.addAttributes(
      {textAttribute("Conventions", "CF-1.8"), textAttribute("history", history + formerHistory)});
  // Fields come first: their variables keep their names, and what else has them gets longer ones.
  std::vector<size_t> order;
  for (bool isField : {true, false})
    for (size_t i = 0; i < entry.outputs.size(); ++i)
      if ((model.descriptor().field(entry.outputs[i].name) != nullptr) == isField)
        order.push_back(i);
  for (size_t i : order) {
    const Slot &slot = entry.outputs[i];
    bool sampled = std::find(slot.dims.begin(), slot.dims.end(), sampleDim) != slot.dims.end();
    if (sampled && sampleDimId < 0) {
      std::string name = axis.name.empty() ? sampleDim : axis.name;
      sampleDimId = file.addDim(name, 0);
      dims[name] = {sampleDimId, 0};
      if (!axis.values.empty()) {
        sampleVariable =
            file.addVariable(name, NC_DOUBLE, {sampleDimId}, withoutPacking(axis.attributes),
                             {std::max<size_t>(1, axis.values.size())});
        names.push_back(name);
      }
    }
    define(model, slot, i, statistics);
  }
  file.endDefinitions();
  for (const auto &[name, coordinate] : coordinates)
    file.write(coordinate.first, {0}, {coordinate.second->values.size()},
               coordinate.second->values.data());
}

// A dim's name in the file; if two model dims of different sizes share one there (the coarse and
// the fine "lat"), the second keeps its model name.
int PredictionFile::dimNamed(const std::string &modelDim, const DataField *field, size_t size,
                             const Statistics &statistics) {
  std::string name = field ? field->fileDim(modelDim) : modelDim;
  if (auto known = dims.find(name); known != dims.end() && known->second.second != size)
    name = modelDim;
  if (auto known = dims.find(name); known != dims.end())
    return known->second.first;
  int id = file.addDim(name, size);
  dims[name] = {id, size};
  const Coordinate *coordinate = nullptr;
  for (BoundField &given :
       input.fields()) // the input's own coordinates go before those that the model learned with
    if (auto found = given.coordinates().find(modelDim); found != given.coordinates().end())
      coordinate = &found->second;
  if (auto found = statistics.coordinates.find(modelDim);
      !coordinate && found != statistics.coordinates.end())
    coordinate = &found->second;
  if (coordinate && coordinate->values.size() == size) {
    coordinates[name] = {
        file.addVariable(name, NC_DOUBLE, {id}, withoutPacking(coordinate->attributes)),
        coordinate};
    names.push_back(name);
  }
  return id;
}

std::string PredictionFile::freeName(const std::string &variable, const Slot &slot) {
  std::string name = variable;
  if (std::find(names.begin(), names.end(), name) != names.end())
    name = slot.name + "_" + variable;
  names.push_back(name);
  return name;
}

Attributes PredictionFile::attributesOf(const Slot &slot, const DataField *field,
                                        const Label *label, const std::string &variable,
                                        const Statistics &statistics, int type) const {
  Attributes result;
  auto known = statistics.variables.find(slot.name);
  if (known != statistics.variables.end())
    for (const VariableInfo &v : known->second)
      if (v.name == variable)
        result = withoutPacking(v.attributes);
  // Values are in the model's unit, whatever the file's was.
  setText(result, "units", label && !label->unit.empty() ? label->unit : field ? field->unit : "");
  result.insert(
      result.begin(),
      {"_FillValue", type, "", {double(type == NC_FLOAT ? NC_FILL_FLOAT : NC_FILL_DOUBLE)}});
  return result;
}

void PredictionFile::define(const Model &model, const Slot &slot, size_t number,
                            const Statistics &statistics) {
  if (slot.role != "field")
    return;
  const Descriptor &d = model.descriptor();
  const DataField *field = d.field(slot.name);
  Output out{number, 1,  1, 1, slot.normalized ? statistics.find(slot.name) : nullptr,
             {},     {}, 0, 1, false};
  const Dim *labelled = nullptr;
  std::vector<int> ids;
  std::vector<size_t> chunk;
  size_t perSample = 1;
  for (size_t i = 0; i < slot.dims.size(); ++i) {
    size_t size = size_t(slot.shape[i]);
    if (slot.dims[i] == sampleDim && !out.hasSample) {
      out.hasSample = true;
      out.sampleAxis = ids.size();
      out.batch = size;
      out.outer = perSample;
      ids.push_back(sampleDimId);
      out.counts.push_back(1);
      chunk.push_back(1);
      continue;
    }
    perSample *= size;
    const Dim *dim = d.dim(slot.dims[i]);
    if (dim && !dim->labels.empty() && !labelled) {
      labelled = dim;
      out.labelInner = 1;
      continue;
    }
    if (labelled)
      out.labelInner *= size;
    // What is no field lies along the dims of one, and so does its variable.
    const DataField *naming = field;
    for (const DataField &other : d.fields)
      if (!naming &&
          std::find(other.dims.begin(), other.dims.end(), slot.dims[i]) != other.dims.end())
        naming = &other;
    int id = dimNamed(slot.dims[i], naming, size, statistics);
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) // of two model dims that share a name
      id = dimNamed(slot.dims[i], nullptr, size, statistics);
    ids.push_back(id);
    out.counts.push_back(size);
    chunk.push_back(size);
  }
  out.inner = perSample / out.outer;
  if (out.statistics && out.statistics->groupOf.size() != perSample)
    throw Error(ExitFailure, "E0999", "",
                fmt::format("output '{}' of a predict entry has other sizes than the field: a "
                            "fault of the compiler that made this program",
                            slot.name));
  int type = model.realBytes() == 4 ? NC_FLOAT : NC_DOUBLE;
  auto add = [&](const std::string &variable, const Label *label) {
    out.variables.push_back(
        file.addVariable(freeName(variable, slot), type, ids,
                         attributesOf(slot, field, label, variable, statistics, type), chunk));
  };
  if (labelled)
    for (const Label &label : labelled->labels)
      add(label.file, &label);
  else
    add(field && !field->named.empty() ? field->named : slot.name, nullptr);
  outputs.push_back(std::move(out));
}

void PredictionFile::write(const Call &call, size_t position, int64_t sample, size_t index) {
  if (sampleVariable >= 0)
    file.write(sampleVariable, {position}, {1}, &input.axis().values[size_t(sample)]);
  for (const Output &out : outputs) {
    if (!out.hasSample && position > 0)
      continue;
    const RealBuffer &values = call.output(out.number);
    size_t perSample = out.outer * out.inner, labels = out.variables.size();
    std::vector<std::vector<double>> parts(labels);
    for (auto &part : parts)
      part.reserve(perSample / labels);
    for (size_t e = 0; e < perSample; ++e) {
      double x = values[(e / out.inner * out.batch + (out.hasSample ? index : 0)) * out.inner +
                        e % out.inner];
      if (out.statistics) {
        uint32_t g = out.statistics->groupOf[e];
        x = x * out.statistics->std[g] + out.statistics->mean[g];
      }
      parts[labels > 1 ? e / out.labelInner % labels : 0].push_back(x);
    }
    std::vector<size_t> start(out.counts.size(), 0);
    if (out.hasSample) // the sample dim may stand anywhere among the dims
      start[out.sampleAxis] = position;
    for (size_t v = 0; v < labels; ++v) {
      look(parts[v], [&] {
        return fmt::format("{} of sample {}", call.entry().outputs[out.number].name, sample);
      });
      file.write(out.variables[v], start, out.counts, parts[v].data());
    }
  }
}

} // namespace orrery::runtime
