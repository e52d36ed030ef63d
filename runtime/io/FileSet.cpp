// The files of one data field: found by name or pattern, opened when needed.
#include "runtime/io/FileSet.h"
#include "runtime/core/Error.h"

#include <algorithm>
#include <fmt/format.h>
#include <glob.h>

namespace fs = std::filesystem;

namespace orrery::runtime {

static std::vector<std::string> expand(const fs::path &pattern) {
  std::vector<std::string> result;
  std::error_code none;
  if (fs::exists(pattern, none)) // a name with brackets in it is a name first
    return {pattern.string()};
  glob_t found{};
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0)
    for (size_t i = 0; i < found.gl_pathc; ++i)
      result.push_back(found.gl_pathv[i]);
  globfree(&found);
  return result;
}

std::vector<std::string> findFiles(const std::string &path, const PathRule &rule, bool literal,
                                   const std::string &askedAt) {
  std::vector<fs::path> candidates;
  bool isAbsolute = fs::path(path).is_absolute();
  if (!literal && !rule.dataFolder.empty()) { // the same folders below it, or all files in one
    if (!isAbsolute)
      candidates = {rule.dataFolder / path};
    candidates.push_back(rule.dataFolder / fs::path(path).filename());
  } else if (literal || isAbsolute) {
    candidates = {path};
  } else {
    candidates = {rule.sourceFolder / path, path};
  }
  for (const fs::path &candidate : candidates)
    if (auto files = expand(candidate); !files.empty())
      return files;
  Error missing(ExitData, "E0500", candidates.front().string(), "no such file");
  if (!askedAt.empty())
    missing.notes.push_back({"note", askedAt, "asked for here"});
  if (candidates.size() > 1 && candidates[0] != candidates[1])
    missing.notes.push_back(
        {"note", "", fmt::format("also looked for {}", candidates[1].string())});
  if (!literal)
    missing.notes.push_back(
        {"help", "", "name it with --data FIELD=PATH, or the folder with --data DIR"});
  throw missing;
}

const DataFile &FileSet::get(size_t i) {
  constexpr size_t most = 64;
  used[i] = ++clock;
  if (!open[i]) {
    if (openCount == most) {
      size_t oldest = i;
      for (size_t k = 0; k < open.size(); ++k)
        if (open[k] && used[k] < used[oldest])
          oldest = k;
      open[oldest].reset();
      --openCount;
    }
    DataFile::State before = DataFile::stateOf(paths[i]);
    try {
      open[i] = opener(paths[i]);
    } catch (const Error &) {
      if (DataFile::stateOf(paths[i]) != before) // the better reason
        failChanged(paths[i]);
      throw;
    }
    ++openCount;
    if (seen[i] && *seen[i] != open[i]->state())
      failChanged(paths[i]);
    seen[i] = open[i]->state();
  }
  return *open[i];
}

void FileSet::checkUnchanged() const {
  for (size_t i = 0; i < paths.size(); ++i)
    if (seen[i] && *seen[i] != DataFile::State() && DataFile::stateOf(paths[i]) != *seen[i])
      failChanged(paths[i]);
}

} // namespace orrery::runtime
