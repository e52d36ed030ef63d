// Compares arrays by dim name and reports the worst element.

#include "runtime/abi/check.h"

#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

namespace {

std::atomic<long> failures = 0;

struct Dim {
  std::string name;
  int64_t size;
};

struct Expectation {
  double rtol = 0, atol = 0;
  std::string element, place;
  std::vector<Dim> dims;
  int64_t elements = 1;
};

std::string next(std::istream &lines) {
  std::string line;
  std::getline(lines, line);
  return line;
}

void readDims(std::istream &lines, Expectation &e) {
  for (std::string line; std::getline(lines, line);) {
    size_t space = line.rfind(' ');
    e.dims.push_back({line.substr(0, space), std::strtoll(line.c_str() + space, nullptr, 10)});
    e.elements *= e.dims.back().size;
  }
}

Expectation parse(const char *what) {
  Expectation e;
  std::istringstream lines(what);
  e.rtol = std::strtod(next(lines).c_str(), nullptr);
  e.atol = std::strtod(next(lines).c_str(), nullptr);
  e.element = next(lines);
  e.place = next(lines);
  readDims(lines, e);
  return e;
}

std::atomic<void (*)(const char *, const char *)> onNotFinite = nullptr;

double bf16(uint16_t bits) {
  uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

double at(const void *array, const std::string &element, int64_t i) {
  if (element == "f32")
    return static_cast<const float *>(array)[i];
  if (element == "f64")
    return static_cast<const double *>(array)[i];
  if (element == "bf16")
    return bf16(static_cast<const uint16_t *>(array)[i]);
  if (element == "i64")
    return static_cast<double>(static_cast<const int64_t *>(array)[i]);
  if (element == "i32")
    return static_cast<const int32_t *>(array)[i];
  if (element == "i8")
    return static_cast<const int8_t *>(array)[i];
  return NAN;
}

// Numbers that are not finite, and the place of the first.
struct Bad {
  int64_t count = 0, first = -1;
  void look(double value, int64_t i) {
    if (std::isfinite(value))
      return;
    if (count++ == 0)
      first = i;
  }
};

Bad lookAt(const void *array, const Expectation &e) {
  Bad bad;
  if (e.element == "f32") // by far the most, and the others read each element by its type's name
    for (int64_t i = 0; i < e.elements; ++i)
      bad.look(static_cast<const float *>(array)[i], i);
  else
    for (int64_t i = 0; i < e.elements; ++i)
      bad.look(at(array, e.element, i), i);
  return bad;
}

// "row = 3, D = 5".
std::string indexOf(const Expectation &e, int64_t flat) {
  std::string text;
  for (size_t i = e.dims.size(); i-- > 0;) {
    text = e.dims[i].name + " = " + std::to_string(flat % e.dims[i].size) +
           (text.empty() ? "" : ", ") + text;
    flat /= e.dims[i].size;
  }
  return text.empty() ? "the one element" : text;
}

} // namespace

extern "C" void orrery_expect_close(const char *what, const void *actual, const void *expected) {
  Expectation e = parse(what);
  double scale = 0;
  for (int64_t i = 0; i < e.elements; ++i)
    if (double x = std::fabs(at(expected, e.element, i)); x > scale && std::isfinite(x))
      scale = x;
  double limit = e.atol + e.rtol * scale, worst = -1;
  int64_t where = 0, wrong = 0;
  for (int64_t i = 0; i < e.elements; ++i) {
    double a = at(actual, e.element, i), b = at(expected, e.element, i);
    if (a == b || (std::isnan(a) && std::isnan(b)))
      continue;
    // A NaN or an infinity on one side only is as wrong as can be.
    double difference = std::fabs(a - b);
    if (!std::isfinite(difference))
      difference = INFINITY;
    if (difference <= limit)
      continue;
    ++wrong;
    if (difference > worst) {
      worst = difference;
      where = i;
    }
  }
  if (wrong == 0)
    return;
  ++failures;
  std::fprintf(stderr,
               "%s: expectation failed: %lld of %lld elements differ by more than %.3g; the worst "
               "at %s: %.17g, expected %.17g (off by %.3g)\n",
               e.place.c_str(), static_cast<long long>(wrong), static_cast<long long>(e.elements),
               limit, indexOf(e, where).c_str(), at(actual, e.element, where),
               at(expected, e.element, where), worst);
}

extern "C" void orrery_on_not_finite(void (*listener)(const char *, const char *)) {
  onNotFinite = listener;
}

extern "C" void orrery_expect_finite(const char *what, const void *values) {
  Expectation e;
  std::istringstream lines(what);
  e.element = next(lines);
  e.place = next(lines);
  std::string makers = next(lines), pass = next(lines);
  readDims(lines, e);
  Bad bad = lookAt(values, e);
  if (bad.count == 0)
    return;
  ++failures;
  std::string message =
      std::string(std::isnan(at(values, e.element, bad.first)) ? "NaN" : "infinity") + " at " +
      indexOf(e, bad.first) + ", in the " + pass + " pass, computed by: " + makers + " (" +
      std::to_string(bad.count) + " of " + std::to_string(e.elements) + " numbers are not finite)";
  if (auto *listener = onNotFinite.load())
    listener(e.place.c_str(), message.c_str());
  else
    std::fprintf(stderr, "%s: not finite: %s\n", e.place.c_str(), message.c_str());
}

extern "C" long orrery_failed_expectations(void) { return failures; }
