// `gradient`: writes all that one batch goes in with and comes out with, so that another program
// can be compared with this one.
#include "runtime/io/AtomicFile.h"
#include "runtime/io/Safetensors.h"
#include "runtime/program/Checkpoint.h"
#include "runtime/program/Commands.h"
#include "runtime/program/Train.h"

#include <cstring>
#include <fmt/format.h>

namespace orrery::runtime {

namespace {

// Tensors by name; those that are made here are kept here.
class Dump {
public:
  explicit Dump(unsigned realBytes) : realBytes(realBytes) {}
  void add(const std::string &name, const Shape &shape, const void *data) {
    list.push_back({name, shape, data});
  }
  RealBuffer &make(const std::string &name, const Shape &shape) {
    size_t count = 1;
    for (int64_t size : shape)
      count *= size_t(size);
    kept.push_back(std::make_unique<RealBuffer>(count, realBytes, "a prediction"));
    add(name, shape, kept.back()->data());
    return *kept.back();
  }
  void write(const std::filesystem::path &path) {
    AtomicPath to(path);
    writeSafetensors(to.path(), list, realBytes, {{"format", "pt"}});
    to.commit();
  }

private:
  unsigned realBytes;
  std::vector<TensorData> list;
  std::vector<std::unique_ptr<RealBuffer>> kept;
};

// The predictions for the samples of the batch, in groups as large as the entry takes. Samples are
// the first dim of every prediction that has them.
void addPredictions(Dump &dump, const Model &model, const EntryInfo &entry, Dataset &data,
                    const Statistics &statistics, const RealBuffer &weights,
                    const std::vector<int64_t> &samples, int64_t seed) {
  Call call(model, entry);
  call.bind("parameter", weights);
  call.set("seed", seed);
  Batcher batcher(call, data, statistics);
  size_t group = size_t(batcher.size());
  std::vector<RealBuffer *> whole;
  for (const Slot &slot : entry.outputs) {
    Shape shape = slot.shape;
    if (shape.empty() || shape.front() != int64_t(group) || samples.size() % group)
      throw Error(ExitUsage, "", "",
                  fmt::format("'{}' does not predict sample by sample", entry.predict));
    shape.front() = int64_t(samples.size());
    whole.push_back(&dump.make("prediction." + slot.name, shape));
  }
  for (size_t first = 0; first < samples.size(); first += group) {
    batcher.fill(samples.data() + first);
    call.run();
    for (size_t i = 0; i < whole.size(); ++i) {
      const RealBuffer &part = call.output(i);
      std::memcpy(whole[i]->at(first / group * part.size()), part.data(), part.bytes());
    }
  }
}

} // namespace

int runGradient(Model &model, const Options &options) {
  const Descriptor &d = model.descriptor();
  const EntryInfo *entry = d.entry("gradient");
  if (!entry)
    throw Error(ExitUsage, "", "",
                fmt::format("'{}' has no loss: its model file has no train block", d.model));
  Dataset data(d, datasetOptions(model, options));
  data.makeSplits();
  data.requireSamples("train");
  data.load();
  std::vector<std::string> warnings;
  Statistics statistics = Statistics::compute(d, data, warnings);

  RealBuffer weights = model.flat("the weights"), gradients = model.flat("the gradients");
  int64_t seed = options.seed.value_or(d.train.seed);
  initialize(d, weights, seed);
  if (!options.init.empty())
    readWeights(model, options.init, weights);
  model.allocateArena();
  Call call(model, *entry);
  call.bind("parameter", weights);
  call.bind("gradient", gradients, true);
  call.set("seed", seed);
  call.set("step", 0);
  Batcher batcher(call, data, statistics);
  const std::vector<int64_t> &train = data.part("train");
  std::vector<int64_t> samples;
  for (size_t i = 0; i < size_t(batcher.size()); ++i)
    samples.push_back(train[i % train.size()]);
  batcher.fill(samples.data());
  call.run();

  Dump dump(model.realBytes());
  for (const Parameter &p : d.parameters) {
    dump.add("parameter." + p.name, p.shape, weights.at(p.offset));
    dump.add("gradient." + p.name, p.shape, gradients.at(p.offset));
  }
  for (size_t i = 0; i < entry->inputs.size(); ++i)
    if (const std::string &role = entry->inputs[i].role; role == "field" || role == "mask")
      dump.add(role + "." + entry->inputs[i].name, entry->inputs[i].shape, call.input(i).data());
  for (size_t i = 0; i < entry->outputs.size(); ++i)
    if (entry->outputs[i].role == "loss")
      dump.add("loss", {}, call.output(i).data());
  for (const EntryInfo &predict : d.entries)
    if (!predict.predict.empty())
      addPredictions(dump, model, predict, data, statistics, weights, samples, seed);
  std::string out = options.out.empty() ? "gradient.safetensors" : options.out;
  dump.write(out);
  if (!options.talk.json)
    fmt::print("loss {:.9g}, {} samples, to {}\n", call.scalar("loss"), samples.size(), out);
  options.talk.event({{"event", "end"}, {"loss", call.scalar("loss")}, {"out", out}});
  return ExitDone;
}

} // namespace orrery::runtime
