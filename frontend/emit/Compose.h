// Layers and functions of the language as compositions of level-1 operations. Names are those of
// the IR; the caller has checked them.

#ifndef ORRERY_FRONTEND_EMIT_COMPOSE_H
#define ORRERY_FRONTEND_EMIT_COMPOSE_H

#include "dialects/field/FieldBuild.h"
#include "frontend/sema/Dims.h"

namespace orrery::emit {

using sema::Dim;
using Dims = std::vector<const Dim *>;

std::vector<llvm::StringRef> irNames(const Dims &dims);

// Finds the dims of a value; every name comes from the table.
Dims dimsOf(const sema::DimTable &table, mlir::Value value);
bool has(mlir::Value value, const Dim *dim);
mlir::RankedTensorType typeOf(mlir::MLIRContext *context, const Dims &dims, mlir::Type element);

// An array given element by element, in row-major order.
mlir::Value tableOf(field::Build &b, const Dims &dims, llvm::ArrayRef<double> elements);

// Sum over `in` of x and weight [per, alias of out, in], plus bias [per, out]. `aliases` are the
// names that the weight's output dims have.
struct Affine {
  mlir::Value weight, bias;
  Dims in, out, aliases;
};
mlir::Value applyLinear(field::Build &b, mlir::Value x, const Affine &affine);

// As applyLinear, over a neighbourhood: `over[i]` is looked at in `kernel[i]` places.
mlir::Value applyConv(field::Build &b, mlir::Value x, const Affine &affine, const Dims &over,
                      const Dims &kernel, llvm::ArrayRef<bool> wrap);

// (x - mean) / sqrt(variance + eps) over `over`; then times weight plus bias, where given.
mlir::Value applyLayerNorm(field::Build &b, mlir::Value x, const Dims &over, double eps,
                           mlir::Value weight, mlir::Value bias);

mlir::Value softmax(field::Build &b, mlir::Value x, const Dims &over);

// x at the point `steps` away, less x here; zero where there is no such point. The result has x's
// dims.
mlir::Value difference(field::Build &b, sema::DimTable &table, mlir::Value x,
                       llvm::ArrayRef<std::pair<const Dim *, int64_t>> steps);

// The given indices of `dim`, in this order, along `as`.
mlir::Value takeAlong(field::Build &b, mlir::Value x, const Dim *dim,
                      llvm::ArrayRef<int64_t> indices, const Dim *as);

// Storage in this order of dims.
mlir::Value ordered(field::Build &b, mlir::Value x, const Dims &dims);

} // namespace orrery::emit

#endif // ORRERY_FRONTEND_EMIT_COMPOSE_H
