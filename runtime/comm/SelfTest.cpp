// Tries every operation of a world and compares the numbers with what one rank computes alone.
#include "runtime/comm/SelfTest.h"
#include "runtime/comm/Element.h"
#include "runtime/core/Error.h"
#include "runtime/core/Hash.h"

#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace orrery::runtime {
namespace {

constexpr size_t sizes[] = {0, 1, 2, 3, 7, 17, 64, 1000, 2049, 20011, 150001};

constexpr size_t mostNumbers = 4500000;

uint64_t mixed(uint64_t a, uint64_t b) {
  uint64_t h = (a + 1) * 0x9e3779b97f4a7c15 ^ (b + 1) * 0xc2b2ae3d27d4eb4f;
  h ^= h >> 31;
  h *= 0xbf58476d1ce4e5b9;
  return h ^ h >> 29;
}

// Whole numbers: their sums are exact in every order.
template <typename T> T whole(uint64_t rank, uint64_t i) {
  return T(int64_t(mixed(rank, i) % 2001) - 1000);
}

// Of all magnitudes: their sums show the order.
template <typename T> T rough(uint64_t shard, uint64_t i) {
  uint64_t h = mixed(shard, i);
  return T(std::ldexp(double(int64_t(h >> 16)) / double(int64_t(1) << 47) - 1, int(h % 13) - 6));
}

template <typename T> constexpr Element elementOf() {
  return std::is_same_v<T, float>    ? Element::F32
         : std::is_same_v<T, double> ? Element::F64
                                     : Element::I64;
}

class Test {
public:
  Test(World &world) : world(world) {}
  template <typename T> void numbers(size_t count);
  void narrowed(size_t count);
  template <typename T> uint64_t tree(uint64_t shards, size_t count);
  void several();
  void bytes();
  void agreement();

private:
  void expect(bool holds, std::string_view what, size_t count, size_t i = 0) const {
    if (!holds)
      throw Error(ExitFailure, "E0899", "",
                  fmt::format("{} over {} ranks of {}: rank {} has a wrong element {} of {}", what,
                              world.size(), world.name(), world.rank(), i, count));
  }
  template <typename T> std::vector<T> mine(size_t count) const {
    std::vector<T> values(count);
    for (size_t i = 0; i < count; ++i)
      values[i] = whole<T>(uint64_t(world.rank()), i);
    return values;
  }
  template <typename T> std::vector<T> reduced(size_t count, Reduction reduction) const {
    std::vector<T> all(count), one(count);
    for (int rank = 0; rank < world.size(); ++rank) {
      for (size_t i = 0; i < count; ++i)
        one[i] = whole<T>(uint64_t(rank), i);
      if (rank == 0)
        all = one;
      else
        combine(elementOf<T>(), reduction, all.data(), one.data(), count);
    }
    return all;
  }
  World &world;
};

template <typename T> void Test::numbers(size_t count) {
  constexpr Element element = elementOf<T>();
  for (Reduction reduction : {Reduction::Sum, Reduction::Min, Reduction::Max}) {
    std::vector<T> values = mine<T>(count), right = reduced<T>(count, reduction);
    world.allReduce(values.data(), count, element, reduction);
    for (size_t i = 0; i < count; ++i)
      expect(values[i] == right[i], fmt::format("all_reduce {}", nameOf(reduction)), count, i);
  }
  std::vector<T> values = mine<T>(count), right = reduced<T>(count, Reduction::Sum);
  world.reduceScatter(values.data(), count, element);
  Part share = world.share(count);
  for (size_t i = share.begin; i < share.end; ++i)
    expect(values[i] == right[i], "reduce_scatter", count, i);
  // Only the shares count: together they are the vector.
  for (size_t i = 0; i < count; ++i)
    if (i < share.begin || i >= share.end)
      values[i] = T(-7);
  world.allGather(values.data(), count, element);
  for (size_t i = 0; i < count; ++i)
    expect(values[i] == right[i], "all_gather", count, i);
}

// With bf16 on the wire the sums are rounded, and yet the same on all ranks.
void Test::narrowed(size_t count) {
  std::vector<float> values = mine<float>(count), right = reduced<float>(count, Reduction::Sum);
  world.allReduce(values.data(), count, Element::F32, Reduction::Sum, Wire::BF16);
  double roundings = std::ceil(std::log2(world.size())) + 2;
  for (size_t i = 0; i < count; ++i)
    expect(std::abs(values[i] - right[i]) <= 1000.0 * world.size() * roundings / 256,
           "all_reduce bf16", count, i);
  world.agree("the bits of a sum in bf16",
              std::string_view(reinterpret_cast<char *>(values.data()), count * sizeof(float)));
  std::vector<float> shares = mine<float>(count);
  Part share = world.share(count);
  for (size_t i = share.begin; i < share.end; ++i)
    shares[i] = float(i % 256); // exact in bf16
  world.allGather(shares.data(), count, Element::F32, Wire::BF16);
  for (size_t i = 0; i < count; ++i)
    expect(shares[i] == float(i % 256), "all_gather bf16", count, i);
}

// The sum of shards as the tree defines it.
template <typename T> T treeSum(uint64_t first, uint64_t count, uint64_t i) {
  return count == 1 ? rough<T>(first, i)
                    : treeSum<T>(first, count / 2, i) + treeSum<T>(first + count / 2, count / 2, i);
}

template <typename T> uint64_t Test::tree(uint64_t shards, size_t count) {
  std::vector<std::vector<T>> memory;
  std::vector<Subtree> parts;
  for (Part part : subtreesOf(shardsOf(shards, world.rank(), world.size()))) {
    auto &sums = memory.emplace_back(count);
    for (size_t i = 0; i < count; ++i)
      sums[i] = treeSum<T>(part.begin, part.size(), i);
    parts.push_back({part.begin, part.size(), sums.data()});
  }
  std::vector<T> result(count);
  world.allReduceTree(parts, shards, result.data(), count, elementOf<T>());
  std::string_view bits(reinterpret_cast<char *>(result.data()), count * sizeof(T));
  world.agree("the bits of a sum over a tree", bits);
  for (size_t i = 0; i < count && world.root(); ++i) {
    T right = treeSum<T>(0, shards, i);
    expect(std::memcmp(&result[i], &right, sizeof right) == 0,
           fmt::format("all_reduce_tree of {} shards", shards), count, i);
  }
  return nameHash(bits);
}

// Many under way at once, and waited for in the opposite order.
void Test::several() {
  size_t requests = 6,
         most = std::min<size_t>(30000, mostNumbers / size_t(world.size() * world.size()));
  std::vector<std::vector<float>> values;
  std::vector<Request> started;
  for (size_t k = 0; k < requests; ++k)
    values.push_back(mine<float>(most / (k + 1)));
  for (auto &v : values)
    started.push_back(world.startAllReduce(v.data(), v.size(), Element::F32));
  world.barrier();
  auto right = reduced<float>(most, Reduction::Sum);
  for (size_t k = requests; k-- > 0;) {
    world.wait(started[k]);
    for (size_t i = 0; i < values[k].size(); ++i)
      expect(values[k][i] == right[i], "one all_reduce of several", values[k].size(), i);
  }
}

void Test::bytes() {
  int ranks = world.size(), rank = world.rank();
  for (int from : {0, ranks / 2, ranks - 1}) {
    std::vector<int64_t> values = mine<int64_t>(1001);
    world.broadcast(values.data(), values.size() * 8, from);
    for (size_t i = 0; i < values.size(); ++i)
      expect(values[i] == whole<int64_t>(uint64_t(from), i), "broadcast", values.size(), i);
  }
  std::vector<std::string> texts =
      world.gather(std::string(size_t(rank % 5), char('a' + rank % 26)));
  for (int r = 0; r < ranks; ++r)
    expect(texts[size_t(r)] == std::string(size_t(r % 5), char('a' + r % 26)), "gather",
           size_t(ranks), size_t(r));
  expect(world.broadcast(fmt::format("from {}", rank), ranks - 1) ==
             fmt::format("from {}", ranks - 1),
         "broadcast of a text", 1);
  if (ranks == 1)
    return;
  // Around a ring; rank 0 receives first, for a send may wait for its receive.
  std::vector<int64_t> to = mine<int64_t>(50001), from(to.size());
  int right = (rank + 1) % ranks, left = (rank + ranks - 1) % ranks;
  auto bytes = to.size() * sizeof to[0];
  if (rank == 0)
    world.receive(from.data(), bytes, left, 5);
  world.send(to.data(), bytes, right, 5);
  if (rank != 0)
    world.receive(from.data(), bytes, left, 5);
  for (size_t i = 0; i < from.size(); ++i)
    expect(from[i] == whole<int64_t>(uint64_t(left), i), "send and receive", from.size(), i);
}

void Test::agreement() {
  int ranks = world.size(), rank = world.rank();
  bool last = rank == ranks - 1;
  expect(world.allOf(true) && !world.allOf(!last) && world.anyOf(last) && !world.anyOf(false),
         "a decision", 1);
  expect(world.sum(int64_t(1)) == ranks && world.greatest(double(rank)) == ranks - 1 &&
             world.least(int64_t(-rank)) == 1 - ranks &&
             std::isnan(world.greatest(last ? double(NAN) : 1.0)),
         "a number", 1);
  world.agree("a constant", "forty-two");
  if (ranks == 1)
    return;
  bool told = false;
  try {
    world.agree("the rank", last ? "the last" : "another");
  } catch (const Error &) {
    told = true;
  }
  expect(told, "disagreement", 1);
}
} // namespace

uint64_t selfTest(World &world) {
  Test test(world);
  for (size_t count : sizes) {
    // Every rank computes all ranks' numbers; that should not take long.
    if (count * size_t(world.size() * world.size()) > mostNumbers)
      break;
    test.numbers<float>(count);
    test.numbers<double>(count);
    test.numbers<int64_t>(count);
    test.narrowed(count);
  }
  uint64_t fingerprint = 0;
  for (uint64_t shards : {1, 2, 16, 64})
    for (size_t count : {1, 37, 5001}) {
      fingerprint = mixed(fingerprint, test.tree<float>(shards, count));
      fingerprint = mixed(fingerprint, test.tree<double>(shards, count));
    }
  test.several();
  test.bytes();
  test.agreement();
  world.barrier();
  return fingerprint;
}

} // namespace orrery::runtime
