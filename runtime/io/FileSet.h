// The files of one data field: found by name or pattern, laid end to end along the sample dim.
#ifndef ORRERY_RUNTIME_IO_FILESET_H
#define ORRERY_RUNTIME_IO_FILESET_H

#include "runtime/io/NetCdf.h"

#include <string>
#include <vector>

namespace orrery::runtime {

// Where relative paths of a descriptor are looked for.
struct PathRule {
  std::filesystem::path sourceFolder; // of the .orr file
  std::filesystem::path
      dataFolder; // from `--data DIR`: the file names of the descriptor in this folder instead
};

// The files that `path` (which may hold * ? [ ]) names, sorted; never empty. `literal` paths come
// from the command line and are relative to the current folder only.
std::vector<std::string> findFiles(const std::string &path, const PathRule &rule, bool literal,
                                   const std::string &askedAt);

// Opens files when they are needed and keeps a bounded number of them open.
class FileSet {
public:
  explicit FileSet(std::vector<std::string> paths)
      : paths(std::move(paths)), open(this->paths.size()), used(this->paths.size()) {}
  size_t size() const { return paths.size(); }
  const std::string &path(size_t i) const { return paths[i]; }
  const NcFile &get(size_t i);

private:
  std::vector<std::string> paths;
  std::vector<std::unique_ptr<NcFile>> open;
  std::vector<uint64_t> used;
  uint64_t clock = 0;
  size_t openCount = 0;
};

} // namespace orrery::runtime

#endif
