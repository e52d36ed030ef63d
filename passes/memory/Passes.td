// Passes that decide where arrays lie.

#ifndef ORRERY_PASSES_MEMORY_TD
#define ORRERY_PASSES_MEMORY_TD

include "mlir/Pass/PassBase.td"

def PlaceBuffers : Pass<"place-buffers", "::mlir::ModuleOp"> {
  let summary = "Gives every array of a driver function a buffer";
  let description = [{
    Before: driver functions on tensors, whose calls of kernels go through casts to buffers (`lower-kernels`). After: driver functions on buffers. A function takes a buffer for each argument and, behind them, one for each
    result; a returned array is computed in the result's buffer where nothing else claims it, and copied there otherwise. Views of contiguous arrays are reshapes of buffers. `check.expect_close` and
    `check.expect_finite` become calls of the runtime. **Exact.**
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect"];
}

def CopiesToLoops : Pass<"copies-to-loops", "::mlir::func::FuncOp"> {
  let summary = "Makes the copies in a kernel loops";
  let description = [{
    `memref.copy` in a kernel function becomes a loop nest, which is compiled and vectorised like all else; a copy of strided memory would otherwise call a library. **Exact.**
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def PlanArena : Pass<"plan-arena", "::mlir::ModuleOp"> {
  let summary = "Gives every buffer a fixed place in one arena";
  let description = [{
    Before: `memref.alloc`, in drivers and kernels. After: none. Functions are taken callees first. In each, a buffer lives from its first to its last use (counted in operations of the
    function's body), and what a callee needs lives for the call; buffers that live at the same time do not overlap. The larger is placed first, in the smallest gap that fits. A function that needs memory takes it as its last
    argument, `memref<Nxi8>`; where sizes are known at run time only, buffers share slots whose sizes are polynomials of those sizes, offsets are computed at the head of the function, and `orrery.arena_terms` lists the polynomial. The attributes `orrery.arena_bytes` and `orrery.live_bytes` tell what was planned and the least that any plan needs. Memory of an iteration of a parallel loop is on the stack of its thread.
    **Exact.**
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect"];
  let options = [Option<"stackBytes", "stack-bytes", "int64_t", "262144", "most memory on the stack for one iteration of a parallel loop">];
}

def PassBareArrays : Pass<"pass-bare-arrays", "::mlir::ModuleOp"> {
  let summary = "Makes every buffer that is handed to a function a bare pointer";
  let description = [{
    Before: arguments `memref<?x128xf32>`, whose sizes other arguments are (`orrery.dims`, `orrery.size`). After: the same buffer without a size in the signature, given its sizes again at the head of the function.
    Arrays of static size stay as they are. **Exact.**

    (* example: test/passes/memory/pass-bare-arrays.mlir *)
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect"];
}

def VerifyNoAllocation : Pass<"verify-no-allocation", "::mlir::func::FuncOp"> {
  let summary = "Refuses memory that is allocated while the program runs";
  let description = [{
    Fails where a function still allocates, or copies a buffer inside a loop: both mean that an earlier pass lost track of where an array lies. Changes nothing. **Exact.**
  }];
}

#endif // ORRERY_PASSES_MEMORY_TD
