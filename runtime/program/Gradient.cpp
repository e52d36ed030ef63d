// `gradient`: writes all that one batch goes in with and comes out with, so that another program
// can be compared with this one.
#include "runtime/io/AtomicFile.h"
#include "runtime/io/Safetensors.h"
#include "runtime/program/Checkpoint.h"
#include "runtime/program/Commands.h"
#include "runtime/program/Step.h"
#include "runtime/program/Train.h"

#include <algorithm>
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
  // Of predictions with results of one name, all but the first have their own in front.
  std::string predicted(const EntryInfo &entry, const Slot &slot) const {
    std::string name = "prediction." + slot.name;
    bool isTaken = std::any_of(list.begin(), list.end(),
                               [&](const TensorData &tensor) { return tensor.name == name; });
    return isTaken ? fmt::format("prediction.{}.{}", entry.predict, slot.name) : name;
  }
  // In the width of the file.
  void copy(const std::string &name, const Shape &shape, const RealBuffer &from) {
    RealBuffer &to = make(name, shape);
    for (size_t i = 0; i < to.size(); ++i)
      to.set(i, from[i]);
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

// Structures differ in size, so an entry takes all of the batch in one call.
void predictStructures(Dump &dump, const Model &model, const EntryInfo &entry, Dataset &data,
                       const Statistics &statistics, const RealBuffer &weights,
                       const std::vector<int64_t> &samples, int64_t seed) {
  Call call(model, entry);
  call.bind("parameter", weights);
  call.set("seed", seed);
  Batcher batcher(call, data, statistics);
  batcher.fill(samples.data(), int64_t(samples.size()));
  call.run();
  for (size_t i = 0; i < entry.outputs.size(); ++i)
    dump.copy(dump.predicted(entry, entry.outputs[i]), call.outputShape(i), call.output(i));
}

// What the whole batch would go in with if it went in at once; indices as numbers.
void addStructures(Dump &dump, const Model &model, const EntryInfo &entry, Dataset &data,
                   const Statistics &statistics, const std::vector<int64_t> &samples) {
  Call call(model, entry);
  Batcher batcher(call, data, statistics);
  batcher.fill(samples.data(), int64_t(samples.size()));
  for (size_t i = 0; i < call.entry().inputs.size(); ++i) {
    const Slot &slot = call.entry().inputs[i];
    if (slot.role == "field" || slot.role == "mask")
      dump.copy(slot.role + "." + slot.name, call.shape(i), call.input(i));
    if (slot.role != "map")
      continue;
    RealBuffer &to = dump.make("map." + slot.name + "." + slot.part, call.shape(i));
    for (size_t k = 0; k < to.size(); ++k)
      to.set(k, call.indices(i)[k]);
  }
}

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
    whole.push_back(&dump.make(dump.predicted(entry, slot), shape));
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

// Gathers the micro-batches of a field in one array of the whole batch.
class WholeField {
public:
  WholeField(Dump &dump, const Descriptor &d, const Slot &slot, size_t input, size_t batch)
      : input(input) {
    const Shape &declared = d.field(slot.name)->shape;
    size_t axis = size_t(std::find(declared.begin(), declared.end(), -1) - declared.begin());
    Shape shape = slot.shape;
    for (size_t i = 0; i < shape.size(); ++i)
      (i < axis ? outer : inner) *= i == axis ? 1 : size_t(shape[i]);
    if (axis < shape.size()) {
      micro = size_t(shape[axis]);
      shape[axis] = int64_t(batch);
    }
    whole = axis < shape.size() ? batch : 1;
    to = &dump.make(slot.role + "." + slot.name, shape);
  }
  void take(Call &call, size_t first) {
    if (whole == 1) // the same for every sample
      first = 0;
    size_t width = to->realBytes() * inner;
    for (size_t o = 0; o < outer; ++o)
      std::memcpy(to->at((o * whole + first) * inner), call.input(input).at(o * micro * inner),
                  micro * width);
  }

private:
  size_t input, outer = 1, inner = 1, micro = 1, whole;
  RealBuffer *to;
};

} // namespace

std::pair<double, size_t> writeBatch(Model &model, const Options &options) {
  const Descriptor &d = model.descriptor();
  const EntryInfo *entry = d.entry("gradient");
  if (!entry)
    throw Error(ExitUsage, "", "",
                fmt::format("'{}' has no loss: its model file has no train block", d.model));
  Dataset data(d, datasetOptions(model, options));
  data.makeSplits();
  data.requireSamples("train");
  data.refuseAsOutput(options.out);
  data.load();
  std::vector<std::string> warnings;
  Statistics statistics = Statistics::compute(d, data, warnings);

  RealBuffer weights = model.flat("the weights");
  int64_t seed = options.seed.value_or(d.train.seed);
  initialize(d, weights, seed);
  if (!options.init.empty()) {
    readWeights(model, options.init, weights, options.nameMap());
    warnOfUnused(model, options.init, options.nameMap(), options.talk);
  }
  model.allocateArena();
  std::unique_ptr<World> alone = World::alone();
  Step step(model, *alone, {});
  Call &call = step.call();
  call.bind("parameter", weights);
  call.set("seed", seed);
  call.set("step", 0);
  Batcher batcher(call, data, statistics);
  std::vector<int64_t> samples = someBatch(d, data);
  Batch batch = inParts(d, data, samples);

  Dump dump(model.realBytes());
  std::vector<WholeField> fields;
  for (size_t i = 0; i < entry->inputs.size(); ++i)
    if (const std::string &role = entry->inputs[i].role;
        !data.structures() && (role == "field" || role == "mask"))
      fields.emplace_back(dump, d, entry->inputs[i], i, samples.size());
  if (data.structures())
    addStructures(dump, model, *entry, data, statistics, samples);
  batcher.begin(batch);
  step.run([&](Part part) {
    batcher.fill(batch, part);
    for (WholeField &field : fields)
      field.take(call, batch.begin(part.begin));
  });
  for (const Parameter &p : d.parameters) {
    dump.add("parameter." + p.name, p.shape, weights.at(p.offset));
    dump.add("gradient." + p.name, p.shape, step.gradients().at(p.offset));
  }
  dump.make("loss", {}).set(0, step.loss());
  for (const EntryInfo &predict : d.entries)
    if (!predict.predict.empty())
      (data.structures() ? predictStructures : addPredictions)(dump, model, predict, data,
                                                               statistics, weights, samples, seed);
  dump.write(options.out);
  return {step.loss(), samples.size()};
}

int runGradient(Model &model, const Options &given) {
  Options options = given;
  if (options.out.empty())
    options.out = "gradient.safetensors";
  auto [loss, samples] = writeBatch(model, options);
  if (!options.talk.json)
    fmt::print("loss {:.9g}, {} samples, to {}\n", loss, samples, options.out);
  options.talk.event({{"event", "end"}, {"loss", loss}, {"out", options.out}});
  return ExitDone;
}

} // namespace orrery::runtime
