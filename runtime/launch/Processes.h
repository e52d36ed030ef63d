// The processes that a supervisor starts, and all that these start.
#ifndef ORRERY_RUNTIME_LAUNCH_PROCESSES_H
#define ORRERY_RUNTIME_LAUNCH_PROCESSES_H

#include <string>
#include <sys/types.h>
#include <vector>

namespace orrery::launch {

// From now on processes whose parents end become children of this one, so that none can be lost.
void adoptOrphans();

// In a session of its own, which the terminal's signals do not reach; it is told to end (SIGTERM)
// when this process dies. -1 with errno if it cannot be started.
pid_t start(const std::vector<std::string> &words);

// The children of this process, theirs, and so on.
std::vector<pid_t> descendants();

// Kills and reaps them until there are none. False if some would not die.
bool killAll();

} // namespace orrery::launch

#endif
