// Items and statements, one of each form, and the whole example files.

#include "Read.h"

#include <gtest/gtest.h>

using orrery::test::file;
using orrery::test::Read;
using orrery::test::stmt;

TEST(Statement, Dims) {
  EXPECT_EQ(file("dim batch, lat"), "(dim batch lat)\n");
  EXPECT_EQ(file("dim p1, p2 = patch"), "(dim p1 p2 = patch)\n");
  EXPECT_EQ(file("dim v = { u, w } in vin"), "(dim v = (labels u w) in vin)\n");
  EXPECT_EQ(file("dim edge in src: atom, dst: atom"), "(dim edge in src:atom dst:atom)\n");
}

TEST(Statement, OfBodies) {
  EXPECT_EQ(stmt("param wkm, bkm: [D] = normal(0.02)"), "(param wkm bkm [D] = (call normal 0.02))");
  EXPECT_EQ(stmt("layer e = Linear(p1 -> D) per vin"), "(layer e (Linear p1 -> D) per vin)");
  EXPECT_EQ(stmt("s, v = m(s), v"), "(assign s v = (call m s) v)");
  EXPECT_EQ(stmt("x: real[a] in \"eV\" = y"), "(assign x real[a]'eV' = y)");
  EXPECT_EQ(stmt("repeat 3 as b with i { x = 1; y = 2 }"),
            "(repeat 3 as b with i\n    (assign x = 1)\n    (assign y = 2))");
  EXPECT_EQ(stmt("if a { x = 1 }\nelse { x = 2 }"),
            "(if a\n    (assign x = 1) (else\n    (assign x = 2)))");
  EXPECT_EQ(stmt("report f(a) as b, c"), "(report (call f a) as b c)");
  EXPECT_EQ(stmt("minimize (a + b) * 2 as l"), "(minimize (* (+ a b) 2) as l)");
  EXPECT_EQ(stmt("run(epochs: 3)"), "(run! (epochs: 3))");
  EXPECT_EQ(stmt("const w: [v] = { a: 1 }"), "(const w [v] = (labels a: 1))");
}

TEST(Statement, KeywordsAreSoft) {
  EXPECT_EQ(stmt("layer block = Linear(D -> D)"), "(layer block (Linear D -> D))");
  EXPECT_EQ(stmt("repeat = 3"), "(assign repeat = 3)");
  EXPECT_EQ(stmt("dim, set = f(x)"), "(assign dim set = (call f x))");
  EXPECT_EQ(stmt("return (a)"), "(return a)");
}

TEST(Statement, Items) {
  EXPECT_EQ(file("use \"std/vit\" as vit"), "(use \"std/vit\" as vit)\n");
  EXPECT_EQ(file("extern fn f(x: [D]) -> [D] from \"lib.so\""),
            "(extern f ((x [D])) -> [D] from \"lib.so\")\n");
  EXPECT_EQ(file("model M(x: [*, D], c: like x)\n    -> (e: [f] in \"eV\", int) { return x }"),
            "(model M ((x [* D]) (c (like x))) -> e: [f]'eV' int\n  (return x))\n");
  EXPECT_EQ(file("predict p(z, n: int = 3) -> z { return z }"),
            "(predict p ((z) (n int = 3)) -> z\n  (return z))\n");
  EXPECT_EQ(file("data d {\n  z: e[a] named \"n\"\n  c: [t] from netcdf \"a.nc\" dims(t: \"x\")\n  "
                 "y: [t] = c\n  source s = zarr \"q\"\n  batch(over: t)\n}"),
            "(data d\n  (field z e[a] named \"n\")\n  (field c [t] (netcdf \"a.nc\" (dims (t: "
            "\"x\"))))\n  (assign y [t] = c)\n  (source s (zarr \"q\"))\n  (batch! (over: "
            "t)))\n");
  EXPECT_EQ(file("data d { mask(x as m); fill(x, -1) }"),
            "(data d\n  (mask! x as m)\n  (fill! x (- 1)))\n");
  EXPECT_EQ(file("dim v = { u: \"u10\" in \"m/s\", oro in \"m\", w } in p"),
            "(dim v = (labels u: \"u10\" in \"m/s\" oro in \"m\" w) in p)\n");
  EXPECT_EQ(file("precision { params: f32; norm, loss: f32 }"),
            "(precision (params : f32) (norm loss : f32))\n");
  EXPECT_EQ(file("mesh { dp: auto; tp: 4; batch, member -> dp }"),
            "(mesh (dp auto) (tp 4) (batch member -> dp))\n");
}

static std::string example(const std::string &name) {
  orrery::lang::SourceManager sources;
  std::string why;
  auto file = sources.open(ORRERY_SOURCE "/test/lang/examples/" + name, why);
  EXPECT_TRUE(file) << why;
  return file ? sources.text(*file).str() : "";
}

TEST(Examples, ReadWithoutMessagesAndSurviveTheFormatter) {
  for (const char *name : {"linear_diffusion.orr", "painn.orr", "reslim.orr", "storm.orr"}) {
    Read read(example(name));
    EXPECT_EQ(read.messages(), "") << name;
    EXPECT_GT(read.tree.items.size(), 10u) << name;
    std::string once = orrery::test::format(example(name));
    EXPECT_EQ(Read(once).dump(), read.dump()) << name;
    EXPECT_EQ(orrery::test::format(once), once) << name;
  }
}
