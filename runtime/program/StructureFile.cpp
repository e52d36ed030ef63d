// Predictions go into the frames that they were made for, in the units of their source: what the
// files say else stays.
#include "runtime/program/StructureFile.h"
#include "runtime/core/Error.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace orrery::runtime {

StructureFile::StructureFile(const std::filesystem::path &out, const Structures &structures,
                             const EntryInfo &entry, const Statistics &statistics)
    : structures(structures), descriptor(structures.model()), entry(entry), statistics(statistics),
      out(out), path(out), file(path.path(), std::ios::binary) {
  if (!file)
    failWrite(out, std::strerror(errno));
  for (size_t f = 0; f < structures.files().size(); ++f) {
    int32_t source = structures.sourceOfFile(f);
    if (auto [to, isNew] = units.try_emplace(source); isNew)
      for (const Slot &slot : entry.outputs) {
        const DataField *field = descriptor.field(slot.name);
        to->second.push_back(field ? structures.fromFile(source, *field) : Conversion());
      }
  }
}

static void setInfo(XyzFrame &frame, const std::string &name, std::vector<double> values) {
  XyzValue value{'R', {}, std::move(values), {}};
  if (value.numbers.size() != 1)
    value.shape = {int64_t(value.numbers.size())};
  for (auto &[key, old] : frame.info)
    if (key == name) {
      old = std::move(value);
      return;
    }
  frame.info.emplace_back(name, std::move(value));
}

static void setColumn(XyzFrame &frame, XyzColumn column) {
  for (XyzColumn &old : frame.columns)
    if (old.name == column.name) {
      old = std::move(column);
      return;
    }
  frame.columns.push_back(std::move(column));
}

bool isPerStructure(const Descriptor &descriptor, const Slot &output) {
  if (output.dims.empty() || output.dims[0] == descriptor.sampleDim)
    return true;
  const Dim *dim = descriptor.dim(output.dims[0]);
  for (const IndexMap &map : dim ? dim->maps : std::vector<IndexMap>())
    if (map.to == descriptor.sampleDim)
      return false;
  throw Error(ExitUsage, "", descriptor.sourcePath,
              fmt::format("'{}' is [{}]: neither '{}' nor its atoms come first, and only what "
                          "belongs to them can be predicted",
                          output.name, fmt::join(output.dims, ", "), descriptor.sampleDim));
}

std::vector<double> outputOf(const Call &call, size_t output, const Structure &s, size_t index,
                             size_t firstAtom, const Descriptor &descriptor,
                             const Statistics &statistics) {
  const Slot &slot = call.entry().outputs[output];
  const RealBuffer &from = call.output(output);
  const Shape &shape = call.outputShape(output);
  size_t width = from.size() / size_t(shape.empty() ? 1 : std::max<int64_t>(1, shape[0]));
  bool perStructure = isPerStructure(descriptor, slot);
  size_t rows = perStructure ? 1 : size_t(s.atoms);
  size_t first = perStructure ? (slot.dims.empty() ? 0 : index) : firstAtom;
  std::vector<double> values(rows * width);
  for (size_t row = 0; row < rows; ++row) {
    size_t there = perStructure || s.order.empty() ? row : size_t(s.order[row]);
    for (size_t i = 0; i < width; ++i)
      values[there * width + i] = from[(first + row) * width + i];
  }
  if (perStructure && statistics.baseline && statistics.baseline->field == slot.name)
    values[0] += statistics.baseline->of(descriptor, s);
  return values;
}

void StructureFile::put(const Call &call, size_t output, const Structure &s, size_t index) {
  const Slot &slot = entry.outputs[output];
  const DataField *field = descriptor.field(slot.name);
  std::string name = field && !field->named.empty() ? field->named : slot.name;
  std::vector<double> values =
      outputOf(call, output, s, index, atomsBefore, descriptor, statistics);
  look(values, [&] { return fmt::format("{} of {}", slot.name, structures.named(s)); });
  const Conversion &unit = units.at(s.source)[output];
  for (double &value : values) // exact where the units are the same
    value = (value - unit.offset) / unit.scale;
  if (isPerStructure(descriptor, slot))
    return setInfo(frame, name, std::move(values));
  int64_t width = int64_t(values.size()) / s.atoms;
  setColumn(frame, {name, 'R', width, std::move(values), {}});
}

void StructureFile::write(const Call &call, size_t, int64_t sample, size_t index) {
  StructurePointer s = structures.get(sample, false);
  if (index == 0)
    atomsBefore = 0;
  frame = structures.frameOf(sample);
  for (size_t o = 0; o < entry.outputs.size(); ++o)
    put(call, o, *s, index);
  atomsBefore += size_t(s->atoms);
  std::string written;
  appendXyz(written, frame);
  if (!(file << written))
    failWrite(out, std::strerror(errno));
}

void StructureFile::commit() {
  file.close();
  if (!file)
    failWrite(out, std::strerror(errno));
  path.commit();
}

} // namespace orrery::runtime
