// What the ranks of a run do together: settle errors, share out processors.
#ifndef ORRERY_RUNTIME_PROGRAM_RANKS_H
#define ORRERY_RUNTIME_PROGRAM_RANKS_H

#include "runtime/comm/Comm.h"
#include "runtime/core/Descriptor.h"
#include "runtime/core/Error.h"
#include "runtime/program/Talk.h"

#include <functional>
#include <memory>

namespace orrery::runtime {

// Thrown on every rank when a step that all take has failed on some: rank 0 has said why.
struct Settled {
  int exit;
};

// Every rank runs `work`, which does not communicate. If it throws on any, one message is printed,
// with the rank in front where not all ranks have the same, and Settled is thrown on all.
void together(World &world, const Talk &talk, const std::function<void()> &work);

// Rank 0 runs `work`, the others wait for its exit code.
int onRoot(World &world, const Talk &talk, const std::function<int()> &work);

// Runs the program of one rank, which may open `world`. An Error is printed and ends all ranks with
// its exit code: calmly if it was thrown on all (Error::everywhere), else by stopping the others
// where they are.
int runRank(const std::unique_ptr<World> &world, const Talk &talk,
            const std::function<int()> &program);

// E0801: what the program needs, against how many ranks were started.
Error misfit(const World &world, const std::string &needs);
// Throws it where the mesh that the program was built for needs another number of ranks.
void checkMesh(const World &world, const Descriptor &descriptor);

// Threads of this rank: the option or the environment, else its share of the processors.
int shareThreads(World &world, int option);

} // namespace orrery::runtime

#endif
