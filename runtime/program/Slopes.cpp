// The checks of `diagnose` that compare derivatives with central differences.
#include "runtime/program/Diagnose.h"
#include "runtime/program/Step.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <limits>

namespace orrery::runtime {

namespace {

// A direction of length 1 in a part of a vector.
class Direction {
public:
  Direction(const std::string &name, size_t count) : values(count) {
    Draws draws(name);
    double square = 0;
    for (double &x : values) {
      x = draws.next();
      square += x * x;
    }
    for (double &x : values)
      x /= std::sqrt(square);
  }
  double dot(const RealBuffer &with, size_t offset = 0) const {
    double sum = 0;
    for (size_t i = 0; i < values.size(); ++i)
      sum += with[offset + i] * values[i];
    return sum;
  }
  // `to` = `from` + `step` times the direction.
  void move(RealBuffer &to, const RealBuffer &from, double step, size_t offset = 0) const {
    for (size_t i = 0; i < values.size(); ++i)
      to.set(offset + i, from[offset + i] + step * values[i]);
  }

private:
  std::vector<double> values;
};

// Root of the mean square.
double sizeOf(const RealBuffer &x, size_t offset, size_t count) {
  double square = 0;
  for (size_t i = 0; i < count; ++i)
    square += x[offset + i] * x[offset + i];
  return std::sqrt(square / double(std::max<size_t>(1, count)));
}

// How far the slope of `value` is from what it should be, with the step that agrees best: a long
// one meets curvature and the kinks of |x|, a short one rounding. What the rounding of the values
// alone makes of their difference is no error: a slope may be as small.
double leastError(double slope, const std::function<double(double)> &value) {
  double least = std::numeric_limits<double>::infinity();
  for (double step : {1e-4, 1e-5, 1e-6}) {
    constexpr double rounding = 8 * std::numeric_limits<double>::epsilon();
    double above = value(step), below = value(-step);
    double left = rounding * std::max(std::abs(above), std::abs(below)) / (2 * step);
    double error = std::abs((above - below) / (2 * step) - slope);
    if (std::isnan(error))
      return error;
    least = std::min(least, std::max(0.0, error - left));
  }
  return least;
}

double ratio(double error, double scale) { return error == 0 ? 0 : error / scale; }

} // namespace

void checkGradients(Subject &subject) {
  const Descriptor &d = subject.model.descriptor();
  Finding finding("gradients", 1e-5, "there is no loss");
  if (!d.entry("gradient")) {
    subject.findings.push_back(finding);
    return;
  }
  std::unique_ptr<World> alone = World::alone();
  Step step(subject.model, *alone, {});
  Call &call = step.call();
  Batcher batcher(call, subject.data, subject.statistics);
  RealBuffer weights = subject.model.flat("the weights");
  weights.copyFrom(subject.weights);
  call.bind("parameter", weights);
  call.set("seed", subject.seed);
  call.set("step", 0);
  Batch batch = inParts(d, subject.data, subject.samples);
  auto loss = [&] {
    batcher.begin(batch);
    step.run([&](Part part) { batcher.fill(batch, part); });
    return step.loss();
  };
  loss();
  RealBuffer gradients = subject.model.flat("the gradients");
  gradients.copyFrom(step.gradients());
  double largest = 0;
  for (const Parameter &p : d.parameters)
    largest = std::max(largest, sizeOf(gradients, p.offset, p.count()));
  // A gradient that is zero in theory is noise, hence the thousandth.
  for (const Parameter &p : d.parameters) {
    double size = sizeOf(gradients, p.offset, p.count());
    if (size == 0)
      subject.dead.push_back(p.name);
    for (int turn = 0; turn < 2; ++turn) {
      Direction way(fmt::format("{} {}", p.name, turn), p.count());
      double error = leastError(way.dot(gradients, p.offset), [&](double by) {
        way.move(weights, subject.weights, by, p.offset);
        return loss();
      });
      way.move(weights, subject.weights, 0, p.offset);
      finding.note(ratio(error, std::max(size, 1e-3 * largest)), p.name);
    }
  }
  subject.findings.push_back(finding);
}

// With f the results of a prediction, J its derivative and w an array of weights: <w, f(x + h v)>
// changes by h <w, J v>, and the program computes J'w.
void checkAdjoints(Subject &subject) {
  const Descriptor &d = subject.model.descriptor();
  Finding finding("adjoint", 1e-6, "there is no predict entry");
  for (const EntryInfo &entry : d.entries) {
    if (entry.name.rfind("adjoint_", 0) != 0)
      continue;
    Call call(subject.model, entry);
    RealBuffer weights = subject.model.flat("the weights"),
               slopes = subject.model.flat("the slopes");
    weights.copyFrom(subject.weights);
    call.bind("parameter", weights);
    call.bind("gradient", slopes, true);
    call.set("seed", subject.seed);
    Batcher batcher(call, subject.data, subject.statistics);
    batcher.fill(subject.samples.data(),
                 batcher.takesFewer() ? int64_t(subject.samples.size()) : batcher.size());
    Draws draws(entry.name);
    for (size_t i = 0; i < entry.inputs.size(); ++i)
      for (size_t k = 0; entry.inputs[i].role == "weights" && k < call.input(i).size(); ++k)
        call.input(i).set(k, draws.next());
    call.run();
    auto product = [&] {
      call.run();
      return call.scalar("product");
    };
    auto check = [&](const std::string &what, const RealBuffer &slope, RealBuffer &x) {
      RealBuffer there(slope.size(), slope.realBytes(), "slopes"),
          before(x.size(), x.realBytes(), "an input");
      there.copyFrom(slope);
      before.copyFrom(x);
      Direction way(entry.name + what, x.size());
      double error = leastError(way.dot(there), [&](double by) {
        way.move(x, before, by);
        return product();
      });
      x.copyFrom(before);
      double size = sizeOf(there, 0, there.size());
      if (size > 0 || error > 0)
        finding.note(ratio(error, size), entry.name.substr(8) + " by " + what);
    };
    check("the parameters", slopes, weights);
    for (size_t i = 0; i < entry.inputs.size(); ++i)
      if (const Slot &slot = entry.inputs[i]; slot.role == "field")
        for (size_t o = 0; o < entry.outputs.size(); ++o)
          if (entry.outputs[o].role == "slope" && entry.outputs[o].name == slot.name) {
            call.run();
            check(slot.name, call.output(o), call.input(i));
          }
  }
  subject.findings.push_back(finding);
}

static size_t indexOf(const std::vector<Slot> &slots, const std::string &role,
                      const std::string &name) {
  size_t i = 0;
  while (i < slots.size() && (slots[i].role != role || slots[i].name != name))
    ++i;
  return i;
}

void checkForces(Subject &subject) {
  const Descriptor &d = subject.model.descriptor();
  Finding finding("forces", 1e-6, "no predict entry returns energy and forces of structures");
  const Structures *structures = subject.data.structures();
  for (const EntryInfo &entry : d.entries) {
    size_t e = indexOf(entry.outputs, "field", "energy"),
           f = indexOf(entry.outputs, "field", "forces");
    if (!structures || !d.neighbours || entry.predict.empty() || e == entry.outputs.size() ||
        f == entry.outputs.size())
      continue;
    size_t x = indexOf(entry.inputs, "field", d.neighbours->positions);
    Call call(subject.model, entry);
    call.bind("parameter", subject.weights);
    Batcher batcher(call, subject.data, subject.statistics);
    batcher.fill(subject.samples.data(), int64_t(subject.samples.size()));
    call.run();
    RealBuffer &positions = call.input(x);
    RealBuffer before(positions.size(), positions.realBytes(), "positions"),
        forces(positions.size(), positions.realBytes(), "forces");
    before.copyFrom(positions);
    forces.copyFrom(call.output(f));
    double largest = sizeOf(forces, 0, forces.size());
    for (int turn = 0; turn < 3; ++turn) {
      Draws draws(fmt::format("forces {}", turn));
      std::vector<double> way(before.size()), least(subject.samples.size(), 1e300);
      for (double &v : way)
        v = draws.next();
      auto energies = [&](double by) {
        for (size_t i = 0; i < way.size(); ++i)
          positions.set(i, before[i] + by * way[i]);
        call.run();
        std::vector<double> result;
        for (size_t k = 0; k < call.output(e).size(); ++k)
          result.push_back(call.output(e)[k]);
        return result;
      };
      for (double by : {1e-3, 1e-4, 1e-5}) {
        std::vector<double> up = energies(by), down = energies(-by);
        size_t at = 0;
        for (size_t k = 0; k < up.size(); ++k) {
          double slope = 0;
          for (size_t end = at + 3 * size_t((*structures)[subject.samples[k]].atoms); at < end;
               ++at)
            slope -= forces[at] * way[at];
          least[k] = std::min(least[k], std::abs((up[k] - down[k]) / (2 * by) - slope));
        }
      }
      size_t at = 0;
      for (size_t k = 0; k < least.size(); ++k) {
        const StructureInfo &s = (*structures)[subject.samples[k]];
        double size = std::max(sizeOf(forces, at, 3 * size_t(s.atoms)), 1e-3 * largest);
        at += 3 * size_t(s.atoms);
        finding.note(ratio(least[k], size), structures->named(s));
      }
    }
    for (size_t i = 0; i < before.size(); ++i)
      positions.set(i, before[i]);
  }
  subject.findings.push_back(finding);
}

} // namespace orrery::runtime
