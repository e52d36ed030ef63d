// RUN: orrery-opt %s --split-input-file --apply-precision --verify-diagnostics
// RUN: not orrery-opt %s --apply-precision=compute=f16 2>&1 | FileCheck %s
// CHECK: precision: 'compute' cannot be f16; it may be f32 or bf16

module {}

// -----

// expected-error@+1 {{precision: 'norm' cannot be bf16; it may be f32}}
module attributes {orrery.precision = {compute = bf16, norm = bf16}} {}

// -----

// expected-error@+1 {{precision: 'compute' cannot be f16; it may be f32 or bf16}}
module attributes {orrery.precision = {compute = f16}} {}
