// Reads the command line: the tables of commands and options, and the reader.

#include "frontend/driver/Options.h"

#include "frontend/diag/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"

namespace orrery::driver {

//===-- Commands ---------------------------------------------------------------------------===//

static constexpr Command commands[] = {
    {"train", "FILE", "build if need be, then train", Runs},
    {"predict", "FILE|CKPT NAME", "run a `predict` entry of the trained model", Runs},
    {"test", "FILE [CKPT]|CKPT", "errors on the test split", Runs},
    {"data", "FILE", "what the data is and how it binds; --mock DIR writes random data", Runs},
    {"bench", "FILE", "time training steps on random numbers", Runs},
    {"replay", "FILE FOLDER", "compute the step again that was not finite", Runs},
    {"gradient", "FILE", "write loss and gradients of one batch, to compare with", Runs},
    {"diagnose", "FILE", "check gradients, forces, symmetries and precision against plain f64",
     Runs},
    {"build", "FILE", "a program that needs nothing else, or what lies before it", Builds},
    {"check", "FILE...", "names, dims and sizes", Looks, true},
    {"info", "FILE|CKPT", "dims, parameters; --settings lists what --set can change", Looks},
    {"run", "-n N PROGRAM ...", "that program on N ranks, watched and started again", Others},
    {"fmt", "FILE...", "lay files out: indentation, columns", Others, true},
    {"explain", "CODE", "what a message means", Others},
};
// The language's command line has these; they are refused by name.
static constexpr llvm::StringLiteral notBuilt[] = {
    "new",   "weights", "watch",  "plot",   "runs", "slurm",
    "sweep", "rerun",   "doctor", "report", "lsp",  "completion",
};

llvm::ArrayRef<Command> allCommands() { return commands; }

const Command *commandNamed(llvm::StringRef name) {
  for (const Command &command : commands)
    if (command.name == name)
      return &command;
  return nullptr;
}

//===-- Options ----------------------------------------------------------------------------===//

static bool toNumber(llvm::StringRef what, const std::string &text, unsigned least, unsigned &slot,
                     std::string &why) {
  unsigned number = 0;
  if (llvm::StringRef(text).getAsInteger(10, number) || number < least) {
    why = (what + " needs a number" + (least ? " from " + std::to_string(least) : "") +
           ", and this is '" + text + "'")
              .str();
    return false;
  }
  slot = number;
  return true;
}

static bool oneOf(llvm::StringRef what, llvm::StringRef text, llvm::ArrayRef<llvm::StringRef> known,
                  std::string &why) {
  if (llvm::is_contained(known, text))
    return true;
  why = ("no " + what + " '" + text + "'" +
         diag::suggestion(text, std::vector<std::string>(known.begin(), known.end()),
                          "; there are " + llvm::join(known, ", ")))
            .str();
  return false;
}

static constexpr llvm::StringRef levels[] = {"model", "plan", "loops", "buffers", "llvm"};
static constexpr llvm::StringRef kinds[] = {
    "exe", "so", "obj", "asm", "llvm", "ir:model", "ir:plan", "ir:loops", "ir:buffers", "ir:llvm"};

static bool readShape(Options &options, const std::string &text, std::string &why) {
  auto [name, size] = llvm::StringRef(text).split('=');
  int64_t wanted = 0;
  if (size.getAsInteger(10, wanted) || wanted < 1) {
    why = "--shape wants NAME=SIZE, and this is '" + text + "'";
    return false;
  }
  options.shape[name.str()] = wanted;
  return true;
}

using Text = const std::string &;
static constexpr unsigned compiling = Runs | Builds | Looks, coding = Runs | Builds;
static constexpr Option options[] = {
    {"--set", "NAME=EXPR", "another value for a dim, a set, train.KEY or precision.KEY", compiling,
     [](Options &o, Text v, std::string &) {
       o.settings.push_back({v, "--set " + v});
       return true;
     }},
    {"--config", "FILE",
     "settings from a TOML file; --set goes before them, they before ORRERY_SET", compiling,
     [](Options &o, Text v, std::string &) { return o.config = v, true; }},
    {"--shape", "NAME=N", "the size of an open dim, instead of the data's", compiling, readShape},
    {"--data", "PATH", "a folder, or FIELD=FILE, that open dims take their sizes from", compiling,
     [](Options &o, Text v, std::string &) { return o.data.push_back(v), true; }},
    {"-o", "FILE", "where to write; - is the standard output", coding,
     [](Options &o, Text v, std::string &) { return o.output = v, true; }},
    {"--emit", "KIND",
     "exe, so, obj, asm, llvm, or ir:model, ir:plan, ir:loops, ir:buffers, ir:llvm", Builds,
     [](Options &o, Text v, std::string &why) {
       o.emit = v;
       return oneOf("kind of output", v, kinds, why);
     }},
    {"--stop-after", "LEVEL", "the same as --emit=ir:LEVEL", Builds,
     [](Options &o, Text v, std::string &why) {
       o.emit = "ir:" + v;
       return oneOf("level", v, levels, why);
     }},
    {"--cached", "", "keep what is built in the cache, build only if that is stale, name the file",
     Builds, [](Options &o, Text, std::string &) { return o.isCached = true; }},
    {"--save-temps", "[=DIR]", "keep the IR of each level and the objects", Builds,
     [](Options &o, Text v, std::string &) { return o.saveTemps = v, true; }},
    {"--target", "CPU", "native, or the name of a CPU: x86-64-v3", coding,
     [](Options &o, Text v, std::string &) { return o.target = v == "native" ? "" : v, true; }},
    {"-O", "N", "how hard LLVM works on the code: 0, 1, 2 (usual) or 3", coding,
     [](Options &o, Text v, std::string &why) {
       if (v.size() == 1 && v[0] >= '0' && v[0] <= '3')
         return o.optimise = unsigned(v[0] - '0'), true;
       why = "no optimisation level '-O" + v + "'; there are -O0, -O1, -O2 and -O3";
       return false;
     }},
    {"-g", "", "lines of the source for debuggers and profilers", coding,
     [](Options &o, Text, std::string &) { return o.debugInfo = true; }},
    {"--plain", "", "f64, one loop nest an operation: the executable truth", coding | Looks,
     [](Options &o, Text, std::string &) { return o.isPlain = true; }},
    {"--least-memory", "", "compute again what the gradient needs of each repetition or tile",
     coding, [](Options &o, Text, std::string &) { return o.leastMemory = true; }},
    {"--trap-nan", "", "end at the first number that is not finite, and name its line", coding,
     [](Options &o, Text, std::string &) { return o.trapNan = true; }},
    {"--verify-level", "", "check after each level that what it promises holds", coding,
     [](Options &o, Text, std::string &) { return o.verifyLevels = true; }},
    {"-j", "N", "modules compiled at the same time", coding,
     [](Options &o, Text v, std::string &why) { return toNumber("-j", v, 1, o.jobs, why); }},
    {"--settings", "", "list what --set can change, with values and where they come from", Looks,
     [](Options &o, Text, std::string &) { return o.wantsSettings = true; }},
    {"--json", "", "results and messages for programs", Builds | Looks | Others,
     [](Options &o, Text, std::string &) { return o.isJson = true; }},
    {"--max-errors", "N", "how many errors to print; 0 is all (usual: 20)", compiling | Others,
     [](Options &o, Text v, std::string &why) {
       return toNumber("--max-errors", v, 0, o.maxErrors, why);
     }},
    {"-Werror", "", "warnings are errors", compiling,
     [](Options &o, Text, std::string &) { return o.warningsAreErrors = true; }},
    {"-Wno-", "NAME", "without this warning", compiling,
     [](Options &o, Text v, std::string &) { return o.silenced.push_back(v), true; }},
    {"--color", "WHEN", "auto, always or never", compiling | Others,
     [](Options &o, Text v, std::string &why) {
       o.color = v;
       return oneOf("choice of --color", v, {"auto", "always", "never"}, why);
     }},
    {"-q", "", "errors and results only", compiling | Others,
     [](Options &o, Text, std::string &) { return o.isQuiet = true; }},
    {"--version", "", "versions; with --json as JSON", compiling | Others,
     [](Options &o, Text, std::string &) { return o.version = true; }},
    {"--help", "", "short help", compiling | Others,
     [](Options &o, Text, std::string &) { return o.help = true; }},
    {"--help-all", "", "every command and option", compiling | Others,
     [](Options &o, Text, std::string &) { return o.fullHelp = true; }},
};

llvm::ArrayRef<Option> allOptions() { return options; }

bool Options::colored() const { return color == "auto" ? diag::wantsColor(2) : color == "always"; }

//===-- Reader -----------------------------------------------------------------------------===//

// The option that an argument names, and what of it is the value: "-O3", "-Wno-outer", "--set=D=1".
static const Option *optionOf(llvm::StringRef argument, std::optional<std::string> &value) {
  if (argument == "-h")
    argument = "--help";
  if (argument == "--output")
    argument = "-o";
  for (const Option &option : options) {
    bool isPrefix = option.name == "-O" || option.name == "-Wno-" || option.name == "-j";
    if (isPrefix && argument.starts_with(option.name) && argument.size() > option.name.size()) {
      value = argument.drop_front(option.name.size()).str();
      return &option;
    }
    auto [name, text] = argument.split('=');
    if (name != option.name)
      continue;
    if (argument.contains('='))
      value = text.str();
    return &option;
  }
  return nullptr;
}

namespace {
struct Reader {
  llvm::ArrayRef<std::string> arguments;
  Options &options;
  std::string &why;
  const Command *command = nullptr;
  size_t at = 0;
  bool onlyOperands = false;

  bool runs() const { return command && command->group == Runs && !options.operands.empty(); }

  bool refuse(std::string text) {
    why = std::move(text);
    return false;
  }

  bool take(const Option &option, std::optional<std::string> value) {
    bool isOptional = option.value.starts_with("[");
    if (option.value.empty() && value)
      return refuse((option.name + " takes no value").str());
    if (!option.value.empty() && !isOptional && !value) {
      if (at + 1 == arguments.size())
        return refuse((option.name + " needs a value: " + option.name +
                       (option.name.starts_with("--") ? "=" : " ") + option.value)
                          .str());
      value = arguments[++at];
    }
    if (command && !(option.groups & command->group))
      return refuse(("'" + options.command + "' takes no " + option.name).str());
    return option.read(options, value.value_or(""), why);
  }

  bool unknown(llvm::StringRef argument) {
    std::vector<std::string> names;
    for (const Option &option : allOptions())
      names.push_back(option.name.str());
    bool isEarly = command && command->group == Runs;
    return refuse("unknown option '" + argument.str() + "'" +
                  diag::suggestion(argument.take_until([](char c) { return c == '='; }), names,
                                   isEarly ? "; options of the program come after FILE"
                                           : "; orrery --help-all lists them"));
  }

  bool chooseCommand(llvm::StringRef argument) {
    options.command = argument.str();
    if ((command = commandNamed(argument)))
      return true;
    if (llvm::is_contained(notBuilt, argument))
      return refuse("'" + argument.str() + "' is not built yet");
    std::vector<std::string> names;
    for (const Command &known : commands)
      names.push_back(known.name.str());
    return refuse("unknown command '" + argument.str() + "'" +
                  diag::suggestion(argument, names, "; orrery --help lists them"));
  }

  bool one(llvm::StringRef argument) {
    if (!onlyOperands && argument == "--") {
      onlyOperands = true;
      return true;
    }
    if (!onlyOperands && argument.size() > 1 && argument.starts_with("-")) {
      std::optional<std::string> value;
      const Option *option = optionOf(argument, value);
      // Of what the program has too, only the first three concern the build.
      bool isShared = option && llvm::is_contained({"-q", "--color", "--data"}, option->name) &&
                      command && command->group == Runs;
      bool isProgram =
          !option ||
          llvm::is_contained({"--json", "--help", "--help-all", "--version"}, option->name);
      size_t first = at;
      if (isShared || (runs() && isProgram))
        options.forwarded.push_back(argument.str());
      if (runs() && isProgram)
        return true;
      if (!option)
        return unknown(argument);
      bool isFine = take(*option, value);
      if (isShared && at != first)
        options.forwarded.push_back(arguments[at]);
      return isFine;
    }
    if (!command)
      return chooseCommand(argument);
    if (runs())
      options.forwarded.push_back(argument.str());
    else
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
  if (!reader.command || options.help || options.fullHelp || options.version)
    return true;
  if (options.operands.empty())
    return reader.refuse(options.command + " needs " +
                         (options.command == "explain" ? "a code, such as E0203" : "a file"));
  if (options.operands.size() > 1 && !reader.command->takesMany)
    return reader.refuse("unexpected argument '" + options.operands[1] + "'");
  return true;
}

} // namespace orrery::driver
