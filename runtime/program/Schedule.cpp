// Learning rates and the order of samples.
#include "runtime/program/Schedule.h"
#include "runtime/abi/orrery_abi.h"
#include "runtime/core/Philox.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::runtime {

double learningRate(const std::vector<Piece> &pieces, int64_t step, int64_t total,
                    int64_t stepsPerEpoch) {
  int64_t begin = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const Piece &piece = pieces[i];
    bool last = i + 1 == pieces.size();
    int64_t length = last || piece.length <= 0
                         ? std::max<int64_t>(1, total - begin)
                         : int64_t(std::llround(
                               piece.length * double(piece.unit == "epochs" ? stepsPerEpoch : 1)));
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

} // namespace orrery::runtime
