// Passes that cut functions into kernels and drivers.

#ifndef ORRERY_PASSES_GROUP_TD
#define ORRERY_PASSES_GROUP_TD

include "mlir/Pass/PassBase.td"

def OutlineEach : Pass<"outline-each", "::mlir::ModuleOp"> {
  let summary = "Makes every operation a kernel of its own";
  let description = [{
    Before: functions of level-1 operations. After: *driver functions*, which hold only calls, views (`field.rename`, and `field.split` and `field.merge` that keep the storage order), checks and the
    return; and private *kernel functions* (attribute `orrery.kernel`) of one operation each, with the constants it uses. Equal kernels are one function. The plain pipeline uses it. **Exact.**
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::orrery::field::FieldDialect"];
}

#endif // ORRERY_PASSES_GROUP_TD
