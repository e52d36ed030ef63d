// Files and folders that appear under their name only when they are whole.
#include "runtime/io/AtomicFile.h"
#include "runtime/core/Error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace fs = std::filesystem;

namespace orrery::runtime {

void failWrite(const fs::path &path, const std::string &why) {
  bool full = errno == ENOSPC || errno == EDQUOT;
  throw Error(full ? ExitResources : ExitFailure, full ? "E0902" : "E0903", path.string(),
              "cannot write: " + why);
}

AtomicPath::AtomicPath(fs::path name) : final(std::move(name)) {
  std::error_code none;
  if (final.has_parent_path()) {
    fs::create_directories(final.parent_path(), none);
    if (none) {
      errno = none.value();
      failWrite(final, none.message());
    }
  }
  temporary = final.parent_path() / fmt::format(".{}.tmp-{}", final.filename().string(), getpid());
  fs::remove_all(temporary, none);
}

AtomicPath::~AtomicPath() {
  std::error_code none;
  if (!committed)
    fs::remove_all(temporary, none);
}

// A power failure may reorder data and rename, hence the fsync between them.
static void flushToDisk(const fs::path &path) {
  int fd = open(path.c_str(), O_RDONLY);
  if (fd < 0)
    return;
  fsync(fd);
  close(fd);
}

void AtomicPath::commit() {
  std::error_code error;
  if (fs::is_directory(temporary)) {
    for (const auto &entry : fs::directory_iterator(temporary))
      flushToDisk(entry.path());
  }
  flushToDisk(temporary);
  // rename() replaces a file, but not a folder that has something in it.
  fs::path old;
  if (fs::is_directory(final, error) && fs::is_directory(temporary, error)) {
    old = temporary;
    old += ".old";
    fs::rename(final, old, error);
  }
  fs::rename(temporary, final, error);
  if (error) {
    errno = error.value();
    failWrite(final, error.message());
  }
  committed = true;
  if (!old.empty())
    fs::remove_all(old, error);
  flushToDisk(final.has_parent_path() ? final.parent_path() : fs::path("."));
}

void writeFile(const fs::path &path, std::string_view text) {
  AtomicPath to(path);
  {
    std::ofstream out(to.path(), std::ios::binary);
    out << text;
    out.flush();
    if (!out)
      failWrite(path, std::strerror(errno));
  }
  to.commit();
}

std::string readFile(const fs::path &path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw Error(ExitWeights, "E0603", path.string(),
                std::string("cannot read: ") + std::strerror(errno));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

} // namespace orrery::runtime
