// `test`: losses and reports of a checkpoint on the test split, which training never reads.
#include "runtime/core/Nearest.h"
#include "runtime/program/Commands.h"
#include "runtime/program/Evaluate.h"
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

static void printTable(const Scores &scores, const std::string &checkpoint) {
  fmt::print("{} test samples, weights of {}\n", scores.samples, checkpoint);
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

int runTest(Model &model, const Options &options) {
  const Descriptor &d = model.descriptor();
  fs::path checkpoint = findCheckpoint(model, options.checkpoint);
  RealBuffer weights = model.flat("the weights");
  readWeights(model, checkpoint / "model.safetensors", weights);
  Statistics statistics = readStatistics(model, checkpoint);
  Dataset data(d, datasetOptions(model, options));
  data.makeSplits();
  data.requireSamples("test");
  data.load();
  if (options.talk.verbose)
    options.talk.say(data.bindingTable());
  model.allocateArena();
  Evaluator evaluator(model, data, statistics);
  Scores scores = evaluator.run(weights, data.part("test"), options.seed.value_or(d.train.seed));
  if (scores.samples < int64_t(data.part("test").size()))
    options.talk.warn(
        fmt::format("{} of {} test samples fill no whole group of {} and are left out",
                    int64_t(data.part("test").size()) - scores.samples, data.part("test").size(),
                    evaluator.batch()));
  if (options.talk.json) {
    nlohmann::json result = scores.toJson();
    result["event"] = "test";
    result["checkpoint"] = checkpoint.string();
    options.talk.event(result);
  } else {
    printTable(scores, checkpoint.string());
  }
  if (!std::isfinite(scores.loss))
    throw Error(ExitNumbers, "E0702", checkpoint.string(),
                "the loss on the test split is not finite");
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

} // namespace orrery::runtime
