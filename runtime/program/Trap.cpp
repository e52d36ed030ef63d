// Ends the run at the first number that is not finite.
#include "runtime/program/Trap.h"
#include "runtime/abi/check.h"
#include "runtime/program/Supervision.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace orrery::runtime {

// The compiled code calls from deep within a step, and no exception may pass through it.
static const Talk *talker = nullptr;
static const std::unique_ptr<World> *ranks = nullptr;

static void onNotFinite(const char *place, const char *message) {
  World *world = ranks->get();
  bool several = world && world->size() > 1;
  Error error(ExitNumbers, "E0704", place,
              several ? fmt::format("rank {}: {}", world->rank(), message) : message);
  talker->error(error);
  tellFailure(several ? world->rank() : 0, error);
  std::fflush(nullptr);
  if (several)
    world->abort(ExitNumbers);
  _exit(ExitNumbers);
}

void trapNotFinite(const Talk &talk, const std::unique_ptr<World> &world) {
  talker = &talk;
  ranks = &world;
  orrery_on_not_finite(onNotFinite);
}

} // namespace orrery::runtime
