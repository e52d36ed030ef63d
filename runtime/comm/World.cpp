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
Traffic World::traffic() const { return engine->traffic(); }
bool World::progresses() const { return engine->hasThread(); }

Request World::begin(const char *operation, size_t count, uint64_t extra, Site site) {
  auto request = std::make_shared<Collective>();
  request->operation = operation;
  request->count = count;
  request->extra = extra;
  request->sequence = engine->nextSequence();
  request->site = site;
  return request;
}

Planner World::plan(Collective &collective) {
  Planner planner(collective, me, ranks);
  if (engine->checks() && ranks > 1)
    planner.compare();
  return planner;
}

Request World::beginNumbers(const char *operation, size_t count, uint64_t extra, Element element,
                            Reduction reduction, Wire wire, Site site) {
  assert((wire == Wire::Full || element == Element::F32) && "only f32 travels as bf16");
  Request request = begin(operation, count, extra, site);
  request->numbers = true;
  request->unit = bytesOf(element);
  request->element = element;
  request->reduction = reduction;
  request->wire = wire;
  return request;
}

Request World::allReducing(void *data, size_t count, Element element, Reduction reduction,
                           Wire wire, Site site) {
  Request request = beginNumbers("all_reduce", count, 0, element, reduction, wire, site);
  plan(*request).allReduce(static_cast<char *>(data), count);
  return request;
}

Request World::reduceScattering(void *data, size_t count, Element element, Reduction reduction,
                                Wire wire, Site site) {
  Request request = beginNumbers("reduce_scatter", count, 0, element, reduction, wire, site);
  plan(*request).reduceScatter(*shares, static_cast<char *>(data), count);
  return request;
}

Request World::allGathering(void *data, size_t count, Element element, Wire wire, Site site) {
  Request request = beginNumbers("all_gather", count, 0, element, Reduction::Sum, wire, site);
  plan(*request).allGather(*shares, static_cast<char *>(data), count);
  return request;
}

Request World::allReducingTree(std::span<const Subtree> mine, uint64_t shards, void *result,
                               size_t count, Element element, Site site) {
  Request request =
      beginNumbers("all_reduce_tree", count, shards, element, Reduction::Sum, Wire::Full, site);
  plan(*request).allReduceTree(mine, shards, static_cast<char *>(result), count);
  return request;
}

Request World::started(Request request) {
  engine->start(request);
  return request;
}

Request World::startAllReduce(void *data, size_t count, Element element, Reduction reduction,
                              Wire wire, Site site) {
  return started(allReducing(data, count, element, reduction, wire, site));
}

void World::allReduce(void *data, size_t count, Element element, Reduction reduction, Wire wire,
                      Site site) {
  engine->perform(allReducing(data, count, element, reduction, wire, site));
}

Request World::startReduceScatter(void *data, size_t count, Element element, Reduction reduction,
                                  Wire wire, Site site) {
  return started(reduceScattering(data, count, element, reduction, wire, site));
}

void World::reduceScatter(void *data, size_t count, Element element, Reduction reduction, Wire wire,
                          Site site) {
  engine->perform(reduceScattering(data, count, element, reduction, wire, site));
}

Request World::startAllGather(void *data, size_t count, Element element, Wire wire, Site site) {
  return started(allGathering(data, count, element, wire, site));
}

void World::allGather(void *data, size_t count, Element element, Wire wire, Site site) {
  engine->perform(allGathering(data, count, element, wire, site));
}

Request World::startAllReduceTree(std::span<const Subtree> mine, uint64_t shards, void *result,
                                  size_t count, Element element, Site site) {
  return started(allReducingTree(mine, shards, result, count, element, site));
}

void World::allReduceTree(std::span<const Subtree> mine, uint64_t shards, void *result,
                          size_t count, Element element, Site site) {
  engine->perform(allReducingTree(mine, shards, result, count, element, site));
}

Part World::share(size_t count) const { return shares->of(me, count); }

void World::broadcast(void *data, size_t bytes, int from, Site site) {
  Request request = begin("broadcast", bytes, uint64_t(from), site);
  plan(*request).broadcast(static_cast<char *>(data), bytes, from);
  engine->perform(request);
}

void World::barrier(Site site) {
  Request request = begin("barrier", 0, 0, site);
  plan(*request).barrier();
  engine->perform(request);
}

// All shares are of `bytes` bytes; they come in the order of the shares.
void World::gather(const void *mine, size_t bytes, void *all, Site site) {
  std::vector<char> shuffled(bytes * size_t(ranks));
  std::memcpy(shuffled.data() + shares->place(me) * bytes, mine, bytes);
  Request request = begin("gather", bytes, 0, site);
  plan(*request).allGather(*shares, shuffled.data(), shuffled.size());
  engine->perform(request);
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
  request->operation = sends ? "send" : "receive";
  request->count = transfer.count;
  request->extra = uint64_t(tag);
  request->site = site;
  Step step{.kind = Step::Exchange};
  (sends ? step.sends : step.receives).push_back(transfer);
  request->steps.push_back(std::move(step));
  engine->perform(request, tag);
}

void World::send(const void *data, size_t bytes, int to, int tag, Site site) {
  message({to, static_cast<char *>(const_cast<void *>(data)), bytes}, true, tag, site);
}

void World::receive(void *data, size_t bytes, int from, int tag, Site site) {
  message({from, static_cast<char *>(data), bytes}, false, tag, site);
}

void World::abort(int code) {
  engine->halt();
  table.abort(comm, code);
  std::_Exit(code);
}

} // namespace orrery::runtime
