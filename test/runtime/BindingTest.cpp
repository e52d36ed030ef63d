// Reading fields: order of dims, labels, static and transposed variables, several files, packed
// values; each against values worked out here.
#include "runtime/core/Error.h"
#include "runtime/io/Dataset.h"
#include "runtime/io/NetCdf.h"
#include "runtime/io/Units.h"
#include "runtime/program/Statistics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <netcdf.h>
#include <unistd.h>

using namespace orrery::runtime;
namespace fs = std::filesystem;

namespace {

struct Binding : testing::Test {
  fs::path folder = fs::temp_directory_path() / ("orrery-binding-" + std::to_string(getpid()));
  Descriptor d;

  void SetUp() override {
    fs::create_directories(folder);
    d.sampleDim = "time";
    d.dims = {{"time", -1, {}},
              {"v", 2, {{"a", "one", ""}, {"b", "two", ""}}},
              {"lat", 2, {}},
              {"lon", 3, {}}};
  }
  void TearDown() override { fs::remove_all(folder); }

  static double at(int t, int y, int x) { return 100 * t + 10 * y + x; }

  // `one` (lon, time, lat): nothing stands where the model has it. `two` (lat, lon): static,
  // packed, unsigned.
  void write(const std::string &name, int first, int end) {
    NcWriter out(folder / name);
    int lon = out.addDim("x", 3), time = out.addDim("time", size_t(end - first)),
        lat = out.addDim("lat", 2);
    int one = out.addVariable("one", NC_DOUBLE, {lon, time, lat}, {});
    int two = out.addVariable("two", NC_BYTE, {lat, lon},
                              {{"_Unsigned", NC_CHAR, "true", {}},
                               {"scale_factor", NC_DOUBLE, "", {0.5}},
                               {"add_offset", NC_DOUBLE, "", {-1}}});
    int three = out.addVariable(
        "three", NC_INT, {time, lat},
        {{"missing_value", NC_INT, "", {101}}, {"valid_range", NC_INT, "", {0, 400}}});
    out.endDefinitions();
    for (int x = 0; x < 3; ++x)
      for (int y = 0; y < 2; ++y) {
        for (int t = first; t < end; ++t) {
          double value = at(t, y, x);
          out.write(one, {size_t(x), size_t(t - first), size_t(y)}, {1, 1, 1}, &value);
          value = 100 * t + y;
          out.write(three, {size_t(t - first), size_t(y)}, {1, 1}, &value);
        }
        double value = x == 2 ? -56 : 10 * y + x; // -56 is 200 unsigned
        out.write(two, {size_t(y), size_t(x)}, {1, 1}, &value);
      }
    out.commit();
  }
  DataField field(const std::string &name, std::vector<std::string> dims, Shape shape,
                  const std::string &named = "") {
    DataField f;
    f.name = name;
    f.dims = std::move(dims);
    f.shape = std::move(shape);
    f.named = named;
    f.reader = "netcdf";
    f.path = "f*.nc";
    f.fileDims = {{"lon", "x"}};
    return f;
  }
};

TEST_F(Binding, OrderLabelsFilesAndPacking) {
  write("f1.nc", 0, 2);
  write("f2.nc", 2, 5);
  DataField info = field("both", {"lat", "time", "v", "lon"}, {2, -1, 2, 3});
  BoundField bound(d, info, {folder, {}}, "");
  ASSERT_EQ(bound.samples(), 5);
  ASSERT_EQ(bound.perSample(), 12u);
  std::vector<double> all(5 * 12), single(12);
  bound.read(0, 5, all.data());
  for (int t = 0; t < 5; ++t) {
    for (int y = 0; y < 2; ++y)
      for (int x = 0; x < 3; ++x) {
        EXPECT_EQ(all[t * 12 + y * 6 + x], at(t, y, x));
        EXPECT_EQ(all[t * 12 + y * 6 + 3 + x], (x == 2 ? 200 : 10 * y + x) * 0.5 - 1);
      }
    bound.read(t, 1, single.data());
    EXPECT_TRUE(std::equal(single.begin(), single.end(), all.begin() + t * 12)) << t;
  }
  EXPECT_TRUE(bound.components()[1].repeated);
  EXPECT_NE(bound.components()[0].remark.find("transposed"), std::string::npos);
  EXPECT_EQ(bound.fileOf(1), (folder / "f1.nc").string());
  EXPECT_EQ(bound.fileOf(2), (folder / "f2.nc").string());
}

TEST_F(Binding, StaticFieldsTakeTheSamplesOfTheOthers) {
  write("f1.nc", 0, 4);
  d.fields = {field("ground", {"time", "lat", "lon"}, {-1, 2, 3}, "two"),
              field("moving", {"time", "lat", "lon"}, {-1, 2, 3}, "one")};
  DatasetOptions options;
  options.paths = {folder, {}};
  Dataset data(d, options);
  EXPECT_EQ(data.samples(), 4);
  data.makeSplits();
  data.load();
  std::vector<double> values(6);
  for (int t = 0; t < 4; ++t) {
    data.sample(*data.field("ground"), t, values.data());
    EXPECT_EQ(values, (std::vector<double>{-1, -0.5, 99, 4, 4.5, 99}));
    data.sample(*data.field("moving"), t, values.data());
    EXPECT_EQ(values[4], at(t, 1, 1));
  }
}

TEST_F(Binding, MissingValues) {
  write("f1.nc", 0, 6);
  DataField info = field("three", {"time", "lat"}, {-1, 2});
  BoundField bound(d, info, {folder, {}}, "");
  std::vector<double> all(12);
  bound.read(0, 6, all.data());
  for (int t = 0; t < 6; ++t)
    for (int y = 0; y < 2; ++y) {
      int raw = 100 * t + y;
      EXPECT_EQ(std::isnan(all[t * 2 + y]), raw == 101 || raw > 400)
          << raw; // missing_value, and beyond valid_range
    }
  info.fill = -7;
  d.fields = {info};
  DatasetOptions options;
  options.paths = {folder, {}};
  for (uint64_t budget : {uint64_t(1), uint64_t(1) << 30}) { // from disk as needed, and from memory
    options.memoryBudget = budget;
    Dataset data(d, options);
    data.makeSplits();
    data.load();
    EXPECT_EQ(data.inMemory(), budget > 1);
    std::vector<double> values(2);
    data.sample(*data.field("three"), 1, values.data());
    EXPECT_EQ(values, (std::vector<double>{100, -7}));
    EXPECT_EQ(data.summary(*data.field("three"), 0).missing, 4u);
  }
}

// Bounds of what is stored as signed and meant as unsigned are meant so too.
TEST_F(Binding, UnsignedRange) {
  NcWriter out(folder / "f1.nc");
  int time = out.addDim("time", 3);
  int v = out.addVariable("w", NC_BYTE, {time},
                          {{"_Unsigned", NC_CHAR, "true", {}},
                           {"valid_range", NC_BYTE, "", {1, -2}},
                           {"scale_factor", NC_DOUBLE, "", {0.5}}});
  out.endDefinitions();
  std::vector<double> raw = {0, -2, -1}, values(3);
  out.write(v, {0}, {3}, raw.data());
  out.commit();
  BoundField(d, field("w", {"time"}, {-1}), {folder, {}}, "").read(0, 3, values.data());
  EXPECT_TRUE(std::isnan(values[0]));
  EXPECT_EQ(values[1], 127);
  EXPECT_TRUE(std::isnan(values[2]));
}

// An attribute that does not say how to read the values is no reason to take them as they are.
TEST_F(Binding, NoNumberToDecodeWith) {
  for (auto [attribute, why] :
       {std::pair(Attribute{"scale_factor", NC_CHAR, "0.01", {}}, "is the text \"0.01\""),
        std::pair(Attribute{"add_offset", NC_DOUBLE, "", {1, 2}}, "has 2 numbers"),
        std::pair(Attribute{"valid_min", NC_CHAR, "none", {}}, "is the text \"none\"")}) {
    NcWriter out(folder / "f1.nc");
    int time = out.addDim("time", 1);
    int v = out.addVariable("w", NC_SHORT, {time}, {attribute});
    out.addVariable("other", NC_SHORT, {time}, {});
    out.endDefinitions();
    double value = 3;
    out.write(v, {0}, {1}, &value);
    out.commit();
    EXPECT_NO_THROW(BoundField(d, field("other", {"time"}, {-1}), {folder, {}}, ""));
    BoundField bound(d, field("w", {"time"}, {-1}), {folder, {}}, "");
    try {
      bound.read(0, 1, &value);
      FAIL() << attribute.name << " passed";
    } catch (const Error &error) {
      EXPECT_EQ(error.code, "E0500");
      EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
    }
  }
}

// A mask instead of a filling: the field's missing values stay apart, and the mask says where.
TEST_F(Binding, Mask) {
  write("f1.nc", 0, 6);
  DataField info = field("three", {"time", "lat"}, {-1, 2});
  info.masked = true;
  d.fields = {info};
  d.normalize = {{"three", {"time", "lat"}}};
  DatasetOptions options;
  options.paths = {folder, {}};
  for (uint64_t budget : {uint64_t(1), uint64_t(1) << 30}) {
    options.memoryBudget = budget;
    Dataset data(d, options);
    data.makeSplits();
    data.load();
    std::vector<double> values(2), mask(2);
    data.sample(*data.field("three"), 1, values.data());
    data.maskOf(*data.field("three"), 1, mask.data());
    EXPECT_EQ(values[0], 100);
    EXPECT_TRUE(std::isnan(values[1]));
    EXPECT_EQ(mask, (std::vector<double>{1, 0}));
    std::vector<std::string> warnings;
    Statistics statistics = Statistics::compute(d, data, warnings);
    // 0 1, 100, 200 201, 300 301, 400 are there
    EXPECT_NEAR(statistics.find("three")->mean[0], 1503.0 / 8, 1e-12);
  }
}

// One file in m/s, one in km/h, and one whose unit does not convert.
TEST_F(Binding, UnitsOfEachFile) {
  auto file = [&](const std::string &name, const char *unit, double value) {
    NcWriter out(folder / name);
    int time = out.addDim("time", 1);
    int v = out.addVariable("w", NC_DOUBLE, {time}, {{"units", NC_CHAR, unit, {}}});
    out.endDefinitions();
    out.write(v, {0}, {1}, &value);
    out.commit();
  };
  file("f1.nc", "m/s", 1);
  file("f2.nc", "km/h", 36);
  for (const char *unit : {"", "m s-1", "knot"}) {
    DataField info = field("w", {"time"}, {-1});
    info.unit = unit;
    BoundField bound(d, info, {folder, {}}, "");
    double values[2];
    bound.read(0, 2, values);
    double knot = std::string(unit) == "knot" ? 1852.0 / 3600 : 1;
    EXPECT_NEAR(values[0], 1 / knot, 1e-12) << unit;
    EXPECT_NEAR(values[1], 10 / knot, 1e-12) << unit;
  }
  file("f2.nc", "K", 36);
  BoundField bound(d, field("w", {"time"}, {-1}), {folder, {}}, "");
  double values[2];
  try {
    bound.read(0, 2, values);
    FAIL() << "kelvin passed for a speed";
  } catch (const Error &error) {
    EXPECT_EQ(error.code, "E0504");
  }
}

// Logarithms are refused, however small the numbers that they are of.
TEST(Units, StraightLinesOnly) {
  std::string why;
  for (auto [from, to] : {std::pair("dBZ", "m^3"), std::pair("dBZ", "mm^6 m^-3"),
                          std::pair("lg(re 1 mW)", "GW"), std::pair("W", "lg(re 1 mW)")})
    EXPECT_FALSE(conversion(from, to, why)) << from << " to " << to;
  EXPECT_NE(why.find("no straight line"), std::string::npos);
  for (auto [from, to, at20] :
       {std::tuple("degF", "degC", -20.0 / 3), std::tuple("fm^3", "km^3", 2e-53),
        std::tuple("K", "degC", -253.15), std::tuple("mm/day", "m/s", 2e-2 / 86400)}) {
    auto found = conversion(from, to, why);
    ASSERT_TRUE(found) << from << " to " << to;
    EXPECT_NEAR(found->scale * 20 + found->offset, at20, 1e-12 * std::abs(at20)) << from;
  }
}

TEST_F(Binding, SplitsByShare) {
  write("f1.nc", 0, 10);
  d.fields = {field("three", {"time", "lat"}, {-1, 2})};
  DatasetOptions options;
  options.paths = {folder, {}};
  Dataset data(d, options);
  auto parts = [&](const char *kind, std::map<std::string, double> shares, int64_t seed) {
    d.split = Split{"time", kind, "", {}, std::move(shares), seed};
    data.makeSplits();
    return std::vector{data.part("train"), data.part("valid"), data.part("test")};
  };
  auto inOrder = parts("share", {{"train", 0.5}, {"valid", 0.25}, {"test", 0.25}}, 0);
  EXPECT_EQ(inOrder[0], (std::vector<int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(inOrder[1], (std::vector<int64_t>{5, 6, 7}));
  EXPECT_EQ(inOrder[2], (std::vector<int64_t>{8, 9}));
  auto one = parts("random", {{"train", 0.6}, {"valid", 0.4}}, 1),
       again = parts("random", {{"train", 0.6}, {"valid", 0.4}}, 1),
       other = parts("random", {{"train", 0.6}, {"valid", 0.4}}, 2);
  EXPECT_EQ(one, again);
  EXPECT_NE(one, other);
  std::vector<int64_t> all = one[0];
  all.insert(all.end(), one[1].begin(), one[1].end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, data.part("all")); // each sample once
  EXPECT_EQ(one[0].size(), 6u);
  EXPECT_NE(one[0], inOrder[0]);
}

// A file that is another one by the time it is read: renamed over the old one, which stays open, or
// written to where it stands.
TEST_F(Binding, ChangedFile) {
  std::function<void()> changes[] = {
      [&] { write("f1.nc", 0, 5); },
      [&] { fs::last_write_time(folder / "f1.nc", fs::file_time_type{}); }};
  for (const auto &change : changes) {
    write("f1.nc", 0, 4);
    BoundField bound(d, field("three", {"time", "lat"}, {-1, 2}), {folder, {}}, "");
    std::vector<double> values(8);
    bound.read(0, 4, values.data());
    bound.files().checkUnchanged();
    change();
    for (bool reads : {true, false})
      try {
        reads ? bound.read(0, 4, values.data()) : bound.files().checkUnchanged();
        FAIL() << "the change was not noticed";
      } catch (const Error &error) {
        EXPECT_EQ(error.code, "E0511");
        EXPECT_EQ(error.place, (folder / "f1.nc").string());
        EXPECT_EQ(error.exit, ExitData);
      }
  }
}

// The winds in the tree: real packed data, against numbers that xarray finds in it.
TEST_F(Binding, RealWinds) {
  fs::path folder = fs::path(ORRERY_SOURCE) / "models/climate/data";
  d.dims = {{"time", -1, {}},
            {"vin",
             4,
             {{"u", "u10", ""},
              {"v", "v10", ""},
              {"oro", "orography", ""},
              {"lsm", "land_sea_mask", ""}}},
            {"lat", 18, {}},
            {"lon", 36, {}}};
  DataField coarse = field("coarse", {"time", "vin", "lat", "lon"}, {-1, 4, 18, 36});
  coarse.path = "winds_coarse.nc";
  coarse.fileDims.clear();
  d.fields = {coarse};
  d.split =
      Split{"time",
            "range",
            "",
            {{"train", {"1982", "1989"}}, {"valid", {"1990", "1990"}}, {"test", {"1991", "1992"}}}};
  d.normalize = {{"coarse", {"time", "lat", "lon"}}};
  DatasetOptions options;
  options.paths = {folder, {}};
  Dataset data(d, options);
  data.makeSplits();
  data.load();
  EXPECT_EQ(data.part("train").size(), 96u);
  EXPECT_EQ(data.part("valid").size(), 12u);
  EXPECT_EQ(data.part("test").size(), 24u);
  EXPECT_EQ(data.axis().at(95), "1989-12-17T09:30");
  std::vector<std::string> warnings;
  Statistics statistics = Statistics::compute(d, data, warnings);
  const FieldStatistics *s = statistics.find("coarse");
  ASSERT_NE(s, nullptr);
  EXPECT_NEAR(s->mean[0], 0.07169433191872428, 1e-7);
  EXPECT_NEAR(s->std[0], 4.152348598508007, 1e-7);
  EXPECT_NEAR(s->mean[1], -0.103381735468107, 1e-7);
  EXPECT_NEAR(s->std[1], 2.335125761519442, 1e-7);
  EXPECT_NEAR(s->mean[2], -1848.4953703703704, 1e-3);
}

} // namespace
