// Fuzzes the reader of extended XYZ: a frame that it takes is written and read back the same.
#include "runtime/io/ExtXyz.h"
#include "test/fuzz/Input.h"

using namespace orrery;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  runtime::XyzReader reader("input.xyz", {reinterpret_cast<const char *>(data), size});
  fuzz::mayFail([&] {
    runtime::XyzFrame frame;
    while (reader.next(frame)) {
      std::string text;
      runtime::appendXyz(text, frame);
      runtime::XyzReader again("written.xyz", text);
      runtime::XyzFrame back;
      if (!again.next(back) || back.atoms != frame.atoms || again.next(back))
        abort();
    }
  });
  return 0;
}
