// Predictions go into the frames that they were made for: what the files say else stays.
#include "runtime/program/StructureFile.h"

#include <algorithm>
#include <cstring>

namespace orrery::runtime {

StructureFile::StructureFile(const std::filesystem::path &out, const Structures &structures,
                             const EntryInfo &entry, const Statistics &statistics)
    : structures(structures), descriptor(structures.model()), entry(entry), statistics(statistics),
      out(out), path(out), file(path.path(), std::ios::binary) {
  if (!file)
    failWrite(out, std::strerror(errno));
}

XyzFrame &StructureFile::frameOf(int64_t sample) {
  while (nextFrame <= sample)
    if (reader && reader->next(frame)) {
      ++nextFrame;
    } else {
      text = structures.textOf(nextFile);
      reader = std::make_unique<XyzReader>(structures.files()[nextFile++], text);
    }
  return frame;
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

void StructureFile::put(const Call &call, size_t output, const Structure &s, size_t index) {
  const Slot &slot = entry.outputs[output];
  const DataField *field = descriptor.field(slot.name);
  std::string name = field && !field->named.empty() ? field->named : slot.name;
  bool perFrame = slot.dims.empty() || slot.dims[0] == descriptor.sampleDim;
  const RealBuffer &from = call.output(output);
  const Shape &shape = call.outputShape(output);
  size_t width = from.size() / size_t(shape.empty() ? 1 : std::max<int64_t>(1, shape[0]));
  size_t first = (perFrame ? (slot.dims.empty() ? 0 : index) : atomsBefore) * width;
  if (perFrame) {
    std::vector<double> values(width);
    for (size_t i = 0; i < width; ++i)
      values[i] = from[first + i];
    if (statistics.baseline && statistics.baseline->field == slot.name)
      values[0] += statistics.baseline->of(descriptor, s);
    return setInfo(frame, name, std::move(values));
  }
  XyzColumn column{name, 'R', int64_t(width), std::vector<double>(size_t(s.atoms) * width), {}};
  for (size_t a = 0; a < size_t(s.atoms); ++a) { // back to the file's order
    size_t there = s.order.empty() ? a : size_t(s.order[a]);
    for (size_t i = 0; i < width; ++i)
      column.numbers[there * width + i] = from[first + a * width + i];
  }
  setColumn(frame, std::move(column));
}

void StructureFile::write(const Call &call, size_t, int64_t sample, size_t index) {
  const Structure &s = structures[sample];
  if (index == 0)
    atomsBefore = 0;
  frameOf(sample);
  for (size_t o = 0; o < entry.outputs.size(); ++o)
    put(call, o, s, index);
  atomsBefore += size_t(s.atoms);
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
