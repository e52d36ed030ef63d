// Cell lists: atoms are sorted into bins about as wide as the cut-off, and a bin is compared with
// the bins around it. A cell smaller than the cut-off is its own neighbour many times over.
#include "runtime/atoms/Neighbours.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <tuple>

namespace orrery::runtime {

namespace {

using Vector = std::array<double, 3>;

Vector cross(const Vector &a, const Vector &b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
double dot(const Vector &a, const Vector &b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
double length(const Vector &a) { return std::sqrt(dot(a, a)); }

// The cell with a direction for every missing vector, and what is derived from it.
struct Frame {
  std::array<Vector, 3> axis;    // cell vectors
  std::array<Vector, 3> inverse; // fractional coordinate k of x is dot(inverse[k], x)
  std::array<double, 3> height;  // between opposite faces
  double volume = 0;

  explicit Frame(const Cell &cell) {
    std::array<bool, 3> given{};
    for (size_t k = 0; k < 3; ++k) {
      for (size_t x = 0; x < 3; ++x)
        axis[k][x] = cell.vectors[3 * k + x];
      given[k] = length(axis[k]) > 0;
    }
    for (size_t k = 0; k < 3; ++k)
      if (!given[k]) {
        axis[k] = missing(k, given);
        given[k] = true;
      }
    Vector normal[3] = {cross(axis[1], axis[2]), cross(axis[2], axis[0]), cross(axis[0], axis[1])};
    volume = dot(axis[0], normal[0]);
    for (size_t k = 0; k < 3; ++k) {
      height[k] = std::abs(volume) / length(normal[k]);
      for (size_t x = 0; x < 3; ++x)
        inverse[k][x] = normal[k][x] / volume;
    }
  }

  // A unit vector at right angles to the vectors that are there.
  Vector missing(size_t k, const std::array<bool, 3> &given) const {
    size_t a = (k + 1) % 3, b = (k + 2) % 3;
    Vector v{};
    if (given[a] && given[b]) {
      v = cross(axis[a], axis[b]);
    } else if (given[a] || given[b]) {
      const Vector &one = given[a] ? axis[a] : axis[b];
      size_t least = 0;
      for (size_t x = 1; x < 3; ++x)
        if (std::abs(one[x]) < std::abs(one[least]))
          least = x;
      Vector unit{};
      unit[least] = 1;
      v = cross(one, unit);
    } else {
      v[k] = 1;
    }
    double n = length(v);
    for (double &x : v)
      x /= n > 0 ? n : 1;
    return v;
  }
};

// From 1.
int32_t numberOf(const NeighbourOptions &options, int32_t atom) {
  return 1 + (options.numbers.empty() ? atom : options.numbers[size_t(atom)]);
}

// The bins along each direction and which atom lies in which.
class Bins {
public:
  Bins(const std::vector<double> &positions, const Frame &frame, const Cell &cell, double within)
      : atoms(positions.size() / 3), bin(atoms), wrap(atoms) {
    std::vector<Vector> fraction(atoms);
    for (size_t i = 0; i < atoms; ++i)
      for (size_t k = 0; k < 3; ++k)
        fraction[i][k] =
            dot(frame.inverse[k], {positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]});
    for (size_t k = 0; k < 3; ++k) {
      double least = 0, most = 1;
      if (!cell.periodic[k]) {
        least = INFINITY, most = -INFINITY;
        for (const Vector &f : fraction)
          least = std::min(least, f[k]), most = std::max(most, f[k]);
      }
      origin[k] = least;
      extent[k] = most - least;
      width[k] = extent[k] * frame.height[k];
      count[k] = int64_t(std::clamp(std::floor(width[k] / within), 1.0, 1e6));
    }
    // A few atoms in a huge volume need no more bins than atoms.
    while (double(count[0]) * double(count[1]) * double(count[2]) > 4.0 * double(atoms) + 64) {
      int64_t &largest = *std::max_element(count.begin(), count.end());
      largest = (largest + 1) / 2;
    }
    for (size_t k = 0; k < 3; ++k) {
      // A little more, for atoms that rounding has put into the bin beside theirs.
      double reach =
          std::ceil(1.000000001 * within * double(count[k]) / std::max(width[k], 1e-300));
      range[k] = cell.periodic[k] ? int64_t(std::min(reach, 1e6))
                                  : std::min(int64_t(std::min(reach, 1e6)), count[k] - 1);
    }
    place(fraction, cell);
  }

  size_t atoms;
  std::array<double, 3> origin, extent, width;
  std::array<int64_t, 3> count, range;
  std::vector<std::array<int64_t, 3>> bin;
  std::vector<std::array<int32_t, 3>> wrap; // cells to shift an atom by, to lie in the first one
  std::vector<int32_t> begin, members;      // atoms bin by bin

  size_t index(const std::array<int64_t, 3> &b) const {
    return size_t((b[0] * count[1] + b[1]) * count[2] + b[2]);
  }

private:
  void place(const std::vector<Vector> &fraction, const Cell &cell) {
    begin.assign(size_t(count[0] * count[1] * count[2]) + 1, 0);
    for (size_t i = 0; i < atoms; ++i) {
      for (size_t k = 0; k < 3; ++k) {
        double f = fraction[i][k] - origin[k];
        wrap[i][k] = cell.periodic[k] ? -int32_t(std::floor(f)) : 0;
        f = (f + wrap[i][k]) / (extent[k] > 0 ? extent[k] : 1);
        bin[i][k] = std::clamp<int64_t>(int64_t(f * double(count[k])), 0, count[k] - 1);
      }
      ++begin[index(bin[i]) + 1];
    }
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    members.resize(atoms);
    std::vector<int32_t> next(begin.begin(), begin.end() - 1);
    for (size_t i = 0; i < atoms; ++i)
      members[size_t(next[index(bin[i])]++)] = int32_t(i);
  }
};

class Finder {
public:
  Finder(const std::vector<double> &positions, const Cell &cell, const NeighbourOptions &options)
      : positions(positions), cell(cell), options(options), frame(cell),
        bins(positions, frame, cell, options.within) {}

  Neighbours run() {
    Neighbours result;
    double copies = 1;
    for (int64_t r : bins.range)
      copies *= 2 * double(r) + 1;
    if (copies > 1e8)
      result.fault = "the cell is far too small for the cut-off";
    for (size_t i = 0; i < bins.atoms && result.fault.empty(); ++i) {
      size_t first = result.edges.size();
      around(int32_t(i), result);
      settle(first, result);
    }
    return result;
  }

private:
  // All edges that end at atom i.
  void around(int32_t i, Neighbours &result) {
    std::array<int64_t, 3> o{}, other{};
    std::array<int32_t, 3> cells{};
    auto step = [&](size_t k) { // the bin at offset o[k], and how many cells away its copy is
      int64_t b = bins.bin[size_t(i)][k] + o[k], n = bins.count[k];
      if (!cell.periodic[k] && (b < 0 || b >= n))
        return false;
      int64_t away = b >= 0 ? b / n : -((-b + n - 1) / n);
      other[k] = b - away * n;
      cells[k] = int32_t(away);
      return true;
    };
    const auto &range = bins.range;
    for (o[0] = -range[0]; o[0] <= range[0]; ++o[0])
      if (step(0))
        for (o[1] = -range[1]; o[1] <= range[1]; ++o[1])
          if (step(1))
            for (o[2] = -range[2]; o[2] <= range[2] && result.fault.empty(); ++o[2])
              if (step(2))
                compare(i, bins.index(other), cells, result);
  }

  void compare(int32_t i, size_t bin, const std::array<int32_t, 3> &cells, Neighbours &result) {
    for (int32_t m = bins.begin[bin]; m < bins.begin[bin + 1]; ++m) {
      int32_t j = bins.members[size_t(m)];
      // The copy of j lies `cells` away from the first cell, while i and j may themselves lie
      // outside of it. d = x_i - x_j + image . cell.
      std::array<int32_t, 3> image;
      for (size_t k = 0; k < 3; ++k)
        image[k] = bins.wrap[size_t(i)][k] - bins.wrap[size_t(j)][k] - cells[k];
      if (i == j && image == std::array<int32_t, 3>{})
        continue;
      double square = 0;
      for (size_t x = 0; x < 3; ++x) {
        double d = positions[3 * size_t(i) + x] - positions[3 * size_t(j) + x];
        for (size_t k = 0; k < 3; ++k)
          d += image[k] * frame.axis[k][x];
        square += d * d;
      }
      if (square >= options.within * options.within)
        continue;
      // Files have rounded numbers: an atom may be there twice, on either side of the cell.
      if (std::sqrt(square) <= 1e-5 * options.within) {
        auto [first, second] = std::minmax({numberOf(options, i), numberOf(options, j)});
        result.fault = fmt::format("atoms {} and {} are in one place: an edge of length {:.1g}",
                                   first, second, std::sqrt(square));
      }
      // Told before memory runs out: one atom in a tiny cell can have any number of images.
      if (options.mostEdges && int64_t(result.edges.size()) >= options.mostEdges)
        result.fault = fmt::format("there are more than {} edges", options.mostEdges);
      if (!result.fault.empty())
        return;
      result.edges.push_back({j, i, image});
      distances.push_back(square);
    }
  }

  // Caps and sorts the edges of one destination, which begin at `first`.
  void settle(size_t first, Neighbours &result) {
    auto less = [](const Edge &a, const Edge &b) {
      return std::tie(a.source, a.image) < std::tie(b.source, b.image);
    };
    size_t n = result.edges.size() - first;
    if (options.cap > 0 && int64_t(n) > options.cap) {
      std::vector<size_t> order(n);
      std::iota(order.begin(), order.end(), 0);
      const Edge *edges = result.edges.data() + first;
      std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        return distances[a] != distances[b] ? distances[a] < distances[b]
                                            : less(edges[a], edges[b]);
      });
      std::vector<Edge> kept;
      for (int64_t k = 0; k < options.cap; ++k)
        kept.push_back(edges[order[size_t(k)]]);
      result.edges.resize(first);
      result.edges.insert(result.edges.end(), kept.begin(), kept.end());
      ++result.capped;
    }
    std::sort(result.edges.begin() + int64_t(first), result.edges.end(), less);
    distances.clear();
  }

  const std::vector<double> &positions;
  const Cell &cell;
  const NeighbourOptions &options;
  Frame frame;
  Bins bins;
  std::vector<double> distances; // of the edges of the atom in hand
};

} // namespace

Neighbours findNeighbours(const std::vector<double> &positions, const Cell &cell,
                          const NeighbourOptions &options) {
  Neighbours none;
  if (positions.empty())
    return none;
  Frame frame(cell);
  double edge = 1;
  for (size_t k = 0; k < 3; ++k) {
    edge *= length(frame.axis[k]);
    bool zero = true;
    for (size_t x = 0; x < 3; ++x)
      zero &= cell.vectors[3 * k + x] == 0;
    if (cell.periodic[k] && zero)
      none.fault = fmt::format("direction {} is periodic, but its cell vector is zero", "abc"[k]);
  }
  if (none.fault.empty() && !(std::abs(frame.volume) > 1e-9 * edge))
    none.fault = "the cell vectors lie in one plane";
  for (size_t i = 0; i < positions.size() && none.fault.empty(); i += 3)
    for (size_t k = 0; k < 3; ++k) {
      double f = dot(frame.inverse[k], {positions[i], positions[i + 1], positions[i + 2]});
      if (!(std::abs(positions[i + k]) < 1e9) || (cell.periodic[k] && !(std::abs(f) < 1e6)))
        none.fault =
            fmt::format("atom {} lies very far from the cell", numberOf(options, int32_t(i / 3)));
    }
  if (!none.fault.empty())
    return none;
  return Finder(positions, cell, options).run();
}

std::vector<int32_t> spatialOrder(const std::vector<double> &positions, double spacing) {
  size_t atoms = positions.size() / 3;
  std::array<double, 3> least = {INFINITY, INFINITY, INFINITY};
  for (size_t i = 0; i < positions.size(); ++i)
    least[i % 3] = std::min(least[i % 3], positions[i]);
  // Morton's curve: the bits of the three coordinates in turn.
  std::vector<uint64_t> key(atoms, 0);
  for (size_t i = 0; i < atoms; ++i)
    for (size_t k = 0; k < 3; ++k) {
      auto x = uint64_t(std::min((positions[3 * i + k] - least[k]) / spacing, 2097151.0));
      for (size_t bit = 0; bit < 21; ++bit)
        key[i] |= (x >> bit & 1) << (3 * bit + k);
    }
  std::vector<int32_t> order(atoms);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
    return std::tie(key[size_t(a)], a) < std::tie(key[size_t(b)], b);
  });
  return order;
}

} // namespace orrery::runtime
