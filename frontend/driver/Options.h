// The command line, taken apart.

#ifndef ORRERY_FRONTEND_DRIVER_OPTIONS_H
#define ORRERY_FRONTEND_DRIVER_OPTIONS_H

#include "llvm/ADT/ArrayRef.h"

#include <map>
#include <string>
#include <vector>

namespace orrery::driver {

struct Options {
  std::string command;
  std::vector<std::string> operands; // files, names
  std::vector<std::string> settings; // of --set
  std::map<std::string, int64_t> shape;
  std::string output, emit = "exe", target;
  bool isPlain = false, leastMemory = false, isJson = false, warningsAreErrors = false,
       help = false, version = false;
  unsigned maxErrors = 20, jobs = 2;
  std::vector<std::string> silenced;  // -Wno-NAME
  std::vector<std::string> forwarded; // to the compiled program: all that is not the compiler's
};

// False, with the reason in `why`, for what no command knows. `train`, `predict` and `test` hand
// unknown options on to the compiled program.
bool parse(llvm::ArrayRef<std::string> arguments, Options &options, std::string &why);

extern const char *const usage;

} // namespace orrery::driver

#endif // ORRERY_FRONTEND_DRIVER_OPTIONS_H
