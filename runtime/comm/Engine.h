// Moves the started operations of a rank on: a thread of its own where the back end allows it, and
// the rank itself whenever it waits.
#ifndef ORRERY_RUNTIME_COMM_ENGINE_H
#define ORRERY_RUNTIME_COMM_ENGINE_H

#include "runtime/comm/Collective.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace orrery::runtime {

class Engine {
public:
  Engine(const orrery_comm_table &table, orrery_comm *comm, const WorldOptions &options);
  ~Engine();

  void start(const Request &request);
  // Starts and waits. `tag` -1: that of the operation's number.
  void perform(const Request &request, int tag = -1);
  void poll();
  void wait(const Request &request); // throws the operation's failure
  void halt();                       // the thread moves nothing on any more
  bool hasThread() const { return thread.joinable(); }
  bool idle() const; // nothing is under way
  Traffic traffic() const;
  bool checks() const { return options.check; }
  uint64_t nextSequence() { return sequence++; }

private:
  void enter(const Request &request, int tag);
  bool advanceAll();
  void run();
  void waited(const Request &request, double seconds);
  // The lock that a rank takes; the thread stands back for it.
  std::unique_lock<std::mutex> lockAhead();

  const orrery_comm_table &table;
  orrery_comm *comm;
  WorldOptions options;
  uint64_t sequence = 0;
  mutable std::mutex mutex; // over the table, the list and what follows
  std::condition_variable changed;
  std::vector<Request> underWay; // in the order of their start
  bool waiting = false;
  Traffic counts;
  std::atomic<bool> stopping{false};
  std::atomic<int> wanted{0};
  std::thread thread;
};

} // namespace orrery::runtime

#endif
