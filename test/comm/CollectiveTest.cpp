// Collective operations over 1 to 64 virtual ranks: right numbers, and the same bits everywhere.
#include "runtime/comm/Element.h"
#include "runtime/comm/SelfTest.h"
#include "runtime/comm/Virtual.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace orrery::runtime;

static uint64_t fingerprintOf(int ranks) {
  uint64_t result = 0;
  runRanks(ranks, [&](World &world) {
    uint64_t mine = selfTest(world);
    if (world.root())
      result = mine;
  });
  return result;
}

static uint64_t alone() {
  auto world = World::alone();
  return selfTest(*world);
}

class Ranks : public testing::TestWithParam<int> {};

TEST_P(Ranks, ComputeWhatOneRankComputes) { EXPECT_EQ(fingerprintOf(GetParam()), alone()); }

INSTANTIATE_TEST_SUITE_P(Collective, Ranks,
                         testing::Values(1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 17, 31, 33,
                                         64));

TEST(Collective, SharesTileTheVector) {
  for (int ranks : {1, 2, 3, 6, 8, 13, 64})
    for (size_t count : {0, 1, 5, 64, 1003}) {
      std::vector<int> owners(count);
      size_t most = 0;
      runRanks(ranks, [&](World &world) {
        Part share = world.share(count);
        most = std::max(most, share.size());
        for (size_t i = share.begin; i < share.end; ++i)
          ++owners[i];
      });
      EXPECT_EQ(owners, std::vector<int>(count, 1)) << ranks << " ranks";
      EXPECT_LE(most, count / size_t(ranks) + 1);
    }
}

TEST(Collective, SubtreesMakeUpABlock) {
  for (uint64_t shards : {1, 8, 64})
    for (int ranks = 1; ranks <= 70; ++ranks) {
      uint64_t next = 0;
      for (int rank = 0; rank < ranks; ++rank)
        for (Part part : subtreesOf(shardsOf(shards, rank, ranks))) {
          EXPECT_EQ(part.begin, next);
          EXPECT_EQ(part.size() & (part.size() - 1), 0u);
          EXPECT_EQ(part.begin % part.size(), 0u);
          next = part.end;
        }
      EXPECT_EQ(next, shards);
    }
}

// Sums of f32 numbers of all magnitudes over 1, 2, 4, 8, ... ranks: each adds up its block of
// shards as a balanced tree, and then the ranks' butterfly is the rest of that tree.
TEST(Collective, PowersOfTwoAddAsOneTree) {
  constexpr size_t shards = 16, count = 5000;
  auto shard = [](size_t s, size_t i) {
    return float(std::ldexp(std::sin(double(s * 7919 + i * 104729)), int((s + i) % 17)));
  };
  auto sumOver = [&](int ranks) {
    std::vector<float> result;
    runRanks(ranks, [&](World &world) {
      Part block = shardsOf(shards, world.rank(), world.size());
      std::vector<std::vector<float>> sums;
      for (size_t s = block.begin; s < block.end; ++s) {
        auto &values = sums.emplace_back(count);
        for (size_t i = 0; i < count; ++i)
          values[i] = shard(s, i);
      }
      for (size_t step = 1; step < sums.size(); step *= 2)
        for (size_t s = 0; s + step < sums.size(); s += 2 * step)
          combine(Element::F32, Reduction::Sum, sums[s].data(), sums[s + step].data(), count);
      world.allReduce(sums[0].data(), count, Element::F32);
      if (world.root())
        result = sums[0];
    });
    return result;
  };
  std::vector<float> one = sumOver(1);
  for (int ranks : {2, 4, 8, 16})
    EXPECT_EQ(sumOver(ranks), one) << ranks << " ranks";
}

TEST(Collective, RoundsToBF16) {
  auto round = [](float value) {
    roundToBF16(&value, 1);
    return value;
  };
  EXPECT_EQ(round(1.0f), 1.0f);
  EXPECT_EQ(round(1.00390625f), 1.0f);      // half way: to even
  EXPECT_EQ(round(1.01171875f), 1.015625f); // half way: to even, upwards
  EXPECT_EQ(round(-1.0040f), -1.0078125f);  // beyond half way
  EXPECT_EQ(round(3.4e38f), INFINITY);
  EXPECT_EQ(round(-INFINITY), -INFINITY);
  EXPECT_TRUE(std::isnan(round(NAN)));
  EXPECT_TRUE(std::isnan(round(std::bit_cast<float>(0x7f800001)))); // its upper half is infinity
}

TEST(Collective, AMissingNumberIsGreatestAndLeast) {
  for (Reduction reduction : {Reduction::Min, Reduction::Max}) {
    double a[] = {NAN, 1, 2}, b[] = {1, NAN, 3};
    combine(Element::F64, reduction, a, b, 3);
    EXPECT_TRUE(std::isnan(a[0]));
    EXPECT_TRUE(std::isnan(a[1]));
    EXPECT_EQ(a[2], reduction == Reduction::Min ? 2 : 3);
  }
}

// Nothing is left of a step but what was asked for.
TEST(Collective, ThousandsOfRanksAreCheap) {
  int done = 0;
  runRanks(4096, [&](World &world) {
    std::vector<float> values(3000, 1.0f);
    world.allReduce(values.data(), values.size(), Element::F32);
    EXPECT_EQ(values[1234], 4096.0f);
    world.barrier();
    ++done;
  });
  EXPECT_EQ(done, 4096);
}

TEST(Collective, NodesAreNeighbours) {
  runRanks(10,
           [&](World &world) {
             EXPECT_EQ(world.nodes(), 3);
             EXPECT_EQ(world.node(), world.rank() / 4);
             EXPECT_EQ(world.localRank(), world.rank() % 4);
             EXPECT_EQ(world.localSize(), world.node() == 2 ? 2 : 4);
           },
           {.ranksPerNode = 4});
}
