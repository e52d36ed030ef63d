// A step that cannot be taken, set down so that it can be looked at alone: replay-<step>/ with
// model.safetensors, stats.json and replay.json.
#ifndef ORRERY_RUNTIME_PROGRAM_REPLAY_H
#define ORRERY_RUNTIME_PROGRAM_REPLAY_H

#include "runtime/program/Checkpoint.h"
#include "runtime/program/Step.h"

namespace orrery::runtime {

// What a step is made of, beside the weights and the statistics.
struct FailedStep {
  int64_t step = 0, seed = 0; // steps done before it
  std::vector<int64_t> samples;
  std::string what; // "loss 'energy' is NaN"
};

fs::path writeReplay(const fs::path &run, const Model &model, const RealBuffer &weights,
                     const nlohmann::json &statistics, const FailedStep &failed);

// Whether the squares of all numbers have a sum that their own width can hold; the update needs it
// to clip.
bool hasFiniteNorm(const RealBuffer &numbers);

// Which loss of a step that has run is not finite ("loss 'energy' is NaN"), else that
// the gradient is not; "" if all is well.
std::string notFinite(Step &step);

} // namespace orrery::runtime

#endif
