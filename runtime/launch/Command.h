// The command line of `orrery run`, and the launcher's that it becomes.
#ifndef ORRERY_RUNTIME_LAUNCH_COMMAND_H
#define ORRERY_RUNTIME_LAUNCH_COMMAND_H

#include <filesystem>
#include <string>
#include <vector>

namespace orrery::launch {

struct Request {
  int ranks = 1;
  int restarts = 0;
  double watchdog = 600;            // seconds without a move; 0: never
  double grace = 60;                // seconds that ranks have to end once they are asked to
  std::string launcher;             // "" chooses
  std::vector<std::string> program; // and its arguments
};

// False, with the reason in `why`.
bool parse(int count, const char *const *words, Request &request, std::string &why);
extern const char *const usage;

// "none", "openmpi", "mpich", "srun": what was asked for, else what there is. "" with the reason in
// `why`.
std::string chooseLauncher(const Request &request, std::string &why);

// Words to execute. With a run to go on with, --resume takes the place of what was given.
std::vector<std::string> commandLine(const Request &request, const std::string &launcher,
                                     const std::filesystem::path &resume);

// The whole path of a program on PATH; "" if there is none.
std::string findProgram(const std::string &name);

} // namespace orrery::launch

#endif
