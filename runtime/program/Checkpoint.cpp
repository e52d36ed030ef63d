// Writes checkpoints whole or not at all, and reads them with every mismatch named.
#include "runtime/program/Checkpoint.h"
#include "runtime/core/Crc32c.h"
#include "runtime/core/Error.h"
#include "runtime/core/Hash.h"
#include "runtime/io/AtomicFile.h"
#include "runtime/io/Safetensors.h"
#include "runtime/program/Schedule.h"
#include "runtime/program/Talk.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>
#include <fstream>
#include <set>

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

void Weights::bind(Call &gradient, Call &update) const {
  gradient.bind("parameter", parameters);
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
  json j = {
      {"step", p.step},         {"total_steps", p.total}, {"steps_per_epoch", p.stepsPerEpoch},
      {"seed", p.seed},         {"skipped", p.skipped},   {"skipped_in_row", p.skippedInRow},
      {"best_step", p.bestStep}};
  if (p.epochs)
    j["total_epochs"] = p.epochs;
  if (p.bestStep >= 0)
    j["best"] = p.best;
  return j;
}

static std::string dump(const json &j) {
  return j.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

// Size and checksum of a file.
static json describe(const fs::path &path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw Error(ExitWeights, "E0603", path.string(),
                fs::exists(path) ? "cannot be read" : "is missing");
  std::vector<char> part(1 << 20);
  uint64_t bytes = 0;
  uint32_t crc = 0;
  do {
    in.read(part.data(), std::streamsize(part.size()));
    crc = crc32c(part.data(), size_t(in.gcount()), crc);
    bytes += uint64_t(in.gcount());
  } while (in);
  return {{"bytes", bytes}, {"crc32c", crcText(crc)}};
}

// Reads back what was written, and writes down what it must be from now on.
static void writeManifest(const fs::path &folder) {
  json files = json::object();
  for (const auto &entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".safetensors")
      SafetensorsFile readable(entry.path());
    files[entry.path().filename().string()] = describe(entry.path());
  }
  writeFile(folder / "manifest.json", dump({{"version", 1}, {"files", files}}));
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
  writeManifest(to.path());
  to.commit();
}

json readJson(const fs::path &path) {
  if (!fs::exists(path))
    throw Error(ExitWeights, "E0603", path.string(), "no such file");
  json parsed = json::parse(readFile(path), nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object())
    throw Error(ExitWeights, "E0602", path.string(), "is damaged: no JSON object");
  return parsed;
}

int64_t wholeNumber(const json &object, const char *name) {
  if (!object.at(name).is_number_integer())
    throw std::runtime_error(std::string(name) + " is no whole number");
  return object.at(name);
}

void verifyCheckpoint(const fs::path &checkpoint) {
  readingOf(checkpoint / "manifest.json", [&](const json &manifest) {
    if (manifest.at("version") != 1)
      throw Error(ExitWeights, "E0602", (checkpoint / "manifest.json").string(),
                  fmt::format("is damaged, or of version {}; this program knows version 1",
                              manifest.at("version").dump()));
    for (const auto &[name, written] : manifest.at("files").items()) {
      if (fs::path(name).filename() != name) // nothing outside of the checkpoint is read
        throw std::runtime_error(fmt::format("'{}' is no name of a file in it", name));
      fs::path path = checkpoint / name;
      json found = describe(path);
      if (found.at("bytes") != written.at("bytes"))
        throw Error(ExitWeights, "E0602", path.string(),
                    fmt::format("is damaged: it has {} bytes, and {} were written",
                                found.at("bytes").dump(), written.at("bytes").dump()));
      if (found != written)
        throw Error(ExitWeights, "E0602", path.string(),
                    "is damaged: it is not what was written, its checksum differs");
    }
    return 0;
  });
}

bool canResume(const fs::path &checkpoint) {
  json manifest = json::parse(std::ifstream(checkpoint / "manifest.json"), nullptr, false);
  return !manifest.is_object() || !manifest.contains("files") ||
         manifest["files"].contains("optim.safetensors") ||
         fs::exists(checkpoint / "optim.safetensors");
}

static std::string dimsText(const Parameter &p) {
  std::vector<std::string> items;
  for (size_t i = 0; i < p.shape.size(); ++i)
    items.push_back(i < p.dims.size() ? fmt::format("{} {}", p.dims[i], p.shape[i])
                                      : std::to_string(p.shape[i]));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

// "  line.weight  file [2, 3]  model [vout 2, vin 2]  vin is 3 in the file"
static std::string otherSizeText(const Parameter &p, const Shape &inFile) {
  std::string text =
      fmt::format("  {}  file [{}]  model {}", p.name, fmt::join(inFile, ", "), dimsText(p));
  size_t differ = 0, at = 0;
  for (size_t i = 0; i < p.shape.size() && i < inFile.size(); ++i)
    if (p.shape[i] != inFile[i]) {
      ++differ;
      at = i;
    }
  if (inFile.size() == p.shape.size() && differ == 1 && at < p.dims.size())
    text += fmt::format("  {} is {} in the file", p.dims[at], inFile[at]);
  return text;
}

// Reads what fits; returns the names of what does not, with a line about each in `about`: first
// those of another size, then those that are missing.
static std::vector<std::string> readFitting(const Model &model, SafetensorsFile &file,
                                            const std::string &prefix, const NameMap &names,
                                            RealBuffer &to, std::vector<std::string> &about,
                                            size_t &missing) {
  std::vector<std::string> wrong, absent, absentNames;
  for (const Parameter &p : model.descriptor().parameters) {
    std::vector<std::string> theirs = names.of(p);
    std::vector<const Tensor *> parts;
    for (const std::string &name : theirs)
      parts.push_back(file.find(prefix + name));
    auto none = std::find(parts.begin(), parts.end(), nullptr);
    auto other = std::find_if(parts.begin(), parts.end(), [&](const Tensor *t) {
      return t && !names.fits(p, parts.size(), t->shape);
    });
    if (none != parts.end()) {
      absentNames.push_back(p.name);
      absent.push_back(fmt::format("  {}  missing", prefix + theirs[none - parts.begin()]));
    } else if (other != parts.end()) {
      wrong.push_back(p.name);
      about.push_back(otherSizeText(p, (*other)->shape));
    } else {
      for (size_t i = 0; i < parts.size(); ++i)
        file.read(*parts[i], to, p.offset + i * p.count() / parts.size());
    }
  }
  missing = absent.size();
  wrong.insert(wrong.end(), absentNames.begin(), absentNames.end());
  about.insert(about.end(), absent.begin(), absent.end());
  return wrong;
}

static Error doNotFit(const Model &model, const fs::path &path,
                      const std::vector<std::string> &about, size_t missing) {
  size_t all = model.descriptor().parameters.size();
  Error error(ExitWeights, "E0601", path.string(),
              fmt::format("{} of {} tensors match; {} have another size, {} are missing",
                          all - about.size(), all, about.size() - missing, missing));
  for (size_t i = 0; i < std::min<size_t>(20, about.size()); ++i)
    error.notes.push_back({"note", "", about[i]});
  if (about.size() > 20)
    error.notes.push_back({"note", "", fmt::format("and {} more", about.size() - 20)});
  return error;
}

static void readTensors(const Model &model, const fs::path &path, const std::string &prefix,
                        RealBuffer &to, const NameMap &names = {}) {
  SafetensorsFile file(path);
  std::vector<std::string> about;
  size_t missing = 0;
  if (!readFitting(model, file, prefix, names, to, about, missing).empty())
    throw doNotFit(model, path, about, missing);
}

void writeWeights(const Model &model, const fs::path &file, const RealBuffer &weights) {
  const Descriptor &d = model.descriptor();
  writeSafetensors(file, tensorsOf(d, weights), model.realBytes(),
                   {{"format", "pt"}, {"model", d.model}});
}

void readWeights(const Model &model, const fs::path &file, RealBuffer &to, const NameMap &names) {
  readTensors(model, file, "", to, names);
}

std::vector<std::string> readFirstWeights(const Model &model, const fs::path &path, RealBuffer &to,
                                          const std::vector<std::string> &allowed,
                                          const NameMap &names) {
  SafetensorsFile file(path);
  std::vector<std::string> about;
  size_t missing = 0;
  std::vector<std::string> left = readFitting(model, file, "", names, to, about, missing);
  auto isAllowed = [&](const std::string &name) {
    return std::any_of(allowed.begin(), allowed.end(), [&](const std::string &pattern) {
      return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
    });
  };
  if (std::all_of(left.begin(), left.end(), isAllowed))
    return left;
  throw doNotFit(model, path, about, missing)
      .help(fmt::format("--allow-mismatch '{}' starts these from scratch",
                        left.size() <= 4 ? fmt::format("{}", fmt::join(left, ",")) : "*"));
}

void warnOfUnused(const Model &model, const fs::path &path, const NameMap &names,
                  const Talk &talk) {
  SafetensorsFile file(path);
  std::set<std::string> used;
  for (const Parameter &p : model.descriptor().parameters)
    for (std::string &name : names.of(p))
      used.insert(std::move(name));
  std::vector<std::string> unused;
  for (const Tensor &tensor : file.tensors())
    if (!used.count(tensor.name))
      unused.push_back(tensor.name);
  if (unused.empty())
    return;
  size_t all = unused.size(), shown = std::min<size_t>(all, 3);
  std::sort(unused.begin(), unused.end());
  unused.resize(shown);
  talk.warn(fmt::format("{} tensors of {} have no place in this model: {}{}", all, path.string(),
                        fmt::join(unused, ", "),
                        all > shown ? fmt::format(" and {} more", all - shown) : ""));
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
    Progress p;
    p.step = wholeNumber(s, "step");
    p.total = wholeNumber(s, "total_steps");
    p.epochs = s.contains("total_epochs") ? wholeNumber(s, "total_epochs") : 0;
    p.stepsPerEpoch = wholeNumber(s, "steps_per_epoch");
    p.seed = wholeNumber(s, "seed");
    p.skipped = wholeNumber(s, "skipped");
    p.skippedInRow = wholeNumber(s, "skipped_in_row");
    p.bestStep = wholeNumber(s, "best_step");
    p.best = s.value("best", 0.0);
    if (p.step < 0 || p.step > mostSteps || p.total < 0 || p.total > mostSteps || p.epochs < 0 ||
        p.epochs > mostSteps || p.stepsPerEpoch < 1 || p.stepsPerEpoch > mostSteps ||
        p.bestStep < -1)
      throw std::runtime_error("its numbers of steps make no sense");
    return p;
  });
}

std::string sourceHashOf(const fs::path &checkpoint) {
  return readingOf(checkpoint / "run.json",
                   [](const json &j) { return j.at("source").at("sha256").get<std::string>(); });
}

} // namespace orrery::runtime
