// The texts of --help and --help-all, from the tables of commands and options.

#include "frontend/driver/Options.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace orrery::driver {

void printHelp(llvm::raw_ostream &os) {
  os << R"(From a page of text about a model to a program that trains and runs it.

  orrery train winds.orr                    build if need be, then train; the run goes to runs/
  orrery test winds.orr                     errors of the best checkpoint on the test split
  orrery predict winds.orr downscale        run a `predict` entry of the trained model
  orrery train winds.orr --set D=64 --steps 100

  orrery check winds.orr                    names, dims and sizes, without building
  orrery data winds.orr                     what the data is and how it binds to the model
  orrery build winds.orr -o winds           a program that needs nothing else: ./winds train
  orrery explain E0203                      what a message means

usage: orrery COMMAND FILE [options]        commands: )";
  std::vector<llvm::StringRef> names;
  for (const Command &command : allCommands())
    names.push_back(command.name);
  size_t half = (names.size() + 1) / 2;
  os << llvm::join(llvm::ArrayRef(names).take_front(half), " ") << "\n"
     << std::string(54, ' ') << llvm::join(llvm::ArrayRef(names).drop_front(half), " ") << R"(

orrery --help-all lists all options; orrery train FILE --help those of the program.
)";
}

void printFullHelp(llvm::raw_ostream &os) {
  os << "usage: orrery COMMAND FILE [options]\n\ncommands\n";
  for (const Command &command : allCommands())
    os << "  " << llvm::left_justify((command.name + " " + command.operands).str(), 24)
       << command.help << "\n";
  const std::pair<const char *, unsigned> groups[] = {
      {"options of every command that reads a model", Runs | Builds | Looks},
      {"options of build, and of commands that build a program to run it", Runs | Builds},
      {"options of build", Builds},
      {"options of build, check and info", Builds | Looks},
      {"options of check and info", Looks}};
  auto list = [&](auto wanted) {
    for (const Option &option : allOptions()) {
      if (!wanted(option.groups & (Runs | Builds | Looks)))
        continue;
      bool isPrefix = option.name == "-O" || option.name.ends_with("-");
      std::string text = option.name.str();
      if (!option.value.empty())
        text += (option.value.starts_with("[") || isPrefix ? ""
                 : option.name.starts_with("--")           ? "="
                                                           : " ") +
                option.value.str();
      os << "  " << llvm::left_justify(text, 22) << option.help << "\n";
    }
  };
  for (const auto &[title, group] : groups) {
    os << "\n" << title << "\n";
    list([group = group](unsigned groups) { return groups == group; });
  }
  os << R"(
train, predict, test, data, bench, gradient and diagnose hand every other option after FILE on to the program:
orrery train FILE --help lists them. Everything after -- is taken as it stands.

environment
  ORRERY_SET            settings divided by ';', for which --config and --set go before
  ORRERY_CACHE_DIR      where built programs are kept (usual: ~/.cache/orrery)
  ORRERY_THREADS        threads of a program (else OMP_NUM_THREADS, the processors)
  NO_COLOR, CLICOLOR_FORCE

exit codes
   0 done                       5 numbers: NaN, --require does not hold
   1 failure at run time        6 memory, disk
   2 wrong use                  7 checkpoint or weights do not fit
   3 error in the model        70 a fault of Orrery
   4 error in the data         75 stopped by a time limit or SIGTERM, with a checkpoint; 130 by SIGINT
)";
}

} // namespace orrery::driver
