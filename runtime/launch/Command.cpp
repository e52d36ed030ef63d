// Reads the command line of `orrery run` and writes the launcher's.
#include "runtime/launch/Command.h"

#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <sstream>
#include <unistd.h>

namespace fs = std::filesystem;

namespace orrery::launch {

const char *const usage = R"(usage: orrery run [-n N] [options] PROGRAM ARGUMENTS...

  orrery run -n 4 ./winds train --out runs/w        on four ranks of MPI
  orrery run -n 4 --restarts 3 ./winds train        goes on from the last checkpoint after a failure

  -n N               ranks (default 1, which needs no launcher)
  --restarts R       starts again after a crash or a hang, at most R times (default 0)
  --watchdog TIME    a rank that gets nothing done for so long is a hang (default 10m; 0: never)
  --grace TIME       for the ranks to write a checkpoint when they are to stop (default 60s)
  --launcher NAME    none, openmpi, mpich, srun (default: what is there)

SIGTERM, SIGINT and SIGUSR1 are handed on: the program writes a checkpoint and ends with 75, after SIGINT with 130.
The exit code is the program's, as its rank 0 says it.
)";

// 90, 90s, 10m, 1h30m
static bool readTime(const std::string &text, double &seconds) {
  const char *at = text.c_str();
  seconds = 0;
  while (*at) {
    char *end = nullptr;
    double number = std::strtod(at, &end);
    double unit = *end == 'h' ? 3600 : *end == 'm' ? 60 : *end == 's' || !*end ? 1 : 0;
    if (end == at || !(number >= 0) || number > 1e9 || unit == 0)
      return false;
    seconds += number * unit;
    at = end + (*end ? 1 : 0);
  }
  return !text.empty();
}

static bool readNumber(const std::string &text, int least, int &number) {
  char *end = nullptr;
  long value = std::strtol(text.c_str(), &end, 10);
  if (text.empty() || *end || value < least || value > 1'000'000)
    return false;
  number = int(value);
  return true;
}

bool parse(int count, const char *const *words, Request &r, std::string &why) {
  int at = 0;
  for (; at < count && words[at][0] == '-'; ++at) {
    std::string name = words[at], value;
    if (size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    } else if (at + 1 < count) {
      value = words[++at];
    }
    bool fine = true;
    if (name == "-n")
      fine = readNumber(value, 1, r.ranks);
    else if (name == "--restarts")
      fine = readNumber(value, 0, r.restarts);
    else if (name == "--watchdog")
      fine = readTime(value, r.watchdog);
    else if (name == "--grace")
      fine = readTime(value, r.grace);
    else if (name == "--launcher")
      r.launcher = value;
    else {
      why = fmt::format("run: unknown option '{}'; orrery run --help lists them", name);
      return false;
    }
    if (!fine) {
      why = fmt::format("run: {} cannot be '{}'", name, value);
      return false;
    }
  }
  r.program.assign(words + at, words + count);
  if (r.program.empty()) {
    why = "run needs a program: orrery build MODEL.orr makes one";
    return false;
  }
  std::string program = findProgram(r.program[0]);
  if (program.empty()) {
    why = fmt::format("run: '{}' is no program that can be run{}", r.program[0],
                      fs::path(r.program[0]).extension() == ".orr"
                          ? fmt::format("; first orrery build {}", r.program[0])
                          : "");
    return false;
  }
  r.program[0] = program;
  return true;
}

std::string findProgram(const std::string &name) {
  auto runs = [](const fs::path &path) {
    std::error_code none;
    return fs::is_regular_file(path, none) && access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos)
    return runs(name) ? fs::absolute(name).string() : "";
  const char *path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (runs(fs::path(folder) / name))
      return (fs::path(folder) / name).string();
  return "";
}

// Debian's names of each launcher first: the plain ones may be anybody's.
static std::string programOf(const std::string &launcher) {
  if (launcher == "srun")
    return findProgram("srun");
  std::string found = findProgram("mpirun." + launcher);
  if (found.empty() && launcher == "openmpi")
    found = findProgram("orterun");
  if (found.empty() && launcher == "mpich")
    found = findProgram("mpiexec.hydra");
  return found;
}

std::string chooseLauncher(const Request &request, std::string &why) {
  if (!request.launcher.empty()) {
    if (request.launcher == "none" && request.ranks == 1)
      return "none";
    for (const char *known : {"openmpi", "mpich", "srun"})
      if (request.launcher == known) {
        if (programOf(known).empty())
          why = fmt::format("run: the launcher of {} is not installed", known);
        return why.empty() ? known : "";
      }
    why =
        request.launcher == "none"
            ? fmt::format("run: {} ranks need a launcher", request.ranks)
            : fmt::format("run: no launcher '{}': openmpi, mpich, srun or none", request.launcher);
    return "";
  }
  if (request.ranks == 1)
    return "none";
  if (std::getenv("SLURM_JOB_ID") && !programOf("srun").empty())
    return "srun";
  for (const char *known : {"openmpi", "mpich"})
    if (!programOf(known).empty())
      return known;
  why = "run: no MPI launcher is installed (mpirun.openmpi, mpirun.mpich, srun)";
  return "";
}

static std::vector<std::string> launcherWords(const std::string &launcher, int ranks) {
  std::string n = std::to_string(ranks);
  if (launcher == "none")
    return {};
  std::vector<std::string> words = {programOf(launcher), "-n", n};
  if (launcher == "srun")
    words.insert(words.end(), {"--kill-on-bad-exit=1", "--export=ALL"});
  if (launcher == "openmpi") {
    // More ranks than cores are allowed, and then not bound to them.
    words.insert(words.end(), {"--oversubscribe", "--bind-to", "none"});
    if (geteuid() == 0)
      words.push_back("--allow-run-as-root");
    // The other launchers hand everything on, also to other machines.
    for (char **entry = environ; *entry; ++entry) {
      std::string name(*entry, std::strcspn(*entry, "="));
      if (name.rfind("ORRERY_", 0) == 0 || name.rfind("OMP_", 0) == 0)
        words.insert(words.end(), {"-x", name});
    }
  }
  return words;
}

std::vector<std::string> commandLine(const Request &request, const std::string &launcher,
                                     const fs::path &resume) {
  std::vector<std::string> words = launcherWords(launcher, request.ranks);
  for (size_t i = 0; i < request.program.size(); ++i) {
    const std::string &word = request.program[i];
    bool given = word == "--resume" || word.rfind("--resume=", 0) == 0;
    if (resume.empty() || !given)
      words.push_back(word);
    else if (word == "--resume" && i + 1 < request.program.size() &&
             request.program[i + 1].rfind("-", 0) != 0)
      ++i; // its value
  }
  if (!resume.empty())
    words.push_back("--resume=" + resume.string());
  return words;
}

} // namespace orrery::launch
