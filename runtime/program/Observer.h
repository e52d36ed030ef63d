// Who follows a training from within its process.
#ifndef ORRERY_RUNTIME_PROGRAM_OBSERVER_H
#define ORRERY_RUNTIME_PROGRAM_OBSERVER_H

#include "runtime/program/Statistics.h"

#include <nlohmann/json_fwd.hpp>

namespace orrery::runtime {

class Observer {
public:
  virtual ~Observer() = default;
  // Hears each line of metrics.jsonl, between steps, with what predictions would use at that
  // moment. An exit code that is not 0 ends the run as a signal does: with a checkpoint.
  virtual int event(const nlohmann::json &line, const RealBuffer &weights,
                    const Statistics &statistics) = 0;
};

} // namespace orrery::runtime

#endif
