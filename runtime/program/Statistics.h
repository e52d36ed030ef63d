// Mean and spread of fields over the training split, by which values are normalised; with what
// predictions need to know about the data, they travel in checkpoints as stats.json.
#ifndef ORRERY_RUNTIME_PROGRAM_STATISTICS_H
#define ORRERY_RUNTIME_PROGRAM_STATISTICS_H

#include "runtime/atoms/Baseline.h"
#include "runtime/io/Dataset.h"

namespace orrery::runtime {

struct FieldStatistics {
  std::vector<std::string> dims; // of the field, without those of `over`
  std::vector<double> mean, std;
  std::vector<uint32_t> groupOf; // which mean and std each element of a sample takes
};

// What the file said about a variable, so that predictions can say it again.
struct VariableInfo {
  std::string name;
  Attributes attributes;
};

class Statistics {
public:
  // Over the training split, in double. A spread of zero becomes 1 and is warned of in `warnings`.
  static Statistics compute(const Descriptor &descriptor, Dataset &data,
                            std::vector<std::string> &warnings, const std::string &part = "train");
  static Statistics fromJson(const Descriptor &descriptor, const nlohmann::json &from);
  nlohmann::json toJson() const;

  // Null for a field that is passed as it is.
  const FieldStatistics *find(const std::string &field) const;

  std::map<std::string, std::vector<VariableInfo>>
      variables;                                 // by field, in the order of its components
  std::map<std::string, Coordinate> coordinates; // by model dim
  std::optional<Baseline> baseline;              // reference energies

private:
  static FieldStatistics grouping(const DataField &field, const std::vector<std::string> &over);
  std::map<std::string, FieldStatistics> fields;
};

nlohmann::json attributesToJson(const Attributes &attributes);
Attributes attributesFromJson(const nlohmann::json &from);

} // namespace orrery::runtime

#endif
