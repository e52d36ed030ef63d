// Files and folders that appear under their name only when they are whole.
#ifndef ORRERY_RUNTIME_IO_ATOMICFILE_H
#define ORRERY_RUNTIME_IO_ATOMICFILE_H

#include <filesystem>
#include <string>
#include <string_view>

namespace orrery::runtime {

// A temporary name beside the final one; `commit` renames, and without it what was written is
// removed.
class AtomicPath {
public:
  explicit AtomicPath(std::filesystem::path final);
  ~AtomicPath();
  AtomicPath(const AtomicPath &) = delete;
  const std::filesystem::path &path() const { return temporary; }
  void commit();

private:
  std::filesystem::path final, temporary;
  bool committed = false;
};

// Removes a folder; what is killed meanwhile leaves it whole or under a temporary name.
void removeFolder(const std::filesystem::path &folder);

void writeFile(const std::filesystem::path &path, std::string_view text);
// The Error for a file that could not be written; exit code 6 when the disk is full.
[[noreturn]] void failWrite(const std::filesystem::path &path, const std::string &why);
std::string readFile(const std::filesystem::path &path);
std::string readIfThere(const std::filesystem::path &path); // "" if it cannot be read

} // namespace orrery::runtime

#endif
