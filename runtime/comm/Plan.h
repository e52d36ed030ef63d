// The steps of every collective operation, for one rank: near-first recursive halving and doubling
// among a power of two of leaders, with the other ranks behind them.
#ifndef ORRERY_RUNTIME_COMM_PLAN_H
#define ORRERY_RUNTIME_COMM_PLAN_H

#include "runtime/comm/Collective.h"

namespace orrery::runtime {

// How `shards` shards, in blocks over `ranks` ranks, form a hypercube: the shards are cut into
// `leaders` (a power of two) groups, and the rank that has the first shard of a group leads it.
// No rank leads two groups, for no block is longer than a group.
class Cube {
public:
  Cube(int ranks, uint64_t shards);
  Cube(int ranks) : Cube(ranks, uint64_t(ranks)) {}

  int leaders() const { return groups; }
  int levels() const { return height; }
  int leader(int group) const;
  int groupOf(uint64_t shard) const;
  // The group whose leader speaks for a rank, which may be that rank.
  int groupOfRank(int rank) const;
  Part groupShards(int group) const;
  Part blockOf(int rank) const { return shardsOf(shards, rank, ranks); }
  // The other ranks for which a group's leader speaks.
  std::vector<int> followers(int group) const;

private:
  int ranks, groups, height;
  uint64_t shards;
};

// The cut of a vector among the ranks of a cube that halving leaves: groups in bit-reversed order
// (the nearest partners take the largest halves), in a group the leader and then its followers.
class Shares {
public:
  Shares(int ranks);
  Part of(int rank, size_t count) const;
  // What is left to a group after `level` halvings.
  Part range(int group, int level, size_t count) const;
  // The place of a rank in the order of the shares.
  size_t place(int rank) const;

private:
  Cube cube;
  int ranks;
  std::vector<uint32_t> before; // ranks before a group, in bit-reversed order; empty if one each
};

// All of them append to `steps`; unit, element, reduction and wire are set.
class Planner {
public:
  Planner(Collective &collective, int rank, int ranks) : c(collective), rank(rank), ranks(ranks) {}
  void compare();
  void allReduce(char *data, size_t count);
  void allReduceTree(std::span<const Subtree> mine, uint64_t shards, char *result, size_t count);
  void reduceScatter(const Shares &shares, char *data, size_t count);
  void allGather(const Shares &shares, char *data, size_t count);
  void broadcast(char *data, size_t count, int from);
  void barrier();

private:
  // Vectors of at most so many bytes are exchanged whole.
  static constexpr size_t fewBytes = 8192;

  void reduceAll(const Cube &cube, std::span<const Subtree> mine, char *result, size_t count);
  void round(char *data, Part part);
  void fold(const Cube &cube, std::span<const Subtree> mine, char *result, size_t count);
  void merge(std::span<const Subtree> pieces, char *result, size_t count);
  void whole(const Cube &cube, int group, char *data, size_t count);
  void deal(const Cube &cube, int group, char *data, size_t count);
  template <typename Range> void halve(const Cube &cube, int group, char *data, const Range &range);
  template <typename Range>
  void doubleUp(const Cube &cube, int group, char *data, const Range &range);
  Transfer transfer(int peer, char *data, Part part) const {
    return {peer, data + part.begin * c.unit, part.size()};
  }

  Collective &c;
  int rank, ranks;
};

} // namespace orrery::runtime

#endif
