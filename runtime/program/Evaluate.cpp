// Losses and reported measures over a split.
#include "runtime/program/Evaluate.h"
#include "runtime/core/Error.h"

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace orrery::runtime {

double Scores::criterion() const {
  for (const Score &r : reports)
    if (r.kind == "rmse" || r.kind == "mae")
      return r.overall;
  return loss;
}

nlohmann::json Scores::toJson() const {
  nlohmann::json result = {{"samples", samples},
                           {"loss", loss},
                           {"terms", nlohmann::json::object()},
                           {"reports", nlohmann::json::array()}};
  for (const auto &[name, value] : terms)
    result["terms"][name] = value;
  for (const Score &r : reports) {
    nlohmann::json report = {
        {"name", r.name}, {"kind", r.kind}, {"unit", r.unit}, {"all", r.overall}};
    for (size_t i = 0; i < r.labels.size(); ++i)
      report["per"][r.labels[i]] = r.values[i];
    result["reports"].push_back(report);
  }
  return result;
}

static const EntryInfo &evaluateEntry(const Model &model) {
  if (const EntryInfo *entry = model.descriptor().entry("evaluate"))
    return *entry;
  throw Error(ExitFailure, "", "",
              fmt::format("'{}' has nothing to evaluate: its model file has no train block",
                          model.descriptor().model));
}

// The unit of a field if the model does not say it: the file's, if all its variables agree.
static std::string unitOf(const EntryInfo &entry, const Descriptor &d,
                          const Statistics &statistics) {
  std::string unit;
  for (const Slot &slot : entry.inputs) {
    if (slot.role != "std")
      continue;
    const DataField *field = d.field(slot.name);
    auto known = statistics.variables.find(slot.name);
    if (!field || known == statistics.variables.end())
      return "";
    for (const VariableInfo &v : known->second) {
      std::string here = field->unit.empty() ? attributeText(v.attributes, "units") : field->unit;
      for (const std::string &name : field->dims)
        if (const Dim *dim = d.dim(name))
          for (const Label &label : dim->labels)
            if (label.file == v.name && !label.unit.empty())
              here = label.unit;
      if (here.empty() || (!unit.empty() && here != unit))
        return "";
      unit = here;
    }
  }
  return unit;
}

Evaluator::Evaluator(const Model &model, World &world, Dataset &data, const Statistics &statistics)
    : model(model), world(world), call(model, evaluateEntry(model)),
      batcher(call, data, statistics),
      errorUnit(unitOf(call.entry(), model.descriptor(), statistics)) {}

// Every combination of labels (or numbers) of a report's dims, in the order of its values.
static std::vector<std::string> labelsOf(const Descriptor &descriptor, const Report &report) {
  std::vector<std::string> labels = {""};
  for (size_t d = 0; d < report.dims.size() && d < report.shape.size(); ++d) {
    const Dim *dim = descriptor.dim(report.dims[d]);
    std::vector<std::string> longer;
    for (const std::string &before : labels)
      for (int64_t i = 0; i < report.shape[d]; ++i)
        longer.push_back(
            before + (before.empty() ? "" : ".") +
            (dim && size_t(i) < dim->labels.size() ? dim->labels[i].name : std::to_string(i)));
    labels = std::move(longer);
  }
  return report.shape.empty() ? std::vector<std::string>() : labels;
}

// What had no weight at all (a source without structures) takes no part.
static void finish(Score &score) {
  double weight = 0;
  for (size_t i = 0; i < score.values.size(); ++i) {
    score.overall += score.values[i];
    weight += score.weights[i];
    score.values[i] /= score.weights[i];
  }
  if (weight > 0)
    score.overall /= weight;
  if (score.kind != "rmse")
    return;
  score.overall = std::sqrt(score.overall);
  for (double &value : score.values)
    value = std::sqrt(value);
}

// All outputs of all groups. A rank computes a block of the groups; since every number comes from
// one rank, adding up changes none, and what is made of them is the same for any number of ranks.
std::vector<double> Evaluator::measure(const Batch &groups, const std::function<void()> &between) {
  const std::vector<Slot> &outputs = call.entry().outputs;
  size_t width = 0;
  for (const Slot &slot : outputs)
    width += slot.count();
  std::vector<double> all(groups.ends.size() * width, 0);
  Part mine = shardsOf(groups.ends.size(), world.rank(), world.size());
  for (size_t g = mine.begin; g < mine.end; ++g) {
    batcher.fill(groups, {g, g + 1});
    call.run();
    if (between)
      between();
    double *to = all.data() + g * width;
    for (size_t o = 0; o < outputs.size(); ++o)
      for (size_t i = 0; i < outputs[o].count(); ++i)
        *to++ = call.output(o)[i];
  }
  world.allReduce(all.data(), all.size(), Element::F64);
  return all;
}

namespace {

// The outputs of one call, one after another.
struct Group {
  const EntryInfo &entry;
  const double *begin, *end;
  double samples;

  Group(const EntryInfo &entry, const double *begin, double samples)
      : entry(entry), begin(begin), end(begin), samples(samples) {
    for (const Slot &slot : entry.outputs)
      end += slot.count();
  }
  std::span<const double> find(const std::string &role, const std::string &name) const {
    const double *at = begin;
    for (const Slot &slot : entry.outputs) {
      if (slot.role == role && (name.empty() || slot.name == name))
        return {at, slot.count()};
      at += slot.count();
    }
    return {};
  }
  // A report counts with its weights, or with its samples.
  void addTo(Score &score) const {
    std::span<const double> values = find("report", score.name),
                            weights = find("weight", score.name);
    score.values.resize(values.size());
    score.weights.resize(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      double weight = weights.empty() ? samples : weights[i];
      if (weight == 0) // the mean of nothing
        continue;
      score.values[i] += values[i] * weight;
      score.weights[i] += weight;
    }
  }
};

} // namespace

Scores Evaluator::run(const RealBuffer &weights, const std::vector<int64_t> &samples, int64_t seed,
                      const std::function<void()> &between) {
  const Training &train = model.descriptor().train;
  const EntryInfo &entry = call.entry();
  Scores scores;
  for (const Report &report : train.reports) {
    bool isError = report.kind == "rmse" || report.kind == "mae";
    scores.reports.push_back({report.name,
                              report.unit.empty() && isError ? errorUnit : report.unit,
                              report.kind,
                              labelsOf(model.descriptor(), report),
                              {},
                              {},
                              0});
  }
  for (const Slot &slot : entry.outputs)
    if (slot.role == "term")
      scores.terms.emplace_back(slot.name, 0);
  call.bind("parameter", weights);
  call.set("seed", seed);
  call.set("step", 0);
  Batch groups{samples, batcher.groupsOf(samples)};
  if (!batcher.takesFewer() && groups.size() % batcher.size())
    groups.ends.pop_back();
  scores.samples = groups.ends.empty() ? 0 : int64_t(groups.ends.back());
  std::vector<double> numbers = measure(groups, between);
  const double *next = numbers.data();
  for (size_t g = 0; g < groups.ends.size(); ++g) {
    Group group(entry, next, double(groups.part(g).size()));
    double share = group.samples / double(scores.samples);
    scores.loss += group.find("loss", "")[0] * share;
    for (auto &[name, value] : scores.terms)
      value += group.find("term", name)[0] * share;
    for (Score &score : scores.reports)
      group.addTo(score);
    next = group.end;
  }
  for (Score &score : scores.reports)
    finish(score);
  return scores;
}

} // namespace orrery::runtime
