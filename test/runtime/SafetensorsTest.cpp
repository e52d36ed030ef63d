// Safetensors: what is written is read back, and every way to damage a file is refused.
#include "runtime/io/Safetensors.h"
#include "runtime/core/Error.h"
#include "runtime/io/AtomicFile.h"

#include <cstring>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace orrery::runtime;

namespace {

struct Safetensors : testing::Test {
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("orrery-safetensors-" + std::to_string(getpid()));
  std::filesystem::path path = folder / "a.safetensors";
  void SetUp() override { std::filesystem::create_directories(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void write(const std::string &header, const std::string &data, int64_t claimed = -1) {
    uint64_t n = claimed < 0 ? header.size() : uint64_t(claimed);
    std::string text(8, '\0');
    std::memcpy(text.data(), &n, 8);
    writeFile(path, text + header + data);
  }
  // The message of the refusal; "" if the file is taken.
  std::string refusal() {
    try {
      SafetensorsFile file(path);
    } catch (const Error &error) {
      EXPECT_EQ(error.exit, ExitWeights);
      return error.what();
    }
    return "";
  }
};

TEST_F(Safetensors, RoundTrip) {
  RealBuffer a(6, 4, "a"), back(6, 8, "b");
  for (int i = 0; i < 6; ++i)
    a.set(i, i * 0.1);
  writeSafetensors(path,
                   {{"x.weight", {2, 2}, a.data()}, {"y", {}, a.at(4)}, {"none", {0, 3}, a.at(5)}},
                   4, {{"format", "pt"}});
  SafetensorsFile file(path);
  ASSERT_EQ(file.tensors().size(), 3u);
  EXPECT_EQ(file.metadata().at("format"), "pt");
  EXPECT_EQ(file.find("x.weight")->shape, (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(file.find("none")->count(), 0u);
  file.read(*file.find("x.weight"), back, 1);
  EXPECT_EQ(back[0], 0);
  EXPECT_EQ(back[4], double(0.3f));
}

TEST_F(Safetensors, HalfPrecisions) {
  write(
      R"({"b":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]},"h":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}})",
      std::string("\xc0\x3f\x00\xc1", 4));
  SafetensorsFile file(path);
  RealBuffer to(2, 4, "to");
  file.read(*file.find("b"), to, 0);
  file.read(*file.find("h"), to, 1);
  EXPECT_EQ(to[0], 1.5);
  EXPECT_EQ(to[1], -2.5);
}

TEST_F(Safetensors, Truncated) {
  writeFile(path, "abc");
  EXPECT_NE(refusal().find("fewer than 8 bytes"), std::string::npos);
  write(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "1234");
  EXPECT_NE(refusal().find("outside the file"), std::string::npos);
  write("{}", "", 1000);
  EXPECT_NE(refusal().find("claims 1000 bytes"), std::string::npos);
}

TEST_F(Safetensors, OversizedHeader) {
  write("{}", "", 100'000'001);
  EXPECT_NE(refusal().find("at most 100000000"), std::string::npos);
  write("{}", "", INT64_MAX);
  EXPECT_NE(refusal().find("at most"), std::string::npos);
}

TEST_F(Safetensors, OverlapAndHoles) {
  write(
      R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})",
      "123456");
  EXPECT_NE(refusal().find("overlaps"), std::string::npos);
  write(
      R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}})",
      "123456");
  EXPECT_NE(refusal().find("hole"), std::string::npos);
  write(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", "123456");
  EXPECT_NE(refusal().find("belong to no tensor"), std::string::npos);
}

TEST_F(Safetensors, WrongEntries) {
  const char *wrong[] = {
      R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})",                     // size
      R"({"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}})",                     // type
      R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})",                    // negative
      R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}})", // overflow
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})",                     // backwards
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}})",                       // one offset
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", // twice
      R"({"__metadata__":{"x":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", // metadata
      R"({"a":3})",
      R"([1,2])",
      R"({"a")",
      "\xff\xfe\xfd",
      "",
  };
  for (const char *header : wrong) {
    write(header, "12345678");
    EXPECT_NE(refusal(), "") << header;
  }
}

// Every single-byte change is either refused or still describes tensors within the file.
TEST_F(Safetensors, ChangedBytes) {
  std::string header = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  write(header, "12345678");
  std::string whole = readFile(path);
  for (size_t i = 0; i < whole.size() - 8; ++i)
    for (char c : {'\0', '9', '"', '}', '\xff'}) {
      std::string changed = whole;
      changed[i] = c;
      writeFile(path, changed);
      try {
        SafetensorsFile file(path);
        RealBuffer to(8, 4, "to");
        for (const Tensor &t : file.tensors())
          if (t.dtype[0] == 'F' && t.count() <= 8)
            file.read(t, to, 0);
      } catch (const Error &error) {
        EXPECT_EQ(error.exit, ExitWeights);
      }
    }
}

} // namespace
