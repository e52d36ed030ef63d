// Random numbers against published values and against their own contract; hashes; suggestions;
// limits of memory.
#include "runtime/abi/orrery_abi.h"
#include "runtime/core/ControlGroup.h"
#include "runtime/core/Hash.h"
#include "runtime/core/Nearest.h"
#include "runtime/core/Philox.h"

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <omp.h>
#include <vector>

using namespace orrery::runtime;

// Random123's kat_vectors, philox4x32 10.
TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, 0, 0), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0u, ~0u, ~0u, ~0u}, ~0u, ~0u),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, FillingAgreesWithSingleElements) {
  std::vector<int64_t> samples = {7, 3, int64_t(1) << 40};
  std::vector<double> normal(3 * 101), uniform(3 * 101);
  std::vector<float> single(3 * 101), bernoulli(3 * 101);
  orrery_random_normal_f64(normal.data(), 42, samples.data(), 3, 101);
  orrery_random_normal_f32(single.data(), 42, samples.data(), 3, 101);
  orrery_random_uniform_f64(uniform.data(), 42, samples.data(), 3, 101);
  orrery_random_bernoulli_f32(bernoulli.data(), 42, samples.data(), 3, 101, 0.3);
  for (int64_t s = 0; s < 3; ++s)
    for (int64_t e = 0; e < 101; ++e) {
      EXPECT_EQ(normal[s * 101 + e], orrery_random_normal_at(42, samples[s], e));
      EXPECT_EQ(single[s * 101 + e], float(normal[s * 101 + e]));
      EXPECT_EQ(uniform[s * 101 + e], orrery_random_uniform_at(42, samples[s], e));
      EXPECT_EQ(bernoulli[s * 101 + e], uniform[s * 101 + e] < 0.3 ? 1 : 0);
    }
}

TEST(Random, SamplesDoNotDependOnTheirPlace) {
  std::vector<int64_t> ab = {5, 9}, ba = {9, 5};
  std::vector<float> x(2 * 6), y(2 * 6);
  orrery_random_uniform_f32(x.data(), 1, ab.data(), 2, 6);
  orrery_random_uniform_f32(y.data(), 1, ba.data(), 2, 6);
  for (int e = 0; e < 6; ++e) {
    EXPECT_EQ(x[e], y[6 + e]);
    EXPECT_EQ(x[6 + e], y[e]);
  }
}

TEST(Random, ThreadsDoNotMatter) {
  std::vector<float> one(100003), four(100003);
  omp_set_num_threads(1);
  orrery_random_normal_f32(one.data(), 5, nullptr, 1, int64_t(one.size()));
  omp_set_num_threads(4);
  orrery_random_normal_f32(four.data(), 5, nullptr, 1, int64_t(four.size()));
  EXPECT_EQ(one, four);
}

TEST(Random, Moments) {
  std::vector<double> x(1 << 18);
  orrery_random_normal_f64(x.data(), 11, nullptr, 1, int64_t(x.size()));
  double mean = 0, square = 0, fourth = 0;
  for (double v : x) {
    mean += v / double(x.size());
    square += v * v / double(x.size());
    fourth += v * v * v * v / double(x.size());
  }
  EXPECT_NEAR(mean, 0, 0.01);
  EXPECT_NEAR(square, 1, 0.01);
  EXPECT_NEAR(fourth, 3, 0.1);
  orrery_random_uniform_f64(x.data(), 11, nullptr, 1, int64_t(x.size()));
  mean = 0;
  for (double v : x) {
    ASSERT_GE(v, 0);
    ASSERT_LT(v, 1);
    mean += v / double(x.size());
  }
  EXPECT_NEAR(mean, 0.5, 0.005);
}

TEST(Random, FoldedKeysDiffer) {
  EXPECT_NE(orrery_fold_key(1, 2), orrery_fold_key(2, 1));
  EXPECT_NE(orrery_fold_key(1, 2), orrery_fold_key(1, 3));
  EXPECT_NE(orrery_random_uniform_at(orrery_fold_key(1, 2), 0, 0),
            orrery_random_uniform_at(orrery_fold_key(1, 3), 0, 0));
  Words w = philox({7, 0, ~0u, ~0u}, 5, 0);
  EXPECT_EQ(uint64_t(orrery_fold_key(5, 7)), uint64_t(w[1]) << 32 | w[0]);
}

// FIPS 180-4's examples.
TEST(Hash, Sha256) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Nearest, Names) {
  EXPECT_EQ(nearest("latitude", {"land_sea_mask", "orography", "lattitude"}), "lattitude");
  EXPECT_EQ(nearest("--epcohs", {"--steps", "--epochs"}), "--epochs");
  EXPECT_EQ(nearest("zzz", {"lat", "lon"}), "");
  EXPECT_EQ(editDistance("ab", "ba"), 1u);
}

// What is left of a tree of control groups that is made here.
static uint64_t left(const std::string &groups,
                     const std::vector<std::array<std::string, 2>> &files) {
  namespace fs = std::filesystem;
  fs::path folder = fs::path(testing::TempDir()) / "groups";
  fs::remove_all(folder);
  fs::create_directories(folder);
  std::ofstream(folder / "self") << groups;
  for (const auto &[name, text] : files) {
    fs::create_directories((folder / "mounted" / name).parent_path());
    std::ofstream(folder / "mounted" / name) << text;
  }
  return leftInControlGroup(folder / "self", folder / "mounted");
}

TEST(ControlGroup, LimitsOfAllGroupsAroundHold) {
  // Version 2, as a job scheduler sets it: the job has less than its step.
  EXPECT_EQ(left("0::/job/step\n", {{"job/memory.max", "1000\n"},
                                    {"job/memory.current", "700\n"},
                                    {"job/memory.stat", "anon 500\ninactive_file 200\n"},
                                    {"job/step/memory.max", "max\n"},
                                    {"job/step/memory.current", "600\n"}}),
            500u);
  // Inside of a container, which sees its own group without the path to it.
  EXPECT_EQ(left("0::/elsewhere\n", {{"memory.max", "1000"}, {"memory.current", "1200"}}), 0u);
  // Version 1, beside groups of version 2 that limit nothing.
  EXPECT_EQ(left("5:cpu,cpuacct:/\n4:memory:/box\n0::/\n",
                 {{"memory/box/memory.limit_in_bytes", "5000"},
                  {"memory/box/memory.usage_in_bytes", "1000"},
                  {"memory/memory.limit_in_bytes", "9223372036854771712"},
                  {"memory/memory.usage_in_bytes", "2000"},
                  {"memory/box/memory.stat", "inactive_file 7\ntotal_inactive_file 300\n"}}),
            4300u);
  EXPECT_EQ(left("0::/\n", {}), UINT64_MAX);
  EXPECT_EQ(left("", {}), UINT64_MAX);
  EXPECT_EQ(left("nonsense\n0::\n", {{"memory.max", "x"}, {"memory.current", "1"}}), UINT64_MAX);
}
