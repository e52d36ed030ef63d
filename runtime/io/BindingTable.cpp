// Shows what was bound to what, before the first step: most mistakes with data are seen here.
#include "runtime/io/Dataset.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using nlohmann::json;

namespace orrery::runtime {

static double share(const Summary &s) {
  return s.missing ? 100.0 * double(s.missing) / double(s.count + s.missing) : 0;
}

// Columns as wide as their widest cell; numbers to the right. Widths count characters, not bytes.
static size_t width(const std::string &text) {
  size_t n = 0;
  for (unsigned char c : text)
    n += (c & 0xC0) != 0x80;
  return n;
}

static std::string layOut(const std::vector<std::vector<std::string>> &rows, size_t firstNumber,
                          size_t afterNumbers) {
  std::vector<size_t> widths(rows[0].size());
  for (const auto &row : rows)
    for (size_t c = 0; c < row.size(); ++c)
      widths[c] = std::max(widths[c], width(row[c]));
  std::string text;
  for (const auto &row : rows) {
    std::string line;
    for (size_t c = 0; c < row.size(); ++c) {
      std::string pad(widths[c] - width(row[c]), ' ');
      bool right = c >= firstNumber && c < afterNumbers;
      line += (c ? "  " : "") + (right ? pad + row[c] : row[c] + pad);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string Dataset::bindingTable() const {
  if (atoms) {
    std::string splits;
    for (const char *name : {"train", "valid", "test"})
      if (!part(name).empty() || asksFor(name))
        splits += fmt::format("{} {} {}", splits.empty() ? ":" : ",", name, part(name).size());
    return fmt::format("{}\n{} structures{}\n", atoms->table(), sampleCount, splits);
  }
  std::vector<std::vector<std::string>> rows = {
      {"field", "label", "variable", "in the file", "unit", "missing", "min", "mean", "max", ""}};
  std::string files;
  for (const BoundField &field : bound) {
    for (size_t c = 0; c < field.components().size(); ++c) {
      const Component &part = field.components()[c];
      const Summary &s = summary(field, c);
      std::string remark = part.remark;
      if (s.missing && field.field().fill)
        remark +=
            fmt::format("{}filled with {:g}", remark.empty() ? "" : ", ", *field.field().fill);
      if (s.missing && field.field().masked)
        remark += fmt::format("{}masked", remark.empty() ? "" : ", ");
      rows.push_back({c ? "" : field.field().name, part.label, part.variable, part.dimsText,
                      part.unit, fmt::format("{:.3g} %", share(s)), fmt::format("{:.4g}", s.least),
                      fmt::format("{:.4g}", s.count ? s.sum / double(s.count) : 0),
                      fmt::format("{:.4g}", s.greatest), remark});
    }
    files += fmt::format(
        "{}: {}{}\n", field.field().name, field.files().path(0),
        field.files().size() > 1 ? fmt::format(" and {} more", field.files().size() - 1) : "");
  }
  std::string text = files + layOut(rows, 5, 9);
  std::string splits;
  for (const char *name : {"train", "valid", "test"})
    if (const auto &list = part(name); !list.empty() || (parts.count(name) && asksFor(name)))
      splits += fmt::format("{}{} {}", splits.empty() ? "" : ", ", name,
                            list.empty() ? "none"
                                         : fmt::format("{} ({} to {})", list.size(),
                                                       sampleAxis.at(list.front()),
                                                       sampleAxis.at(list.back())));
  return text +
         fmt::format("{} samples{}{}{}\n", sampleCount, splits.empty() ? "" : ": ", splits,
                     cached ? ""
                            : "; read from disk as needed, the table covers the training samples");
}

json Dataset::bindingJson() const {
  json result = {{"samples", sampleCount}, {"in_memory", cached || atoms}};
  if (atoms)
    result.update(atoms->tableJson());
  for (const BoundField &field : bound)
    for (size_t c = 0; c < field.components().size(); ++c) {
      const Component &part = field.components()[c];
      const Summary &s = summary(field, c);
      result["variables"].push_back({{"field", field.field().name},
                                     {"label", part.label},
                                     {"variable", part.variable},
                                     {"dims", part.dimsText},
                                     {"unit", part.unit},
                                     {"missing", share(s) / 100},
                                     {"min", s.least},
                                     {"mean", s.count ? s.sum / double(s.count) : 0},
                                     {"max", s.greatest},
                                     {"remark", part.remark}});
    }
  for (const char *name : {"train", "valid", "test"})
    result["split"][name] = part(name).size();
  return result;
}

json Dataset::fingerprints() const {
  json result = json::array();
  for (const Fingerprint &print : prints)
    result.push_back({{"field", print.field},
                      {"path", print.path},
                      {"size", print.state.size},
                      {"mtime", print.state.seconds},
                      {"header_sha256", print.headerSha256}});
  return result;
}

} // namespace orrery::runtime
