// The training loop: a step is fill, gradient, update; around it validation, checkpoints, progress
// and stopping.
#include "runtime/program/Train.h"
#include "runtime/core/Hash.h"
#include "runtime/core/Process.h"
#include "runtime/io/AtomicFile.h"
#include "runtime/program/Observer.h"
#include "runtime/program/Provenance.h"
#include "runtime/program/Ranks.h"
#include "runtime/program/Replay.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using nlohmann::json;

namespace orrery::runtime {

DatasetOptions datasetOptions(const Model &model, const Options &options) {
  DatasetOptions result;
  result.paths = {model.sourceFolder(), options.dataFolder};
  result.overrides = options.data;
  result.arrays = options.arrays;
  result.frames = options.frames;
  result.realBytes = model.realBytes();
  return result;
}

Trainer::Trainer(Model &model, SharedData &shared, World &world, const Options &options)
    : model(model), shared(shared), world(world), options(options), descriptor(model.descriptor()),
      talk(options.talk), line(options.talk) {
  if (!descriptor.train.present || !descriptor.entry("gradient") || !descriptor.entry("update"))
    throw Error(
        ExitUsage, "", "",
        fmt::format("'{}' cannot be trained: its model file has no train block", descriptor.model));
}

void Trainer::openData() {
  if (!shared.data) {
    DatasetOptions how = datasetOptions(model, options);
    constexpr double share = 0.4; // of what is free, for the ranks of this machine together
    how.memoryBudget = uint64_t(share * double(availableMemory()) / double(world.localSize()));
    shared.data = std::make_unique<Dataset>(descriptor, how);
    shared.data->makeSplits();
    shared.data->requireSamples("train");
    shared.data->load();
  }
  data = shared.data.get();
  talk.say(data->bindingTable());
  if (talk.json) {
    json bound = data->bindingJson();
    bound["event"] = "data";
    talk.event(bound);
  }
}

void Trainer::makeWeights() {
  weights = Weights(model);
  if (options.firstWeights)
    weights.parameters.copyFrom(*options.firstWeights);
  else
    initialize(descriptor, weights.parameters, progress.seed);
  if (!options.init.empty()) {
    for (const std::string &name : readFirstWeights(model, options.init, weights.parameters,
                                                    options.allowMismatch, options.nameMap()))
      talk.warn(fmt::format("'{}' does not fit {} and starts from scratch", name, options.init));
    warnOfUnused(model, options.init, options.nameMap(), talk);
  }
  if (weights.ema.size())
    weights.ema.copyFrom(weights.parameters);
}

void Trainer::planRun() {
  int64_t samples = int64_t(data->part("train").size()), batch = descriptor.train.batch;
  if (samples < batch && !descriptor.hasBudget())
    throw Error(
        ExitData, "E0508", descriptor.split ? descriptor.split->location : "",
        fmt::format("the train split has {} samples, fewer than one batch of {}", samples, batch));
  if (data->asksFor("valid")) // the best weights are chosen by them
    data->requireSamples("valid");
  schedule = std::make_unique<Schedule>(descriptor, *data, progress.seed);
  int64_t stepsPerEpoch = schedule->stepsOf(0);
  if (options.resume && stepsPerEpoch != progress.stepsPerEpoch)
    throw Error(ExitData, "E0508", "",
                fmt::format("an epoch has {} steps, but had {} when the checkpoint was written: "
                            "the data has changed",
                            stepsPerEpoch, progress.stepsPerEpoch));
  progress.stepsPerEpoch = stepsPerEpoch;
  auto known = [](int64_t n) { return n > 0 ? std::optional(n) : std::nullopt; };
  if (options.steps || options.epochs)
    schedule->setLength(options.steps, options.epochs);
  else if (options.resume && (progress.total > 0 || progress.epochs > 0))
    schedule->setLength(known(progress.total), known(progress.epochs));
  else
    schedule->setLength(descriptor.train.steps, descriptor.train.epochs);
  progress.total = schedule->steps().value_or(0);
  progress.epochs = schedule->steps() ? 0 : *schedule->epochs();
  validationEvery = epochsBetweenValidations();
}

// Validation should cost less than a tenth of the run. Its cost is taken from the compiled entries'
// operations and not from a clock, so that a resumed run validates at the same steps. Small batches
// reach less of the machine's speed, hence the factor.
int64_t Trainer::epochsBetweenValidations() const {
  if (!evaluator || data->part("valid").empty())
    return 0;
  constexpr double share = 0.1, smallBatch = 1.5;
  double groups = double(data->part("valid").size()) / double(evaluator->batch());
  double evaluate = model.code("evaluate").flops * groups,
         step = model.code("gradient").flops * double(descriptor.train.parts);
  if (evaluate <= 0 || step <= 0 || descriptor.hasBudget()) {
    evaluate = double(data->part("valid").size());
    step = 3 * double(data->part("train").size()) / double(progress.stepsPerEpoch); // and backward
  }
  int64_t enough = int64_t(std::ceil(smallBatch * evaluate / (share * step)));
  return std::max<int64_t>(1, (enough + progress.stepsPerEpoch - 1) / progress.stepsPerEpoch);
}

// Goes on from the newest checkpoint that is whole; those that are not are named.
void Trainer::restoreNewest() {
  std::string asked = options.resumeFrom.empty() ? options.out : options.resumeFrom;
  fs::path run = resumable(model, asked).front().parent_path();
  if (options.out.empty() || isSame(options.out, run)) {
    folder = run;
    lock = RunLock(run); // the list below is not to change any more
  }
  std::vector<fs::path> candidates = resumable(model, asked);
  for (const fs::path &checkpoint : candidates) {
    if (candidates.size() > 1 && !canResume(checkpoint))
      continue;
    try {
      restoreFrom(checkpoint);
      resumed = checkpoint;
      talk.say(fmt::format("going on from {}", checkpoint.string()));
      if (sourceHashOf(checkpoint) != sha256(descriptor.sourceText))
        talk.warn(fmt::format("the model file is another than when {} was written; weights of the "
                              "same names and sizes are taken for the same",
                              checkpoint.string()));
      return;
    } catch (const Error &error) {
      if (candidates.size() == 1 || (error.code != "E0602" && error.code != "E0603"))
        throw;
      talk.warn(fmt::format("{} is skipped: {}: {}", checkpoint.string(),
                            fs::path(error.place).filename().string(), error.what()));
    }
  }
  throw Error(ExitWeights, "E0604", run.string(),
              fmt::format("none of its {} checkpoints can be gone on from", candidates.size()))
      .help("start anew with another --out, or from the weights of one with --init");
}

void Trainer::restoreFrom(const fs::path &checkpoint) {
  verifyCheckpoint(checkpoint);
  progress = readProgress(checkpoint);
  readOptimizer(model, checkpoint, weights);
  statistics = readStatistics(model, checkpoint);
  index.last = index.best = checkpoint.filename().string();
  firstStep = savedStep = progress.step;
  if (progress.bestStep < 0)
    return;
  bestWeights = model.flat("the best weights");
  if (progress.bestStep == progress.step) {
    bestWeights.copyFrom(weights.forUse());
    return;
  }
  fs::path best = checkpointOf(checkpoint.parent_path(), progress.bestStep);
  try {
    readWeights(model, best / "model.safetensors", bestWeights);
    index.best = best.filename().string();
  } catch (const Error &error) {
    talk.warn(fmt::format("the best weights are chosen anew: {}: {}", error.place, error.what()));
    progress.bestStep = -1;
  }
}

void Trainer::openRunFolder() {
  bool goesOnThere = !folder.empty(); // else a checkpoint of another folder may be gone on from
  if (!goesOnThere) {
    folder = makeRunFolder(model, options.out);
    lock = RunLock(folder);
    refuseUsed(folder);
  }
  bestIsSaved = goesOnThere && fs::exists(checkpointOf(folder, progress.bestStep));
  std::vector<int64_t> steps = stepsIn(folder);
  std::copy_if(steps.begin(), steps.end(), std::back_inserter(abandoned),
               [&](int64_t step) { return step > firstStep; });
  removeLeftovers(folder);
  tellRunFolder(folder);
  openMetrics();
}

// Steps that the checkpoint does not know are trained again, and are logged again.
void Trainer::openMetrics() {
  fs::path path = folder / "metrics.jsonl";
  if (options.resume && fs::exists(path)) {
    std::ifstream before(path);
    std::string kept;
    for (std::string text; std::getline(before, text);) {
      json parsed = json::parse(text, nullptr, false);
      if (!parsed.is_object())
        continue;
      json step = parsed.value("step", json(0));
      if (step.is_number() && step <= json(firstStep))
        kept += text + "\n";
    }
    writeFile(path, kept);
  }
  metrics.open(path, options.resume ? std::ios::app : std::ios::trunc);
  if (!metrics)
    failWrite(path, "the file cannot be opened");
  json entry = {{"event", options.resume ? "resume" : "start"},
                {"step", firstStep},
                {"model", descriptor.model},
                {"seed", progress.seed},
                {"parameters", model.parameterCount()}};
  if (progress.epochs)
    entry["total_epochs"] = progress.epochs;
  else
    entry["total_steps"] = progress.total;
  log(entry);
}

void Trainer::log(const json &entry) {
  if (!world.root())
    return;
  metrics << entry.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
  if (since(lastFlush) > 1) {
    metrics.flush();
    lastFlush = Clock::now();
  }
  if (options.observer)
    asked = options.observer->event(entry, weights.forUse(), statistics);
}

void Trainer::skip(const std::string &what) {
  ++progress.step;
  ++progress.skipped;
  if (progress.skippedInRow++ == 0)
    firstSkipped = what;
  log({{"event", "skipped"}, {"step", progress.step}, {"what", what}});
  if (progress.skippedInRow < options.maxSkipped)
    return;
  line.clear();
  metrics.flush();
  // The weights have not changed since the first of them, which is the one to look at.
  FailedStep failed{progress.step - progress.skippedInRow, progress.seed, {}, firstSkipped};
  if (failed.what.empty()) // it was before the checkpoint that this process began with
    failed.what = what;
  failed.samples = schedule->batchOf(failed.step).samples;
  Error error(ExitNumbers, "E0702", "",
              fmt::format("{} at step {}{}", failed.what, grouped(failed.step + 1),
                          progress.skippedInRow == 1
                              ? ""
                              : fmt::format(", and no step since was finite: {} were skipped",
                                            progress.skippedInRow)));
  error.notes.push_back({"note", "",
                         index.last.empty() ? "there is no checkpoint yet"
                                            : fmt::format("the last checkpoint is {}",
                                                          (folder / index.last).string())});
  if (!options.dryRun && world.root()) {
    fs::path replay = writeReplay(folder, model, weights.parameters, statisticsJson, failed);
    error.notes.push_back(
        {"note", "", fmt::format("`replay {}` runs that step alone", replay.string())});
  }
  error.notes.push_back(
      {"help", "", "a smaller learning rate, a longer warm-up or clip: 1.0 usually cures it"});
  error.everywhere = true; // losses and gradients are the same on all ranks
  throw error;
}

void Trainer::step() {
  auto begin = Clock::now();
  if (schedule->isFirst(progress.step)) {
    epochLoss = 0;
    epochSamples = 0;
  }
  Batch batch = schedule->batchOf(progress.step);
  samplesSeen += batch.size();
  double filled = 0;
  beat->moved(progress.step + 1, "computing the gradient");
  gradient->call().set("step", progress.step);
  batcher->begin(batch);
  gradient->run([&](Part part) {
    auto asked = Clock::now();
    batcher->fill(batch, part);
    filled += since(asked);
  });
  double loss = gradient->loss();
  if (std::string what = notFinite(*gradient); !what.empty()) {
    stepSeconds += since(begin);
    return skip(what);
  }
  progress.skippedInRow = 0;
  lr = learningRate(descriptor.train.lr, progress.step, *schedule);
  update->bind("gradients", gradient->gradients());
  update->set("step", progress.step + 1);
  update->setReal("lr", lr);
  update->run();
  gradientNorm = update->scalar("gradient_norm");
  epochLoss += loss * double(batch.size());
  epochSamples += batch.size();
  waited += filled;
  stepSeconds += since(begin);
  json entry = {{"event", "step"},
                {"step", progress.step + 1},
                {"epoch", schedule->epochOf(progress.step) + 1},
                {"loss", loss},
                {"lr", lr},
                {"gradient_norm", gradientNorm},
                {"samples_per_s", double(samplesSeen) / stepSeconds}};
  ++progress.step;
  for (size_t i = 0; i < gradient->terms().size(); ++i)
    entry["loss." + gradient->terms()[i]] = gradient->term(i);
  log(entry);
}

void Trainer::validate() {
  beat->moved(progress.step, "validating");
  auto begin = Clock::now();
  lastScores = evaluator->run(weights.forUse(), data->part("valid"), progress.seed);
  validationSeconds += since(begin);
  double criterion = lastScores.criterion();
  bool better = std::isfinite(criterion) && (progress.bestStep < 0 || criterion < progress.best);
  if (better) {
    if (!bestWeights.size())
      bestWeights = model.flat("the best weights");
    bestWeights.copyFrom(weights.forUse());
    bestIsSaved = false;
    progress.best = criterion;
    progress.bestStep = progress.step;
  }
  json entry = {{"event", "validation"},
                {"step", progress.step},
                {"epoch", schedule->epochOf(progress.step)},
                {"loss", lastScores.loss},
                {"best", better}};
  validationText = fmt::format("valid {:.4g}", lastScores.loss);
  for (const Score &score : lastScores.reports) {
    entry[score.name] = score.overall;
    for (size_t i = 0; i < score.labels.size(); ++i)
      entry[score.name + "." + score.labels[i]] = score.values[i];
  }
  if (!lastScores.reports.empty()) {
    const Score &first = lastScores.reports.front();
    validationText = fmt::format("{} {:.3g}{}", first.name, first.overall,
                                 first.unit.empty() ? "" : " " + first.unit);
  }
  log(entry);
  talk.event(entry);
}

json Trainer::runJson() const {
  json settings = json::array();
  for (const Setting &s : settingsOf(descriptor, options))
    settings.push_back({{"name", s.name}, {"value", s.value}, {"origin", s.origin}});
  json slurm = json::object();
  for (const char *name : {"SLURM_JOB_ID", "SLURM_JOB_NAME", "SLURM_NODELIST"})
    if (std::string value = environment(name); !value.empty())
      slurm[name] = value;
  return {{"version", 1},
          {"model", descriptor.model},
          {"parameters", model.parameterCount()},
          {"arguments", options.arguments},
          {"settings", settings},
          {"slurm", slurm}};
}

// The checkpoint that training goes on from is written last: it names the best weights, and the
// metrics up to it, which must be there then.
void Trainer::save() {
  beat->moved(progress.step, "writing a checkpoint");
  lastSave = Clock::now();
  savedStep = progress.step;
  if (!world.root())
    return;
  line.clear();
  metrics.flush();
  if (!metrics)
    failWrite(folder / "metrics.jsonl", "");
  json run = runJson();
  run.update(environmentJson(model, *data));
  std::string name = checkpointOf(folder, progress.step).filename().string(), best = name;
  if (progress.bestStep >= 0 && progress.bestStep != progress.step) {
    fs::path path = checkpointOf(folder, progress.bestStep);
    best = path.filename().string();
    if (!bestIsSaved) {
      Progress then = progress;
      then.step = progress.bestStep;
      writeCheckpoint(path, model, bestWeights, nullptr, then, statisticsJson, run);
    }
  }
  writeCheckpoint(folder / name, model, weights.forUse(), &weights, progress, statisticsJson, run);
  bestIsSaved = true;
  index = {name, best};
  writeIndex(folder, index, progress);
  for (int64_t step : std::exchange(abandoned, {}))
    if (step != progress.step && step != progress.bestStep)
      removeFolder(checkpointOf(folder, step));
  prune(folder, options.keep);
  lastSave = Clock::now();
}

bool Trainer::outOfPatience() const {
  return descriptor.train.patience && validationEvery && progress.bestStep >= 0 &&
         progress.step >= schedule->after(progress.bestStep,
                                          {double(*descriptor.train.patience), true},
                                          progress.step);
}

int Trainer::stopAsked() {
  int code = signalled();
  if (!code)
    code = asked;
  if (!code && options.timeLimit > 0 && usedBefore() + since(started) >= options.timeLimit)
    code = ExitAgain;
  return int(world.greatest(int64_t(code)));
}

void Trainer::report(bool endOfEpoch) {
  if (!world.root() || !line.due(endOfEpoch))
    return;
  Status s;
  s.epoch = schedule->epochOf(progress.step - 1) + 1;
  s.epochs = schedule->epochs().value_or(0);
  s.step = progress.step;
  s.done = schedule->done(progress.step);
  s.loss = epochLoss / double(std::max<int64_t>(1, epochSamples));
  s.validation = validationText;
  s.samplesPerSecond = double(samplesSeen) / stepSeconds;
  s.dataWait = waited / stepSeconds;
  s.lr = lr;
  s.gradientNorm = gradientNorm;
  s.skipped = progress.skipped;
  s.secondsLeft =
      (stepSeconds + validationSeconds) * (1 - s.done) / (s.done - schedule->done(firstStep));
  line.show(s);
}

int Trainer::dryRun() {
  step();
  auto begin = Clock::now();
  int64_t steps = 1;
  if (!schedule->isOver(progress.step)) {
    step();
    steps = 2;
  }
  double seconds = since(begin);
  if (!world.root())
    return ExitDone;
  for (const Setting &s : settingsOf(descriptor, options))
    fmt::print("{:<24} {:<12} {}\n", s.name, s.value, s.origin);
  fmt::print("one step of {}: {:.3g} s; {} (steps of the first epoch: {}): about {}\n",
             batchText(descriptor), seconds, schedule->lengthText(), progress.stepsPerEpoch,
             duration(seconds * double(schedule->aboutSteps())));
  fmt::print("memory: arena {:.1f} MB, weights and optimizer {:.1f} MB, peak so far {:.1f} MB\n",
             double(model.arenaBytes()) / 1e6,
             double(weights.bytes() + gradient->gradientBytes()) / 1e6, double(peakMemory()) / 1e6);
  fmt::print("{} steps taken, nothing written\n", steps);
  return ExitDone;
}

void Trainer::finish() {
  line.clear();
  log({{"event", "end"},
       {"step", progress.step},
       {"skipped", progress.skipped},
       {"seconds", since(started)},
       {"peak_bytes", peakMemory()},
       {"validation_share", validationSeconds / std::max(1e-9, stepSeconds + validationSeconds)}});
  if (savedStep != progress.step)
    save();
  if (!world.root())
    return;
  talk.say(fmt::format(
      "{} steps in {} ({:.3g} samples/s; validation {:.0f}% of the time; peak memory {:.2f} GB)",
      grouped(progress.step - firstStep), duration(since(started)),
      stepSeconds > 0 ? double(samplesSeen) / stepSeconds : 0.0,
      100 * validationSeconds / std::max(1e-9, stepSeconds + validationSeconds),
      double(peakMemory()) / 1e9));
  if (progress.skipped)
    talk.warn(fmt::format("{} steps were skipped, as their numbers were not finite",
                          grouped(progress.skipped)));
  json result = {{"event", "end"},
                 {"run", folder.string()},
                 {"last", (folder / index.last).string()},
                 {"best", (folder / index.best).string()},
                 {"step", progress.step}};
  if (progress.bestStep >= 0)
    result["best_value"] = progress.best;
  talk.event(result);
  if (!talk.json && !talk.silent)
    fmt::print("{}\n", (folder / index.best).string());
}

void Trainer::prepare() {
  model.allocateArena();
  openData();
  makeWeights();
  if (options.resume)
    return;
  if (!shared.measured) {
    shared.statistics = Statistics::compute(descriptor, *data, shared.warnings);
    shared.measured = true;
  }
  statistics = shared.statistics;
  for (const std::string &warning : shared.warnings)
    talk.warn(warning);
}

// Rank 0 chooses the checkpoint, lest another rank should find another one.
void Trainer::resume() {
  together(world, talk, [&] {
    if (world.root())
      restoreNewest();
  });
  std::string chosen = world.broadcast(resumed.string());
  together(world, talk, [&] {
    if (!world.root())
      restoreFrom(chosen);
    if (options.seed && *options.seed != progress.seed)
      throw Error(
          ExitUsage, "", chosen,
          fmt::format("a run keeps its seed, which is {}, not {}", progress.seed, *options.seed))
          .help("leave out --seed, or begin a new run from its weights with --init");
  });
}

int Trainer::run() {
  bool alone = options.virtualRanks > 0; // in its process as far as a supervisor can see
  beat = std::make_unique<Heartbeat>(alone ? 0 : world.rank(), alone ? 1 : world.size(),
                                     options.watchdog);
  beat->moved(0, "reading the data");
  progress.seed = options.seed.value_or(descriptor.train.seed);
  together(world, talk, [&] { prepare(); });
  if (options.resume)
    resume();
  together(world, talk, [&] {
    statisticsJson = statistics.toJson();
    gradient =
        std::make_unique<Step>(model, world, StepOptions{options.reproducible, options.overlap});
    update = std::make_unique<Call>(model, *descriptor.entry("update"));
    batcher = std::make_unique<Batcher>(gradient->call(), *data, statistics);
    if (descriptor.entry("evaluate"))
      evaluator = std::make_unique<Evaluator>(model, world, *data, statistics);
    planRun();
  });
  weights.bind(gradient->call(), *update);
  gradient->call().set("seed", progress.seed);
  talk.say(fmt::format("{}: {} parameters, {} of {}, seed {}{}", descriptor.model,
                       grouped(model.parameterCount()), schedule->lengthText(),
                       batchText(descriptor), progress.seed,
                       world.size() > 1 ? fmt::format(", {} ranks", world.size()) : ""));
  if (options.dryRun)
    return dryRun();
  together(world, talk, [&] {
    if (world.root())
      openRunFolder();
  });
  return loop();
}

int Trainer::loop() {
  while (!schedule->isOver(progress.step)) {
    step();
    bool endOfEpoch = schedule->isFirst(progress.step), last = schedule->isOver(progress.step);
    bool isDue =
        validationEvery && endOfEpoch && schedule->epochOf(progress.step) % validationEvery == 0;
    if (isDue || (validationEvery && last))
      validate();
    report(endOfEpoch);
    if (int code = stopAsked(); code && !last) {
      save();
      talk.say(fmt::format("stopped at step {}; go on with --resume={}", grouped(progress.step),
                           folder.string()));
      talk.event({{"event", "stopped"},
                  {"step", progress.step},
                  {"run", folder.string()},
                  {"exit", code}});
      return code;
    }
    if (outOfPatience()) {
      talk.say(fmt::format("no better validation for {} epochs: stopped at step {}",
                           *descriptor.train.patience, grouped(progress.step)));
      break;
    }
    if (since(lastSave) >= options.saveEvery)
      save();
  }
  finish();
  return ExitDone;
}

} // namespace orrery::runtime
