// Passes for runs of many ranks.

#ifndef ORRERY_PASSES_SHARD_TD
#define ORRERY_PASSES_SHARD_TD

include "mlir/Pass/PassBase.td"

def SplitBatch : Pass<"split-batch", "::mlir::ModuleOp"> {
  let summary = "Makes a loss over a batch the sum of the losses over its parts";
  let description = [{
    Before: a function whose arguments with one of `dims` hold part of a batch, and whose results are sums over such dims followed by linear operations. After: what its results add to those sums without depending on the samples
    (a penalty on weights) is scaled by `share`, the part of the batch that one call computes; so the results of all parts add up to those of the whole batch. Fails at the first operation that mixes
    samples in any other way. The front end calls it as a function (SplitBatch.h), to choose how large a part may be. **Changes rounding.**

    (* example: test/passes/shard/split-batch.mlir *)
  }];
  let dependentDialects = ["::orrery::field::FieldDialect"];
  let options = [Option<"function", "function", "std::string", "\"loss\"", "the function">,
                 Option<"dims", "dims", "std::string", "\"batch\"", "the dims of samples and of their parts: frame+atom+edge">,
                 Option<"share", "share", "double", "1.0", "part of the batch that one call computes">];
}

def InlineDrivers : Pass<"inline-drivers", "::mlir::ModuleOp"> {
  let summary = "Makes the driver of a gradient one list of kernels";
  let description = [{
    Before: a function with the attribute `orrery.buckets` that calls drivers, which call drivers and kernels. After: it calls kernels only, in the same order. When a gradient is final can then be seen in one block. **Exact.**

    (* example: test/passes/shard/announce-gradients.mlir *)
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def AnnounceGradients : Pass<"announce-gradients", "::mlir::ModuleOp"> {
  let summary = "Tells the runtime which gradients are final while others are still being computed";
  let description = [{
    Before: a function on buffers with the attribute `orrery.buckets`, which gives each result the number of its bucket, or -1. After: it takes the runtime's context as its last argument (attribute `orrery.takes_context`), and
    behind the last use of any result of bucket b stands `orrery_gradient_ready(context, b)`: the runtime may add it up over the ranks from there on. **Exact.**

    (* example: test/passes/shard/announce-gradients.mlir *)
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"];
}

#endif // ORRERY_PASSES_SHARD_TD
