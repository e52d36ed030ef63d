// What happens in a program built with --trap-nan when a kernel computes a number that is not
// finite.
#ifndef ORRERY_RUNTIME_PROGRAM_TRAP_H
#define ORRERY_RUNTIME_PROGRAM_TRAP_H

#include "runtime/comm/Comm.h"
#include "runtime/program/Talk.h"

namespace orrery::runtime {

// From now on such a number is told with its place and ends all ranks with exit code 5. Both must
// outlive the program's work; `world` may be opened later.
void trapNotFinite(const Talk &talk, const std::unique_ptr<World> &world);

} // namespace orrery::runtime

#endif
