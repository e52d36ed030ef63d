// The NetCDF file that a predict entry fills, sample by sample: variables, coordinates and
// attributes named as in the files that the model learned from.
#ifndef ORRERY_RUNTIME_PROGRAM_PREDICTIONFILE_H
#define ORRERY_RUNTIME_PROGRAM_PREDICTIONFILE_H

#include "runtime/io/Dataset.h"
#include "runtime/io/NetCdf.h"
#include "runtime/program/PredictionWriter.h"
#include "runtime/program/Statistics.h"

namespace orrery::runtime {

namespace fs = std::filesystem;

class PredictionFile : public PredictionWriter {
public:
  PredictionFile(const fs::path &path, const Model &model, const EntryInfo &entry, Dataset &input,
                 const Statistics &statistics, const std::string &history);
  void write(const Call &call, size_t position, int64_t sample, size_t index) override;
  void commit() override { file.commit(); }

private:
  struct Output {
    size_t number; // among the entry's outputs
    size_t batch, outer, inner;
    const FieldStatistics *statistics;
    std::vector<int> variables; // one a label
    std::vector<size_t> counts; // of one sample of one variable in the file
    size_t sampleAxis = 0,
           labelInner = 1; // of a variable in the file; elements behind the labelled dim
    bool hasSample;
  };
  void define(const Model &model, const Slot &slot, size_t number, const Statistics &statistics);
  int dimNamed(const std::string &modelDim, const DataField *field, size_t size,
               const Statistics &statistics);
  Attributes attributesOf(const Slot &slot, const DataField *field, const Label *label,
                          const std::string &variable, const Statistics &statistics,
                          int type) const;
  std::string freeName(const std::string &variable, const Slot &slot);

  Dataset &input;
  NcWriter file;
  std::string sampleDim;
  int sampleDimId = -1, sampleVariable = -1;
  std::map<std::string, std::pair<int, size_t>> dims; // by file name
  std::map<std::string, std::pair<int, const Coordinate *>> coordinates;
  std::vector<std::string> names;
  std::vector<Output> outputs;
};

} // namespace orrery::runtime

#endif
