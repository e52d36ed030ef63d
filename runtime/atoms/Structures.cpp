// Reads the frames of all sources, converts and checks them, and finds neighbours. As many as there
// is memory for are held, the others are read again when they are asked for.
#include "runtime/atoms/Structures.h"
#include "runtime/atoms/Elements.h"
#include "runtime/core/Buffer.h"
#include "runtime/core/Error.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <fmt/format.h>
#include <functional>
#include <tuple>

namespace orrery::runtime {

Structures::Structures(const Descriptor &descriptor, const StructureOptions &options)
    : descriptor(descriptor), options(options) {
  readings.resize(descriptor.sources.size());
  present.resize(descriptor.sources.size());
  if (!this->options.memoryBudget)
    this->options.memoryBudget = uint64_t(0.4 * double(availableMemory()));
  for (size_t s = 0; s < descriptor.sources.size(); ++s) {
    const Source &source = descriptor.sources[s];
    for (const DataField &field : descriptor.fields)
      readings[s].push_back(wanted(field) ? readingOf(source, field) : Reading());
    auto given = options.overrides.find(source.name);
    bool byName = given != options.overrides.end();
    if (!byName && s == 0)
      given = options.overrides.find("");
    auto held = options.frames.find(source.name);
    if (!options.only.empty() && !(options.overrides.empty() && options.frames.empty()) &&
        given == options.overrides.end() && held == options.frames.end())
      continue; // a prediction for what is named
    if (held != options.frames.end()) {
      paths.push_back(source.name);
      fileSource.push_back(int32_t(s));
      memory.push_back(held->second);
      continue;
    }
    bool literal = given != options.overrides.end();
    for (std::string &path : findFiles(literal ? given->second : source.path, options.paths,
                                       literal, source.location)) {
      paths.push_back(std::move(path));
      fileSource.push_back(int32_t(s));
      memory.emplace_back();
    }
  }
  for (size_t file = 0; file < paths.size(); ++file)
    isInMemory(file) ? readMemory(file) : readFile(file);
  refuseMissing();
  if (isolated)
    warned.push_back(fmt::format("{} atoms have no neighbour within the cut-off (first: {})",
                                 isolated, firstIsolated));
  if (capped)
    warned.push_back(fmt::format("{} atoms have more neighbours than the {} that are kept (first: "
                                 "{}); energies jump where a neighbour is replaced",
                                 capped, descriptor.neighbours->cap, firstCapped));
}

std::string Structures::place(const StructureInfo &s) const {
  return place(size_t(s.file), s.line);
}
std::string Structures::place(size_t file, int64_t line) const {
  return isInMemory(file) ? paths[file] : fmt::format("{}:{}", paths[file], line);
}
std::string Structures::named(const StructureInfo &s) const {
  return fmt::format("frame {}, {}", s.frame, place(s));
}

void Structures::refuse(size_t file, int64_t line, int64_t frame, const std::string &why,
                        const std::string &help) const {
  throw Error(ExitData, "E0513", place(file, line), fmt::format("frame {}: {}", frame, why))
      .help(help);
}

bool Structures::wanted(const DataField &field) const {
  return options.only.empty() ||
         std::find(options.only.begin(), options.only.end(), field.name) != options.only.end();
}

bool Structures::isPerAtom(const DataField &field) const {
  return !field.dims.empty() && field.dims[0] != descriptor.sampleDim;
}

// Numbers an atom, or a frame.
size_t Structures::width(const DataField &field) const {
  size_t n = 1;
  for (size_t i = 1; i < field.shape.size(); ++i)
    n *= size_t(field.shape[i]);
  return n;
}

// Extended XYZ has lengths and energies, and what is made of them: the unit of a field in the file
// is the combination that converts to the field's unit in the model.
Structures::Reading Structures::readingOf(const Source &source, const DataField &field) const {
  auto unitOf = [&](const char *quantity, const char *usual) {
    auto given = source.units.find(quantity);
    return given == source.units.end() ? std::string(usual) : given->second;
  };
  std::string energy = unitOf("energy", "eV"), length = unitOf("length", "angstrom");
  std::vector<std::string> candidates = {length, energy, fmt::format("({})/({})", energy, length),
                                         fmt::format("({})/({})^3", energy, length)};
  if (auto own = source.units.find(field.name);
      own != source.units.end() && field.name != "energy" && field.name != "length")
    candidates = {own->second};
  Reading reading;
  if (field.unit.empty())
    return reading;
  std::string why;
  for (const std::string &candidate : candidates)
    if (auto found = conversion(candidate, field.unit, why)) {
      reading.convert = *found;
      reading.fileUnit = candidate;
      return reading;
    }
  bool isEnergy = field.name == "energy" || candidates.size() == 1;
  throw Error(ExitData, "E0504", source.location,
              fmt::format("'{}' is in \"{}\" in source '{}', \"{}\" in the model; these do not "
                          "convert",
                          field.name,
                          isEnergy ? candidates[candidates.size() == 1 ? 0 : 1]
                                   : length + ", " + energy + " or made of them",
                          source.name, field.unit))
      .note("the field is declared here", field.location)
      .help(fmt::format("units({}: \"...\") behind the file says what its unit is there; "
                        "per-mole and per-particle units do not convert",
                        field.name));
}

void Structures::checkUnchanged() const {
  for (size_t file = 0; file < paths.size(); ++file)
    if (!isInMemory(file) && DataFile::stateOf(paths[file]) != states[file])
      failChanged(paths[file]);
}

// Neighbours of so many atoms are found before the next ones are read.
constexpr int64_t atomsAtOnce = 20000;

void Structures::readMemory(size_t file) {
  states.emplace_back();
  std::span<const XyzFrame> frames = *memory[file];
  if (frames.empty())
    throw Error(ExitData, "E0510", paths[file], "has no frames");
  std::vector<int64_t> ends;
  int64_t atoms = 0;
  for (size_t i = 0, begin = 0; i < frames.size(); ++i) {
    atoms += frames[i].atoms;
    ends.push_back(int64_t(i) + 1);
    if (atoms < atomsAtOnce && i + 1 < frames.size())
      continue;
    take(frames.subspan(begin, i + 1 - begin), ends, file);
    begin = i + 1;
    atoms = 0;
    ends.clear();
  }
}

void Structures::readFile(size_t file) {
  if (std::filesystem::is_directory(paths[file]))
    throw Error(ExitData, "E0500", paths[file], "is a folder, not a file of structures")
        .help("\"FOLDER/*.extxyz\" stands for the files in it");
  XyzFile reader(paths[file]);
  states.push_back(reader.state());
  size_t before = list.size();
  for (bool more = true; more;) {
    std::vector<XyzFrame> frames;
    std::vector<int64_t> ends;
    std::exception_ptr fault; // behind those of the frames before it
    try {
      XyzFrame frame;
      for (int64_t atoms = 0; atoms < atomsAtOnce && (more = reader.next(frame));) {
        atoms += frame.atoms + 1;
        frames.push_back(std::move(frame));
        ends.push_back(reader.position());
      }
    } catch (...) {
      fault = std::current_exception();
    }
    take(frames, ends, file);
    if (fault)
      std::rethrow_exception(fault);
  }
  if (list.size() == before)
    throw Error(ExitData, "E0510", paths[file], "has no frames");
}

// Runs `work` for each number below `count` on all threads; throws what the least of them threw.
static void forEach(size_t count, const std::function<void(size_t)> &work) {
  std::vector<std::exception_ptr> faults(count);
#pragma omp parallel for schedule(dynamic) if (count > 1)
  for (size_t i = 0; i < count; ++i)
    try {
      work(i);
    } catch (...) {
      faults[i] = std::current_exception();
    }
  for (const std::exception_ptr &fault : faults)
    if (fault)
      std::rethrow_exception(fault);
}

static uint64_t bytesOf(const Structure &s) {
  auto of = [](const auto &list) { return list.capacity() * sizeof(list[0]); };
  uint64_t bytes = sizeof s + of(s.order) + of(s.edges) + of(s.values) + of(s.indices);
  for (const auto &values : s.values)
    bytes += of(values);
  for (const auto &indices : s.indices)
    bytes += of(indices);
  return bytes;
}

// Frames that end in their file at `ends`.
void Structures::take(std::span<const XyzFrame> frames, std::span<const int64_t> ends,
                      size_t file) {
  std::vector<Structure> structures(frames.size());
  forEach(frames.size(), [&](size_t i) { structures[i] = made(frames[i], file, true); });
  bool canReadAgain = isInMemory(file) || XyzFile::canReadAgain(paths[file]);
  for (size_t i = 0; i < frames.size(); ++i) {
    note(structures[i], frames[i]);
    bool isFirst = list.empty() || list.back().info.file != int32_t(file);
    list.push_back({structures[i], isFirst ? 0 : list.back().end, ends[i], nullptr});
    uint64_t bytes = bytesOf(structures[i]);
    if (heldBytes + bytes > options.memoryBudget && canReadAgain)
      continue;
    heldBytes += bytes;
    list.back().held = std::make_shared<const Structure>(std::move(structures[i]));
  }
}

// Remembers what is missing in a frame, and what is to be warned of.
void Structures::note(const Structure &s, const XyzFrame &frame) {
  for (size_t f = 0; f < descriptor.fields.size(); ++f) {
    const DataField &field = descriptor.fields[f];
    Reading &reading = readings[size_t(s.source)][f];
    present[size_t(s.source)].insert(s.indices[f].begin(), s.indices[f].end());
    if (!wanted(field) || !s.values[f].empty() || !s.indices[f].empty() || reading.missing++)
      continue;
    reading.firstFrame = s.frame;
    reading.firstLine = s.line;
    reading.there = "the per-atom columns are: " + frame.propertiesText();
    if (!isPerAtom(field)) {
      reading.there = frame.info.empty() ? "the frame has nothing but its atoms" : "the frame has:";
      for (const auto &[key, value] : frame.info)
        reading.there += " " + key;
    }
  }
  if (s.capped && !capped)
    firstCapped = named(s);
  capped += s.capped;
  if (!descriptor.neighbours)
    return;
  std::vector<bool> has(size_t(s.atoms), false);
  for (const Edge &e : s.edges)
    has[size_t(e.destination)] = true;
  for (int32_t a = 0; a < s.atoms; ++a)
    if (!has[size_t(a)] && !isolated++)
      firstIsolated =
          fmt::format("atom {} of {}", (s.order.empty() ? a : s.order[size_t(a)]) + 1, named(s));
}

XyzFrame Structures::frameOf(int64_t i) const {
  const auto &[info, begin, end, held] = list[size_t(i)];
  size_t file = size_t(info.file);
  if (isInMemory(file))
    return (*memory[file])[size_t(begin)];
  XyzFrame frame = XyzFile::frameAt(paths[file], begin, end, states[file]);
  frame.number = info.frame;
  frame.line = info.line;
  return frame;
}

StructurePointer Structures::get(int64_t i, bool withEdges) const {
  const auto &[info, begin, end, held] = list[size_t(i)];
  if (held)
    return held;
  size_t file = size_t(info.file);
  Structure s = isInMemory(file) ? made((*memory[file])[size_t(begin)], file, withEdges)
                                 : made(frameOf(i), file, withEdges);
  static_cast<StructureInfo &>(s) = info;
  return std::make_shared<const Structure>(std::move(s));
}

std::vector<StructurePointer> Structures::get(std::span<const int64_t> samples,
                                              bool withEdges) const {
  std::vector<StructurePointer> result(samples.size());
  std::vector<size_t> missing;
  for (size_t i = 0; i < samples.size(); ++i)
    if (!(result[i] = list[size_t(samples[i])].held))
      missing.push_back(i);
  forEach(missing.size(),
          [&](size_t k) { result[missing[k]] = get(samples[missing[k]], withEdges); });
  return result;
}

Structure Structures::made(const XyzFrame &frame, size_t file, bool withEdges) const {
  Structure s;
  s.source = fileSource[file];
  s.file = int32_t(file);
  s.frame = frame.number;
  s.line = frame.line;
  if (frame.atoms == 0)
    refuse(file, frame.line, frame.number, "there are no atoms");
  if (descriptor.atomBudget && frame.atoms > descriptor.atomBudget)
    throw Error(ExitData, "E0512", place(file, frame.line),
                fmt::format("frame {} has {} atoms; a batch has room for {}", frame.number,
                            frame.atoms, descriptor.atomBudget))
        .help("batch(over: " + descriptor.sampleDim +
              ", atoms: N) in the data block sets the room");
  s.atoms = int32_t(frame.atoms);
  for (size_t k = 0; k < 3; ++k) {
    bool has = frame.lattice && ((*frame.lattice)[3 * k] != 0 || (*frame.lattice)[3 * k + 1] != 0 ||
                                 (*frame.lattice)[3 * k + 2] != 0);
    if (frame.pbc[k] && !has)
      refuse(file, frame.line + 1, frame.number,
             frame.lattice
                 ? fmt::format("it is periodic along {}, but that cell vector is zero", "abc"[k])
                 : "it is periodic (pbc), but has no cell",
             "Lattice=\"...\" gives the cell; pbc=\"F F F\" says that there is none");
  }
  s.values.resize(descriptor.fields.size());
  s.indices.resize(descriptor.fields.size());
  for (size_t f = 0; f < descriptor.fields.size(); ++f)
    if (wanted(descriptor.fields[f]))
      takeField(f, frame, file, s);
  if (descriptor.neighbours)
    connect(s, frame, file, withEdges);
  return s;
}

// Of the symbols in column `species`; nothing if one of them is no element.
static std::vector<double> atomicNumbers(const XyzFrame &frame) {
  std::vector<double> numbers;
  const XyzColumn *column = frame.column("species");
  for (size_t a = 0; column && a < column->words.size(); ++a) {
    int number = atomicNumber(column->words[a]);
    if (number < 0)
      return {};
    numbers.push_back(number);
  }
  return numbers;
}

// Nothing where the frame has nothing.
void Structures::takeField(size_t index, const XyzFrame &frame, size_t file, Structure &to) const {
  const DataField &field = descriptor.fields[index];
  const Reading &reading = readings[size_t(to.source)][index];
  std::vector<double> values;
  bool found = false;
  if (!field.index.empty()) {
    found = takeIndices(field, frame, file, to, index);
  } else if (isPerAtom(field)) {
    std::string name = field.named.empty() ? field.name : field.named;
    const XyzColumn *column = frame.column(name);
    if (!column && name == "positions")
      column = frame.column("pos");
    if (!column && name == "numbers")
      values = atomicNumbers(frame);
    found = !values.empty() || (column && column->type != 'S');
    if (found && column && size_t(column->width) != width(field))
      refuse(file, frame.line + 1, frame.number,
             fmt::format("column '{}' has {} numbers an atom, field '{}' {}", column->name,
                         column->width, field.name, width(field)));
    if (found && column)
      values = column->numbers;
  } else {
    found = takePerFrame(field, frame, file, values);
  }
  if (!found)
    return;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]))
      throw Error(ExitData, "E0505",
                  place(file, frame.line + (isPerAtom(field) ? 2 + int64_t(i / width(field)) : 1)),
                  fmt::format("frame {}: '{}' is not finite", frame.number, field.name));
    values[i] = values[i] * reading.convert.scale + reading.convert.offset;
  }
  to.values[index] = std::move(values);
}

bool Structures::takeIndices(const DataField &field, const XyzFrame &frame, size_t file,
                             Structure &to, size_t index) const {
  std::string name = field.named.empty() ? field.name : field.named;
  const XyzColumn *column = frame.column(name);
  if (!column && name == "numbers")
    column = frame.column("species");
  if (!column && name == "numbers")
    column = frame.column("Z");
  if (!column || column->width != 1)
    return false;
  const Dim *dim = descriptor.dim(field.index);
  std::vector<int32_t> &indices = to.indices[index];
  for (int64_t a = 0; a < frame.atoms; ++a) {
    double number = -1;
    std::string word;
    if (column->type == 'S') {
      word = column->words[size_t(a)];
      for (size_t l = 0; dim && l < dim->labels.size(); ++l)
        if (dim->labels[l].file == word || dim->labels[l].name == word)
          number = double(l);
      if (dim && dim->labels.empty())
        number = atomicNumber(word);
    } else {
      number = column->numbers[size_t(a)];
      word = fmt::format("{}", number);
    }
    if (!(number >= 0) || number != std::floor(number) || !dim || number >= double(dim->size))
      refuse(file, frame.line + 2 + a, frame.number,
             fmt::format("atom {} is '{}', which is no {} of the model", a + 1, word.substr(0, 40),
                         field.index),
             dim && dim->labels.empty()
                 ? fmt::format("'{}' has size {}: numbers from 0 to {}, or the symbols of these "
                               "elements",
                               field.index, dim->size, dim->size - 1)
                 : "");
    indices.push_back(int32_t(number));
  }
  return true;
}

bool Structures::takePerFrame(const DataField &field, const XyzFrame &frame, size_t file,
                              std::vector<double> &to) const {
  std::string name = field.named.empty() ? field.name : field.named;
  if (name == "cell" && !frame.value(name) && width(field) == 9) {
    // No cell is a cell of zeros: no edge goes through it.
    std::array<double, 9> cell = frame.lattice.value_or(std::array<double, 9>{});
    to.assign(cell.begin(), cell.end());
    return true;
  }
  const XyzValue *value = frame.value(name);
  if (!value || value->type == 'S')
    return false;
  if (value->numbers.size() != width(field))
    refuse(file, frame.line + 1, frame.number,
           fmt::format("'{}' has {} numbers, field '{}' {}", name, value->numbers.size(),
                       field.name, width(field)));
  to = value->numbers;
  return true;
}

// Positions and cell are in the model's units by now, as is the cut-off.
void Structures::connect(Structure &s, const XyzFrame &frame, size_t file, bool withEdges) const {
  const NeighbourInfo &info = *descriptor.neighbours;
  auto valuesOf = [&](const std::string &name) -> std::vector<double> {
    for (size_t f = 0; f < descriptor.fields.size(); ++f)
      if (descriptor.fields[f].name == name)
        return s.values[f];
    return {};
  };
  if (valuesOf(info.positions).empty())
    return; // missing, which refuseMissing will say
  Cell cell;
  cell.periodic = frame.pbc;
  std::vector<double> vectors = valuesOf(info.cell);
  if (vectors.size() == 9)
    std::copy(vectors.begin(), vectors.end(), cell.vectors.begin());
  if (s.atoms > 64) { // in a small structure all is close
    s.order = spatialOrder(valuesOf(info.positions), info.within);
    reorder(s, s.order);
  }
  if (!withEdges)
    return;
  Neighbours found = findNeighbours(valuesOf(info.positions), cell,
                                    {info.within, info.cap, descriptor.edgeBudget, s.order});
  if (!found.fault.empty()) {
    bool tooMany = found.fault.rfind("there are more", 0) == 0;
    throw Error(ExitData, tooMany ? "E0512" : "E0513", place(file, frame.line),
                fmt::format("frame {}: {}", frame.number, found.fault))
        .note(fmt::format("neighbours within {:g} are asked for here", info.within), info.location)
        .help(tooMany ? "batch(over: " + descriptor.sampleDim + ", edges: N) sets the room" : "");
  }
  s.edges = std::move(found.edges);
  s.edgeCount = int64_t(s.edges.size());
  s.capped = int32_t(found.capped);
}

void Structures::reorder(Structure &s, const std::vector<int32_t> &order) const {
  for (size_t f = 0; f < descriptor.fields.size(); ++f) {
    const DataField &field = descriptor.fields[f];
    if (!isPerAtom(field))
      continue;
    size_t n = width(field);
    std::vector<double> values(s.values[f].size());
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = s.values[f][size_t(order[i / n]) * n + i % n];
    s.values[f] = std::move(values);
    std::vector<int32_t> indices(s.indices[f].size());
    for (size_t i = 0; i < indices.size(); ++i)
      indices[i] = s.indices[f][size_t(order[i])];
    s.indices[f] = std::move(indices);
  }
}

Structure Structures::renumbered(const Structure &s, const std::vector<int32_t> &order) const {
  Structure result = s;
  reorder(result, order);
  std::vector<int32_t> now(order.size());
  for (size_t i = 0; i < order.size(); ++i)
    now[size_t(order[i])] = int32_t(i);
  if (!s.order.empty())
    for (size_t i = 0; i < order.size(); ++i)
      result.order[i] = s.order[size_t(order[i])];
  for (Edge &e : result.edges)
    e = {now[size_t(e.source)], now[size_t(e.destination)], e.image};
  std::sort(result.edges.begin(), result.edges.end(), [](const Edge &a, const Edge &b) {
    return std::tie(a.destination, a.source, a.image) < std::tie(b.destination, b.source, b.image);
  });
  return result;
}

int64_t Structures::add(Structure s) {
  list.push_back({s, 0, 0, nullptr});
  list.back().held = std::make_shared<const Structure>(std::move(s));
  return count() - 1;
}

void Structures::refuseMissing() const {
  for (size_t s = 0; s < readings.size(); ++s)
    for (size_t f = 0; f < readings[s].size(); ++f) {
      const Reading &r = readings[s][f];
      const DataField &field = descriptor.fields[f];
      if (!r.missing)
        continue;
      int64_t frames = 0;
      std::string files;
      for (const Entry &entry : list)
        frames += size_t(entry.info.source) == s;
      for (size_t p = 0; p < paths.size(); ++p)
        if (size_t(fileSource[p]) == s)
          files += (files.empty() ? "" : ", ") + paths[p];
      throw Error(ExitData, "E0507", files,
                  fmt::format("source '{}' has no {} in {} of {} frames (first: frame {}{})",
                              descriptor.sources[s].name, field.name, r.missing, frames,
                              r.firstFrame,
                              r.firstLine ? fmt::format(", line {}", r.firstLine) : ""))
          .note(r.there)
          .note("the field is declared here", field.location)
          .help(fmt::format("named \"...\" behind the field says what the file calls it"));
    }
}

} // namespace orrery::runtime
