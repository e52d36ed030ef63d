// Arithmetic on the numbers that travel: reductions of two vectors, and bf16 for the wire.
#include "runtime/comm/Element.h"

#include <bit>

namespace orrery::runtime {

size_t bytesOf(Element element) { return element == Element::F32 ? 4 : 8; }

const char *nameOf(Element element) {
  return element == Element::F32 ? "f32" : element == Element::F64 ? "f64" : "i64";
}

const char *nameOf(Reduction reduction) {
  return reduction == Reduction::Sum ? "sum" : reduction == Reduction::Min ? "min" : "max";
}

namespace {
// Each is commutative to the bit, so that both partners of an exchange get the same. (Which NaN
// comes out of two is not defined, only that it is one.)
struct Plus {
  template <typename T> static T of(T a, T b) { return a + b; }
};
struct Least {
  template <typename T> static T of(T a, T b) { return a != a ? a : b < a || b != b ? b : a; }
};
struct Greatest {
  template <typename T> static T of(T a, T b) { return a != a ? a : b > a || b != b ? b : a; }
};

float widen(uint16_t bits) { return std::bit_cast<float>(uint32_t(bits) << 16); }

uint16_t narrow(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  return uint16_t((bits & 0x7fffffff) > 0x7f800000 ? (bits >> 16) | 0x40 : rounded);
}

template <typename Op, typename T> void apply(void *into, const void *from, size_t count) {
  T *__restrict a = static_cast<T *>(into);
  const T *__restrict b = static_cast<const T *>(from);
  for (size_t i = 0; i < count; ++i)
    a[i] = Op::of(a[i], b[i]);
}

template <typename Op> void apply(Element element, void *into, const void *from, size_t count) {
  if (element == Element::F32)
    apply<Op, float>(into, from, count);
  else if (element == Element::F64)
    apply<Op, double>(into, from, count);
  else
    apply<Op, int64_t>(into, from, count);
}

template <typename Op>
void applyBF16(float *__restrict into, const uint16_t *__restrict from, size_t count) {
  for (size_t i = 0; i < count; ++i)
    into[i] = Op::of(into[i], widen(from[i]));
}
} // namespace

void combine(Element element, Reduction reduction, void *into, const void *from, size_t count) {
  if (reduction == Reduction::Sum)
    apply<Plus>(element, into, from, count);
  else if (reduction == Reduction::Min)
    apply<Least>(element, into, from, count);
  else
    apply<Greatest>(element, into, from, count);
}

void combineBF16(Reduction reduction, float *into, const uint16_t *from, size_t count) {
  if (reduction == Reduction::Sum)
    applyBF16<Plus>(into, from, count);
  else if (reduction == Reduction::Min)
    applyBF16<Least>(into, from, count);
  else
    applyBF16<Greatest>(into, from, count);
}

void encodeBF16(uint16_t *__restrict to, const float *__restrict from, size_t count) {
  for (size_t i = 0; i < count; ++i)
    to[i] = narrow(from[i]);
}

void decodeBF16(float *__restrict to, const uint16_t *__restrict from, size_t count) {
  for (size_t i = 0; i < count; ++i)
    to[i] = widen(from[i]);
}

void roundToBF16(float *data, size_t count) {
  for (size_t i = 0; i < count; ++i)
    data[i] = widen(narrow(data[i]));
}

} // namespace orrery::runtime
