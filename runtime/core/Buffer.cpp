// Aligned memory that is allocated once: the arena of the entries, flat parameter vectors, batches.
#include "runtime/core/Buffer.h"
#include "runtime/core/ControlGroup.h"
#include "runtime/core/Error.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <sys/mman.h>
#include <sys/resource.h>
#include <utility>

namespace orrery::runtime {

// mmap gives zeroed pages, page-aligned, and gives them back at once; a page is more than the 64
// bytes that are promised.
Buffer::Buffer(size_t size, const char *what) : bytes(size) {
  constexpr size_t huge = size_t(2) << 20;
  mapped = size < huge ? (size + 4095) / 4096 * 4096 : (size + huge - 1) / huge * huge;
  if (mapped == 0)
    mapped = 4096;
  memory = mapped < size
               ? MAP_FAILED
               : mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    memory = nullptr;
    throw Error(ExitResources, "E0905", "",
                fmt::format("no memory for {}: {:.2f} GB", what, double(size) / 1e9));
  }
  if (mapped >= huge)
    madvise(memory, mapped, MADV_HUGEPAGE);
}

Buffer &Buffer::operator=(Buffer &&other) noexcept {
  std::swap(memory, other.memory);
  std::swap(bytes, other.bytes);
  std::swap(mapped, other.mapped);
  return *this;
}

Buffer::~Buffer() {
  if (memory)
    munmap(memory, mapped);
}

void RealBuffer::copyFrom(const RealBuffer &other) { std::memcpy(data(), other.data(), bytes()); }

uint64_t peakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return uint64_t(usage.ru_maxrss) * 1024;
}

// The number behind a key of a file of /proc, in bytes; 0 if it is not there.
static uint64_t fromProc(const char *path, const std::string &key) {
  std::ifstream in(path);
  for (std::string word; in >> word;)
    if (word == key) {
      uint64_t kilobytes = 0;
      in >> kilobytes;
      return kilobytes * 1024;
    }
  return 0;
}

uint64_t residentMemory() { return fromProc("/proc/self/status", "VmRSS:"); }
uint64_t availableMemory() {
  return std::min(fromProc("/proc/meminfo", "MemAvailable:"), leftInControlGroup());
}

} // namespace orrery::runtime
