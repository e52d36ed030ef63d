// orrery: hands its arguments to the driver.

#include "frontend/driver/Driver.h"

#include "llvm/Support/FileSystem.h"

int main(int argc, char **argv) {
  std::string program = llvm::sys::fs::getMainExecutable(argv[0], reinterpret_cast<void *>(&main));
  return orrery::driver::run(program, std::vector<std::string>(argv + 1, argv + argc));
}
