// Shares structures out: over batches up to a budget, and those of a batch so that ranks finish
// together.
#ifndef ORRERY_RUNTIME_ATOMS_BALANCE_H
#define ORRERY_RUNTIME_ATOMS_BALANCE_H

#include "runtime/atoms/Structures.h"

namespace orrery::runtime {

// What a structure costs, in edges: an atom's networks cost about as much as a dozen of them.
int64_t costOf(const StructureInfo &s);

// The same samples in an order in which each half costs about the same, and each half of a half:
// micro-batches are pieces of a batch, and ranks own neighbouring ones. Depends on the samples
// alone, not on how many ranks there are.
std::vector<int64_t> balanced(const Structures &structures, std::vector<int64_t> samples);

// The same of parts that may have any number of structures, none as well, where there are fewer
// structures than parts.
std::vector<std::vector<int64_t>> dealt(const Structures &structures, std::vector<int64_t> samples,
                                        size_t parts);

// Where batches end that are filled with the samples in their order: each has as many as the
// model's budget of atoms and edges has room for, at most `most` (0: any number).
std::vector<size_t> packed(const Structures &structures, const std::vector<int64_t> &samples,
                           int64_t most);

} // namespace orrery::runtime

#endif
