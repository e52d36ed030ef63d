// What files of arrays have in common: looking up, and noticing that somebody writes to them.
#include "runtime/io/DataFile.h"
#include "runtime/core/Error.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <netcdf.h>
#include <sys/stat.h>

namespace orrery::runtime {

const Attribute *findAttribute(const Attributes &attributes, const std::string &name) {
  auto found = std::find_if(attributes.begin(), attributes.end(),
                            [&](const Attribute &a) { return a.name == name; });
  return found == attributes.end() ? nullptr : &*found;
}

std::string attributeText(const Attributes &attributes, const std::string &name) {
  const Attribute *found = findAttribute(attributes, name);
  return found ? found->text : "";
}

std::optional<size_t> FileVariable::axis(const std::string &dim) const {
  for (size_t i = 0; i < dims.size(); ++i)
    if (dims[i].name == dim)
      return i;
  return {};
}

std::string FileVariable::dimsText() const {
  std::string text = "[";
  for (const FileDim &dim : dims)
    text += fmt::format("{}{} {}", text.size() > 1 ? ", " : "", dim.name, dim.size);
  return text + "]";
}

DataFile::DataFile(std::string path, const char *format) : name(std::move(path)) {
  if (!std::filesystem::exists(name))
    throw Error(ExitData, "E0500", name, "no such file");
  if (std::filesystem::is_directory(name))
    throw Error(ExitData, "E0500", name, fmt::format("is a folder, not {} file", format));
  opened = stateOf(name);
}

DataFile::State DataFile::stateOf(const std::string &path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0)
    return {};
  return {info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_ino};
}

void failChanged(const std::string &path) {
  throw Error(ExitData, "E0511", path, "has changed while it was read")
      .help("write data under another name and rename it when it is whole, or start again");
}

void DataFile::checkUnchanged() const {
  if (opened != State() && stateOf(name) != opened)
    failChanged(name);
}

const FileVariable *DataFile::find(const std::string &variable) const {
  auto found = std::find_if(list.begin(), list.end(),
                            [&](const FileVariable &v) { return v.name == variable; });
  return found == list.end() ? nullptr : &*found;
}

std::vector<std::string> DataFile::variableNames() const {
  std::vector<std::string> names;
  for (const FileVariable &v : list)
    names.push_back(v.name);
  return names;
}

bool DataFile::isNumeric(const FileVariable &v) {
  return v.type != NC_CHAR && v.type != NC_STRING && v.type <= NC_UINT64;
}

void DataFile::read(const FileVariable &v, const std::vector<size_t> &start,
                    const std::vector<size_t> &count, double *to) const {
  if (!isNumeric(v))
    throw Error(ExitData, "E0500", name,
                fmt::format("variable '{}' holds text, not numbers", v.name));
  if (std::find(count.begin(), count.end(), size_t(0)) != count.end())
    return;
  try {
    readBlock(v, start, count, to);
  } catch (const Error &) {
    checkUnchanged(); // the better reason, if it is one
    throw;
  }
  checkUnchanged();
  // An infinite number is no measurement either.
  size_t n = 1;
  for (size_t size : count)
    n *= size;
  for (size_t i = 0; i < n; ++i)
    if (std::isinf(to[i]))
      to[i] = std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> DataFile::readAll(const FileVariable &v) const {
  std::vector<size_t> start(v.dims.size()), count;
  size_t n = 1;
  for (const FileDim &dim : v.dims) {
    count.push_back(dim.size);
    n *= dim.size;
  }
  std::vector<double> values(n);
  read(v, start, count, values.data());
  return values;
}

} // namespace orrery::runtime
