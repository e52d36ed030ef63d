// Neighbour lists: small cases known by hand. That they are right in general is compared with ASE.
#include "runtime/atoms/Neighbours.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace orrery::runtime;

namespace {

constexpr Cell noCell{};
Cell cube(double a) { return {{a, 0, 0, 0, a, 0, 0, 0, a}, {true, true, true}}; }

TEST(Neighbours, PairHasTwoEdges) {
  auto found = findNeighbours({0, 0, 0, 1, 0, 0, 9, 9, 9}, noCell, {2, 0, 0});
  EXPECT_EQ(found.edges, (std::vector<Edge>{{1, 0, {0, 0, 0}}, {0, 1, {0, 0, 0}}}));
}

TEST(Neighbours, LimitItselfIsOutside) {
  EXPECT_TRUE(findNeighbours({0, 0, 0, 2, 0, 0}, noCell, {2, 0, 0}).edges.empty());
}

// One atom in a cube of 1: 6 images at 1, 12 at sqrt 2, 8 at sqrt 3.
TEST(Neighbours, ImagesOfOneself) {
  EXPECT_EQ(findNeighbours({0.3, 0.3, 0.3}, cube(1), {1.1, 0, 0}).edges.size(), 6u);
  EXPECT_EQ(findNeighbours({0.3, 0.3, 0.3}, cube(1), {1.8, 0, 0}).edges.size(), 26u);
}

TEST(Neighbours, NearestAreKept) {
  auto all = findNeighbours({0, 0, 0, 1, 0, 0, 3, 0, 0}, noCell, {5, 0, 0});
  EXPECT_EQ(all.edges.size(), 6u);
  auto some = findNeighbours({0, 0, 0, 1, 0, 0, 3, 0, 0}, noCell, {5, 1, 0});
  EXPECT_EQ(some.edges,
            (std::vector<Edge>{{1, 0, {0, 0, 0}}, {0, 1, {0, 0, 0}}, {1, 2, {0, 0, 0}}}));
  EXPECT_EQ(some.capped, 3);
}

TEST(Neighbours, Faults) {
  auto fault = [](const std::vector<double> &x, const Cell &cell, double within, int64_t most = 0) {
    return findNeighbours(x, cell, {within, 0, most}).fault;
  };
  EXPECT_EQ(fault({0, 0, 0, 1, 1, 1, 0, 0, 0}, noCell, 2),
            "atoms 1 and 3 are in one place: an edge of length 0");
  EXPECT_EQ(fault({0, 0, 0, 3.99999999, 0, 0}, cube(4), 2),
            "atoms 1 and 2 are in one place: an edge of length 1e-08");
  EXPECT_EQ(fault({0, 0, 0, 1e-3, 0, 0}, noCell, 2), "");
  std::vector<int32_t> numbers = {6, 4};
  EXPECT_EQ(findNeighbours({0, 0, 0, 0, 0, 0}, noCell, {2, 0, 0, numbers}).fault,
            "atoms 5 and 7 are in one place: an edge of length 0");
  EXPECT_EQ(findNeighbours({0, 0, 0, 0, 0, 1e300}, noCell, {2, 0, 0, numbers}).fault,
            "atom 5 lies very far from the cell");
  EXPECT_EQ(fault({0, 0, 0}, {{1, 0, 0, 0, 1, 0, 0, 0, 0}, {true, true, true}}, 2),
            "direction c is periodic, but its cell vector is zero");
  EXPECT_EQ(fault({0, 0, 0}, {{1, 0, 0, 0, 1, 0, 1, 1, 0}, {true, true, true}}, 2),
            "the cell vectors lie in one plane");
  EXPECT_EQ(fault({0, 0, 0}, cube(1e-4), 5), "the cell is far too small for the cut-off");
  EXPECT_EQ(fault({0, 0, 0}, cube(1), 5, 100), "there are more than 100 edges");
  EXPECT_EQ(fault({0, 0, 1e300}, noCell, 5), "atom 1 lies very far from the cell");
}

TEST(Neighbours, SpatialOrderBringsNeighboursTogether) {
  std::vector<double> x;
  for (int i = 0; i < 64; ++i) // two clusters, atoms dealt out in turn
    x.insert(x.end(), {(i % 2) * 100.0 + i * 0.01, 0, 0});
  std::vector<int32_t> order = spatialOrder(x, 5);
  EXPECT_TRUE(std::all_of(order.begin(), order.begin() + 32, [](int32_t i) { return i % 2 == 0; }));
}

} // namespace
