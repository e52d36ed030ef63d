// Fuzzes the readers of times and units: "hours since 1980-01-14" with a calendar, and dates of a
// split.
#include "runtime/io/CfTime.h"
#include "runtime/io/Units.h"
#include "test/fuzz/Input.h"

using namespace orrery;

// Three texts, divided by zeros.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string texts[3];
  size_t which = 0;
  for (size_t i = 0; i < size; ++i)
    if (data[i] == 0 && which < 2)
      ++which;
    else
      texts[which] += char(data[i]);
  fuzz::mayFail([&] {
    if (auto units = runtime::timeUnits(texts[0], texts[1]))
      for (double value : {0.0, 1.5, -1e6, 1e18, -1e300})
        runtime::text(runtime::dateOf(units->calendar, units->seconds(value)));
    for (auto calendar :
         {runtime::Calendar::Standard, runtime::Calendar::NoLeap, runtime::Calendar::Days360})
      if (auto period = runtime::periodNamed(calendar, texts[2]))
        if (!(period->begin <= period->end))
          abort();
    std::string why;
    if (!runtime::conversion(texts[0], texts[2], why) && why.empty())
      abort();
  });
  return 0;
}
