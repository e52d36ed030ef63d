// The cheapest cut of a flow network (Dinic 1970): which values to keep between forward and
// backward.

#ifndef ORRERY_PASSES_GRAD_MINCUT_H
#define ORRERY_PASSES_GRAD_MINCUT_H

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace orrery {

class FlowNetwork {
public:
  static constexpr int64_t Unlimited = std::numeric_limits<int64_t>::max() / 4;

  // Returns the new node's number.
  int addNode();
  void addEdge(int from, int to, int64_t capacity);

  // The greatest flow, which is the capacity of the cheapest cut. Unlimited or more: source and
  // sink cannot be parted.
  int64_t maximumFlow(int source, int sink);

  // After maximumFlow: the nodes on the sink's side of the cheapest cut that lies nearest the sink.
  std::vector<bool> sinkSide(int sink) const;

private:
  struct Edge {
    int to;
    int64_t rest; // capacity not yet used
  };
  bool findLevels(int source, int sink);
  int64_t augment(int source, int sink);

  std::vector<Edge> edges; // edge 2i and its reverse, 2i + 1
  std::vector<std::vector<int>> outgoing;
  std::vector<int> level;
  std::vector<std::size_t> next;
};

} // namespace orrery

#endif // ORRERY_PASSES_GRAD_MINCUT_H
