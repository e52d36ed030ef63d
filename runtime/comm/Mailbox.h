// Matches the messages of ranks that live in one process.
#ifndef ORRERY_RUNTIME_COMM_MAILBOX_H
#define ORRERY_RUNTIME_COMM_MAILBOX_H

#include <cstdint>
#include <functional>
#include <list>
#include <vector>

namespace orrery::runtime {

// One end of a message. A message is copied once, from the sender's memory into the receiver's,
// when both ends are there; neither end is done before (so a program that relies on buffering is
// found out).
struct Letter {
  const char *from = nullptr; // where it is sent from
  char *to = nullptr;         // or where it is received
  uint64_t bytes = 0;
  int owner = 0, peer = 0, tag = 0;
  bool done = false;
  std::list<Letter>::iterator self = {};

  static Letter sent(int owner, const void *data, uint64_t bytes, int to, int tag) {
    return {.from = static_cast<const char *>(data),
            .bytes = bytes,
            .owner = owner,
            .peer = to,
            .tag = tag};
  }
  static Letter received(int owner, void *data, uint64_t bytes, int from, int tag) {
    return {
        .to = static_cast<char *>(data), .bytes = bytes, .owner = owner, .peer = from, .tag = tag};
  }
};

class Mailbox {
public:
  Mailbox(int ranks, std::function<void(int rank)> wake)
      : posted(size_t(ranks)), waiting(size_t(ranks)), wake(std::move(wake)) {}

  // Posts one end of a message; null if the ends disagree about its length.
  Letter *post(const Letter &letter);
  // Whether the message is done; its letter is gone then.
  bool taken(Letter *letter);
  // Forgets what a rank posted: its memory is about to go.
  void forget(int rank);

private:
  std::vector<std::list<Letter>> posted; // by owner
  // Letters that wait for their other end, by the rank that receives.
  std::vector<std::list<Letter *>> waiting;
  std::function<void(int)> wake; // a message of this rank is done
};

} // namespace orrery::runtime

#endif
