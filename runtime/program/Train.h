// The training loop.
#ifndef ORRERY_RUNTIME_PROGRAM_TRAIN_H
#define ORRERY_RUNTIME_PROGRAM_TRAIN_H

#include "runtime/program/Evaluate.h"
#include "runtime/program/Options.h"
#include "runtime/program/ProgressLine.h"
#include "runtime/program/RunFolder.h"
#include "runtime/program/Schedule.h"
#include "runtime/program/Step.h"
#include "runtime/program/Supervision.h"

#include <fstream>
#include <memory>

namespace orrery::runtime {

// What the ranks of one process have in common: the data and what is known of them.
struct SharedData {
  std::unique_ptr<Dataset> data;
  Statistics statistics;
  std::vector<std::string> warnings;
  bool measured = false;
};

class Trainer {
public:
  Trainer(Model &model, SharedData &shared, World &world, const Options &options);
  int run(); // the exit code
  const fs::path &runFolder() const { return folder; }
  const RunIndex &checkpoints() const { return index; }

private:
  using Clock = std::chrono::steady_clock;
  static double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  }

  void prepare();
  void openData();
  void makeWeights();
  void planRun();
  void resume();
  void restoreNewest();
  void restoreFrom(const fs::path &checkpoint);
  int loop();
  void openRunFolder();
  void openMetrics();
  int64_t epochsBetweenValidations() const;
  void step();
  // A step whose numbers are not finite is passed over; too many in a row end the run.
  void skip(const std::string &what);
  void validate();
  void save();
  bool outOfPatience() const;
  int stopAsked(); // 0 or an exit code, the same on all ranks
  void report(bool endOfEpoch);
  int dryRun();
  void finish();
  void log(const nlohmann::json &line);
  nlohmann::json runJson() const;

  Model &model;
  SharedData &shared;
  World &world;
  const Options &options;
  const Descriptor &descriptor;
  const Talk &talk;
  Dataset *data = nullptr;
  Statistics statistics;
  nlohmann::json statisticsJson;
  Weights weights;
  RealBuffer bestWeights;
  Progress progress;
  std::unique_ptr<Step> gradient;
  std::unique_ptr<Call> update;
  std::unique_ptr<Batcher> batcher;
  std::unique_ptr<Schedule> schedule;
  std::unique_ptr<Evaluator> evaluator;
  ProgressLine line;

  fs::path folder, resumed;
  RunIndex index;
  RunLock lock;
  std::unique_ptr<Heartbeat> beat;
  bool bestIsSaved = false;
  // Checkpoints beyond the one gone on from, damaged or not wanted: removed with the first save.
  std::vector<int64_t> abandoned;
  std::ofstream metrics;
  Clock::time_point started = Clock::now(), lastSave = started, lastFlush = started;
  int asked = 0; // the exit code that the observer ends the run with
  int64_t firstStep = 0, savedStep = -1;
  int64_t validationEvery = 0; // epochs; 0: never
  double epochLoss = 0, waited = 0, stepSeconds = 0, validationSeconds = 0, gradientNorm = 0,
         lr = 0;
  int64_t epochSamples = 0, samplesSeen = 0; // of the epoch that epochLoss is of, of this process
  std::string validationText, firstSkipped;
  Scores lastScores;
};

DatasetOptions datasetOptions(const Model &model, const Options &options);

} // namespace orrery::runtime

#endif
