// `bench`: the time of training steps and of their parts on random numbers, and the memory they
// take.
#include "runtime/program/Checkpoint.h"
#include "runtime/program/Commands.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

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

static uint64_t batchBytes(const Model &model, const EntryInfo &entry) {
  uint64_t bytes = 0;
  for (const Slot &slot : entry.inputs)
    if (slot.role == "field" || slot.role == "mask")
      bytes += slot.count() * model.realBytes();
  return bytes;
}

static double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

namespace {
struct Times {
  std::vector<double> step, gradient, update; // milliseconds
};
} // namespace

static Times timeSteps(Call &gradient, Call &update, int64_t steps) {
  constexpr int64_t warmup = 3;
  Times times;
  for (int64_t i = 0; i < warmup + steps; ++i) {
    auto begin = Clock::now();
    gradient.set("step", i);
    gradient.run();
    double afterGradient = milliseconds(begin);
    update.set("step", i + 1);
    update.setReal("lr", 1e-6);
    update.run();
    double whole = milliseconds(begin);
    if (i < warmup)
      continue;
    times.step.push_back(whole);
    times.gradient.push_back(afterGradient);
    times.update.push_back(whole - afterGradient);
  }
  return times;
}

int runBench(Model &model, const Options &options) {
  const Descriptor &d = model.descriptor();
  if (!d.train.present || !d.entry("gradient") || !d.entry("update"))
    throw Error(ExitUsage, "", "",
                fmt::format("'{}' has no training step to time: its model file has no train block",
                            d.model));
  uint64_t before = residentMemory();
  model.allocateArena();
  Weights weights(model);
  RealBuffer gradients = model.flat("the gradients");
  initialize(d, weights.parameters, d.train.seed);
  Call gradient(model, *d.entry("gradient")), update(model, *d.entry("update"));
  fillWithNoise(gradient);
  weights.bind(gradient, update, gradients);
  gradient.set("seed", d.train.seed);
  uint64_t planned = model.code("gradient").arena_bytes + weights.bytes() + gradients.bytes() +
                     batchBytes(model, gradient.entry());
  Times times = timeSteps(gradient, update, options.steps.value_or(20));
  double flops = model.code("gradient").flops + model.code("update").flops;
  double step = median(times.step);
  uint64_t taken = residentMemory() - before;
  options.talk.event({{"event", "bench"},
                      {"model", d.model},
                      {"batch", d.train.batch},
                      {"step_ms", times.step},
                      {"gradient_ms", median(times.gradient)},
                      {"update_ms", median(times.update)},
                      {"flops", flops},
                      {"gflops_per_s", flops / step / 1e6},
                      {"arena_bytes", model.arenaBytes()},
                      {"planned_bytes", planned},
                      {"taken_bytes", taken},
                      {"peak_rss_bytes", peakMemory()}});
  if (options.talk.json)
    return ExitDone;
  fmt::print("one step of {} samples: median {:.2f} ms, least {:.2f} ms ({:.0f} samples/s, "
             "{}flop/s)\n",
             d.train.batch, step, *std::min_element(times.step.begin(), times.step.end()),
             1e3 * double(d.train.batch) / step, withPrefix(flops / step * 1e3));
  fmt::print("  gradient {:.2f} ms, update {:.2f} ms\n", median(times.gradient),
             median(times.update));
  fmt::print(
      "memory of a step: planned {:.1f} MB, taken {:.1f} MB; peak of the program {:.1f} MB\n",
      double(planned) / 1e6, double(taken) / 1e6, double(peakMemory()) / 1e6);
  return ExitDone;
}

} // namespace orrery::runtime
