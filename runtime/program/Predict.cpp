// `predict NAME`: applies a predict entry to samples of a file and writes NetCDF, or extended XYZ.
#include "runtime/core/Nearest.h"
#include "runtime/core/Process.h"
#include "runtime/program/Batch.h"
#include "runtime/program/Commands.h"
#include "runtime/program/PredictionFile.h"
#include "runtime/program/Provenance.h"
#include "runtime/program/Ranks.h"
#include "runtime/program/RunFolder.h"
#include "runtime/program/StructureFile.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace orrery::runtime {

const EntryInfo &predictEntry(const Descriptor &d, const std::string &name) {
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
  if (!model.descriptor().sources.empty()) {
    result.overrides.insert(options.in.begin(), options.in.end());
    result.only = Batcher::fieldsOf(model.descriptor(), entry);
    return result;
  }
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

namespace {

// The outputs of one call on their way to rank 0, which writes them.
class Outputs {
public:
  Outputs(World &world, Call &call) : world(world), call(call) {}
  void send() {
    for (size_t i = 0; i < call.entry().outputs.size(); ++i)
      if (size_t bytes = call.output(i).bytes())
        world.send(call.output(i).data(), bytes, 0, tag);
  }
  void receive(int from) {
    for (size_t i = 0; i < call.entry().outputs.size(); ++i)
      if (size_t bytes = call.output(i).bytes())
        world.receive(call.output(i).data(), bytes, from, tag);
  }

private:
  static constexpr int tag = 7;
  World &world;
  Call &call;
};

} // namespace

// Ranks compute groups of samples in turn; rank 0 writes them in order. Returns whether all were
// written, which they are unless a signal arrives.
static bool predictAll(World &world, Batcher &batcher, Call &call, PredictionWriter *file,
                       const std::vector<int64_t> &samples) {
  Outputs outputs(world, call);
  Batch groups{samples, batcher.groupsOf(samples)};
  for (size_t group = 0; group < groups.ends.size(); ++group) {
    int owner = int(group % size_t(world.size()));
    std::span<const int64_t> real = groups.part(group);
    std::vector<int64_t> numbers(real.begin(), real.end());
    if (!batcher.takesFewer()) // the last group is filled up with its last sample
      numbers.resize(size_t(batcher.size()), samples.back());
    if (owner == world.rank() || (world.root() && batcher.takesFewer())) // for the sizes
      batcher.fill(numbers.data(), int64_t(numbers.size()));
    if (owner == world.rank())
      call.run();
    if (owner == world.rank() && !world.root())
      outputs.send();
    if (!world.root())
      continue;
    if (owner != 0)
      outputs.receive(owner);
    for (size_t k = 0; k < real.size(); ++k)
      file->write(call, groups.begin(group) + k, numbers[k], k);
    if (world.size() == 1 && signalled())
      return false;
  }
  return true;
}

int runPredict(Model &model, World &world, const Options &options) {
  const Descriptor &d = model.descriptor();
  const EntryInfo *entry = nullptr;
  fs::path checkpoint;
  fs::path out = options.out;
  if (out.empty())
    out = options.predict + (d.sources.empty() ? ".nc" : ".extxyz");
  RealBuffer weights = model.flat("the weights");
  Statistics statistics;
  std::unique_ptr<Dataset> data;
  together(world, options.talk, [&] {
    entry = &predictEntry(d, options.predict);
    checkpoint = findCheckpoint(model, options.checkpoint);
    readWeights(model, checkpoint / "model.safetensors", weights);
    statistics = readStatistics(model, checkpoint);
    data = std::make_unique<Dataset>(d, inputOptions(model, options, *entry));
    data->refuseAsOutput(out);
    if (options.split != "all")
      data->makeSplits();
    data->requireSamples(options.split);
    data->load();
    model.allocateArena();
  });
  options.talk.say(fmt::format("weights from {}\n{}", checkpoint.string(), data->bindingTable()));
  if (data->structures())
    for (const std::string &warning : warningsOf(*data->structures(), statistics.baseline))
      options.talk.warn(warning);
  Call call(model, *entry);
  call.bind("parameter", weights);
  call.set("seed", options.seed.value_or(d.train.seed));
  Batcher batcher(call, *data, statistics);
  std::unique_ptr<PredictionWriter> file;
  together(world, options.talk, [&] {
    if (!world.root())
      return;
    std::string history =
        fmt::format("{}: {}, from {}", utcNow(), fmt::join(options.arguments, " "),
                    fs::absolute(checkpoint).lexically_normal().string());
    if (data->structures())
      file = std::make_unique<StructureFile>(out, *data->structures(), *entry, statistics);
    else
      file = std::make_unique<PredictionFile>(out, model, *entry, *data, statistics, history);
  });
  if (world.size() == 1) // else the launcher ends all ranks
    catchSignals();
  if (!predictAll(world, batcher, call, file.get(), data->part(options.split)))
    return signalled(); // the unfinished file is removed
  together(world, options.talk, [&] {
    if (world.root())
      file->commit();
  });
  options.talk.event({{"event", "end"},
                      {"out", out.string()},
                      {"samples", data->part(options.split).size()},
                      {"checkpoint", checkpoint.string()}});
  if (!options.talk.json && world.root())
    fmt::print("{}\n", out.string());
  together(world, options.talk, [&] {
    if (world.root() && file->notFinite())
      throw Error(ExitNumbers, "", out.string(),
                  fmt::format("is written, but {} of its numbers are not finite (first: {})",
                              file->notFinite(), file->firstNotFinite()));
  });
  return ExitDone;
}

} // namespace orrery::runtime
