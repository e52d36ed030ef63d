// Roots of sums of squares, which can be differentiated where they are 0.

#ifndef ORRERY_DIALECTS_FIELD_ROOTS_H
#define ORRERY_DIALECTS_FIELD_ROOTS_H

#include "dialects/field/FieldBuild.h"

namespace orrery::field {

// A length: 0 has no slope, and 0 is taken for it.
mlir::Value rootOfSquares(Build &d, mlir::Value sum);

// The root of the mean square distance from a mean. What is below a millionth of the mean is left
// by rounding: 0, with slope 0.
mlir::Value deviation(Build &d, mlir::Value variance, mlir::Value mean);

} // namespace orrery::field

#endif // ORRERY_DIALECTS_FIELD_ROOTS_H
