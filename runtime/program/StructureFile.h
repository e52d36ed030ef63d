// The extended XYZ file of a prediction: the frames that it was made for, with what was predicted
// in its place.
#ifndef ORRERY_RUNTIME_PROGRAM_STRUCTUREFILE_H
#define ORRERY_RUNTIME_PROGRAM_STRUCTUREFILE_H

#include "runtime/atoms/Structures.h"
#include "runtime/io/AtomicFile.h"
#include "runtime/program/PredictionWriter.h"
#include "runtime/program/Statistics.h"

#include <fstream>

namespace orrery::runtime {

// The numbers of an output that belong to the structure at place `index` of a call: its own, with
// its reference energy, or those of its atoms in the file's order. `firstAtom` counts the atoms of
// the structures before it.
std::vector<double> outputOf(const Call &call, size_t output, const Structure &s, size_t index,
                             size_t firstAtom, const Descriptor &descriptor,
                             const Statistics &statistics);
// Has the output numbers for each structure, and not for each atom?
bool isPerStructure(const Descriptor &descriptor, const Slot &output);

class StructureFile : public PredictionWriter {
public:
  StructureFile(const std::filesystem::path &path, const Structures &structures,
                const EntryInfo &entry, const Statistics &statistics);
  void write(const Call &call, size_t position, int64_t sample, size_t index) override;
  void commit() override;

private:
  void put(const Call &call, size_t output, const Structure &s, size_t index);

  const Structures &structures;
  const Descriptor &descriptor;
  const EntryInfo &entry;
  const Statistics &statistics;
  std::map<int32_t, std::vector<Conversion>> units; // of each source, by output: from file to model
  std::filesystem::path out;
  AtomicPath path;
  std::ofstream file;
  XyzFrame frame;         // that is written next
  size_t atomsBefore = 0; // in the call, before the structure in hand
};

} // namespace orrery::runtime

#endif
