// Calls of kernels that take buffers, from functions that still work on tensors.

#ifndef ORRERY_PASSES_LOWER_CALLS_H
#define ORRERY_PASSES_LOWER_CALLS_H

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace orrery {

// Every pass that gives a kernel its signature on buffers calls this afterwards: calls that do not
// fit their kernel any more get a buffer for each result, and casts between tensors and buffers,
// which `place-buffers` resolves.
void fitCalls(mlir::ModuleOp module);

} // namespace orrery

#endif // ORRERY_PASSES_LOWER_CALLS_H
