// Computes, stores and restores the statistics of normalised fields.
#include "runtime/program/Statistics.h"
#include "runtime/core/Error.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <netcdf.h>
#include <nlohmann/json.hpp>

using nlohmann::json;

namespace orrery::runtime {

// The elements of a sample fall into groups, one for each combination of the dims that are not
// averaged over.
FieldStatistics Statistics::grouping(const DataField &field, const std::vector<std::string> &over) {
  FieldStatistics s;
  size_t perSample = 1, groups = 1;
  std::vector<size_t> groupStride(field.dims.size(), 0);
  for (size_t i = field.dims.size(); i-- > 0;) {
    if (field.shape[i] < 0)
      continue;
    perSample *= size_t(field.shape[i]);
    if (std::find(over.begin(), over.end(), field.dims[i]) == over.end()) {
      groupStride[i] = groups;
      groups *= size_t(field.shape[i]);
      s.dims.insert(s.dims.begin(), field.dims[i]);
    }
  }
  s.mean.assign(groups, 0);
  s.std.assign(groups, 0);
  s.groupOf.resize(perSample);
  for (size_t e = 0; e < perSample; ++e) {
    size_t rest = e, group = 0;
    for (size_t i = field.dims.size(); i-- > 0;) {
      if (field.shape[i] < 0)
        continue;
      group += rest % size_t(field.shape[i]) * groupStride[i];
      rest /= size_t(field.shape[i]);
    }
    s.groupOf[e] = uint32_t(group);
  }
  return s;
}

// Sums are taken about the first value of each group: a mean far from zero then costs no digits of
// the variance.
static void measure(FieldStatistics &s, Dataset &data, BoundField &field,
                    const std::vector<int64_t> &samples) {
  size_t groups = s.mean.size();
  std::vector<double> about(groups, 0), sum(groups, 0), square(groups, 0), count(groups, 0),
      values(field.perSample());
  std::vector<int64_t> once = {0};
  for (int64_t index : field.varies() ? samples : once) {
    data.sample(field, index, values.data());
    for (size_t e = 0; e < values.size(); ++e) {
      uint32_t g = s.groupOf[e];
      if (std::isnan(values[e])) // masked
        continue;
      if (count[g] == 0)
        about[g] = values[e];
      double x = values[e] - about[g];
      sum[g] += x;
      square[g] += x * x;
      count[g] += 1;
    }
  }
  for (size_t g = 0; g < groups; ++g) {
    if (count[g] == 0) // nothing but missing values: nothing to centre, and a spread of 0 is told
      continue;
    double mean = sum[g] / count[g];
    s.mean[g] = about[g] + mean;
    s.std[g] = std::sqrt(std::max(0.0, square[g] / count[g] - mean * mean));
  }
}

Statistics Statistics::compute(const Descriptor &descriptor, Dataset &data,
                               std::vector<std::string> &warnings, const std::string &part) {
  Statistics result;
  if (data.structures()) {
    const std::vector<std::string> &more = data.structures()->warnings();
    warnings.insert(warnings.end(), more.begin(), more.end());
    if (descriptor.baseline)
      result.baseline = fitBaseline(descriptor, *data.structures(), data.part(part));
  }
  for (BoundField &field : data.fields()) {
    auto &list = result.variables[field.field().name];
    for (const Component &component : field.components())
      list.push_back({component.variable, component.attributes});
    for (const auto &[dim, coordinate] : field.coordinates())
      result.coordinates.emplace(dim, coordinate);
  }
  for (const Normalize &item : descriptor.normalize) {
    BoundField *field = data.field(item.field);
    if (!field)
      continue;
    FieldStatistics s = grouping(field->field(), item.over);
    measure(s, data, *field, data.part(part));
    for (size_t g = 0; g < s.std.size(); ++g)
      if (!(s.std[g] > 1e-12 * std::abs(s.mean[g]))) {
        s.std[g] = 1;
        std::string which = s.std.size() == field->components().size() && s.dims.size() == 1
                                ? field->components()[g].variable
                                : fmt::format("group {}", g);
        warnings.push_back(fmt::format(
            "'{}' of field '{}' is constant ({:g}) over the training samples: it is only centred",
            which, item.field, s.mean[g]));
      }
    result.fields[item.field] = std::move(s);
  }
  return result;
}

const FieldStatistics *Statistics::find(const std::string &field) const {
  auto found = fields.find(field);
  return found == fields.end() ? nullptr : &found->second;
}

json attributesToJson(const Attributes &attributes) {
  json list = json::array();
  for (const Attribute &a : attributes)
    list.push_back({{"name", a.name},
                    {"type", a.type},
                    {"value", a.type == NC_CHAR ? json(a.text) : json(a.numbers)}});
  return list;
}

// JSON has no NaN and writes null: a coordinate may lack a value.
static std::vector<double> numbersFromJson(const json &from) {
  std::vector<double> numbers;
  for (const json &number : from)
    numbers.push_back(number.is_null() ? NAN : number.get<double>());
  return numbers;
}

Attributes attributesFromJson(const json &from) {
  Attributes list;
  for (const json &item : from) {
    Attribute a{item.at("name"), item.at("type"), {}, {}};
    if (a.type == NC_CHAR)
      a.text = item.at("value").get<std::string>();
    else
      a.numbers = numbersFromJson(item.at("value"));
    list.push_back(std::move(a));
  }
  return list;
}

json Statistics::toJson() const {
  json result = {{"version", 1},
                 {"fields", json::object()},
                 {"variables", json::object()},
                 {"coordinates", json::object()}};
  for (const auto &[name, s] : fields)
    result["fields"][name] = {{"dims", s.dims}, {"mean", s.mean}, {"std", s.std}};
  for (const auto &[name, list] : variables)
    for (const VariableInfo &v : list)
      result["variables"][name].push_back(
          {{"name", v.name}, {"attributes", attributesToJson(v.attributes)}});
  for (const auto &[dim, c] : coordinates)
    result["coordinates"][dim] = {{"file_name", c.fileName},
                                  {"values", c.values},
                                  {"attributes", attributesToJson(c.attributes)}};
  if (baseline)
    result["baseline"] = {{"field", baseline->field}, {"table", baseline->table}};
  return result;
}

Statistics Statistics::fromJson(const Descriptor &descriptor, const json &from) {
  Statistics result;
  for (const Normalize &item : descriptor.normalize) {
    const DataField *field = descriptor.field(item.field);
    if (!field || !from.at("fields").contains(item.field))
      throw std::runtime_error(fmt::format("it has no statistics of field '{}'", item.field));
    const json &stored = from["fields"][item.field];
    FieldStatistics s = grouping(*field, item.over);
    size_t groups = s.mean.size();
    s.mean = stored.at("mean").get<std::vector<double>>();
    s.std = stored.at("std").get<std::vector<double>>();
    if (s.mean.size() != groups || s.std.size() != groups)
      throw std::runtime_error(fmt::format("it has {} means of field '{}'; the model has {}",
                                           s.mean.size(), item.field, groups));
    if (!std::all_of(s.std.begin(), s.std.end(), [](double x) { return x > 0; }))
      throw std::runtime_error(fmt::format("a spread of field '{}' is not positive", item.field));
    result.fields[item.field] = std::move(s);
  }
  if (descriptor.baseline) {
    const json &stored = from.at("baseline");
    result.baseline = Baseline{stored.at("field"), stored.at("table")};
    size_t rows = descriptor.baseline->perSource ? descriptor.sources.size() : 1;
    if (result.baseline->table.size() != rows)
      throw std::runtime_error(fmt::format("it has reference energies of {} sources; the model has "
                                           "{}",
                                           result.baseline->table.size(), rows));
    size_t kinds = Baseline::kinds(descriptor);
    for (const std::vector<double> &row : result.baseline->table)
      if (row.size() != kinds)
        throw std::runtime_error(fmt::format("it has {} reference energies of a source; the model "
                                             "has {}",
                                             row.size(), kinds));
    if (result.baseline->field != descriptor.baseline->field)
      throw std::runtime_error(fmt::format("its reference energies are of field '{}', the model's "
                                           "of '{}'",
                                           result.baseline->field, descriptor.baseline->field));
  }
  for (const auto &[name, list] : from.at("variables").items())
    for (const json &v : list)
      result.variables[name].push_back({v.at("name"), attributesFromJson(v.at("attributes"))});
  for (const auto &[dim, c] : from.at("coordinates").items())
    result.coordinates[dim] = {c.at("file_name"), numbersFromJson(c.at("values")),
                               attributesFromJson(c.at("attributes"))};
  return result;
}

} // namespace orrery::runtime
