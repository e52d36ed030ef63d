// Errors that no file of data provokes at will: no memory, no disk, no ranks, a broken program.
#include "runtime/core/Error.h"
#include "runtime/comm/Virtual.h"
#include "runtime/core/Buffer.h"
#include "runtime/core/Descriptor.h"
#include "runtime/io/AtomicFile.h"

#include <cerrno>
#include <functional>
#include <gtest/gtest.h>

using namespace orrery::runtime;

static void expectError(const char *code, Exit exit, const std::function<void()> &act) {
  try {
    act();
    FAIL() << "no error " << code;
  } catch (const Error &error) {
    EXPECT_EQ(error.code, code) << error.what();
    EXPECT_EQ(error.exit, exit) << error.what();
  }
}

TEST(Errors, Resources) {
  expectError("E0905", ExitResources, [] { Buffer(size_t(1) << 60, "a lot"); });
  expectError("E0902", ExitResources, [] {
    errno = ENOSPC;
    failWrite("x.nc", "no space");
  });
  expectError("E0903", ExitResources, [] { writeFile("/proc/none/x", "text"); });
}

TEST(Errors, BrokenProgram) {
  expectError("E0999", ExitFailure, [] { Descriptor::parse("{"); });
}

TEST(Errors, NoRanks) {
  expectError("E0801", ExitUsage, [] { runRanks(0, [](World &) {}); });
}
