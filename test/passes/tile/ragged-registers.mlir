// Products within kernels along a dim of run-time size have as many sums as the target has registers for: 6 rows of 2 vectors beside 16, of 4 beside 32. A sum more would go to memory and back at every step.
// RUN: orrery-run %s --target=x86-64-v3 --emit=ir:loops -o - | FileCheck %s --check-prefix=FEW
// RUN: orrery-run %s --target=znver4 --emit=ir:loops -o - | FileCheck %s --check-prefix=MANY

// FEW-NOT:  :{{1[3-9]|[2-9][0-9]}} = scf.for
// FEW:      :12 = scf.for {{.*}}vector<8xf32>
// FEW-NOT:  :{{1[3-9]|[2-9][0-9]}} = scf.for
// MANY:     :24 = scf.for {{.*}}vector<16xf32>

func.func @messages(%x: tensor<?x64xf32, #field.dims<atom, D>>, %r: tensor<?x8xf32, #field.dims<edge, rbf>>, %w: tensor<8x64xf32, #field.dims<rbf, D>>, %src: tensor<?xi32, #field.dims<edge>>, %rs: tensor<?x2xi32, #field.dims<atom, ends>>, %os: tensor<?xi32, #field.dims<edge>>, %dst: tensor<?xi32, #field.dims<edge>>, %rd: tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64xf32, #field.dims<atom, D>> {
  %f = field.contract %r, %w over ["rbf"] : (tensor<?x8xf32, #field.dims<edge, rbf>>, tensor<8x64xf32, #field.dims<rbf, D>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  %g = graph.gather %x by %src, %rs, %os : (tensor<?x64xf32, #field.dims<atom, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>, tensor<?xi32, #field.dims<edge>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  %m = field.mul %f, %g : (tensor<?x64xf32, #field.dims<edge, D>>, tensor<?x64xf32, #field.dims<edge, D>>) -> tensor<?x64xf32, #field.dims<edge, D>>
  %s = graph.segment sum %m by %dst, %rd : (tensor<?x64xf32, #field.dims<edge, D>>, tensor<?xi32, #field.dims<edge>>, tensor<?x2xi32, #field.dims<atom, ends>>) -> tensor<?x64xf32, #field.dims<atom, D>>
  return %s : tensor<?x64xf32, #field.dims<atom, D>>
}
