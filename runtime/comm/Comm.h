// The ranks of a run as the trainer sees them: collective operations that are started and waited
// for.
//
// Every rank calls the same operations in the same order. A started operation goes on by itself
// where the back end allows it, and whenever this rank waits for another one; its memory must not
// be touched before `wait` has returned. Several may be under way.
#ifndef ORRERY_RUNTIME_COMM_COMM_H
#define ORRERY_RUNTIME_COMM_COMM_H

#include "runtime/abi/orrery_comm.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::runtime {

enum class Element : uint8_t { F32, F64, I64 };
size_t bytesOf(Element element);

// A sum is IEEE addition in the element's width. A minimum or maximum with a NaN is a NaN.
enum class Reduction : uint8_t { Sum, Min, Max };

// How f32 numbers travel. With BF16 partial sums are rounded when they are sent, and added in f32;
// all ranks end with the same bits all the same.
enum class Wire : uint8_t { Full, BF16 };

// Where an operation was called, for messages.
using Site = std::source_location;

// Elements [begin, end) of a vector.
struct Part {
  size_t begin = 0, end = 0;
  size_t size() const { return end - begin; }
};

// The sum of the shards [first, first + count): a complete subtree of the tree over all shards, so
// count is a power of two that divides first.
struct Subtree {
  uint64_t first = 0, count = 1;
  void *data = nullptr;
};

// The shards of a rank: contiguous, as even as can be, in the order of the ranks.
Part shardsOf(uint64_t shards, int rank, int size);
// The largest complete subtrees that make up [shards.begin, shards.end), in order.
std::vector<Part> subtreesOf(Part shards);

class Collective;
class Engine;
class Planner;
class Shares;
struct Transfer;

// An operation that was started. An empty one is done.
using Request = std::shared_ptr<Collective>;
bool finished(const Request &request); // a look; moves nothing on

struct WorldOptions {
  bool check = false;   // compare operation, type, count and call site on all ranks, each time
  double timeout = 0;   // seconds without progress after which a wait is given up; 0: never
  bool progress = true; // a thread moves started operations on, if the back end allows it
};

// Bytes that a rank has received, and how many of them while it waited: the others came while it
// computed.
struct Traffic {
  uint64_t received = 0, whileWaiting = 0;
};

class World {
public:
  // MPI when the program was started by an MPI launcher, else one rank.
  static std::unique_ptr<World> open();
  static std::unique_ptr<World> alone();

  World(const orrery_comm_table &table, orrery_comm *comm, WorldOptions options);
  World(const World &) = delete;
  ~World();

  int rank() const { return me; }
  int size() const { return ranks; }
  bool root() const { return me == 0; }
  int localRank() const;
  int localSize() const;
  int node() const;
  int nodes() const;
  const char *name() const;
  // Whether started operations go on while this rank computes.
  bool progresses() const;
  Traffic traffic() const;

  // In place: afterwards every rank holds the reduction of all ranks' vectors.
  void allReduce(void *data, size_t count, Element element, Reduction reduction = Reduction::Sum,
                 Wire wire = Wire::Full, Site site = Site::current());
  Request startAllReduce(void *data, size_t count, Element element,
                         Reduction reduction = Reduction::Sum, Wire wire = Wire::Full,
                         Site site = Site::current());

  // The part of a vector that reduceScatter leaves on this rank and that allGather takes from it.
  // The parts of all ranks tile the vector, though not in the order of the ranks.
  Part share(size_t count) const;
  // In place: afterwards this rank's share holds the reduction; the rest of the vector is scratch.
  void reduceScatter(void *data, size_t count, Element element,
                     Reduction reduction = Reduction::Sum, Wire wire = Wire::Full,
                     Site site = Site::current());
  Request startReduceScatter(void *data, size_t count, Element element,
                             Reduction reduction = Reduction::Sum, Wire wire = Wire::Full,
                             Site site = Site::current());
  // In place: every rank's share becomes known to all. With BF16 every share is rounded first.
  void allGather(void *data, size_t count, Element element, Wire wire = Wire::Full,
                 Site site = Site::current());
  Request startAllGather(void *data, size_t count, Element element, Wire wire = Wire::Full,
                         Site site = Site::current());

  // The sum over `shards` shards (a power of two), each of which lies on one rank: its bits do not
  // depend on the number of ranks. `mine` are the sums of this rank's block, shardsOf(shards,
  // rank(), size()), as subtreesOf gives them, in order; their memory is scratch afterwards.
  // `result` may be mine[0].data.
  void allReduceTree(std::span<const Subtree> mine, uint64_t shards, void *result, size_t count,
                     Element element, Site site = Site::current());
  Request startAllReduceTree(std::span<const Subtree> mine, uint64_t shards, void *result,
                             size_t count, Element element, Site site = Site::current());

  void broadcast(void *data, size_t bytes, int from = 0, Site site = Site::current());
  void barrier(Site site = Site::current());
  // `all` gets every rank's bytes, in the order of the ranks.
  void gather(const void *mine, size_t bytes, void *all, Site site = Site::current());

  bool done(const Request &request); // moves operations on, and returns at once
  void wait(Request &request);       // and empties it

  // What all ranks must decide alike.
  bool allOf(bool value, Site site = Site::current());
  bool anyOf(bool value, Site site = Site::current());
  double sum(double value, Site site = Site::current());
  double greatest(double value, Site site = Site::current());
  double least(double value, Site site = Site::current());
  int64_t sum(int64_t value, Site site = Site::current());
  int64_t greatest(int64_t value, Site site = Site::current());
  int64_t least(int64_t value, Site site = Site::current());
  std::string broadcast(std::string_view text, int from = 0, Site site = Site::current());
  std::vector<std::string> gather(std::string_view text, Site site = Site::current());
  // An Error on every rank unless the text is the same on all; the message shows rank 0's and that
  // of the first rank that differs.
  void agree(std::string_view what, std::string_view value, Site site = Site::current());

  // Messages of one rank to another, beside the collective operations. Tags are 0 to 1023.
  void send(const void *data, size_t bytes, int to, int tag, Site site = Site::current());
  void receive(void *data, size_t bytes, int from, int tag, Site site = Site::current());

  // Ends all ranks with this exit code; does not return.
  [[noreturn]] void abort(int code);

private:
  Request begin(const char *operation, size_t count, uint64_t extra, Site site);
  Request beginNumbers(const char *operation, size_t count, uint64_t extra, Element element,
                       Reduction reduction, Wire wire, Site site);
  Planner plan(Collective &collective);
  Request started(Request request);
  Request allReducing(void *data, size_t count, Element element, Reduction reduction, Wire wire,
                      Site site);
  Request reduceScattering(void *data, size_t count, Element element, Reduction reduction,
                           Wire wire, Site site);
  Request allGathering(void *data, size_t count, Element element, Wire wire, Site site);
  Request allReducingTree(std::span<const Subtree> mine, uint64_t shards, void *result,
                          size_t count, Element element, Site site);
  void message(Transfer transfer, bool sends, int tag, Site site);

  orrery_comm *comm;
  const orrery_comm_table &table;
  int me, ranks;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Shares> shares;
};

} // namespace orrery::runtime

#endif
