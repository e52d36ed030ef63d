// Operations of the check dialect.

#ifndef ORRERY_CHECK_OPS_TD
#define ORRERY_CHECK_OPS_TD

include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/IR/SymbolInterfaces.td"
include "dialects/check/CheckDialect.td"
include "dialects/field/FieldTypes.td"
include "dialects/interfaces/Interfaces.td"

def Check_ExpectCloseOp : Check_Op<"expect_close", []> {
  let summary = "Fails the program unless two arrays are close";
  let description = [{
    Close: |actual - expected| <= atol + rtol * max |expected| everywhere, and no NaN in one without a NaN in the other. The failure names the source line, the worst element by dim name, and both values.

    Constraints: (C1) same names, sizes and element type, in any order of axes; (C2) tolerances are not negative.

    ```mlir
    func.func @equal() {
      %a = field.constant dense<[1.0, 2.0]> : tensor<2xf32, #field.dims<D>>
      check.expect_close %a, %a rtol 1.000000e-05 atol 0.000000e+00 : tensor<2xf32, #field.dims<D>>, tensor<2xf32, #field.dims<D>>
      return
    }
    ```
  }];
  let arguments = (ins Field_Tensor:$actual, Field_Tensor:$expected, F64Attr:$rtol, F64Attr:$atol);
  let assemblyFormat = "$actual `,` $expected `rtol` $rtol `atol` $atol attr-dict `:` type($actual) `,` type($expected)";
  let hasVerifier = 1;
}

def Check_ExpectFiniteOp : Check_Op<"expect_finite", []> {
  let summary = "Fails the program unless all numbers of an array are finite";
  let description = [{
    The failure names the source line, the first NaN or infinity by dim name, what computed the array (`made_by`) and whether that was in the forward or the backward pass, which the location tells. `trap-nonfinite` puts
    one behind every kernel.

    Constraints: (C1) the elements are floating-point.

    ```mlir
    check.expect_finite %a made_by "exp" : tensor<8xf32, #field.dims<D>>
    ```
  }];
  let arguments = (ins Field_Tensor:$value, StrAttr:$made_by);
  let assemblyFormat = "$value `made_by` $made_by attr-dict `:` type($value)";
  let hasVerifier = 1;
}

def Check_ExpectGradientOp : Check_Op<"expect_gradient", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Fails the program unless a function's derivative matches finite differences";
  let description = [{
    All results of `callee` that are floating-point are weighted with fixed random numbers and summed; the derivative of that sum along `directions` fixed random directions, in all floating-point operands at once,
    is compared with the central difference of width `step`. `order` 2 does the same with the function w -> <gradient, w>, so it checks the derivative of the derivative. The pass `expand-checks` replaces it by calls,
    `train.gradient` and `expect_close`; run it in f64 (`--plain`).

    Constraints: (C1) `callee` is a function of this module and takes the operands; (C2) order is 1 or 2; step, rtol > 0; directions >= 1; (C3) an operand and
    a result of `callee` are floating-point.

    ```mlir
    func.func private @f(%x: tensor<2xf64, #field.dims<D>>) -> tensor<2xf64, #field.dims<D>> {
      %y = field.exp %x : (tensor<2xf64, #field.dims<D>>) -> tensor<2xf64, #field.dims<D>>
      return %y : tensor<2xf64, #field.dims<D>>
    }
    func.func @derivative_of_exp() {
      %x = field.constant dense<[1.0, 2.0]> : tensor<2xf64, #field.dims<D>>
      check.expect_gradient @f(%x) order 1 directions 3 step 1.000000e-05 rtol 1.000000e-07 : tensor<2xf64, #field.dims<D>>
      return
    }
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<Field_Tensor>:$args, I64Attr:$order, I64Attr:$directions, F64Attr:$step, F64Attr:$rtol);
  let assemblyFormat = "$callee `(` $args `)` `order` $order `directions` $directions `step` $step `rtol` $rtol attr-dict `:` type($args)";
  let hasVerifier = 1;
}

#endif // ORRERY_CHECK_OPS_TD
