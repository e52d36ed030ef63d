// How large an array can be.

#ifndef ORRERY_FRONTEND_EMIT_LIMITS_H
#define ORRERY_FRONTEND_EMIT_LIMITS_H

namespace orrery::emit {

// Of numbers in one array. No machine has room for so many, and offsets in bytes stay far from the
// end of 64 bits.
inline constexpr double mostElements = 0x1p48;

} // namespace orrery::emit

#endif // ORRERY_FRONTEND_EMIT_LIMITS_H
