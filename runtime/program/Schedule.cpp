// Learning rates, the order of samples and where batches end in it.
#include "runtime/program/Schedule.h"
#include "runtime/abi/orrery_abi.h"
#include "runtime/atoms/Balance.h"
#include "runtime/core/Error.h"
#include "runtime/core/Philox.h"
#include "runtime/program/Talk.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numbers>

namespace orrery::runtime {

double learningRate(const std::vector<Piece> &pieces, int64_t step, Schedule &schedule) {
  int64_t begin = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const Piece &piece = pieces[i];
    bool last = i + 1 == pieces.size();
    Stretch stretch = !last && piece.length > 0 ? Stretch{piece.length, piece.unit == "epochs"}
                                                : schedule.left(begin);
    int64_t end = schedule.after(begin, stretch, step);
    if (step >= end && !last) {
      begin = end;
      continue;
    }
    if (piece.kind == "warmup") {
      auto [at, length] = schedule.within(stretch, begin, step + 1);
      return piece.to * std::min(1.0, at / length);
    }
    if (piece.kind == "cosine") {
      auto [at, length] = schedule.within(stretch, begin, step);
      return piece.to + (piece.from - piece.to) * 0.5 *
                            (1 + std::cos(std::numbers::pi * std::min(at, length) / length));
    }
    return piece.to;
  }
  return 0;
}

std::vector<int64_t> shuffled(const std::vector<int64_t> &samples, int64_t seed, int64_t epoch) {
  constexpr int64_t stream = 0x73687566666c65; // "shuffle"
  int64_t key = orrery_fold_key(orrery_fold_key(seed, stream), epoch);
  std::vector<std::pair<uint64_t, int64_t>> drawn;
  for (int64_t sample : samples) {
    Words w = philoxAt(key, 0, sample);
    drawn.emplace_back(uint64_t(w[1]) << 32 | w[0], sample);
  }
  std::sort(drawn.begin(), drawn.end());
  std::vector<int64_t> order;
  for (const auto &[number, sample] : drawn)
    order.push_back(sample);
  return order;
}

Schedule::Schedule(const Descriptor &descriptor, const Dataset &data, int64_t seed)
    : descriptor(descriptor), data(data), samples(data.part("train")), seed(seed) {}

void Schedule::visit(int64_t epoch) {
  if (epoch == visited)
    return;
  order = shuffled(samples, seed, epoch);
  if (descriptor.hasBudget())
    ends = packed(*data.structures(), order, descriptor.train.batch);
  visited = epoch;
}

int64_t Schedule::firstStep(int64_t epoch) {
  if (!descriptor.hasBudget())
    return epoch * (int64_t(samples.size()) / descriptor.train.batch);
  while (int64_t(firsts.size()) <= epoch) {
    visit(int64_t(firsts.size()) - 1);
    firsts.push_back(firsts.back() + int64_t(ends.size()));
  }
  return firsts[size_t(epoch)];
}

void Schedule::setLength(std::optional<int64_t> steps, std::optional<int64_t> epochs) {
  int64_t asked = steps ? *steps : epochs.value_or(1);
  if (asked > mostSteps / (steps ? 1 : stepsOf(0)))
    throw Error(ExitUsage, "", "",
                fmt::format("{} {} are more than a run can have: at most {} steps", asked,
                            steps ? "steps" : "epochs", mostSteps));
  lastStep = lastEpoch = std::nullopt;
  (steps ? lastStep : lastEpoch) = asked;
  if (descriptor.hasBudget())
    return;
  lastStep = steps ? asked : firstStep(asked);
  lastEpoch = epochOf(*lastStep - 1) + 1;
}

std::string Schedule::lengthText() const {
  int64_t count = lastStep ? *lastStep : *lastEpoch;
  return fmt::format("{} {}{}", grouped(count), lastStep ? "step" : "epoch", count == 1 ? "" : "s");
}

int64_t Schedule::epochOf(int64_t step) {
  if (!descriptor.hasBudget())
    return step / firstStep(1);
  while (firsts.back() < step)
    firstStep(int64_t(firsts.size()));
  return std::upper_bound(firsts.begin(), firsts.end(), step) - firsts.begin() - 1;
}

double Schedule::timeOf(int64_t step) {
  int64_t epoch = epochOf(step), within = step - firstStep(epoch);
  return double(epoch) + (within ? double(within) / double(stepsOf(epoch)) : 0);
}

double Schedule::done(int64_t step) {
  return lastStep ? double(step) / double(*lastStep) : timeOf(step) / double(*lastEpoch);
}

Stretch Schedule::left(int64_t step) {
  return lastStep ? Stretch{double(*lastStep - step), false}
                  : Stretch{double(*lastEpoch) - timeOf(step), true};
}

int64_t Schedule::after(int64_t step, Stretch stretch, int64_t limit) {
  if (!stretch.inEpochs)
    return step + int64_t(std::llround(stretch.length));
  if (!descriptor.hasBudget())
    return step + int64_t(std::llround(stretch.length * double(firstStep(1))));
  double whole, rest = std::modf(timeOf(step) + stretch.length, &whole);
  int64_t epoch = epochOf(step);
  while (double(epoch) < whole && firstStep(epoch) <= limit)
    ++epoch;
  int64_t first = firstStep(epoch);
  return first > limit || rest == 0 ? first
                                    : first + int64_t(std::llround(rest * double(stepsOf(epoch))));
}

std::pair<double, double> Schedule::within(Stretch stretch, int64_t begin, int64_t step) {
  if (stretch.inEpochs && descriptor.hasBudget())
    return {timeOf(step) - timeOf(begin), stretch.length};
  int64_t end = after(begin, stretch, 0);
  return {double(step - begin), double(std::max<int64_t>(1, end - begin))};
}

Batch Schedule::batchOf(int64_t step) {
  int64_t epoch = epochOf(step), within = step - firstStep(epoch);
  visit(epoch);
  size_t size = size_t(descriptor.train.batch);
  size_t begin = size_t(within) * size, end = begin + size;
  if (descriptor.hasBudget()) {
    begin = within ? ends[size_t(within) - 1] : 0;
    end = ends[size_t(within)];
  }
  std::vector<int64_t> batch(order.begin() + ptrdiff_t(begin), order.begin() + ptrdiff_t(end));
  // What a budget fills is dealt out evenly when it is cut into parts.
  if (data.structures() && !descriptor.hasBudget())
    batch = balanced(*data.structures(), std::move(batch));
  return inParts(descriptor, data, std::move(batch));
}

std::string batchText(const Descriptor &d) {
  std::vector<std::string> limits;
  for (auto [most, what] : {std::pair(d.train.batch, "samples"), std::pair(d.atomBudget, "atoms"),
                            std::pair(d.edgeBudget, "edges")})
    if (most)
      limits.push_back(fmt::format("{} {}", most, what));
  return fmt::format("{}{}", d.hasBudget() ? "up to " : "", fmt::join(limits, ", "));
}

} // namespace orrery::runtime
