// What checkpoints withstand: damage of every kind, a full disk, a second process, leftovers.
#include "Program.h"

#include "runtime/core/Crc32c.h"

namespace {

TEST(Crc32c, KnownSums) {
  // RFC 3720, B.4.
  std::string zeros(32, '\0'), ones(32, '\xff'), rising;
  for (int i = 0; i < 32; ++i)
    rising += char(i);
  EXPECT_EQ(crc32c(zeros.data(), 32), 0x8a9136aau);
  EXPECT_EQ(crc32c(ones.data(), 32), 0x62a8ab43u);
  EXPECT_EQ(crc32c(rising.data(), 32), 0x46dd794eu);
  EXPECT_EQ(crc32c("123456789", 9), 0xe3069283u);
  EXPECT_EQ(crc32c("56789", 5, crc32c("1234", 4)), 0xe3069283u);
}

TEST_F(Program, ChecksumOfATensor) {
  ASSERT_EQ(run("train -q --steps 2 --out r").exit, 0);
  std::string file = readFile("r/ckpt-2/model.safetensors");
  file.back() ^= 1; // the last byte of the last tensor
  writeFile("w.safetensors", file);
  Result r = run("train --steps 1 --init w.safetensors --out other");
  EXPECT_EQ(r.exit, 7);
  EXPECT_NE(r.err.find("tensor 'unused' is not what was written"), std::string::npos) << r.err;
}

// Every file of the newest checkpoint, cut short, with a bit flipped, emptied, or gone: the one
// before is gone on from, and the run ends as if nothing had happened.
TEST_F(Program, DamagedCheckpointIsSkipped) {
  ASSERT_EQ(run("train -q --steps 30 --out whole").exit, 0);
  ASSERT_EQ(run("train -q --steps 30 --save-every 0s --keep 30 --out run").exit, 0);
  for (int step = 21; step <= 30; ++step)
    fs::remove_all("run/ckpt-" + std::to_string(step));
  fs::copy("run", "kept", fs::copy_options::recursive);
  for (const char *name :
       {"model.safetensors", "optim.safetensors", "run.json", "stats.json", "manifest.json"})
    for (const char *damage : {"cut", "flip", "empty", "gone"}) {
      SCOPED_TRACE(std::string(name) + " " + damage);
      fs::remove_all("run");
      fs::copy("kept", "run", fs::copy_options::recursive);
      fs::path file = fs::path("run/ckpt-20") / name;
      std::string text = readFile(file);
      std::string kind = damage;
      fs::remove(file);
      if (kind == "flip")
        text[text.size() / 2] ^= 4;
      if (kind == "cut")
        text.resize(text.size() - 5);
      if (kind != "gone")
        writeFile(file, kind == "empty" ? "" : text);
      Result r = run("train --resume=run");
      ASSERT_EQ(r.exit, 0) << r.err;
      EXPECT_NE(r.err.find("run/ckpt-20 is skipped: " + std::string(name)), std::string::npos)
          << r.err;
      EXPECT_NE(r.err.find("going on from run/ckpt-19"), std::string::npos) << r.err;
      for (const char *same : {"model.safetensors", "optim.safetensors"})
        EXPECT_TRUE(readFile(fs::path("whole/ckpt-30") / same) ==
                    readFile(fs::path("run/ckpt-30") / same));
      EXPECT_EQ(losses("run"), losses("whole"));
    }
}

TEST_F(Program, NoCheckpointLeft) {
  ASSERT_EQ(run("train -q --steps 5 --save-every 0s --out run").exit, 0);
  for (int step : {4, 5})
    fs::resize_file(fs::path("run") / ("ckpt-" + std::to_string(step)) / "optim.safetensors", 9);
  Result r = run("train --resume=run --steps 9");
  EXPECT_EQ(r.exit, 7) << r.err;
  EXPECT_NE(r.err.find("run/ckpt-5 is skipped"), std::string::npos) << r.err;
  EXPECT_NE(r.err.find("run/ckpt-4 is skipped"), std::string::npos) << r.err;
  EXPECT_NE(r.err.find("[E0604]"), std::string::npos) << r.err;
  EXPECT_TRUE(fs::exists("run/ckpt-4/run.json"));
}

TEST_F(Program, KeepsTheLastOnes) {
  ASSERT_EQ(run("train -q --steps 9 --save-every 0s --keep 4 --out run").exit, 0);
  int resumable = 0;
  for (const auto &entry : fs::directory_iterator("run"))
    resumable += fs::exists(entry.path() / "optim.safetensors");
  EXPECT_EQ(resumable, 4);
  for (int step : {6, 7, 8, 9})
    EXPECT_TRUE(fs::exists("run/ckpt-" + std::to_string(step) + "/optim.safetensors")) << step;
  EXPECT_EQ(run("train -q --steps 9 --keep 0 --out other").exit, 2);
}

// A damaged checkpoint takes nobody's place: with --keep 2 the one that was gone on from stays.
TEST_F(Program, DamagedOnesAreNotKept) {
  ASSERT_EQ(run("train -q --steps 5 --save-every 0s --out run").exit, 0);
  fs::resize_file("run/ckpt-5/optim.safetensors", 9);
  ASSERT_EQ(run("train -q --resume=run --steps 9 --keep 2").exit, 0);
  EXPECT_TRUE(fs::exists("run/ckpt-4/optim.safetensors"));
  EXPECT_FALSE(fs::exists("run/ckpt-5"));
  EXPECT_TRUE(fs::exists("run/ckpt-9/optim.safetensors"));
}

// What is killed in the middle of removing a checkpoint leaves it whole, or nothing by its name.
TEST_F(Program, RemovedAtOnce) {
  constexpr ptrdiff_t files = 3000;
  fs::create_directory("ckpt-1");
  for (ptrdiff_t i = 0; i < files; ++i)
    std::ofstream("ckpt-1/" + std::to_string(i));
  std::thread remover([] { removeFolder("ckpt-1"); });
  std::error_code none;
  while (fs::exists("ckpt-1")) {
    ptrdiff_t seen = std::distance(fs::directory_iterator("ckpt-1", none), {});
    if (fs::exists("ckpt-1")) // and so it was while they were counted
      EXPECT_EQ(seen, files);
  }
  remover.join();
  EXPECT_FALSE(fs::exists(".ckpt-1.tmp-" + std::to_string(getpid())));
}

// On a full disk, what a killed process left half-written makes room before anything is written: it
// is gone even where nothing can be written then. What can be gone on from stays.
TEST_F(Program, LeftoversMakeRoom) {
  ASSERT_EQ(run("train -q --steps 5 --save-every 0s --keep 1 --out run").exit, 0);
  std::string before = readFile("run/ckpt-5/optim.safetensors");
  fs::create_directory("run/.ckpt-6.tmp-1");
  writeFile("run/.ckpt-6.tmp-1/optim.safetensors", std::string(1 << 20, 'x'));
  Result full = runOnFullDisk("train -q --resume=run --steps 6 --save-every 0s --keep 1");
  EXPECT_EQ(full.exit, 6) << full.err;
  EXPECT_FALSE(fs::exists("run/.ckpt-6.tmp-1"));
  EXPECT_EQ(readFile("run/ckpt-5/optim.safetensors"), before);
  ASSERT_EQ(run("train -q --resume=run --steps 6 --save-every 0s --keep 1").exit, 0);
  EXPECT_FALSE(fs::exists("run/ckpt-5/optim.safetensors"));
  EXPECT_TRUE(fs::exists("run/ckpt-6/optim.safetensors"));
}

// Nothing of a prediction that does not fit is left either; netcdf-c writes most of it at the end.
TEST_F(Program, FullDiskForAPrediction) {
  ASSERT_EQ(run("train -q --steps 2 --out run").exit, 0);
  Result full = runOnFullDisk("predict apply -q --checkpoint run --out p.nc");
  EXPECT_EQ(full.exit, 6) << full.err;
  EXPECT_NE(full.err.find("p.nc: error: cannot write"), std::string::npos) << full.err;
  EXPECT_NE(full.err.find("[E0902]"), std::string::npos) << full.err;
  for (const auto &entry : fs::directory_iterator("."))
    EXPECT_EQ(entry.path().filename().string().find("p.nc"), std::string::npos) << entry.path();
}

// The log may lie on the disk that is full: it is cut, and the exit code is what it was.
TEST_F(Program, FullDiskForTheLog) {
  ASSERT_EQ(run("train -q --steps 2 --out run").exit, 0);
  std::string name = "run";
  for (int i = 0; i < 400; ++i)
    name += "/none";
  EXPECT_EQ(runOnFullDisk("test -q --checkpoint " + name).exit, 7);
  EXPECT_EQ(readFile("err.txt").size(), 1024u);
}

// Another model file whose weights have the same names and sizes is gone on with, and that is said.
TEST_F(Program, AnotherModelFile) {
  ASSERT_EQ(run("train -q --steps 2 --out run").exit, 0);
  Result same = run("train --steps 4 --resume=run");
  EXPECT_EQ(same.exit, 0) << same.err;
  EXPECT_EQ(same.err.find("warning: the model file is another"), std::string::npos) << same.err;
  json state = json::parse(readFile("run/ckpt-4/run.json")),
       manifest = json::parse(readFile("run/ckpt-4/manifest.json"));
  state["source"]["sha256"] = std::string(64, '0');
  manifest["files"].erase("run.json");
  writeFile("run/ckpt-4/run.json", state.dump());
  writeFile("run/ckpt-4/manifest.json", manifest.dump());
  Result other = run("train --steps 6 --resume=run");
  EXPECT_EQ(other.exit, 0) << other.err;
  EXPECT_NE(other.err.find("warning: the model file is another than when run/ckpt-4 was written"),
            std::string::npos)
      << other.err;
}

TEST_F(Program, KeepsItsSeed) {
  ASSERT_EQ(run("train -q --steps 4 --seed 3 --out run").exit, 0);
  Result other = run("train -q --resume=run --steps 6 --seed 4");
  EXPECT_EQ(other.exit, 2);
  EXPECT_NE(other.err.find("a run keeps its seed, which is 3, not 4"), std::string::npos)
      << other.err;
  EXPECT_EQ(run("train -q --resume=run --steps 6 --seed 3").exit, 0);
  EXPECT_EQ(run("train -q --resume=run --steps 8").exit, 0);
}

// A run that goes on in another folder takes its best weights along.
TEST_F(Program, GoesOnInAnotherFolder) {
  ASSERT_EQ(run("train -q --epochs 2 --out one").exit, 0);
  std::string best = readFile("one/ckpt-12/model.safetensors");
  ASSERT_EQ(run("train -q --resume=one --out two --epochs 4 --time-limit 0.000001s").exit, 75);
  EXPECT_EQ(json::parse(readFile("two/checkpoints.json"))["best"], "ckpt-12");
  EXPECT_EQ(readFile("two/ckpt-12/model.safetensors"), best);
  EXPECT_EQ(run("predict apply -q --checkpoint two").exit, 0);
  // What another run has left there is nobody's to remove.
  ASSERT_EQ(run("train -q --epochs 5 --out other").exit, 0);
  Result r = run("train -q --resume=one --out other --epochs 4");
  EXPECT_EQ(r.exit, 2);
  EXPECT_NE(r.err.find("other: error: holds the checkpoints of another run"), std::string::npos)
      << r.err;
  EXPECT_TRUE(fs::exists("other/ckpt-30/optim.safetensors"));
  // Its own folder by another name is its own.
  EXPECT_EQ(run("train -q --resume=one --out ./one/ --epochs 4").exit, 0);
  EXPECT_TRUE(fs::exists("one/ckpt-24"));
}

// A checkpoint is the same one with a slash behind its name, and from within the run.
TEST_F(Program, NamesOfACheckpoint) {
  ASSERT_EQ(run("train -q --steps 2 --out run").exit, 0);
  ASSERT_EQ(run("train -q --resume=run/ckpt-2/ --steps 4").exit, 0);
  EXPECT_TRUE(fs::exists("run/ckpt-4"));
  EXPECT_FALSE(fs::exists("run/ckpt-2/ckpt-4"));
  std::string data = " --data " + (folder / "data").string();
  ASSERT_EQ(shell("cd run && " + program + " train -q --resume=ckpt-4 --steps 6" + data).exit, 0);
  EXPECT_TRUE(fs::exists("run/ckpt-6"));
  EXPECT_FALSE(fs::exists("run/runs"));
  Result r = shell("cd run/ckpt-6 && " + program + " train -q --resume=. --steps 8" + data);
  ASSERT_EQ(r.exit, 0) << r.err;
  EXPECT_TRUE(fs::exists("run/ckpt-8"));
}

// A coordinate that lacks a value is none to fail for, least of all when the run goes on.
TEST_F(Program, CoordinateWithoutAValue) {
  int file = 0, lat = 0;
  ASSERT_EQ(nc_open("data/y.nc", NC_WRITE, &file), NC_NOERR);
  ASSERT_EQ(nc_inq_varid(file, "lat", &lat), NC_NOERR);
  size_t at = 5;
  double infinite = INFINITY;
  ASSERT_EQ(nc_put_var1_double(file, lat, &at, &infinite), NC_NOERR);
  ASSERT_EQ(nc_close(file), NC_NOERR);
  ASSERT_EQ(run("train -q --steps 2 --out run").exit, 0);
  Result r = run("train -q --resume=run --steps 4");
  EXPECT_EQ(r.exit, 0) << r.err;
  EXPECT_EQ(run("predict apply -q --checkpoint run").exit, 0);
}

TEST_F(Program, FullDisk) {
  ASSERT_EQ(run("train -q --steps 5 --save-every 0s --out run").exit, 0);
  std::string before = readFile("run/ckpt-5/optim.safetensors");
  Result full = runOnFullDisk("train -q --resume=run --steps 8 --save-every 0s");
  EXPECT_EQ(full.exit, 6) << full.err;
  EXPECT_NE(full.err.find("[E0902]"), std::string::npos) << full.err;
  EXPECT_NE(full.err.find("run/"), std::string::npos) << full.err;
  EXPECT_EQ(readFile("run/ckpt-5/optim.safetensors"), before);
  for (const auto &entry : fs::directory_iterator("run"))
    EXPECT_EQ(entry.path().filename().string().find(".tmp-"), std::string::npos) << entry.path();
  ASSERT_EQ(run("train -q --resume=run --steps 8").exit, 0);
}

TEST_F(Program, OneProcessAFolder) {
  pid_t child = fork();
  if (child == 0) {
    execl(program.c_str(), program.c_str(), "train", "-q", "--steps", "100000000", "--out", "run",
          nullptr);
    _exit(99);
  }
  for (int i = 0; i < 1000 && !fs::exists("run/metrics.jsonl"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  kill(child, SIGSTOP); // it holds the folder as well asleep, and takes no core from other tests
  Result second =
      run("train -q --steps 1 --out run"); // waits a while for a process that may be ending
  EXPECT_EQ(second.exit, 2) << second.err;
  EXPECT_NE(second.err.find("[E0605]"), std::string::npos) << second.err;
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  fs::create_directory("run/.ckpt-7.tmp-1"); // as one that is killed while it writes leaves it
  EXPECT_EQ(run("train -q --steps 1 --out run").exit, 0);
  EXPECT_FALSE(fs::exists("run/.ckpt-7.tmp-1"));
}

} // namespace
