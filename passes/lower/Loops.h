// Builds linalg operations whose loops are dim names: an operand's indexing map follows from its
// names.

#ifndef ORRERY_PASSES_LOWER_LOOPS_H
#define ORRERY_PASSES_LOWER_LOOPS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Builders.h"

namespace orrery {

using Names = llvm::SmallVector<mlir::StringAttr>;
using Body = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

Names namesOf(mlir::Type type);

// The map from loops to the axes that `axes` names.
mlir::AffineMap axesMap(mlir::MLIRContext *context, llvm::ArrayRef<mlir::StringAttr> loops,
                        llvm::ArrayRef<mlir::StringAttr> axes);

// An array without contents, and one filled with a number. The type may still have its names; it
// must where a size is known at run time only.
mlir::Value emptyOf(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type);
mlir::Value filledWith(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                       double value);

// linalg.generic over `maps` (inputs, then the result); the last `reductions` loops are reductions.
mlir::Value loopsOver(mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange inputs,
                      mlir::Value init, llvm::ArrayRef<mlir::AffineMap> maps, unsigned reductions,
                      Body body);

// The same array with its axes in another order; `from` are names of the function it is in.
mlir::Value inOrder(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value array,
                    llvm::ArrayRef<mlir::StringAttr> from, llvm::ArrayRef<mlir::StringAttr> to);

} // namespace orrery

#endif // ORRERY_PASSES_LOWER_LOOPS_H
