// Builds level-1 operations with inferred result types: names united left to right, sizes taken
// from the operands. Derivatives, decompositions and the front end use it. Operands must already
// satisfy the operations' constraints (the verifier is the judge, not this class).

#ifndef ORRERY_DIALECTS_FIELD_FIELDBUILD_H
#define ORRERY_DIALECTS_FIELD_FIELDBUILD_H

#include "dialects/field/Field.h"

#include <functional>

namespace orrery::field {

class Build {
public:
  // `element` is the element type of constants made by real().
  Build(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type element = {});

  using Value = mlir::Value;
  using Names = llvm::ArrayRef<llvm::StringRef>;

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type element;

  // Scalars and arrays of one value.
  Value real(double value);
  Value full(mlir::RankedTensorType type, double value);
  Value zeros(mlir::RankedTensorType type) { return full(type, 0.0); }

  Value neg(Value x), abs(Value x), sign(Value x), exp(Value x), log(Value x), sqrt(Value x),
      rsqrt(Value x), sin(Value x), cos(Value x), tanh(Value x), erf(Value x), sigmoid(Value x),
      relu(Value x), gelu(Value x), silu(Value x), elu(Value x);
  Value add(Value a, Value b), sub(Value a, Value b), mul(Value a, Value b), div(Value a, Value b),
      pow(Value a, Value b), max(Value a, Value b), min(Value a, Value b);
  Value compare(Predicate predicate, Value a, Value b);
  Value logicalAnd(Value a, Value b), logicalOr(Value a, Value b), logicalNot(Value a);
  Value select(Value condition, Value a, Value b);
  Value cast(Value x, mlir::Type element);
  // d gelu / dx, d silu / dx; 1 where the predicate holds, 1/2 where equal, else 0.
  Value geluSlope(Value x), siluSlope(Value x), share(Predicate predicate, Value a, Value b);

  // `over`: names that vanish. The result type of contract is the wider of the operands' unless
  // given.
  Value contract(Value a, Value b, Names over, mlir::Type element = {});
  Value reduce(ReduceKind kind, Value x, Names over);
  Value sum(Value x, Names over) { return reduce(ReduceKind::Sum, x, over); }
  Value mean(Value x, Names over);
  // Sums x over the names that `type` lacks, and repeats it along those that only `type` has.
  Value fit(Value x, mlir::RankedTensorType type);
  Value broadcast(Value x, mlir::RankedTensorType type);

  Value rename(Value x, Names from, Names to);
  Value split(Value x, llvm::StringRef dim, Names into, llvm::ArrayRef<int64_t> sizes);
  Value merge(Value x, Names dims, llvm::StringRef into);
  Value extract(Value x, llvm::StringRef dim, int64_t index);
  Value slice(Value x, llvm::StringRef dim, int64_t offset, int64_t size, llvm::StringRef as);
  Value pad(Value x, llvm::StringRef dim, int64_t low, int64_t size, llvm::StringRef as);
  Value concat(mlir::ValueRange xs, Names dims, llvm::StringRef into);
  Value stack(mlir::ValueRange xs, llvm::StringRef dim);
  Value reverse(Value x, Names dims);
  Value iota(llvm::StringRef dim, int64_t size);
  Value window(Value x, Names dims, Names kernel, llvm::ArrayRef<int64_t> sizes,
               llvm::ArrayRef<int64_t> offsets, llvm::ArrayRef<bool> wrap);
  Value overlapAdd(Value x, Names dims, Names kernel, llvm::ArrayRef<int64_t> offsets,
                   llvm::ArrayRef<bool> wrap);

private:
  template <typename Op> Value unary(Value x);
  template <typename Op> Value binary(Value a, Value b);
  mlir::RankedTensorType united(mlir::ValueRange values, mlir::Type element);
};

// What the elementwise operations of FieldElementwise.td share.
using Vjp = std::function<mlir::Value(Build &, mlir::Value)>;
llvm::LogicalResult elementwiseDerivative(mlir::Operation *op, mlir::OpBuilder &builder,
                                          mlir::Value resultGrad, const llvm::BitVector &needed,
                                          llvm::SmallVectorImpl<mlir::Value> &operandGrads,
                                          llvm::ArrayRef<Vjp> vjps);
llvm::LogicalResult verifyElementwise(mlir::Operation *op);

} // namespace orrery::field

#endif // ORRERY_DIALECTS_FIELD_FIELDBUILD_H
