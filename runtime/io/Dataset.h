// All data fields of a model, bound, checked against each other, split into train, valid and test,
// and held in memory when they fit. Where samples are structures, `structures` has them.
#ifndef ORRERY_RUNTIME_IO_DATASET_H
#define ORRERY_RUNTIME_IO_DATASET_H

#include "runtime/atoms/Structures.h"
#include "runtime/core/Buffer.h"
#include "runtime/io/BoundField.h"

#include <nlohmann/json_fwd.hpp>

namespace orrery::runtime {

// Of one component of a field over what was read.
struct Summary {
  uint64_t count = 0, missing = 0;
  double least = 0, greatest = 0, sum = 0;
  int64_t firstMissing = -1; // sample
};

// Tells later whether a run saw the same files.
struct Fingerprint {
  std::string field, path;
  DataFile::State state;
  std::string headerSha256; // of the first 64 KB: enough to notice another header
};

struct DatasetOptions {
  PathRule paths;
  std::map<std::string, std::string> overrides;         // field -> path
  std::map<std::string, std::vector<ArrayView>> arrays; // field -> what lies in memory, no file
  FramesInMemory frames;                                // source -> the same of structures
  std::vector<std::string> only;                        // fields to bind; empty: all
  unsigned realBytes = 4;
  uint64_t memoryBudget = 0; // 0: 40 % of what is free
};

class Dataset {
public:
  Dataset(const Descriptor &descriptor, const DatasetOptions &options);

  int64_t samples() const { return sampleCount; }
  const SampleAxis &axis() const { return sampleAxis; }
  std::vector<BoundField> &fields() { return bound; }
  BoundField *field(const std::string &name);
  // Null where the data lies on grids.
  const Structures *structures() const { return atoms.get(); }

  // Sample numbers of "train", "valid", "test" or "all"; an empty training or asked-for split is an
  // Error.
  const std::vector<int64_t> &part(const std::string &name) const;
  void requireSamples(const std::string &part) const;
  // Whether the model's split names this part; it may be empty all the same.
  bool asksFor(const std::string &part) const;
  // Throws where a sample would be in two parts.
  void makeSplits();

  // Reads everything (or, if it does not fit in memory, the training part), so that missing values,
  // extremes and statistics are known. Throws on missing values without a policy.
  void load();
  bool inMemory() const { return cached; }
  // One sample of a field, physical, [perSample]; a missing value is filled, or NaN if the field
  // has a mask instead, or an Error.
  void sample(BoundField &field, int64_t index, double *to);
  // The mask of a sample: 1 where the field has a value, 0 where it is missing.
  void maskOf(BoundField &field, int64_t index, double *to);
  const Summary &summary(const BoundField &field, size_t component) const;

  std::string bindingTable() const;
  nlohmann::json bindingJson() const;
  nlohmann::json fingerprints() const;
  // Throws where `out` is one of the files that are read: what is written takes its place.
  void refuseAsOutput(const std::filesystem::path &out) const;

private:
  void checkAgreement();
  void refuseOverlap(const Split &split) const;
  void splitByValue(const Split &split);
  void splitByShare(const Split &split);
  void cutByShare(const Split &split, const std::vector<int64_t> &samples);
  void readRaw(BoundField &field, int64_t index, double *to);
  void summarize(size_t field, int64_t sample, const double *values);
  void takeFingerprints();
  void refuseMissing(size_t field) const;
  size_t indexOf(const BoundField &field) const { return size_t(&field - bound.data()); }

  const Descriptor &descriptor;
  DatasetOptions options;
  std::unique_ptr<Structures> atoms;
  std::vector<BoundField> bound;
  int64_t sampleCount = 1;
  SampleAxis sampleAxis;
  std::map<std::string, std::vector<int64_t>> parts;
  bool cached = false, loaded = false;
  std::vector<Fingerprint> prints;
  std::vector<RealBuffer> cache;
  std::vector<std::vector<Summary>> summaries;
};

} // namespace orrery::runtime

#endif
