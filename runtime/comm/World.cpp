// The collective operations, started and waited for.
#include "runtime/comm/Element.h"
#include "runtime/comm/Engine.h"
#include "runtime/comm/Plan.h"

#include <cassert>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fmt/format.h>

namespace orrery::runtime {

World::World(const orrery_comm_table &table, orrery_comm *comm, WorldOptions options)
    : comm(comm), table(table), me(table.rank(comm)), ranks(table.size(comm)),
      engine(std::make_unique<Engine>(table, comm, options)),
      shares(std::make_unique<Shares>(ranks)) {}

// After an exception messages may be under way, and only `abort` can end the ranks.
World::~World() {
  bool clean = engine->idle() && std::uncaught_exceptions() == 0;
  engine.reset();
  if (clean)
    table.close(comm);
}

int World::localRank() const { return table.local_rank(comm); }
int World::localSize() const { return table.local_size(comm); }
int World::node() const { return table.node(comm); }
int World::nodes() const { return table.nodes(comm); }
const char *World::name() const { return table.name(comm); }
bool World::progresses() const { return engine->hasThread(); }

Request World::begin(const char *operation, std::string_view type, size_t count, uint64_t extra,
                     Site site) {
  auto request = std::make_shared<Collective>();
  request->what.set(operation, type, count, extra, site);
  request->what.sequence = engine->nextSequence();
  if (engine->checks() && ranks > 1)
    Planner(*request, me, ranks).compare();
  return request;
}

Request World::beginNumbers(const char *operation, size_t count, uint64_t extra, Element element,
                            Reduction reduction, Wire wire, Site site) {
  assert((wire == Wire::Full || element == Element::F32) && "only f32 travels as bf16");
  Request request = begin(
      operation,
      fmt::format("{} {}{}", nameOf(element), nameOf(reduction), wire == Wire::BF16 ? " bf16" : ""),
      count, extra, site);
  request->unit = bytesOf(element);
  request->element = element;
  request->reduction = reduction;
  request->wire = wire;
  return request;
}

Request World::startAllReduce(void *data, size_t count, Element element, Reduction reduction,
                              Wire wire, Site site) {
  Request request = beginNumbers("all_reduce", count, 0, element, reduction, wire, site);
  Planner(*request, me, ranks).allReduce(static_cast<char *>(data), count);
  engine->start(request);
  return request;
}

Request World::startReduceScatter(void *data, size_t count, Element element, Reduction reduction,
                                  Wire wire, Site site) {
  Request request = beginNumbers("reduce_scatter", count, 0, element, reduction, wire, site);
  Planner(*request, me, ranks).reduceScatter(*shares, static_cast<char *>(data), count);
  engine->start(request);
  return request;
}

Request World::startAllGather(void *data, size_t count, Element element, Wire wire, Site site) {
  Request request = beginNumbers("all_gather", count, 0, element, Reduction::Sum, wire, site);
  Planner(*request, me, ranks).allGather(*shares, static_cast<char *>(data), count);
  engine->start(request);
  return request;
}

Request World::startAllReduceTree(std::span<const Subtree> mine, uint64_t shards, void *result,
                                  size_t count, Element element, Site site) {
  Request request =
      beginNumbers("all_reduce_tree", count, shards, element, Reduction::Sum, Wire::Full, site);
  Planner(*request, me, ranks).allReduceTree(mine, shards, static_cast<char *>(result), count);
  engine->start(request);
  return request;
}

void World::allReduce(void *data, size_t count, Element element, Reduction reduction, Wire wire,
                      Site site) {
  engine->wait(startAllReduce(data, count, element, reduction, wire, site));
}

void World::reduceScatter(void *data, size_t count, Element element, Reduction reduction, Wire wire,
                          Site site) {
  engine->wait(startReduceScatter(data, count, element, reduction, wire, site));
}

void World::allGather(void *data, size_t count, Element element, Wire wire, Site site) {
  engine->wait(startAllGather(data, count, element, wire, site));
}

void World::allReduceTree(std::span<const Subtree> mine, uint64_t shards, void *result,
                          size_t count, Element element, Site site) {
  engine->wait(startAllReduceTree(mine, shards, result, count, element, site));
}

Part World::share(size_t count) const { return shares->of(me, count); }

void World::broadcast(void *data, size_t bytes, int from, Site site) {
  Request request = begin("broadcast", "bytes", bytes, uint64_t(from), site);
  Planner(*request, me, ranks).broadcast(static_cast<char *>(data), bytes, from);
  engine->start(request);
  engine->wait(request);
}

void World::barrier(Site site) {
  Request request = begin("barrier", "bytes", 0, 0, site);
  Planner(*request, me, ranks).barrier();
  engine->start(request);
  engine->wait(request);
}

// All shares are of `bytes` bytes; they come in the order of the shares.
void World::gather(const void *mine, size_t bytes, void *all, Site site) {
  std::vector<char> shuffled(bytes * size_t(ranks));
  std::memcpy(shuffled.data() + shares->place(me) * bytes, mine, bytes);
  Request request = begin("gather", "bytes", bytes, 0, site);
  Planner(*request, me, ranks).allGather(*shares, shuffled.data(), shuffled.size());
  engine->start(request);
  engine->wait(request);
  for (int rank = 0; rank < ranks; ++rank)
    std::memcpy(static_cast<char *>(all) + size_t(rank) * bytes,
                shuffled.data() + shares->place(rank) * bytes, bytes);
}

bool finished(const Request &request) { return !request || request->finished(); }

bool World::done(const Request &request) {
  if (!finished(request))
    engine->poll();
  return finished(request);
}

void World::wait(Request &request) {
  if (!request)
    return;
  Request waited = std::move(request);
  engine->wait(waited);
}

void World::message(Transfer transfer, bool sends, int tag, Site site) {
  auto request = std::make_shared<Collective>();
  request->what.set(sends ? "send" : "receive", "bytes", transfer.count, uint64_t(tag), site);
  Step step{.kind = Step::Exchange};
  (sends ? step.sends : step.receives).push_back(transfer);
  request->steps.push_back(std::move(step));
  engine->start(request, tag);
  engine->wait(request);
}

void World::send(const void *data, size_t bytes, int to, int tag, Site site) {
  message({to, static_cast<char *>(const_cast<void *>(data)), bytes}, true, tag, site);
}

void World::receive(void *data, size_t bytes, int from, int tag, Site site) {
  message({from, static_cast<char *>(data), bytes}, false, tag, site);
}

void World::abort(int code) {
  table.abort(comm, code);
  std::_Exit(code);
}

} // namespace orrery::runtime
