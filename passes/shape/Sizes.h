// Sizes that are known at run time: arguments of functions, found by the names of dims.

#ifndef ORRERY_PASSES_SHAPE_SIZES_H
#define ORRERY_PASSES_SHAPE_SIZES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace orrery {

// Of an argument: the names of the dims that it is the size of.
inline constexpr llvm::StringLiteral sizeAttr = "orrery.size";
// Of a buffer: the names of its axes, where some size is known at run time only.
inline constexpr llvm::StringLiteral dimsAttr = "orrery.dims";
// Of a public function: the names of its sizes, in the order of the arguments.
inline constexpr llvm::StringLiteral sizesAttr = "orrery.sizes";

// The number of the argument that is the size of `name`, or -1.
int64_t sizeArgument(mlir::func::FuncOp function, mlir::StringAttr name);

// The size of each axis of a named type in the function that the builder is in: a number, or the
// argument.
llvm::SmallVector<mlir::OpFoldResult> sizesOf(mlir::OpBuilder &builder,
                                              mlir::RankedTensorType type);
// Only those that are known at run time.
llvm::SmallVector<mlir::Value> runTimeSizes(mlir::OpBuilder &builder, mlir::RankedTensorType type);
// Those of a result of a call, from the operands of the call.
llvm::SmallVector<mlir::Value> runTimeSizes(mlir::func::CallOp call, mlir::func::FuncOp callee,
                                            mlir::RankedTensorType type);

// Gives a function arguments of these types with the attributes that its named types ask for:
// `named` holds the type of each argument before it became a buffer.
void setBufferSignature(mlir::func::FuncOp function, llvm::ArrayRef<mlir::Type> types,
                        llvm::ArrayRef<mlir::Type> named);

} // namespace orrery

#endif // ORRERY_PASSES_SHAPE_SIZES_H
