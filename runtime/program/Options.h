// The command line of every compiled model.
#ifndef ORRERY_RUNTIME_PROGRAM_OPTIONS_H
#define ORRERY_RUNTIME_PROGRAM_OPTIONS_H

#include "runtime/atoms/Structures.h"
#include "runtime/core/Buffer.h"
#include "runtime/core/Descriptor.h"
#include "runtime/io/Arrays.h"
#include "runtime/program/NameMap.h"
#include "runtime/program/Talk.h"

#include <map>
#include <optional>

namespace orrery::runtime {

class Observer;

// --require rmse<1.2
struct Requirement {
  std::string text, name, comparison;
  double bound = 0;
};

struct Options {
  std::string
      command; // train, predict, test, info; empty when the parser has said all there is to say
  int exit = ExitDone;                // then this is the exit code
  std::vector<std::string> arguments; // for run.json
  Talk talk;

  int threads = 0;
  std::optional<int64_t> seed, epochs, steps;
  std::map<std::string, std::string> data; // field -> path
  std::string dataFolder;
  std::string out;
  bool resume = false;
  std::string resumeFrom, init, names;
  std::vector<std::string> allowMismatch; // patterns of names of tensors that --init may lack
  int64_t keep = 2;                       // checkpoints
  int64_t maxSkipped = 3;                 // steps in a row
  double saveEvery = 600, timeLimit = 0;  // seconds
  double watchdog = -1;                   // seconds; negative: the supervisor's
  bool dryRun = false;
  bool reproducible = false; // the same bits for any number of ranks and threads
  bool overlap = true;       // communicate while gradients are being computed
  int virtualRanks = 0;      // so many ranks in this process; 0: those of the launcher

  std::string checkpoint;
  std::vector<Requirement> requirements;
  std::string predict;
  std::map<std::string, std::string> in; // field -> path; "" is for all
  std::string split = "all";
  std::string mock;
  std::string beside, precision; // of diagnose: a program to compare with, how it computes

  NameMap nameMap() const { return names.empty() ? NameMap() : NameMap(names); }

  // Of those who train from within their own process.
  std::map<std::string, std::vector<ArrayView>> arrays; // field -> what it reads instead of files
  FramesInMemory frames;                                // source -> the same of structures
  const RealBuffer *firstWeights = nullptr;             // to begin with, instead of drawn ones
  Observer *observer = nullptr;
};

// Throws Error with exit code 2.
Options parseOptions(int argc, char **argv, const Descriptor &descriptor);

// The settings of a run: what its options give goes before what is compiled in.
std::vector<Setting> settingsOf(const Descriptor &descriptor, const Options &options);

// "1h50m", "90s", "10m", "600"
double parseDuration(const std::string &text);

} // namespace orrery::runtime

#endif
