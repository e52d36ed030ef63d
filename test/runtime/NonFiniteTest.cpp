// Steps whose numbers are not finite: skipped, counted, given up after too many, and run again
// alone.
#include "Program.h"

#include "runtime/program/Replay.h"

namespace {

struct NonFinite : Program {
  void fault(const std::string &what) { setenv("ORRERY_FAKE_NAN", what.c_str(), 1); }
  void TearDown() override {
    unsetenv("ORRERY_FAKE_NAN");
    Program::TearDown();
  }
};

TEST(FiniteNorm, SeesEveryKind) {
  for (unsigned width : {4u, 8u}) {
    RealBuffer x(1001, width, "test");
    EXPECT_TRUE(hasFiniteNorm(x));
    for (double bad : {double(NAN), double(INFINITY), -double(INFINITY)}) {
      x.set(1000, bad);
      EXPECT_FALSE(hasFiniteNorm(x)) << bad;
      x.set(1000, 1);
    }
    EXPECT_TRUE(hasFiniteNorm(x));
    x.set(3, width == 4 ? 1e25 : 1e200); // finite, but not its square
    EXPECT_FALSE(hasFiniteNorm(x));
  }
}

TEST_F(NonFinite, StepIsSkippedAndCounted) {
  // The learning rate knows the number of steps, so the run is the same but for the fault.
  ASSERT_EQ(run("train -q --steps 5 --save-every 0s --keep 9 --out until").exit, 0);
  for (const char *kind : {"loss", "gradient"}) {
    SCOPED_TRACE(kind);
    fault(std::string(kind) + " 4 5");
    fs::remove_all("run");
    Result r = run("train --steps 5 --out run");
    ASSERT_EQ(r.exit, 0) << r.err;
    EXPECT_NE(r.err.find("2 steps were skipped"), std::string::npos) << r.err;
    // The weights are those before: a bad step changes nothing.
    EXPECT_EQ(SafetensorsFile("run/ckpt-5/optim.safetensors").tensors().size(), 9u);
    json state = json::parse(readFile("run/ckpt-5/run.json"))["state"];
    EXPECT_EQ(state["skipped"], 2);
    EXPECT_EQ(state["skipped_in_row"], 2);
    std::vector<int64_t> skipped;
    for (const json &line : lines("run/metrics.jsonl"))
      if (line["event"] == "skipped")
        skipped.push_back(line["step"]);
    EXPECT_EQ(skipped, (std::vector<int64_t>{4, 5}));
    RealBuffer before(48, 4, "before"), after(48, 4, "after");
    for (auto [folder, to] :
         {std::pair("until/ckpt-3", &before), std::pair("run/ckpt-5", &after)}) {
      SafetensorsFile file(fs::path(folder) / "optim.safetensors");
      file.read(*file.find("raw.line.weight"), *to, 0);
      file.read(*file.find("moment2.line.weight"), *to, 4);
    }
    for (size_t i = 0; i < 8; ++i)
      EXPECT_EQ(before[i], after[i]) << i;
  }
}

// A resumed run goes on counting where it stopped.
TEST_F(NonFinite, ResumesExactly) {
  fault("gradient 7 8");
  ASSERT_EQ(run("train -q --steps 20 --out whole").exit, 0);
  ASSERT_EQ(run("train -q --steps 20 --out parts --time-limit 0.000001s").exit, 75);
  for (int i = 0; i < 30 && !fs::exists("parts/ckpt-20"); ++i)
    run("train -q --resume=parts --time-limit 0.000001s");
  EXPECT_TRUE(readFile("whole/ckpt-20/optim.safetensors") ==
              readFile("parts/ckpt-20/optim.safetensors"));
  EXPECT_EQ(losses("whole"), losses("parts"));
  fault("gradient 7 9"); // the third of them is one too many, whoever counted the first two
  fs::remove_all("parts");
  ASSERT_EQ(run("train -q --steps 8 --out parts").exit, 0);
  Result r = run("train -q --resume=parts --steps 20");
  EXPECT_EQ(r.exit, 5) << r.err;
  EXPECT_TRUE(fs::exists("parts/replay-7/replay.json"));
}

TEST_F(NonFinite, GivesUpAndReplays) {
  for (const char *kind : {"loss", "gradient"}) {
    SCOPED_TRACE(kind);
    fault(std::string(kind) + " 5 1000");
    fs::remove_all("run");
    Result r = run("train --steps 100 --out run --save-every 0s");
    EXPECT_EQ(r.exit, 5);
    EXPECT_NE(r.err.find(kind[0] == 'l' ? "loss 'square' is NaN at step 5, and no step since"
                                        : "the gradient is not finite, though the loss is"),
              std::string::npos)
        << r.err;
    EXPECT_NE(r.err.find("3 were skipped [E0702]"), std::string::npos) << r.err;
    EXPECT_NE(r.err.find("the last checkpoint is run/ckpt-6"), std::string::npos) << r.err;
    EXPECT_NE(r.err.find("`replay run/replay-5`"), std::string::npos) << r.err;
    Result again = run("replay run/replay-5");
    EXPECT_EQ(again.exit, 5) << again.err;
    EXPECT_NE(again.out.find(kind[0] == 'l' ? "now: loss 'square' is NaN"
                                            : "gradient of line.weight: 1 of 4 numbers"),
              std::string::npos)
        << again.out;
    unsetenv("ORRERY_FAKE_NAN");
    Result fine = run("replay run/replay-5");
    EXPECT_EQ(fine.exit, 0) << fine.err;
    EXPECT_NE(fine.out.find("now: all numbers are finite"), std::string::npos) << fine.out;
    // It is the step that would have been: the loss of an undisturbed run.
    ASSERT_EQ(run("train -q --steps 100 --out whole").exit, 0);
    double loss = json::parse(run("replay run/replay-5 --json").out)["loss"];
    EXPECT_EQ(loss, losses("whole")[4]);
    fs::remove_all("whole");
  }
  fault("loss 2 1000");
  EXPECT_EQ(run("train --steps 100 --max-skipped 1 --out one").exit, 5);
  EXPECT_TRUE(fs::exists("one/replay-2"));
  EXPECT_EQ(run("replay nowhere").exit, 7);
}

} // namespace
