// Elementwise arithmetic: each operation states its scalar arithmetic and its derivative once, here.
//
// In `scalar`: b, loc, and a[i] for the element of operand i. In `vjps`, one expression an operand: d builds level-1 operations (FieldBuild.h), g is the gradient
// of the result, y the result, x and z the first and second operand. The gradient is then summed over the names that the operand lacks.

#ifndef ORRERY_FIELD_ELEMENTWISE_TD
#define ORRERY_FIELD_ELEMENTWISE_TD

include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "dialects/field/FieldAttrs.td"
include "dialects/interfaces/Interfaces.td"

class Field_ElementwiseOp<string mnemonic, string scalar, list<string> vjps, list<Trait> traits = []> :
    Field_Op<mnemonic, !listconcat([Pure, DeclareOpInterfaceMethods<ElementwiseOp>, DeclareOpInterfaceMethods<DifferentiableOp>,
                                    DeclareOpInterfaceMethods<CostOp, ["flops"]>], traits)> {
  let hasVerifier = 1;
  let hasFolder = 0;
  code extraClassDefinition = [{
    ::mlir::Value $cppClass::buildScalar(::mlir::OpBuilder &b, ::mlir::Location loc, ::mlir::ValueRange a) {
      using namespace ::mlir;
      return }] # scalar # [{;
    }
    ::llvm::LogicalResult $cppClass::derivative(::mlir::OpBuilder &builder, ::llvm::ArrayRef<::mlir::Value> resultGrads,
        const ::llvm::BitVector &needed, ::llvm::SmallVectorImpl<::mlir::Value> &operandGrads) {
      using namespace ::mlir;
      [[maybe_unused]] Value x = getOperation()->getOperand(0), y = getResult();
      [[maybe_unused]] Value z = getOperation()->getNumOperands() > 1 ? getOperation()->getOperand(1) : Value();
      return elementwiseDerivative(getOperation(), builder, resultGrads[0], needed, operandGrads,
          {}] # !interleave(!foreach(vjp, vjps, "[&](Build &d, Value g) -> Value { return " # vjp # "; }"), ", ") # [{});
    }
    ::llvm::LogicalResult $cppClass::verify() { return verifyElementwise(getOperation()); }
    int64_t $cppClass::flops() { return elementsOf(getResult().getType()); }
  }];
}

class Field_Unary<string mnemonic, string meaning, string scalar, string vjp> :
    Field_ElementwiseOp<mnemonic, scalar, [vjp], []> {
  let summary = meaning;
  let description = [{
    Constraints: (C1) the result has the operand's names, sizes and element type; the order of axes may differ.

    ```mlir
    %y = field.}] # mnemonic # [{ %x : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
    ```
  }];
  let arguments = (ins Field_Real:$input);
  let results = (outs Field_Real:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

class Field_Binary<string mnemonic, string meaning, string scalar, list<string> vjps, list<Trait> traits = []> :
    Field_ElementwiseOp<mnemonic, scalar, vjps, traits> {
  let summary = meaning;
  let description = [{
    Constraints: (C1) the result has the names of both operands and no other, in any order; (C2) sizes agree by name; (C3) all element types are the same.

    ```mlir
    %c = field.}] # mnemonic # [{ %a, %b : (tensor<8x64xf32, #field.dims<token, D>>, tensor<64xf32, #field.dims<D>>) -> tensor<8x64xf32, #field.dims<token, D>>
    ```
  }];
  let arguments = (ins Field_Real:$lhs, Field_Real:$rhs);
  let results = (outs Field_Real:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

//===-- One operand ----------------------------------------------------------------------------------------------------===//

def Field_NegOp : Field_Unary<"neg", "-x", "arith::NegFOp::create(b, loc, a[0])", "d.neg(g)">;
def Field_AbsOp : Field_Unary<"abs", "|x|; its derivative at 0 is 0", "math::AbsFOp::create(b, loc, a[0])", "d.mul(g, d.sign(x))">;
def Field_SignOp : Field_Unary<"sign", "-1, 0 or 1; its derivative is 0", "scalarSign(b, loc, a[0])", "Value()">;
def Field_ExpOp : Field_Unary<"exp", "e^x", "math::ExpOp::create(b, loc, a[0])", "d.mul(g, y)">;
def Field_LogOp : Field_Unary<"log", "natural logarithm", "math::LogOp::create(b, loc, a[0])", "d.div(g, x)">;
def Field_SqrtOp : Field_Unary<"sqrt", "square root", "math::SqrtOp::create(b, loc, a[0])", "d.div(d.mul(d.real(0.5), g), y)">;
def Field_RsqrtOp : Field_Unary<"rsqrt", "1 / square root", "scalarRsqrt(b, loc, a[0])",
    "d.mul(d.mul(d.real(-0.5), g), d.mul(y, d.mul(y, y)))">;
def Field_SinOp : Field_Unary<"sin", "sine", "math::SinOp::create(b, loc, a[0])", "d.mul(g, d.cos(x))">;
def Field_CosOp : Field_Unary<"cos", "cosine", "math::CosOp::create(b, loc, a[0])", "d.neg(d.mul(g, d.sin(x)))">;
def Field_TanhOp : Field_Unary<"tanh", "hyperbolic tangent", "math::TanhOp::create(b, loc, a[0])",
    "d.mul(g, d.sub(d.real(1.0), d.mul(y, y)))">;
def Field_ErfOp : Field_Unary<"erf", "error function", "math::ErfOp::create(b, loc, a[0])",
    "d.mul(g, d.mul(d.real(1.1283791670955126), d.exp(d.neg(d.mul(x, x)))))">;
def Field_SigmoidOp : Field_Unary<"sigmoid", "1 / (1 + e^-x)", "scalarSigmoid(b, loc, a[0])",
    "d.mul(g, d.mul(y, d.sub(d.real(1.0), y)))">;
def Field_ReluOp : Field_Unary<"relu", "max(x, 0); its derivative at 0 is 0", "scalarRelu(b, loc, a[0])",
    "d.select(d.compare(Predicate::GT, x, d.real(0.0)), g, d.real(0.0))">;
def Field_GeluOp : Field_Unary<"gelu", "x * (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel, 2016, exact form)",
    "scalarGelu(b, loc, a[0])", "d.mul(g, d.geluSlope(x))">;
def Field_SiluOp : Field_Unary<"silu", "x / (1 + e^-x)", "scalarSilu(b, loc, a[0])", "d.mul(g, d.siluSlope(x))">;
def Field_EluOp : Field_Unary<"elu", "x where x > 0, else e^x - 1", "scalarElu(b, loc, a[0])",
    "d.mul(g, d.select(d.compare(Predicate::GT, x, d.real(0.0)), d.real(1.0), d.exp(x)))">;

//===-- Two operands ---------------------------------------------------------------------------------------------------===//

def Field_AddOp : Field_Binary<"add", "a + b", "arith::AddFOp::create(b, loc, a[0], a[1])", ["g", "g"], [Commutative]> { let hasCanonicalizer = 1; }
def Field_SubOp : Field_Binary<"sub", "a - b", "arith::SubFOp::create(b, loc, a[0], a[1])", ["g", "d.neg(g)"]> { let hasCanonicalizer = 1; }
def Field_MulOp : Field_Binary<"mul", "a * b", "arith::MulFOp::create(b, loc, a[0], a[1])", ["d.mul(g, z)", "d.mul(g, x)"], [Commutative]> { let hasCanonicalizer = 1; }
def Field_DivOp : Field_Binary<"div", "a / b", "arith::DivFOp::create(b, loc, a[0], a[1])",
    ["d.div(g, z)", "d.neg(d.div(d.mul(g, y), z))"]> { let hasCanonicalizer = 1; }
def Field_PowOp : Field_Binary<"pow", "a to the power b; with a constant b the gradient of a is exact for a <= 0 too",
    "math::PowFOp::create(b, loc, a[0], a[1])",
    ["d.mul(g, d.mul(z, d.pow(x, d.sub(z, d.real(1.0)))))", "d.mul(g, d.mul(y, d.log(x)))"]> { let hasCanonicalizer = 1; }
def Field_MaxOp : Field_Binary<"max", "the greater; where equal, each gets half the gradient", "arith::MaximumFOp::create(b, loc, a[0], a[1])",
    ["d.mul(g, d.share(Predicate::GT, x, z))", "d.mul(g, d.share(Predicate::GT, z, x))"], [Commutative]>;
def Field_MinOp : Field_Binary<"min", "the smaller; where equal, each gets half the gradient", "arith::MinimumFOp::create(b, loc, a[0], a[1])",
    ["d.mul(g, d.share(Predicate::LT, x, z))", "d.mul(g, d.share(Predicate::LT, z, x))"], [Commutative]>;

//===-- Choices --------------------------------------------------------------------------------------------------------===//

def Field_CompareOp : Field_ElementwiseOp<"compare", "scalarCompare(b, loc, getPredicate(), a[0], a[1])", ["Value()", "Value()"]> {
  let summary = "Compares two arrays, element by element";
  let description = [{
    Constraints: as for `add`, but the result holds i1.

    ```mlir
    %c = field.compare lt %a, %b : (tensor<8xf32, #field.dims<token>>, tensor<f32, #field.dims<>>) -> tensor<8xi1, #field.dims<token>>
    ```
  }];
  let arguments = (ins Field_PredicateAttr:$predicate, Field_Real:$lhs, Field_Real:$rhs);
  let results = (outs Field_Bool:$result);
  let assemblyFormat = "`` $predicate $lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

def Field_AndOp : Field_ElementwiseOp<"and", "arith::AndIOp::create(b, loc, a[0], a[1])", ["Value()", "Value()"]> {
  let summary = "a and b, element by element";
  let description = [{
    Constraints: as for `add`.

    ```mlir
    %c = field.and %a, %b : (tensor<8xi1, #field.dims<token>>, tensor<8xi1, #field.dims<token>>) -> tensor<8xi1, #field.dims<token>>
    ```
  }];
  let arguments = (ins Field_Bool:$lhs, Field_Bool:$rhs);
  let results = (outs Field_Bool:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

def Field_OrOp : Field_ElementwiseOp<"or", "arith::OrIOp::create(b, loc, a[0], a[1])", ["Value()", "Value()"]> {
  let summary = "a or b, element by element";
  let description = [{
    Constraints: as for `add`.

    ```mlir
    %c = field.or %a, %b : (tensor<8xi1, #field.dims<token>>, tensor<8xi1, #field.dims<token>>) -> tensor<8xi1, #field.dims<token>>
    ```
  }];
  let arguments = (ins Field_Bool:$lhs, Field_Bool:$rhs);
  let results = (outs Field_Bool:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

def Field_NotOp : Field_ElementwiseOp<"not", "scalarNot(b, loc, a[0])", ["Value()"]> {
  let summary = "not a, element by element";
  let description = [{
    Constraints: (C1) the result has the operand's names and sizes; the order of axes may differ.

    ```mlir
    %c = field.not %a : (tensor<8xi1, #field.dims<token>>) -> tensor<8xi1, #field.dims<token>>
    ```
  }];
  let arguments = (ins Field_Bool:$input);
  let results = (outs Field_Bool:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def Field_SelectOp : Field_ElementwiseOp<"select", "arith::SelectOp::create(b, loc, a[0], a[1], a[2])",
    ["Value()", "d.select(x, g, d.real(0.0))", "d.select(x, d.real(0.0), g)"]> {
  let summary = "Where the condition holds the first, else the second";
  let description = [{
    Constraints: (C1) the result has the names of all three and no other; (C2) sizes agree by name; (C3) the two values and the result have one element type.

    ```mlir
    %y = field.select %c, %a, %b : (tensor<8xi1, #field.dims<token>>, tensor<8xf32, #field.dims<token>>, tensor<f32, #field.dims<>>) -> tensor<8xf32, #field.dims<token>>
    ```
  }];
  let arguments = (ins Field_Bool:$condition, Field_Tensor:$lhs, Field_Tensor:$rhs);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$condition `,` $lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

def Field_CastOp : Field_ElementwiseOp<"cast", "scalarCast(b, loc, a[0], getResult().getType().getElementType())",
    ["d.cast(g, cast<RankedTensorType>(x.getType()).getElementType())"]> {
  let summary = "The same numbers in another element type; rounds to nearest even, i1 gives 0 and 1";
  let description = [{
    Constraints: (C1) the result has the operand's names and sizes.

    ```mlir
    %y = field.cast %x : (tensor<8xf32, #field.dims<token>>) -> tensor<8xf64, #field.dims<token>>
    ```
  }];
  let arguments = (ins Field_Tensor:$input);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

#endif // ORRERY_FIELD_ELEMENTWISE_TD
