// Which samples a step sees, and with which learning rate: functions of (seed, step), so that a
// resumed run goes on exactly.
#ifndef ORRERY_RUNTIME_PROGRAM_SCHEDULE_H
#define ORRERY_RUNTIME_PROGRAM_SCHEDULE_H

#include "runtime/core/Descriptor.h"

namespace orrery::runtime {

// The learning rate of `step`, counted from 0, in a run of `total` steps.
double learningRate(const std::vector<Piece> &pieces, int64_t step, int64_t total,
                    int64_t stepsPerEpoch);

// The order in which an epoch visits the samples: each draws a number keyed by (seed, epoch, its
// own number), and they are sorted by it.
std::vector<int64_t> shuffled(const std::vector<int64_t> &samples, int64_t seed, int64_t epoch);

} // namespace orrery::runtime

#endif
