// Binds a data field to variables of files and reads it: names, order of dims, sizes and units are
// settled here, with a located message for whatever does not fit.
#include "runtime/io/BoundField.h"
#include "runtime/core/Error.h"
#include "runtime/core/Nearest.h"
#include "runtime/io/NetCdf.h"
#include "runtime/io/Npz.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace orrery::runtime {

std::string SampleAxis::at(int64_t sample) const {
  if (values.empty())
    return fmt::format("{} {}", name, sample);
  return time ? text(dateOf(time->calendar, time->seconds(values[sample])))
              : fmt::format("{} {:g}", name, values[sample]);
}

Error BoundField::wrong(const char *code, const DataFile &file, const std::string &message) const {
  Error error(ExitData, code, file.path(), message);
  if (!info.location.empty())
    error.notes.push_back({"note", info.location, "asked for here"});
  return error;
}

// A label's or field's position among the dims, or their number if there is none.
static size_t labelledAxis(const Descriptor &descriptor, const DataField &field) {
  size_t found = field.dims.size();
  for (size_t i = 0; i < field.dims.size(); ++i) {
    const Dim *dim = descriptor.dim(field.dims[i]);
    if (!dim || dim->labels.empty())
      continue;
    if (found < field.dims.size())
      throw Error(
          ExitData, "E0502", field.location,
          fmt::format(
              "field '{}' has two labelled dims, '{}' and '{}': no file variable answers to both",
              field.name, field.dims[found], field.dims[i]));
    found = i;
  }
  return found;
}

static std::vector<std::string> filesOf(const DataField &field, const PathRule &rule,
                                        const std::string &override) {
  if (field.reader.empty() && override.empty())
    throw Error(ExitData, "E0500", field.location,
                fmt::format("field '{}' names no file", field.name))
        .help(fmt::format("--data {}=FILE.nc", field.name));
  if (!field.reader.empty() && field.reader != "netcdf" && field.reader != "npz")
    throw Error(ExitData, "E0500", field.location,
                fmt::format("this program reads netcdf and npz; field '{}' asks for {}", field.name,
                            field.reader));
  return override.empty() ? findFiles(field.path, rule, false, field.location)
                          : findFiles(override, rule, true, "");
}

// The command line may name a file of the other format than the model: its end tells.
static bool isNumPy(const std::string &path) {
  return path.ends_with(".npz") || path.ends_with(".npy");
}

static FileSet::Opener openerOf(const DataField &field, size_t sampleAt, size_t labelAt,
                                const std::string &override) {
  if (override.empty() ? field.reader != "npz" : !isNumPy(override))
    return [](const std::string &path) { return std::make_unique<NcFile>(path); };
  DeclaredDims dims;
  for (const std::string &dim : field.dims)
    dims.names.push_back(field.fileDim(dim));
  if (labelAt < field.dims.size())
    dims.label = labelAt;
  if (sampleAt < field.dims.size())
    dims.sample = sampleAt;
  std::string alone = field.named.empty() ? field.name : field.named;
  return [=](const std::string &path) { return std::make_unique<NpzFile>(path, dims, alone); };
}

static size_t sampleAxisOf(const DataField &field) {
  return size_t(std::find(field.shape.begin(), field.shape.end(), -1) - field.shape.begin());
}

BoundField::BoundField(const Descriptor &descriptor, const DataField &field, const PathRule &rule,
                       const std::string &override)
    : BoundField(descriptor, field, filesOf(field, rule, override),
                 openerOf(field, sampleAxisOf(field), labelledAxis(descriptor, field), override)) {}

BoundField::BoundField(const Descriptor &descriptor, const DataField &field,
                       const std::vector<ArrayView> &arrays)
    : BoundField(descriptor, field, {field.name + " (an array)"},
                 [arrays](const std::string &name) {
                   return std::make_unique<ArrayFile>(name, arrays);
                 }) {}

BoundField::BoundField(const Descriptor &descriptor, const DataField &field,
                       std::vector<std::string> files, const FileSet::Opener &opener)
    : info(field), sampleAt(sampleAxisOf(field)), labelAt(labelledAxis(descriptor, field)),
      set(std::move(files), opener) {
  for (int64_t size : field.shape)
    sampleSize *= size < 0 ? 1 : size_t(size);
  const DataFile &first = set.get(0);
  if (labelAt < field.dims.size())
    for (const Label &label : descriptor.dim(field.dims[labelAt])->labels) {
      parts.emplace_back();
      parts.back().label = label.name;
      parts.back().variable = label.file;
      parts.back().unit = label.unit;
    }
  else {
    parts.emplace_back();
    parts.back().variable = field.named.empty() ? field.name : field.named;
  }
  for (Component &part : parts)
    bindComponent(part, first);
  global = first.attributes();
  if (hasSamples())
    findSamples();
  readCoordinates(first);
  for (Component &part : parts)
    if (part.repeated) {
      std::vector<double> values(part.fileCount);
      readPart(part, 0, 0, 1, values.data());
      part.constant = std::move(values);
    }
}

const FileVariable &BoundField::variableIn(const DataFile &file, const Component &part) const {
  if (const FileVariable *found = file.find(part.variable)) {
    if (!file.isNumeric(*found))
      throw wrong("E0501", file,
                  fmt::format("variable '{}' holds text, not numbers", part.variable));
    return *found;
  }
  std::string what = part.label.empty() ? fmt::format("for field '{}'", info.name)
                                        : fmt::format("for label '{}' of dim '{}'", part.label,
                                                      info.dims[labelAt]);
  std::vector<std::string> names = file.variableNames();
  Error error = wrong("E0501", file, fmt::format("no variable '{}' {}", part.variable, what));
  error.notes.push_back({"note", "", "the file has: " + fmt::format("{}", fmt::join(names, " "))});
  if (std::string near = nearest(part.variable, names); !near.empty())
    error.notes.push_back({"help", "", fmt::format("did you mean \"{}\"?", near)});
  throw error;
}

void BoundField::bindComponent(Component &part, const DataFile &file) {
  const FileVariable &variable = variableIn(file, part);
  part.attributes = variable.attributes;
  part.dimsText = variable.dimsText();
  bindOrder(part, file, variable);
  bindUnit(part, file, variable);
}

void BoundField::bindUnit(Component &part, const DataFile &file, const FileVariable &variable) {
  part.fileUnit = attributeText(variable.attributes, "units");
  std::string inModel = part.unit.empty() ? info.unit : part.unit;
  part.unit = inModel.empty() ? part.fileUnit : inModel;
  part.convert = conversionOf(part, file, variable);
  std::string remark;
  if (!part.convert.isIdentity())
    remark = "from " + part.fileUnit;
  else if (part.fileUnit.empty() && !inModel.empty())
    remark = "no unit in the file";
  if (!remark.empty())
    part.remark += (part.remark.empty() ? "" : ", ") + remark;
}

// Of a variable's values to the component's unit. A file that names no unit is taken at its word.
Conversion BoundField::conversionOf(const Component &part, const DataFile &file,
                                    const FileVariable &variable) const {
  std::string inFile = attributeText(variable.attributes, "units"), why;
  if (inFile.empty() || part.unit.empty())
    return {};
  if (auto found = conversion(inFile, part.unit, why))
    return *found;
  bool isModels = !info.unit.empty() || part.unit != part.fileUnit;
  throw wrong("E0504", file,
              fmt::format("'{}' is in \"{}\" in the file, \"{}\" in {}; {}", part.variable, inFile,
                          part.unit, isModels ? "the model" : set.path(0), why));
}

// Finds, for each element of the component in the model's order, where it lies in the file's.
void BoundField::bindOrder(Component &part, const DataFile &file, const FileVariable &variable) {
  struct Axis {
    size_t size, modelStride, fileStride;
  };
  std::vector<size_t> modelStride(info.dims.size(), 0);
  size_t stride = 1;
  for (size_t i = info.dims.size(); i-- > 0;) {
    modelStride[i] = stride;
    if (i != sampleAt)
      stride *= size_t(info.shape[i]);
  }
  std::string sampleName = hasSamples() ? info.fileDim(info.dims[sampleAt]) : "";
  std::vector<size_t> fileStride(variable.dims.size(), 0);
  std::vector<bool> claimed(variable.dims.size(), false);
  stride = 1;
  for (size_t i = variable.dims.size(); i-- > 0;) {
    part.fileDims.insert(part.fileDims.begin(), variable.dims[i].name);
    if (hasSamples() && variable.dims[i].name == sampleName) {
      claimed[i] = true;
      continue;
    }
    fileStride[i] = stride;
    stride *= variable.dims[i].size;
  }
  part.fileCount = stride;
  part.repeated = hasSamples() && !variable.axis(sampleName);
  if (part.repeated)
    part.remark = fmt::format("repeated along {}", info.dims[sampleAt]);

  std::vector<Axis> axes;
  for (size_t i = 0; i < info.dims.size(); ++i) {
    if (i == sampleAt || i == labelAt)
      continue;
    std::string name = info.fileDim(info.dims[i]);
    auto at = variable.axis(name);
    axes.push_back({size_t(info.shape[i]), modelStride[i], at ? fileStride[*at] : 0});
    if (!at) {
      part.remark +=
          fmt::format("{}repeated along {}", part.remark.empty() ? "" : ", ", info.dims[i]);
      continue;
    }
    claimed[*at] = true;
    if (variable.dims[*at].size != size_t(info.shape[i]))
      throw wrong(
          "E0503", file,
          fmt::format("dim '{}' is {} in the model, but '{}' of variable '{}' is {} in the file",
                      info.dims[i], info.shape[i], name, variable.name, variable.dims[*at].size));
  }
  for (size_t i = 0; i < variable.dims.size(); ++i)
    if (!claimed[i] && variable.dims[i].size != 1) {
      std::vector<std::string> fits;
      for (size_t k = 0; k < info.dims.size(); ++k)
        if (info.shape[k] == int64_t(variable.dims[i].size) &&
            !variable.axis(info.fileDim(info.dims[k])))
          fits.push_back(info.dims[k]);
      Error error = wrong("E0502", file,
                          fmt::format("variable '{}' is {}; field '{}' [{}] has no dim '{}'",
                                      variable.name, variable.dimsText(), info.name,
                                      fmt::join(info.dims, ", "), variable.dims[i].name));
      if (fits.size() == 1)
        error.notes.push_back({"help", "",
                               fmt::format("if it is '{}', say so: dims({}: \"{}\")", fits[0],
                                           fits[0], variable.dims[i].name)});
      throw error;
    }

  size_t count = 1;
  for (const Axis &axis : axes)
    count *= axis.size;
  part.base = labelAt < info.dims.size() ? size_t(&part - parts.data()) * modelStride[labelAt] : 0;
  std::vector<uint32_t> from(count), to(count);
  bool sameOrder = count == part.fileCount, contiguous = true;
  for (size_t e = 0; e < count; ++e) {
    size_t rest = e, f = 0, m = part.base;
    for (size_t a = axes.size(); a-- > 0; rest /= axes[a].size) {
      f += rest % axes[a].size * axes[a].fileStride;
      m += rest % axes[a].size * axes[a].modelStride;
    }
    from[e] = uint32_t(f);
    to[e] = uint32_t(m);
    sameOrder &= f == e;
    contiguous &= m == part.base + e;
  }
  if (!sameOrder)
    part.from = std::move(from);
  if (!contiguous)
    part.to = std::move(to);
  if (!part.from.empty() && count == part.fileCount)
    part.remark += fmt::format("{}transposed", part.remark.empty() ? "" : ", ");
}

// Counts the samples of each file and joins the coordinate of the sample dim.
void BoundField::findSamples() {
  sampleAxis.name = info.fileDim(info.dims[sampleAt]);
  auto dated =
      std::find_if(parts.begin(), parts.end(), [](const Component &p) { return !p.repeated; });
  if (dated == parts.end()) // a static field, repeated along the samples of the others
    return;
  sampleCount = 0;
  for (size_t i = 0; i < set.size(); ++i) {
    const DataFile &file = set.get(i);
    const FileVariable &variable = variableIn(file, *dated);
    auto at = variable.axis(sampleAxis.name);
    if (!at)
      throw wrong("E0502", file,
                  fmt::format("variable '{}' is {}, without the dim '{}' that it has in {}",
                              variable.name, variable.dimsText(), sampleAxis.name, set.path(0)));
    size_t count = variable.dims[*at].size;
    firstOf.push_back(sampleCount);
    sampleCount += int64_t(count);
    const FileVariable *coordinate = file.find(sampleAxis.name);
    if (!coordinate || coordinate->dims.size() != 1 || !file.isNumeric(*coordinate) ||
        coordinate->dims[0].size != count) {
      if (!sampleAxis.values.empty())
        throw wrong("E0509", file,
                    fmt::format("no coordinate '{}', which {} has", sampleAxis.name, set.path(0)));
      continue;
    }
    std::string units = attributeText(coordinate->attributes, "units");
    auto time = timeUnits(units, attributeText(coordinate->attributes, "calendar"));
    if (!time && units.find(" since ") != std::string::npos)
      throw wrong("E0509", file,
                  fmt::format("cannot read the time \"{}\" (calendar \"{}\")", units,
                              attributeText(coordinate->attributes, "calendar")))
          .help("seconds, minutes, hours, days or weeks since YYYY-MM-DD hh:mm:ss; months and "
                "years have no fixed length");
    if (i == 0) {
      sampleAxis.time = time;
      sampleAxis.attributes = coordinate->attributes;
    } else if (bool(time) != bool(sampleAxis.time) ||
               (time && time->calendar != sampleAxis.time->calendar))
      throw wrong("E0509", file,
                  fmt::format("'{}' is in \"{}\", but in \"{}\" in {}", sampleAxis.name, units,
                              attributeText(sampleAxis.attributes, "units"), set.path(0)));
    for (double value : file.readAll(*coordinate)) {
      if (std::isnan(value))
        throw wrong("E0509", file,
                    fmt::format("coordinate '{}' has a missing value", sampleAxis.name));
      sampleAxis.values.push_back(time ? (time->seconds(value) - sampleAxis.time->reference) /
                                             sampleAxis.time->scale
                                       : value);
    }
  }
  if (!sampleAxis.values.empty() && int64_t(sampleAxis.values.size()) != sampleCount)
    throw wrong("E0509", set.get(0),
                fmt::format("only some of the files have the coordinate '{}'", sampleAxis.name));
  firstOf.push_back(sampleCount);
}

void BoundField::readCoordinates(const DataFile &file) {
  for (size_t i = 0; i < info.dims.size(); ++i) {
    if (i == sampleAt || i == labelAt)
      continue;
    std::string name = info.fileDim(info.dims[i]);
    const FileVariable *v = file.find(name);
    if (v && v->dims.size() == 1 && v->dims[0].name == name && file.isNumeric(*v) &&
        v->dims[0].size == size_t(info.shape[i]))
      dimCoordinates[info.dims[i]] = {name, file.readAll(*v), v->attributes};
  }
}

size_t BoundField::locate(int64_t sample) const {
  if (!varies())
    return 0;
  return size_t(std::upper_bound(firstOf.begin(), firstOf.end() - 1, sample) - firstOf.begin()) - 1;
}

// One component in the file's order: [count, fileCount].
void BoundField::readPart(const Component &part, size_t index, size_t first, size_t count,
                          double *to) {
  const DataFile &file = set.get(index);
  const FileVariable &variable = variableIn(file, part);
  std::vector<size_t> start(variable.dims.size()), size;
  std::vector<std::string> names;
  for (const FileDim &dim : variable.dims) {
    size.push_back(dim.size);
    names.push_back(dim.name);
  }
  size_t elements = 1;
  auto axis = part.repeated || !hasSamples() ? std::nullopt : variable.axis(sampleAxis.name);
  for (size_t i = 0; i < size.size(); ++i)
    if (!axis || i != *axis)
      elements *= size[i];
  // Other files of the pattern must be like the first, which was bound.
  if (names != part.fileDims || elements != part.fileCount)
    throw wrong("E0503", file,
                fmt::format("variable '{}' is {}, but {} in {}", variable.name, variable.dimsText(),
                            part.dimsText, set.path(0)));
  if (!axis) {
    file.read(variable, start, size, to);
  } else if (*axis == 0) {
    start[0] = first;
    size[0] = count;
    file.read(variable, start, size, to);
  } else {
    for (size_t k = 0; k < count; ++k) {
      start[*axis] = first + k;
      size[*axis] = 1;
      file.read(variable, start, size, to + k * part.fileCount);
    }
  }
  Conversion convert = attributeText(variable.attributes, "units") == part.fileUnit
                           ? part.convert
                           : conversionOf(part, file, variable);
  if (!convert.isIdentity())
    for (size_t i = 0; i < count * part.fileCount; ++i)
      to[i] = to[i] * convert.scale + convert.offset;
}

void BoundField::read(int64_t first, int64_t count, double *to) {
  std::vector<double> block;
  while (count > 0) {
    size_t file = locate(first);
    int64_t here = varies() ? std::min(count, firstOf[file + 1] - first) : 1;
    for (const Component &part : parts) {
      if (part.constant.empty()) {
        block.resize(size_t(here) * part.fileCount);
        readPart(part, file, varies() ? size_t(first - firstOf[file]) : 0, size_t(here),
                 block.data());
      }
      size_t n = part.from.empty() ? part.fileCount : part.from.size();
      for (int64_t k = 0; k < here; ++k) {
        const double *source = part.constant.empty() ? block.data() + size_t(k) * part.fileCount
                                                     : part.constant.data();
        double *sample = to + size_t(k) * sampleSize;
        for (size_t e = 0; e < n; ++e)
          sample[part.to.empty() ? part.base + e : part.to[e]] =
              source[part.from.empty() ? e : part.from[e]];
      }
    }
    first += here;
    count -= here;
    to += size_t(here) * sampleSize;
  }
}

} // namespace orrery::runtime
