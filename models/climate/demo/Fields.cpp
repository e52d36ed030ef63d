// Reads winds through netcdf-c, with CF's packing and time axes.

#include "models/climate/demo/Fields.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fmt/core.h>
#include <netcdf.h>
#include <optional>

namespace orrery::demo {

namespace {

[[noreturn]] void stop(const std::string &what) {
  fmt::print(stderr, "winds-demo: error: {}\n", what);
  std::exit(4);
}

// An open file; closed at the end of the scope.
class Handle {
public:
  explicit Handle(const std::string &path) : path(path) {
    check(nc_open(path.c_str(), NC_NOWRITE, &id));
  }
  ~Handle() { nc_close(id); }
  Handle(const Handle &) = delete;

  void check(int status) const {
    if (status != NC_NOERR)
      stop(fmt::format("{}: {}", path, nc_strerror(status)));
  }
  int variable(const std::string &name) const {
    int variable;
    if (nc_inq_varid(id, name.c_str(), &variable) != NC_NOERR)
      stop(fmt::format("{}: no variable '{}'", path, name));
    return variable;
  }
  std::vector<size_t> sizes(int variable) const {
    int rank;
    check(nc_inq_varndims(id, variable, &rank));
    std::vector<int> dims(rank);
    check(nc_inq_vardimid(id, variable, dims.data()));
    std::vector<size_t> sizes(rank);
    for (int i = 0; i < rank; ++i)
      check(nc_inq_dimlen(id, dims[i], &sizes[i]));
    return sizes;
  }
  std::optional<double> attribute(int variable, const char *name) const {
    double value;
    if (nc_get_att_double(id, variable, name, &value) != NC_NOERR)
      return std::nullopt;
    return value;
  }
  std::string text(int variable, const char *name) const {
    size_t length;
    if (nc_inq_attlen(id, variable, name, &length) != NC_NOERR)
      return "";
    std::string text(length, ' ');
    check(nc_get_att_text(id, variable, name, text.data()));
    return text;
  }
  std::vector<double> values(int variable) const {
    size_t count = 1;
    for (size_t size : sizes(variable))
      count *= size;
    std::vector<double> values(count);
    check(nc_get_var_double(id, variable, values.data()));
    std::optional<double> fill = attribute(variable, "_FillValue");
    double scale = attribute(variable, "scale_factor").value_or(1);
    double offset = attribute(variable, "add_offset").value_or(0);
    for (double &value : values) {
      if ((fill && value == *fill) || std::isnan(value))
        stop(fmt::format("{}: a missing value where none was expected", path));
      value = value * scale + offset;
    }
    return values;
  }

private:
  std::string path;
  int id = -1;
};

// Months of a CF time axis: "hours since 1980-01-14 14:00:00" and "days since ...".
std::vector<int> monthsOf(const std::string &path, const std::string &units,
                          const std::vector<double> &times) {
  using namespace std::chrono;
  char unit[16];
  int y, m, d, hour = 0, minute = 0;
  if (std::sscanf(units.c_str(), "%15s since %d-%d-%d%*[ T]%d:%d", unit, &y, &m, &d, &hour,
                  &minute) < 4)
    stop(fmt::format("{}: time in \"{}\" is not understood", path, units));
  std::string_view name = unit;
  double hours = name.starts_with("hour") ? 1 : name.starts_with("day") ? 24 : 0;
  if (hours == 0)
    stop(fmt::format("{}: time in \"{}\" is neither hours nor days", path, units));
  sys_days start = year(y) / m / d;
  std::vector<int> months;
  for (double time : times) {
    double day = std::floor((time * hours + hour + minute / 60.0) / 24);
    year_month_day date(start + days(static_cast<int>(day)));
    months.push_back(int(date.year()) * 12 + int(unsigned(date.month())) - 1);
  }
  return months;
}

} // namespace

File openFile(const std::string &path) {
  Handle handle(path);
  int time = handle.variable("time");
  return {path, monthsOf(path, handle.text(time, "units"), handle.values(time)),
          handle.values(handle.variable("lat")), handle.values(handle.variable("lon"))};
}

Field readField(const File &file, const std::string &name) {
  Handle handle(file.path);
  int variable = handle.variable(name);
  std::vector<size_t> sizes = handle.sizes(variable);
  if (sizes.size() == 2)
    sizes.insert(sizes.begin(), 1);
  if (sizes.size() != 3 || sizes[1] != file.lat.size() || sizes[2] != file.lon.size())
    stop(fmt::format("{}: '{}' is not over time, lat and lon", file.path, name));
  return {sizes[0], sizes[1], sizes[2], handle.values(variable)};
}

Field atMonths(const Field &field, const File &file, const std::vector<int> &wanted) {
  Field chosen{wanted.size(), field.rows, field.cols, {}};
  for (int month : wanted) {
    auto found = std::find(file.months.begin(), file.months.end(), month);
    if (found == file.months.end())
      stop(fmt::format("{}: no month {}-{:02}", file.path, month / 12, month % 12 + 1));
    auto begin = field.values.begin() + (found - file.months.begin()) * field.rows * field.cols;
    chosen.values.insert(chosen.values.end(), begin, begin + field.rows * field.cols);
  }
  return chosen;
}

Field upsample(const Field &coarse, size_t rows, size_t cols) {
  struct Between {
    size_t below, above;
    double weight; // of above
  };
  auto between = [](size_t i, size_t from, size_t to) -> Between {
    double place = std::clamp((i + 0.5) * from / to - 0.5, 0.0, double(from - 1));
    size_t below = std::min<size_t>(place, from - 1);
    return {below, std::min(below + 1, from - 1), place - below};
  };
  Field fine{coarse.times, rows, cols, std::vector<double>(coarse.times * rows * cols)};
  double *value = fine.values.data();
  for (size_t t = 0; t < coarse.times; ++t)
    for (size_t i = 0; i < rows; ++i) {
      Between y = between(i, coarse.rows, rows);
      for (size_t j = 0; j < cols; ++j) {
        Between x = between(j, coarse.cols, cols);
        double south =
            std::lerp(coarse.at(t, y.below, x.below), coarse.at(t, y.below, x.above), x.weight);
        double north =
            std::lerp(coarse.at(t, y.above, x.below), coarse.at(t, y.above, x.above), x.weight);
        *value++ = std::lerp(south, north, y.weight);
      }
    }
  return fine;
}

double meanSquare(const Field &a, const Field &b) {
  if (a.values.size() != b.values.size())
    stop(fmt::format("fields of {} and {} values cannot be compared", a.values.size(),
                     b.values.size()));
  double sum = 0;
  for (size_t i = 0; i < a.values.size(); ++i)
    sum += (a.values[i] - b.values[i]) * (a.values[i] - b.values[i]);
  return sum / a.values.size();
}

} // namespace orrery::demo
