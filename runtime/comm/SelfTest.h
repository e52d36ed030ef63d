// Tries every operation of a world and compares the numbers with what one rank computes alone.
#ifndef ORRERY_RUNTIME_COMM_SELFTEST_H
#define ORRERY_RUNTIME_COMM_SELFTEST_H

#include "runtime/comm/Comm.h"

namespace orrery::runtime {

// All ranks call it. Throws an Error at the first wrong number. The result is a fingerprint of
// sums over a tree: it must be the same for every number of ranks and every back end.
uint64_t selfTest(World &world);

} // namespace orrery::runtime

#endif
