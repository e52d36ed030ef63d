// Dinic's algorithm, without recursion: a chain of a whole model's operations may be deep.

#include "passes/grad/MinCut.h"

#include <algorithm>

using namespace orrery;

int FlowNetwork::addNode() {
  outgoing.emplace_back();
  return static_cast<int>(outgoing.size()) - 1;
}

void FlowNetwork::addEdge(int from, int to, int64_t capacity) {
  outgoing[from].push_back(static_cast<int>(edges.size()));
  edges.push_back({to, capacity});
  outgoing[to].push_back(static_cast<int>(edges.size()));
  edges.push_back({from, 0});
}

// Distances from the source along edges that are not full.
bool FlowNetwork::findLevels(int source, int sink) {
  level.assign(outgoing.size(), -1);
  level[source] = 0;
  std::vector<int> queue{source};
  for (size_t head = 0; head < queue.size(); ++head)
    for (int edge : outgoing[queue[head]])
      if (edges[edge].rest > 0 && level[edges[edge].to] < 0) {
        level[edges[edge].to] = level[queue[head]] + 1;
        queue.push_back(edges[edge].to);
      }
  return level[sink] >= 0;
}

// Sends what it can along one path that climbs the levels; 0 when there is none left.
int64_t FlowNetwork::augment(int source, int sink) {
  std::vector<int> path;
  int node = source;
  while (node != sink) {
    bool advanced = false;
    for (size_t &i = next[node]; i < outgoing[node].size(); ++i) {
      const Edge &edge = edges[outgoing[node][i]];
      if (edge.rest > 0 && level[edge.to] == level[node] + 1) {
        path.push_back(outgoing[node][i]);
        node = edge.to;
        advanced = true;
        break;
      }
    }
    if (advanced)
      continue;
    if (path.empty())
      return 0;
    // A dead end: step back, and do not try this edge again.
    node = edges[path.back() ^ 1].to;
    path.pop_back();
    ++next[node];
  }
  int64_t flow = Unlimited;
  for (int edge : path)
    flow = std::min(flow, edges[edge].rest);
  for (int edge : path) {
    edges[edge].rest -= flow;
    edges[edge ^ 1].rest += flow;
  }
  return flow;
}

int64_t FlowNetwork::maximumFlow(int source, int sink) {
  int64_t total = 0;
  while (total < Unlimited && findLevels(source, sink)) {
    next.assign(outgoing.size(), 0);
    while (int64_t flow = augment(source, sink)) {
      total += flow;
      if (total >= Unlimited)
        break;
    }
  }
  return total;
}

std::vector<bool> FlowNetwork::sinkSide(int sink) const {
  std::vector<bool> side(outgoing.size(), false);
  side[sink] = true;
  std::vector<int> queue{sink};
  for (size_t head = 0; head < queue.size(); ++head)
    for (int edge : outgoing[queue[head]]) {
      // The reverse of an outgoing edge comes in; it leads on while it is not full.
      int from = edges[edge].to;
      if (edges[edge ^ 1].rest > 0 && !side[from]) {
        side[from] = true;
        queue.push_back(from);
      }
    }
  return side;
}
