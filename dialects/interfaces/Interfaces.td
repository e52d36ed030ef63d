// What every operation of levels 1 and 2 says of itself: derivative, definition by simpler operations, cost, precision.

#ifndef ORRERY_INTERFACES_TD
#define ORRERY_INTERFACES_TD

include "mlir/IR/OpBase.td"

def DifferentiableOp : OpInterface<"DifferentiableOp"> {
  let cppNamespace = "::orrery";
  let description = [{
    Reverse-mode derivative. An operation without this interface and without `DecomposableOp` cannot be differentiated, and
    a gradient through it is refused at its source line.
  }];
  let methods = [
    InterfaceMethod<[{
      Builds the gradients of the operands, given those of the results (a null value stands for zero). Fills `operandGrads`, one
      entry an operand; an entry stays null where the gradient is zero or `needed` is not set. A gradient has its operand's
      names and element type; the order of its axes is free. Only level-1 operations are built, so that the outcome can be
      differentiated again. Fails, before it builds anything, where there is no closed form for these gradients; the derivative then goes through
      `decompose`.
    }], "::llvm::LogicalResult", "derivative", (ins "::mlir::OpBuilder &":$builder,
        "::llvm::ArrayRef<::mlir::Value>":$resultGrads, "const ::llvm::BitVector &":$needed,
        "::llvm::SmallVectorImpl<::mlir::Value> &":$operandGrads)>
  ];
}

def DecomposableOp : OpInterface<"DecomposableOp"> {
  let cppNamespace = "::orrery";
  let description = [{
    The definition of an operation by simpler level-1 operations. It is what the operation means: the plain pipeline runs it, and
    higher derivatives go through it.
  }];
  let methods = [
    InterfaceMethod<"Builds the definition before the operation and returns a value for each result.",
      "::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>>", "decompose", (ins "::mlir::OpBuilder &":$builder)>
  ];
}

def ElementwiseOp : OpInterface<"ElementwiseOp"> {
  let cppNamespace = "::orrery";
  let description = [{
    One result element from one element of each operand, aligned by dim name. States the scalar arithmetic once, for every lowering.
  }];
  let methods = [
    InterfaceMethod<"Builds the scalar (or vector) arithmetic from `args`, one an operand.",
      "::mlir::Value", "buildScalar", (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::ValueRange":$args)>
  ];
}

def CostOp : OpInterface<"CostOp"> {
  let cppNamespace = "::orrery";
  let description = "What running the operation costs, for grouping, for choosing what to save, and for reports.";
  let methods = [
    InterfaceMethod<"Floating-point operations (a multiply and an add are two; a transcendental is one).", "int64_t", "flops">,
    InterfaceMethod<"Bytes read and written when nothing is fused.", "int64_t", "bytes", (ins), "",
      [{ return ::orrery::bytesOfOperandsAndResults($_op); }]>
  ];
}

def PrecisionOp : OpInterface<"PrecisionOp"> {
  let cppNamespace = "::orrery";
  let description = "Which line of the `precision` block of a model decides the operation's element type.";
  let methods = [
    InterfaceMethod<"The class: `compute` narrows with the policy, `keep` stays as wide as its operands.",
      "::orrery::PrecisionClass", "precisionClass", (ins), "", [{ return ::orrery::PrecisionClass::Keep; }]>,
    InterfaceMethod<"Whether this operand of a `compute` operation may be narrower than its results.",
      "bool", "mayNarrow", (ins "unsigned":$operand), "", [{ return true; }]>
  ];
}

#endif // ORRERY_INTERFACES_TD
