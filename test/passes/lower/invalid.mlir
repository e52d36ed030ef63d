// RUN: orrery-opt %s --lower-kernels --split-input-file --verify-diagnostics

func.func private @narrow(%key: tensor<i64, #field.dims<>>) -> tensor<3xbf16, #field.dims<D>> attributes {orrery.kernel} {
  // expected-error@+2 {{draws numbers of type 'bf16'; the generator knows f32 and f64}}
  // expected-error@+1 {{failed to legalize operation 'train.random'}}
  %r = train.random uniform %key : (tensor<i64, #field.dims<>>) -> tensor<3xbf16, #field.dims<D>>
  return %r : tensor<3xbf16, #field.dims<D>>
}

// -----

// An operation that must have been replaced by its definition before.
func.func private @adamw(%w: tensor<4xf32, #field.dims<p>>, %lr: tensor<f32, #field.dims<>>, %t: tensor<i64, #field.dims<>>) -> tensor<4xf32, #field.dims<p>> attributes {orrery.kernel} {
  // expected-error@+1 {{failed to legalize operation 'train.adamw'}}
  %a, %b, %c = train.adamw %w, %w, %w, %w, %lr, %t {beta1 = 9.000000e-01 : f64, beta2 = 9.990000e-01 : f64, eps = 1.000000e-08 : f64, decay = 0.000000e+00 : f64}
     : (tensor<4xf32, #field.dims<p>>, tensor<4xf32, #field.dims<p>>, tensor<4xf32, #field.dims<p>>, tensor<4xf32, #field.dims<p>>, tensor<f32, #field.dims<>>, tensor<i64, #field.dims<>>)
     -> (tensor<4xf32, #field.dims<p>>, tensor<4xf32, #field.dims<p>>, tensor<4xf32, #field.dims<p>>)
  return %a : tensor<4xf32, #field.dims<p>>
}
