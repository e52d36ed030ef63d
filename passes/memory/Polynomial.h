// Sums of products of sizes: how many bytes something takes, before the sizes are known.

#ifndef ORRERY_PASSES_MEMORY_POLYNOMIAL_H
#define ORRERY_PASSES_MEMORY_POLYNOMIAL_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <map>
#include <vector>

namespace orrery {

// Of the unknowns 0, 1, ...; coefficients are never negative.
class Polynomial {
public:
  using Monomial = std::vector<unsigned>; // ascending; an unknown stands as often as its power

  Polynomial() = default;
  Polynomial(int64_t constant);
  static Polynomial unknown(unsigned number);

  Polynomial operator+(const Polynomial &other) const;
  Polynomial operator*(const Polynomial &other) const;
  // With a polynomial for each unknown.
  Polynomial with(llvm::ArrayRef<Polynomial> values) const;

  bool isConstant() const;
  int64_t constant() const;
  // With every unknown `value`.
  double at(double value) const;
  // No smaller for any sizes, term by term.
  bool covers(const Polynomial &other) const;
  const std::map<Monomial, int64_t> &terms() const { return coefficients; }

private:
  std::map<Monomial, int64_t> coefficients; // of what is not zero
};

} // namespace orrery

#endif // ORRERY_PASSES_MEMORY_POLYNOMIAL_H
