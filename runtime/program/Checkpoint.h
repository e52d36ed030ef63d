// Checkpoints and the folder of a run: runs/<model>-NN/ with ckpt-<step>/ (model.safetensors,
// optim.safetensors, stats.json, run.json), checkpoints.json and metrics.jsonl.
#ifndef ORRERY_RUNTIME_PROGRAM_CHECKPOINT_H
#define ORRERY_RUNTIME_PROGRAM_CHECKPOINT_H

#include "runtime/program/Model.h"
#include "runtime/program/Statistics.h"

#include <nlohmann/json.hpp>

namespace orrery::runtime {

namespace fs = std::filesystem;

// What a run changes from step to step. `ema` is empty when the model keeps no moving average.
struct Weights {
  Weights() = default;
  explicit Weights(const Model &model);

  RealBuffer parameters, moment1, moment2, ema;

  const RealBuffer &forUse() const { return ema.size() ? ema : parameters; }
  size_t bytes() const;
  // Makes the two entries of a step work on these vectors, in place.
  void bind(Call &gradient, Call &update, const RealBuffer &gradients) const;
};

// The part of the state that is no vector; stored in run.json.
struct Progress {
  int64_t step = 0; // steps done
  int64_t total = 0, stepsPerEpoch = 1, seed = 0;
  int64_t bestStep = -1;
  double best = 0;
};

// Which checkpoints of a run matter (checkpoints.json).
struct RunIndex {
  std::string last, best;
};

fs::path makeRunFolder(const Model &model, const std::string &wanted);
RunIndex readIndex(const fs::path &run);
void writeIndex(const fs::path &run, const RunIndex &index, const Progress &progress);
// Removes checkpoints of the run that are not among `keep`.
void prune(const fs::path &run, const std::vector<std::string> &keep);

// `weights` null: only `use` (the weights for predictions) is written, and the checkpoint cannot be
// resumed.
void writeCheckpoint(const fs::path &folder, const Model &model, const RealBuffer &use,
                     const Weights *weights, const Progress &progress,
                     const nlohmann::json &statistics, nlohmann::json run);

// The checkpoint meant by `asked`: a checkpoint, a run (its best, or its last if `toResume`), or ""
// (the newest run of this model that has one).
fs::path findCheckpoint(const Model &model, const std::string &asked, bool toResume);

// Fills `to` with the tensors of a file by name; E0601 lists what does not fit.
void readWeights(const Model &model, const fs::path &file, RealBuffer &to);
void readOptimizer(const Model &model, const fs::path &checkpoint, Weights &to);
Statistics readStatistics(const Model &model, const fs::path &checkpoint);
Progress readProgress(const fs::path &checkpoint);

} // namespace orrery::runtime

#endif
