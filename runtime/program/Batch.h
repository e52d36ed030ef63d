// Puts samples into the arguments of an entry: normalised, converted to the model's width, along
// the field's own sample axis.
#ifndef ORRERY_RUNTIME_PROGRAM_BATCH_H
#define ORRERY_RUNTIME_PROGRAM_BATCH_H

#include "runtime/atoms/GraphBatch.h"
#include "runtime/io/Dataset.h"
#include "runtime/program/Model.h"
#include "runtime/program/Statistics.h"

namespace orrery::runtime {

class Batcher {
public:
  // Binds the field, samples and std arguments of `call` to the data.
  Batcher(Call &call, Dataset &data, const Statistics &statistics);

  // The fields that the data must have for an entry.
  static std::vector<std::string> fieldsOf(const Descriptor &descriptor, const EntryInfo &entry);
  // Samples a call takes at once; 1 if no argument has a sample dim.
  int64_t size() const { return batch; }
  // The batch that the next calls take parts of.
  void begin(const int64_t *samples, int64_t count) {
    if (graph)
      graph->begin(samples, count);
  }
  // `samples` holds size() sample numbers; of structures also fewer, `count`.
  void fill(const int64_t *samples) { fill(samples, batch); }
  void fill(const int64_t *samples, int64_t count);
  bool takesFewer() const { return bool(graph); }

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

} // namespace orrery::runtime

#endif
