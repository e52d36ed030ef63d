// Arithmetic on the numbers that travel: reductions of two vectors, and bf16 for the wire.
#ifndef ORRERY_RUNTIME_COMM_ELEMENT_H
#define ORRERY_RUNTIME_COMM_ELEMENT_H

#include "runtime/comm/Comm.h"

namespace orrery::runtime {

const char *nameOf(Element element);
const char *nameOf(Reduction reduction);

// into[i] = into[i] (+) from[i]
void combine(Element element, Reduction reduction, void *into, const void *from, size_t count);

// Rounded to nearest, ties to even; a NaN stays a NaN.
void encodeBF16(uint16_t *to, const float *from, size_t count);
void decodeBF16(float *to, const uint16_t *from, size_t count);
void roundToBF16(float *data, size_t count);
// The same reduction with what came in bf16.
void combineBF16(Reduction reduction, float *into, const uint16_t *from, size_t count);

} // namespace orrery::runtime

#endif
