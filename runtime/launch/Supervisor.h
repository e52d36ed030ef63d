// Watches a program on its ranks until it has come to an end, and starts it again when it has not.
#ifndef ORRERY_RUNTIME_LAUNCH_SUPERVISOR_H
#define ORRERY_RUNTIME_LAUNCH_SUPERVISOR_H

#include "runtime/launch/Command.h"
#include "runtime/launch/StatusFolder.h"

#include <chrono>
#include <optional>

namespace orrery::launch {

class Supervisor {
public:
  Supervisor(const Request &request, std::string launcher);
  Supervisor(const Supervisor &) = delete;
  int run(); // the exit code

private:
  using Clock = std::chrono::steady_clock;
  static double since(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
  }
  // How one start of the program ended.
  struct Outcome {
    int code = 1;
    bool isFinal = false; // else it may be started again
    std::string why;
  };

  Outcome runOnce();
  // Waits for the launcher to end, and kills it when there is nothing more to wait for; why, then.
  std::string watch(int child);
  std::string overdue();
  bool ranksMoved();
  void handOn();
  Outcome judge(int status, const std::string &killed);
  std::filesystem::path resumable() const;

  const Request &request;
  std::string launcher;
  Clock::time_point begin = Clock::now();
  StatusFolder status; // through which the ranks speak
  std::string heard;   // what the ranks said last
  Clock::time_point lastMove;
  std::optional<Clock::time_point> endedAt, stopAt;
};

} // namespace orrery::launch

#endif
