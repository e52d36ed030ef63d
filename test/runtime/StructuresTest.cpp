// Structures of several sources: units, splits, reference energies, and every fault that a file can
// have, said where it is.
#include "runtime/atoms/Baseline.h"
#include "runtime/core/Error.h"
#include "runtime/io/AtomicFile.h"
#include "runtime/io/Dataset.h"
#include "runtime/program/Statistics.h"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

using namespace orrery::runtime;
namespace fs = std::filesystem;

namespace {

DataField field(const char *name, std::vector<std::string> dims, Shape shape, const char *unit,
                const char *named = "") {
  DataField f;
  f.name = name;
  f.dims = std::move(dims);
  f.shape = std::move(shape);
  f.unit = unit;
  f.named = named;
  f.location = std::string("m.orr:1");
  return f;
}

struct StructuresTest : testing::Test {
  fs::path folder = fs::temp_directory_path() / ("orrery-structures-" + std::to_string(getpid()));
  Descriptor d;

  void SetUp() override {
    fs::create_directories(folder);
    d.sampleDim = "frame";
    d.dims = {{"source", 2, {{"a", "a", ""}, {"b", "b", ""}}},
              {"element", 119, {}},
              {"frame", -1, {}},
              {"atom", -1, {}}};
    d.sources = {{"a", "extxyz", (folder / "a.extxyz").string(), "m.orr:2", {}},
                 {"b",
                  "extxyz",
                  (folder / "b.extxyz").string(),
                  "m.orr:3",
                  {{"energy", "hartree"}, {"length", "bohr"}}}};
    DataField z = field("z", {"atom"}, {-1}, "", "numbers");
    z.index = "element";
    d.fields = {z, field("pos", {"atom", "xyz"}, {-1, 3}, "angstrom", "positions"),
                field("cell", {"frame", "abc", "xyz"}, {-1, 3, 3}, "angstrom"),
                field("energy", {"frame"}, {-1}, "eV"),
                field("forces", {"atom", "xyz"}, {-1, 3}, "eV/angstrom")};
    d.neighbours = NeighbourInfo{"edge", "image", "pos", "cell", "m.orr:9", 5.0, 0};
    d.baseline = BaselineInfo{"energy", "z", true};
    d.split = Split{"frame", "random", "m.orr:4", {}, {{"train", 0.9}, {"valid", 0.1}}, 1};
    write("a", dimer("1.0"));
    write("b", dimer("2.0"));
  }
  void TearDown() override { fs::remove_all(folder); }

  void write(const std::string &name, const std::string &text) {
    writeFile(folder / (name + ".extxyz"), text);
  }
  static std::string dimer(const std::string &energy) {
    return "2\nProperties=species:S:1:pos:R:3:forces:R:3 energy=" + energy +
           "\nH 0 0 0 1 0 0\nO 1 0 0 -1 0 0\n";
  }
  // "place: message [code]" of the refusal; "" if the files are taken.
  std::string refusal(const std::string &text) {
    write("a", text);
    try {
      Structures all(d, {});
    } catch (const Error &error) {
      EXPECT_EQ(error.exit, ExitData);
      return fs::path(error.place).filename().string() + ": " + error.what() + " [" + error.code +
             "]";
    }
    return "";
  }
};

TEST_F(StructuresTest, UnitsOfEachSource) {
  Structures all(d, {});
  ASSERT_EQ(all.count(), 2);
  EXPECT_EQ(all.get(0)->values[1][3], 1);
  EXPECT_NEAR(all.get(1)->values[1][3], 0.529177210903, 1e-12);
  EXPECT_EQ(all.get(0)->values[3][0], 1);
  EXPECT_NEAR(all.get(1)->values[3][0], 2 * 27.211386245988, 1e-9);
  EXPECT_NEAR(all.get(1)->values[4][0], 27.211386245988 / 0.529177210903, 1e-8);
  EXPECT_EQ(all.get(0)->indices[0], (std::vector<int32_t>{1, 8}));
  EXPECT_EQ(all.get(0)->edges.size(), 2u);
}

TEST_F(StructuresTest, SymbolsInAnyCase) {
  write("a",
        "2\nProperties=species:S:1:pos:R:3:forces:R:3 energy=1.0\nCL 0 0 0 0 0 0\nh 0 0 1 0 0 0\n");
  EXPECT_EQ(Structures(d, {}).get(0)->indices[0], (std::vector<int32_t>{17, 1}));
}

TEST_F(StructuresTest, EverySourceIsSplit) {
  std::string many;
  for (int i = 0; i < 20; ++i)
    many += dimer(std::to_string(i) + ".0");
  write("a", many);
  write("b", many + many);
  Dataset data(d, {}), again(d, {});
  data.makeSplits();
  again.makeSplits();
  EXPECT_EQ(data.part("train").size(), 54u);
  const std::vector<int64_t> &valid = data.part("valid");
  EXPECT_EQ(valid.size(), 6u);
  int64_t fromA = std::count_if(valid.begin(), valid.end(),
                                [&](int64_t i) { return (*data.structures())[i].source == 0; });
  EXPECT_EQ(fromA, 2);
  EXPECT_EQ(valid, again.part("valid"));
}

TEST_F(StructuresTest, BaselineFindsElementEnergies) {
  auto atoms = [](int h, int o) {
    std::string text = std::to_string(h + o) +
                       "\nProperties=species:S:1:pos:R:3:forces:R:3 energy=" +
                       std::to_string(-13.5 * h - 432.25 * o) + "\n";
    for (int i = 0; i < h + o; ++i)
      text += std::string(i < h ? "H " : "O ") + std::to_string(2 * i) + " 0 0 0 0 0\n";
    return text;
  };
  write("a", atoms(2, 1) + atoms(1, 1) + atoms(4, 2));
  Structures all(d, {});
  Baseline fit = fitBaseline(d, all, {0, 1, 2, 3});
  EXPECT_NEAR(fit.table[0][1], -13.5, 1e-6);
  EXPECT_NEAR(fit.table[0][8], -432.25, 1e-6);
  EXPECT_EQ(fit.table[0][7], 0);
  EXPECT_NEAR(fit.of(d, *all.get(2)), 4 * -13.5 + 2 * -432.25, 1e-6);
  // In source b the two are told apart by nothing: they share alike.
  EXPECT_NEAR(fit.table[1][1], fit.table[1][8], 1e-9);
}

// What a checkpoint says of them is looked up by source and element.
TEST_F(StructuresTest, BaselineOfAnotherShape) {
  auto refused = [&](Baseline baseline) {
    Statistics stored;
    stored.baseline = std::move(baseline);
    try {
      Statistics::fromJson(d, stored.toJson());
    } catch (const std::runtime_error &error) {
      return std::string(error.what());
    }
    return std::string();
  };
  std::vector<double> row(119);
  EXPECT_EQ(refused({"energy", {row, row}}), "");
  EXPECT_EQ(refused({"energy", {row}}), "it has reference energies of 1 sources; the model has 2");
  EXPECT_EQ(refused({"energy", {row, {1, 2}}}),
            "it has 2 reference energies of a source; the model has 119");
  EXPECT_EQ(refused({"forces", {row, row}}),
            "its reference energies are of field 'forces', the model's of 'energy'");
}

TEST_F(StructuresTest, FaultsAreLocated) {
  const std::string columns = "Properties=species:S:1:pos:R:3:forces:R:3 energy=1.0";
  EXPECT_EQ(refusal("0\n" + columns + "\n"), "a.extxyz:1: frame 1: there are no atoms [E0513]");
  EXPECT_EQ(refusal(dimer("1.0") + "1\n" + columns + " pbc=\"T T T\"\nH 0 0 0 0 0 0\n"),
            "a.extxyz:6: frame 2: it is periodic (pbc), but has no cell [E0513]");
  EXPECT_EQ(refusal("2\n" + columns + "\nH 0 0 0 0 0 0\nH 0 0 0 0 0 0\n"),
            "a.extxyz:1: frame 1: atoms 1 and 2 are in one place: an edge of length 0 [E0513]");
  EXPECT_EQ(refusal("2\n" + columns + "\nH 0 0 0 0 0 0\nQq 0 0 1 0 0 0\n"),
            "a.extxyz:4: frame 1: atom 2 is 'Qq', which is no element of the model [E0513]");
  EXPECT_EQ(refusal("2\n" + columns + "\nH 0 0 0 0 0 0\nH 0 0 1 0 0\n"),
            "a.extxyz:4: frame 1: atom 2 has 6 values, but 7 are promised [E0510]");
  EXPECT_EQ(refusal("1\n" + columns + "\nH 0 0 nan 0 0 0\n"),
            "a.extxyz:3: frame 1: 'pos' is not finite [E0505]");
  EXPECT_EQ(refusal(dimer("1.0") + "1\nenergy=1.0\nH 0 0 0\n" + "1\nenergy=1.0\nH 0 0 0\n"),
            "a.extxyz: source 'a' has no forces in 2 of 3 frames (first: frame 2, line 5) [E0507]");
  EXPECT_EQ(refusal("1\nProperties=species:S:1:pos:R:3:forces:R:2 energy=1.0\nH 0 0 0 0 0\n"),
            "a.extxyz:2: frame 1: column 'forces' has 2 numbers an atom, field 'forces' 3 [E0513]");
  std::string many = "100\n" + columns + "\n"; // sorted in memory, and called as in the file
  for (int i = 0; i < 100; ++i)
    many += "H " + std::to_string(i == 70 ? 3 * 10 : 3 * (99 - i)) + " 0 0 0 0 0\n";
  EXPECT_EQ(refusal(many),
            "a.extxyz:1: frame 1: atoms 71 and 90 are in one place: an edge of length 0 [E0513]");
  d.atomBudget = 1;
  EXPECT_EQ(refusal(dimer("1.0")),
            "a.extxyz:1: frame 1 has 2 atoms; a batch has room for 1 [E0512]");
  d.atomBudget = 0;
  d.edgeBudget = 1;
  EXPECT_EQ(refusal(dimer("1.0")), "a.extxyz:1: frame 1: there are more than 1 edges [E0512]");
}

// Several frames are looked at together, and read one after another.
TEST_F(StructuresTest, TheFirstFaultIsTold) {
  const std::string columns = "Properties=species:S:1:pos:R:3:forces:R:3 energy=1.0";
  std::string far = "2\n" + columns + "\nH 0 0 0 0 0 0\nH 0 0 2e9 0 0 0\n",
              cut = "2\n" + columns + "\nH 0 0 0 0 0 0\n",
              odd = "1\n" + columns + "\nQq 0 0 0 0 0 0\n";
  EXPECT_EQ(refusal(dimer("1.0") + far + odd + cut),
            "a.extxyz:5: frame 2: atom 2 lies very far from the cell [E0513]");
  EXPECT_EQ(refusal(dimer("1.0") + odd + far + cut),
            "a.extxyz:7: frame 2: atom 1 is 'Qq', which is no element of the model [E0513]");
  EXPECT_EQ(refusal(dimer("1.0") + cut + odd),
            "a.extxyz:8: frame 2: atom 2 has 1 values, but 7 are promised [E0510]");
}

// What there is no memory for is the same when it is read again, until its file changes.
TEST_F(StructuresTest, HeldOrReadAgain) {
  std::string many;
  for (int frame = 0; frame < 5; ++frame) {
    int atoms = frame % 2 ? 2 : 90; // more than 64 are put into another order
    many += "\n" + std::to_string(atoms) +
            "\nProperties=species:S:1:pos:R:3:forces:R:3 energy=" + std::to_string(frame) + "\n";
    for (int a = 0; a < atoms; ++a)
      many += (a % 3 ? "H " : "O ") + std::to_string(a * 37 % 90) + " " + std::to_string(frame) +
              " 0 0 0 " + std::to_string(a) + "\n";
  }
  write("b", many);
  d.neighbours->cap = 4;
  StructureOptions little;
  little.memoryBudget = 1;
  Structures held(d, {}), readAgain(d, little);
  ASSERT_EQ(held.count(), 6);
  ASSERT_EQ(readAgain.count(), 6);
  EXPECT_EQ(held.table(), readAgain.table());
  EXPECT_EQ(held.warnings(), readAgain.warnings());
  std::vector<int64_t> samples = {5, 0, 3, 1, 2, 4};
  std::vector<StructurePointer> together = readAgain.get(samples);
  for (size_t k = 0; k < samples.size(); ++k) {
    int64_t i = samples[k];
    StructurePointer a = held.get(i), bare = readAgain.get(i, false);
    EXPECT_EQ(a, held.get(i));
    EXPECT_NE(readAgain.get(i), readAgain.get(i));
    for (const StructurePointer &b : {readAgain.get(i), together[k], bare}) {
      EXPECT_EQ(b->values, a->values);
      EXPECT_EQ(b->indices, a->indices);
      EXPECT_EQ(b->order, a->order);
      EXPECT_EQ(b->edgeCount, a->edgeCount);
      EXPECT_EQ(readAgain.named(*b), held.named(*a));
    }
    EXPECT_EQ(readAgain.get(i)->edges, a->edges);
    EXPECT_EQ(int64_t(a->edges.size()), held[i].edgeCount);
    EXPECT_EQ(readAgain[i].edgeCount, held[i].edgeCount);
    EXPECT_EQ(readAgain[i].capped, held[i].capped);
    EXPECT_EQ(a->order.empty(), i % 2 == 0 || i == 0);
  }
  EXPECT_GT(held[1].capped, 0);
  EXPECT_EQ(fitBaseline(d, readAgain, samples).table, fitBaseline(d, held, samples).table);
  write("b", many.replace(many.find("energy=3"), 8, "energy=7"));
  EXPECT_EQ(held.get(4)->values[3], held.get(4)->values[3]);
  EXPECT_THROW(readAgain.get(4), Error);
  EXPECT_THROW(readAgain.get(samples), Error);
  EXPECT_THROW(held.frameOf(4), Error);
  EXPECT_NO_THROW(readAgain.get(0));
}

// The first ones, as long as there is room.
TEST_F(StructuresTest, AsManyAreHeldAsFit) {
  write("a", dimer("1.0") + dimer("2.0") + dimer("3.0"));
  StructureOptions some;
  some.memoryBudget = 1500;
  Structures all(d, some);
  EXPECT_EQ(all.get(0), all.get(0));
  EXPECT_NE(all.get(3), all.get(3));
  std::vector<int64_t> samples = {3, 0, 2};
  std::vector<StructurePointer> together = all.get(samples);
  for (size_t k = 0; k < samples.size(); ++k)
    EXPECT_EQ(together[k]->values, all.get(samples[k])->values);
}

TEST_F(StructuresTest, UnitsThatDoNotConvert) {
  d.sources[0].units["energy"] = "kcal/mol";
  try {
    Structures all(d, {});
    FAIL();
  } catch (const Error &error) {
    EXPECT_EQ(error.code, "E0504");
    EXPECT_EQ(std::string(error.what()), "'energy' is in \"kcal/mol\" in source 'a', \"eV\" in the "
                                         "model; these do not convert");
  }
}

TEST_F(StructuresTest, ElementsNeverSeenAreWarnedOf) {
  Structures trained(d, {});
  Baseline fit = fitBaseline(d, trained, {0, 1});
  EXPECT_TRUE(warningsOf(trained, fit).empty());
  write("a", dimer("1.0") + "2\nProperties=species:S:1:pos:R:3:forces:R:3 energy=1.0\nU 0 0 0 1 0 "
                            "0\nU 1 0 0 -1 0 0\n");
  std::vector<std::string> warned = warningsOf(Structures(d, {}), fit);
  ASSERT_EQ(warned.size(), 1u);
  EXPECT_EQ(warned[0].find("no structure that source 'a' was trained on has U (first: frame 2, "),
            0u);
  EXPECT_TRUE(warningsOf(Structures(d, {}), {}).empty());
}

TEST_F(StructuresTest, IsolatedAtomsAreWarnedOf) {
  write("a", "1\nProperties=species:S:1:pos:R:3:forces:R:3 energy=1.0\nH 0 0 0 0 0 0\n");
  Structures all(d, {});
  ASSERT_EQ(all.warnings().size(), 1u);
  EXPECT_EQ(all.warnings()[0].find("1 atoms have no neighbour within the cut-off (first: atom 1 of "
                                   "frame 1, "),
            0u);
}

} // namespace
