// Makes all dialects and passes, ours and upstream's, known to a tool; only Register.cpp includes
// all of them.

#ifndef ORRERY_PASSES_REGISTER_H
#define ORRERY_PASSES_REGISTER_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace orrery {

void registerDialects(mlir::DialectRegistry &registry);
void registerPasses();

} // namespace orrery

#endif // ORRERY_PASSES_REGISTER_H
