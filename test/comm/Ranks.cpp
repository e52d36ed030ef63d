// A program for launchers: tries the communication, or fails in a given way.
#include "runtime/comm/Comm.h"
#include "runtime/comm/SelfTest.h"
#include "runtime/core/Error.h"

#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>

using namespace orrery::runtime;

// ranks selftest | where | mismatch | stuck | truncate | abort CODE
static void run(World &world, const std::string &command, int code) {
  if (command == "selftest") {
    uint64_t fingerprint = selfTest(world);
    if (world.root())
      fmt::print("{} ranks: {:016x}\n", world.size(), fingerprint);
  } else if (command == "where") {
    for (const std::string &line :
         world.gather(fmt::format("rank {} of {}: {} of {} on node {} of {}, {}", world.rank(),
                                  world.size(), world.localRank(), world.localSize(), world.node(),
                                  world.nodes(), world.progresses() ? "a thread" : "no thread")))
      if (world.root())
        fmt::print("{}\n", line);
    if (world.root())
      fmt::print("over {}\n", world.name());
  } else if (command == "mismatch") {
    int64_t x = 1;
    if (world.rank() == 1)
      world.sum(x);
    else
      world.barrier();
  } else if (command == "stuck") {
    if (world.rank() == 1)
      sleep(600);
    world.barrier();
  } else if (command == "truncate") {
    char bytes[8] = {};
    if (world.rank() == 1)
      world.receive(bytes, 4, 0, 0);
    else
      world.send(bytes, 8, 1, 0);
    world.barrier();
  } else if (command == "abort") {
    if (world.rank() == 1)
      world.abort(code);
    world.barrier();
  }
}

int main(int argc, char **argv) {
  std::unique_ptr<World> world;
  try {
    world = World::open();
    run(*world, argc > 1 ? argv[1] : "selftest", argc > 2 ? std::atoi(argv[2]) : 0);
    return 0;
  } catch (const Error &error) {
    std::string text = fmt::format("error: {} [{}]\n", error.what(), error.code);
    for (const Note &note : error.notes)
      text += fmt::format("{}: {}\n", note.kind, note.text);
    std::fputs(text.c_str(), stderr);
    if (world)
      world->abort(error.exit);
    return error.exit;
  }
}
