// Ranks as threads of one process, for tests of what goes on while a rank computes: every rank has
// the thread that moves its operations on, as over MPI, and ThreadSanitizer sees all of it.
#ifndef ORRERY_TEST_COMM_THREADRANKS_H
#define ORRERY_TEST_COMM_THREADRANKS_H

#include "runtime/comm/Comm.h"
#include "runtime/comm/Mailbox.h"

#include <functional>
#include <mutex>
#include <thread>

struct ThreadWorld {
  ThreadWorld(int ranks) : mailbox(ranks, [](int) {}), ranks(ranks) {}
  std::mutex mutex; // over the mailbox
  orrery::runtime::Mailbox mailbox;
  int ranks;
};

struct ThreadRank {
  ThreadWorld *world;
  int rank;
  std::mutex calls; // a back end is never called from two threads at once
};

inline ThreadRank &of(orrery_comm *c) { return *reinterpret_cast<ThreadRank *>(c); }

inline void post(ThreadRank &c, const orrery::runtime::Letter &letter,
                 orrery_comm_request *request) {
  std::unique_lock once(c.calls, std::try_to_lock);
  std::lock_guard lock(c.world->mutex);
  auto *posted = c.world->mailbox.post(letter);
  if (!posted || !once)
    std::abort();
  request->words[0] = reinterpret_cast<uint64_t>(posted);
}

inline const orrery_comm_table threadTable = {
    .version = ORRERY_COMM_VERSION,
    .any_thread = 1,
    .name = [](orrery_comm *) { return "threads"; },
    .rank = [](orrery_comm *c) { return of(c).rank; },
    .size = [](orrery_comm *c) { return of(c).world->ranks; },
    .local_rank = [](orrery_comm *c) { return of(c).rank; },
    .local_size = [](orrery_comm *c) { return of(c).world->ranks; },
    .node = [](orrery_comm *) { return 0; },
    .nodes = [](orrery_comm *) { return 1; },
    .isend =
        [](orrery_comm *c, const void *data, uint64_t bytes, int to, int tag,
           orrery_comm_request *request) {
          post(of(c), orrery::runtime::Letter::sent(of(c).rank, data, bytes, to, tag), request);
        },
    .irecv =
        [](orrery_comm *c, void *data, uint64_t bytes, int from, int tag,
           orrery_comm_request *request) {
          post(of(c), orrery::runtime::Letter::received(of(c).rank, data, bytes, from, tag),
               request);
        },
    .test =
        [](orrery_comm *c, orrery_comm_request *request) {
          std::unique_lock once(of(c).calls, std::try_to_lock);
          std::lock_guard lock(of(c).world->mutex);
          if (!once)
            std::abort();
          return int(of(c).world->mailbox.taken(
              reinterpret_cast<orrery::runtime::Letter *>(request->words[0])));
        },
    .idle =
        [](orrery_comm *, int wait) {
          if (wait)
            std::this_thread::yield();
          return 0;
        },
    .abort = [](orrery_comm *, int) { std::abort(); },
    .close = [](orrery_comm *) {},
};

inline void runThreads(int ranks, const std::function<void(orrery::runtime::World &)> &program,
                       orrery::runtime::WorldOptions options = {}) {
  ThreadWorld shared(ranks);
  std::vector<std::thread> threads;
  for (int rank = 0; rank < ranks; ++rank)
    threads.emplace_back([&, rank] {
      ThreadRank end{&shared, rank, {}};
      orrery::runtime::World world(threadTable, reinterpret_cast<orrery_comm *>(&end), options);
      program(world);
    });
  for (std::thread &thread : threads)
    thread.join();
}

#endif
