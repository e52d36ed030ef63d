// `test`: losses and reports of a checkpoint on the test split, which training never reads, or
// another one.
#include "runtime/core/Nearest.h"
#include "runtime/program/Commands.h"
#include "runtime/program/Evaluate.h"
#include "runtime/program/Ranks.h"
#include "runtime/program/RunFolder.h"
#include "runtime/program/Train.h"

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace orrery::runtime {

// Names that --require knows: loss, its terms, reports and their labels.
static std::map<std::string, double> measures(const Scores &scores) {
  std::map<std::string, double> all = {{"loss", scores.loss}};
  for (const auto &[name, value] : scores.terms)
    all["loss." + name] = value;
  for (const Score &r : scores.reports) {
    all[r.name] = r.overall;
    for (size_t i = 0; i < r.labels.size(); ++i)
      all[r.name + "." + r.labels[i]] = r.values[i];
  }
  return all;
}

static bool holds(const Requirement &r, double value) {
  if (r.comparison == "<")
    return value < r.bound;
  if (r.comparison == "<=")
    return value <= r.bound;
  return r.comparison == ">" ? value > r.bound : value >= r.bound;
}

static void printTable(const Scores &scores, const std::string &split,
                       const std::string &checkpoint) {
  fmt::print("{} {} samples, weights of {}\n", scores.samples, split, checkpoint);
  fmt::print("{:<16}{:>12.5g}\n", "loss", scores.loss);
  if (scores.terms.size() > 1)
    for (const auto &[name, value] : scores.terms)
      fmt::print("  {:<14}{:>12.5g}\n", name, value);
  for (const Score &r : scores.reports) {
    std::string unit = r.unit.empty() ? "" : " " + r.unit;
    for (size_t i = 0; i < r.labels.size(); ++i)
      fmt::print("{:<16}{:>12.5g}{}\n", r.name + "." + r.labels[i], r.values[i], unit);
    fmt::print("{:<16}{:>12.5g}{}\n", r.name, r.overall, unit);
  }
}

static int judge(const Scores &scores, const fs::path &checkpoint, int64_t samples, int64_t batch,
                 const Options &options) {
  if (scores.samples < samples)
    options.talk.warn(fmt::format("{} of {} {} samples fill no whole group of {} and are left out",
                                  samples - scores.samples, samples, options.split, batch));
  if (options.talk.json) {
    nlohmann::json result = scores.toJson();
    result["event"] = "test";
    result["checkpoint"] = checkpoint.string();
    options.talk.event(result);
  } else {
    printTable(scores, options.split, checkpoint.string());
  }
  if (!std::isfinite(scores.loss))
    throw Error(ExitNumbers, "E0702", checkpoint.string(),
                fmt::format("the loss on the {} split is not finite", options.split));
  auto known = measures(scores);
  std::vector<std::string> names;
  for (const auto &[name, value] : known)
    names.push_back(name);
  for (const Requirement &r : options.requirements) {
    auto found = known.find(r.name);
    if (found == known.end()) {
      std::string near = nearest(r.name, names);
      throw Error(ExitUsage, "", "",
                  fmt::format("--require: no measure '{}'{}", r.name,
                              near.empty() ? "" : fmt::format("; did you mean '{}'?", near)))
          .help(fmt::format("there are: {}", fmt::join(names, ", ")));
    }
    if (!holds(r, found->second))
      throw Error(
          ExitNumbers, "E0703", "",
          fmt::format("--require {} does not hold: {} is {:.5g}", r.text, r.name, found->second));
  }
  return ExitDone;
}

int runTest(Model &model, World &world, const Options &options) {
  const Descriptor &d = model.descriptor();
  fs::path checkpoint;
  RealBuffer weights = model.flat("the weights");
  Statistics statistics;
  std::unique_ptr<Dataset> data;
  together(world, options.talk, [&] {
    checkpoint = findCheckpoint(model, options.checkpoint);
    readWeights(model, checkpoint / "model.safetensors", weights);
    statistics = readStatistics(model, checkpoint);
    data = std::make_unique<Dataset>(d, datasetOptions(model, options));
    data->makeSplits();
    data->requireSamples(options.split);
    data->load();
    model.allocateArena();
  });
  if (options.talk.verbose)
    options.talk.say(data->bindingTable());
  Evaluator evaluator(model, world, *data, statistics);
  const std::vector<int64_t> &samples = data->part(options.split);
  Scores scores = evaluator.run(weights, samples, options.seed.value_or(d.train.seed));
  return onRoot(world, options.talk, [&] {
    return judge(scores, checkpoint, int64_t(samples.size()), evaluator.batch(), options);
  });
}

} // namespace orrery::runtime
