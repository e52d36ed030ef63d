// Registers the check dialect's operations.

#include "dialects/check/Check.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace orrery::check;

#include "dialects/check/CheckDialect.cpp.inc"
#include "dialects/check/CheckEnums.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/check/CheckOps.cpp.inc"

void CheckDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/check/CheckOps.cpp.inc"
      >();
}
