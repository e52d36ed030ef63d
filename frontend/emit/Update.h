// The entry that changes the parameters once their gradients are known.

#ifndef ORRERY_FRONTEND_EMIT_UPDATE_H
#define ORRERY_FRONTEND_EMIT_UPDATE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

#include <cstdint>
#include <optional>

namespace orrery::emit {

// What `optimizer adamw(...)` and `run(clip:, ema:)` say.
struct Optimizer {
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8, decay = 0.01;
  std::optional<double> clip, ema;
};

// @update: (parameters, gradients, moment1, moment2, ema?, lr, step) -> (parameters, moment1,
// moment2, ema?, gradient norm), the vectors flat. `ema` is there where the program asks for a
// moving average.
void emitUpdate(mlir::ModuleOp module, mlir::Location loc, mlir::Type real, int64_t flatSize,
                const Optimizer &optimizer);

} // namespace orrery::emit

#endif // ORRERY_FRONTEND_EMIT_UPDATE_H
