// Passes that turn kernels into loops over arrays.

#ifndef ORRERY_PASSES_LOWER_TD
#define ORRERY_PASSES_LOWER_TD

include "mlir/Pass/PassBase.td"

def LowerKernels : Pass<"lower-kernels", "::mlir::ModuleOp"> {
  let summary = "Turns kernel functions into linalg in destination-passing style";
  let description = [{
    Before: kernel functions of level-1 operations, tensors in, tensors out. After: kernel functions that take a buffer for each argument and, behind them, one for each result; inside, `linalg` and `tensor` on tensors that are
    read from the argument buffers and materialised in the result buffers. Dim names are gone; i1 is stored as i8 (a vector of i1 is packed in memory, an array is not). A driver function still works on tensors; its calls of
    kernels go through casts, which `place-buffers` resolves. **Exact.**
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::bufferization::BufferizationDialect", "::mlir::memref::MemRefDialect"];
}

#endif // ORRERY_PASSES_LOWER_TD
