// main() of every compiled model.
#include "runtime/core/Process.h"
#include "runtime/program/Commands.h"
#include "runtime/program/Provenance.h"
#include "runtime/program/Supervision.h"
#include "runtime/program/Train.h"
#include "runtime/program/Trap.h"

#include <fmt/format.h>

using namespace orrery::runtime;

static int dispatch(Model &model, const Options &options) {
  if (options.command == "version") {
    if (options.talk.json) {
      nlohmann::json versions = versionsJson();
      versions["event"] = "version";
      options.talk.event(versions);
    } else {
      fmt::print("{}, compiled by Orrery {}\n", model.descriptor().model, ORRERY_VERSION);
    }
    return ExitDone;
  }
  setThreads(options.threads);
  if (options.command == "train")
    return Trainer(model, options).run();
  if (options.command == "predict")
    return runPredict(model, options);
  if (options.command == "test")
    return runTest(model, options);
  if (options.command == "data")
    return runData(model, options);
  if (options.command == "gradient")
    return runGradient(model, options);
  if (options.command == "replay")
    return runReplay(model, options);
  if (options.command == "bench")
    return runBench(model, options);
  return runInfo(model, options);
}

static int fail(const Options &options, const Error &error) {
  options.talk.error(error);
  tellFailure(0, error);
  return error.exit;
}

static int runProgram(int argc, char **argv, Options &options) {
  try {
    Model model;
    try {
      options = parseOptions(argc, argv, model.descriptor());
    } catch (...) {
      for (int i = 1; i < argc;
           ++i) // an error of the command line is JSON too, if JSON was asked for
        options.talk.json |= std::string(argv[i]) == "--json";
      throw;
    }
    int code = options.command.empty() ? options.exit : dispatch(model, options);
    tellVerdict(code);
    return code;
  } catch (const Error &error) {
    return fail(options, error);
  } catch (const std::bad_alloc &) {
    return fail(options, Error(ExitResources, "E0905", "", "out of memory"));
  } catch (const std::exception &problem) {
    return fail(options, Error(ExitFailure, "E0999", "", problem.what()));
  }
}

int main(int argc, char **argv) {
  Options options;
  options.talk.chooseColour("auto");
  std::unique_ptr<World> world;
  trapNotFinite(options.talk, world);
  return runProgram(argc, argv, options);
}
