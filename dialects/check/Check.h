// The C++ face of the check dialect: include this, not the generated files.

#ifndef ORRERY_DIALECTS_CHECK_CHECK_H
#define ORRERY_DIALECTS_CHECK_CHECK_H

#include "dialects/field/Field.h"

#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"

#include "dialects/check/CheckDialect.h.inc"
#include "dialects/check/CheckEnums.h.inc"
#define GET_OP_CLASSES
#include "dialects/check/CheckOps.h.inc"

#endif // ORRERY_DIALECTS_CHECK_CHECK_H
