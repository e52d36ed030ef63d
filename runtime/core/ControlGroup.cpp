// Reads the files of control groups: a group is a folder, and the limits of those around it hold
// too.
#include "runtime/core/ControlGroup.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

namespace orrery::runtime {

namespace fs = std::filesystem;

namespace {

struct Names {
  const char *folder, *limit, *used, *cached;
};

} // namespace

static constexpr Names first{"memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
                             "total_inactive_file"};
static constexpr Names second{"", "memory.max", "memory.current", "inactive_file"};

// Nothing for "max", or where there is no such file.
static std::optional<uint64_t> number(const fs::path &path) {
  std::ifstream in(path);
  uint64_t value = 0;
  return in >> value ? std::optional(value) : std::nullopt;
}

static uint64_t cachedIn(const fs::path &group, const char *name) {
  std::ifstream in(group / "memory.stat");
  uint64_t value = 0;
  for (std::string key; in >> key >> value;)
    if (key == name)
      return value;
  return 0;
}

static uint64_t leftIn(const fs::path &group, const Names &names) {
  std::optional<uint64_t> limit = number(group / names.limit), used = number(group / names.used);
  if (!limit || !used)
    return UINT64_MAX;
  uint64_t held = *used - std::min(*used, cachedIn(group, names.cached));
  return *limit - std::min(*limit, held);
}

// A line is NUMBER:CONTROLLERS:/PATH, of version 2 with number 0 and without controllers.
uint64_t leftInControlGroup(const fs::path &groups, const fs::path &mounted) {
  uint64_t least = UINT64_MAX;
  std::ifstream in(groups);
  for (std::string line; std::getline(in, line);) {
    size_t begin = line.find(':'), end = line.find(':', begin + 1);
    if (begin == std::string::npos || end == std::string::npos)
      continue;
    std::string controllers = "," + line.substr(begin + 1, end - begin - 1) + ",";
    bool isFirst = controllers.find(",memory,") != std::string::npos;
    if (!isFirst && controllers != ",,")
      continue;
    const Names &names = isFirst ? first : second;
    // Inside of a container its own group may be what is mounted, without the path to it.
    for (fs::path path = fs::path(line.substr(end + 1)).relative_path();;
         path = path.parent_path()) {
      least = std::min(least, leftIn(mounted / names.folder / path, names));
      if (path.empty())
        break;
    }
  }
  return least;
}

} // namespace orrery::runtime
