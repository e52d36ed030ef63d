// Fills buffers with random numbers for generated code; runtime/abi/runtime.def says which number
// goes where.
#include "runtime/abi/orrery_abi.h"
#include "runtime/core/Philox.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace orrery::runtime;

namespace {

using Numbers = std::array<double, 4>;

struct Uniform {
  Numbers operator()(Words w) const {
    return {(w[0] >> 8) * 0x1p-24, (w[1] >> 8) * 0x1p-24, (w[2] >> 8) * 0x1p-24,
            (w[3] >> 8) * 0x1p-24};
  }
};

struct Bernoulli {
  uint32_t below; // of 2^24: the uniform number of the same word is smaller than p
  explicit Bernoulli(double p) : below(uint32_t(std::ceil(std::clamp(p, 0.0, 1.0) * 0x1p24))) {}
  Numbers operator()(Words w) const {
    return {double(w[0] >> 8 < below), double(w[1] >> 8 < below), double(w[2] >> 8 < below),
            double(w[3] >> 8 < below)};
  }
};

struct Normal {
  Numbers operator()(Words w) const {
    Numbers n;
    for (int i = 0; i < 4; i += 2) {
      double radius = std::sqrt(-2 * std::log(((w[i] >> 8) + 1) * 0x1p-24)),
             angle = 2 * std::numbers::pi * ((w[i + 1] >> 8) * 0x1p-24);
      n[i] = radius * std::cos(angle);
      n[i + 1] = radius * std::sin(angle);
    }
    return n;
  }
};

template <typename Real, typename Make>
void fill(Real *out, int64_t key, const int64_t *samples, int64_t nsamples, int64_t perSample,
          Make make) {
  constexpr int64_t numbers = 4 * philoxBlocks; // made at once
  int64_t pieces = (perSample + numbers - 1) / numbers;
#pragma omp parallel for schedule(static) if (nsamples * pieces > 64)
  for (int64_t i = 0; i < nsamples * pieces; ++i) {
    int64_t row = i / pieces, first = i % pieces * numbers;
    uint32_t words[4][philoxBlocks];
    philoxFrom(key, uint64_t(first) / 4, samples ? samples[row] : 0, words);
    Real made[numbers];
    for (int block = 0; block < philoxBlocks; ++block) {
      Numbers n = make({words[0][block], words[1][block], words[2][block], words[3][block]});
      for (int k = 0; k < 4; ++k)
        made[4 * block + k] = Real(n[k]);
    }
    std::copy_n(made, std::min(numbers, perSample - first), out + row * perSample + first);
  }
}

template <typename Make> double at(int64_t key, int64_t sample, int64_t element, Make make) {
  return make(philoxAt(key, uint64_t(element) / 4, sample))[element % 4];
}

} // namespace

extern "C" {

int64_t orrery_fold_key(int64_t key, int64_t number) {
  Words w = philox({uint32_t(number), uint32_t(uint64_t(number) >> 32), ~0u, ~0u}, uint32_t(key),
                   uint32_t(uint64_t(key) >> 32));
  return int64_t(uint64_t(w[1]) << 32 | w[0]);
}

void orrery_random_uniform_f32(float *out, int64_t key, const int64_t *samples, int64_t nsamples,
                               int64_t perSample) {
  fill(out, key, samples, nsamples, perSample, Uniform());
}
void orrery_random_uniform_f64(double *out, int64_t key, const int64_t *samples, int64_t nsamples,
                               int64_t perSample) {
  fill(out, key, samples, nsamples, perSample, Uniform());
}
void orrery_random_normal_f32(float *out, int64_t key, const int64_t *samples, int64_t nsamples,
                              int64_t perSample) {
  fill(out, key, samples, nsamples, perSample, Normal());
}
void orrery_random_normal_f64(double *out, int64_t key, const int64_t *samples, int64_t nsamples,
                              int64_t perSample) {
  fill(out, key, samples, nsamples, perSample, Normal());
}
void orrery_random_bernoulli_f32(float *out, int64_t key, const int64_t *samples, int64_t nsamples,
                                 int64_t perSample, double p) {
  fill(out, key, samples, nsamples, perSample, Bernoulli(p));
}
void orrery_random_bernoulli_f64(double *out, int64_t key, const int64_t *samples, int64_t nsamples,
                                 int64_t perSample, double p) {
  fill(out, key, samples, nsamples, perSample, Bernoulli(p));
}
double orrery_random_uniform_at(int64_t key, int64_t sample, int64_t element) {
  return at(key, sample, element, Uniform());
}
double orrery_random_normal_at(int64_t key, int64_t sample, int64_t element) {
  return at(key, sample, element, Normal());
}
double orrery_random_bernoulli_at(int64_t key, int64_t sample, int64_t element, double p) {
  return at(key, sample, element, Bernoulli(p));
}

} // extern "C"
