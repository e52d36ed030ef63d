// Aligned memory that is allocated once: the arena of the entries, flat parameter vectors, batches.
#ifndef ORRERY_RUNTIME_CORE_BUFFER_H
#define ORRERY_RUNTIME_CORE_BUFFER_H

#include <cstddef>
#include <cstdint>

namespace orrery::runtime {

// Zeroed, 64-byte aligned bytes; large ones ask the kernel for huge pages. Running out of memory is
// an Error with exit code 6 that says what for.
class Buffer {
public:
  Buffer() = default;
  Buffer(size_t bytes, const char *what);
  Buffer(Buffer &&other) noexcept : memory(other.memory), bytes(other.bytes), mapped(other.mapped) {
    other.memory = nullptr;
  }
  Buffer &operator=(Buffer &&other) noexcept;
  ~Buffer();

  void *data() const { return memory; }
  size_t size() const { return bytes; }
  template <typename T> T *as() const { return static_cast<T *>(memory); }

private:
  void *memory = nullptr;
  size_t bytes = 0;
  size_t mapped = 0;
};

// A vector of model numbers, 4 or 8 bytes wide as the compiled model wants them.
class RealBuffer {
public:
  RealBuffer() = default;
  RealBuffer(size_t count, unsigned width, const char *what)
      : buffer(count * width, what), count(count), width(width) {}

  void *data() const { return buffer.data(); }
  void *at(size_t i) const { return buffer.as<char>() + i * width; }
  size_t size() const { return count; }
  size_t bytes() const { return count * width; }
  unsigned realBytes() const { return width; }
  double operator[](size_t i) const {
    return width == 4 ? buffer.as<float>()[i] : buffer.as<double>()[i];
  }
  void set(size_t i, double value) {
    if (width == 4)
      buffer.as<float>()[i] = float(value);
    else
      buffer.as<double>()[i] = value;
  }
  void copyFrom(const RealBuffer &other);
  // Another number of elements; memory is taken only where there is too little. The content is
  // lost.
  void resize(size_t wanted, const char *what) {
    if (wanted * width > buffer.size())
      buffer = Buffer((wanted + wanted / 4) * width, what);
    count = wanted;
  }

private:
  Buffer buffer;
  size_t count = 0;
  unsigned width = 4;
};

// The most memory this process has held, in bytes.
uint64_t peakMemory();
// What it holds now, and what the machine, and the limits of its control group, could still give
// it.
uint64_t residentMemory();
uint64_t availableMemory();

} // namespace orrery::runtime

#endif
