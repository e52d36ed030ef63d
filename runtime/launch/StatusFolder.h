// The folder through which a supervisor and its ranks speak.
#ifndef ORRERY_RUNTIME_LAUNCH_STATUSFOLDER_H
#define ORRERY_RUNTIME_LAUNCH_STATUSFOLDER_H

#include <filesystem>
#include <string>

namespace orrery::launch {

// Made for one supervisor and removed with it. A supervisor that is killed cannot remove its own;
// the next one on the same machine does.
class StatusFolder {
public:
  // `shared`: the ranks may be on other machines, which share the current folder.
  explicit StatusFolder(bool shared);
  ~StatusFolder();
  StatusFolder(const StatusFolder &) = delete;

  const std::filesystem::path &path() const { return folder; } // empty if none could be made

private:
  bool make(const std::filesystem::path &parent, const std::string &prefix);

  std::filesystem::path folder;
  int lock = -1;
};

} // namespace orrery::launch

#endif
