// Arrays of NumPy as data: headers, both formats, and how dims get their names.
#include "runtime/io/Npz.h"
#include "runtime/core/Error.h"
#include "runtime/io/AtomicFile.h"

#include <cstring>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zip.h>

using namespace orrery::runtime;

namespace {

std::string npy(const std::string &dict, const std::string &data) {
  std::string text = dict + "\n";
  std::string head = std::string("\x93NUMPY\x01\x00", 8);
  head += char(text.size() & 0xFF);
  head += char(text.size() >> 8);
  return head + text + data;
}

template <typename T> std::string raw(std::vector<T> values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}

std::string refusal(const std::string &bytes) {
  std::string why;
  return parseNpyHeader(bytes, why) ? "" : why;
}

TEST(Npy, Header) {
  std::string why;
  auto header =
      parseNpyHeader(npy("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", ""), why);
  ASSERT_TRUE(header) << why;
  EXPECT_EQ(header->shape, (std::vector<size_t>{2, 3}));
  EXPECT_TRUE(header->isFortran && header->isBigEndian);
  EXPECT_EQ(header->dataBytes(), 12u);
  EXPECT_TRUE(
      parseNpyHeader(npy("{'descr': '<f8', 'fortran_order': False, 'shape': ()}", ""), why));
  EXPECT_TRUE(
      parseNpyHeader(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (5,)}", ""), why));
}

TEST(Npy, Elements) {
  auto value = [](const char *type, const std::string &data) {
    std::string why;
    auto header = parseNpyHeader(
        npy(std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': (1,)}", ""),
        why);
    EXPECT_TRUE(header) << why;
    return npyElement(*header, data.data(), 0);
  };
  EXPECT_EQ(value("<f4", raw<float>({-1.5f})), -1.5);
  EXPECT_EQ(value("<f8", raw<double>({1e300})), 1e300);
  EXPECT_EQ(value(">f4", std::string("\xBF\xC0\x00\x00", 4)), -1.5);
  EXPECT_EQ(value("<f2", std::string("\x00\x3E", 2)), 1.5);
  EXPECT_EQ(value("<i2", raw<int16_t>({-3})), -3);
  EXPECT_EQ(value("<u2", raw<uint16_t>({65533})), 65533);
  EXPECT_EQ(value("<i8", raw<int64_t>({-5'000'000'000})), -5e9);
  EXPECT_EQ(value("|b1", std::string("\x01", 1)), 1);
  EXPECT_EQ(value("|i1", std::string("\xFE", 1)), -2);
}

TEST(Npy, Refused) {
  EXPECT_EQ(refusal("abc"), "it is no NumPy array");
  EXPECT_NE(refusal(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2)", "")), "");
  EXPECT_EQ(refusal(npy("{'descr': '<f4', 'fortran_order': False}", "")),
            "its header lacks descr, fortran_order or shape");
  EXPECT_EQ(refusal(npy("{'descr': '<f4', 'fortran_order': False, 'shape': "
                        "(4294967296, 4294967296)}",
                        "")),
            "its size overflows");
  EXPECT_EQ(refusal(npy("{'descr': '<f4', 'fortran_order': False, 'shape': "
                        "(99999999999999999999,)}",
                        "")),
            "its shape is no list of whole numbers");
  EXPECT_EQ(refusal(npy("{'descr': '<f4', 'descr': '<f4'}", "")),
            "its header has an unknown or a second 'descr'");
  std::string cut = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "");
  EXPECT_NE(refusal(cut.substr(0, 30)).find("claims"), std::string::npos);
  cut[6] = 9;
  EXPECT_NE(refusal(cut).find("version 9"), std::string::npos);
}

struct Npz : testing::Test {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("orrery-npz-" + std::to_string(getpid()));
  void TearDown() override { std::filesystem::remove(path); }

  void write(const std::vector<std::pair<std::string, std::string>> &arrays, bool packed = true) {
    std::filesystem::remove(path);
    int code = 0;
    zip_t *archive = zip_open(path.c_str(), ZIP_CREATE, &code);
    for (const auto &[name, bytes] : arrays) {
      zip_int64_t index =
          zip_file_add(archive, (name + ".npy").c_str(),
                       zip_source_buffer(archive, bytes.data(), bytes.size(), 0), 0);
      zip_set_file_compression(archive, zip_uint64_t(index), packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE,
                               0);
    }
    ASSERT_EQ(zip_close(archive), 0);
  }
  std::string refusal() {
    try {
      NpzFile file(path, {{"time", "lat"}, {}, 0}, "x");
      for (const FileVariable &v : file.variables())
        file.readAll(v);
    } catch (const Error &error) {
      EXPECT_EQ(error.exit, ExitData);
      EXPECT_EQ(error.code, "E0500");
      return error.what();
    }
    return "";
  }
};

const char *matrix = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}";

TEST_F(Npz, BlocksInBothOrders) {
  for (bool fortran : {false, true}) {
    std::string dict = matrix, data = raw<float>({0, 1, 2, 10, 11, 12});
    if (fortran) {
      dict.replace(dict.find("False"), 5, "True");
      data = raw<float>({0, 10, 1, 11, 2, 12});
    }
    write({{"x", npy(dict, data)}});
    NpzFile file(path, {{"time", "lat"}, {}, 0}, "");
    EXPECT_EQ(file.find("x")->dimsText(), "[time 2, lat 3]");
    EXPECT_EQ(file.readAll(*file.find("x")), (std::vector<double>{0, 1, 2, 10, 11, 12}));
    double part[2];
    file.read(*file.find("x"), {1, 1}, {1, 2}, part);
    EXPECT_EQ(part[0], 11);
    EXPECT_EQ(part[1], 12);
  }
}

// As the shards of climate sets are: [time, 1, lat] for each label, and static ones without time.
TEST_F(Npz, NamesOfDims) {
  auto array = [](const std::string &shape, size_t n) {
    return npy("{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + ")}",
               raw(std::vector<float>(n, 1)));
  };
  write({{"whole", array("5, 1, 3", 15)},
         {"plain", array("5, 3", 15)},
         {"static", array("3,", 3)},
         {"time", array("5,", 5)},
         {"other", array("5, 2, 3", 30)}});
  NpzFile file(path, {{"time", "vin", "lat"}, 1, 0}, "");
  EXPECT_EQ(file.find("whole")->dimsText(), "[time 5, vin 1, lat 3]");
  EXPECT_EQ(file.find("plain")->dimsText(), "[time 5, lat 3]");
  EXPECT_EQ(file.find("static")->dimsText(), "[lat 3]");
  EXPECT_EQ(file.find("time")->dimsText(), "[time 5]");
  EXPECT_EQ(file.find("other")->dimsText(), "[axis0 5, axis1 2, axis2 3]");
}

TEST_F(Npz, Refused) {
  writeFile(path, npy(matrix, raw<float>({1, 2, 3})));
  EXPECT_NE(refusal().find("its shape needs"), std::string::npos);
  writeFile(path, npy(matrix, raw<float>({1, 2, 3, 4, 5, 6})));
  EXPECT_EQ(refusal(), "");
  writeFile(path, "no archive");
  EXPECT_NE(refusal().find("no file of NumPy"), std::string::npos);
  write({{"x", npy(matrix, raw<float>({1, 2, 3, 4, 5, 6}))}}, false);
  EXPECT_EQ(refusal(), "");
  std::string whole = readFile(path);
  // A number that changed: the checksum notices.
  size_t at = whole.find(raw<float>({1, 2, 3}));
  ASSERT_NE(at, std::string::npos);
  whole[at + 3] ^= 1;
  writeFile(path, whole);
  EXPECT_NE(refusal().find("checksum"), std::string::npos);
}

TEST_F(Npz, WhatIsNoNumberMattersToWhoReadsItOnly) {
  write({{"names", npy("{'descr': '<U1', 'fortran_order': False, 'shape': (2,)}", "aaaabbbb")},
         {"table", npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", "")},
         {"x", npy(matrix, raw<float>({1, 2, 3, 4, 5, 6}))}});
  NpzFile file(path, {{"time", "lat"}, {}, 0}, "x");
  EXPECT_EQ(file.readAll(*file.find("x")).size(), 6u);
  for (auto [array, why] : {std::pair("names", "elements of type \"<U1\""),
                            std::pair("table", "it holds records, not plain numbers")}) {
    ASSERT_TRUE(file.find(array)) << array;
    try {
      file.readAll(*file.find(array));
      ADD_FAILURE() << array;
    } catch (const Error &error) {
      EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
    }
  }
}

} // namespace
