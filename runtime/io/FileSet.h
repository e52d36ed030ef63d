// The files of one data field: found by name or pattern, laid end to end along the sample dim.
#ifndef ORRERY_RUNTIME_IO_FILESET_H
#define ORRERY_RUNTIME_IO_FILESET_H

#include "runtime/io/DataFile.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace orrery::runtime {

// Where relative paths of a descriptor are looked for.
struct PathRule {
  std::filesystem::path sourceFolder; // of the .orr file
  std::filesystem::path dataFolder;   // from `--data DIR`: instead of sourceFolder
};

// The files that `path` (which may hold * ? [ ]) names, sorted; never empty. `literal` paths come
// from the command line and are relative to the current folder only.
std::vector<std::string> findFiles(const std::string &path, const PathRule &rule, bool literal,
                                   const std::string &askedAt);

// Opens files when they are needed and keeps a bounded number of them open. A file that is opened
// again must be the same as before (E0511).
class FileSet {
public:
  using Opener = std::function<std::unique_ptr<DataFile>(const std::string &path)>;
  FileSet(std::vector<std::string> paths, Opener opener)
      : paths(std::move(paths)), opener(std::move(opener)), open(this->paths.size()),
        used(this->paths.size()), seen(this->paths.size()) {}
  size_t size() const { return paths.size(); }
  const std::string &path(size_t i) const { return paths[i]; }
  const DataFile &get(size_t i);
  // E0511 if a file that was read is no longer what it was.
  void checkUnchanged() const;

private:
  std::vector<std::string> paths;
  Opener opener;
  std::vector<std::unique_ptr<DataFile>> open;
  std::vector<uint64_t> used;
  std::vector<std::optional<DataFile::State>> seen;
  uint64_t clock = 0;
  size_t openCount = 0;
};

} // namespace orrery::runtime

#endif
