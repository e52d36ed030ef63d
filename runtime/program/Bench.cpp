// `bench`: the time of training steps and of their parts on random numbers, and the memory they
// take.
#include "runtime/program/Checkpoint.h"
#include "runtime/program/Commands.h"
#include "runtime/program/Train.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <map>

using nlohmann::json;

namespace orrery::runtime {

using Clock = std::chrono::steady_clock;

static double milliseconds(Clock::time_point from) {
  return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
}

// Fields get normal numbers, as normalised data would be; spreads and masks are 1.
static void fillWithNoise(Call &call) {
  for (size_t i = 0; i < call.entry().inputs.size(); ++i) {
    const Slot &slot = call.entry().inputs[i];
    if (slot.role != "field" && slot.role != "std" && slot.role != "mask")
      continue;
    for (size_t e = 0; e < slot.count(); ++e)
      call.input(i).set(
          e, slot.role != "field" ? 1 : orrery_random_normal_at(int64_t(i), 0, int64_t(e)));
  }
}

static uint64_t batchBytes(Call &call) {
  uint64_t bytes = 0;
  for (size_t i = 0; i < call.entry().inputs.size(); ++i)
    if (const std::string &role = call.entry().inputs[i].role; role == "field" || role == "mask")
      bytes += call.input(i).bytes();
  return bytes;
}

// How many atoms, edges and so on there are.
using Sizes = std::map<std::string, int64_t>;

static Sizes sizesOf(const Call &call) {
  Sizes sizes;
  for (size_t i = 0; i < call.entry().inputs.size(); ++i) {
    const Slot &slot = call.entry().inputs[i];
    for (size_t d = 0; d < slot.dims.size(); ++d)
      if (slot.shape[d] < 0)
        sizes[slot.dims[d]] = call.shape(i)[d];
  }
  return sizes;
}

static double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

namespace {

struct Times {
  std::vector<double> step, gradient, update, exposed; // milliseconds
  Sizes sizes;                                         // of a step
};

// Structures are no noise: the batch is that which `gradient` writes, of the training split.
class SomeStructures {
public:
  SomeStructures(const Model &model, Call &call, const Options &options)
      : data(model.descriptor(), datasetOptions(model, options)) {
    data.makeSplits();
    data.requireSamples("train");
    data.load();
    std::vector<std::string> warnings;
    statistics = Statistics::compute(model.descriptor(), data, warnings);
    batcher = std::make_unique<Batcher>(call, data, statistics);
    const Descriptor &d = model.descriptor();
    batch = inParts(d, data, someBatch(d, data, 1));
    batcher->begin(batch);
  }
  int64_t count() const { return batch.size(); }
  void fill(Part part) { batcher->fill(batch, part); }
  // All at once.
  void fill() { batcher->fill(batch.samples.data(), batch.size()); }

private:
  Dataset data;
  Statistics statistics;
  std::unique_ptr<Batcher> batcher;
  Batch batch;
};

} // namespace

static Times timeSteps(World &world, Step &gradient, Call &update, SomeStructures *structures,
                       int64_t steps) {
  constexpr int64_t warmup = 3;
  Times times;
  for (int64_t i = 0; i < warmup + steps; ++i) {
    auto begin = Clock::now();
    gradient.call().set("step", i);
    times.sizes.clear();
    gradient.run([&](Part part) {
      if (!structures)
        return;
      structures->fill(part);
      for (const auto &[name, size] : sizesOf(gradient.call()))
        times.sizes[name] += size;
    });
    double afterGradient = milliseconds(begin);
    update.bind("gradients", gradient.gradients());
    update.set("step", i + 1);
    update.setReal("lr", 1e-6);
    update.run();
    double whole = milliseconds(begin);
    if (i < warmup)
      continue;
    times.step.push_back(whole);
    times.gradient.push_back(afterGradient);
    times.update.push_back(whole - afterGradient);
    // The rank that comes last waits for nothing but messages.
    times.exposed.push_back(1e3 * world.least(gradient.waited()));
  }
  return times;
}

// The sum of all gradients over the ranks when nothing else is done meanwhile.
static double timeCommunication(World &world, const Step &step, RealBuffer &vector,
                                int64_t rounds) {
  std::vector<double> times;
  for (int64_t i = 0; i < 3 + rounds; ++i) {
    world.barrier();
    auto begin = Clock::now();
    std::vector<Request> requests;
    for (Part part : step.buckets())
      requests.push_back(
          world.startAllReduce(vector.at(part.begin), part.size(),
                               vector.realBytes() == 4 ? Element::F32 : Element::F64));
    for (Request &request : requests)
      world.wait(request);
    if (i >= 3)
      times.push_back(milliseconds(begin));
  }
  return median(times);
}

// Calls of a predict entry: all structures of a batch at once, or as many samples as it takes.
static int benchPrediction(Model &model, const Options &options) {
  const Descriptor &d = model.descriptor();
  const EntryInfo &entry = predictEntry(d, options.predict);
  RealBuffer weights = model.flat("parameters");
  initialize(d, weights, d.train.seed);
  Call call(model, entry);
  call.bind("parameter", weights);
  std::unique_ptr<SomeStructures> structures;
  if (d.sources.empty())
    fillWithNoise(call);
  else
    structures = std::make_unique<SomeStructures>(model, call, options);
  std::vector<double> times;
  constexpr int64_t warmup = 3;
  for (int64_t i = 0; i < warmup + options.steps.value_or(20); ++i) {
    auto begin = Clock::now();
    if (structures)
      structures->fill();
    call.run();
    if (i >= warmup)
      times.push_back(milliseconds(begin));
  }
  double call_ms = median(times);
  json event = {{"event", "bench"},
                {"model", d.model},
                {"predict", options.predict},
                {"call_ms", times},
                {"planned_bytes", call.arenaBytes()},
                {"peak_rss_bytes", peakMemory()}};
  std::string rate;
  if (structures) {
    event["batch"] = structures->count();
    event["sizes"] = sizesOf(call);
    rate = fmt::format(" for {} structures ({:.0f} structures/s)", structures->count(),
                       1e3 * double(structures->count()) / call_ms);
  }
  options.talk.event(event);
  if (!options.talk.json)
    fmt::print("one call of {}: median {:.2f} ms, least {:.2f} ms{}\n"
               "memory of a call: planned {:.1f} MB; peak of the program {:.1f} MB\n",
               options.predict, call_ms, *std::min_element(times.begin(), times.end()), rate,
               double(call.arenaBytes()) / 1e6, double(peakMemory()) / 1e6);
  return ExitDone;
}

int runBench(Model &model, World &world, const Options &options) {
  if (!options.predict.empty())
    return benchPrediction(model, options);
  const Descriptor &d = model.descriptor();
  if (!d.train.present || !d.entry("gradient") || !d.entry("update"))
    throw Error(ExitUsage, "", "",
                fmt::format("'{}' has no training step to time: its model file has no train block",
                            d.model));
  uint64_t before = residentMemory();
  model.allocateArena();
  Weights weights(model);
  initialize(d, weights.parameters, d.train.seed);
  Step gradient(model, world, {options.reproducible, options.overlap});
  Call update(model, *d.entry("update"));
  std::unique_ptr<SomeStructures> structures;
  if (d.sources.empty())
    fillWithNoise(gradient.call());
  else
    structures = std::make_unique<SomeStructures>(model, gradient.call(), options);
  int64_t batch = structures ? structures->count() : d.train.batch;
  weights.bind(gradient.call(), update);
  gradient.call().set("seed", d.train.seed);
  int64_t steps = options.steps.value_or(20);
  Times times = timeSteps(world, gradient, update, structures.get(), steps);
  uint64_t taken = residentMemory() - before;
  uint64_t planned = gradient.call().arenaBytes() + weights.bytes() + gradient.gradientBytes() +
                     batchBytes(gradient.call());
  double flops =
      model.code("gradient").flops * double(gradient.callCount()) + model.code("update").flops;
  if (structures) // the compiler does not know their sizes
    flops = 0;
  double step = median(times.step), exposed = median(times.exposed), communication = 0;
  if (world.size() > 1) {
    RealBuffer scratch = model.flat("gradients to send");
    communication = timeCommunication(world, gradient, scratch, steps);
  }
  if (!world.root())
    return ExitDone;
  double hidden = communication > 0 ? std::max(0.0, 1 - exposed / communication) : 0;
  options.talk.event({{"event", "bench"},
                      {"model", d.model},
                      {"batch", batch},
                      {"sizes", times.sizes},
                      {"micro", d.train.micro},
                      {"ranks", world.size()},
                      {"step_ms", times.step},
                      {"gradient_ms", median(times.gradient)},
                      {"update_ms", median(times.update)},
                      {"communication_ms", communication},
                      {"exposed_ms", exposed},
                      {"hidden_share", hidden},
                      {"flops", flops},
                      {"gflops_per_s", flops / step / 1e6},
                      {"arena_bytes", model.arenaBytes()},
                      {"planned_bytes", planned},
                      {"taken_bytes", taken},
                      {"peak_rss_bytes", peakMemory()}});
  if (options.talk.json)
    return ExitDone;
  fmt::print("one step of {} samples: median {:.2f} ms, least {:.2f} ms ({:.0f} samples/s{})\n",
             batch, step, *std::min_element(times.step.begin(), times.step.end()),
             1e3 * double(batch) / step,
             flops ? fmt::format(", {}flop/s", withPrefix(flops / step * 1e3)) : "");
  fmt::print("  gradient {:.2f} ms in {} calls, update {:.2f} ms\n", median(times.gradient),
             gradient.callCount(), median(times.update));
  if (world.size() > 1)
    fmt::print("  {} ranks ({}), {} buckets: {:.2f} ms of communication, {:.2f} ms of it waited "
               "for ({:.0f} % hidden)\n",
               world.size(), world.name(), gradient.buckets().size(), communication, exposed,
               100 * hidden);
  fmt::print(
      "memory of a step: planned {:.1f} MB, taken {:.1f} MB; peak of the program {:.1f} MB\n",
      double(planned) / 1e6, double(taken) / 1e6, double(peakMemory()) / 1e6);
  return ExitDone;
}

} // namespace orrery::runtime
