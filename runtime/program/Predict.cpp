// `predict NAME`: applies a predict entry to samples of a file and writes NetCDF.
#include "runtime/core/Nearest.h"
#include "runtime/core/Process.h"
#include "runtime/program/Batch.h"
#include "runtime/program/Commands.h"
#include "runtime/program/PredictionFile.h"
#include "runtime/program/Provenance.h"
#include "runtime/program/RunFolder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace orrery::runtime {

static const EntryInfo &entryNamed(const Descriptor &d, const std::string &name) {
  if (const EntryInfo *entry = d.predict(name))
    return *entry;
  std::vector<std::string> names;
  for (const EntryInfo &entry : d.entries)
    if (!entry.predict.empty())
      names.push_back(entry.predict);
  std::string near = nearest(name, names);
  throw Error(ExitUsage, "", "",
              fmt::format("no predict entry '{}'{}", name,
                          near.empty() ? "" : fmt::format("; did you mean '{}'?", near)))
      .help(names.empty() ? "the model file has no predict block"
                          : fmt::format("there are: {}", fmt::join(names, ", ")));
}

static DatasetOptions inputOptions(const Model &model, const Options &options,
                                   const EntryInfo &entry) {
  DatasetOptions result;
  result.paths = {model.sourceFolder(), options.dataFolder};
  result.overrides = options.data;
  result.realBytes = model.realBytes();
  for (const Slot &slot : entry.inputs)
    if (slot.role == "field" || slot.role == "mask") {
      if (!model.descriptor().field(slot.name))
        throw Error(ExitUsage, "", "",
                    fmt::format("input '{}' of predict entry '{}' is no field of the data block, "
                                "so nothing says where it comes from",
                                slot.name, entry.predict));
      result.only.push_back(slot.name);
      for (const std::string &key : {std::string(), slot.name})
        if (auto given = options.in.find(key); given != options.in.end())
          result.overrides[slot.name] = given->second;
    }
  if (result.only.empty())
    throw Error(ExitUsage, "", "",
                fmt::format("predict entry '{}' takes no data field", entry.predict));
  return result;
}

int runPredict(Model &model, const Options &options) {
  const Descriptor &d = model.descriptor();
  const EntryInfo &entry = entryNamed(d, options.predict);
  fs::path checkpoint = findCheckpoint(model, options.checkpoint);
  RealBuffer weights = model.flat("the weights");
  readWeights(model, checkpoint / "model.safetensors", weights);
  Statistics statistics = readStatistics(model, checkpoint);
  Dataset data(d, inputOptions(model, options, entry));
  if (options.split != "all")
    data.makeSplits();
  data.requireSamples(options.split);
  data.load();
  options.talk.say(fmt::format("weights from {}\n{}", checkpoint.string(), data.bindingTable()));

  model.allocateArena();
  Call call(model, entry);
  call.bind("parameter", weights);
  call.set("seed", options.seed.value_or(d.train.seed));
  Batcher batcher(call, data, statistics);
  fs::path out = options.out.empty() ? fs::path(options.predict + ".nc") : fs::path(options.out);
  std::string history = fmt::format("{}: {}, from {}", utcNow(), fmt::join(options.arguments, " "),
                                    fs::absolute(checkpoint).lexically_normal().string());
  PredictionFile file(out, model, entry, data, statistics, history);

  const std::vector<int64_t> &samples = data.part(options.split);
  size_t batch = size_t(batcher.size());
  catchSignals();
  for (size_t first = 0; first < samples.size(); first += batch) {
    std::vector<int64_t> group(batch,
                               samples.back()); // the last group is filled up with its last sample
    size_t real = std::min(batch, samples.size() - first);
    std::copy_n(samples.begin() + first, real, group.begin());
    batcher.fill(group.data());
    call.run();
    for (size_t k = 0; k < real; ++k)
      file.write(call, first + k, group[k], k);
    if (int code = signalled())
      return code; // the unfinished file is removed
  }
  file.commit();
  options.talk.event({{"event", "end"},
                      {"out", out.string()},
                      {"samples", samples.size()},
                      {"checkpoint", checkpoint.string()}});
  if (!options.talk.json)
    fmt::print("{}\n", out.string());
  return ExitDone;
}

} // namespace orrery::runtime
