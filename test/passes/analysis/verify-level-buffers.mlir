// RUN: orrery-opt %s --split-input-file --verify-diagnostics --verify-level=level=buffers

func.func @alloc() {
  // expected-error@+1 {{does not hold at level buffers: every buffer has its place in the arena}}
  %x = memref.alloc() : memref<4xf32>
  return
}

// -----

func.func @tensor(%m: memref<4xf32>) {
  // expected-error@+1 {{does not hold at level buffers: every array is a buffer}}
  %x = bufferization.to_tensor %m : memref<4xf32> to tensor<4xf32>
  return
}
