// Finds the name that a user most likely meant.
#ifndef ORRERY_RUNTIME_CORE_NEAREST_H
#define ORRERY_RUNTIME_CORE_NEAREST_H

#include <string>
#include <string_view>
#include <vector>

namespace orrery::runtime {

// Number of letters to insert, delete, replace or swap with their neighbour.
size_t editDistance(std::string_view a, std::string_view b);

// The nearest of `names`, or "" when none is near enough to be worth suggesting.
std::string nearest(std::string_view name, const std::vector<std::string> &names);

} // namespace orrery::runtime

#endif
