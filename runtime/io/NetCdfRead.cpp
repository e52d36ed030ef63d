// Reads NetCDF through netcdf-c and decodes values by the CF conventions.
#include "runtime/core/Error.h"
#include "runtime/io/ClassicNetCdf.h"
#include "runtime/io/NetCdf.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <netcdf.h>

namespace orrery::runtime {

void NcFile::check(int status, const std::string &what) const {
  if (status != NC_NOERR)
    throw Error(ExitData, "E0500", name, what + ": " + nc_strerror(status));
}

NcFile::NcFile(const std::filesystem::path &path) : DataFile(path.string(), "a NetCDF") {
  std::ifstream classic(path, std::ios::binary);
  if (auto length = classicLength(classic); length && *length > uint64_t(state().size))
    throw Error(ExitData, "E0500", name,
                fmt::format("is truncated: its header promises {} bytes, and it has {}", *length,
                            state().size));
  int status = nc_open(name.c_str(), NC_NOWRITE, &id);
  if (status == NC_ENOTNC || status == NC_EHDFERR)
    throw Error(ExitData, "E0500", name, "is no NetCDF file, or a damaged one");
  check(status, "cannot open");
  try {
    int count = 0, globals = 0;
    check(nc_inq(id, nullptr, &count, &globals, nullptr), "cannot read the header");
    global = readAttributes(NC_GLOBAL, globals);
    for (int v = 0; v < count; ++v)
      readVariable(v);
  } catch (...) {
    nc_close(id);
    throw;
  }
}

void NcFile::readVariable(int v) {
  char text[NC_MAX_NAME + 1] = {};
  int dims[NC_MAX_VAR_DIMS], ndims = 0, attributes = 0;
  FileVariable variable;
  variable.id = v;
  check(nc_inq_var(id, v, text, &variable.type, &ndims, dims, &attributes),
        "cannot read a variable's header");
  variable.name = text;
  for (int d = 0; d < ndims; ++d) {
    size_t size = 0;
    check(nc_inq_dim(id, dims[d], text, &size), "cannot read a dimension");
    variable.dims.push_back({text, size});
  }
  variable.attributes = readAttributes(v, attributes);
  prepareDecoding(variable);
  list.push_back(std::move(variable));
}

NcFile::~NcFile() {
  if (id >= 0)
    nc_close(id);
}

Attributes NcFile::readAttributes(int variable, int count) const {
  Attributes result;
  for (int a = 0; a < count; ++a) {
    char text[NC_MAX_NAME + 1] = {};
    size_t length = 0;
    Attribute attribute;
    check(nc_inq_attname(id, variable, a, text), "cannot read an attribute");
    attribute.name = text;
    check(nc_inq_att(id, variable, text, &attribute.type, &length), "cannot read an attribute");
    if (attribute.type == NC_CHAR) {
      attribute.text.resize(length);
      check(nc_get_att_text(id, variable, text, attribute.text.data()), "cannot read an attribute");
      attribute.text.erase(std::find(attribute.text.begin(), attribute.text.end(), '\0'),
                           attribute.text.end());
    } else if (attribute.type == NC_STRING) {
      std::vector<char *> strings(length);
      check(nc_get_att_string(id, variable, text, strings.data()), "cannot read an attribute");
      for (char *s : strings)
        attribute.text += (attribute.text.empty() ? "" : " ") + std::string(s ? s : "");
      nc_free_string(length, strings.data());
      attribute.type = NC_CHAR;
    } else if (attribute.type <= NC_UINT64) {
      attribute.numbers.resize(length);
      check(nc_get_att_double(id, variable, text, attribute.numbers.data()),
            "cannot read an attribute");
    } else {
      continue; // user-defined types say nothing that CF knows
    }
    result.push_back(std::move(attribute));
  }
  return result;
}

static double unsignedRange(int type) {
  return type == NC_BYTE ? 256.0 : type == NC_SHORT ? 65536.0 : 4294967296.0;
}

// Why the values cannot be told, or "": what an attribute means here that is not one number nobody
// knows, and the values without it would be wrong ones.
static std::string undecodable(const FileVariable &v) {
  for (const char *name : {"scale_factor", "add_offset", "valid_min", "valid_max"})
    if (const Attribute *found = findAttribute(v.attributes, name)) {
      if (found->type == NC_CHAR)
        return fmt::format("its {} is the text \"{}\"", name, found->text);
      if (found->numbers.size() != 1)
        return fmt::format("its {} has {} numbers", name, found->numbers.size());
    }
  return "";
}

void NcFile::prepareDecoding(FileVariable &v) const {
  auto number = [&](const char *attribute, double otherwise) {
    const Attribute *found = findAttribute(v.attributes, attribute);
    return found && !found->numbers.empty() ? found->numbers[0] : otherwise;
  };
  v.scale = number("scale_factor", 1);
  v.offset = number("add_offset", 0);
  bool isInteger = v.type == NC_BYTE || v.type == NC_SHORT || v.type == NC_INT;
  v.isUnsigned = isInteger && attributeText(v.attributes, "_Unsigned") == "true";
  auto raw = [&](double value) {
    return v.isUnsigned && value < 0 && std::isfinite(value) ? value + unsignedRange(v.type)
                                                             : value;
  };
  for (const char *attribute : {"_FillValue", "missing_value"})
    if (const Attribute *found = findAttribute(v.attributes, attribute))
      for (double value : found->numbers)
        v.missing.push_back(raw(value));
  // What was never written is missing too; integers may mean it, so only where the value cannot be
  // one.
  if (!findAttribute(v.attributes, "_FillValue") && v.type == NC_FLOAT)
    v.missing.push_back(double(NC_FILL_FLOAT));
  if (!findAttribute(v.attributes, "_FillValue") && v.type == NC_DOUBLE)
    v.missing.push_back(NC_FILL_DOUBLE);
  double infinity = std::numeric_limits<double>::infinity();
  v.leastValid = raw(number("valid_min", -infinity));
  v.greatestValid = raw(number("valid_max", infinity));
  if (const Attribute *range = findAttribute(v.attributes, "valid_range");
      range && range->numbers.size() == 2) {
    v.leastValid = raw(range->numbers[0]);
    v.greatestValid = raw(range->numbers[1]);
  }
}

void NcFile::readBlock(const FileVariable &v, const std::vector<size_t> &start,
                       const std::vector<size_t> &count, double *to) const {
  if (std::string why = undecodable(v); !why.empty())
    throw Error(ExitData, "E0500", name,
                fmt::format("variable '{}' cannot be decoded: {}", v.name, why))
        .help("one number is wanted: correct the attribute, or remove it");
  size_t n = 1;
  for (size_t size : count)
    n *= size;
  check(nc_get_vara_double(id, v.id, start.data(), count.data(), to),
        fmt::format("cannot read variable '{}'", v.name));
  bool plain = v.missing.empty() && !v.isUnsigned && v.scale == 1 && v.offset == 0 &&
               std::isinf(v.leastValid) && std::isinf(v.greatestValid);
  if (plain)
    return;
  double nan = std::numeric_limits<double>::quiet_NaN(), range = unsignedRange(v.type);
  for (size_t i = 0; i < n; ++i) {
    double raw = v.isUnsigned && to[i] < 0 ? to[i] + range : to[i];
    bool missing = raw < v.leastValid || raw > v.greatestValid;
    for (double value : v.missing)
      missing |= raw == value;
    to[i] = missing ? nan : raw * v.scale + v.offset;
  }
}

} // namespace orrery::runtime
