// The C++ face of the attend dialect: include this, not the generated files.

#ifndef ORRERY_DIALECTS_ATTEND_ATTEND_H
#define ORRERY_DIALECTS_ATTEND_ATTEND_H

#include "dialects/field/Field.h"

#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"

#include "dialects/attend/AttendDialect.h.inc"
#include "dialects/attend/AttendEnums.h.inc"
#define GET_OP_CLASSES
#include "dialects/attend/AttendOps.h.inc"

#endif // ORRERY_DIALECTS_ATTEND_ATTEND_H
