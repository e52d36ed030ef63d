// Computes interpolation weights and frequencies in double precision.

#include "frontend/emit/Tables.h"

#include <algorithm>
#include <cmath>

namespace orrery::emit {

std::optional<Interpolation> interpolationNamed(std::string_view name) {
  if (name == "nearest")
    return Interpolation::Nearest;
  if (name == "bilinear")
    return Interpolation::Bilinear;
  if (name == "bicubic")
    return Interpolation::Bicubic;
  if (name == "area")
    return Interpolation::Area;
  return std::nullopt;
}

// Keys' cubic kernel with a = -0.75, PyTorch's choice.
static double cubic(double x) {
  const double a = -0.75;
  x = std::fabs(x);
  if (x <= 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2)
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}

std::vector<double> resizeWeights(Interpolation kind, int64_t from, int64_t to, bool wrap) {
  std::vector<double> weights(from * to, 0.0);
  auto add = [&](int64_t row, int64_t at, double weight) {
    at = wrap ? (at % from + from) % from : std::clamp<int64_t>(at, 0, from - 1);
    weights[row * from + at] += weight;
  };
  double ratio = double(from) / double(to);
  for (int64_t i = 0; i < to; ++i) {
    double centre = (i + 0.5) * ratio - 0.5;
    int64_t below = std::floor(centre);
    switch (kind) {
    case Interpolation::Nearest:
      add(i, i * from / to, 1.0);
      break;
    case Interpolation::Bilinear:
      add(i, below, 1.0 - (centre - below));
      add(i, below + 1, centre - below);
      break;
    case Interpolation::Bicubic:
      for (int64_t at = below - 1; at <= below + 2; ++at)
        add(i, at, cubic(centre - at));
      break;
    case Interpolation::Area: {
      int64_t begin = i * from / to, end = ((i + 1) * from + to - 1) / to;
      for (int64_t at = begin; at < end; ++at)
        add(i, at, 1.0 / double(end - begin));
      break;
    }
    }
  }
  return weights;
}

std::vector<double> sinusoids(int64_t positions, int64_t channels) {
  int64_t half = channels / 2;
  std::vector<double> table(positions * channels);
  for (int64_t i = 0; i < positions; ++i)
    for (int64_t k = 0; k < half; ++k) {
      double angle = i * std::pow(10000.0, -double(k) / double(half));
      table[i * channels + k] = std::sin(angle);
      table[i * channels + half + k] = std::cos(angle);
    }
  return table;
}

std::vector<double> fourierFrequencies(int64_t count) {
  std::vector<double> frequencies(count);
  for (int64_t k = 0; k < count; ++k)
    frequencies[k] = 1000.0 * std::pow(10000.0, -double(k) / double(count));
  return frequencies;
}

} // namespace orrery::emit
