// What the operating system tells a run: how many threads, when to stop.
#include "runtime/core/Process.h"
#include "runtime/core/Error.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <omp.h>
#include <sched.h>
#include <unistd.h>

namespace orrery::runtime {

std::string environment(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

static int threadsFrom(const char *name) {
  std::string text = environment(name);
  if (text.empty())
    return 0;
  // OMP_NUM_THREADS may be a list, one number a nesting level.
  char *end = nullptr;
  long n = std::strtol(text.c_str(), &end, 10);
  if (n < 1 || n > 65536 || (*end && *end != ','))
    throw Error(ExitUsage, "", "", fmt::format("{}={} is no number of threads", name, text));
  return int(n);
}

int processors() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

// Threads that share a processor wait at the end of every loop until each of them has had a turn:
// on a busy machine 4 on 2 processors took 15 times as long as 2. So a variable, which may be meant
// for other programs too, has its limit.
int setThreads(int option, int ranks) {
  int most = std::max(1, processors() / ranks), n = 0;
  for (const char *name : {"ORRERY_THREADS", "OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK"})
    if (n <= 0)
      n = threadsFrom(name);
  n = option > 0 ? option : n <= 0 ? most : std::min(n, most);
  omp_set_num_threads(n);
  return n;
}

std::string processorMask() {
  cpu_set_t set;
  std::string text;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    for (int i = 0; i < CPU_SETSIZE; ++i)
      if (CPU_ISSET(i, &set))
        text += std::to_string(i) + " ";
  return text;
}

static volatile std::sig_atomic_t caught = 0;

static void onSignal(int signal) {
  int code = signal == SIGINT ? 130 : ExitAgain;
  if (caught)
    _exit(code);
  caught = code;
}

void catchSignals() {
  struct sigaction action{};
  action.sa_handler = onSignal;
  action.sa_flags = SA_RESTART;
  for (int signal : {SIGINT, SIGTERM, SIGUSR1})
    sigaction(signal, &action, nullptr);
}

void surviveFileLimits() { signal(SIGXFSZ, SIG_IGN); }

void requestStop(int code) {
  if (!caught)
    caught = code;
}

int signalled() { return caught; }

std::string hostName() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "";
}

} // namespace orrery::runtime
