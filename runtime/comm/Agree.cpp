// Small things that all ranks decide alike or tell each other.
#include "runtime/comm/Comm.h"
#include "runtime/core/Error.h"
#include "runtime/core/Hash.h"

#include <cstring>
#include <fmt/format.h>

namespace orrery::runtime {

template <typename T> static T reduced(World &world, T value, Reduction reduction, Site site) {
  world.allReduce(&value, 1, std::is_same_v<T, double> ? Element::F64 : Element::I64, reduction,
                  Wire::Full, site);
  return value;
}

double World::sum(double value, Site site) { return reduced(*this, value, Reduction::Sum, site); }
double World::greatest(double value, Site site) {
  return reduced(*this, value, Reduction::Max, site);
}
double World::least(double value, Site site) { return reduced(*this, value, Reduction::Min, site); }
int64_t World::sum(int64_t value, Site site) { return reduced(*this, value, Reduction::Sum, site); }
int64_t World::greatest(int64_t value, Site site) {
  return reduced(*this, value, Reduction::Max, site);
}
int64_t World::least(int64_t value, Site site) {
  return reduced(*this, value, Reduction::Min, site);
}
bool World::allOf(bool value, Site site) { return least(int64_t(value), site) != 0; }
bool World::anyOf(bool value, Site site) { return greatest(int64_t(value), site) != 0; }

std::string World::broadcast(std::string_view text, int from, Site site) {
  uint64_t length = text.size();
  broadcast(&length, sizeof length, from, site);
  std::string result(text);
  result.resize(length);
  broadcast(result.data(), length, from, site);
  return result;
}

std::vector<std::string> World::gather(std::string_view text, Site site) {
  size_t longest = size_t(greatest(int64_t(text.size()), site)), room = sizeof(uint64_t) + longest;
  std::string mine(room, 0), all(room * size_t(size()), 0);
  uint64_t length = text.size();
  std::memcpy(mine.data(), &length, sizeof length);
  std::memcpy(mine.data() + sizeof length, text.data(), text.size());
  gather(mine.data(), room, all.data(), site);
  std::vector<std::string> result;
  for (int rank = 0; rank < size(); ++rank) {
    const char *at = all.data() + size_t(rank) * room;
    std::memcpy(&length, at, sizeof length);
    result.emplace_back(at + sizeof length, length);
  }
  return result;
}

void World::agree(std::string_view what, std::string_view value, Site site) {
  int64_t mine = int64_t(nameHash(value));
  int64_t bounds[2] = {mine, ~mine}; // one reduction gives the least and the greatest
  allReduce(bounds, 2, Element::I64, Reduction::Min, Wire::Full, site);
  if (bounds[0] == ~bounds[1])
    return;
  std::vector<std::string> all = gather(value.substr(0, 200), site);
  for (int rank = 1; rank < size(); ++rank)
    if (all[size_t(rank)] != all[0])
      throw Error(ExitUsage, "E0813", "", fmt::format("the ranks do not agree on {}", what))
          .note(fmt::format("rank 0 has {}", all[0]))
          .note(fmt::format("rank {} has {}", rank, all[size_t(rank)]));
  throw Error(
      ExitUsage, "E0813", "",
      fmt::format("the ranks do not agree on {}: {} ... goes on differently", what, all[0]));
}

} // namespace orrery::runtime
