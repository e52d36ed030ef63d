// Structures laid end to end: sizes, index maps with both of their lists, fields, and the file of a
// prediction.
#include "runtime/atoms/GraphBatch.h"
#include "runtime/atoms/Balance.h"
#include "runtime/core/Error.h"
#include "runtime/io/AtomicFile.h"
#include "runtime/program/StructureFile.h"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <numeric>
#include <unistd.h>

using namespace orrery::runtime;
namespace fs = std::filesystem;

namespace {

struct GraphBatchTest : testing::Test {
  fs::path folder = fs::temp_directory_path() / ("orrery-batch-" + std::to_string(getpid()));
  Model model{linkedModel()}; // its code is not run
  Descriptor d;
  EntryInfo entry{"gradient", "", {}, {}, 2};

  void SetUp() override {
    fs::create_directories(folder);
    d.sampleDim = "frame";
    d.dims = {{"source", 2, {{"a", "a", ""}, {"b", "b", ""}}},
              {"element", 119, {}},
              {"frame", -1, {}, {{"source", "source"}}},
              {"atom", -1, {}, {{"frame", "frame"}}},
              {"edge", -1, {}, {{"src", "atom"}, {"dst", "atom"}}}};
    d.sources = {{"a", "extxyz", (folder / "a.extxyz").string(), "", {}},
                 {"b", "extxyz", (folder / "b.extxyz").string(), "", {}}};
    addField("z", {"atom"}, {-1}, "numbers").index = "element";
    addField("pos", {"atom", "xyz"}, {-1, 3}, "positions");
    addField("cell", {"frame", "abc", "xyz"}, {-1, 3, 3});
    addField("energy", {"frame"}, {-1});
    d.neighbours = NeighbourInfo{"edge", "image", "pos", "cell", "", 1.6, 0};
    d.baseline = BaselineInfo{"energy", "z", true};
    // A chain H-O-H whose ends do not see each other, and a periodic atom with two images of
    // itself.
    writeFile(folder / "a.extxyz", "3\nProperties=species:S:1:pos:R:3 energy=7.5\n"
                                   "H -1 0 0\nO 0 0 0\nH 1.25 0 0\n");
    writeFile(folder / "b.extxyz", "1\nLattice=\"1.5 0 0 0 9 0 0 0 9\" pbc=\"T F F\" "
                                   "Properties=species:S:1:pos:R:3:charge:R:1 energy=-2.0 "
                                   "name=wire\nN 0.1 0.2 0.3 0.5\n");
  }
  void TearDown() override { fs::remove_all(folder); }

  DataField &addField(const char *name, std::vector<std::string> dims, Shape shape,
                      const char *named = "") {
    DataField f;
    f.name = name;
    f.dims = std::move(dims);
    f.shape = std::move(shape);
    f.named = named;
    return d.fields.emplace_back(std::move(f));
  }
  Slot slot(const char *role, const char *name, std::vector<std::string> dims, Shape shape,
            const char *part = "") {
    return {role, name, std::move(dims), std::move(shape), false, part, "f64"};
  }
  void addMap(const char *name, const char *from, const char *to, int64_t places = -1) {
    entry.inputs.push_back(slot("map", name, {from}, {-1}, "index"));
    entry.inputs.push_back(slot("map", name, {to, "ends"}, {places, 2}, "ranges"));
    entry.inputs.push_back(slot("map", name, {from}, {-1}, "order"));
  }
  static std::vector<double> numbers(const RealBuffer &from) {
    std::vector<double> list;
    for (size_t i = 0; i < from.size(); ++i)
      list.push_back(from[i]);
    return list;
  }
  static std::vector<int32_t> indices(Call &call, size_t input) {
    size_t count = 1;
    for (int64_t size : call.shape(input))
      count *= size_t(size);
    return {call.indices(input), call.indices(input) + count};
  }
};

using Numbers = std::vector<double>;
using Indices = std::vector<int32_t>;

TEST_F(GraphBatchTest, FieldsAndSizes) {
  entry.inputs = {slot("field", "pos", {"atom", "xyz"}, {-1, 3}),
                  slot("field", "image", {"edge", "abc"}, {-1, 3}),
                  slot("field", "energy", {"frame"}, {-1}),
                  slot("size", "atom", {}, {}),
                  slot("size", "edge", {}, {}),
                  slot("total", "atom", {}, {}),
                  slot("samples", "", {"frame"}, {-1})};
  Structures all(d, {});
  Baseline baseline{"energy", {Numbers(119, 2), Numbers(119, -10)}};
  Call call(model, entry);
  GraphBatch batch(call, all, &baseline);
  int64_t samples[] = {1, 0, 0};
  batch.begin(samples, 3);
  batch.fill(samples, 2);
  EXPECT_EQ(numbers(call.input(0)), (Numbers{0.1, 0.2, 0.3, -1, 0, 0, 0, 0, 0, 1.25, 0, 0}));
  EXPECT_EQ(numbers(call.input(1)),
            (Numbers{-1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(numbers(call.input(2)), (Numbers{-2 + 10, 7.5 - 3 * 2}));
  EXPECT_EQ(*call.integers(3), 4);
  EXPECT_EQ(*call.integers(4), 6);
  EXPECT_EQ(call.input(5)[0], 7); // of all three
  EXPECT_EQ(call.integers(6)[0], 1);
  EXPECT_EQ(call.integers(6)[1], 0);
}

TEST_F(GraphBatchTest, MapsBothWays) {
  addMap("edge.src", "edge", "atom");
  addMap("edge.dst", "edge", "atom");
  addMap("edge.src.frame", "edge", "frame");
  addMap("atom.frame.source", "atom", "source", 2);
  addMap("z", "atom", "element", 119);
  Structures all(d, {});
  Call call(model, entry);
  GraphBatch batch(call, all, nullptr);
  int64_t samples[] = {0, 1};
  batch.fill(samples, 2);
  // Edges stand by destination, then source: of H, both of O, of H, and the two of N.
  EXPECT_EQ(indices(call, 0), (Indices{1, 0, 2, 1, 3, 3}));
  EXPECT_EQ(indices(call, 1), (Indices{0, 1, 1, 3, 3, 4, 4, 6}));
  EXPECT_EQ(indices(call, 2), (Indices{1, 0, 3, 2, 4, 5}));
  EXPECT_EQ(indices(call, 3), (Indices{0, 1, 1, 2, 3, 3}));
  EXPECT_EQ(indices(call, 4), (Indices{0, 1, 1, 3, 3, 4, 4, 6}));
  EXPECT_EQ(indices(call, 5), (Indices{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(indices(call, 6), (Indices{0, 0, 0, 0, 1, 1}));
  EXPECT_EQ(indices(call, 7), (Indices{0, 4, 4, 6}));
  EXPECT_EQ(indices(call, 9), (Indices{0, 0, 0, 1}));
  EXPECT_EQ(indices(call, 12), (Indices{1, 8, 1, 7}));
  Indices places = indices(call, 13), order = indices(call, 14);
  ASSERT_EQ(places.size(), 2 * 119u);
  EXPECT_EQ(Indices(places.begin() + 2, places.begin() + 4), (Indices{0, 2}));         // of H
  EXPECT_EQ(Indices(places.begin() + 14, places.begin() + 18), (Indices{2, 3, 3, 4})); // of N, O
  EXPECT_EQ(order, (Indices{0, 2, 3, 1}));
}

TEST_F(GraphBatchTest, MapsThatAreTakenAsSorted) {
  entry.inputs = {slot("map", "edge.src", {"atom", "ends"}, {-1, 2}, "ranges")};
  Structures all(d, {});
  Call call(model, entry);
  GraphBatch batch(call, all, nullptr);
  int64_t samples[] = {0};
  try {
    batch.fill(samples, 1);
    FAIL();
  } catch (const Error &error) {
    EXPECT_EQ(std::string(error.what()),
              "input 'edge.src' is not sorted, but the program takes it as if it were: a fault of "
              "the compiler that made this program");
  }
}

TEST_F(GraphBatchTest, PredictionsAreWrittenIntoTheirFrames) {
  entry.outputs = {slot("field", "energy", {"frame"}, {-1}),
                   slot("field", "forces", {"atom", "xyz"}, {-1, 3})};
  Structures all(d, {});
  Statistics statistics;
  statistics.baseline = Baseline{"energy", {Numbers(119, 2), Numbers(119, -10)}};
  Call call(model, entry);
  GraphBatch batch(call, all, &*statistics.baseline);
  int64_t samples[] = {0, 1};
  batch.fill(samples, 2);
  RealBuffer &energy = const_cast<RealBuffer &>(call.output(0)),
             &forces = const_cast<RealBuffer &>(call.output(1));
  energy.set(0, 1.5);
  energy.set(1, 2.5);
  for (size_t i = 0; i < forces.size(); ++i)
    forces.set(i, double(i));
  StructureFile file(folder / "out.extxyz", all, entry, statistics);
  file.write(call, 0, 0, 0);
  file.write(call, 1, 1, 1);
  EXPECT_FALSE(fs::exists(folder / "out.extxyz"));
  file.commit();
  EXPECT_EQ(readFile(folder / "out.extxyz"),
            "3\nProperties=species:S:1:pos:R:3:forces:R:3 energy=7.5 pbc=\"F F F\"\n"
            "H -1.0 0.0 0.0 0.0 1.0 2.0\nO 0.0 0.0 0.0 3.0 4.0 5.0\nH 1.25 0.0 0.0 6.0 7.0 8.0\n"
            "1\nLattice=\"1.5 0.0 0.0 0.0 9.0 0.0 0.0 0.0 9.0\" "
            "Properties=species:S:1:pos:R:3:charge:R:1:forces:R:3 energy=-7.5 name=wire "
            "pbc=\"T F F\"\nN 0.1 0.2 0.3 0.5 9.0 10.0 11.0\n");
}

TEST_F(GraphBatchTest, RanksGetEvenShares) {
  std::string chains;
  for (int i = 0; i < 16; ++i) { // of 1, 8, 15, 6, ... atoms
    int atoms = i * 7 % 16 + 1;
    chains += std::to_string(atoms) + "\nProperties=species:S:1:pos:R:3 energy=1.0\n";
    for (int a = 0; a < atoms; ++a)
      chains += "H " + std::to_string(a) + " 0 0\n";
  }
  writeFile(folder / "a.extxyz", chains);
  Structures all(d, {});
  std::vector<int64_t> given(16), sorted;
  std::iota(given.begin(), given.end(), 0);
  std::vector<int64_t> order = balanced(all, given);
  sorted = order;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, given);
  EXPECT_EQ(order, balanced(all, given));
  // The costliest part of 2, 4 and 8, in shares of the whole.
  for (size_t parts : {2u, 4u, 8u}) {
    int64_t most = 0, whole = 0;
    for (size_t p = 0; p < parts; ++p) {
      int64_t cost = 0;
      for (size_t i = p * 16 / parts; i < (p + 1) * 16 / parts; ++i)
        cost += costOf(all[order[i]]);
      most = std::max(most, cost);
      whole += cost;
    }
    EXPECT_LT(double(most) * double(parts) / double(whole), 1.1) << parts << " parts";
  }
}

} // namespace
