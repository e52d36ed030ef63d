// Settings of the command line: which names there are, and what a wrong one is told.

#include "Read.h"

#include "frontend/sema/Program.h"

#include <gtest/gtest.h>

using namespace orrery;

namespace {

struct Settings {
  test::Read read;
  sema::Program program;

  explicit Settings(std::string text) : read(std::move(text)) {
    EXPECT_TRUE(sema::collect(read.tree, read.diags, program)) << read.messages();
  }
  // What is wrong with a setting; empty if it was applied.
  std::string apply(const std::string &text) {
    std::string why;
    bool good = sema::applySetting(program, read.sources, {text, "--set " + text}, why);
    EXPECT_EQ(good, why.empty()) << text << ": " << why;
    return why;
  }
};

const char model[] = "set heads = 4\nconst depth = 2\ndim D = 8 * heads\ndim uv = { u, v }\n";

} // namespace

TEST(Setting, Applies) {
  Settings settings(model);
  EXPECT_EQ(settings.apply("heads=3"), "");
  EXPECT_EQ(settings.program.names.at("heads").given.origin, "--set heads=3");
  EXPECT_EQ(settings.apply(" D = 2 * heads"), "");
  EXPECT_NE(settings.program.names.at("D").value(), nullptr);
}

TEST(Setting, UnknownNameIsRefusedWithTheNearest) {
  Settings settings(model);
  EXPECT_EQ(settings.apply("haeds=3"), "--set haeds=3: no setting 'haeds'; did you mean 'heads'?");
  EXPECT_EQ(settings.apply("zzz=3"),
            "--set zzz=3: no setting 'zzz'; orrery info FILE --settings lists them");
  EXPECT_NE(settings.apply("=3"), "");
  EXPECT_NE(settings.apply("train.seed=3"), ""); // there is no train
  EXPECT_NE(settings.apply("depth=3"), "");      // a const is none
  EXPECT_NE(settings.apply("uv=3"), "");         // labels are none
  EXPECT_EQ(settings.program.names.at("heads").given.value, nullptr);
}

TEST(Setting, WhatIsNoExpressionIsRefused) {
  Settings settings(model);
  EXPECT_EQ(settings.apply("heads"), "a setting is NAME=VALUE, and this is 'heads'");
  EXPECT_NE(settings.apply("heads=").find("a setting is NAME=VALUE"), std::string::npos);
  EXPECT_NE(settings.apply("heads=3 4").find("the value is no expression"), std::string::npos);
  EXPECT_NE(settings.apply("heads=" + std::string(100000, '(')).find("the value is no expression"),
            std::string::npos);
}
