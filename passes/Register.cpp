// Registers the dialects, and the passes of every phase that the build found.

#include "passes/Register.h"

#include "dialects/attend/Attend.h"
#include "dialects/check/Check.h"
#include "dialects/field/Field.h"
#include "dialects/graph/Graph.h"
#include "dialects/train/Train.h"
#include "passes/PhaseHeaders.inc"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

void orrery::registerDialects(mlir::DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  registry.insert<field::FieldDialect, attend::AttendDialect, graph::GraphDialect,
                  train::TrainDialect, check::CheckDialect>();
}

void orrery::registerPasses() {
  mlir::registerAllPasses();
#define ORRERY_PHASE(Phase) register##Phase##Passes();
#include "passes/Phases.inc"
}
