// Expressions: precedence, associativity, arguments, units, soft keywords, where lines end.

#include "Read.h"

#include <gtest/gtest.h>

using orrery::test::expr;

TEST(Expression, PrecedenceFromLooseToTight) {
  EXPECT_EQ(expr("a or b and not c == d + e * f ^ g"),
            "(or a (and b (not (== c (+ d (* e (^ f g)))))))");
  EXPECT_EQ(expr("x / y |> f |> g(2)"), "(|> (|> (/ x y) f) (call g 2))");
  EXPECT_EQ(expr("a |> f tiled(lat: 2)"), "(tiled (|> a f) (lat: 2))");
  EXPECT_EQ(expr("1 + 2..3 * 4"), "(.. (+ 1 2) (* 3 4))");
  EXPECT_EQ(expr("warmup(2 epochs) then cosine(1e-3, to: 0)"),
            "(then (call warmup 2'epochs) (call cosine 1e-3 (to: 0)))");
}

TEST(Expression, SumsAndProductsLeanLeftPowersRight) {
  EXPECT_EQ(expr("a - b + c"), "(+ (- a b) c)");
  EXPECT_EQ(expr("a / b * c % d"), "(% (* (/ a b) c) d)");
  EXPECT_EQ(expr("a ^ b ^ c"), "(^ a (^ b c))");
  EXPECT_EQ(expr("-a^2"), "(- (^ a 2))");
  EXPECT_EQ(expr("a^-b * c"), "(* (^ a (- b)) c)");
  EXPECT_EQ(expr("- + a"), "(- (+ a))");
}

TEST(Expression, Postfix) {
  EXPECT_EQ(expr("pos[edge.src.frame]"), "(index pos (. (. edge src) frame))");
  EXPECT_EQ(expr("s * normal like x"), "(* s (like normal x))");
  EXPECT_EQ(expr("bernoulli(0.05) like field"), "(like (call bernoulli 0.05) field)");
  EXPECT_EQ(expr("f()(x)[part: q]"), "(index (call (call f) x) (part: q))");
}

TEST(Expression, Arguments) {
  EXPECT_EQ(expr("split(x; lat -> row, p1; lon -> col, p2)"),
            "(call split x ; lat -> row p1 ; lon -> col p2)");
  EXPECT_EQ(expr("MLP(D -> 4*D -> D, act: gelu)"), "(call MLP D -> (* 4 D) -> D (act: gelu))");
  EXPECT_EQ(expr("f(q, over: row, col, kernel: 3)"), "(call f q (over: row col) (kernel: 3))");
  EXPECT_EQ(expr("lag(x, time: -2 .. -1; time -> hist)"),
            "(call lag x (time: (.. (- 2) (- 1))) ; time -> hist)");
  EXPECT_EQ(expr("f(\n  a,\n  b\n  + c)"), "(call f a (+ b c))");
}

TEST(Expression, AtomsAndUnits) {
  EXPECT_EQ(expr("1..4"), "(.. 1 4)");
  EXPECT_EQ(expr("\"1981\"..\"2014\""), "(.. \"1981\" \"2014\")");
  EXPECT_EQ(expr("1.5 hours"), "1.5'hours");
  EXPECT_EQ(expr("3 then 4"), "(then 3 4)");
  EXPECT_EQ(expr("(0.9, 0.99)"), "(tuple 0.9 0.99)");
  EXPECT_EQ(expr("((a))"), "a");
  EXPECT_EQ(expr("{ tp: 1,\n tmin\n tmax: \"x\", }"), "(labels tp: 1 tmin tmax: \"x\")");
  EXPECT_EQ(expr("9223372036854775807"), "9223372036854775807");
}

TEST(Expression, KeywordsAreSoft) {
  EXPECT_EQ(expr("layer + block.repeat"), "(+ layer (. block repeat))");
  EXPECT_EQ(expr("not x"), "(not x)");
  EXPECT_EQ(expr("tiled * 2"), "(* tiled 2)");
}

TEST(Expression, LinesGoOnAfterOperatorsAndBeforePipes) {
  EXPECT_EQ(expr("a +\n  b"), "(+ a b)");
  EXPECT_EQ(expr("a\n  # why\n  |> f"), "(|> a f)");
  EXPECT_NE(expr("a\n + b").find("expected the end of the expression"), std::string::npos);
}

TEST(Expression, RangesCoverTheText) {
  orrery::lang::SourceManager sources;
  orrery::diag::Engine diags(sources);
  auto e = orrery::lang::parseExpression(sources, sources.add("e", " a + f(b, c)[1] "), diags);
  ASSERT_TRUE(e);
  EXPECT_EQ(sources.text(e->range), "a + f(b, c)[1]");
  const auto &sum = llvm::cast<orrery::lang::BinaryExpr>(*e);
  EXPECT_EQ(sources.text(sum.right->range), "f(b, c)[1]");
  EXPECT_EQ(sources.text(sum.opRange), "+");
}
