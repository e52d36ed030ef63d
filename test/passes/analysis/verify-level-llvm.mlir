// RUN: orrery-opt %s --split-input-file --verify-diagnostics --verify-level=level=llvm

llvm.func @left() -> i64 {
  // expected-error@+1 {{does not hold at level llvm: all of it is in the llvm dialect}}
  %x = arith.constant 0 : i64
  llvm.return %x : i64
}
