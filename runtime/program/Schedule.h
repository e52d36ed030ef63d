// Which samples a step sees, and with which learning rate: functions of (seed, step), so that a
// resumed run goes on exactly.
#ifndef ORRERY_RUNTIME_PROGRAM_SCHEDULE_H
#define ORRERY_RUNTIME_PROGRAM_SCHEDULE_H

#include "runtime/program/Batch.h"

namespace orrery::runtime {

// Beyond these JSON does not count exactly.
inline constexpr int64_t mostSteps = int64_t(1) << 53;

// The order in which an epoch visits the samples: each draws a number keyed by (seed, epoch, its
// own number), and they are sorted by it.
std::vector<int64_t> shuffled(const std::vector<int64_t> &samples, int64_t seed, int64_t epoch);

// Cuts epochs into steps: of a number of samples each, and what is left over at the end of an epoch
// waits for the next one; or, with a budget, of as many as there is room for, and an epoch sees
// every sample. Epochs then differ in the number of their steps.
class Schedule {
public:
  Schedule(const Descriptor &descriptor, const Dataset &data, int64_t seed);

  // Steps before an epoch, and the epoch of a step, counted from 0.
  int64_t firstStep(int64_t epoch);
  int64_t epochOf(int64_t step);
  int64_t stepsOf(int64_t epoch) { return firstStep(epoch + 1) - firstStep(epoch); }
  // Of a run of so many steps or, where these are not said, epochs; throws for more than
  // `mostSteps`.
  int64_t total(std::optional<int64_t> steps, std::optional<int64_t> epochs);
  bool isFirst(int64_t step) { return step == firstStep(epochOf(step)); }
  // The step so many epochs after another one; if that is beyond `limit`, any beyond it.
  int64_t after(int64_t step, double epochs, int64_t limit);
  Batch batchOf(int64_t step);

private:
  void visit(int64_t epoch); // makes `order` and `ends` that epoch's

  const Descriptor &descriptor;
  const Dataset &data;
  const std::vector<int64_t> &samples;
  int64_t seed;
  int64_t visited = -1;
  std::vector<int64_t> order;
  std::vector<size_t> ends;          // of the batches in it, with a budget
  std::vector<int64_t> firsts = {0}; // of the epochs that were counted so far, with a budget
};

// The learning rate of `step`, counted from 0, in a run of `total` steps.
double learningRate(const std::vector<Piece> &pieces, int64_t step, int64_t total,
                    Schedule &schedule);

// "16 samples", or "up to 16 samples, 4096 atoms".
std::string batchText(const Descriptor &descriptor);

} // namespace orrery::runtime

#endif
