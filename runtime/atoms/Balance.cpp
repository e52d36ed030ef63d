// Divides by two again and again, the costly structures first, each into the cheaper half.
#include "runtime/atoms/Balance.h"

#include <algorithm>
#include <array>

namespace orrery::runtime {

int64_t costOf(const StructureInfo &s) {
  constexpr int64_t edgesOfAnAtom = 12;
  return s.edgeCount + edgesOfAnAtom * s.atoms;
}

namespace {
struct Half {
  size_t room;    // for so many samples
  int64_t weight; // what it should cost, relative to the other one
  int64_t cost = 0;
  std::vector<int64_t> samples = {};
};
} // namespace

static std::array<Half, 2> divided(const Structures &structures, std::vector<int64_t> samples,
                                   Half first, Half second) {
  auto cost = [&](int64_t sample) { return costOf(structures[sample]); };
  std::sort(samples.begin(), samples.end(),
            [&](int64_t a, int64_t b) { return cost(a) != cost(b) ? cost(a) > cost(b) : a < b; });
  for (int64_t sample : samples) {
    bool isCheaper = first.cost * second.weight <= second.cost * first.weight;
    bool toFirst =
        first.samples.size() < first.room && (isCheaper || second.samples.size() == second.room);
    Half &to = toFirst ? first : second;
    to.samples.push_back(sample);
    to.cost += cost(sample);
  }
  return {std::move(first), std::move(second)};
}

std::vector<int64_t> balanced(const Structures &structures, std::vector<int64_t> samples) {
  size_t n = samples.size();
  if (n < 2)
    return samples;
  std::vector<int64_t> result;
  for (Half &half : divided(structures, std::move(samples), {(n + 1) / 2, 1}, {n / 2, 1}))
    for (int64_t sample : balanced(structures, std::move(half.samples)))
      result.push_back(sample);
  return result;
}

std::vector<std::vector<int64_t>> dealt(const Structures &structures, std::vector<int64_t> samples,
                                        size_t parts) {
  if (parts < 2) {
    std::sort(samples.begin(), samples.end());
    return {std::move(samples)};
  }
  size_t n = samples.size(), left = (parts + 1) / 2, right = parts / 2;
  std::array<Half, 2> halves =
      divided(structures, std::move(samples), {n, int64_t(left)}, {n, int64_t(right)});
  std::vector<std::vector<int64_t>> result = dealt(structures, std::move(halves[0].samples), left);
  for (std::vector<int64_t> &part : dealt(structures, std::move(halves[1].samples), right))
    result.push_back(std::move(part));
  return result;
}

std::vector<size_t> packed(const Structures &structures, const std::vector<int64_t> &samples,
                           int64_t most) {
  const Descriptor &d = structures.model();
  std::vector<size_t> ends;
  int64_t count = 0, atoms = 0, edges = 0;
  auto fits = [](int64_t taken, int64_t room) { return !room || taken <= room; };
  for (size_t i = 0; i < samples.size(); ++i) {
    const StructureInfo &s = structures[samples[i]];
    bool isFull = !fits(count + 1, most) || !fits(atoms + s.atoms, d.atomBudget) ||
                  !fits(edges + s.edgeCount, d.edgeBudget);
    if (count && isFull) {
      ends.push_back(i);
      count = atoms = edges = 0;
    }
    ++count;
    atoms += s.atoms;
    edges += s.edgeCount;
  }
  if (count)
    ends.push_back(samples.size());
  return ends;
}

} // namespace orrery::runtime
