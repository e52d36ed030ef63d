// Syntax errors: their places, that reading goes on after them, and how messages are printed.

#include "Read.h"

#include <gtest/gtest.h>

using orrery::test::file;
using orrery::test::Read;

TEST(Message, ShowsPlaceAndCaret) {
  EXPECT_EQ(file("dim D = 4\nset x = f(a b)\n"),
            "t.orr:2:13: error: expected ',' or ')' to close '(', found 'b' [E0006]\n"
            "set x = f(a b)\n"
            "            ^\n"
            "t.orr:2:10: note: '(' opened here\n");
}

TEST(Message, ColumnsCountCharactersNotBytes) {
  EXPECT_EQ(file("use \"m\xC3\xBC\" x"),
            "t.orr:1:10: error: expected the end of the line, found 'x' [E0001]\n"
            "use \"m\xC3\xBC\" x\n"
            "         ^\n");
}

TEST(Message, SeveralMistakesInOneFile) {
  Read read(
      "block A(x: [D]) {\n  y = f(x\n  z = 1 < 2 < 3\n  w = 5\n}\nmodle B() { }\ndim E = 3\n");
  EXPECT_EQ(read.diags.errorCount(), 3u);
  EXPECT_NE(read.dump().find("(assign w = 5)"), std::string::npos);
  EXPECT_NE(read.dump().find("(dim E = 3)"), std::string::npos);
  EXPECT_NE(read.messages().find("t.orr:6:1: error: no part of a file begins with 'modle' [E0010]"),
            std::string::npos);
  EXPECT_NE(read.messages().find("help: did you mean 'model'?"), std::string::npos);
}

TEST(Message, MissingBraceIsFoundAtTheNextItem) {
  Read read("fn a() {\n  x = 1\nfn b() { return 1 }\n");
  EXPECT_EQ(read.diags.errorCount(), 1u);
  EXPECT_NE(read.messages().find(
                "t.orr:3:1: error: 'fn' begins here, but a '}' is missing before it [E0007]"),
            std::string::npos);
  EXPECT_NE(read.messages().find("t.orr:1:8: note: the '{' of fn 'a' opened here"),
            std::string::npos);
  EXPECT_EQ(read.tree.items.size(), 2u);
}

TEST(Message, HabitsOfOtherLanguages) {
  EXPECT_NE(file("set a = 2 ** 3").find("help: powers are written a^b"), std::string::npos);
  EXPECT_NE(file("set a = f(drop=1)").find("help: named arguments are written with ':'"),
            std::string::npos);
  EXPECT_NE(file("fn f() {\n  x = a\n    + b\n}").find("help: a formula goes on in the next line"),
            std::string::npos);
  EXPECT_NE(file("fn f() {\n  for i in 3 { }\n}").find("help: loops are written repeat n with i"),
            std::string::npos);
  EXPECT_NE(file("set a = 'x'").find("help: strings stand in double quotes"), std::string::npos);
  EXPECT_NE(file("dim v = { 2m }").find("help: a label begins with a letter"), std::string::npos);
}

TEST(Message, DepthIsBounded) {
  EXPECT_NE(file("set a = " + std::string(100000, '(')).find("[E0005]"), std::string::npos);
  EXPECT_NE(file("set a = " + std::string(100000, '-') + "1").find("[E0005]"), std::string::npos);
  std::string sum = "1";
  for (int i = 0; i < 5000; ++i)
    sum += " + 1";
  EXPECT_NE(file("set a = " + sum).find("[E0005]"), std::string::npos);
  std::string blocks;
  for (int i = 0; i < 5000; ++i)
    blocks += "repeat 2 {\n";
  EXPECT_NE(file("fn f() {\n" + blocks).find("[E0005]"), std::string::npos);
}

TEST(Message, NumbersOutOfRange) {
  EXPECT_NE(file("set a = 9223372036854775808").find("[E0004]"), std::string::npos);
  EXPECT_NE(file("set a = 1e999").find("[E0004]"), std::string::npos);
  EXPECT_EQ(file("set a = 1e-999"), "(set a = 1e-999)\n");
}

TEST(Message, SortedOnceEachAndLimited) {
  orrery::lang::SourceManager sources;
  orrery::diag::Engine diags(sources);
  auto id = sources.add("a.orr", "one\ntwo\n");
  diags.error({id, 4, 7}, "E0101", "second")
      .note({id, 0, 3}, "here")
      .note("anywhere")
      .help("do this");
  diags.error({id, 0, 3}, "E0101", "first");
  diags.error({id, 0, 3}, "E0101", "first");
  diags.errorInFile(orrery::diag::E0500, "b.nc");
  std::string out;
  llvm::raw_string_ostream os(out);
  diags.print(os, {false, 2});
  EXPECT_EQ(out, "a.orr:1:1: error: first [E0101]\none\n^~~\n"
                 "a.orr:2:1: error: second [E0101]\ntwo\n^~~\na.orr:1:1: note: here\nnote: "
                 "anywhere\nhelp: do this\n"
                 "... and 1 more (--max-errors=0)\n");
  out.clear();
  diags.printJson(os);
  EXPECT_NE(out.find("\"col\":1,\"endcol\":4,\"file\":\"a.orr\",\"fixits\":[],\"line\":1,"
                     "\"message\":\"first\",\"notes\":[],\"severity\":\"error\""),
            std::string::npos)
      << out;
}

TEST(Message, TemplatesWarningsAndNames) {
  orrery::lang::SourceManager sources;
  orrery::diag::Engine diags(sources);
  diags.silence("unused-param");
  diags.warning(orrery::diag::WunusedParam, {}, "V");
  diags.warning(orrery::diag::Wouter, {}, "[a]", "[b]");
  diags.error(orrery::diag::E0307, {}, "lat", 3, 4.5);
  ASSERT_EQ(diags.all().size(), 2u);
  EXPECT_EQ(diags.all()[0].message,
            "the operands [a] and [b] share no dim: every number meets every other");
  EXPECT_EQ(diags.all()[1].message, "dim 'lat' has size 3 on the left and 4.5 on the right");
  EXPECT_EQ(diags.errorCount(), 1u);
  EXPECT_EQ(orrery::diag::findCode("e0203")->name, "E0203");
  EXPECT_EQ(orrery::diag::findCode("outer")->name, "-Wouter");
  EXPECT_EQ(orrery::diag::nearest("hlatt", {"lat", "hlat", "row"}), "hlat");
  EXPECT_EQ(orrery::diag::nearest("zzz", {"lat", "hlat"}), "");
}

TEST(Message, EveryCodeHasAPage) {
  for (const orrery::diag::CodeInfo &code : orrery::diag::allCodes()) {
    EXPECT_GT(code.page.size(), 40u) << code.name.str();
    EXPECT_EQ(orrery::diag::findCode(code.name), &code) << code.name.str() << " stands twice";
  }
}
