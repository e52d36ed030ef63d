// The one line that shows how a run goes: rewritten in place on a terminal, printed now and then
// elsewhere.
#ifndef ORRERY_RUNTIME_PROGRAM_PROGRESSLINE_H
#define ORRERY_RUNTIME_PROGRAM_PROGRESSLINE_H

#include "runtime/program/Talk.h"

#include <chrono>

namespace orrery::runtime {

struct Status {
  int64_t epoch = 0, epochs = 0; // 0: how many there will be is not known
  int64_t step = 0, skipped = 0;
  double done = 0;        // the share of the run
  double loss = 0;        // mean over the epoch so far
  std::string validation; // "rmse 0.91 m/s", or empty before the first
  double samplesPerSecond = 0, dataWait = 0, lr = 0, gradientNorm = 0, secondsLeft = 0;
};

class ProgressLine {
public:
  explicit ProgressLine(const Talk &talk) : talk(talk) {}
  ~ProgressLine() { clear(); }
  // Whether a line would be shown now; composing one is not free.
  bool due(bool endOfEpoch) const;
  void show(const Status &status);
  // Takes the line off the terminal so that something else can be printed.
  void clear();

private:
  std::string compose(const Status &status, bool bar) const;
  using Clock = std::chrono::steady_clock;
  const Talk &talk;
  Clock::time_point last = Clock::now();
  bool shown = false;
};

} // namespace orrery::runtime

#endif
