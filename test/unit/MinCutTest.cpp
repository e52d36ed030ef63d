// The cheapest cut against known networks, and against trying every cut.

#include "passes/grad/MinCut.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

using orrery::FlowNetwork;

namespace {

FlowNetwork network(int nodes, const std::vector<std::tuple<int, int, int64_t>> &edges) {
  FlowNetwork result;
  for (int i = 0; i < nodes; ++i)
    result.addNode();
  for (auto [from, to, capacity] : edges)
    result.addEdge(from, to, capacity);
  return result;
}

TEST(MinCut, TwoPathsAndACrossing) {
  // Cormen et al., figure 26.1: the greatest flow is 23.
  FlowNetwork flow = network(6, {{0, 1, 16},
                                 {0, 2, 13},
                                 {1, 3, 12},
                                 {2, 1, 4},
                                 {2, 4, 14},
                                 {3, 2, 9},
                                 {3, 5, 20},
                                 {4, 3, 7},
                                 {4, 5, 4}});
  EXPECT_EQ(flow.maximumFlow(0, 5), 23);
}

TEST(MinCut, OfEqualCutsTheOneNearestTheSink) {
  FlowNetwork flow = network(4, {{0, 1, 5}, {1, 2, 5}, {2, 3, 5}});
  EXPECT_EQ(flow.maximumFlow(0, 3), 5);
  EXPECT_EQ(flow.sinkSide(3), (std::vector<bool>{false, false, false, true}));
}

TEST(MinCut, WithoutAPathNothingFlowsAndAllIsOnTheSourceSide) {
  FlowNetwork flow = network(3, {{0, 1, 5}});
  EXPECT_EQ(flow.maximumFlow(0, 2), 0);
  EXPECT_EQ(flow.sinkSide(2), (std::vector<bool>{false, false, true}));
}

TEST(MinCut, WhatCannotBePartedIsUnlimited) {
  FlowNetwork flow = network(3, {{0, 1, FlowNetwork::Unlimited}, {1, 2, FlowNetwork::Unlimited}});
  EXPECT_GE(flow.maximumFlow(0, 2), FlowNetwork::Unlimited);
}

TEST(MinCut, EqualsTheBestOfAllCuts) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 200; ++trial) {
    const int nodes = 8;
    std::vector<std::tuple<int, int, int64_t>> edges;
    for (int from = 0; from < nodes; ++from)
      for (int to = 0; to < nodes; ++to)
        if (from != to && random() % 3 == 0)
          edges.emplace_back(from, to, random() % 10);
    auto capacityOf = [&](auto onSinkSide) {
      int64_t sum = 0;
      for (auto [from, to, capacity] : edges)
        if (!onSinkSide(from) && onSinkSide(to))
          sum += capacity;
      return sum;
    };
    int64_t best = FlowNetwork::Unlimited;
    for (unsigned set = 0; set < 1u << (nodes - 2); ++set)
      best = std::min(best, capacityOf([&](int node) {
                        return node == nodes - 1 || (node > 0 && (set >> (node - 1) & 1));
                      }));
    FlowNetwork flow = network(nodes, edges);
    EXPECT_EQ(flow.maximumFlow(0, nodes - 1), best);
    std::vector<bool> side = flow.sinkSide(nodes - 1);
    EXPECT_EQ(capacityOf([&](int node) { return side[node]; }), best);
  }
}

} // namespace
