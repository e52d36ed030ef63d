// RUN: orrery-opt %s --announce-gradients --verify-diagnostics

// expected-error@+1 {{has no buffers yet, or 'orrery.buckets' does not name a bucket for each result}}
func.func @gradient(%x: memref<4xf32>, %a: memref<4xf32>)
    attributes {orrery.buckets = array<i64: 0, 0>, orrery.inputs = [tensor<4xf32>], orrery.outputs = [tensor<4xf32>]} {
  return
}
