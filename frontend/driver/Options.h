// The command line, taken apart.

#ifndef ORRERY_FRONTEND_DRIVER_OPTIONS_H
#define ORRERY_FRONTEND_DRIVER_OPTIONS_H

#include "frontend/sema/Program.h"

#include "llvm/ADT/ArrayRef.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace orrery::driver {

struct Options {
  std::string command;
  std::vector<std::string> operands; // files, names
  // Of ORRERY_SET, --config and --set, in this order: a later one wins.
  std::vector<sema::Setting> settings;
  std::map<std::string, int64_t> shape;
  std::string output, emit = "exe", target, config, color = "auto";
  std::optional<std::string> saveTemps; // a folder, or empty: the output's
  bool isPlain = false, isJson = false, debugInfo = false, verifyLevels = false, trapNan = false,
       leastMemory = false;
  bool isCached = false, warningsAreErrors = false, wantsSettings = false, isQuiet = false;
  bool isRead = false; // the file was compiled before: its warnings have been printed
  bool help = false, fullHelp = false, version = false;
  unsigned maxErrors = 20, jobs = 2, optimise = 2;
  std::vector<std::string> data;      // where open dims take their sizes from: DIR or FIELD=PATH
  std::vector<std::string> silenced;  // -Wno-NAME
  std::vector<std::string> forwarded; // to the compiled program: all that is not the compiler's

  bool colored() const; // messages on stderr
};

// What a command takes.
enum Group : unsigned {
  Runs = 1,   // builds a program, and becomes it
  Builds = 2, // writes a file
  Looks = 4,  // reads a model only
  Others = 8,
};
struct Command {
  llvm::StringLiteral name, operands, help;
  unsigned group;
  bool takesMany = false; // operands
};
llvm::ArrayRef<Command> allCommands();
const Command *commandNamed(llvm::StringRef name);

struct Option {
  llvm::StringLiteral name, value; // the value is "", "X", or "[=X]"
  llvm::StringLiteral help;
  unsigned groups; // of commands that take it
  bool (*read)(Options &options, const std::string &value, std::string &why);
};
llvm::ArrayRef<Option> allOptions();

// False, with the reason in `why`, for what no command knows. Commands that run the compiled
// program hand it what the compiler does not know.
bool parse(llvm::ArrayRef<std::string> arguments, Options &options, std::string &why);

// Adds the settings of a TOML file and of the variable ORRERY_SET in front of those of the command
// line.
bool gatherSettings(Options &options, std::string &why);

// The texts of --help and --help-all.
void printHelp(llvm::raw_ostream &os);
void printFullHelp(llvm::raw_ostream &os);

} // namespace orrery::driver

#endif // ORRERY_FRONTEND_DRIVER_OPTIONS_H
