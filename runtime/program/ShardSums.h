// Sums of the gradients of micro-batches, as they are computed one after another on one rank.
#ifndef ORRERY_RUNTIME_PROGRAM_SHARDSUMS_H
#define ORRERY_RUNTIME_PROGRAM_SHARDSUMS_H

#include "runtime/comm/Comm.h"
#include "runtime/program/Model.h"

#include <span>

namespace orrery::runtime {

// Keeps either one running sum, or, for sums whose bits do not depend on how shards are shared out,
// the sums of complete subtrees of the balanced tree over all shards: like the digits of a binary
// number, a new shard is added to the sum of its sibling, that to its sibling's, and so on. Beside
// each gradient go a few numbers in double: the loss and its terms.
class ShardSums {
public:
  ShardSums(const Model &model, size_t numbers, bool tree)
      : model(model), numbers(numbers), tree(tree) {}

  struct Sum {
    uint64_t first = 0, count = 1; // the shards that it is the sum of
    RealBuffer gradients;
    std::vector<double> numbers;
  };

  void clear() { used = 0; }
  // Where the gradient of this shard goes, the next in order.
  Sum &begin(uint64_t shard);
  // Adds elements of the newest gradient to the sums that it completes. Each must be added once.
  void add(Part elements);
  // The numbers too, and the newest is a part of the sums now.
  void end();

  // The sums there are, in the order of their shards; after `end`, or for elements already added.
  std::span<Sum> sums() { return std::span<Sum>(held.get(), used - completed()); }
  RealBuffer &gradients() { return held[0].gradients; }
  size_t bytes() const;

private:
  size_t completed() const; // how many sums before the newest it completes

  const Model &model;
  size_t numbers;
  bool tree;
  static constexpr size_t most = 64;
  std::unique_ptr<Sum[]> held{new Sum[most]};
  size_t used = 0;
};

} // namespace orrery::runtime

#endif
