// Watches a program on its ranks. What the launcher says is not believed: its exit codes vary, and
// it does not see a rank that hangs. What counts is what the ranks write down.
#include "runtime/launch/Supervisor.h"
#include "runtime/abi/launch.h"
#include "runtime/launch/Processes.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace fs = std::filesystem;

namespace orrery::launch {

// Signals that came and that have not been handed on yet; a second one ends everything at once.
static volatile std::sig_atomic_t stopCode = 0, stops = 0;

static void onSignal(int signal) {
  stopCode = signal == SIGINT ? 130 : 75;
  stops = stops + 1;
}

// A log that cannot be written is nothing to fail for.
static void say(const std::string &text) {
  std::fputs(fmt::format("orrery run: {}\n", text).c_str(), stderr);
}

static std::string read(const fs::path &path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Jobs of a batch system may be on several machines, which share the folder they were started in.
static bool isShared(const std::string &launcher) {
  return launcher == "srun" || std::getenv("SLURM_JOB_ID") || std::getenv("PBS_JOBID");
}

Supervisor::Supervisor(const Request &request, std::string name)
    : request(request), launcher(std::move(name)), status(isShared(launcher)) {
  adoptOrphans();
  setenv(ORRERY_STATUS_VARIABLE, status.path().c_str(), 1);
  // Whoever knows most speaks first: the operation that waits for another rank, then that rank's
  // own watchdog, then this one (see `overdue`).
  double own = request.watchdog > 0 ? request.watchdog + 2 : 0;
  setenv("ORRERY_COMM_TIMEOUT", fmt::format("{}", request.watchdog).c_str(), 1);
  setenv(ORRERY_WATCHDOG_VARIABLE, fmt::format("{}", own).c_str(), 1);
  struct sigaction action{};
  action.sa_handler = onSignal;
  for (int signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP})
    sigaction(signal, &action, nullptr);
}

fs::path Supervisor::resumable() const {
  std::string run = read(status.path() / "run");
  std::error_code none;
  if (!run.empty())
    for (const auto &entry : fs::directory_iterator(run, none))
      if (entry.path().filename().string().rfind("ckpt-", 0) == 0 &&
          fs::exists(entry.path() / "optim.safetensors", none)) // the best weights have none
        return run;
  return {};
}

int Supervisor::run() {
  if (status.path().empty()) {
    say("cannot make a folder for the ranks to report to");
    return 6;
  }
  for (int restarts = 0;; ++restarts) {
    Outcome outcome = runOnce();
    if (outcome.isFinal)
      return outcome.code;
    say(outcome.why);
    if (stops > 0 || restarts == request.restarts) {
      if (restarts > 0)
        say(fmt::format("given up after {} restarts", restarts));
      return outcome.code;
    }
    fs::path from = resumable();
    say(fmt::format("restart {} of {}, {}", restarts + 1, request.restarts,
                    from.empty() ? "from the beginning: there is no checkpoint yet"
                                 : "from the last checkpoint in " + from.string()));
  }
}

Supervisor::Outcome Supervisor::runOnce() {
  setenv(ORRERY_USED_VARIABLE, fmt::format("{:.3f}", since(begin)).c_str(), 1);
  std::vector<std::string> words = commandLine(request, launcher, resumable());
  std::error_code none;
  for (const auto &entry : fs::directory_iterator(status.path(), none))
    if (entry.path().filename() != "run")
      fs::remove(entry.path(), none);
  endedAt = stopAt = std::nullopt;
  heard.clear();
  lastMove = Clock::now();
  pid_t child = start(words);
  if (child < 0) {
    say(fmt::format("cannot start {}: {}", words[0], std::strerror(errno)));
    return {1, true, ""};
  }
  std::string killed = watch(child);
  int result = 9; // killed, if it still runs
  waitpid(child, &result, WNOHANG);
  if (!killAll())
    say("some processes do not die; they may be waiting for a file system");
  return judge(result, killed);
}

std::string Supervisor::watch(pid_t child) {
  while (true) {
    siginfo_t info{};
    // Left for `runOnce` to reap.
    if (waitid(P_PID, id_t(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == child)
      return "";
    if (stops > 0)
      handOn();
    if (std::string why = overdue(); !why.empty())
      return why;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

// Asks the ranks to write a checkpoint and to end.
void Supervisor::handOn() {
  if (stopAt)
    return;
  stopAt = Clock::now();
  std::ofstream(status.path() / "stop.tmp") << int(stopCode) << "\n";
  std::error_code none;
  fs::rename(status.path() / "stop.tmp", status.path() / "stop", none);
}

static bool anyFailure(const fs::path &status) {
  std::error_code none;
  for (const auto &entry : fs::directory_iterator(status, none))
    if (entry.path().filename().string().rfind("failure-", 0) == 0)
      return true;
  return false;
}

std::string Supervisor::overdue() {
  // Ranks that have ended leave the launcher nothing to do.
  constexpr double forTheLauncher = 10;
  if (!endedAt && (fs::exists(status.path() / "verdict") || anyFailure(status.path())))
    endedAt = Clock::now();
  if (endedAt && since(*endedAt) > forTheLauncher)
    return "the ranks have ended, but their launcher has not";
  if (stops > 1)
    return "stopped at once";
  if (stopAt && since(*stopAt) > request.grace)
    return fmt::format("the ranks have not stopped in {:.0f} s", request.grace);
  if (ranksMoved())
    lastMove = Clock::now();
  // The ranks' own watchdogs know more, and go first.
  constexpr double later = 5;
  if (request.watchdog > 0 && since(lastMove) > request.watchdog + later)
    return fmt::format("no rank has got anything done for {:.0f} s", since(lastMove));
  return "";
}

bool Supervisor::ranksMoved() {
  std::string now;
  std::error_code none;
  for (const auto &entry : fs::directory_iterator(status.path(), none))
    if (std::string name = entry.path().filename().string(); name.rfind("rank-", 0) == 0) {
      std::string line = read(entry.path());
      now += name + " " + line.substr(0, line.find(' ')) + "\n";
    }
  bool moved = now != heard;
  heard = now;
  return moved;
}

// The message of the rank that failed first.
static std::string firstFailure(const fs::path &status) {
  fs::path first;
  std::error_code none;
  for (const auto &entry : fs::directory_iterator(status, none))
    if (entry.path().filename().string().rfind("failure-", 0) == 0 &&
        (first.empty() || entry.last_write_time(none) < fs::last_write_time(first, none)))
      first = entry.path();
  return first.empty() ? "" : read(first);
}

static std::string describe(int status) {
  return WIFSIGNALED(status) ? fmt::format("was killed by signal {} ({})", WTERMSIG(status),
                                           strsignal(WTERMSIG(status)))
                             : fmt::format("ended with {}", WEXITSTATUS(status));
}

Supervisor::Outcome Supervisor::judge(int result, const std::string &killed) {
  if (std::string verdict = read(status.path() / "verdict"); !verdict.empty())
    return {std::atoi(verdict.c_str()), true, ""};
  if (!killed.empty())
    return {stops > 0 ? int(stopCode) : 1, false, killed};
  if (std::string failure = firstFailure(status.path()); !failure.empty()) {
    // Mistakes of the user's, wrong numbers and full disks are the same the next time.
    int code = std::atoi(failure.c_str());
    size_t text = failure.find(' ');
    return {code, code >= 2 && code <= 7,
            text == std::string::npos ? failure : failure.substr(text + 1)};
  }
  if (launcher == "none" && WIFEXITED(result)) // nobody in between
    return {WEXITSTATUS(result), WEXITSTATUS(result) != 1, "the program ended with 1"};
  return {1, false,
          fmt::format("the program has ended without a verdict; {} {}",
                      launcher == "none" ? "it" : "the launcher", describe(result))};
}

} // namespace orrery::launch

int orrery_launch(int count, const char *const *words) {
  using namespace orrery::launch;
  std::string first = count > 0 ? words[0] : "";
  if (first == "--help" || first == "-h") {
    fmt::print("{}", usage);
    return 0;
  }
  Request request;
  std::string why;
  if (!parse(count, words, request, why)) {
    fmt::print(stderr, "orrery: {}\n", why);
    return 2;
  }
  std::string launcher = chooseLauncher(request, why);
  if (launcher.empty()) {
    fmt::print(stderr, "orrery: {}\n", why);
    return 2;
  }
  return Supervisor(request, launcher).run();
}
