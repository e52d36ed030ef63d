// The generated program from end to end, with a hand-written model: train, predict, test, resume,
// and what it answers to wrong data.
#include "Program.h"

namespace {

TEST_F(Program, LearnsTestsAndPredicts) {
  Result train = run("train --epochs 60");
  ASSERT_EQ(train.exit, 0) << train.err;
  EXPECT_NE(train.err.find("repeated along time"), std::string::npos) << train.err;
  EXPECT_NE(train.err.find("from km/h"), std::string::npos) << train.err;
  EXPECT_NE(train.err.find("train 24 (1982-01-11 to 1983-12-12), valid 3"), std::string::npos)
      << train.err;
  auto loss = losses("runs/line-01");
  ASSERT_EQ(loss.size(), 360u); // 24 samples in batches of 4
  EXPECT_GT(loss.front(), 0.5);

  json index = json::parse(readFile("runs/line-01/checkpoints.json"));
  fs::path best = fs::path("runs/line-01") / index["best"].get<std::string>(),
           last = fs::path("runs/line-01") / index["last"].get<std::string>();
  for (const char *name : {"model.safetensors", "optim.safetensors", "run.json", "stats.json"})
    EXPECT_TRUE(fs::exists(last / name)) << name;
  SafetensorsFile weights(best / "model.safetensors");
  ASSERT_NE(weights.find("line.weight"), nullptr);
  EXPECT_EQ(weights.find("line.weight")->shape, (std::vector<int64_t>{2, 2}));
  json about = json::parse(readFile(last / "run.json"));
  EXPECT_EQ(about["source"]["text"], "model Line");
  EXPECT_EQ(about["data"].size(), 3u);
  EXPECT_EQ(about["state"]["step"], 360);

  Result test = run("test --json --require 'rmse<0.1' --require 'rmse.b<=0.1'");
  ASSERT_EQ(test.exit, 0) << test.err;
  json scores = json::parse(test.out);
  EXPECT_EQ(scores["samples"], 3);
  double a = scores["reports"][0]["per"]["a"], b = scores["reports"][0]["per"]["b"],
         all = scores["reports"][0]["all"];
  EXPECT_NEAR(all, std::sqrt((a * a + b * b) / 2), 1e-6);
  EXPECT_EQ(run("test --require 'rmse>0.1'").exit, 5);
  EXPECT_EQ(run("test --require 'rmsee<1'").exit, 2);

  Result predict = run("predict apply --split test --out p/fine.nc");
  ASSERT_EQ(predict.exit, 0) << predict.err;
  EXPECT_EQ(predict.out, "p/fine.nc\n");
  NcFile file("p/fine.nc");
  ASSERT_NE(file.find("yb"), nullptr);
  EXPECT_EQ(file.find("yb")->dimsText(), "[time 3, lat 6]"); // three samples in groups of two
  EXPECT_EQ(attributeText(file.find("ya")->attributes, "units"), "m/s");
  EXPECT_EQ(attributeText(file.find("ya")->attributes, "long_name"), "first");
  EXPECT_EQ(attributeText(file.find("lat")->attributes, "standard_name"), "latitude");
  EXPECT_EQ(attributeText(file.attributes(), "Conventions"), "CF-1.8");
  EXPECT_EQ(attributeText(file.attributes(), "source"), "made by a test");
  EXPECT_NE(attributeText(file.attributes(), "history").find("predict apply"), std::string::npos);
  EXPECT_NE(attributeText(file.attributes(), "history").find("\nborn"), std::string::npos);
  EXPECT_EQ(file.readAll(*file.find("lat")),
            (std::vector<double>{-2.5, 2.5, 7.5, 12.5, 17.5, 22.5}));
  std::vector<double> time = file.readAll(*file.find("time")),
                      value = file.readAll(*file.find("yb"));
  for (int k = 0; k < 3; ++k) {
    EXPECT_EQ(time[k], dayOf(27 + k)); // the second file's hours came back as the first one's days
    for (int h = 0; h < 6; ++h)
      EXPECT_NEAR(value[k * 6 + h], truthB(27 + k, h), 0.3);
  }
}

// The statistics are those of the training samples alone, in the model's units.
TEST_F(Program, Statistics) {
  ASSERT_EQ(run("train --steps 1").exit, 0);
  json stats = json::parse(readFile("runs/line-01/ckpt-1/stats.json"));
  double sum = 0, square = 0;
  for (int i = 0; i < 24; ++i)
    for (int y = 0; y < 3; ++y)
      sum += float(wind(i, y)) / 72;
  for (int i = 0; i < 24; ++i)
    for (int y = 0; y < 3; ++y)
      square += (float(wind(i, y)) - sum) * (float(wind(i, y)) - sum) / 72;
  EXPECT_EQ(stats["fields"]["x"]["dims"], json({"vin"}));
  EXPECT_NEAR(stats["fields"]["x"]["mean"][0], sum, 1e-9);
  EXPECT_NEAR(stats["fields"]["x"]["std"][0], std::sqrt(square), 1e-9);
  EXPECT_NEAR(stats["fields"]["x"]["mean"][1], 0.5, 1e-9);
  EXPECT_NEAR(stats["fields"]["y"]["mean"][0], 2 * sum + 1.5, 1e-6);
}

TEST_F(Program, ResumesExactly) {
  ASSERT_EQ(run("train --epochs 10 --out whole").exit, 0);
  // Stopped by the clock at once: one step, then a checkpoint, then again from there.
  Result first = run("train --epochs 10 --out parts --time-limit 0.000001s");
  ASSERT_EQ(first.exit, 75) << first.err;
  ASSERT_EQ(losses("parts").size(), 1u);
  for (int i = 0; i < 4; ++i)
    ASSERT_EQ(run("train --resume --out parts --time-limit 0.000001s --threads " +
                  std::to_string(1 + i % 2))
                  .exit,
              75);
  Result rest = run("train --resume=parts");
  ASSERT_EQ(rest.exit, 0) << rest.err;
  EXPECT_EQ(losses("parts"), losses("whole"));
  for (const char *name : {"model.safetensors", "optim.safetensors"})
    EXPECT_EQ(readFile(fs::path("whole/ckpt-60") / name),
              readFile(fs::path("parts/ckpt-60") / name))
        << name;
  EXPECT_EQ(json::parse(readFile("whole/checkpoints.json")),
            json::parse(readFile("parts/checkpoints.json")));
  EXPECT_EQ(run("train --out whole").exit, 2); // another run's folder
  EXPECT_EQ(run("train --seed 4 --epochs 10 --out other").exit, 0);
  EXPECT_NE(losses("other"), losses("whole"));
}

// What a supervisor's earlier starts took counts.
TEST_F(Program, TimeLimitIsTheRest) {
  setenv("ORRERY_USED", "3599", 1);
  EXPECT_EQ(run("train -q --steps 5 --time-limit 2h --out long").exit, 0);
  setenv("ORRERY_USED", "3600", 1);
  EXPECT_EQ(run("train -q --steps 5 --time-limit 1h --out short").exit, 75);
  unsetenv("ORRERY_USED");
  EXPECT_EQ(losses("short").size(), 1u);
}

TEST_F(Program, SignalsLeaveACheckpoint) {
  for (auto [signal, code] :
       {std::pair(SIGTERM, 75), std::pair(SIGUSR1, 75), std::pair(SIGINT, 130)}) {
    fs::remove_all("s");
    pid_t child = fork();
    if (child == 0) {
      execl(program.c_str(), program.c_str(), "train", "-q", "--steps", "100000000", "--out", "s",
            nullptr);
      _exit(99);
    }
    for (int i = 0; i < 1000 && !fs::exists("s/metrics.jsonl"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    kill(child, signal);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), code);
    json index = json::parse(readFile("s/checkpoints.json"));
    EXPECT_TRUE(fs::exists(fs::path("s") / index["last"].get<std::string>() / "optim.safetensors"));
  }
}

TEST_F(Program, CommandLine) {
  Result unknown = run("train --epcohs 3");
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_NE(unknown.err.find("did you mean '--epochs'?"), std::string::npos) << unknown.err;
  EXPECT_EQ(run("trian").exit, 2);
  EXPECT_EQ(run("").exit, 2);
  EXPECT_EQ(run("train --steps zero").exit, 2);
  for (const char *wrong : {"--steps 9007199254740993", "--epochs 9223372036854775807",
                            "--time-limit 0", "--time-limit nan", "--save-every inf"}) {
    Result r = run(std::string("train ") + wrong);
    EXPECT_EQ(r.exit, 2) << wrong << r.err;
    EXPECT_FALSE(fs::exists("runs")) << wrong;
  }
  EXPECT_EQ(run("test --require 'rmse<nan'").exit, 2);
  Result batch = run("train --batch 8");
  EXPECT_EQ(batch.exit, 2);
  EXPECT_NE(batch.err.find("compiled for batches of 4, not of 8"), std::string::npos) << batch.err;
  Result dry = run("train --batch 4 --steps 1 --dry-run");
  EXPECT_EQ(dry.exit, 0);
  EXPECT_NE(dry.out.find("D                        2            line.orr:1\n"), std::string::npos)
      << dry.out;
  EXPECT_FALSE(fs::exists("runs"));
  EXPECT_EQ(run("train --data z=a.nc").exit, 2);
  EXPECT_EQ(run("--help").exit, 0);
  EXPECT_EQ(run("train --help").exit, 0);
  EXPECT_EQ(json::parse(run("--version --json").out)["versions"].is_null(), true);
  Result info = run("info --json");
  EXPECT_EQ(json::parse(info.out)["parameters"], 7);
  json data = json::parse(run("data --json").out);
  EXPECT_EQ(data["split"]["train"], 24);
  EXPECT_EQ(data["variables"].size(), 4u);
  json bench = json::parse(run("bench --steps 5 --json").out);
  EXPECT_EQ(bench["step_ms"].size(), 5u);
  EXPECT_GT(bench["peak_rss_bytes"], 0);
  Result predict = run("predict aply");
  EXPECT_EQ(predict.exit, 2);
  EXPECT_NE(predict.err.find("did you mean 'apply'?"), std::string::npos);
  Result none = run("test");
  EXPECT_EQ(none.exit, 7);
  EXPECT_NE(none.err.find("[E0603]"), std::string::npos);
}

TEST_F(Program, MockDataTrains) {
  Result mock = run("data --mock made");
  ASSERT_EQ(mock.exit, 0) << mock.err;
  Result train = run("train --data made --steps 2 --json");
  ASSERT_EQ(train.exit, 0) << train.err;
  EXPECT_NE(train.out.find("\"event\":\"end\""), std::string::npos);
  std::istringstream in(train.out);
  for (std::string line; std::getline(in, line);)
    EXPECT_TRUE(json::parse(line).contains("event"));
}

// Each fault of the data: exit code 4, a code, what is wrong and where it was asked for.

TEST_F(Program, WrongData) {
  auto expect = [&](const char *code, std::vector<std::string> texts) {
    Result r = run("train --steps 1");
    EXPECT_EQ(r.exit, 4) << r.err;
    EXPECT_NE(r.err.find(std::string("[") + code + "]"), std::string::npos) << r.err;
    for (const std::string &text : texts)
      EXPECT_NE(r.err.find(text), std::string::npos) << r.err;
    EXPECT_FALSE(fs::exists("runs")) << code;
  };
  writeX("data/x_1.nc", 0, 20, "wnid");
  expect("E0501", {"data/x_1.nc: error: no variable 'wind' for label 'u' of dim 'vin'",
                   "line.orr:3:3: note: asked for here", "the file has: time lat wnid mask",
                   "did you mean \"wnid\"?"});
  writeX("data/x_1.nc", 0, 20, "wind", 4);
  expect("E0503", {"dim 'lat' is 3 in the model, but 'lat' of variable 'wind' is 4 in the file"});
  writeX("data/x_1.nc", 0, 20, "wind", 3, NAN);
  expect("E0505",
         {"variable 'wind' of field 'x' lacks 0.794 % of its values", "first at 1982-06-12"});
  writeX("data/x_1.nc", 0, 20, "wind", 3, NC_FILL_FLOAT);
  expect("E0505", {"variable 'wind'"});
  writeX("data/x_1.nc", 0, 19);
  expect("E0508", {"has 42 samples along 'time', but 'x' has 41"});
  writeX("data/x_1.nc", 0, 20);
  writeY("data/y.nc", "kg");
  expect("E0504", {"'ya' is in \"kg\" in the file, \"m/s\" in the model"});
  writeY("data/y.nc", "km/h", 2);
  expect("E0509", {"sample 0 of field 'y' is 1982-01-13, but of 'x' 1982-01-11"});
  writeFile("data/y.nc", "not a NetCDF file");
  expect("E0500", {"is no NetCDF file"});
  fs::remove("data/y.nc");
  expect("E0500", {"no such file", "line.orr:4:3"});
  {
    NcWriter out("data/y.nc");
    int x = out.addDim("x", 6), time = out.addDim("time", months);
    out.addVariable("ya", NC_FLOAT, {time, x}, {});
    out.addVariable("yb", NC_FLOAT, {time, x}, {});
    out.endDefinitions();
    out.commit();
  }
  expect("E0502", {"field 'y' [time, vout, hlat] has no dim 'x'", "dims(hlat: \"x\")"});
}

TEST_F(Program, EmptySplit) {
  fs::remove("data/x_2.nc");
  auto writeMonths = [](size_t months) { // y is read for those alone
    writeX("data/x_1.nc", 0, int(months));
    NcWriter out("data/y.nc");
    int time = out.addDim("time", months), lat = out.addDim("lat", 6);
    std::vector<double> ones(months * 6, 1.0);
    ones[3] = 2;
    int a = out.addVariable("ya", NC_DOUBLE, {time, lat}, {}),
        b = out.addVariable("yb", NC_DOUBLE, {time, lat}, {});
    out.endDefinitions();
    out.write(a, {0, 0}, {months, 6}, ones.data());
    out.write(b, {0, 0}, {months, 6}, ones.data());
    out.commit();
  };
  writeMonths(20); // ends in 1983
  Result train = run("train --steps 1");
  EXPECT_EQ(train.exit, 4) << train.err;
  EXPECT_NE(train.err.find("the valid split (\"1984-01\"..\"1984-03\") has no samples [E0506]"),
            std::string::npos)
      << train.err;
  writeMonths(26); // ends in February 1984
  ASSERT_EQ(run("train --steps 1").exit, 0);
  Result test = run("test");
  EXPECT_EQ(test.exit, 4) << test.err;
  EXPECT_NE(test.err.find("the test split (\"1984-04\"..\"1984-06-30\") has no samples [E0506]"),
            std::string::npos)
      << test.err;
  EXPECT_NE(test.err.find("from 1982-01-11 to 1984-02"), std::string::npos) << test.err;
}

TEST_F(Program, WeightsOfAnotherModel) {
  RealBuffer numbers(16, 4, "weights");
  writeSafetensors("w.safetensors",
                   {{"line.weight", {2, 3}, numbers.data()}, {"unused", {}, numbers.data()}}, 4,
                   {});
  Result r = run("train --steps 1 --init w.safetensors");
  EXPECT_EQ(r.exit, 7);
  EXPECT_NE(r.err.find("1 of 3 tensors match; 1 have another size, 1 are missing [E0601]"),
            std::string::npos)
      << r.err;
  EXPECT_NE(r.err.find("line.weight  file [2, 3]  model [vout 2, vin 2]"), std::string::npos)
      << r.err;
  Result allowed = run("train --steps 1 --init w.safetensors --allow-mismatch 'line.*' --out left");
  EXPECT_EQ(allowed.exit, 0) << allowed.err;
  EXPECT_NE(allowed.err.find("'line.bias' does not fit w.safetensors and starts from scratch"),
            std::string::npos)
      << allowed.err;
  ASSERT_EQ(run("train --steps 6").exit, 0);
  EXPECT_EQ(run("train --steps 1 --init runs/line-01/ckpt-6/model.safetensors").exit, 0);
  std::string whole = readFile("runs/line-01/ckpt-6/model.safetensors");
  writeFile("runs/line-01/ckpt-6/model.safetensors", whole.substr(0, whole.size() - 3));
  Result damaged = run("test --checkpoint runs/line-01");
  EXPECT_EQ(damaged.exit, 7);
  EXPECT_NE(damaged.err.find("[E0602]"), std::string::npos) << damaged.err;
}

TEST_F(Program, UnwritableFolder) {
  if (geteuid() == 0) { // root may write anywhere but where a file stands in the way
    writeFile("runs", "a file");
    EXPECT_EQ(run("train --steps 1").exit, 6);
    return;
  }
  fs::create_directory("locked");
  fs::permissions("locked", fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(run("train --steps 1 --out locked/run").exit, 6);
  fs::permissions("locked", fs::perms::owner_all);
}

} // namespace
