// Reads and applies a file of names.
#include "runtime/program/NameMap.h"
#include "runtime/core/Error.h"
#include "runtime/io/AtomicFile.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <sstream>

namespace orrery::runtime {

NameMap::NameMap(const std::filesystem::path &file) {
  std::istringstream text(readFile(file));
  size_t number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    std::istringstream words(line.substr(0, line.find('#')));
    Line read;
    std::string more;
    if (!(words >> read.ours))
      continue;
    bool isRead = words >> read.theirs && !(words >> more);
    auto stars = [](const std::string &s) { return std::count(s.begin(), s.end(), '*'); };
    if (!isRead || stars(read.ours) > 1 || stars(read.ours) != stars(read.theirs))
      throw Error(ExitUsage, "", fmt::format("{}:{}", file.string(), number),
                  "a line has our name and theirs, with one * in both or in none");
    lines.push_back(std::move(read));
  }
}

// What `*` stands for in a name that the pattern fits.
static std::optional<std::string> match(const std::string &pattern, const std::string &name) {
  size_t star = pattern.find('*');
  if (star == std::string::npos)
    return pattern == name ? std::optional<std::string>("") : std::nullopt;
  size_t behind = pattern.size() - star - 1;
  if (name.size() < star + behind || name.compare(0, star, pattern, 0, star) != 0 ||
      name.compare(name.size() - behind, behind, pattern, star + 1, behind) != 0)
    return std::nullopt;
  return name.substr(star, name.size() - star - behind);
}

std::vector<std::string> NameMap::of(const Parameter &p) const {
  for (const Line &line : lines) {
    std::optional<std::string> rest = match(line.ours, p.name);
    if (!rest)
      continue;
    std::string name = line.theirs;
    if (size_t star = name.find('*'); star != std::string::npos)
      name.replace(star, 1, *rest);
    std::string each = p.dims.empty() ? "" : "{" + p.dims.front() + "}";
    size_t at = each.empty() ? std::string::npos : name.find(each);
    if (at == std::string::npos)
      return {name};
    std::vector<std::string> names;
    for (int64_t i = 0; i < p.shape.front(); ++i)
      names.push_back(std::string(name).replace(at, each.size(), std::to_string(i)));
    return names;
  }
  return {p.name};
}

bool NameMap::fits(const Parameter &p, size_t parts, const Shape &shape) const {
  Shape ours(p.shape.begin() + (parts > 1 ? 1 : 0), p.shape.end());
  if (lines.empty())
    return shape == ours;
  size_t next = 0;
  for (int64_t size : shape) { // each of theirs is one or several of ours
    int64_t have = 1;
    while (have < size && next < ours.size())
      have *= ours[next++];
    if (have != size)
      return false;
  }
  return std::all_of(ours.begin() + ptrdiff_t(next), ours.end(),
                     [](int64_t size) { return size == 1; });
}

} // namespace orrery::runtime
