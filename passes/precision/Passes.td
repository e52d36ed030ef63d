// Passes that decide the width of numbers.

#ifndef ORRERY_PASSES_PRECISION_TD
#define ORRERY_PASSES_PRECISION_TD

include "mlir/Pass/PassBase.td"

def ApplyPrecision : Pass<"apply-precision", "::mlir::ModuleOp"> {
  let summary = "Narrows the operands of contractions and attention as the model's policy says";
  let description = [{
    The policy is the module attribute `orrery.precision`, a dictionary from the names of a model's `precision` block to types. Every operation says itself whether it belongs to `compute`
    (PrecisionOp); its operands are cast to that type, its results stay as wide as they are, so sums are never narrow. Everything else keeps its type. A contraction with a constant (interpolation,
    Fourier features) is not narrowed: its numbers are exact knowledge, and it costs little. Runs after `expand-gradients`, so that forward and backward operations are treated alike.

    The only type that `compute` may have beside f32 is bf16; the other classes must be f32. Anything else is an error. **Changes rounding, as asked.**

    (* example: test/passes/precision/apply-precision.mlir *)
  }];
  let options = [Option<"compute", "compute", "std::string", "\"\"", "type of the compute class instead of the policy's: f32 or bf16">];
  let dependentDialects = ["::orrery::field::FieldDialect"];
}

def WidenToF64 : Pass<"widen-to-f64", "::mlir::ModuleOp"> {
  let summary = "Makes every f32 an f64";
  let description = [{
    Types, constants and signatures; integers and booleans stay. The policy attribute is removed, because it holds no longer. Part of the plain pipeline, which other results are compared with.

    (* example: test/passes/precision/widen-to-f64.mlir *)
  }];
}

#endif // ORRERY_PASSES_PRECISION_TD
