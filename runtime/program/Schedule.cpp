// Learning rates, the order of samples and where batches end in it.
#include "runtime/program/Schedule.h"
#include "runtime/abi/orrery_abi.h"
#include "runtime/atoms/Balance.h"
#include "runtime/core/Error.h"
#include "runtime/core/Philox.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numbers>

namespace orrery::runtime {

double learningRate(const std::vector<Piece> &pieces, int64_t step, int64_t total,
                    Schedule &schedule) {
  int64_t begin = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const Piece &piece = pieces[i];
    bool last = i + 1 == pieces.size();
    int64_t length = std::max<int64_t>(1, total - begin);
    if (!last && piece.length > 0)
      length = piece.unit == "epochs" ? schedule.after(begin, piece.length, total) - begin
                                      : int64_t(std::llround(piece.length));
    if (step >= begin + length && !last) {
      begin += length;
      continue;
    }
    double at = double(std::min(step - begin, length));
    if (piece.kind == "warmup")
      return piece.to * std::min(1.0, (at + 1) / double(std::max<int64_t>(1, length)));
    if (piece.kind == "cosine")
      return piece.to +
             (piece.from - piece.to) * 0.5 * (1 + std::cos(std::numbers::pi * at / double(length)));
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

int64_t Schedule::total(std::optional<int64_t> steps, std::optional<int64_t> epochs) {
  int64_t asked = steps ? *steps : epochs.value_or(1);
  if (asked > mostSteps / (steps ? 1 : stepsOf(0)))
    throw Error(ExitUsage, "", "",
                fmt::format("{} {} are more than a run can have: at most {} steps", asked,
                            steps ? "steps" : "epochs", mostSteps));
  return steps ? asked : firstStep(asked);
}

int64_t Schedule::epochOf(int64_t step) {
  if (!descriptor.hasBudget())
    return step / firstStep(1);
  while (firsts.back() <= step)
    firstStep(int64_t(firsts.size()));
  return std::upper_bound(firsts.begin(), firsts.end(), step) - firsts.begin() - 1;
}

int64_t Schedule::after(int64_t step, double epochs, int64_t limit) {
  if (!descriptor.hasBudget())
    return step + int64_t(std::llround(epochs * double(firstStep(1))));
  int64_t epoch = epochOf(step);
  double whole,
      rest = std::modf(double(epoch) + double(step - firstStep(epoch)) / double(stepsOf(epoch)) +
                           epochs,
                       &whole);
  while (double(epoch) < whole && firstStep(epoch) <= limit)
    ++epoch;
  return firstStep(epoch) + int64_t(std::llround(rest * double(stepsOf(epoch))));
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
