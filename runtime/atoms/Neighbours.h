// Finds the pairs of atoms of one structure that are closer than a cut-off, through any combination
// of periodic directions, in cells of any shape and size.
#ifndef ORRERY_RUNTIME_ATOMS_NEIGHBOURS_H
#define ORRERY_RUNTIME_ATOMS_NEIGHBOURS_H

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace orrery::runtime {

// Rows are the cell vectors; a row of zeros is no vector, and its direction cannot be periodic.
struct Cell {
  std::array<double, 9> vectors{};
  std::array<bool, 3> periodic = {false, false, false};
};

// An edge leads from `source` to `destination`, shifted by whole cell vectors:
//   d = pos[destination] - pos[source] + image . cell
// Sorted by destination, then source, then image, so that the list of a structure is one, however
// it was found.
struct Edge {
  int32_t source, destination;
  std::array<int32_t, 3> image;
  bool operator==(const Edge &) const = default;
};

struct NeighbourOptions {
  double within = 0;     // distances below this; the limit itself is outside
  int64_t cap = 0;       // 0: all; else only the nearest of each destination are kept
  int64_t mostEdges = 0; // 0: any number; else finding more is an error
  // The numbers by which faults name the atoms, from 0; empty: as they stand.
  std::span<const int32_t> numbers = {};
};

struct Neighbours {
  std::vector<Edge> edges;
  int64_t capped = 0; // atoms that lost neighbours to the cap
  std::string fault;  // why there is no list, for the caller to say where; empty: all is well
};

// `positions` holds three numbers an atom. Faults: a periodic direction without extent, two atoms
// in one place (to 1e-5 of the distance asked for), more edges than allowed.
Neighbours findNeighbours(const std::vector<double> &positions, const Cell &cell,
                          const NeighbourOptions &options);

// An order of the atoms in which those close in space are close in memory; order[new] = old.
std::vector<int32_t> spatialOrder(const std::vector<double> &positions, double spacing);

} // namespace orrery::runtime

#endif
