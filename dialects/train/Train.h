// The C++ face of the train dialect: include this, not the generated files.

#ifndef ORRERY_DIALECTS_TRAIN_TRAIN_H
#define ORRERY_DIALECTS_TRAIN_TRAIN_H

#include "dialects/field/Field.h"

#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"

#include "dialects/train/TrainDialect.h.inc"
#include "dialects/train/TrainEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/train/TrainAttrs.h.inc"
#define GET_OP_CLASSES
#include "dialects/train/TrainOps.h.inc"

#endif // ORRERY_DIALECTS_TRAIN_TRAIN_H
