// Writes the files through which a supervisor knows of its ranks; see runtime/abi/launch.h.
#include "runtime/program/Supervision.h"
#include "runtime/abi/launch.h"
#include "runtime/core/Process.h"
#include "runtime/io/AtomicFile.h"
#include "runtime/program/Talk.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

namespace fs = std::filesystem;

namespace orrery::runtime {

using Clock = std::chrono::steady_clock;

static fs::path statusFolder() { return environment(ORRERY_STATUS_VARIABLE); }

// Reports are not worth failing for: the supervisor notices that there is none.
static void tell(const char *name, const std::string &text) {
  fs::path folder = statusFolder();
  if (folder.empty())
    return;
  try {
    writeFile(folder / name, text);
  } catch (const std::exception &) {
  }
}

double usedBefore() { return std::strtod(environment(ORRERY_USED_VARIABLE).c_str(), nullptr); }

void tellRunFolder(const fs::path &run) { tell("run", fs::absolute(run).string()); }

void tellFailure(int rank, const Error &error) {
  tell(fmt::format("failure-{}-{}", hostName(), getpid()).c_str(),
       fmt::format("{} rank {}: {}{}", int(error.exit), rank, error.what(),
                   error.code.empty() ? "" : " [" + error.code + "]"));
}

void tellVerdict(int code) { tell("verdict", std::to_string(code)); }

Heartbeat::Heartbeat(int rank, int ranks, double limit)
    : rank(rank), ranks(ranks), limit(limit), parent(getppid()) {
  fs::path folder = statusFolder();
  if (limit < 0)
    this->limit = std::strtod(environment(ORRERY_WATCHDOG_VARIABLE).c_str(), nullptr);
  if (folder.empty() && ranks == 1)
    return;
  if (!folder.empty())
    file = folder / fmt::format("rank-{}", rank);
  sigset_t all, before; // signals are for the rank itself
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  thread = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Heartbeat::~Heartbeat() {
  {
    std::lock_guard lock(mutex);
    stopping = true;
  }
  changed.notify_all();
  if (thread.joinable())
    thread.join();
}

void Heartbeat::run() {
  int64_t seen = -1;
  auto lastMove = Clock::now();
  std::unique_lock lock(mutex);
  while (!changed.wait_for(lock, std::chrono::milliseconds(200), [&] { return stopping; })) {
    if (int64_t now = moves.load(std::memory_order_acquire); now != seen) {
      seen = now;
      lastMove = Clock::now();
    }
    if (!file.empty()) {
      write();
      if (int code = std::atoi(readIfThere(file.parent_path() / "stop").c_str()))
        requestStop(code);
    }
    // The launcher's children are nobody's when it is killed, and would go on for ever. Alone,
    // there is time for a checkpoint; ranks cannot count on one another any more.
    if (getppid() != parent) {
      if (ranks > 1) {
        toStderr(fmt::format("rank {}: the launcher is gone\n", rank));
        _exit(ExitFailure);
      }
      requestStop(ExitAgain);
    }
    double still = std::chrono::duration<double>(Clock::now() - lastMove).count();
    if (limit > 0 && still > limit)
      giveUp(still);
  }
}

// In place and of one length, so that a reader sees one line or the other.
void Heartbeat::write() {
  std::string line =
      fmt::format("{} {} {} {} {}", moves.load(), step.load(), getpid(), hostName(), doing.load());
  line.resize(199, ' ');
  line += '\n';
  int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0)
    return;
  [[maybe_unused]] ssize_t written = pwrite(fd, line.data(), line.size(), 0);
  close(fd);
}

// What the ranks that are behind this one said last.
std::string Heartbeat::others() const {
  std::string text;
  for (int other = 0; other < ranks && !file.empty(); ++other) {
    long long theirMoves = 0, theirStep = 0;
    int used = 0;
    std::string line = readIfThere(file.parent_path() / fmt::format("rank-{}", other));
    if (other == rank)
      continue;
    if (std::sscanf(line.c_str(), "%lld %lld %n", &theirMoves, &theirStep, &used) < 2)
      text += fmt::format("; rank {} has said nothing", other);
    else if (theirMoves < moves)
      text += fmt::format("; rank {} is in step {}: {}", other, theirStep,
                          line.substr(size_t(used), line.find_last_not_of(" \n") + 1 - used));
  }
  return text;
}

void Heartbeat::giveUp(double seconds) {
  Error error(ExitFailure, "E0906", "",
              fmt::format("nothing has moved for {:.0f} s in step {}: {}{}", seconds, step.load(),
                          doing.load(), others()));
  toStderr(fmt::format("rank {}: error: {} [E0906]\n", rank, error.what()));
  tellFailure(rank, error);
  _exit(ExitFailure);
}

} // namespace orrery::runtime
