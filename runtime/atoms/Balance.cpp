// Divides by two again and again, the costly structures first, each into the cheaper half.
#include "runtime/atoms/Balance.h"

#include <algorithm>

namespace orrery::runtime {

int64_t costOf(const Structure &s) {
  constexpr int64_t edgesOfAnAtom = 12;
  return int64_t(s.edges.size()) + edgesOfAnAtom * s.atoms;
}

std::vector<int64_t> balanced(const Structures &structures, std::vector<int64_t> samples) {
  if (samples.size() < 2)
    return samples;
  auto cost = [&](int64_t sample) { return costOf(structures[sample]); };
  std::sort(samples.begin(), samples.end(),
            [&](int64_t a, int64_t b) { return cost(a) != cost(b) ? cost(a) > cost(b) : a < b; });
  std::vector<int64_t> halves[2];
  size_t room[2] = {(samples.size() + 1) / 2, samples.size() / 2};
  int64_t costs[2] = {0, 0};
  for (int64_t sample : samples) {
    bool first =
        halves[0].size() < room[0] && (costs[0] <= costs[1] || halves[1].size() == room[1]);
    halves[first ? 0 : 1].push_back(sample);
    costs[first ? 0 : 1] += cost(sample);
  }
  std::vector<int64_t> result = balanced(structures, std::move(halves[0]));
  std::vector<int64_t> rest = balanced(structures, std::move(halves[1]));
  result.insert(result.end(), rest.begin(), rest.end());
  return result;
}

} // namespace orrery::runtime
