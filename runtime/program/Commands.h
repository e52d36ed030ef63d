// The sub-commands of a compiled model but `train`; each returns the exit code.
#ifndef ORRERY_RUNTIME_PROGRAM_COMMANDS_H
#define ORRERY_RUNTIME_PROGRAM_COMMANDS_H

#include "runtime/comm/Comm.h"
#include "runtime/program/Model.h"
#include "runtime/program/Options.h"

namespace orrery::runtime {

int runPredict(Model &model, World &world, const Options &options);
// The predict entry of this name, or an error that lists those that there are.
const EntryInfo &predictEntry(const Descriptor &d, const std::string &name);
int runTest(Model &model, World &world, const Options &options);
// Times training steps on random numbers; no data is needed.
int runData(Model &model, const Options &options);
int runBench(Model &model, World &world, const Options &options);
int runInfo(Model &model, const Options &options);
// Writes what one training batch computes, for comparison with other programs.
int runGradient(Model &model, const Options &options);
// The same, without a word; returns the loss and how many samples it is of.
std::pair<double, size_t> writeBatch(Model &model, const Options &options);
// Checks derivatives, symmetries and precision; the program must compute in f64.
int runDiagnose(Model &model, const Options &options);
// Runs a step again that a run has given up at.
int runReplay(Model &model, const Options &options);
// Writes random files of the form that the data block asks for.
int writeMock(const Model &model, const Options &options);

} // namespace orrery::runtime

#endif
