// The checks of `diagnose` that say of structures what physics says: what is turned is turned, what
// is moved is moved, and numbers are only names.
#include "runtime/program/Batch.h"
#include "runtime/program/Diagnose.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace orrery::runtime {

namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

// A proper rotation: a unit quaternion as a matrix.
Matrix rotation() {
  Draws draws("rotation");
  double q[4], square = 0;
  for (double &x : q) {
    x = draws.next();
    square += x * x;
  }
  for (double &x : q)
    x /= std::sqrt(square);
  auto [w, x, y, z] = q;
  return {{{1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)},
           {2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)},
           {2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)}}};
}

// The vectors along one axis of an array.
void turn(RealBuffer &x, const Shape &shape, size_t axis, const Matrix &by) {
  size_t inner = 1;
  for (size_t i = axis + 1; i < shape.size(); ++i)
    inner *= size_t(shape[i]);
  for (size_t first = 0; first < x.size(); first += 3 * inner)
    for (size_t i = first; i < first + inner; ++i) {
      double v[3] = {x[i], x[i + inner], x[i + 2 * inner]};
      for (size_t k = 0; k < 3; ++k)
        x.set(i + k * inner, by[k][0] * v[0] + by[k][1] * v[1] + by[k][2] * v[2]);
    }
}

// What a predict entry computes of structures, and how that changes with them.
class Symmetry {
public:
  Symmetry(Subject &subject, const EntryInfo &entry)
      : subject(subject), entry(entry), call(subject.model, entry),
        structures(*subject.data.structures()) {
    const Descriptor &d = subject.model.descriptor();
    space = d.field(d.neighbours->positions)->dims.back();
    call.bind("parameter", subject.weights);
    fill(structures, subject.samples);
    call.run();
    expected = results();
  }

  void turned(Finding &finding) {
    Matrix by = rotation();
    fill(structures, subject.samples);
    for (size_t i = 0; i < entry.inputs.size(); ++i)
      for (size_t axis : spaceOf(entry.inputs[i]))
        turn(call.input(i), call.shape(i), axis, by);
    call.run();
    std::vector<RealBuffer> wanted = copyOf(expected);
    for (size_t o = 0; o < entry.outputs.size(); ++o)
      for (size_t axis : spaceOf(entry.outputs[o]))
        turn(wanted[o], call.outputShape(o), axis, by);
    compare(finding, wanted);
  }

  // All atoms together, and each of them into another cell.
  void moved(Finding &finding) {
    Draws draws("translation");
    Structures others = structures;
    std::vector<int64_t> samples;
    for (int64_t sample : subject.samples)
      samples.push_back(others.add(inOtherCells(*structures.get(sample), draws)));
    fill(others, samples);
    double by[3] = {draws.next(), draws.next(), draws.next()};
    for (size_t i = 0; i < entry.inputs.size(); ++i)
      if (entry.inputs[i].role == "field" &&
          entry.inputs[i].name == subject.model.descriptor().neighbours->positions)
        for (size_t k = 0; k < call.input(i).size(); ++k)
          call.input(i).set(k, call.input(i)[k] + by[k % 3]);
    call.run();
    compare(finding, expected);
  }

  void renumbered(Finding &finding) {
    Structures others = structures;
    std::vector<int64_t> samples;
    std::vector<size_t> from; // of each atom of the batch, where it was
    for (int64_t sample : subject.samples) {
      std::vector<int32_t> order = shuffledAtoms(structures[sample]);
      size_t before = from.size();
      for (int32_t old : order)
        from.push_back(before + size_t(old));
      samples.push_back(others.add(structures.renumbered(*structures.get(sample), order)));
    }
    fill(others, samples);
    call.run();
    std::vector<RealBuffer> wanted = copyOf(expected);
    for (size_t o = 0; o < entry.outputs.size(); ++o) {
      const std::vector<std::string> &dims = entry.outputs[o].dims;
      if (dims.empty() || call.outputShape(o).front() != int64_t(from.size()) ||
          dims.front() == subject.model.descriptor().sampleDim)
        continue;
      size_t width = wanted[o].size() / from.size();
      for (size_t i = 0; i < wanted[o].size(); ++i)
        wanted[o].set(i, expected[o][from[i / width] * width + i % width]);
    }
    compare(finding, wanted);
  }

private:
  void fill(const Structures &from, const std::vector<int64_t> &samples) {
    const std::optional<Baseline> &baseline = subject.statistics.baseline;
    GraphBatch(call, from, baseline ? &*baseline : nullptr)
        .fill(samples.data(), int64_t(samples.size()));
  }
  // Each atom moved by whole cell vectors; its edges lead through other images.
  Structure inOtherCells(Structure s, Draws &draws) const {
    const Descriptor &d = subject.model.descriptor();
    std::vector<double> none, *positions = &none, *cell = &none;
    for (size_t f = 0; f < d.fields.size(); ++f)
      if (d.fields[f].name == d.neighbours->positions)
        positions = &s.values[f];
      else if (d.fields[f].name == d.neighbours->cell)
        cell = &s.values[f];
    if (cell->size() != 9)
      return s;
    std::vector<std::array<int32_t, 3>> cells(size_t(s.atoms));
    for (size_t a = 0; a < cells.size(); ++a)
      for (size_t k = 0; k < 3; ++k) {
        cells[a][k] = int32_t(std::lround(draws.next()));
        for (size_t x = 0; x < 3; ++x)
          (*positions)[3 * a + x] += cells[a][k] * (*cell)[3 * k + x];
      }
    for (Edge &e : s.edges)
      for (size_t k = 0; k < 3; ++k)
        e.image[k] += cells[size_t(e.source)][k] - cells[size_t(e.destination)][k];
    return s;
  }
  // The axes along x, y, z: a matrix, such as a stress, has two, of dims that have the same labels.
  std::vector<size_t> spaceOf(const Slot &slot) const {
    auto labelsOf = [&](const std::string &name) {
      std::vector<std::string> names;
      if (const Dim *dim = subject.model.descriptor().dim(name))
        for (const Label &label : dim->labels)
          names.push_back(label.name);
      return names;
    };
    std::vector<size_t> axes;
    for (size_t axis = 0; slot.role == "field" && axis < slot.dims.size(); ++axis)
      if (const std::string &dim = slot.dims[axis];
          dim == space || (!labelsOf(dim).empty() && labelsOf(dim) == labelsOf(space)))
        axes.push_back(axis);
    return axes;
  }
  std::vector<int32_t> shuffledAtoms(const StructureInfo &s) const {
    std::vector<int32_t> order(size_t(s.atoms));
    std::iota(order.begin(), order.end(), 0);
    Draws draws(structures.named(s));
    std::vector<double> keys(order.size());
    for (double &key : keys)
      key = draws.next();
    std::sort(order.begin(), order.end(),
              [&](int32_t a, int32_t b) { return keys[size_t(a)] < keys[size_t(b)]; });
    return order;
  }
  static std::vector<RealBuffer> copyOf(const std::vector<RealBuffer> &from) {
    std::vector<RealBuffer> result;
    for (const RealBuffer &x : from) {
      result.emplace_back(x.size(), x.realBytes(), "a result");
      result.back().copyFrom(x);
    }
    return result;
  }
  std::vector<RealBuffer> results() {
    std::vector<RealBuffer> result;
    for (size_t o = 0; o < entry.outputs.size(); ++o) {
      result.emplace_back(call.output(o).size(), call.output(o).realBytes(), "a result");
      result.back().copyFrom(call.output(o));
    }
    return result;
  }
  // Relative to the largest number of a result.
  void compare(Finding &finding, const std::vector<RealBuffer> &wanted) {
    for (size_t o = 0; o < entry.outputs.size(); ++o) {
      double scale = 1e-3, error = 0;
      for (size_t i = 0; i < wanted[o].size(); ++i) {
        scale = std::max(scale, std::abs(wanted[o][i]));
        raise(error, std::abs(call.output(o)[i] - wanted[o][i]));
      }
      finding.note(error / scale, entry.outputs[o].name);
    }
  }

  Subject &subject;
  const EntryInfo &entry;
  Call call;
  const Structures &structures;
  std::string space; // the dim of x, y, z
  std::vector<RealBuffer> expected;
};

} // namespace

void checkSymmetries(Subject &subject) {
  const Descriptor &d = subject.model.descriptor();
  const char *none = "no predict entry takes positions of atoms";
  Finding turned("rotation", 1e-10, none), moved("translation", 1e-10, none),
      renumbered("permutation", 1e-10, none);
  for (const EntryInfo &entry : d.entries) {
    if (!subject.data.structures() || !d.neighbours || entry.predict.empty())
      continue;
    Symmetry symmetry(subject, entry);
    symmetry.turned(turned);
    symmetry.moved(moved);
    symmetry.renumbered(renumbered);
  }
  for (const Finding &finding : {turned, moved, renumbered})
    subject.findings.push_back(finding);
}

} // namespace orrery::runtime
