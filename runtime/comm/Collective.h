// A collective operation as one rank carries it out: a list of steps, each a few messages and the
// arithmetic on what comes in, moved on by whoever has time.
#ifndef ORRERY_RUNTIME_COMM_COLLECTIVE_H
#define ORRERY_RUNTIME_COMM_COLLECTIVE_H

#include "runtime/comm/Comm.h"

#include <array>
#include <atomic>
#include <exception>

namespace orrery::runtime {

// Elements that go to or come from a peer.
struct Transfer {
  int peer = 0;
  char *data = nullptr;
  size_t count = 0;
};

struct Step {
  enum Kind {
    Exchange,   // send all, receive all; what comes in replaces what is there
    Accumulate, // the same, but what comes in is combined with what is there
    Merge,      // to (+)= from, on this rank
    Copy,       // to = from, on this rank
    Round,      // to = bf16(to), on this rank
    Compare     // what the neighbours are doing, with what this rank does
  };
  Kind kind;
  // Messages between two ranks are sent and received in the same order on both.
  std::vector<Transfer> sends = {}, receives = {};
  char *to = nullptr;
  const char *from = nullptr;
  size_t count = 0;
};

// What an operation is: compared between ranks, and told in messages.
struct Description {
  char operation[16] = {};
  char type[16] = {}; // "f32 sum bf16"
  uint64_t count = 0;
  uint64_t extra = 0; // the root of a broadcast, the shards of a tree
  uint64_t sequence = 0;
  char site[104] = {}; // "Train.cpp:120"
  std::string text() const;
};

class Collective {
public:
  const char *operation = "";
  bool numbers = false; // else bytes
  uint64_t count = 0, extra = 0, sequence = 0;
  Site site;
  size_t unit = 1; // bytes of an element in memory
  Element element = Element::F32;
  Reduction reduction = Reduction::Sum;
  Wire wire = Wire::Full;
  int tag = 0;
  std::vector<Step> steps;
  // Memory that lives as long as the operation.
  std::vector<std::unique_ptr<char[]>> scratch;

  char *newScratch(size_t count) {
    return scratch.emplace_back(std::make_unique_for_overwrite<char[]>(count * unit)).get();
  }

  // Does what can be done without waiting. Whether anything was.
  bool advance(const orrery_comm_table &table, orrery_comm *comm);
  bool finished() const { return done.load(std::memory_order_acquire); }
  uint64_t received = 0; // bytes so far
  // The rank that this one waits for; -1 if for none.
  int waitsFor() const;
  Description describe() const;
  Description mine, theirs; // where they are compared: what this rank does and what its neighbour
  // Set when the operation cannot be carried out; it is finished then.
  std::exception_ptr failure;
  void fail(std::exception_ptr why);

private:
  // Messages are cut into pieces, a few of which are under way at once: arithmetic overlaps with
  // transport, and the staging memory stays in the cache.
  static constexpr size_t pieceBytes = size_t(256) << 10;
  static constexpr size_t inFlight = 4;

  struct Piece {
    orrery_comm_request request{};
    bool active = false;
    char *data = nullptr;
    size_t count = 0;
    int peer = 0;
    std::unique_ptr<char[]> staging;
  };
  // One direction of a step.
  struct Stream {
    size_t transfer = 0, begin = 0, active = 0;
    std::array<Piece, inFlight> pieces;
    void restart() { transfer = begin = 0; }
  };

  bool move(const orrery_comm_table &table, orrery_comm *comm);
  static bool left(Stream &stream, const std::vector<Transfer> &transfers);
  Piece *nextPiece(Stream &stream, const std::vector<Transfer> &transfers);
  void send(Piece &piece, const orrery_comm_table &table, orrery_comm *comm);
  void receive(Piece &piece, const orrery_comm_table &table, orrery_comm *comm);
  void arrived(Piece &piece);
  void compute();
  const Step &step() const { return steps[at]; }
  size_t stepUnit() const { return step().kind == Step::Compare ? 1 : unit; }
  size_t wireUnit() const { return narrow() ? 2 : stepUnit(); }
  bool narrow() const { return wire == Wire::BF16 && step().kind != Step::Compare; }

  size_t at = 0;
  Stream outgoing, incoming;
  std::atomic<bool> done{false};
};

} // namespace orrery::runtime

#endif
