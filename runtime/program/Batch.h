// Puts samples into the arguments of an entry: normalised, converted to the model's width, along
// the field's own sample axis.
#ifndef ORRERY_RUNTIME_PROGRAM_BATCH_H
#define ORRERY_RUNTIME_PROGRAM_BATCH_H

#include "runtime/atoms/GraphBatch.h"
#include "runtime/comm/Comm.h"
#include "runtime/io/Dataset.h"
#include "runtime/program/Model.h"
#include "runtime/program/Statistics.h"

#include <span>

namespace orrery::runtime {

// The samples of a step, in the order of its micro-batches.
struct Batch {
  std::vector<int64_t> samples;
  std::vector<size_t> ends; // of the micro-batches in them

  int64_t size() const { return int64_t(samples.size()); }
  size_t begin(size_t part) const { return part ? ends[part - 1] : 0; }
  std::span<const int64_t> part(Part parts) const {
    size_t first = begin(parts.begin);
    return std::span(samples).subspan(first, ends[parts.end - 1] - first);
  }
  std::span<const int64_t> part(size_t i) const { return part(Part{i, i + 1}); }
};

// Cuts samples into the micro-batches of a step: into pieces of one size, or, where batches differ
// in size since a budget fills them, into parts of about the same cost.
Batch inParts(const Descriptor &descriptor, const Dataset &data, std::vector<int64_t> samples);
// Whether a step can be of so many samples.
bool canBeBatch(const Descriptor &descriptor, int64_t samples);

class Batcher {
public:
  // Binds the field, samples and std arguments of `call` to the data.
  Batcher(Call &call, Dataset &data, const Statistics &statistics);

  // The fields that the data must have for an entry.
  static std::vector<std::string> fieldsOf(const Descriptor &descriptor, const EntryInfo &entry);
  // Samples a call takes at once; 1 if no argument has a sample dim.
  int64_t size() const { return batch; }
  // The batch that the next calls take parts of.
  void begin(const Batch &whole) {
    if (graph)
      graph->begin(whole.samples.data(), whole.size());
  }
  void fill(const Batch &whole, Part part) {
    std::span<const int64_t> samples = whole.part(part);
    fill(samples.data(), int64_t(samples.size()));
  }
  // `samples` holds size() sample numbers; of structures any number, `count`.
  void fill(const int64_t *samples) { fill(samples, batch); }
  void fill(const int64_t *samples, int64_t count);
  bool takesFewer() const { return bool(graph); }
  // Where the groups end in which calls take samples one after another: size() of them, of
  // structures no more than the budget has room for. The last one may be smaller.
  std::vector<size_t> groupsOf(const std::vector<int64_t> &samples) const;

private:
  struct Argument {
    size_t input;
    BoundField *field;
    const FieldStatistics *statistics;
    size_t outer, inner; // elements before and behind the sample axis
    bool isMask;
    bool filled = false; // of a field without samples, once is enough
  };
  void fillOne(Argument &argument, const int64_t *samples);

  Call &call;
  Dataset &data;
  std::unique_ptr<GraphBatch> graph; // instead of all below
  std::vector<Argument> arguments;
  std::vector<size_t> sampleInputs;
  int64_t batch = 0;
};

// So many samples from all over a split; again from its beginning where it has fewer.
std::vector<int64_t> spread(const std::vector<int64_t> &part, int64_t count);
// As many samples as a step takes, from all over the training split; `count` where nothing trains.
std::vector<int64_t> someBatch(const Descriptor &descriptor, const Dataset &data,
                               int64_t count = 8);

} // namespace orrery::runtime

#endif
