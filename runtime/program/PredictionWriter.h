// Where predictions go: a file that takes them sample by sample and appears when it is whole.
#ifndef ORRERY_RUNTIME_PROGRAM_PREDICTIONWRITER_H
#define ORRERY_RUNTIME_PROGRAM_PREDICTIONWRITER_H

#include "runtime/program/Model.h"

#include <cmath>
#include <functional>
#include <span>

namespace orrery::runtime {

class PredictionWriter {
public:
  virtual ~PredictionWriter() = default;
  // `position` counts the samples written; `sample` is its number in the input; `index` its place
  // in the call's batch. The samples of a call come in order.
  virtual void write(const Call &call, size_t position, int64_t sample, size_t index) = 0;
  virtual void commit() = 0;
  // How many of the numbers are not finite, and whose the first of them is.
  int64_t notFinite() const { return bad; }
  const std::string &firstNotFinite() const { return firstBad; }

protected:
  void look(std::span<const double> values, const std::function<std::string()> &whose) {
    for (double x : values)
      if (!std::isfinite(x) && bad++ == 0)
        firstBad = whose();
  }

private:
  int64_t bad = 0;
  std::string firstBad;
};

} // namespace orrery::runtime

#endif
