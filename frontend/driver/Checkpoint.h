// What a checkpoint says of itself, and of the model that it was trained with.

#ifndef ORRERY_FRONTEND_DRIVER_CHECKPOINT_H
#define ORRERY_FRONTEND_DRIVER_CHECKPOINT_H

#include "frontend/driver/Options.h"

namespace orrery::driver {

// Prints what a checkpoint, or the best one of a run, says of itself; the exit code.
int infoOfCheckpoint(const std::string &path, const Options &options);

// The model file as it was when a checkpoint was trained.
struct TrainedModel {
  std::string path, text;
  std::vector<sema::Setting> settings; // those that the file does not have
  // Size of a dim in the file of a field, by both names.
  std::map<std::pair<std::string, std::string>, int64_t> sizes;
};
// Reads it from a checkpoint, or the best one of a run; the exit code.
int readTrained(const std::string &path, TrainedModel &trained);

} // namespace orrery::driver

#endif // ORRERY_FRONTEND_DRIVER_CHECKPOINT_H
