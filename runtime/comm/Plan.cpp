// The steps of every collective operation, for one rank.
#include "runtime/comm/Plan.h"

#include <bit>

namespace orrery::runtime {

// floor(a * b / c) without overflow.
static uint64_t scale(uint64_t a, uint64_t b, uint64_t c) {
  return uint64_t(static_cast<unsigned __int128>(a) * b / c);
}

Part shardsOf(uint64_t shards, int rank, int size) {
  return {scale(shards, uint64_t(rank), uint64_t(size)),
          scale(shards, uint64_t(rank) + 1, uint64_t(size))};
}

std::vector<Part> subtreesOf(Part shards) {
  std::vector<Part> result;
  for (uint64_t first = shards.begin; first < shards.end;) {
    uint64_t count = std::bit_floor(shards.end - first);
    if (first)
      count = std::min(count, first & -first);
    result.push_back({first, first + count});
    first += count;
  }
  return result;
}

Cube::Cube(int ranks, uint64_t shards)
    : ranks(ranks), groups(int(std::min(std::bit_floor(uint64_t(ranks)), shards))),
      height(std::countr_zero(unsigned(groups))), shards(shards) {}

Part Cube::groupShards(int group) const { return shardsOf(shards, group, groups); }

int Cube::groupOf(uint64_t shard) const {
  return int(((shard + 1) * uint64_t(groups) - 1) / shards);
}

int Cube::leader(int group) const {
  return int(((groupShards(group).begin + 1) * uint64_t(ranks) - 1) / shards);
}

int Cube::groupOfRank(int rank) const {
  Part block = shardsOf(shards, rank, ranks);
  if (block.size())
    if (int group = groupOf(block.end - 1); leader(group) == rank)
      return group;
  return groupOf(std::min<uint64_t>(block.begin, shards - 1));
}

std::vector<int> Cube::followers(int group) const {
  std::vector<int> result;
  int begin = group == 0 ? 0 : leader(group - 1) + 1;
  int end = group + 1 == groups ? ranks : leader(group + 1);
  for (int rank = begin; rank < end; ++rank)
    if (rank != leader(group) && groupOfRank(rank) == group)
      result.push_back(rank);
  return result;
}

// The places, in bit-reversed order, of the groups that agree with `group` in its lowest `level`
// bits: they are neighbours there.
static Part places(int group, int level, int height) {
  size_t first = 0;
  for (int bit = 0; bit < level; ++bit)
    first |= size_t(group >> bit & 1) << (height - 1 - bit);
  return {first, first + (size_t(1) << (height - level))};
}

Shares::Shares(int ranks) : cube(ranks), ranks(ranks) {
  if (cube.leaders() == ranks)
    return;
  before.resize(size_t(cube.leaders()) + 1);
  for (int group = 0; group < cube.leaders(); ++group)
    before[places(group, cube.levels(), cube.levels()).end] =
        uint32_t(cube.groupShards(group).size());
  for (size_t i = 1; i < before.size(); ++i)
    before[i] += before[i - 1];
}

Part Shares::range(int group, int level, size_t count) const {
  Part at = places(group, level, cube.levels());
  if (!before.empty())
    at = {before[at.begin], before[at.end]};
  return {scale(count, at.begin, uint64_t(ranks)), scale(count, at.end, uint64_t(ranks))};
}

size_t Shares::place(int rank) const {
  int group = cube.groupOfRank(rank);
  size_t at = places(group, cube.levels(), cube.levels()).begin;
  return before.empty() ? at : before[at] + size_t(rank - cube.leader(group));
}

Part Shares::of(int rank, size_t count) const {
  size_t at = place(rank);
  return {scale(count, at, uint64_t(ranks)), scale(count, at + 1, uint64_t(ranks))};
}

// Sums of complete subtrees, contiguous from the start of a group, to the sum of all, as the
// balanced tree over their shards adds them: like the digits of a binary number, two of equal size
// at the end of the list are siblings. Where the shards are no power of two some siblings are
// missing.
void Planner::merge(std::span<const Subtree> pieces, char *result, size_t count) {
  std::vector<Subtree> stack;
  auto add = [&] {
    Subtree right = stack.back();
    stack.pop_back();
    c.steps.push_back({.kind = Step::Merge,
                       .to = static_cast<char *>(stack.back().data),
                       .from = static_cast<const char *>(right.data),
                       .count = count});
    stack.back().count += right.count;
  };
  for (const Subtree &piece : pieces) {
    stack.push_back(piece);
    while (stack.size() > 1 && stack[stack.size() - 2].count == stack.back().count)
      add();
  }
  while (stack.size() > 1)
    add();
  if (stack.front().data != result)
    c.steps.push_back({.kind = Step::Copy,
                       .to = result,
                       .from = static_cast<const char *>(stack.front().data),
                       .count = count});
}

// Everybody's sums go to the leader of the group they belong to, which adds them up. All messages
// are one step: a leader may also have sums for the group before its own, and nobody should wait
// for a chain of those.
void Planner::fold(const Cube &cube, std::span<const Subtree> mine, char *result, size_t count) {
  int group = cube.groupOfRank(rank);
  bool leads = cube.leader(group) == rank;
  Step step{.kind = Step::Exchange};
  std::vector<Subtree> pieces;
  for (const Subtree &piece : mine)
    if (int to = cube.groupOf(piece.first); leads && to == group)
      pieces.push_back(piece);
    else
      step.sends.push_back({cube.leader(to), static_cast<char *>(piece.data), count});
  if (leads) {
    Part all = cube.groupShards(group);
    for (int other = rank + 1; other < ranks; ++other) {
      Part block = cube.blockOf(other);
      if (block.begin >= all.end)
        break;
      for (Part piece : subtreesOf(block))
        if (piece.begin < all.end) {
          pieces.push_back({piece.begin, piece.size(), c.newScratch(count)});
          step.receives.push_back({other, static_cast<char *>(pieces.back().data), count});
        }
    }
  }
  if (!step.sends.empty() || !step.receives.empty())
    c.steps.push_back(std::move(step));
  if (leads)
    merge(pieces, result, count);
}

// Both partners send everything and add what comes: fewest messages, for few numbers.
void Planner::whole(const Cube &cube, int group, char *data, size_t count) {
  for (int level = 0; level < cube.levels(); ++level) {
    int partner = cube.leader(group ^ (1 << level));
    c.steps.push_back({.kind = Step::Accumulate,
                       .sends = {{partner, data, count}},
                       .receives = {{partner, data, count}}});
  }
}

// The nearest partner first, with the largest message: each takes one half of the sums.
template <typename Range>
void Planner::halve(const Cube &cube, int group, char *data, const Range &range) {
  for (int level = 0; level < cube.levels(); ++level) {
    int other = group ^ (1 << level), partner = cube.leader(other);
    c.steps.push_back({.kind = Step::Accumulate,
                       .sends = {transfer(partner, data, range(other, level + 1))},
                       .receives = {transfer(partner, data, range(group, level + 1))}});
  }
}

// The same way back.
template <typename Range>
void Planner::doubleUp(const Cube &cube, int group, char *data, const Range &range) {
  for (int level = cube.levels() - 1; level >= 0; --level) {
    int other = group ^ (1 << level), partner = cube.leader(other);
    c.steps.push_back({.kind = Step::Exchange,
                       .sends = {transfer(partner, data, range(group, level + 1))},
                       .receives = {transfer(partner, data, range(other, level + 1))}});
  }
}

// A leader's result goes to those it speaks for.
void Planner::deal(const Cube &cube, int group, char *data, size_t count) {
  Step step{.kind = Step::Exchange};
  if (cube.leader(group) != rank)
    step.receives = {{cube.leader(group), data, count}};
  else
    for (int follower : cube.followers(group))
      step.sends.push_back({follower, data, count});
  if (!step.sends.empty() || !step.receives.empty())
    c.steps.push_back(std::move(step));
}

void Planner::allReduce(char *data, size_t count) {
  Subtree mine{uint64_t(rank), 1, data};
  reduceAll(Cube(ranks), {&mine, 1}, data, count);
}

void Planner::allReduceTree(std::span<const Subtree> mine, uint64_t shards, char *result,
                            size_t count) {
  reduceAll(Cube(ranks, shards), mine, result, count);
}

void Planner::reduceAll(const Cube &cube, std::span<const Subtree> mine, char *result,
                        size_t count) {
  if (count == 0)
    return;
  bool few = count * c.unit <= fewBytes;
  if (few)
    c.wire = Wire::Full; // both partners must add the same numbers
  int group = cube.groupOfRank(rank);
  auto range = [&](int of, int level) {
    Part at = places(of, level, cube.levels());
    return Part{scale(count, at.begin, uint64_t(cube.leaders())),
                scale(count, at.end, uint64_t(cube.leaders()))};
  };
  fold(cube, mine, result, count);
  if (cube.leader(group) == rank) {
    if (few) {
      whole(cube, group, result, count);
    } else {
      halve(cube, group, result, range);
      round(result, range(group, cube.levels()));
      doubleUp(cube, group, result, range);
    }
  }
  deal(cube, group, result, count);
}

// What others will get in bf16 its owner must hold so too: all ranks go on with the same bits.
void Planner::round(char *data, Part part) {
  if (c.wire == Wire::BF16 && ranks > 1)
    c.steps.push_back(
        {.kind = Step::Round, .to = data + part.begin * c.unit, .count = part.size()});
}

void Planner::reduceScatter(const Shares &shares, char *data, size_t count) {
  Cube cube(ranks);
  int group = cube.groupOfRank(rank), leader = cube.leader(group);
  Subtree mine{uint64_t(rank), 1, data};
  fold(cube, {&mine, 1}, data, count);
  if (leader == rank)
    halve(cube, group, data, [&](int of, int level) { return shares.range(of, level, count); });
  Step step{.kind = Step::Exchange};
  if (leader != rank)
    step.receives = {transfer(leader, data, shares.of(rank, count))};
  else
    for (int follower : cube.followers(group))
      step.sends.push_back(transfer(follower, data, shares.of(follower, count)));
  if (!step.sends.empty() || !step.receives.empty())
    c.steps.push_back(std::move(step));
}

void Planner::allGather(const Shares &shares, char *data, size_t count) {
  Cube cube(ranks);
  int group = cube.groupOfRank(rank), leader = cube.leader(group);
  round(data, shares.of(rank, count));
  Step step{.kind = Step::Exchange};
  if (leader != rank)
    step.sends = {transfer(leader, data, shares.of(rank, count))};
  else
    for (int follower : cube.followers(group))
      step.receives.push_back(transfer(follower, data, shares.of(follower, count)));
  if (!step.sends.empty() || !step.receives.empty())
    c.steps.push_back(std::move(step));
  if (leader == rank)
    doubleUp(cube, group, data, [&](int of, int level) { return shares.range(of, level, count); });
  deal(cube, group, data, count);
}

// A binomial tree, far ranks first: few messages cross the machine, the many stay near.
void Planner::broadcast(char *data, size_t count, int from) {
  unsigned size = unsigned(ranks), me = unsigned(rank - from + ranks) % size;
  auto real = [&](unsigned place) { return int((place + unsigned(from)) % size); };
  unsigned bit = me ? me & -me : std::bit_ceil(size);
  if (me)
    c.steps.push_back({.kind = Step::Exchange, .receives = {{real(me - bit), data, count}}});
  for (bit /= 2; bit; bit /= 2)
    if (me + bit < size)
      c.steps.push_back({.kind = Step::Exchange, .sends = {{real(me + bit), data, count}}});
}

// Dissemination: after k rounds a rank has heard, through others, of 2^k ranks.
void Planner::barrier() {
  char *token = c.newScratch(2);
  token[0] = 0;
  for (int distance = 1; distance < ranks; distance *= 2)
    c.steps.push_back({.kind = Step::Exchange,
                       .sends = {{(rank + distance) % ranks, token, 1}},
                       .receives = {{(rank + ranks - distance) % ranks, token + c.unit, 1}}});
}

// Around a ring: if any two ranks differ, so do two neighbours.
void Planner::compare() {
  c.mine = c.describe();
  c.steps.push_back(
      {.kind = Step::Compare,
       .sends = {{(rank + 1) % ranks, reinterpret_cast<char *>(&c.mine), sizeof c.mine}},
       .receives = {
           {(rank + ranks - 1) % ranks, reinterpret_cast<char *>(&c.theirs), sizeof c.theirs}}});
}

} // namespace orrery::runtime
