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

// A piece of a run.
struct Stretch {
  double length = 0;
  bool inEpochs = false; // else in steps
};

// Cuts epochs into steps: of a number of samples each, and what is left over at the end of an epoch
// waits for the next one; or, with a budget, of as many as there is room for, and an epoch sees
// every sample. Epochs then differ in the number of their steps, and each is planned when it is
// reached: time goes by in epochs, of which each step of one takes the same share.
class Schedule {
public:
  Schedule(const Descriptor &descriptor, const Dataset &data, int64_t seed);

  // The run is of so many steps or, where these are not said, epochs; throws for more than
  // `mostSteps`.
  void setLength(std::optional<int64_t> steps, std::optional<int64_t> epochs);
  // Nothing where only the other is known before the run's end.
  std::optional<int64_t> steps() const { return lastStep; }
  std::optional<int64_t> epochs() const { return lastEpoch; }
  bool isOver(int64_t step) { return lastStep ? step >= *lastStep : epochOf(step) >= *lastEpoch; }
  // The share of the run that is behind a step.
  double done(int64_t step);
  // "20 steps", "4 epochs".
  std::string lengthText() const;
  // Steps, estimated by the first epoch if need be.
  int64_t aboutSteps() { return lastStep ? *lastStep : *lastEpoch * stepsOf(0); }

  // Steps before an epoch, and the epoch of a step, counted from 0.
  int64_t firstStep(int64_t epoch);
  int64_t epochOf(int64_t step);
  int64_t stepsOf(int64_t epoch) { return firstStep(epoch + 1) - firstStep(epoch); }
  bool isFirst(int64_t step) { return step == firstStep(epochOf(step)); }
  // What is left of the run after a step.
  Stretch left(int64_t step);
  // The step so much after another one; if that is beyond `limit`, any beyond it.
  int64_t after(int64_t step, Stretch stretch, int64_t limit);
  // How far `step` is from `begin`, and how far a stretch reaches, by the same measure.
  std::pair<double, double> within(Stretch stretch, int64_t begin, int64_t step);
  Batch batchOf(int64_t step);

private:
  void visit(int64_t epoch);   // makes `order` and `ends` that epoch's
  double timeOf(int64_t step); // in epochs

  const Descriptor &descriptor;
  const Dataset &data;
  const std::vector<int64_t> &samples;
  int64_t seed;
  std::optional<int64_t> lastStep, lastEpoch; // one of them at least
  int64_t visited = -1;
  std::vector<int64_t> order;
  std::vector<size_t> ends;          // of the batches in it, with a budget
  std::vector<int64_t> firsts = {0}; // of the epochs that were planned so far, with a budget
};

// The learning rate of `step`, counted from 0.
double learningRate(const std::vector<Piece> &pieces, int64_t step, Schedule &schedule);

// "16 samples", or "up to 16 samples, 4096 atoms".
std::string batchText(const Descriptor &descriptor);

} // namespace orrery::runtime

#endif
