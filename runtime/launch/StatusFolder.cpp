// Makes the folder of a supervisor, and removes those of supervisors that were killed.
#include "runtime/launch/StatusFolder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace fs = std::filesystem;

namespace orrery::launch {

// Opens a folder and locks it, unless it is locked already; -1 then. The lock dies with its owner,
// unlike a process number, which another process may have by now.
static int tryLock(const fs::path &folder) {
  int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0)
    return file;
  if (file >= 0)
    close(file);
  return -1;
}

static void removeAbandoned(const fs::path &parent, const std::string &prefix) {
  std::error_code none;
  for (const auto &entry : fs::directory_iterator(parent, none)) {
    struct stat about{};
    if (entry.path().filename().string().rfind(prefix, 0) != 0 ||
        lstat(entry.path().c_str(), &about) != 0 || about.st_uid != geteuid())
      continue;
    if (int file = tryLock(entry.path()); file >= 0) {
      fs::remove_all(entry.path(), none);
      close(file);
    }
  }
}

StatusFolder::StatusFolder(bool shared) {
  // Locks hold on one machine, hence its name.
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  std::string prefix = fmt::format("orrery-run-{}-", host);
  std::error_code none;
  if (!shared || !make(fs::current_path(none), "." + prefix))
    make(fs::temp_directory_path(none), prefix);
}

bool StatusFolder::make(const fs::path &parent, const std::string &prefix) {
  removeAbandoned(parent, prefix);
  // Gets its name when it is locked, lest another supervisor should take it for abandoned.
  std::string pattern = parent / ".orrery-run-new-XXXXXX";
  if (!mkdtemp(pattern.data()))
    return false;
  lock = tryLock(pattern);
  fs::path named = parent / fmt::format("{}{}", prefix, getpid());
  std::error_code error;
  fs::rename(pattern, named, error); // replaces an empty folder
  if (error) {
    fs::remove(pattern, error);
    return false;
  }
  folder = named;
  return true;
}

StatusFolder::~StatusFolder() {
  std::error_code none;
  if (!folder.empty())
    fs::remove_all(folder, none);
  if (lock >= 0)
    close(lock);
}

} // namespace orrery::launch
