// Sets down a step whose numbers are not finite, and runs such a step again.
#include "runtime/program/Replay.h"
#include "runtime/core/Error.h"
#include "runtime/io/AtomicFile.h"
#include "runtime/io/Safetensors.h"
#include "runtime/program/Commands.h"
#include "runtime/program/Train.h"

#include <cfloat>
#include <cmath>
#include <fmt/format.h>
#include <limits>

using nlohmann::json;

namespace orrery::runtime {

bool hasFiniteNorm(const RealBuffer &numbers) {
  auto squares = [&]<typename T>(const T *x) {
    double sum = 0;
#pragma omp parallel for simd reduction(+ : sum)
    for (size_t i = 0; i < numbers.size(); ++i)
      sum += double(x[i]) * double(x[i]);
    return sum;
  };
  if (numbers.realBytes() == 4) // not NaN either
    return squares(static_cast<const float *>(numbers.data())) < double(FLT_MAX);
  return squares(static_cast<const double *>(numbers.data())) < DBL_MAX;
}

static const char *kindOf(double x) { return std::isnan(x) ? "NaN" : "infinite"; }

std::string notFinite(Step &step) {
  for (size_t i = 0; i < step.terms().size(); ++i)
    if (!std::isfinite(step.term(i)))
      return fmt::format("loss '{}' is {}", step.terms()[i], kindOf(step.term(i)));
  if (!std::isfinite(step.loss()))
    return fmt::format("the loss is {}", kindOf(step.loss()));
  return hasFiniteNorm(step.gradients()) ? "" : "the gradient is not finite, though the loss is";
}

fs::path writeReplay(const fs::path &run, const Model &model, const RealBuffer &weights,
                     const json &statistics, const FailedStep &failed) {
  fs::path folder = run / fmt::format("replay-{}", failed.step + 1);
  AtomicPath to(folder);
  std::error_code error;
  fs::create_directories(to.path(), error);
  if (error)
    failWrite(folder, error.message());
  writeWeights(model, to.path() / "model.safetensors", weights);
  writeFile(to.path() / "stats.json", statistics.dump(2) + "\n");
  json what = {{"version", 1},        {"model", model.descriptor().model}, {"step", failed.step},
               {"seed", failed.seed}, {"samples", failed.samples},         {"what", failed.what}};
  writeFile(to.path() / "replay.json", what.dump(2) + "\n");
  to.commit();
  return folder;
}

// Names the parameters whose gradients are not finite; those nearest to the fault come last in a
// backward pass, so all are said.
static void reportGradients(const Model &model, const RealBuffer &gradients) {
  for (const Parameter &p : model.descriptor().parameters) {
    size_t count = 1, bad = 0;
    for (int64_t size : p.shape)
      count *= size_t(size);
    double largest = 0;
    for (size_t i = 0; i < count; ++i) {
      double x = gradients[p.offset + i];
      bad += !std::isfinite(x);
      largest = std::isfinite(x) ? std::max(largest, std::abs(x)) : largest;
    }
    if (bad)
      fmt::print("gradient of {}: {} of {} numbers are not finite\n", p.name, bad, count);
    else
      fmt::print("gradient of {}: at most {:.3g}\n", p.name, largest);
  }
}

int runReplay(Model &model, const Options &options) {
  const Descriptor &d = model.descriptor();
  if (!d.entry("gradient"))
    throw Error(ExitUsage, "", "",
                fmt::format("'{}' has no loss: its model file has no train block", d.model));
  fs::path folder = options.checkpoint;
  FailedStep failed = readingOf(folder / "replay.json", [](const json &j) {
    FailedStep failed{wholeNumber(j, "step"), wholeNumber(j, "seed"), {}, j.at("what")};
    if (failed.step < 0 || failed.step == std::numeric_limits<int64_t>::max())
      throw std::runtime_error("its step makes no sense");
    for (const json &sample : j.at("samples"))
      failed.samples.push_back(sample.is_number_integer() ? sample.get<int64_t>() : -1);
    return failed;
  });
  RealBuffer weights = model.flat("the weights");
  readWeights(model, folder / "model.safetensors", weights);
  Statistics statistics = readStatistics(model, folder);
  Dataset data(d, datasetOptions(model, options));
  data.makeSplits();
  model.allocateArena();
  std::unique_ptr<World> alone = World::alone();
  Step step(model, *alone, {});
  Call &call = step.call();
  call.bind("parameter", weights);
  call.set("seed", failed.seed);
  call.set("step", failed.step);
  Batcher batcher(call, data, statistics);
  if (!canBeBatch(d, int64_t(failed.samples.size())))
    throw Error(ExitWeights, "E0602", (folder / "replay.json").string(),
                fmt::format("names {} samples; a batch of this program has {}",
                            failed.samples.size(), d.hasBudget() ? 1 : d.train.batch));
  int64_t last = data.samples();
  for (int64_t sample : failed.samples)
    if (sample < 0 || sample >= last)
      throw Error(ExitData, "E0508", (folder / "replay.json").string(),
                  fmt::format("names sample {}; the data has {}", sample, last));
  Batch batch = inParts(d, data, failed.samples);
  batcher.begin(batch);
  step.run([&](Part part) { batcher.fill(batch, part); });

  std::string what = notFinite(step);
  if (!options.talk.json) {
    fmt::print("step {}, then: {}\n", grouped(failed.step + 1), failed.what);
    fmt::print("now: {}\n", what.empty() ? "all numbers are finite" : what);
    for (size_t i = 0; i < step.terms().size(); ++i)
      fmt::print("loss '{}' = {:.9g}\n", step.terms()[i], step.term(i));
    reportGradients(model, step.gradients());
  }
  options.talk.event(
      {{"event", "end"}, {"step", failed.step + 1}, {"what", what}, {"loss", step.loss()}});
  return what.empty() ? ExitDone : ExitNumbers;
}

} // namespace orrery::runtime
