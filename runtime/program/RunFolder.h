// The folder of a run: runs/<model>-NN/ with ckpt-<step>/, checkpoints.json, metrics.jsonl and a
// lock.
#ifndef ORRERY_RUNTIME_PROGRAM_RUNFOLDER_H
#define ORRERY_RUNTIME_PROGRAM_RUNFOLDER_H

#include "runtime/program/Checkpoint.h"

namespace orrery::runtime {

// Which checkpoints of a run matter (checkpoints.json).
struct RunIndex {
  std::string last, best;
};

// Keeps others from training into a folder, for as long as this process lives.
class RunLock {
public:
  RunLock() = default;
  // Waits a while for a process that is on its way out: the one that a supervisor has just killed.
  explicit RunLock(const fs::path &run);
  RunLock(RunLock &&other) noexcept : file(std::exchange(other.file, -1)) {}
  RunLock &operator=(RunLock &&other) noexcept {
    std::swap(file, other.file);
    return *this;
  }
  ~RunLock();

private:
  int file = -1;
};

fs::path makeRunFolder(const Model &model, const std::string &wanted);
// Throws if it holds a checkpoint that can be gone on from. Best weights alone are what a run
// leaves that was killed before its first checkpoint.
void refuseUsed(const fs::path &run);
// Whether both names lead to one folder.
bool isSame(const fs::path &one, const fs::path &other);
RunIndex readIndex(const fs::path &run);
void writeIndex(const fs::path &run, const RunIndex &index, const Progress &progress);

// ckpt-<step>, and the steps that a run has such a folder of, in order.
fs::path checkpointOf(const fs::path &run, int64_t step);
std::vector<int64_t> stepsIn(const fs::path &run);

// Removes what killed processes left half-written.
void removeLeftovers(const fs::path &run);
// Keeps the newest `keep` checkpoints that can be resumed, and the best weights of each of them.
void prune(const fs::path &run, int64_t keep);

// The checkpoint meant by `asked`, for its weights: a checkpoint, a run (its best), or "" (the
// newest run of this model that has one).
fs::path findCheckpoint(const Model &model, const std::string &asked);

// Where training can go on from, the newest first; a checkpoint named by itself stands alone.
std::vector<fs::path> resumable(const Model &model, const std::string &asked);

} // namespace orrery::runtime

#endif
