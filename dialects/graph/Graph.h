// The C++ face of the graph dialect: include this, not the generated files.

#ifndef ORRERY_DIALECTS_GRAPH_GRAPH_H
#define ORRERY_DIALECTS_GRAPH_GRAPH_H

#include "dialects/field/Field.h"

#include "dialects/graph/GraphDialect.h.inc"
#include "dialects/graph/GraphEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/graph/GraphAttrs.h.inc"
#define GET_OP_CLASSES
#include "dialects/graph/GraphOps.h.inc"

#endif // ORRERY_DIALECTS_GRAPH_GRAPH_H
