// orrery-opt: runs any pass, ours or upstream, on a .mlir file; for tests and for authors of
// passes.

#include "passes/Register.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  orrery::registerDialects(registry);
  orrery::registerPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Orrery's passes, one at a time\n", registry));
}
