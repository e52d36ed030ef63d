// Fuzzes lexer, parser and formatter.
#include "test/lang/RoundTrip.h"

#include <cstdlib>

using namespace orrery::test;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  if (std::optional<std::string> tree = treeOf(text); tree && !wrongLayout(text, *tree).empty())
    abort();
  return 0;
}
