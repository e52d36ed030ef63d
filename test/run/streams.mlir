// Results of 48 MiB and of 24, on a CPU whose caches hold 32: only the first is stored past them; both are what they should be, for what reads them afterwards too.
// RUN: orrery build %s --target=znver3 --emit=asm -o %t.s
// RUN: FileCheck %s < %t.s
// RUN: orrery-run %s --plain
// RUN: orrery-run %s

!x = tensor<48x512x512xf32, #field.dims<D, lat, lon>>
!h = tensor<24x512x512xf32, #field.dims<D, lat, lon>>
!g = tensor<512x512xf32, #field.dims<lat, lon>>
!d = tensor<48xf32, #field.dims<D>>
!e = tensor<24xf32, #field.dims<D>>
!s = tensor<f32, #field.dims<>>

// CHECK-DAG: vaddps {{.*}}%ymm{{.*[[:space:]].*}}vmovntps %ymm
// CHECK-DAG: sfence
// CHECK-DAG: vsubps {{.*}}%ymm{{.*[[:space:]].*}}vmovups %ymm
func.func private @large(%a: !g, %d: !d) -> !x {
  %x = field.add %d, %a : (!d, !g) -> !x
  return %x : !x
}
func.func private @fits(%a: !g, %d: !e) -> !h {
  %x = field.sub %d, %a : (!e, !g) -> !h
  return %x : !h
}
func.func private @squares(%x: !x) -> !g {
  %q = field.mul %x, %x : (!x, !x) -> !x
  %s = field.reduce sum %q over ["D"] : (!x) -> !g
  return %s : !g
}
func.func private @fitting_squares(%x: !h) -> !g {
  %q = field.mul %x, %x : (!h, !h) -> !h
  %s = field.reduce sum %q over ["D"] : (!h) -> !g
  return %s : !g
}
func.func @main() {
  %lat = field.iota : tensor<512xf32, #field.dims<lat>>
  %lon = field.iota : tensor<512xf32, #field.dims<lon>>
  %a = field.sub %lat, %lon : (tensor<512xf32, #field.dims<lat>>, tensor<512xf32, #field.dims<lon>>) -> !g
  %d = field.iota : !d
  %e = field.iota : !e
  %x = call @large(%a, %d) : (!g, !d) -> !x
  %h = call @fits(%a, %e) : (!g, !e) -> !h
  %sx = call @squares(%x) : (!x) -> !g
  %sh = call @fitting_squares(%h) : (!h) -> !g
  // The sum of (d + a)^2 is n a^2 + 2 a sum(d) + sum(d^2).
  %aa = field.mul %a, %a : (!g, !g) -> !g
  %n = field.constant dense<48.0> : !s
  %two = field.constant dense<2256.0> : !s
  %dd = field.constant dense<35720.0> : !s
  %p = field.mul %aa, %n : (!g, !s) -> !g
  %q = field.mul %a, %two : (!g, !s) -> !g
  %r = field.add %p, %q : (!g, !g) -> !g
  %close = field.add %r, %dd : (!g, !s) -> !g
  check.expect_close %sx, %close rtol 1.0e-05 atol 1.0e-01 : !g, !g
  %m = field.constant dense<24.0> : !s
  %four = field.constant dense<-552.0> : !s
  %ee = field.constant dense<4324.0> : !s
  %t = field.mul %aa, %m : (!g, !s) -> !g
  %u = field.mul %a, %four : (!g, !s) -> !g
  %v = field.add %t, %u : (!g, !g) -> !g
  %near = field.add %v, %ee : (!g, !s) -> !g
  check.expect_close %sh, %near rtol 1.0e-05 atol 1.0e-01 : !g, !g
  return
}
