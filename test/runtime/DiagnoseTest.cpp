// What a check of `diagnose` makes of its errors.
#include "runtime/program/Diagnose.h"

#include <gtest/gtest.h>
#include <limits>

using namespace orrery::runtime;

TEST(Finding, KeepsTheLargestError) {
  Finding finding("drift", 1e-3, "nothing to compare");
  EXPECT_TRUE(finding.holds());
  EXPECT_EQ(finding.where, "nothing to compare");
  finding.note(0, "a");
  EXPECT_EQ(finding.where, "a");
  finding.note(1e-4, "b");
  finding.note(1e-5, "c");
  EXPECT_EQ(finding.where, "b");
  EXPECT_TRUE(finding.holds());
  finding.note(1e-2, "d");
  EXPECT_FALSE(finding.holds());
}

TEST(Finding, NoNumberIsTheLargestError) {
  Finding finding("drift", 1e-3, "");
  finding.note(std::numeric_limits<double>::quiet_NaN(), "here");
  finding.note(0, "there");
  EXPECT_EQ(finding.where, "here");
  EXPECT_FALSE(finding.holds());
  EXPECT_EQ(finding.cases, 2);
}
