// What the ranks of a run do together: settle errors, share out processors.
#include "runtime/program/Ranks.h"
#include "runtime/core/Process.h"
#include "runtime/program/Supervision.h"

#include <algorithm>
#include <fmt/format.h>
#include <new>
#include <optional>

namespace orrery::runtime {

// What went wrong in a catch clause, as an Error.
static Error current() {
  try {
    throw;
  } catch (const Error &error) {
    return error;
  } catch (const std::bad_alloc &) {
    return Error(ExitResources, "E0905", "", "out of memory");
  } catch (const std::exception &problem) {
    return Error(ExitFailure, "E0999", "", problem.what());
  }
}

static Error ofRank(const World &world, const Error &error) {
  if (world.size() == 1)
    return error;
  Error named(error.exit, error.code, error.place,
              fmt::format("rank {}: {}", world.rank(), error.what()));
  named.notes = error.notes;
  return named;
}

void together(World &world, const Talk &talk, const std::function<void()> &work) {
  std::optional<Error> failed;
  try {
    work();
  } catch (...) {
    failed = current();
  }
  if (world.size() == 1) {
    if (failed)
      throw *failed;
    return;
  }
  int64_t none = world.size();
  int64_t first = world.least(failed ? int64_t(world.rank()) : none);
  if (first == none)
    return;
  bool onAll = world.allOf(failed.has_value());
  bool speaks = world.rank() == first;
  if (speaks) {
    talk.error(onAll ? *failed : ofRank(world, *failed));
    tellFailure(world.rank(), *failed);
  }
  int64_t exit = failed ? int64_t(failed->exit) : 0;
  world.broadcast(&exit, sizeof exit, int(first));
  throw Settled{int(exit)};
}

int onRoot(World &world, const Talk &talk, const std::function<int()> &work) {
  int64_t exit = ExitDone;
  if (world.root())
    exit = runRank(nullptr, talk, work);
  world.broadcast(&exit, sizeof exit);
  return int(exit);
}

int runRank(const std::unique_ptr<World> &world, const Talk &talk,
            const std::function<int()> &program) {
  try {
    return program();
  } catch (const Settled &settled) {
    return settled.exit;
  } catch (...) {
    Error error = current();
    if (!world || world->size() == 1 || error.everywhere) {
      if (!world || world->root()) {
        talk.error(error);
        tellFailure(0, error);
      }
      return error.exit;
    }
    talk.error(ofRank(*world, error));
    tellFailure(world->rank(), error);
    world->abort(error.exit);
  }
}

Error misfit(const World &world, const std::string &needs) {
  return Error(ExitResources, "E0801", "",
               fmt::format("{}, but {} {} started", needs, world.size(),
                           world.size() == 1 ? "was" : "were"));
}

void checkMesh(const World &world, const Descriptor &descriptor) {
  for (const auto &[axis, size] : descriptor.train.mesh)
    if (size && size != world.size())
      throw misfit(world, fmt::format("the mesh needs {} = {} ranks", axis, size))
          .help(fmt::format("start {} ranks, or build with mesh {{ {}: auto }}", size, axis));
}

int shareThreads(World &world, int option) {
  // Ranks that may run on the same processors divide them; launchers often give each its own.
  std::string mine = fmt::format("{} {}", world.node(), processorMask());
  std::vector<std::string> all = world.gather(mine);
  return setThreads(option, int(std::count(all.begin(), all.end(), mine)));
}

} // namespace orrery::runtime
