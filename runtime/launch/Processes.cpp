// Starts processes, and finds and ends what became of them.
#include "runtime/launch/Processes.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace fs = std::filesystem;

namespace orrery::launch {

void adoptOrphans() { prctl(PR_SET_CHILD_SUBREAPER, 1); }

pid_t start(const std::vector<std::string> &words) {
  std::vector<char *> arguments;
  for (const std::string &word : words)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  // The pipe closes by itself when the program has taken over; else errno comes through it.
  int said[2];
  if (pipe2(said, O_CLOEXEC) != 0)
    return -1;
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    if (getppid() == parent)
      execv(arguments[0], arguments.data());
    int why = errno;
    [[maybe_unused]] ssize_t written = write(said[1], &why, sizeof why);
    _exit(127);
  }
  close(said[1]);
  int why = child < 0 ? errno : 0;
  if (child > 0 && read(said[0], &why, sizeof why) == sizeof why) {
    waitpid(child, nullptr, 0);
    child = -1;
  }
  close(said[0]);
  errno = why;
  return child;
}

// Parent of a process, or 0. Zombies count: they are still to be reaped.
static pid_t parentOf(pid_t process) {
  std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(stat, line);
  size_t name = line.rfind(')'); // the name before it may hold anything
  if (name == std::string::npos || name + 4 >= line.size())
    return 0;
  return pid_t(std::atol(line.c_str() + name + 4));
}

std::vector<pid_t> descendants() {
  std::multimap<pid_t, pid_t> children;
  std::error_code none;
  for (const auto &entry : fs::directory_iterator("/proc", none))
    if (pid_t process = pid_t(std::atol(entry.path().filename().c_str())); process > 0)
      children.emplace(parentOf(process), process);
  std::vector<pid_t> found = {getpid()};
  for (size_t i = 0; i < found.size(); ++i)
    for (auto [at, end] = children.equal_range(found[i]); at != end; ++at)
      found.push_back(at->second);
  found.erase(found.begin());
  return found;
}

bool killAll() {
  for (int i = 0; i < 500; ++i) {
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    std::vector<pid_t> left = descendants();
    if (left.empty())
      return true;
    for (pid_t process : left)
      kill(process, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

} // namespace orrery::launch
