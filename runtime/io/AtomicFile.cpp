// Files and folders that appear under their name only when they are whole.
#include "runtime/io/AtomicFile.h"
#include "runtime/core/Error.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace fs = std::filesystem;

namespace orrery::runtime {

void failWrite(const fs::path &path, const std::string &why) {
  bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  throw Error(ExitResources, full ? "E0902" : "E0903", path.string(),
              "cannot write: " + (why.empty() ? std::strerror(errno) : why))
      .help(full ? "what was there before is kept; make room and run again"
                 : "what was there before is kept");
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

// A power failure may reorder data and rename, hence the fsync between them. Some file systems
// cannot flush a folder and say so with EINVAL; a disk that is full or broken may say so only here.
static void flushToDisk(const fs::path &path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  bool fine = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP);
  int why = errno;
  if (fd >= 0)
    close(fd);
  errno = why;
  if (!fine)
    failWrite(path, "");
}

// Swaps two names in one instant, where the file system can; a folder that has something in it
// cannot be replaced by a rename.
static bool exchange(const fs::path &one, const fs::path &other) {
  return renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0;
}

void AtomicPath::commit() {
  std::error_code error;
  bool folder = fs::is_directory(temporary);
  if (folder)
    for (const auto &entry : fs::directory_iterator(temporary))
      flushToDisk(entry.path());
  flushToDisk(temporary);
  bool replaces = folder && fs::is_directory(final, error);
  if (!replaces) {
    fs::rename(temporary, final, error);
  } else if (!exchange(temporary, final)) {
    fs::path old = temporary;
    old += ".old";
    fs::rename(final, old, error);
    if (!error)
      fs::rename(temporary, final, error);
    if (error) { // what was there stays
      std::error_code none;
      fs::rename(old, final, none);
    } else {
      temporary = old;
    }
  }
  if (error) {
    errno = error.value();
    failWrite(final, error.message());
  }
  committed = true;
  flushToDisk(final.has_parent_path() ? final.parent_path() : fs::path("."));
  if (replaces) // what the folder held before
    fs::remove_all(temporary, error);
}

void removeFolder(const fs::path &folder) {
  AtomicPath away(folder); // never committed, and so removed
  std::error_code none;
  fs::rename(folder, away.path(), none);
}

void writeFile(const fs::path &path, std::string_view text) {
  AtomicPath to(path);
  {
    errno = 0;
    std::ofstream out(to.path(), std::ios::binary);
    out << text;
    out.flush();
    if (!out)
      failWrite(path, "");
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
  return std::move(text).str(); // a file may be large: not two of it
}

std::string readIfThere(const fs::path &path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

} // namespace orrery::runtime
