// `info`: what the program holds, without touching the data; `data`: what the data is.
#include "runtime/program/Commands.h"
#include "runtime/program/Provenance.h"
#include "runtime/program/RunFolder.h"
#include "runtime/program/Train.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

using nlohmann::json;

namespace orrery::runtime {

static json infoJson(const Model &model) {
  const Descriptor &d = model.descriptor();
  json result = {{"event", "info"},
                 {"model", d.model},
                 {"source", d.sourcePath},
                 {"parameters", model.parameterCount()},
                 {"tensors", d.parameters.size()},
                 {"real_bytes", model.realBytes()},
                 {"batch", d.train.batch ? json(d.train.batch) : json()},
                 {"arena_bytes", model.arenaBytes()},
                 {"versions", versionsJson(model.realBytes())}};
  for (const Dim &dim : d.dims) {
    json item = {{"name", dim.name}, {"size", dim.size < 0 ? json() : json(dim.size)}};
    for (const Label &label : dim.labels)
      item["labels"].push_back(label.name);
    result["dims"].push_back(item);
  }
  for (const Setting &s : d.settings)
    result["settings"].push_back({{"name", s.name}, {"value", s.value}, {"origin", s.origin}});
  for (const Parameter &p : d.parameters)
    result["layers"].push_back(
        {{"name", p.name}, {"dims", p.dims}, {"shape", p.shape}, {"init", p.init}});
  for (const orrery_entry &e : model.entries()) {
    result["entries"].push_back({{"name", e.name},
                                 {"arena_bytes", e.arena_bytes},
                                 {"planned_live_bytes", e.planned_live_bytes},
                                 {"flops", e.flops},
                                 {"bytes", e.bytes}});
  }
  return result;
}

static void printInfo(const Model &model, int verbose) {
  const Descriptor &d = model.descriptor();
  fmt::print("{} ({}), {} parameters in {} tensors, {}\n", d.model,
             d.sourcePath.empty() ? "no source" : d.sourcePath, grouped(model.parameterCount()),
             d.parameters.size(), model.realBytes() == 4 ? "f32" : "f64");
  std::string dims;
  for (const Dim &dim : d.dims) {
    std::vector<std::string> labels;
    for (const Label &label : dim.labels)
      labels.push_back(label.name);
    dims += fmt::format("{}{}{}{}", dims.empty() ? "" : ", ", dim.name,
                        dim.size < 0 ? " from the data" : fmt::format(" {}", dim.size),
                        labels.empty() ? "" : fmt::format(" {{ {} }}", fmt::join(labels, ", ")));
  }
  fmt::print("dims      {}\n", dims);
  for (const DataField &f : d.fields)
    fmt::print("field     {} [{}]{} from {} \"{}\"\n", f.name, fmt::join(f.dims, ", "),
               f.unit.empty() ? "" : " in " + f.unit, f.reader, f.path);
  double weights = double(d.flatSize) * model.realBytes();
  if (d.train.present)
    fmt::print("memory    arena {:.1f} MB, weights {:.1f} MB, gradients and optimizer {:.1f} MB\n",
               double(model.arenaBytes()) / 1e6, weights / 1e6,
               weights * (d.train.ema ? 4 : 3) / 1e6);
  else
    fmt::print("memory    arena {:.1f} MB, weights {:.1f} MB\n", double(model.arenaBytes()) / 1e6,
               weights / 1e6);
  fmt::print("\n{:<24}{:>14}{:>14}{:>14}\n", "entry", "flop a call", "bytes a call", "arena MB");
  for (const orrery_entry &e : model.entries()) {
    fmt::print("{:<24}{:>14}{:>14}{:>14.1f}\n", e.name, withPrefix(e.flops), withPrefix(e.bytes),
               double(e.arena_bytes) / 1e6);
  }
  auto entries = model.entries();
  if (std::any_of(entries.begin(), entries.end(), [](auto &e) { return e.arena_bytes_of; }))
    fmt::print(
        "Of a dim whose size each batch gives, flop and bytes take 1024 elements, and the arena "
        "none; 'bench' measures a batch of the data.\n");
  if (!verbose) {
    fmt::print("\n-v lists the tensors and settings\n");
    return;
  }
  fmt::print("\n");
  for (const Setting &s : d.settings)
    fmt::print("set {} = {}  ({})\n", s.name, s.value, s.origin);
  for (const Parameter &p : d.parameters)
    fmt::print("{:<48} [{}]  {}  {}\n", p.name, fmt::join(p.dims, ", "), fmt::join(p.shape, " x "),
               p.init);
}

int runData(Model &model, const Options &options) {
  if (!options.mock.empty())
    return writeMock(model, options);
  Dataset data(model.descriptor(), datasetOptions(model, options));
  data.makeSplits();
  data.load();
  if (options.talk.json) {
    json bound = data.bindingJson();
    bound["event"] = "data";
    options.talk.event(bound);
  } else {
    fmt::print("{}", data.bindingTable());
  }
  return ExitDone;
}

int runInfo(Model &model, const Options &options) {
  if (!options.mock.empty())
    return writeMock(model, options);
  json checkpoint;
  if (!options.checkpoint.empty()) {
    fs::path path = findCheckpoint(model, options.checkpoint);
    RealBuffer weights = model.flat("the weights");
    readWeights(model, path / "model.safetensors", weights);
    Progress progress = readProgress(path);
    checkpoint = {{"path", path.string()},
                  {"step", progress.step},
                  {"seed", progress.seed},
                  {"best_step", progress.bestStep}};
  }
  if (options.talk.json) {
    json result = infoJson(model);
    if (!checkpoint.is_null())
      result["checkpoint"] = checkpoint;
    options.talk.event(result);
    return ExitDone;
  }
  printInfo(model, options.talk.verbose);
  if (!checkpoint.is_null())
    fmt::print("\ncheckpoint {}: step {}, seed {}; its tensors fit\n",
               checkpoint["path"].get<std::string>(), checkpoint["step"].get<int64_t>(),
               checkpoint["seed"].get<int64_t>());
  return ExitDone;
}

} // namespace orrery::runtime
