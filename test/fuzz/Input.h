// What the fuzzers of the runtime share: bytes as a file, and calls that may only fail with an
// Error.
#ifndef ORRERY_TEST_FUZZ_INPUT_H
#define ORRERY_TEST_FUZZ_INPUT_H

#include "runtime/core/Error.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace orrery::fuzz {

// A file that lies in memory alone.
class MemoryFile {
public:
  MemoryFile(const uint8_t *data, size_t size) : fd(memfd_create("input", 0)) {
    if (fd < 0 || write(fd, data, size) != ssize_t(size))
      abort();
  }
  ~MemoryFile() { close(fd); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd); }

private:
  int fd;
};

// Bad input must end in a message for the user; anything else that is thrown ends the fuzzer.
template <typename F> void mayFail(F run) {
  try {
    run();
  } catch (const runtime::Error &error) {
    if (error.code.empty() || error.code == "E0999" || std::string(error.what()).empty())
      abort();
  }
}

} // namespace orrery::fuzz

#endif
