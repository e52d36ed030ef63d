// One checkpoint: a folder with model.safetensors, optim.safetensors, stats.json, run.json and
// manifest.json.
#ifndef ORRERY_RUNTIME_PROGRAM_CHECKPOINT_H
#define ORRERY_RUNTIME_PROGRAM_CHECKPOINT_H

#include "runtime/core/Error.h"
#include "runtime/program/Model.h"
#include "runtime/program/NameMap.h"
#include "runtime/program/Statistics.h"

#include <nlohmann/json.hpp>

namespace orrery::runtime {

namespace fs = std::filesystem;

struct Talk;

// What a run changes from step to step. `ema` is empty when the model keeps no moving average.
struct Weights {
  Weights() = default;
  explicit Weights(const Model &model);

  RealBuffer parameters, moment1, moment2, ema;

  const RealBuffer &forUse() const { return ema.size() ? ema : parameters; }
  size_t bytes() const;
  // Makes the two entries of a step work on these vectors, in place.
  void bind(Call &gradient, Call &update) const;
};

// The part of the state that is no vector; stored in run.json.
struct Progress {
  int64_t step = 0;              // steps done
  int64_t total = 0, epochs = 0; // that the run is of; `epochs` where its steps are not known yet
  int64_t stepsPerEpoch = 1;     // of the first one
  int64_t seed = 0;
  int64_t skipped = 0, skippedInRow = 0; // steps whose numbers were not finite
  int64_t bestStep = -1;
  double best = 0;
};

// `weights` null: only `use` (the weights for predictions) is written, and the checkpoint cannot be
// resumed.
void writeCheckpoint(const fs::path &folder, const Model &model, const RealBuffer &use,
                     const Weights *weights, const Progress &progress,
                     const nlohmann::json &statistics, nlohmann::json run);

// Compares every file with the manifest, to the last byte; E0602 or E0603 names the first that
// differs.
void verifyCheckpoint(const fs::path &checkpoint);
// False for one that was written without the optimizer's state, as the best weights are. A damaged
// one may have had it.
bool canResume(const fs::path &checkpoint);

// The tensors of a model by their names, as PyTorch reads them.
void writeWeights(const Model &model, const fs::path &file, const RealBuffer &weights);
// Fills `to` with the tensors of a file by name; E0601 lists what does not fit.
void readWeights(const Model &model, const fs::path &file, RealBuffer &to,
                 const NameMap &names = {});
// The same for the beginning of a training, where tensors whose names match one of the patterns may
// be missing or have another size: `to` keeps its values for them, and their names are returned.
std::vector<std::string> readFirstWeights(const Model &model, const fs::path &file, RealBuffer &to,
                                          const std::vector<std::string> &allowed,
                                          const NameMap &names = {});
// Warns of tensors in the file that no parameter is made of: the weights may be those of a model
// with more in it.
void warnOfUnused(const Model &model, const fs::path &file, const NameMap &names, const Talk &talk);
void readOptimizer(const Model &model, const fs::path &checkpoint, Weights &to);
Statistics readStatistics(const Model &model, const fs::path &checkpoint);
Progress readProgress(const fs::path &checkpoint);
// SHA-256 of the model file that it was written by, in hex.
std::string sourceHashOf(const fs::path &checkpoint);

// The JSON object in a file; E0602, E0603.
nlohmann::json readJson(const fs::path &path);
// A fraction, or 1e30, has no value as a whole number.
int64_t wholeNumber(const nlohmann::json &object, const char *name);
// Runs what reads a JSON document of ours; a key that is absent or of another type is reported with
// the file's name.
template <typename Read> auto readingOf(const fs::path &path, Read read) {
  nlohmann::json parsed = readJson(path);
  try {
    return read(parsed);
  } catch (const Error &) {
    throw;
  } catch (const std::exception &problem) {
    throw Error(ExitWeights, "E0602", path.string(),
                std::string("does not fit this model: ") + problem.what());
  }
}

} // namespace orrery::runtime

#endif
