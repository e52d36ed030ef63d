// The first number that is not finite is named: line, element, operations, forward or backward. Without --trap-nan nothing looks.
// RUN: not orrery-run %s --trap-nan --function=forward 2>&1 | FileCheck %s --check-prefix=FORWARD
// RUN: not orrery-run %s --trap-nan --plain --function=forward 2>&1 | FileCheck %s --check-prefix=FORWARD
// RUN: not orrery-run %s --trap-nan --function=backward 2>&1 | FileCheck %s --check-prefix=BACKWARD
// RUN: orrery-run %s --trap-nan --function=fine
// RUN: orrery-run %s --function=forward

// FORWARD: trap-nan.mlir:[[@LINE+4]]:8: not finite: NaN at row = 1, D = 0, in the forward pass, computed by: {{.*}}log{{.*}} (1 of 4 numbers are not finite)
func.func @forward() -> tensor<2x2xf32, #field.dims<row, D>> {
  %a = field.constant dense<[[1.0, 2.0], [-3.0, 4.0]]> : tensor<2x2xf32, #field.dims<row, D>>
  // The logarithm of -3.
  %b = field.log %a : (tensor<2x2xf32, #field.dims<row, D>>) -> tensor<2x2xf32, #field.dims<row, D>>
  return %b : tensor<2x2xf32, #field.dims<row, D>>
}

func.func @fine() -> tensor<2xf32, #field.dims<D>> {
  %a = field.constant dense<[1.0, 2.0]> : tensor<2xf32, #field.dims<D>>
  %b = field.log %a : (tensor<2xf32, #field.dims<D>>) -> tensor<2xf32, #field.dims<D>>
  return %b : tensor<2xf32, #field.dims<D>>
}

// The root of zero is zero, and its slope is not finite.
// BACKWARD: trap-nan.mlir:[[@LINE+2]]:8: not finite: {{.*}}, in the backward pass
func.func private @root(%x: tensor<2xf32, #field.dims<D>>) -> tensor<f32, #field.dims<>> {
  %a = field.sqrt %x : (tensor<2xf32, #field.dims<D>>) -> tensor<2xf32, #field.dims<D>>
  %b = field.reduce sum %a over ["D"] : (tensor<2xf32, #field.dims<D>>) -> tensor<f32, #field.dims<>>
  return %b : tensor<f32, #field.dims<>>
}
func.func @backward() -> tensor<2xf32, #field.dims<D>> {
  %x = field.constant dense<[0.0, 4.0]> : tensor<2xf32, #field.dims<D>>
  %y, %g = train.gradient @root(%x) wrt [0] : (tensor<2xf32, #field.dims<D>>) -> (tensor<f32, #field.dims<>>, tensor<2xf32, #field.dims<D>>)
  return %g : tensor<2xf32, #field.dims<D>>
}
