// Scalar arithmetic that takes more than one upstream operation; `a` may be a scalar or a vector.

#ifndef ORRERY_DIALECTS_FIELD_FIELDSCALAR_H
#define ORRERY_DIALECTS_FIELD_FIELDSCALAR_H

#include "dialects/field/Field.h"

namespace orrery::field {
mlir::Value scalarConstant(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type, double value);
mlir::Value scalarSign(mlir::OpBuilder &b, mlir::Location loc, mlir::Value a);
mlir::Value scalarRsqrt(mlir::OpBuilder &b, mlir::Location loc, mlir::Value a);
mlir::Value scalarSigmoid(mlir::OpBuilder &b, mlir::Location loc, mlir::Value a);
mlir::Value scalarRelu(mlir::OpBuilder &b, mlir::Location loc, mlir::Value a);
mlir::Value scalarGelu(mlir::OpBuilder &b, mlir::Location loc, mlir::Value a);
mlir::Value scalarSilu(mlir::OpBuilder &b, mlir::Location loc, mlir::Value a);
mlir::Value scalarElu(mlir::OpBuilder &b, mlir::Location loc, mlir::Value a);
mlir::Value scalarCompare(mlir::OpBuilder &b, mlir::Location loc, Predicate predicate,
                          mlir::Value lhs, mlir::Value rhs);
mlir::Value scalarNot(mlir::OpBuilder &b, mlir::Location loc, mlir::Value a);
mlir::Value scalarCast(mlir::OpBuilder &b, mlir::Location loc, mlir::Value a, mlir::Type element);
} // namespace orrery::field

#endif // ORRERY_DIALECTS_FIELD_FIELDSCALAR_H
