// A folder with data for the hand-written model, and its program to run there.
#ifndef ORRERY_TEST_RUNTIME_PROGRAM_H
#define ORRERY_TEST_RUNTIME_PROGRAM_H

#include "runtime/core/Error.h"
#include "runtime/io/AtomicFile.h"
#include "runtime/io/NetCdf.h"
#include "runtime/io/Safetensors.h"

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <netcdf.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace orrery::runtime;
namespace fs = std::filesystem;
using nlohmann::json;

struct Result {
  int exit;
  std::string out, err;
};

// Temporal shape of the data: 42 months from 1982-01, days since 1982-01-01.
constexpr int months = 42;
inline double dayOf(int month) { return std::floor(month * 30.44) + 10; }
inline double wind(int t, int y) { return 3 * std::sin(0.7 * t + y) + 0.1 * t * (y - 1); }
inline double mask(int y) { return y == 0 ? 0 : y == 1 ? 0.5 : 1; }

struct Program : testing::Test {
  fs::path folder, before = fs::current_path();
  std::string program;

  void SetUp() override {
    const char *given = std::getenv("ORRERY_FAKE_MODEL");
    program =
        given ? fs::absolute(given).string()
              : (fs::read_symlink("/proc/self/exe").parent_path() / "runtime-fake-model").string();
    ASSERT_TRUE(fs::exists(program)) << program;
    folder = fs::temp_directory_path() / ("orrery-program-" + std::to_string(getpid()));
    fs::remove_all(folder);
    fs::create_directories(folder / "data");
    fs::current_path(folder);
    setenv("NO_COLOR", "1", 1);
    writeX("data/x_1.nc", 0, 20);
    writeX("data/x_2.nc", 20, months);
    writeY("data/y.nc");
  }
  void TearDown() override {
    fs::current_path(before);
    fs::remove_all(folder);
  }

  Result run(const std::string &arguments) { return shell(program + " " + arguments); }
  // The limit stands for a full disk: writing fails with EFBIG in the middle of a file.
  Result runOnFullDisk(const std::string &arguments) {
    return shell("bash -c 'ulimit -f 1; exec " + program + " " + arguments + "'");
  }
  Result shell(const std::string &command) {
    int status = std::system((command + " >out.txt 2>err.txt").c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), readFile("out.txt"),
            readFile("err.txt")};
  }

  // Two files along time; `mask` has no time and is packed.
  static void writeX(const fs::path &path, int first, int end, const char *windName = "wind",
                     int latSize = 3, double broken = 0) {
    NcWriter out(path);
    int time = out.addDim("time", 0), lat = out.addDim("lat", size_t(latSize));
    int t = out.addVariable(
        "time", NC_DOUBLE, {time},
        {{"units", NC_CHAR, first ? "hours since 1982-01-01" : "days since 1982-01-01", {}},
         {"calendar", NC_CHAR, "standard", {}}});
    int l = out.addVariable("lat", NC_DOUBLE, {lat}, {{"units", NC_CHAR, "degrees_north", {}}});
    int w =
        out.addVariable(windName, NC_FLOAT, {time, lat},
                        {{"units", NC_CHAR, "m s-1", {}}, {"long_name", NC_CHAR, "a wind", {}}});
    int m = out.addVariable(
        "mask", NC_SHORT, {lat},
        {{"_FillValue", NC_SHORT, "", {-32768}}, {"scale_factor", NC_DOUBLE, "", {0.5}}});
    out.addAttributes(
        {{"source", NC_CHAR, "made by a test", {}}, {"history", NC_CHAR, "born", {}}});
    out.endDefinitions();
    std::vector<double> latitudes, masks;
    for (int y = 0; y < latSize; ++y) {
      latitudes.push_back(10 * y);
      masks.push_back(mask(y) / 0.5);
    }
    out.write(l, {0}, {size_t(latSize)}, latitudes.data());
    out.write(m, {0}, {size_t(latSize)}, masks.data());
    for (int i = first; i < end; ++i) {
      double day = dayOf(i) * (first ? 24 : 1);
      out.write(t, {size_t(i - first)}, {1}, &day);
      std::vector<double> row;
      for (int y = 0; y < latSize; ++y)
        row.push_back(i == 5 && y == 1 && broken != 0 ? broken : wind(i, y));
      out.write(w, {size_t(i - first), 0}, {1, size_t(latSize)}, row.data());
    }
    out.commit();
  }

  // `ya` lies as (lat, time): the reader must turn it. Its unit is km/h in the file, m/s in the
  // model.
  static void writeY(const fs::path &path, const char *unit = "km/h", int shift = 0) {
    NcWriter out(path);
    int time = out.addDim("time", months), lat = out.addDim("lat", 6);
    int t = out.addVariable("time", NC_DOUBLE, {time},
                            {{"units", NC_CHAR, "days since 1982-01-01", {}}});
    int l = out.addVariable(
        "lat", NC_DOUBLE, {lat},
        {{"units", NC_CHAR, "degrees_north", {}}, {"standard_name", NC_CHAR, "latitude", {}}});
    int a = out.addVariable("ya", NC_DOUBLE, {lat, time},
                            {{"units", NC_CHAR, unit, {}}, {"long_name", NC_CHAR, "first", {}}});
    int b = out.addVariable("yb", NC_DOUBLE, {time, lat}, {{"units", NC_CHAR, "m/s", {}}});
    out.endDefinitions();
    for (int h = 0; h < 6; ++h) {
      double latitude = 5.0 * h - 2.5;
      out.write(l, {size_t(h)}, {1}, &latitude);
      for (int i = 0; i < months; ++i) {
        double value = (2 * wind(i, h / 2) + mask(h / 2) + 1) * 3.6;
        out.write(a, {size_t(h), size_t(i)}, {1, 1}, &value);
        value = truthB(i, h);
        out.write(b, {size_t(i), size_t(h)}, {1, 1}, &value);
      }
    }
    for (int i = 0; i < months; ++i) {
      double day = dayOf(i) + shift;
      out.write(t, {size_t(i)}, {1}, &day);
    }
    out.commit();
  }
  static double truthB(int i, int h) { return -wind(i, h / 2) + 3 * mask(h / 2) - 2; }

  static std::vector<json> lines(const fs::path &path) {
    std::vector<json> result;
    std::istringstream in(readFile(path));
    for (std::string line; std::getline(in, line);)
      result.push_back(json::parse(line));
    return result;
  }
  static std::vector<double> losses(const fs::path &run) {
    std::vector<double> result;
    for (const json &line : lines(run / "metrics.jsonl"))
      if (line["event"] == "step")
        result.push_back(line["loss"]);
    return result;
  }
};

#endif
