// Writes checkpoints whole or not at all, and reads them with every mismatch named.
#include "runtime/program/Checkpoint.h"
#include "runtime/core/Error.h"
#include "runtime/core/Hash.h"
#include "runtime/io/AtomicFile.h"
#include "runtime/io/Safetensors.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>

using nlohmann::json;

namespace orrery::runtime {

Weights::Weights(const Model &model)
    : parameters(model.flat("the weights")), moment1(model.flat("the first moments")),
      moment2(model.flat("the second moments")) {
  if (model.descriptor().train.ema)
    ema = model.flat("the averaged weights");
}

size_t Weights::bytes() const {
  return parameters.bytes() + moment1.bytes() + moment2.bytes() + ema.bytes();
}

void Weights::bind(Call &gradient, Call &update, const RealBuffer &gradients) const {
  gradient.bind("parameter", parameters);
  gradient.bind("gradient", gradients, true);
  update.bind("gradients", gradients);
  for (bool output : {false, true}) {
    update.bind("parameters", parameters, output);
    update.bind("moment1", moment1, output);
    update.bind("moment2", moment2, output);
    if (ema.size())
      update.bind("ema", ema, output);
  }
}

static std::vector<TensorData> tensorsOf(const Descriptor &d, const RealBuffer &flat,
                                         const std::string &prefix = {}) {
  std::vector<TensorData> list;
  for (const Parameter &p : d.parameters)
    list.push_back({prefix + p.name, p.shape, flat.at(p.offset)});
  return list;
}

static json progressJson(const Progress &p) {
  json j = {{"step", p.step},
            {"total_steps", p.total},
            {"steps_per_epoch", p.stepsPerEpoch},
            {"seed", p.seed},
            {"best_step", p.bestStep}};
  if (p.bestStep >= 0)
    j["best"] = p.best;
  return j;
}

static std::string dump(const json &j) {
  return j.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

void writeCheckpoint(const fs::path &folder, const Model &model, const RealBuffer &use,
                     const Weights *weights, const Progress &progress, const json &statistics,
                     json run) {
  AtomicPath to(folder);
  std::error_code error;
  fs::create_directories(to.path(), error);
  if (error)
    failWrite(folder, error.message());
  const Descriptor &d = model.descriptor();
  std::map<std::string, std::string> meta = {
      {"format", "pt"}, {"model", d.model}, {"step", std::to_string(progress.step)}};
  writeSafetensors(to.path() / "model.safetensors", tensorsOf(d, use), model.realBytes(), meta);
  if (weights) {
    std::vector<TensorData> list = tensorsOf(d, weights->moment1, "moment1.");
    for (TensorData &t : tensorsOf(d, weights->moment2, "moment2."))
      list.push_back(std::move(t));
    if (weights->ema.size()) // then model.safetensors holds the average, and the weights themselves
                             // are here
      for (TensorData &t : tensorsOf(d, weights->parameters, "raw."))
        list.push_back(std::move(t));
    writeSafetensors(to.path() / "optim.safetensors", list, model.realBytes(), meta);
  }
  run["state"] = progressJson(progress);
  run["weights_sha256"] = sha256OfFile((to.path() / "model.safetensors").string());
  writeFile(to.path() / "stats.json", dump(statistics));
  writeFile(to.path() / "run.json", dump(run));
  to.commit();
}

// Number of the run that a folder's name says, or -1.
static int runNumber(const std::string &name, const std::string &prefix) {
  if (name.rfind(prefix + "-", 0) != 0 || name.size() == prefix.size() + 1)
    return -1;
  std::string digits = name.substr(prefix.size() + 1);
  return digits.size() < 9 &&
                 std::all_of(
                     digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c); })
             ? std::stoi(digits)
             : -1;
}

static std::vector<std::pair<int, fs::path>> runsOf(const Model &model) {
  std::vector<std::pair<int, fs::path>> runs;
  std::error_code none;
  for (const auto &entry : fs::directory_iterator("runs", none))
    if (int n = runNumber(entry.path().filename().string(), model.lowerName()); n >= 0)
      runs.emplace_back(n, entry.path());
  std::sort(runs.begin(), runs.end());
  return runs;
}

fs::path makeRunFolder(const Model &model, const std::string &wanted) {
  std::error_code error;
  if (!wanted.empty()) {
    fs::create_directories(wanted, error);
    if (error) {
      errno = error.value();
      failWrite(wanted, error.message());
    }
    return wanted;
  }
  auto runs = runsOf(model);
  fs::create_directories("runs", error);
  // create_directory says whether it was us: two runs that start together get two numbers.
  for (int n = runs.empty() ? 1 : runs.back().first + 1;; ++n) {
    fs::path folder = fs::path("runs") / fmt::format("{}-{:02}", model.lowerName(), n);
    if (fs::create_directory(folder, error))
      return folder;
    if (error) {
      errno = error.value();
      failWrite(folder, error.message());
    }
  }
}

static json readJson(const fs::path &path) {
  if (!fs::exists(path))
    throw Error(ExitWeights, "E0603", path.string(), "no such file");
  json parsed = json::parse(readFile(path), nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object())
    throw Error(ExitWeights, "E0602", path.string(), "is damaged: no JSON object");
  return parsed;
}

// Runs what reads a JSON document of ours; a key that is absent or of another type is reported with
// the file's name.
template <typename Read> static auto readingOf(const fs::path &path, Read read) {
  json parsed = readJson(path);
  try {
    return read(parsed);
  } catch (const Error &) {
    throw;
  } catch (const std::exception &problem) {
    throw Error(ExitWeights, "E0602", path.string(),
                fmt::format("does not fit this model: {}", problem.what()));
  }
}

RunIndex readIndex(const fs::path &run) {
  if (!fs::exists(run / "checkpoints.json"))
    return {};
  return readingOf(run / "checkpoints.json", [](const json &j) {
    return RunIndex{j.value("last", ""), j.value("best", "")};
  });
}

void writeIndex(const fs::path &run, const RunIndex &index, const Progress &progress) {
  json j = {{"last", index.last}, {"best", index.best}, {"best_step", progress.bestStep}};
  if (progress.bestStep >= 0)
    j["best_value"] = progress.best;
  writeFile(run / "checkpoints.json", dump(j));
}

void prune(const fs::path &run, const std::vector<std::string> &keep) {
  std::error_code none;
  for (const auto &entry : fs::directory_iterator(run, none)) {
    std::string name = entry.path().filename().string();
    if (runNumber(name, "ckpt") >= 0 && std::find(keep.begin(), keep.end(), name) == keep.end())
      fs::remove_all(entry.path(), none);
  }
}

fs::path findCheckpoint(const Model &model, const std::string &asked, bool toResume) {
  auto chosen = [&](const fs::path &run) -> fs::path {
    RunIndex index = readIndex(run);
    std::string name = !toResume && !index.best.empty() ? index.best : index.last;
    return name.empty() ? fs::path() : run / name;
  };
  if (asked.empty()) {
    auto runs = runsOf(model);
    for (size_t i = runs.size(); i-- > 0;)
      if (fs::path found = chosen(runs[i].second); !found.empty())
        return found;
    throw Error(ExitWeights, "E0603", "",
                fmt::format("no checkpoint of '{}' under runs/", model.descriptor().model))
        .help("train first, or name one with --checkpoint");
  }
  fs::path path = asked;
  if (!fs::exists(path))
    throw Error(ExitWeights, "E0603", asked, "no such checkpoint");
  if (!fs::is_directory(path))
    path = path.parent_path();
  if (fs::exists(path / "model.safetensors"))
    return path;
  if (fs::path found = chosen(path); !found.empty())
    return found;
  throw Error(ExitWeights, "E0603", asked,
              "holds no checkpoint: neither model.safetensors nor checkpoints.json is there");
}

static std::string dimsText(const Parameter &p) {
  std::vector<std::string> items;
  for (size_t i = 0; i < p.shape.size(); ++i)
    items.push_back(i < p.dims.size() ? fmt::format("{} {}", p.dims[i], p.shape[i])
                                      : std::to_string(p.shape[i]));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

static void readTensors(const Model &model, const fs::path &path, const std::string &prefix,
                        RealBuffer &to) {
  SafetensorsFile file(path);
  const Descriptor &d = model.descriptor();
  std::vector<std::string> otherSize, missing;
  size_t match = 0;
  for (const Parameter &p : d.parameters) {
    const Tensor *t = file.find(prefix + p.name);
    if (!t)
      missing.push_back(fmt::format("  {}  missing", prefix + p.name));
    else if (t->shape != p.shape)
      otherSize.push_back(
          fmt::format("  {}  file [{}]  model {}", p.name, fmt::join(t->shape, ", "), dimsText(p)));
    else {
      file.read(*t, to, p.offset);
      ++match;
    }
  }
  if (match == d.parameters.size())
    return;
  Error error(ExitWeights, "E0601", path.string(),
              fmt::format("{} of {} tensors match; {} have another size, {} are missing", match,
                          d.parameters.size(), otherSize.size(), missing.size()));
  otherSize.insert(otherSize.end(), missing.begin(), missing.end());
  for (size_t i = 0; i < std::min<size_t>(20, otherSize.size()); ++i)
    error.notes.push_back({"note", "", otherSize[i]});
  if (otherSize.size() > 20)
    error.notes.push_back({"note", "", fmt::format("and {} more", otherSize.size() - 20)});
  throw error;
}

void readWeights(const Model &model, const fs::path &file, RealBuffer &to) {
  readTensors(model, file, "", to);
}

void readOptimizer(const Model &model, const fs::path &checkpoint, Weights &to) {
  fs::path file = checkpoint / "optim.safetensors";
  if (!fs::exists(file))
    throw Error(
        ExitWeights, "E0603", checkpoint.string(),
        "has no optimizer state: it was kept as the best, and training goes on from the last")
        .help("resume the run's folder, or start from these weights with --init");
  readTensors(model, file, "moment1.", to.moment1);
  readTensors(model, file, "moment2.", to.moment2);
  readTensors(model, checkpoint / "model.safetensors", "", to.ema.size() ? to.ema : to.parameters);
  if (to.ema.size())
    readTensors(model, file, "raw.", to.parameters);
}

Statistics readStatistics(const Model &model, const fs::path &checkpoint) {
  return readingOf(checkpoint / "stats.json",
                   [&](const json &j) { return Statistics::fromJson(model.descriptor(), j); });
}

Progress readProgress(const fs::path &checkpoint) {
  return readingOf(checkpoint / "run.json", [](const json &j) {
    const json &s = j.at("state");
    return Progress{s.at("step"), s.at("total_steps"), s.at("steps_per_epoch"),
                    s.at("seed"), s.at("best_step"),   s.value("best", 0.0)};
  });
}

} // namespace orrery::runtime
