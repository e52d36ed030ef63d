// The gradient of a training step: micro-batches, shared out over the ranks and added up.
#ifndef ORRERY_RUNTIME_PROGRAM_STEP_H
#define ORRERY_RUNTIME_PROGRAM_STEP_H

#include "runtime/program/Batch.h"
#include "runtime/program/ShardSums.h"

#include <chrono>

namespace orrery::runtime {

struct StepOptions {
  bool reproducible = false; // the same bits for any number of ranks
  bool overlap = true;       // buckets are added up while later gradients are being computed
};

// The batch is cut into shards, one micro-batch each; a rank owns a contiguous block of them, and
// computes them one by one, or together where a call may and no bits have to be the same.
// During its last micro-batch the compiled code announces each bucket of gradients that is final,
// and the sum over the ranks is started there.
class Step {
public:
  // Throws E0801 where the batch cannot be shared out over so many ranks.
  Step(const Model &model, World &world, StepOptions options);

  // The entry; parameters are bound and seed and step are set from outside.
  Call &call() { return gradient; }

  // Computes this rank's shards of a batch. `fill` puts micro-batches, given by their numbers, into
  // the arguments of call().
  template <typename Fill> void run(Fill fill) {
    begin();
    for (Part part{mine.begin, mine.begin + atOnce}; part.end <= mine.end;
         part = {part.end, part.end + atOnce}) {
      if (part.begin < shards)
        fill(part);
      runShards(part);
    }
    finish();
  }

  // Of the whole batch, on every rank, after `run`.
  const RealBuffer &gradients() { return sums.gradients(); }
  double loss() const { return numbers[0]; }
  double term(size_t i) const { return numbers[1 + i]; }
  const std::vector<std::string> &terms() const { return termNames; }

  // Seconds of the last step that this rank only waited for others.
  double waited() const { return waitSeconds; }
  // The pieces of the flat vector that are added up one by one.
  std::span<const Part> buckets() const { return parts; }
  // Calls of a step, on all ranks together.
  size_t callCount() const { return atOnce == 1 ? shards : size_t(world.size()); }
  size_t gradientBytes() const { return sums.bytes(); }

private:
  struct Listener : orrery_context {
    Step *step;
  };
  void checkRanks() const;
  void begin();
  void runShards(Part part);
  void ready(size_t bucket);
  Request start(Part elements);
  Request startNumbers();
  void finish();

  const Model &model;
  World &world;
  StepOptions options;
  bool overlap; // on all ranks or on none
  Call gradient;
  size_t shards, leaves; // leaves: of the tree; those beyond the shards are zero
  Part mine;
  size_t atOnce; // shards that a call computes
  std::vector<Part> subtrees;
  std::vector<std::string> termNames;
  ShardSums sums;
  std::vector<Part> parts; // the buckets, as elements of the flat vector
  std::vector<Request> requests;
  std::vector<bool> started;
  std::vector<double> numbers;
  Listener listener;
  double waitSeconds = 0;
};

} // namespace orrery::runtime

#endif
