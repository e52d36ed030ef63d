// Puts structures into the arguments of an entry: laid end to end, with the index maps between
// atoms, edges and structures in both directions.
#ifndef ORRERY_RUNTIME_ATOMS_GRAPHBATCH_H
#define ORRERY_RUNTIME_ATOMS_GRAPHBATCH_H

#include "runtime/atoms/Baseline.h"
#include "runtime/program/Model.h"

namespace orrery::runtime {

class GraphBatch {
public:
  // `baseline` is subtracted from its field; null where the model has none.
  GraphBatch(Call &call, const Structures &structures, const Baseline *baseline);
  // The batch that calls take parts of: what a loss divides by (inputs of role "total").
  void begin(const int64_t *samples, int64_t count);
  void fill(const int64_t *samples, int64_t count);

private:
  using Indices = std::vector<int32_t>;
  using Sizes = std::map<std::string, int64_t>;
  Sizes sizesOf(const int64_t *samples, int64_t count) const;
  const Indices &index(const std::string &map);
  Indices baseIndex(const std::string &dim, const std::string &map) const;
  std::string targetOf(const std::string &map) const;
  int64_t sizeOf(const std::string &dim) const;
  void fillField(size_t input);
  void fillMap(size_t input);
  void fillImages(size_t input);

  Call &call;
  const Descriptor &descriptor;
  const Structures &structures;
  const Baseline *baseline;
  std::string atomDim;
  std::vector<StructurePointer> batch;
  Sizes sizes, totals;                    // of this call, of the batch
  std::map<std::string, Indices> indices; // of this call, by name
};

} // namespace orrery::runtime

#endif
