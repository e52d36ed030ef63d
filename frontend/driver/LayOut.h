// `orrery fmt`: lays model files out.

#ifndef ORRERY_FRONTEND_DRIVER_LAYOUT_H
#define ORRERY_FRONTEND_DRIVER_LAYOUT_H

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace orrery::driver {

// Rewrites the files that change and names them; "-" goes from standard input to standard output.
// The exit code: a file with wrong syntax stays as it is.
int layOut(llvm::ArrayRef<std::string> files, unsigned maxErrors);

} // namespace orrery::driver

#endif // ORRERY_FRONTEND_DRIVER_LAYOUT_H
