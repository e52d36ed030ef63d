// A compiled model that another program holds: weights, statistics, and what can be computed with
// them from arrays in memory. It knows nothing of Python.
#ifndef ORRERY_PYTHON_SESSION_H
#define ORRERY_PYTHON_SESSION_H

#include "runtime/program/Evaluate.h"
#include "runtime/program/Model.h"
#include "runtime/program/Observer.h"
#include "runtime/program/Options.h"

namespace orrery::python {

using Arrays = std::map<std::string, std::vector<runtime::ArrayView>>; // by field
using Paths = std::map<std::string, std::string>;                      // by field or source
using Frames = std::map<std::string, std::vector<runtime::XyzFrame>>;  // by source

// What fields, or sources of structures, are read from.
struct Given {
  Arrays arrays;
  Paths paths;
  Frames frames;
};

// A result: numbers of the model's width. The memory may be shared.
struct Result {
  std::string name;
  std::vector<std::string> dims;
  std::vector<int64_t> shape;
  std::shared_ptr<runtime::RealBuffer> memory;
  size_t offset = 0; // elements
};

// What a predict returns: of each output one result, but one a structure where its atoms have
// numbers.
struct Prediction {
  std::vector<std::vector<Result>> outputs;
  std::vector<std::string> warnings;
};

// A shared object of `orrery build --emit=so`.
class SharedObject {
public:
  explicit SharedObject(const std::string &path);
  ~SharedObject();
  runtime::Compiled compiled() const;

private:
  const void *symbol(const char *name) const;
  std::string path;
  void *handle;
};

class Session {
public:
  explicit Session(const std::string &path);

  const runtime::Descriptor &descriptor() const { return model.descriptor(); }
  const char *descriptorText() const { return object.compiled().descriptor; }
  unsigned realBytes() const { return model.realBytes(); }

  // Every parameter as a view of the weights.
  std::vector<Result> parameters() const;
  void initialize(int64_t seed);
  // A checkpoint or run (weights and statistics), or a safetensors file (weights alone).
  void load(const std::string &path);
  void save(const std::string &file) const;

  bool hasStatistics() const { return statistics.has_value(); }
  nlohmann::json statisticsJson() const;
  void setStatistics(const nlohmann::json &from);
  // Takes the statistics of all samples; what is constant is told in the warnings.
  std::vector<std::string> measure(const Given &given);

  // Whether to give up is asked of `check` between groups of samples; it may throw.
  Prediction predict(const std::string &name, const Given &given, int64_t seed,
                     const std::function<void()> &check);
  struct Loss {
    double total;
    std::vector<std::pair<std::string, double>> terms;
    std::vector<Result> gradients;
  };
  Loss loss(const Given &given, int64_t seed, int64_t step, const std::function<void()> &check);
  runtime::Scores evaluate(const Given &given, int64_t seed, const std::function<void()> &check);

  struct Training {
    int exit;
    std::string folder, best, last;
  };
  // `words` are options of the command line, as `train` of the program takes them. Afterwards the
  // session has the best weights of the run.
  Training train(const std::vector<std::string> &words, const Given &given,
                 runtime::Observer &observer, const std::function<void(const std::string &)> &warn);
  // Weights and statistics of this moment of a training, for who looks at it meanwhile.
  void follow(const runtime::RealBuffer &now, const runtime::Statistics &measured);

private:
  std::unique_ptr<runtime::Dataset> open(const runtime::Descriptor &fields, const Given &given,
                                         std::vector<std::string> only) const;
  Prediction predictFields(const runtime::EntryInfo &entry, const Given &given, int64_t seed,
                           const std::function<void()> &check);
  Prediction predictStructures(const runtime::EntryInfo &entry, const Given &given, int64_t seed,
                               const std::function<void()> &check);
  const runtime::Statistics &requireStatistics() const;
  // The same, unless the entry takes and gives values as they are.
  const runtime::Statistics &statisticsFor(const runtime::EntryInfo &entry) const;
  const runtime::EntryInfo &training(const char *entry) const;

  SharedObject object;
  runtime::Model model;
  std::shared_ptr<runtime::RealBuffer> weights;
  std::optional<runtime::Statistics> statistics;
};

} // namespace orrery::python

#endif
