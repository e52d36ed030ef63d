// The formatter: blanks, columns, indentation, comments; what it leaves alone.

#include "Read.h"

#include <gtest/gtest.h>

using orrery::test::format;

TEST(Format, BlanksWithinLines) {
  EXPECT_EQ(format("fn   f( x:[*,D] )->[ *,D ]{return  - x*2+g (x ) [ a:1 ]}"),
            "fn f(x: [*, D]) -> [*, D] { return -x*2 + g(x)[a: 1] }\n");
  EXPECT_EQ(format("mesh{dp:auto;a,b->dp}"), "mesh { dp: auto; a, b -> dp }\n");
  EXPECT_EQ(format("set a=(1+2)  *3 .. 4"), "set a = (1 + 2) * 3 .. 4\n");
  EXPECT_EQ(format("set a = 4*D\nset b = 4 * D"), "set a = 4*D\nset b = 4 * D\n");
}

TEST(Format, NeighboursAreAligned) {
  EXPECT_EQ(format("set a = 1 # x\nset long = 2   # y\n\nset b = 3\n"),
            "set a    = 1  # x\nset long = 2  # y\n\nset b = 3\n");
  EXPECT_EQ(format("dim D = 4\ndim p1, p2 = 2\ndim head = 2\n"),
            "dim D    = 4\ndim p1, p2 = 2\ndim head = 2\n");
  EXPECT_EQ(format("data d {\nz: e[a] named \"n\"\npos: [a, x] named \"p\"\n}"),
            "data d {\n  z:   e[a]   named \"n\"\n  pos: [a, x] named \"p\"\n}\n");
  EXPECT_EQ(format("dim a in b\ndim long in b\n"), "dim a    in b\ndim long in b\n");
}

TEST(Format, ContinuedLines) {
  EXPECT_EQ(format("fn f() {\nx = g(a,\nb)\n|> h\nreturn a +\nb\n# end\n}"),
            "fn f() {\n  x = g(a,\n        b)\n      |> h\n  return a +\n         b\n  # end\n}\n");
  EXPECT_EQ(format("dim v = { a,\n b }\n"), "dim v = { a,\n          b }\n");
  EXPECT_EQ(format("set x = f(\na,\nb\n)\n"), "set x = f(\n  a,\n  b\n)\n");
}

TEST(Format, KeepsOrderCommentsAndSingleBlankLines) {
  EXPECT_EQ(format("\n\n# head\n\n\n\nset b = 1\nset a = 2\n# tail"),
            "# head\n\nset b = 1\nset a = 2\n# tail\n");
  EXPECT_EQ(format("set a = 1          # kept in its column\n"),
            "set a = 1          # kept in its column\n");
}

TEST(Format, RefusesWrongSyntax) { EXPECT_EQ(format("set a = \n"), "(wrong)"); }
