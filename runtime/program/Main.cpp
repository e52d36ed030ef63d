// main() of every compiled model.
#include "runtime/comm/Virtual.h"
#include "runtime/core/Process.h"
#include "runtime/program/Commands.h"
#include "runtime/program/Provenance.h"
#include "runtime/program/Ranks.h"
#include "runtime/program/Supervision.h"
#include "runtime/program/Train.h"
#include "runtime/program/Trap.h"

#include <fmt/format.h>

using namespace orrery::runtime;

static int printVersion(const Model &model, const Options &options) {
  if (options.talk.json) {
    nlohmann::json versions = versionsJson(model.realBytes());
    versions["event"] = "version";
    options.talk.event(versions);
  } else {
    fmt::print("{}, compiled by Orrery {}\n", model.descriptor().model, ORRERY_VERSION);
  }
  return ExitDone;
}

static int runOnRoot(Model &model, const Options &options) {
  if (options.command == "version")
    return printVersion(model, options);
  if (options.command == "data")
    return runData(model, options);
  if (options.command == "gradient")
    return runGradient(model, options);
  if (options.command == "diagnose")
    return runDiagnose(model, options);
  if (options.command == "replay")
    return runReplay(model, options);
  return runInfo(model, options);
}

static int runCommand(Model &model, SharedData &data, World &world, Options options) {
  options.talk.silent |= !world.root();
  if (int most = processors(); options.threads > most)
    options.talk.warn(
        fmt::format("--threads {}: they take turns on {} {}, which is slower than one thread each",
                    options.threads, most, most == 1 ? "processor" : "processors"));
  if (options.command == "train" || options.command == "bench")
    together(world, options.talk, [&] { checkMesh(world, model.descriptor()); });
  if (options.command == "train") {
    catchSignals();
    return Trainer(model, data, world, options).run();
  }
  if (options.command == "predict")
    return runPredict(model, world, options);
  if (options.command == "test")
    return runTest(model, world, options);
  if (options.command == "bench")
    return runBench(model, world, options);
  return onRoot(world, options.talk, [&] { return runOnRoot(model, options); });
}

// Ranks that take turns in this process. They share the compiled model, its arena and the data.
static int runVirtual(Model &model, SharedData &data, const Options &options) {
  int code = ExitDone;
  VirtualOptions how;
  how.stackBytes = size_t(4) << 20; // loops of compiled code keep up to 256 KiB there
  runRanks(
      options.virtualRanks,
      [&](World &world) {
        int mine = ExitDone;
        try {
          mine = runCommand(model, data, world, options);
        } catch (const Settled &settled) {
          mine = settled.exit;
        }
        if (world.root())
          code = mine;
      },
      how);
  return code;
}

static bool asksForJson(int argc, char **argv) {
  for (int i = 1; i < argc; ++i)
    if (std::string(argv[i]) == "--json")
      return true;
  return false;
}

int main(int argc, char **argv) {
  surviveFileLimits();
  Options options;
  options.talk.chooseColour("auto");
  options.talk.json = asksForJson(argc, argv); // for errors of the command line too
  std::unique_ptr<World> world;
  trapNotFinite(options.talk, world);
  return runRank(world, options.talk, [&] {
    Model model(linkedModel());
    std::optional<Error> wrong;
    try {
      options = parseOptions(argc, argv, model.descriptor());
    } catch (const Error &error) {
      wrong = error;
    }
    if (!wrong && options.command.empty()) {
      tellVerdict(options.exit);
      return options.exit;
    }
    SharedData data;
    if (!wrong && options.virtualRanks) {
      setThreads(options.threads);
      return runVirtual(model, data, options);
    }
    world = World::open();
    shareThreads(*world, options.threads);
    if (wrong)
      throw std::move(*wrong).onAllRanks();
    int code = runCommand(model, data, *world, options);
    if (world->root())
      tellVerdict(code);
    return code;
  });
}
