// Fuzzes the readers of .npz and .npy, and the header of an array alone.
#include "runtime/io/Npz.h"
#include "test/fuzz/Input.h"

using namespace orrery;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string why;
  if (!runtime::parseNpyHeader({reinterpret_cast<const char *>(data), size}, why) && why.empty())
    abort();
  fuzz::MemoryFile input(data, size);
  fuzz::mayFail([&] {
    runtime::NpzFile file(input.path(), {{"time", "vin", "lat", "lon"}, 1, 0}, "alone");
    for (const runtime::FileVariable &variable : file.variables()) {
      size_t count = 1;
      for (const runtime::FileDim &dim : variable.dims)
        count *= dim.size;
      if (count > (size_t(1) << 22)) // deflate can make much of little; the fuzzer has 2 GB
        continue;
      fuzz::mayFail([&] { file.readAll(variable); });
    }
  });
  return 0;
}
