// `orrery info`: what a model consists of.

#ifndef ORRERY_FRONTEND_DRIVER_INFO_H
#define ORRERY_FRONTEND_DRIVER_INFO_H

#include "frontend/driver/Options.h"

namespace orrery::driver {

// Prints the descriptor of a model; the exit code.
int info(llvm::StringRef descriptor, const sema::Program &program, const Options &options);

} // namespace orrery::driver

#endif // ORRERY_FRONTEND_DRIVER_INFO_H
