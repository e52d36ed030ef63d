// Numbers and locks the folders of runs, and says which checkpoints of a run there are.
#include "runtime/program/RunFolder.h"
#include "runtime/core/Error.h"
#include "runtime/io/AtomicFile.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

using nlohmann::json;

namespace orrery::runtime {

// The number after "<prefix>-", or -1.
static int64_t numberAfter(const std::string &name, const std::string &prefix) {
  if (name.rfind(prefix + "-", 0) != 0)
    return -1;
  std::string digits = name.substr(prefix.size() + 1);
  auto isDigit = [](unsigned char c) { return std::isdigit(c); };
  return !digits.empty() && digits.size() < 18 && std::all_of(digits.begin(), digits.end(), isDigit)
             ? std::stoll(digits)
             : -1;
}

static std::vector<std::pair<int64_t, fs::path>> runsOf(const Model &model) {
  std::vector<std::pair<int64_t, fs::path>> runs;
  std::error_code none;
  for (const auto &entry : fs::directory_iterator("runs", none))
    if (int64_t n = numberAfter(entry.path().filename().string(), model.lowerName()); n >= 0)
      runs.emplace_back(n, entry.path());
  std::sort(runs.begin(), runs.end());
  return runs;
}

fs::path makeRunFolder(const Model &model, const std::string &wanted) {
  std::error_code error;
  auto fail = [&](const fs::path &folder) {
    errno = error.value();
    failWrite(folder, error.message());
  };
  fs::create_directories(wanted.empty() ? "runs" : wanted, error);
  if (error)
    fail(wanted.empty() ? "runs" : wanted);
  if (!wanted.empty())
    return wanted;
  auto runs = runsOf(model);
  // create_directory says whether it was us: two runs that start together get two numbers.
  for (int64_t n = runs.empty() ? 1 : runs.back().first + 1;; ++n) {
    fs::path folder = fs::path("runs") / fmt::format("{}-{:02}", model.lowerName(), n);
    if (fs::create_directory(folder, error))
      return folder;
    if (error)
      fail(folder);
  }
}

void refuseUsed(const fs::path &run) {
  for (int64_t step : stepsIn(run))
    if (canResume(checkpointOf(run, step)))
      throw Error(ExitUsage, "", run.string(), "holds the checkpoints of another run")
          .help("--resume goes on with it; or choose another --out");
}

bool isSame(const fs::path &one, const fs::path &other) {
  std::error_code none;
  return one == other || fs::equivalent(one, other, none);
}

RunLock::RunLock(const fs::path &run) {
  constexpr int tries = 100;
  fs::path path = run / ".lock";
  file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0)
    failWrite(path, "");
  for (int i = 0; flock(file, LOCK_EX | LOCK_NB) != 0; ++i) {
    if (errno != EWOULDBLOCK)
      return; // a file system without locks
    if (i == tries)
      throw Error(ExitUsage, "E0605", run.string(), "another process is training into this folder")
          .help("wait for it, stop it, or choose another --out");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

RunLock::~RunLock() {
  if (file >= 0)
    close(file);
}

RunIndex readIndex(const fs::path &run) {
  if (!fs::exists(run / "checkpoints.json"))
    return {};
  return readingOf(run / "checkpoints.json", [](const json &j) {
    RunIndex index{j.value("last", ""), j.value("best", "")};
    for (const std::string &name : {index.last, index.best}) // nothing outside of the run's folder
      if (!name.empty() && numberAfter(name, "ckpt") < 0)
        throw std::runtime_error(fmt::format("'{}' is no name of a checkpoint", name));
    return index;
  });
}

void writeIndex(const fs::path &run, const RunIndex &index, const Progress &progress) {
  json j = {{"last", index.last}, {"best", index.best}, {"best_step", progress.bestStep}};
  if (progress.bestStep >= 0)
    j["best_value"] = progress.best;
  writeFile(run / "checkpoints.json", j.dump(2) + "\n");
}

fs::path checkpointOf(const fs::path &run, int64_t step) {
  return run / fmt::format("ckpt-{}", step);
}

std::vector<int64_t> stepsIn(const fs::path &run) {
  std::vector<int64_t> steps;
  std::error_code none;
  for (const auto &entry : fs::directory_iterator(run, none))
    if (int64_t n = numberAfter(entry.path().filename().string(), "ckpt"); n >= 0)
      steps.push_back(n);
  std::sort(steps.begin(), steps.end());
  return steps;
}

void removeLeftovers(const fs::path &run) {
  std::error_code none;
  for (const auto &entry : fs::directory_iterator(run, none)) {
    std::string name = entry.path().filename().string();
    if (name.front() == '.' && name.find(".tmp-") != std::string::npos)
      fs::remove_all(entry.path(), none);
  }
}

void prune(const fs::path &run, int64_t keep) {
  std::vector<int64_t> all = stepsIn(run), kept;
  for (size_t i = all.size(); i-- > 0 && keep > 0;) {
    if (!canResume(checkpointOf(run, all[i])))
      continue;
    --keep;
    kept.push_back(all[i]);
    try {
      kept.push_back(readProgress(checkpointOf(run, all[i])).bestStep);
    } catch (const Error &) {
      // Damaged since it was written; whoever resumes will say so.
    }
  }
  for (int64_t other : all)
    if (std::find(kept.begin(), kept.end(), other) == kept.end())
      removeFolder(checkpointOf(run, other));
}

// A folder that is itself a checkpoint, or a file in one.
static fs::path asCheckpoint(fs::path path) {
  std::error_code why;
  if (!fs::exists(path, why))
    throw Error(ExitWeights, "E0603", path.string(), why ? why.message() : "no such checkpoint");
  path = fs::is_directory(path) ? path : path.parent_path();
  // What is written goes beside a checkpoint: its name must have one before it, and no slash after.
  if (!path.has_filename())
    path = path.parent_path();
  return path.empty() || path.filename() == "." || path.filename() == ".."
             ? fs::canonical(path.empty() ? "." : path)
             : path;
}

static Error nothingUnder(const Model &model) {
  return Error(ExitWeights, "E0603", "",
               fmt::format("no checkpoint of '{}' under runs/", model.descriptor().model))
      .help("train first, or name one with --checkpoint");
}

static Error nothingIn(const std::string &run) {
  return Error(ExitWeights, "E0603", run,
               "holds no checkpoint: neither model.safetensors nor a folder ckpt-STEP is there");
}

fs::path findCheckpoint(const Model &model, const std::string &asked) {
  auto chosen = [&](const fs::path &run) -> fs::path {
    RunIndex index = readIndex(run);
    std::string name = !index.best.empty() ? index.best : index.last;
    return name.empty() ? fs::path() : run / name;
  };
  if (asked.empty()) {
    auto runs = runsOf(model);
    for (size_t i = runs.size(); i-- > 0;)
      if (fs::path found = chosen(runs[i].second); !found.empty())
        return found;
    throw nothingUnder(model);
  }
  fs::path path = asCheckpoint(asked);
  if (fs::exists(path / "model.safetensors"))
    return path;
  if (fs::path found = chosen(path); !found.empty())
    return found;
  throw nothingIn(asked);
}

std::vector<fs::path> resumable(const Model &model, const std::string &asked) {
  std::vector<fs::path> found;
  auto collect = [&](const fs::path &run) {
    std::vector<int64_t> steps = stepsIn(run);
    for (size_t i = steps.size(); i-- > 0;)
      found.push_back(checkpointOf(run, steps[i]));
    return !found.empty();
  };
  if (asked.empty()) {
    auto runs = runsOf(model);
    for (size_t i = runs.size(); i-- > 0;)
      if (collect(runs[i].second))
        return found;
    throw nothingUnder(model);
  }
  fs::path path = asCheckpoint(asked);
  if (fs::exists(path / "model.safetensors"))
    return {path.has_parent_path() ? path : "." / path};
  if (collect(path))
    return found;
  throw nothingIn(asked);
}

} // namespace orrery::runtime
