// Reference energies: what each element adds to the energy of a structure, by least squares. A
// model learns what is left.
#ifndef ORRERY_RUNTIME_ATOMS_BASELINE_H
#define ORRERY_RUNTIME_ATOMS_BASELINE_H

#include "runtime/atoms/Structures.h"

#include <optional>

namespace orrery::runtime {

struct Baseline {
  std::string field;                      // that it is taken from
  std::vector<std::vector<double>> table; // [source, index]; one row if the sources share it

  // What the elements of a structure add up to.
  double of(const Descriptor &descriptor, const Structure &s) const;
  // Columns that the table must have.
  static size_t kinds(const Descriptor &descriptor);
};

// Fitted to the given structures. Elements that occur nowhere count nothing; where compositions do
// not tell elements apart, the smallest energies that fit are taken.
Baseline fitBaseline(const Descriptor &descriptor, const Structures &structures,
                     const std::vector<int64_t> &samples);

// What predictions for the structures are warned of: also elements without a reference energy,
// which no training structure of their source had. `known` is empty where the model has no
// baseline.
std::vector<std::string> warningsOf(const Structures &structures,
                                    const std::optional<Baseline> &known);

} // namespace orrery::runtime

#endif
