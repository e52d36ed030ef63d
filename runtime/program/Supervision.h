// What a rank tells the supervisor that started it (`orrery run`), and a watch over the rank
// itself.
#ifndef ORRERY_RUNTIME_PROGRAM_SUPERVISION_H
#define ORRERY_RUNTIME_PROGRAM_SUPERVISION_H

#include "runtime/core/Error.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

namespace orrery::runtime {

// A thread that says now and then what its rank is doing. It ends the process when the rank gets
// nothing done for too long, and when the launcher is gone. Without a supervisor and on one rank it
// does nothing.
class Heartbeat {
public:
  // `limit`: seconds; negative: the supervisor's.
  Heartbeat(int rank, int ranks, double limit);
  ~Heartbeat();
  Heartbeat(const Heartbeat &) = delete;

  // Something was done, and this is what comes next, in step `step`. Cheap; `doing` is a literal.
  void moved(int64_t step, const char *doing) {
    this->step.store(step, std::memory_order_relaxed);
    this->doing.store(doing, std::memory_order_relaxed);
    moves.fetch_add(1, std::memory_order_release);
  }

private:
  void run();
  void write();
  void giveUp(double seconds);
  std::string others() const;

  int rank, ranks;
  double limit = 0;
  pid_t parent;
  std::atomic<int64_t> moves{0}, step{0};
  std::atomic<const char *> doing{"starting"};
  std::filesystem::path file;
  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  std::thread thread;
};

// Seconds that earlier starts under the same supervisor took; 0 without one.
double usedBefore();
// Each does nothing without a supervisor.
void tellRunFolder(const std::filesystem::path &run);
void tellFailure(int rank, const Error &error);
// The last that rank 0 does: what the run came to.
void tellVerdict(int code);

} // namespace orrery::runtime

#endif
