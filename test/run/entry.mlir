// What an object file of a module defines: runtime/abi/orrery_abi.h. The names of its functions cannot meet the C library's.
// RUN: orrery-run %s --emit=obj -o %t.o
// RUN: clang -I %root %S/Inputs/entry.c %t.o -lm -o %t && %t | FileCheck %s
// RUN: orrery-run %s --emit=obj --target=x86-64-v3 -o %t.v3.o
// RUN: clang -I %root %S/Inputs/entry.c %t.v3.o -lm -o %t.v3 && %t.v3 | FileCheck %s
// RUN: orrery-run %s --emit=obj --plain -o %t.plain.o
// RUN: not orrery-run %s --emit=obj --target=abacus -o %t.o 2>&1 | FileCheck %s --check-prefix=CPU

// CHECK: descriptor {"model": "two"}
// CHECK-NEXT: 2 entries, reals of 4 bytes
// CHECK-NEXT: main arena {{[0-9]+}} live {{[0-9]+}} flops 12
// CHECK-NEXT: printf arena 0 live 0 flops 4
// CHECK-NEXT: main 3 6 9 12
// CHECK-NEXT: 1 4 9 16
// CPU: error: no such CPU: abacus
module attributes {orrery.descriptor = "{\22model\22: \22two\22}"} {
  func.func @main(%x: tensor<4xf32, #field.dims<D>>) -> (tensor<4xf32, #field.dims<D>>, tensor<4xf32, #field.dims<D>>) attributes {orrery.entry} {
    %twice = field.add %x, %x : (tensor<4xf32, #field.dims<D>>, tensor<4xf32, #field.dims<D>>) -> tensor<4xf32, #field.dims<D>>
    %thrice = field.add %twice, %x : (tensor<4xf32, #field.dims<D>>, tensor<4xf32, #field.dims<D>>) -> tensor<4xf32, #field.dims<D>>
    %square = call @printf(%x) : (tensor<4xf32, #field.dims<D>>) -> tensor<4xf32, #field.dims<D>>
    return %thrice, %square : tensor<4xf32, #field.dims<D>>, tensor<4xf32, #field.dims<D>>
  }
  func.func @printf(%x: tensor<4xf32, #field.dims<D>>) -> tensor<4xf32, #field.dims<D>> attributes {orrery.entry} {
    %square = field.mul %x, %x : (tensor<4xf32, #field.dims<D>>, tensor<4xf32, #field.dims<D>>) -> tensor<4xf32, #field.dims<D>>
    return %square : tensor<4xf32, #field.dims<D>>
  }
}
