// `orrery info`: what a model consists of.

#ifndef ORRERY_FRONTEND_DRIVER_INFO_H
#define ORRERY_FRONTEND_DRIVER_INFO_H

#include "frontend/driver/Options.h"

#include "llvm/Support/JSON.h"

namespace orrery::driver {

// Prints the descriptor of a model; the exit code.
int info(llvm::StringRef descriptor, const sema::Program &program, const Options &options);

// A line a setting: name, value, where it comes from.
void printSettings(const llvm::json::Array &settings);

} // namespace orrery::driver

#endif // ORRERY_FRONTEND_DRIVER_INFO_H
