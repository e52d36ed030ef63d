// Batches filled up to a budget: what is in them, how they are dealt out, and the steps of epochs
// that differ in length.
#include "runtime/program/Schedule.h"
#include "runtime/atoms/Balance.h"
#include "runtime/io/AtomicFile.h"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <numbers>
#include <numeric>
#include <unistd.h>

using namespace orrery::runtime;
namespace fs = std::filesystem;

namespace {

using Ends = std::vector<size_t>;

struct ScheduleTest : testing::Test {
  fs::path folder = fs::temp_directory_path() / ("orrery-schedule-" + std::to_string(getpid()));
  Descriptor d;

  void SetUp() override {
    fs::create_directories(folder);
    d.sampleDim = "frame";
    d.dims = {{"frame", -1, {}, {}},
              {"atom", -1, {}, {{"frame", "frame"}}},
              {"edge", -1, {}, {{"src", "atom"}, {"dst", "atom"}}}};
    d.sources = {{"a", "extxyz", (folder / "a.extxyz").string(), "", {}}};
    DataField pos, cell;
    pos.name = "pos";
    pos.dims = {"atom", "xyz"};
    pos.shape = {-1, 3};
    pos.named = "positions";
    cell.name = "cell";
    cell.dims = {"frame", "abc", "xyz"};
    cell.shape = {-1, 3, 3};
    d.fields = {pos, cell};
    d.neighbours = NeighbourInfo{"edge", "image", "pos", "cell", "", 1.6, 0};
    d.train.present = true;
    d.train.batch = d.train.micro = 0;
    d.train.parts = 4;
  }
  void TearDown() override { fs::remove_all(folder); }

  // Chains of so many atoms; one of n has 2 (n - 1) edges.
  void write(const std::vector<int> &sizes) {
    std::string text;
    for (int atoms : sizes) {
      text += std::to_string(atoms) + "\nProperties=species:S:1:pos:R:3\n";
      for (int a = 0; a < atoms; ++a)
        text += "H " + std::to_string(a) + " 0 0\n";
    }
    writeFile(folder / "a.extxyz", text);
  }
  std::vector<int64_t> numbers(int64_t n) {
    std::vector<int64_t> result(static_cast<size_t>(n));
    std::iota(result.begin(), result.end(), 0);
    return result;
  }
  Ends packedUpTo(int64_t atoms, int64_t edges, int64_t most, const std::vector<int> &sizes) {
    d.atomBudget = d.edgeBudget = 0; // what is too large for a batch is refused when it is read
    write(sizes);
    Structures all(d, {});
    d.atomBudget = atoms;
    d.edgeBudget = edges;
    return packed(all, numbers(all.count()), most);
  }
};

TEST_F(ScheduleTest, BatchesAreFilledUpToTheBudget) {
  EXPECT_EQ(packedUpTo(5, 0, 0, {3, 2, 4, 1, 5}), (Ends{2, 4, 5}));       // exact fits
  EXPECT_EQ(packedUpTo(5, 0, 0, {3, 3, 4, 2, 5}), (Ends{1, 2, 3, 4, 5})); // one atom too many
  EXPECT_EQ(packedUpTo(6, 0, 0, {3, 3, 4, 2, 5}), (Ends{2, 4, 5}));
  EXPECT_EQ(packedUpTo(100, 0, 0, {3, 2, 4}), (Ends{3})); // a last batch is not full
  // A chain of 3 has 4 edges, one of 2 has 2, one of 1 none.
  EXPECT_EQ(packedUpTo(0, 6, 0, {3, 2, 3, 2, 1}), (Ends{2, 5}));
  EXPECT_EQ(packedUpTo(0, 5, 0, {3, 2, 3, 1, 2}), (Ends{1, 2, 4, 5}));
  EXPECT_EQ(packedUpTo(100, 6, 0, {3, 2, 3}), (Ends{2, 3})); // edges fill it, not atoms
  EXPECT_EQ(packedUpTo(5, 100, 0, {3, 2, 3}), (Ends{2, 3}));
  // A number of samples is one more limit.
  EXPECT_EQ(packedUpTo(5, 0, 2, {1, 1, 1, 3, 3}), (Ends{2, 4, 5}));
  EXPECT_EQ(packedUpTo(0, 0, 2, {9, 9, 9}), (Ends{2, 3}));
}

TEST_F(ScheduleTest, PartsCostTheSame) {
  std::vector<int> sizes;
  for (int i = 0; i < 29; ++i)
    sizes.push_back(i * 7 % 16 + 1);
  write(sizes);
  Structures all(d, {});
  std::vector<int64_t> given = numbers(29), reversed(given.rbegin(), given.rend());
  for (size_t parts : {1u, 2u, 3u, 4u, 8u}) {
    std::vector<std::vector<int64_t>> shares = dealt(all, given, parts);
    EXPECT_EQ(shares, dealt(all, reversed, parts)); // by the samples, not by their order
    ASSERT_EQ(shares.size(), parts);
    std::vector<int64_t> seen;
    int64_t most = 0, whole = 0;
    for (const std::vector<int64_t> &share : shares) {
      int64_t cost = 0;
      for (int64_t sample : share)
        cost += costOf(all[sample]);
      seen.insert(seen.end(), share.begin(), share.end());
      most = std::max(most, cost);
      whole += cost;
    }
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, given);
    EXPECT_LT(double(most) * double(parts) / double(whole), 1.1) << parts << " parts";
  }
}

// Of three structures in eight parts, two ranks have one and two, and not none and three.
TEST_F(ScheduleTest, FewStructuresAreSharedOutToo) {
  write({8, 4, 4});
  Structures all(d, {});
  std::vector<std::vector<int64_t>> parts = dealt(all, {0, 1, 2}, 8);
  std::vector<size_t> sizes;
  for (const std::vector<int64_t> &part : parts)
    sizes.push_back(part.size());
  EXPECT_EQ(std::accumulate(sizes.begin(), sizes.begin() + 4, size_t(0)), 1u);
  EXPECT_EQ(std::accumulate(sizes.begin() + 4, sizes.end(), size_t(0)), 2u);
  EXPECT_EQ(*std::max_element(sizes.begin(), sizes.end()), 1u);
}

TEST_F(ScheduleTest, AnEpochSeesEverySampleOnce) {
  std::vector<int> sizes;
  for (int i = 0; i < 40; ++i)
    sizes.push_back(i * 7 % 16 + 1);
  write(sizes);
  d.atomBudget = 20;
  d.edgeBudget = 34;
  Dataset data(d, {});
  data.makeSplits();
  const Structures &all = *data.structures();
  Schedule schedule(d, data, 3), again(d, data, 3), other(d, data, 4);
  std::vector<int64_t> lengths;
  for (int64_t epoch = 0; epoch < 6; ++epoch) {
    std::vector<int64_t> seen;
    for (int64_t step = schedule.firstStep(epoch); step < schedule.firstStep(epoch + 1); ++step) {
      EXPECT_EQ(schedule.epochOf(step), epoch);
      EXPECT_EQ(schedule.isFirst(step), step == schedule.firstStep(epoch));
      Batch batch = schedule.batchOf(step);
      int64_t atoms = 0, edges = 0;
      for (int64_t sample : batch.samples) {
        atoms += all[sample].atoms;
        edges += all[sample].edgeCount;
      }
      EXPECT_GT(batch.size(), 0);
      EXPECT_LE(atoms, 20);
      EXPECT_LE(edges, 34);
      EXPECT_EQ(batch.ends.size(), 4u);
      EXPECT_EQ(batch.ends.back(), batch.samples.size());
      seen.insert(seen.end(), batch.samples.begin(), batch.samples.end());
    }
    lengths.push_back(schedule.stepsOf(epoch));
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, numbers(40));
  }
  EXPECT_NE(*std::min_element(lengths.begin(), lengths.end()),
            *std::max_element(lengths.begin(), lengths.end())); // else the following shows nothing
  // Asked for in any order, it is the same; another seed is another order.
  for (int64_t step : {schedule.firstStep(5) - 1, int64_t(0), schedule.firstStep(2)})
    EXPECT_EQ(again.batchOf(step).samples, schedule.batchOf(step).samples);
  EXPECT_NE(other.batchOf(0).samples, schedule.batchOf(0).samples);
  // Two epochs after the first step of the third, and after the middle of it.
  int64_t third = schedule.firstStep(2), fifth = schedule.firstStep(4);
  EXPECT_EQ(schedule.after(third, {2, true}, 1000), fifth);
  EXPECT_EQ(schedule.after(third, {0.5, true}, 1000),
            third + std::llround(0.5 * double(lengths[2])));
  EXPECT_EQ(schedule.after(fifth - 1, {1.0 / double(lengths[3]), true}, 1000), fifth);
  EXPECT_GT(schedule.after(0, {1e300, true}, 1000), 1000);
}

// Each step of an epoch takes the same share of it, and every epoch the same of the run.
TEST_F(ScheduleTest, RatesFollowEpochsOfDifferentLengths) {
  std::vector<int> sizes;
  for (int i = 0; i < 40; ++i)
    sizes.push_back(i * 7 % 16 + 1);
  write(sizes);
  d.atomBudget = 20;
  Dataset data(d, {});
  data.makeSplits();
  Schedule schedule(d, data, 3), again(d, data, 3);
  schedule.setLength({}, 6);
  again.setLength({}, 6);
  EXPECT_EQ(schedule.lengthText(), "6 epochs");
  int64_t end = schedule.firstStep(6), third = schedule.firstStep(2), length = schedule.stepsOf(2);
  EXPECT_NE(end, 6 * length); // else the following shows nothing
  EXPECT_TRUE(again.isOver(end));
  EXPECT_FALSE(schedule.isOver(end - 1));
  EXPECT_DOUBLE_EQ(schedule.done(third + 1), (2 + 1 / double(length)) / 6);
  EXPECT_EQ(schedule.done(end), 1);
  auto cosine = [](double share) { return 1 + 2 * 0.5 * (1 + std::cos(std::numbers::pi * share)); };
  std::vector<Piece> whole = {{"cosine", "", 0, 3, 1}},
                     pieces = {{"warmup", "epochs", 2, 0, 3}, {"cosine", "", 0, 3, 1}},
                     slow = {{"warmup", "epochs", 100, 0, 3}, {"constant", "", 0, 0, 3}},
                     fixed = {{"warmup", "steps", 3, 0, 3}, {"cosine", "", 0, 3, 1}};
  double middle = 2 + 1 / double(length);
  EXPECT_DOUBLE_EQ(learningRate(whole, third + 1, again), cosine(middle / 6));
  EXPECT_DOUBLE_EQ(learningRate(pieces, third - 1, schedule), 3);
  EXPECT_LT(learningRate(pieces, third - 2, schedule), 3);
  EXPECT_DOUBLE_EQ(learningRate(pieces, third, schedule), 3);
  EXPECT_DOUBLE_EQ(learningRate(pieces, third + 1, again), cosine((middle - 2) / 4));
  EXPECT_DOUBLE_EQ(learningRate(slow, third - 1, schedule), 3 * 2 / 100.0);
  double begin = 3 / double(schedule.stepsOf(0));
  EXPECT_DOUBLE_EQ(learningRate(fixed, 2, schedule), 3);
  EXPECT_DOUBLE_EQ(learningRate(fixed, third, schedule), cosine((2 - begin) / (6 - begin)));
  // In a run of a number of steps, what is said in epochs is as long, and the rest is shared out.
  schedule.setLength(end + 10, {});
  EXPECT_FALSE(schedule.isOver(end + 9));
  EXPECT_TRUE(schedule.isOver(end + 10));
  EXPECT_DOUBLE_EQ(learningRate(pieces, third - 1, schedule), 3);
  EXPECT_DOUBLE_EQ(learningRate(pieces, third + 1, schedule), cosine(1 / double(end + 10 - third)));
  // Nothing is planned ahead, or this would not end.
  schedule.setLength({}, 1000000000);
  EXPECT_FALSE(schedule.isOver(third));
  EXPECT_EQ(schedule.aboutSteps(), 1000000000 * schedule.stepsOf(0));
  EXPECT_GT(learningRate(pieces, third, schedule), 2.9);
  EXPECT_GT(schedule.after(0, {1e9, true}, third), third);
}

// Without a budget: what is left over at the end of an epoch waits for the next one.
TEST_F(ScheduleTest, BatchesOfOneSize) {
  write(std::vector<int>(11, 2));
  d.train.batch = 4;
  d.train.micro = 2;
  d.train.parts = 2;
  Dataset data(d, {});
  data.makeSplits();
  Schedule schedule(d, data, 3);
  EXPECT_EQ(schedule.stepsOf(0), 2);
  EXPECT_EQ(schedule.epochOf(5), 2);
  EXPECT_TRUE(schedule.isFirst(4));
  EXPECT_FALSE(schedule.isFirst(5));
  EXPECT_EQ(schedule.after(1, {2.5, true}, 0), 6);
  schedule.setLength({}, 5);
  EXPECT_EQ(schedule.lengthText(), "10 steps");
  std::vector<Piece> pieces = {{"warmup", "epochs", 2.5, 0, 1}, {"cosine", "", 0, 3, 1}};
  EXPECT_EQ(learningRate(pieces, 0, schedule), 0.2);
  EXPECT_EQ(learningRate(pieces, 5, schedule), 3);
  EXPECT_EQ(learningRate(pieces, 6, schedule),
            1 + 2 * 0.5 * (1 + std::cos(std::numbers::pi * 1.0 / 5.0)));
  std::vector<int64_t> order = shuffled(numbers(11), 3, 1);
  Batch batch = schedule.batchOf(3);
  EXPECT_EQ(batch.ends, (Ends{2, 4}));
  EXPECT_TRUE(std::is_permutation(batch.samples.begin(), batch.samples.end(), order.begin() + 4));
  EXPECT_EQ(batchText(d), "4 samples");
  d.atomBudget = 8;
  EXPECT_EQ(batchText(d), "up to 4 samples, 8 atoms");
}

} // namespace
