// Operations of the train dialect.

#ifndef ORRERY_TRAIN_OPS_TD
#define ORRERY_TRAIN_OPS_TD

include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "dialects/train/TrainDialect.td"
include "dialects/field/FieldTypes.td"
include "dialects/interfaces/Interfaces.td"

def Train_Distribution : I32Enum<"Distribution", "how random numbers are spread", [
  I32EnumCase<"Uniform", 0, "uniform">, I32EnumCase<"Normal", 1, "normal">, I32EnumCase<"Bernoulli", 2, "bernoulli">]> {
  let cppNamespace = "::orrery::train";
}
def Train_DistributionAttr : EnumAttr<Train_Dialect, Train_Distribution, "distribution">;

def Train_GradientOp : Train_Op<"gradient", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "A request for a function's results and the gradient of its first one";
  let description = [{
    Stands for a call of `callee` whose results it returns, followed by the gradient of the sum of all elements of the callee's first result with respect to each operand listed in `wrt`. The pass
    `expand-gradients` replaces it; since what it builds is level-1 IR again, the callee may hold gradient requests of its own (second derivatives).

    Constraints: (C1) `callee` is a function of this module and takes the operands; (C2) `wrt` lists operands, ascending; (C3) the results are the callee's results, then for each of `wrt` its operand's type;
    (C4) the first result and the operands in `wrt` are floating-point.

    ```mlir
    func.func private @loss(%w: tensor<2xf32, #field.dims<D>>, %x: tensor<2xf32, #field.dims<D>>) -> tensor<f32, #field.dims<>> {
      %y = field.contract %w, %x over ["D"] : (tensor<2xf32, #field.dims<D>>, tensor<2xf32, #field.dims<D>>) -> tensor<f32, #field.dims<>>
      return %y : tensor<f32, #field.dims<>>
    }
    func.func @slope() -> tensor<2xf32, #field.dims<D>> {
      %w = field.constant dense<[1.0, 2.0]> : tensor<2xf32, #field.dims<D>>
      %x = field.constant dense<[3.0, 4.0]> : tensor<2xf32, #field.dims<D>>
      %loss, %dw = train.gradient @loss(%w, %x) wrt [0]
         : (tensor<2xf32, #field.dims<D>>, tensor<2xf32, #field.dims<D>>) -> (tensor<f32, #field.dims<>>, tensor<2xf32, #field.dims<D>>)
      return %dw : tensor<2xf32, #field.dims<D>>
    }
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<Field_Tensor>:$args, DenseI64ArrayAttr:$wrt);
  let results = (outs Variadic<Field_Tensor>:$results);
  let assemblyFormat = "$callee `(` $args `)` `wrt` $wrt attr-dict `:` functional-type($args, results)";
}

def Train_FoldKeyOp : Train_Op<"fold_key", [Pure, AllTypesMatch<["key", "result"]>, DeclareOpInterfaceMethods<CostOp, ["flops"]>]> {
  let summary = "Another key from a key and a number";
  let description = [{
    Keys name random streams: the key of a step comes from (seed, step), every call and every random operation folds its own number in, so that no two draw the same numbers. Philox4x32-10 of (key, number).

    Constraints: (C1) key and `with` are scalars.

    ```mlir
    %k = train.fold_key %key, 7 : tensor<i64, #field.dims<>>
    ```
  }];
  let arguments = (ins Field_I64:$key, Variadic<Field_I64>:$with, I64Attr:$number);
  let results = (outs Field_I64:$result);
  let assemblyFormat = "$key `,` $number attr-dict `:` type($result) (`with` $with^ `:` type($with))?";
  let hasVerifier = 1;
}

def Train_RandomOp : Train_Op<"random", [Pure, DeclareOpInterfaceMethods<CostOp, ["flops"]>, DeclareOpInterfaceMethods<DifferentiableOp>]> {
  let summary = "Random numbers that depend on nothing but key, sample and element";
  let description = [{
    Counter-based (Philox4x32-10, Salmon et al. 2011): element e of sample s is a function of (key, s, e), where s is the number of the sample in the data and e counts the result's other dims in
    the alphabetical order of their names, so neither the order of axes nor the number of ranks or threads changes a result. `samples` lists the sample of every index of its dim; with no `samples` operand s is 0. `uniform`: [0, 1);
    `normal`: mean 0, variance 1; `bernoulli`: 1 with probability `p`, else 0. The derivative is zero.

    Constraints: (C1) `samples` has one dim, which the result has with the same size; (C2) `p` lies in [0, 1] and is given for bernoulli only, and always; (C3) the
    key is a scalar.

    ```mlir
    %m = train.random bernoulli %key samples %s p 9.000000e-01
       : (tensor<i64, #field.dims<>>, tensor<16xi64, #field.dims<batch>>) -> tensor<16x64xf32, #field.dims<batch, D>>
    ```
  }];
  let arguments = (ins Train_DistributionAttr:$distribution, Field_I64:$key, Optional<Field_I64>:$samples, OptionalAttr<F64Attr>:$p);
  let results = (outs Field_Real:$result);
  let assemblyFormat = "`` $distribution $key (`samples` $samples^)? (`p` $p^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Train_AdamWOp : Train_Op<"adamw", [Pure, DeclareOpInterfaceMethods<DecomposableOp>, DeclareOpInterfaceMethods<CostOp, ["flops"]>]> {
  let summary = "One AdamW update of a parameter vector";
  let description = [{
    With t the step, counted from 1:

      m' = beta1 m + (1 - beta1) g,   v' = beta2 v + (1 - beta2) g^2,   w' = w - lr (decay w + (m' / (1 - beta1^t)) / (sqrt(v' / (1 - beta2^t)) + eps))

    Source: Loshchilov and Hutter 2019, algorithm 2, with the schedule in `lr`; the same arithmetic as PyTorch's AdamW.

    Constraints: (C1) weight, gradient and moments have one type; (C2) lr is a scalar of their element type and step a scalar i64.

    ```mlir
    %w1, %m1, %v1 = train.adamw %w, %g, %m, %v, %lr, %t {beta1 = 9.000000e-01 : f64, beta2 = 9.990000e-01 : f64, eps = 1.000000e-08 : f64, decay = 1.000000e-02 : f64}
       : (tensor<64xf32, #field.dims<parameter>>, tensor<64xf32, #field.dims<parameter>>, tensor<64xf32, #field.dims<parameter>>, tensor<64xf32, #field.dims<parameter>>,
          tensor<f32, #field.dims<>>, tensor<i64, #field.dims<>>)
       -> (tensor<64xf32, #field.dims<parameter>>, tensor<64xf32, #field.dims<parameter>>, tensor<64xf32, #field.dims<parameter>>)
    ```
  }];
  let arguments = (ins Field_Real:$weight, Field_Real:$gradient, Field_Real:$moment1, Field_Real:$moment2, Field_Real:$lr, Field_I64:$step,
                   F64Attr:$beta1, F64Attr:$beta2, F64Attr:$eps, F64Attr:$decay);
  let results = (outs Field_Real:$new_weight, Field_Real:$new_moment1, Field_Real:$new_moment2);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif // ORRERY_TRAIN_OPS_TD
