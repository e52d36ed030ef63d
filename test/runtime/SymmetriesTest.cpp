// The checks of `diagnose` on structures: which of them a potential fails that tells atoms apart by
// their numbers. The language has no way to write one, so it is written here by hand.
#include "runtime/io/Dataset.h"
#include "runtime/program/Batch.h"
#include "runtime/program/Diagnose.h"
#include "runtime/program/Train.h"

#include <gtest/gtest.h>

using namespace orrery::runtime;

namespace {

enum class Fault { None, Energy, Pull } fault;

// args: pos, atom.frame, atoms, frames -> energy: the sum of squared distances, pull: that towards
// the other atoms of the structure. Of the first atom of all, a fault makes more.
void potential(orrery_context *, void *, void **args) {
  auto *pos = static_cast<double *>(args[0]), *energy = static_cast<double *>(args[4]),
       *pull = static_cast<double *>(args[5]);
  auto *frame = static_cast<int32_t *>(args[1]);
  int64_t atoms = *static_cast<int64_t *>(args[2]), frames = *static_cast<int64_t *>(args[3]);
  std::fill(energy, energy + frames, 0);
  std::fill(pull, pull + 3 * atoms, 0);
  for (int64_t i = 0; i < atoms; ++i)
    for (int64_t j = 0; j < atoms; ++j)
      for (int k = 0; frame[i] == frame[j] && k < 3; ++k) {
        double d = pos[3 * j + k] - pos[3 * i + k];
        energy[frame[i]] += d * d * (fault == Fault::Energy && i == 0 ? 1.1 : 1);
        pull[3 * i + k] += d * (fault == Fault::Pull && i == 0 ? 1.1 : 1);
      }
}

constexpr orrery_entry entries[] = {
    {"predict_potential", potential, 0, 0, 0, 0, nullptr},
};

constexpr char descriptor[] = R"({
  "version": 1, "model": "Distances",
  "dims": [
    { "name": "frame", "size": null }, { "name": "xyz", "size": 3 },
    { "name": "atom", "size": null, "maps": [ { "name": "frame", "to": "frame" } ] },
    { "name": "edge", "size": null, "maps": [ { "name": "src", "to": "atom" }, { "name": "dst", "to": "atom" } ] } ],
  "data": {
    "name": "d", "sample_dim": "frame",
    "sources": [ { "name": "a", "reader": { "kind": "extxyz", "path": "a.extxyz" } } ],
    "fields": [ { "name": "pos", "dims": ["atom", "xyz"], "shape": [null, 3], "named": "positions" } ],
    "neighbors": { "edge": "edge", "image": "image", "positions": "pos", "within": 2 } },
  "entries": [ { "name": "predict_potential", "predict": "potential", "batch": 2,
    "inputs": [
      { "role": "field", "name": "pos", "dims": ["atom", "xyz"], "shape": [null, 3] },
      { "role": "map", "name": "atom.frame", "part": "index", "dims": ["atom"], "shape": [null], "type": "i32" },
      { "role": "size", "name": "atom" }, { "role": "size", "name": "frame" } ],
    "outputs": [
      { "role": "field", "name": "energy", "dims": ["frame"], "shape": [null] },
      { "role": "field", "name": "pull", "dims": ["atom", "xyz"], "shape": [null, 3] } ] } ]
})";

// The checks that fail, with the result that they name.
std::string failed(Fault which) {
  fault = which;
  XyzReader reader("frames", "3\nProperties=species:S:1:pos:R:3\nO 0 0.1 0\nH 0.9 0.2 0.1\n"
                             "H -0.3 0.8 -0.2\n4\nProperties=species:S:1:pos:R:3\nC 0.1 0 0\n"
                             "O 1 0.2 0.3\nN -0.4 0.9 0.1\nH 0.2 -0.8 0.7\n");
  std::vector<XyzFrame> frames(2);
  EXPECT_TRUE(reader.next(frames[0]) && reader.next(frames[1]));
  Model model({descriptor, 8, entries});
  Options options;
  options.frames["a"] = frames;
  Dataset data(model.descriptor(), datasetOptions(model, options));
  data.makeSplits();
  data.load();
  RealBuffer weights = model.flat("no weights");
  Statistics statistics;
  Subject subject{model, options, data, statistics, weights, {0, 1}, 0};
  model.allocateArena();
  checkSymmetries(subject);
  std::string result;
  for (const Finding &finding : subject.findings) {
    EXPECT_EQ(finding.cases, 2) << finding.check;
    if (!finding.holds())
      result += finding.check + " of " + finding.where;
  }
  return result;
}

} // namespace

TEST(Symmetries, HoldWhereNumbersAreOnlyNames) { EXPECT_EQ(failed(Fault::None), ""); }

TEST(Symmetries, PermutationFailsWhereAnAtomIsToldByItsNumber) {
  EXPECT_EQ(failed(Fault::Energy), "permutation of energy");
  EXPECT_EQ(failed(Fault::Pull), "permutation of pull");
}
