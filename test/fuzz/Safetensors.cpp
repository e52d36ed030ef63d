// Fuzzes the reader of safetensors: what it takes must lie within the file and read without a
// fault.
#include "runtime/io/Safetensors.h"
#include "test/fuzz/Input.h"

using namespace orrery;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz::MemoryFile input(data, size);
  fuzz::mayFail([&] {
    runtime::SafetensorsFile file(input.path());
    for (const runtime::Tensor &t : file.tensors()) {
      if (t.end > size)
        abort();
      fuzz::mayFail([&] {
        runtime::RealBuffer to(t.count(), 4, "a tensor");
        file.read(t, to, 0);
      });
    }
  });
  return 0;
}
