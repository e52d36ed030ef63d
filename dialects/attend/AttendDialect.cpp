// Registers the attend dialect's operations.

#include "dialects/attend/Attend.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace orrery::attend;

#include "dialects/attend/AttendDialect.cpp.inc"
#include "dialects/attend/AttendEnums.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/attend/AttendOps.cpp.inc"

void AttendDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/attend/AttendOps.cpp.inc"
      >();
}
