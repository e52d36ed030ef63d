// Reads the command line.

#include "frontend/driver/Options.h"

#include "frontend/diag/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"

namespace orrery::driver {

const char *const usage = R"(usage: orrery COMMAND FILE [options]

  orrery train winds.orr                  build if need be, then train
  orrery predict winds.orr downscale      run a `predict` entry of the trained model
  orrery test winds.orr                   errors on the test split
  orrery build winds.orr -o winds         a program that needs nothing else
  orrery check winds.orr                  names, dims and sizes
  orrery info winds.orr                   dims, parameters, settings
  orrery fmt winds.orr                    lays the file out: indentation, columns
  orrery explain E0203                    what a message means

  --set NAME=EXPR     another value for a dim, a set, train.KEY or precision.KEY
  --shape NAME=N      the size of an open dim, instead of the data's
  --emit=KIND         exe, obj, asm, or ir:model, ir:plan, ir:loops, ir:buffers, ir:llvm
  -o FILE             where to write; - is the standard output
  --plain             f64, one loop nest an operation: the executable truth
  --target=CPU        native, or the name of a CPU
  --least-memory      what the gradient needs of each repetition or tile is computed again, not kept
  --max-errors=N, -Werror, -Wno-NAME, --json, -j N, --version, --help

train, predict and test hand all other options on; `orrery train FILE --help` lists them.
)";

namespace {
const std::vector<std::string> commands = {"train", "predict", "test",    "build",
                                           "check", "info",    "explain", "fmt"};
const std::vector<std::string> known = {"--set",    "--shape",       "--emit", "--plain",
                                        "--target", "--max-errors",  "--json", "--version",
                                        "--help",   "--least-memory"};

struct Reader {
  llvm::ArrayRef<std::string> arguments;
  Options &options;
  std::string &why;
  size_t at = 0;

  // The value of an option: after '=', or the next argument.
  bool value(llvm::StringRef argument, std::string &result) {
    size_t equals = argument.find('=');
    if (equals != llvm::StringRef::npos) {
      result = argument.substr(equals + 1).str();
      return true;
    }
    if (at + 1 == arguments.size()) {
      why = argument.str() + " needs a value";
      return false;
    }
    result = arguments[++at];
    return true;
  }
  bool number(llvm::StringRef argument, unsigned &result) {
    std::string text;
    if (!value(argument, text))
      return false;
    if (!llvm::StringRef(text).getAsInteger(10, result))
      return true;
    why = argument.str() + " needs a number, and this is '" + text + "'";
    return false;
  }
  bool shape(llvm::StringRef argument) {
    std::string text;
    if (!value(argument, text))
      return false;
    auto [name, size] = llvm::StringRef(text).split('=');
    int64_t wanted = 0;
    if (size.getAsInteger(10, wanted) || wanted < 1) {
      why = "--shape wants NAME=SIZE, and this is '" + text + "'";
      return false;
    }
    options.shape[name.str()] = wanted;
    return true;
  }

  bool forwards() const {
    return options.command == "train" || options.command == "predict" || options.command == "test";
  }

  bool one(llvm::StringRef argument) {
    llvm::StringRef name = argument.take_until([](char c) { return c == '='; });
    std::string text;
    if (name == "--set") {
      bool isFine =
          argument == "--set" ? value(argument, text) : (text = argument.substr(6).str(), true);
      options.settings.push_back(text);
      return isFine;
    }
    if (name == "--shape")
      return shape(argument);
    if (name == "--emit")
      return value(argument, options.emit);
    if (name == "--target")
      return value(argument, options.target);
    if (name == "-o" || name == "--output")
      return value(argument, options.output);
    if (name == "--max-errors")
      return number(argument, options.maxErrors);
    if (name == "-j" && !forwards())
      return number(argument, options.jobs);
    if (argument == "--plain")
      return options.isPlain = true;
    if (argument == "--least-memory")
      return options.leastMemory = true;
    if (argument == "-Werror")
      return options.warningsAreErrors = true;
    if (argument.starts_with("-Wno-")) {
      options.silenced.push_back(argument.substr(5).str());
      return true;
    }
    if (argument == "--version")
      return options.version = true;
    if (forwards() && !options.operands.empty()) {
      options.forwarded.push_back(argument.str());
      return true;
    }
    if (argument == "--json")
      return options.isJson = true;
    if (argument == "-h" || argument == "--help")
      return options.help = true;
    if (argument.size() > 1 && argument.starts_with("-")) {
      std::string near = diag::nearest(name, known);
      why = "unknown option '" + argument.str() + "'" +
            (near.empty() ? "" : "; did you mean '" + near + "'?");
      return false;
    }
    if (options.command.empty()) {
      options.command = argument.str();
      if (llvm::is_contained(commands, options.command))
        return true;
      std::string near = diag::nearest(argument, commands);
      why = "unknown command '" + argument.str() + "'" +
            (near.empty() ? "" : "; did you mean '" + near + "'?");
      return false;
    }
    options.operands.push_back(argument.str());
    return true;
  }
};
} // namespace

bool parse(llvm::ArrayRef<std::string> arguments, Options &options, std::string &why) {
  Reader reader{arguments, options, why};
  for (; reader.at < arguments.size(); ++reader.at)
    if (!reader.one(arguments[reader.at]))
      return false;
  return true;
}

} // namespace orrery::driver
