// Losses and reported measures over a split.
#ifndef ORRERY_RUNTIME_PROGRAM_EVALUATE_H
#define ORRERY_RUNTIME_PROGRAM_EVALUATE_H

#include "runtime/comm/Comm.h"
#include "runtime/program/Batch.h"

#include <functional>
#include <nlohmann/json_fwd.hpp>

namespace orrery::runtime {

struct Score {
  std::string name, unit, kind;
  std::vector<std::string> labels;     // of each value; empty for a single one
  std::vector<double> values, weights; // weights: what each value was counted with
  double overall = 0;
};

struct Scores {
  int64_t samples = 0;
  double loss = 0;
  std::vector<std::pair<std::string, double>> terms;
  std::vector<Score> reports;

  // What chooses the best weights: the first rmse or mae, else the loss. Smaller is better.
  double criterion() const;
  nlohmann::json toJson() const;
};

class Evaluator {
public:
  Evaluator(const Model &model, World &world, Dataset &data, const Statistics &statistics);
  // Over all samples, which the ranks share out; the same numbers on every rank, whatever their
  // number. `between` is called between groups of samples, and may give up by throwing.
  Scores run(const RealBuffer &weights, const std::vector<int64_t> &samples, int64_t seed,
             const std::function<void()> &between = {});
  int64_t batch() const { return batcher.size(); }

private:
  std::vector<double> measure(const Batch &groups, const std::function<void()> &between);

  const Model &model;
  World &world;
  Call call;
  Batcher batcher;
  std::string errorUnit; // of rmse and mae whose report names none
};

} // namespace orrery::runtime

#endif
