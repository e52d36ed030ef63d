// Passes about sizes.

#ifndef ORRERY_PASSES_SHAPE_TD
#define ORRERY_PASSES_SHAPE_TD

include "mlir/Pass/PassBase.td"

def PassSizes : Pass<"pass-sizes", "::mlir::ModuleOp"> {
  let summary = "Hands sizes that are known at run time from function to function";
  let description = [{
    Before: functions on arrays with sizes `?`, which are equal where their names are. After: every function that such a size occurs in, or is needed by what it calls, has an argument of type `index` for it, behind its
    arrays, with the attribute `orrery.size` that lists the names it is the size of; calls hand it on. Where a public function has an array that knows the size (`field.size_cast` makes such), it hands on that constant. A public function lists
    its sizes in `orrery.sizes`; they must occur in its arguments, for nobody else could say what they are. Functions without such sizes stay as they are. **Exact.**

    (* example: test/passes/shape/pass-sizes.mlir *)
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

#endif // ORRERY_PASSES_SHAPE_TD
