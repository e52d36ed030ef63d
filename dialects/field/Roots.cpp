// Roots that see no 0, for their slope there is infinite.

#include "dialects/field/Roots.h"

using namespace mlir;
using namespace orrery;

// 0 where x is not above `least`.
static Value rootAbove(field::Build &d, Value least, Value x) {
  Value isThere = d.compare(field::Predicate::GT, x, least);
  return d.select(isThere, d.sqrt(d.select(isThere, x, d.real(1))), d.real(0));
}

Value field::rootOfSquares(Build &d, Value sum) {
  Build own(d.builder, d.loc, getElementTypeOrSelf(sum));
  return rootAbove(own, own.real(0), sum);
}

Value field::deviation(Build &d, Value variance, Value mean) {
  Build own(d.builder, d.loc, getElementTypeOrSelf(variance));
  return rootAbove(own, own.mul(own.real(1e-12), own.mul(mean, mean)), variance);
}
