// RUN: orrery-opt %s | orrery-opt | FileCheck %s
// RUN: orrery-opt %s -mlir-print-op-generic | orrery-opt | FileCheck %s

!channels = tensor<4x162x64xf32, #field.dims<head, token, Dh>>
!values = tensor<4x162x64xf32, #field.dims<head, token, Dv>>
!rows = tensor<4x162xf32, #field.dims<head, token>>

// CHECK-LABEL: func @attention(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: {{[^%]*}}%[[K:[a-z0-9]+]]: {{[^%]*}}%[[V:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         attend.attention %[[Q]], %[[K]], %[[V]] over ["token"] channel "Dh" value_channel "Dv" scale 1.250000e-01
func.func @attention(%q: !channels, %k: !channels, %v: !values) -> (!values, !rows) {
  %o, %l = attend.attention %q, %k, %v over ["token"] channel "Dh" value_channel "Dv" scale 1.250000e-01
     : (tensor<4x162x64xf32, #field.dims<head, token, Dh>>, tensor<4x162x64xf32, #field.dims<head, token, Dh>>, tensor<4x162x64xf32, #field.dims<head, token, Dv>>)
     -> (tensor<4x162x64xf32, #field.dims<head, token, Dv>>, tensor<4x162xf32, #field.dims<head, token>>)
  return %o, %l : !values, !rows
}

// CHECK-LABEL: func @attention_grad(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: {{[^%]*}}%[[K:[a-z0-9]+]]: {{[^%]*}}%[[V:[a-z0-9]+]]: {{[^%]*}}%[[O:[a-z0-9]+]]: {{[^%]*}}%[[L:[a-z0-9]+]]: {{[^%]*}}%[[DO:[a-z0-9]+]]: {{[^%]*}}
// CHECK:         attend.attention_grad %[[Q]], %[[K]], %[[V]], %[[O]], %[[L]], %[[DO]] over ["token"] channel "Dh" value_channel "Dv" scale 1.250000e-01
func.func @attention_grad(%q: !channels, %k: !channels, %v: !values, %o: !values, %l: !rows, %do: !values) -> (!channels, !channels, !values) {
  %dq, %dk, %dv = attend.attention_grad %q, %k, %v, %o, %l, %do over ["token"] channel "Dh" value_channel "Dv" scale 1.250000e-01
     : (tensor<4x162x64xf32, #field.dims<head, token, Dh>>, tensor<4x162x64xf32, #field.dims<head, token, Dh>>, tensor<4x162x64xf32, #field.dims<head, token, Dv>>,
        tensor<4x162x64xf32, #field.dims<head, token, Dv>>, tensor<4x162xf32, #field.dims<head, token>>, tensor<4x162x64xf32, #field.dims<head, token, Dv>>)
     -> (tensor<4x162x64xf32, #field.dims<head, token, Dh>>, tensor<4x162x64xf32, #field.dims<head, token, Dh>>, tensor<4x162x64xf32, #field.dims<head, token, Dv>>)
  return %dq, %dk, %dv : !channels, !channels, !values
}
