// The back end of a program that runs alone: one rank, which has nobody to talk to.
#include "runtime/comm/Comm.h"

#include <cstdlib>

namespace orrery::runtime {

static int zero(orrery_comm *) { return 0; }
static int one(orrery_comm *) { return 1; }
[[noreturn]] static void nobody(orrery_comm *, const void *, uint64_t, int, int,
                                orrery_comm_request *) {
  std::abort();
}

static const orrery_comm_table self = {
    .version = ORRERY_COMM_VERSION,
    .any_thread = 0,
    .name = [](orrery_comm *) { return "self"; },
    .rank = zero,
    .size = one,
    .local_rank = zero,
    .local_size = one,
    .node = zero,
    .nodes = one,
    .isend = nobody,
    .irecv = [](orrery_comm *, void *, uint64_t, int, int, orrery_comm_request *) { std::abort(); },
    .test = [](orrery_comm *, orrery_comm_request *) { return 1; },
    .idle = [](orrery_comm *, int wait) { return wait; },
    .abort = [](orrery_comm *, int code) { std::_Exit(code); },
    .close = [](orrery_comm *) {},
};

std::unique_ptr<World> World::alone() {
  return std::make_unique<World>(self, nullptr, WorldOptions{});
}

} // namespace orrery::runtime
