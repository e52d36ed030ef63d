// Shares the structures of a batch out so that ranks finish together.
#ifndef ORRERY_RUNTIME_ATOMS_BALANCE_H
#define ORRERY_RUNTIME_ATOMS_BALANCE_H

#include "runtime/atoms/Structures.h"

namespace orrery::runtime {

// What a structure costs, in edges: an atom's networks cost about as much as a dozen of them.
int64_t costOf(const Structure &s);

// The same samples in an order in which each half costs about the same, and each half of a half:
// micro-batches are pieces of a batch, and ranks own neighbouring ones. Depends on the samples
// alone, not on how many ranks there are.
std::vector<int64_t> balanced(const Structures &structures, std::vector<int64_t> samples);

} // namespace orrery::runtime

#endif
