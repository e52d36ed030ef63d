// Many ranks in one process: fibers that take turns, with real messages and real data.
#ifndef ORRERY_RUNTIME_COMM_VIRTUAL_H
#define ORRERY_RUNTIME_COMM_VIRTUAL_H

#include "runtime/comm/Comm.h"

#include <functional>

namespace orrery::runtime {

struct VirtualOptions {
  // Reserved for each rank; only what is touched takes memory.
  size_t stackBytes = size_t(256) << 10;
  int ranksPerNode = 8;
  bool check = true; // see WorldOptions
};

// Runs `program` as every rank of a world. Throws the error of the first rank that failed; if all
// that are left wait for messages that nobody will send, an Error that says who waits for whom.
void runRanks(int ranks, const std::function<void(World &)> &program,
              const VirtualOptions &options = {});

} // namespace orrery::runtime

#endif
