// What `diagnose` looks at, and what it has found.
#ifndef ORRERY_RUNTIME_PROGRAM_DIAGNOSE_H
#define ORRERY_RUNTIME_PROGRAM_DIAGNOSE_H

#include "runtime/program/Model.h"
#include "runtime/program/Options.h"
#include "runtime/program/Statistics.h"

#include <cmath>

namespace orrery::runtime {

// Keeps the larger of two errors, of which NaN is the largest; whether that is the new one.
inline bool raise(double &error, double by) {
  bool isLarger = std::isnan(by) || by > error;
  if (isLarger)
    error = by;
  return isLarger;
}

// The largest error of a check, relative to what it is an error of.
struct Finding {
  // `none` is said where there is nothing to check.
  Finding(std::string check, double limit, std::string none)
      : check(std::move(check)), limit(limit), where(std::move(none)) {}

  std::string check;
  double limit, error = 0;
  std::string where; // of the largest error
  int64_t cases = 0;
  bool holds() const { return cases == 0 || error <= limit; }
  void note(double error, const std::string &where);
};

// Weights and samples that the checks share.
struct Subject {
  const Model &model;
  const Options &options;
  Dataset &data;
  const Statistics &statistics;
  const RealBuffer &weights;
  std::vector<int64_t> samples;
  int64_t seed;
  std::vector<Finding> findings = {};
  std::vector<std::string> dead = {}; // parameters
};

// Slopes.cpp: what the program says of its derivatives, against differences.
void checkGradients(Subject &subject);
void checkAdjoints(Subject &subject);
void checkForces(Subject &subject);
// Symmetries.cpp: structures that are turned, moved and numbered otherwise.
void checkSymmetries(Subject &subject);

// Numbers of mean 0 and variance 1, the same for the same name.
class Draws {
public:
  explicit Draws(const std::string &name);
  double next();

private:
  int64_t key, count = 0;
};

} // namespace orrery::runtime

#endif
