// What the program `orrery` does, as a library: main() only hands its arguments over.

#ifndef ORRERY_FRONTEND_DRIVER_DRIVER_H
#define ORRERY_FRONTEND_DRIVER_DRIVER_H

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace orrery::driver {

// Exit codes, as docs/cli.md lists them; those between are of compiled programs.
enum Exit { Done = 0, Failure = 1, Usage = 2, Model = 3, Internal = 70 };

// `program` is the path of the running program; the runtime library is looked for from there.
int run(const std::string &program, llvm::ArrayRef<std::string> arguments);

} // namespace orrery::driver

#endif // ORRERY_FRONTEND_DRIVER_DRIVER_H
