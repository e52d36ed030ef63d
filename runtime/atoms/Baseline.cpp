// Least squares over compositions, by the eigenvectors of the normal equations.
#include "runtime/atoms/Baseline.h"
#include "runtime/atoms/Elements.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace orrery::runtime {

// What an index is called.
static std::string nameOf(const Descriptor &d, const std::string &dim, int32_t index) {
  const std::vector<Label> &labels = d.dim(dim)->labels;
  return labels.empty() ? elementSymbol(index) : labels[size_t(index)].name;
}

static size_t fieldIndex(const Descriptor &d, const std::string &name) {
  for (size_t f = 0; f < d.fields.size(); ++f)
    if (d.fields[f].name == name)
      return f;
  return 0;
}

size_t Baseline::kinds(const Descriptor &d) {
  return size_t(d.dim(d.fields[fieldIndex(d, d.baseline->by)].index)->size);
}

double Baseline::of(const Descriptor &d, const Structure &s) const {
  const std::vector<double> &row = table[table.size() == 1 ? 0 : size_t(s.source)];
  double sum = 0;
  for (int32_t z : s.indices[fieldIndex(d, d.baseline->by)])
    sum += row[size_t(z)];
  return sum;
}

namespace {

using Matrix = std::vector<std::vector<double>>;

// Jacobi's rotations: `a` becomes diagonal, the columns of the result are its eigenvectors.
Matrix diagonalize(Matrix &a) {
  size_t n = a.size();
  Matrix v(n, std::vector<double>(n, 0));
  for (size_t i = 0; i < n; ++i)
    v[i][i] = 1;
  for (int sweep = 0; sweep < 100; ++sweep) {
    double off = 0, diagonal = 0;
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j)
        (i == j ? diagonal : off) += a[i][j] * a[i][j];
    if (off <= 1e-28 * diagonal)
      break;
    for (size_t p = 0; p < n; ++p)
      for (size_t q = p + 1; q < n; ++q) {
        if (a[p][q] == 0)
          continue;
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
        double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (size_t k = 0; k < n; ++k) {
          double x = a[k][p], y = a[k][q];
          a[k][p] = c * x - s * y;
          a[k][q] = s * x + c * y;
        }
        for (size_t k = 0; k < n; ++k) {
          double x = a[p][k], y = a[q][k];
          a[p][k] = c * x - s * y;
          a[q][k] = s * x + c * y;
          double g = v[k][p], h = v[k][q];
          v[k][p] = c * g - s * h;
          v[k][q] = s * g + c * h;
        }
      }
  }
  return v;
}

// The shortest x that makes |A x - b| least, from A'A and A'b.
std::vector<double> solve(Matrix normal, const std::vector<double> &right) {
  size_t n = normal.size();
  Matrix v = diagonalize(normal);
  double largest = 0;
  for (size_t i = 0; i < n; ++i)
    largest = std::max(largest, normal[i][i]);
  std::vector<double> x(n, 0);
  for (size_t k = 0; k < n; ++k) {
    if (normal[k][k] <= 1e-10 * largest)
      continue;
    double dot = 0;
    for (size_t i = 0; i < n; ++i)
      dot += v[i][k] * right[i];
    for (size_t i = 0; i < n; ++i)
      x[i] += v[i][k] * dot / normal[k][k];
  }
  return x;
}

} // namespace

Baseline fitBaseline(const Descriptor &d, const Structures &structures,
                     const std::vector<int64_t> &samples) {
  const BaselineInfo &info = *d.baseline;
  size_t energy = fieldIndex(d, info.field), kind = fieldIndex(d, info.by);
  size_t kinds = Baseline::kinds(d);
  Baseline result{info.field, Matrix(info.perSource ? d.sources.size() : 1)};
  // Of each row of the table, the elements in the order in which they occur: the others take no
  // part.
  struct Sums {
    std::vector<int32_t> place;
    std::vector<size_t> present;
    Matrix normal;
    std::vector<double> right;
  };
  std::vector<Sums> all(result.table.size(), {std::vector<int32_t>(kinds, -1), {}, {}, {}});
  auto add = [&](const Structure &s) {
    Sums &to = all[info.perSource ? size_t(s.source) : 0];
    std::vector<double> count(to.present.size(), 0);
    for (int32_t z : s.indices[kind]) {
      int32_t &place = to.place[size_t(z)];
      if (place < 0) {
        place = int32_t(count.size());
        to.present.push_back(size_t(z));
        count.push_back(0);
      }
      ++count[size_t(place)];
    }
    to.right.resize(count.size(), 0);
    to.normal.resize(count.size());
    for (size_t i = 0; i < count.size(); ++i) {
      to.normal[i].resize(count.size(), 0);
      to.right[i] += count[i] * s.values[energy][0];
      for (size_t j = 0; j < count.size(); ++j)
        to.normal[i][j] += count[i] * count[j];
    }
  };
  constexpr size_t atOnce = 1024; // those that are not held are read by all threads
  for (size_t begin = 0; begin < samples.size(); begin += atOnce)
    for (const StructurePointer &s : structures.get(
             std::span(samples).subspan(begin, std::min(atOnce, samples.size() - begin)), false))
      add(*s);
  for (size_t row = 0; row < result.table.size(); ++row) {
    auto &[place, present, normal, right] = all[row];
    std::vector<double> x = solve(std::move(normal), right);
    result.table[row].assign(kinds, 0);
    for (size_t i = 0; i < present.size(); ++i)
      result.table[row][present[i]] = x[i];
  }
  return result;
}

std::vector<std::string> warningsOf(const Structures &structures,
                                    const std::optional<Baseline> &known) {
  std::vector<std::string> warnings = structures.warnings();
  if (!known)
    return warnings;
  const Descriptor &d = structures.model();
  size_t kind = fieldIndex(d, d.baseline->by);
  // Where an index occurs first in a source; nothing if only another field has it.
  auto firstWith = [&](size_t source, int32_t z) -> std::optional<std::string> {
    for (int64_t i = 0; i < structures.count(); ++i) {
      StructurePointer s =
          size_t(structures[i].source) == source ? structures.get(i, false) : nullptr;
      if (s && std::ranges::count(s->indices[kind], z))
        return structures.named(*s);
    }
    return {};
  };
  for (size_t source = 0; source < d.sources.size(); ++source) {
    const std::vector<double> &row = known->table[known->table.size() == 1 ? 0 : source];
    for (int32_t z : structures.indicesOf(source))
      if (size_t(z) < row.size() && row[size_t(z)] == 0)
        if (auto first = firstWith(source, z))
          warnings.push_back(fmt::format("no structure that source '{}' was trained on has {} "
                                         "(first: {}): what is predicted of it means little",
                                         d.sources[source].name, nameOf(d, d.fields[kind].index, z),
                                         *first));
  }
  return warnings;
}

} // namespace orrery::runtime
