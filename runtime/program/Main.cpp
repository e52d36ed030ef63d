// main() of every compiled model.
#include "runtime/core/Process.h"
#include "runtime/program/Commands.h"
#include "runtime/program/Provenance.h"
#include "runtime/program/Train.h"

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
  if (options.command == "bench")
    return runBench(model, options);
  return runInfo(model, options);
}

int main(int argc, char **argv) {
  Options options;
  options.talk.chooseColour("auto");
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
    return options.command.empty() ? options.exit : dispatch(model, options);
  } catch (const Error &error) {
    options.talk.error(error);
    return error.exit;
  } catch (const std::bad_alloc &) {
    options.talk.error(Error(ExitResources, "E0905", "", "out of memory"));
    return ExitResources;
  } catch (const std::exception &problem) {
    options.talk.error(Error(ExitFailure, "E0999", "", problem.what()));
    return ExitFailure;
  }
}
