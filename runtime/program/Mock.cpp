// `data --mock DIR`: random NetCDF files of the form that the data block asks for, so that a model
// can be tried before its data is there.
#include "runtime/abi/orrery_abi.h"
#include "runtime/core/Hash.h"
#include "runtime/io/CfTime.h"
#include "runtime/io/NetCdf.h"
#include "runtime/program/Commands.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <netcdf.h>

namespace fs = std::filesystem;

namespace orrery::runtime {

namespace {

constexpr const char *epoch = "1900-01-01";

// The samples' coordinate: whole batches for training, two for each other split, spread evenly over
// its range.
std::vector<double> sampleCoordinate(const Descriptor &d, bool &dated) {
  std::vector<double> values;
  dated = false;
  int64_t batch = std::max<int64_t>(2, d.train.batch);
  if (d.split)
    for (const char *part : {"train", "valid", "test"}) {
      auto range = d.split->ranges.find(part);
      if (range == d.split->ranges.end())
        continue;
      int64_t n = std::string(part) == "train" ? batch : 2;
      auto from = periodNamed(Calendar::Standard, range->second.first),
           to = periodNamed(Calendar::Standard, range->second.second);
      if (d.split->kind == "index" || !from || !to) {
        int64_t last = int64_t(std::strtod(range->second.second.c_str(), nullptr));
        while (int64_t(values.size()) <= last)
          values.push_back(double(values.size()));
        continue;
      }
      dated = true;
      double zero = secondsOf(Calendar::Standard, {1900, 1, 1, 0, 0, 0});
      for (int64_t i = 0; i < n; ++i)
        values.push_back(std::floor(
            (from->begin + (to->end - from->begin) * (double(i) + 0.5) / double(n) - zero) /
            86400));
    }
  if (!d.split || d.split->ranges.empty()) {
    double samples = double(batch); // enough that each share has what its part needs
    if (d.split)
      for (const auto &[part, share] : d.split->shares)
        samples = std::max(samples, std::ceil((part == "train" ? double(batch) : 2) / share) + 1);
    for (int64_t i = 0; i < int64_t(samples); ++i)
      values.push_back(double(i));
  }
  std::sort(values.begin(), values.end());
  return values;
}

struct MockVariable {
  std::string name, unit;
  std::vector<std::string> dims;
  std::vector<size_t> sizes; // 0 for the sample dim
};

struct MockFile {
  std::map<std::string, size_t> dims; // 0 for the sample dim
  std::vector<MockVariable> variables;
};

void addField(MockFile &file, const Descriptor &d, const DataField &field) {
  MockVariable variable{field.named.empty() ? field.name : field.named, field.unit, {}, {}};
  const Dim *labelled = nullptr;
  for (size_t i = 0; i < field.dims.size(); ++i) {
    const Dim *dim = d.dim(field.dims[i]);
    if (dim && !dim->labels.empty()) {
      labelled = dim;
      continue;
    }
    variable.dims.push_back(field.fileDim(field.dims[i]));
    variable.sizes.push_back(field.shape[i] < 0 ? 0 : size_t(field.shape[i]));
    file.dims[variable.dims.back()] = variable.sizes.back();
  }
  if (!labelled) {
    file.variables.push_back(variable);
    return;
  }
  for (const Label &label : labelled->labels) {
    variable.name = label.file;
    variable.unit = label.unit.empty() ? field.unit : label.unit;
    if (std::none_of(file.variables.begin(), file.variables.end(),
                     [&](const MockVariable &v) { return v.name == label.file; }))
      file.variables.push_back(variable);
  }
}

void writeVariable(NcWriter &out, int id, const MockVariable &v, size_t samples, int64_t key) {
  std::vector<size_t> start(v.sizes.size(), 0), count = v.sizes;
  size_t perSample = 1, axis = v.sizes.size();
  for (size_t i = 0; i < v.sizes.size(); ++i) {
    if (v.sizes[i] == 0)
      axis = i;
    else
      perSample *= v.sizes[i];
  }
  std::vector<double> values(perSample);
  for (size_t s = 0; s < (axis < v.sizes.size() ? samples : 1); ++s) {
    int64_t sample = int64_t(s);
    orrery_random_normal_f64(values.data(), key, &sample, 1, int64_t(perSample));
    for (double &x : values) // packed in thousandths
      x = std::round(std::clamp(x, -30.0, 30.0) * 1000);
    if (axis < v.sizes.size()) {
      start[axis] = s;
      count[axis] = 1;
    }
    out.write(id, start, count, values.data());
  }
}

void writeOne(const fs::path &path, const MockFile &file, const Descriptor &d,
              const std::vector<double> &coordinate, bool dated, int64_t seed) {
  NcWriter out(path);
  out.addAttributes({{"Conventions", NC_CHAR, "CF-1.8", {}},
                     {"source", NC_CHAR, "random numbers, for trying out " + d.model, {}}});
  std::map<std::string, int> ids, axes;
  for (const auto &[name, size] : file.dims) {
    ids[name] = out.addDim(name, size);
    Attributes attributes;
    if (size == 0 && dated)
      attributes = {{"units", NC_CHAR, fmt::format("days since {}", epoch), {}},
                    {"calendar", NC_CHAR, "standard", {}}};
    axes[name] = out.addVariable(name, NC_DOUBLE, {ids[name]}, attributes);
  }
  std::vector<int> variables;
  for (const MockVariable &v : file.variables) {
    std::vector<int> dims;
    std::vector<size_t> chunk;
    for (size_t i = 0; i < v.dims.size(); ++i) {
      dims.push_back(ids[v.dims[i]]);
      chunk.push_back(std::max<size_t>(1, v.sizes[i]));
    }
    Attributes attributes = {{"_FillValue", NC_SHORT, "", {-32768}},
                             {"scale_factor", NC_DOUBLE, "", {0.001}}};
    if (!v.unit.empty())
      attributes.push_back({"units", NC_CHAR, v.unit, {}});
    variables.push_back(out.addVariable(v.name, NC_SHORT, dims, attributes, chunk));
  }
  out.endDefinitions();
  for (const auto &[name, size] : file.dims) {
    std::vector<double> values = coordinate;
    if (size) {
      values.clear();
      for (size_t i = 0; i < size; ++i)
        values.push_back(double(i));
    }
    out.write(axes[name], {0}, {values.size()}, values.data());
  }
  for (size_t i = 0; i < variables.size(); ++i)
    writeVariable(out, variables[i], file.variables[i], coordinate.size(),
                  orrery_fold_key(seed, int64_t(nameHash(path.filename().string() + ":" +
                                                         file.variables[i].name))));
  out.commit();
}

// A name that a pattern matches.
std::string withoutPattern(const std::string &pattern) {
  std::string name;
  for (size_t i = 0; i < pattern.size(); ++i) {
    size_t end = pattern[i] == '[' ? pattern.find(']', i + 2) : std::string::npos;
    if (end != std::string::npos) {
      name += pattern[i + 1];
      i = end;
    } else {
      name += pattern[i] == '*' ? "mock" : pattern[i] == '?' ? "0" : pattern.substr(i, 1);
    }
  }
  return name;
}

// Where --data DIR looks for the file of a field.
fs::path placeOf(const DataField &field) {
  fs::path path = fs::path(field.path).lexically_normal(), place;
  if (path.is_absolute() || (!path.empty() && *path.begin() == ".."))
    path = path.filename();
  for (const fs::path &part : path)
    place /= withoutPattern(part.string());
  if (place.empty())
    place = field.name + ".nc";
  if (field.reader == "npz") // the option that is printed then names a NetCDF file instead
    place.replace_extension(".nc");
  return place;
}

} // namespace

int writeMock(const Model &model, const Options &options) {
  if (!model.descriptor().sources.empty())
    throw Error(ExitUsage, "", "",
                "--mock writes NetCDF files; the data of this model are structures");
  const Descriptor &d = model.descriptor();
  std::map<fs::path, MockFile> files;
  for (const DataField &field : d.fields) {
    fs::path place = placeOf(field);
    MockFile &file = files[place], before = file;
    addField(file, d, field);
    for (const auto &[dim, size] : before.dims)
      if (file.dims[dim] != size)
        throw Error(ExitModel, "E0502", field.location,
                    fmt::format("'{}' has {} points along '{}' in the file it shares with other "
                                "fields, which have {}",
                                field.name, file.dims[dim], dim, size))
            .help("give the fields files of their own, or the dim another name in the file: "
                  "dims(...)");
    if (!options.talk.json)
      fmt::print("--data {}={}\n", field.name, (fs::path(options.mock) / place).string());
  }
  bool dated = false;
  std::vector<double> coordinate = sampleCoordinate(d, dated);
  for (const auto &[place, file] : files)
    writeOne(fs::path(options.mock) / place, file, d, coordinate, dated, d.train.seed);
  options.talk.say(fmt::format("{} samples of random numbers; use them with --data {}",
                               coordinate.size(), options.mock));
  return ExitDone;
}

} // namespace orrery::runtime
