// What the operating system tells a run: how many threads, when to stop.
#ifndef ORRERY_RUNTIME_CORE_PROCESS_H
#define ORRERY_RUNTIME_CORE_PROCESS_H

#include <string>

namespace orrery::runtime {

// Sets the number of OpenMP threads: the option as it stands, else what ORRERY_THREADS,
// OMP_NUM_THREADS or SLURM_CPUS_PER_TASK says, at most the processors divided by the `ranks` that
// may use the same ones. Returns it.
int setThreads(int option, int ranks = 1);

// The processors this process may use: how many, and which, as text.
int processors();
std::string processorMask();

// From now on SIGINT, SIGTERM and SIGUSR1 only leave a mark, so that a checkpoint can be written; a
// second one ends the program at once.
void catchSignals();

// From now on a file that may grow no further is an error of `write`, and not the end.
void surviveFileLimits();

// As if the signal had come that ends with this code.
void requestStop(int code);

// 0, or the exit code that the signal caught asks for: 130 for SIGINT, which a person sends; 75,
// run again, for the others.
int signalled();

std::string hostName();
std::string environment(const char *name);

} // namespace orrery::runtime

#endif
