// What the files of this folder share: the derivative of one function, and the two steps that make
// it.

#ifndef ORRERY_PASSES_GRAD_DERIVATIVE_H
#define ORRERY_PASSES_GRAD_DERIVATIVE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/BitVector.h"

#include <functional>

namespace orrery {

// What a backward function is given of the forward one: an argument of the function again, one of
// its results, or a result that only the forward function has.
struct Residual {
  enum Kind { Argument, Result, Extra } kind;
  unsigned index; // of the argument, or of the forward function's result
};

// The derivative of a function for one set of operands and one set of results with a gradient.
struct Derivative {
  mlir::func::FuncOp forward;  // results of the function, then extra residuals; the function itself
                               // where there are none
  mlir::func::FuncOp backward; // (residuals, gradients of the results in the set) -> gradients;
                               // null where all are zero
  llvm::SmallVector<Residual> residuals;
  llvm::BitVector gradients; // operands whose gradient backward returns; that of the others is zero
};

// The function, with the gradients behind its own results: (arguments, gradients of results) ->
// (results, gradients of arguments).
struct Joint {
  mlir::OwningOpRef<mlir::func::FuncOp> function;
  unsigned arguments = 0, results = 0; // how many are the function's own
  llvm::BitVector gradients;
};

// The derivative of a function that is called; fails after a message.
using DerivativeOf = llvm::function_ref<llvm::FailureOr<Derivative>(
    mlir::func::CallOp call, const llvm::BitVector &needed, const llvm::BitVector &resultGrads)>;

// Reverse mode through the body of one function. `needed`: arguments to differentiate;
// `resultGrads`: results with a gradient; `request`: who asks, for messages.
llvm::FailureOr<Joint> buildJoint(mlir::func::FuncOp function, const llvm::BitVector &needed,
                                  const llvm::BitVector &resultGrads, mlir::Location request,
                                  DerivativeOf derivativeOf);

// Cuts the joint function in two where the least is to be kept. What the forward function stores
// anyway is kept for nothing, unless the least memory counts more than time. The new functions are
// not in a module yet.
Derivative partition(mlir::func::FuncOp function, const Joint &joint, bool leastMemory);

} // namespace orrery

#endif // ORRERY_PASSES_GRAD_DERIVATIVE_H
