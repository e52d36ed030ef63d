// Binds all fields, checks them against each other, splits the samples and reads them.
#include "runtime/io/Dataset.h"
#include "runtime/abi/orrery_abi.h"
#include "runtime/core/Error.h"
#include "runtime/core/Hash.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace orrery::runtime {

Dataset::Dataset(const Descriptor &descriptor, const DatasetOptions &options)
    : descriptor(descriptor), options(options) {
  if (!descriptor.sources.empty()) {
    atoms = std::make_unique<Structures>(
        descriptor, StructureOptions{options.paths, options.overrides, options.frames, options.only,
                                     options.memoryBudget});
    sampleCount = atoms->count();
  }
  for (const DataField &field : descriptor.fields) {
    if (atoms)
      break;
    if (!options.only.empty() &&
        std::find(options.only.begin(), options.only.end(), field.name) == options.only.end())
      continue;
    auto override = options.overrides.find(field.name);
    auto inMemory = options.arrays.find(field.name);
    if (inMemory != options.arrays.end())
      bound.emplace_back(descriptor, field, inMemory->second);
    else
      bound.emplace_back(descriptor, field, options.paths,
                         override == options.overrides.end() ? "" : override->second);
    summaries.emplace_back(bound.back().components().size());
  }
  checkAgreement();
  parts["all"].resize(size_t(sampleCount));
  std::iota(parts["all"].begin(), parts["all"].end(), 0);
}

BoundField *Dataset::field(const std::string &name) {
  for (BoundField &field : bound)
    if (field.field().name == name)
      return &field;
  return nullptr;
}

// Fields are matched sample by sample, so they must have as many, at the same times.
void Dataset::checkAgreement() {
  const BoundField *first = nullptr;
  for (const BoundField &field : bound) {
    if (!field.varies())
      continue;
    if (!first) {
      first = &field;
      sampleCount = field.samples();
      sampleAxis = field.axis();
      continue;
    }
    if (field.samples() != sampleCount)
      throw Error(ExitData, "E0508", field.fileOf(0),
                  fmt::format("field '{}' has {} samples along '{}', but '{}' has {}",
                              field.field().name, field.samples(), field.axis().name,
                              first->field().name, sampleCount))
          .note(fmt::format("'{}' is read from here", first->field().name), first->fileOf(0));
    const SampleAxis &other = field.axis();
    if (sampleAxis.values.empty() || other.values.empty() ||
        bool(sampleAxis.time) != bool(other.time))
      continue;
    for (int64_t s = 0; s < sampleCount; ++s) {
      double a =
          sampleAxis.time ? sampleAxis.time->seconds(sampleAxis.values[s]) : sampleAxis.values[s];
      double b = other.time ? other.time->seconds(other.values[s]) : other.values[s];
      if (std::abs(a - b) > (sampleAxis.time ? 1.0 : 1e-6 * std::abs(a)))
        throw Error(ExitData, "E0509", field.fileOf(s),
                    fmt::format("sample {} of field '{}' is {}, but of '{}' {}", s,
                                field.field().name, other.at(s), first->field().name,
                                sampleAxis.at(s)))
            .note(fmt::format("'{}' is read from here", first->field().name), first->fileOf(s));
    }
  }
  if (first)
    for (const BoundField &field : bound) // the coordinate may stand in one of the files only
      if (sampleAxis.values.empty() && field.varies())
        sampleAxis = field.axis();
}

const std::vector<int64_t> &Dataset::part(const std::string &name) const {
  static const std::vector<int64_t> none;
  auto found = parts.find(name);
  return found == parts.end() ? none : found->second;
}

void Dataset::makeSplits() {
  for (const char *name : {"train", "valid", "test"})
    parts[name].clear();
  if (!descriptor.split) {
    parts["train"] = parts["all"];
    return;
  }
  const Split &split = *descriptor.split;
  if (split.kind == "range" || split.kind == "index")
    return splitByValue(split);
  if (split.kind == "share" || split.kind == "random")
    return splitByShare(split);
  throw Error(ExitData, "E0506", split.location,
              fmt::format("this program cannot split by '{}'", split.kind));
}

// Bounds are dates for a time coordinate, numbers for another one, sample numbers where there is
// none; both ends belong to the range.
void Dataset::splitByValue(const Split &split) {
  bool byIndex = split.kind == "index" || sampleAxis.values.empty();
  for (const auto &[name, range] : split.ranges) {
    double low = 0, high = 0;
    bool dates = !byIndex && sampleAxis.time;
    if (dates) {
      auto from = periodNamed(sampleAxis.time->calendar, range.first),
           to = periodNamed(sampleAxis.time->calendar, range.second);
      if (!from || !to)
        throw Error(ExitData, "E0506", split.location,
                    fmt::format("'{}' is no date", from ? range.second : range.first))
            .help("write \"1982\", \"1982-03\" or \"1982-03-05\"");
      low = from->begin;
      high = to->end;
    } else {
      char *end = nullptr;
      for (auto [bound, number] :
           {std::pair(&range.first, &low), std::pair(&range.second, &high)}) {
        *number = std::strtod(bound->c_str(), &end);
        if (bound->empty() || *end)
          throw Error(ExitData, "E0506", split.location,
                      fmt::format("'{}' is no number, and '{}' has no time coordinate", *bound,
                                  sampleAxis.name));
      }
    }
    for (int64_t s = 0; s < sampleCount; ++s) {
      double at = byIndex ? double(s)
                  : dates ? sampleAxis.time->seconds(sampleAxis.values[s])
                          : sampleAxis.values[s];
      if (at >= low && (dates ? at < high : at <= high))
        parts[name].push_back(s);
    }
  }
  refuseOverlap(split);
}

// A model that was trained on what it is measured with proves nothing.
void Dataset::refuseOverlap(const Split &split) const {
  auto named = [&](const std::string &name) {
    const auto &range = split.ranges.at(name);
    return fmt::format("{}: {}..{}", name, range.first, range.second);
  };
  for (auto one = parts.begin(); one != parts.end(); ++one)
    for (auto other = std::next(one); other != parts.end(); ++other) {
      if (one->first == "all" || other->first == "all")
        continue;
      std::vector<int64_t> both;
      std::set_intersection(one->second.begin(), one->second.end(), other->second.begin(),
                            other->second.end(), std::back_inserter(both));
      if (!both.empty())
        throw Error(ExitData, "E0514", split.location,
                    fmt::format("{} in the {} split and in the {} split",
                                both.size() == 1 ? "1 sample is"
                                                 : fmt::format("{} samples are", both.size()),
                                one->first, other->first))
            .note(fmt::format("{} and {} share {} to {}", named(one->first), named(other->first),
                              sampleAxis.at(both.front()), sampleAxis.at(both.back())))
            .help("both ends belong to a range: let the next one begin after it");
    }
}

// The samples in their order, or in one that depends on the seed and the sample's number alone, are
// cut where the shares end; a part keeps the samples' order. Every source is cut by itself.
void Dataset::splitByShare(const Split &split) {
  std::vector<int64_t> order = parts["all"];
  if (split.kind == "random") {
    int64_t key = orrery_fold_key(split.seed, int64_t(nameHash("split")));
    std::vector<double> draw;
    for (int64_t s = 0; s < sampleCount; ++s)
      draw.push_back(orrery_random_uniform_at(key, s, 0));
    std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
      return std::pair(draw[size_t(a)], a) < std::pair(draw[size_t(b)], b);
    });
  }
  std::map<int32_t, std::vector<int64_t>> bySource;
  for (int64_t s : order)
    bySource[atoms ? (*atoms)[s].source : 0].push_back(s);
  for (const auto &[source, samples] : bySource)
    cutByShare(split, samples);
  for (const char *name : {"train", "valid", "test"})
    std::sort(parts[name].begin(), parts[name].end());
}

void Dataset::cutByShare(const Split &split, const std::vector<int64_t> &samples) {
  double sum = 0;
  size_t begin = 0;
  for (const char *name : {"train", "valid", "test"}) {
    auto share = split.shares.find(name);
    if (share == split.shares.end())
      continue;
    sum += share->second;
    size_t end = std::min(samples.size(), size_t(std::llround(sum * double(samples.size()))));
    parts[name].insert(parts[name].end(), samples.begin() + ptrdiff_t(begin),
                       samples.begin() + ptrdiff_t(end));
    begin = end;
  }
}

bool Dataset::asksFor(const std::string &name) const {
  return descriptor.split &&
         (descriptor.split->ranges.count(name) || descriptor.split->shares.count(name));
}

void Dataset::requireSamples(const std::string &name) const {
  if (!part(name).empty())
    return;
  std::string place = descriptor.split ? descriptor.split->location : "";
  std::string range;
  if (descriptor.split) {
    const Split &split = *descriptor.split;
    if (auto found = split.ranges.find(name); found != split.ranges.end())
      range = fmt::format(" (\"{}\"..\"{}\")", found->second.first, found->second.second);
    else if (auto share = split.shares.find(name); share != split.shares.end())
      range = fmt::format(" ({:g} of the samples)", share->second);
  }
  Error empty(ExitData, "E0506", place, fmt::format("the {} split{} has no samples", name, range));
  if (sampleCount > 0)
    empty.notes.push_back({"note", "",
                           atoms
                               ? fmt::format("the data has {} structures", sampleCount)
                               : fmt::format("the data has {} samples, from {} to {}", sampleCount,
                                             sampleAxis.at(0), sampleAxis.at(sampleCount - 1))});
  throw empty;
}

void Dataset::summarize(size_t index, int64_t sample, const double *values) {
  BoundField &field = bound[index];
  const auto &components = field.components();
  for (size_t c = 0; c < components.size(); ++c) {
    Summary &s = summaries[index][c];
    const Component &part = components[c];
    size_t n = part.from.empty() ? part.fileCount : part.from.size();
    for (size_t e = 0; e < n; ++e) {
      double x = values[part.to.empty() ? part.base + e : part.to[e]];
      if (std::isnan(x)) {
        ++s.missing;
        if (s.firstMissing < 0)
          s.firstMissing = sample;
        continue;
      }
      if (s.count == 0)
        s.least = s.greatest = x;
      s.least = std::min(s.least, x);
      s.greatest = std::max(s.greatest, x);
      s.sum += x;
      ++s.count;
    }
  }
}

static std::string policyHelp(const DataField &field) {
  return fmt::format(
      "say what stands for a missing value, fill({0}, 0), or leave such points out of "
      "the loss with mask({0} as m)",
      field.name);
}

void Dataset::refuseMissing(size_t index) const {
  const BoundField &field = bound[index];
  if (field.field().fill || field.field().masked)
    return;
  for (size_t c = 0; c < field.components().size(); ++c) {
    const Summary &s = summaries[index][c];
    if (!s.missing)
      continue;
    throw Error(ExitData, "E0505", field.fileOf(s.firstMissing),
                fmt::format("variable '{}' of field '{}' lacks {:.3g} % of its values (NaN or "
                            "_FillValue; first at {})",
                            field.components()[c].variable, field.field().name,
                            100.0 * double(s.missing) / double(s.missing + s.count),
                            field.varies() ? sampleAxis.at(s.firstMissing) : "its only sample"))
        .note("asked for here", field.field().location)
        .help(policyHelp(field.field()));
  }
}

void Dataset::load() {
  if (atoms) {
    if (prints.empty())
      takeFingerprints();
    return;
  }
  if (loaded)
    return;
  loaded = true;
  uint64_t bytes = 0;
  for (const BoundField &field : bound)
    bytes += uint64_t(field.samples()) * field.perSample() * options.realBytes;
  uint64_t budget =
      options.memoryBudget ? options.memoryBudget : uint64_t(0.4 * double(availableMemory()));
  cached = bytes <= budget;
  for (size_t f = 0; f < bound.size(); ++f) {
    BoundField &field = bound[f];
    if (cached)
      cache.emplace_back(size_t(field.samples()) * field.perSample(), options.realBytes,
                         "the data");
    // Read in blocks of about 32 MB; single samples when only a part of the file is wanted.
    int64_t block =
        std::clamp<int64_t>(int64_t((size_t(4) << 20) / std::max<size_t>(1, field.perSample())), 1,
                            std::max<int64_t>(1, field.samples()));
    std::vector<int64_t> wanted(size_t(field.samples()));
    std::iota(wanted.begin(), wanted.end(), 0);
    if (!cached && field.varies() && !part("train").empty()) {
      wanted = part("train");
      block = 1;
    }
    std::vector<double> values(size_t(block) * field.perSample());
    for (size_t w = 0; w < wanted.size(); w += size_t(block)) {
      int64_t n = std::min<int64_t>(block, int64_t(wanted.size() - w));
      field.read(wanted[w], n, values.data());
      for (int64_t k = 0; k < n; ++k)
        summarize(f, wanted[w] + k, values.data() + size_t(k) * field.perSample());
      if (cached)
        for (size_t e = 0; e < size_t(n) * field.perSample(); ++e)
          cache[f].set(w * field.perSample() + e, values[e]);
    }
    refuseMissing(f);
  }
  takeFingerprints();
}

// Those of the files as they were read; a file that is another one by now is an error.
void Dataset::takeFingerprints() {
  auto take = [&](const std::string &field, const std::string &path) {
    prints.push_back({field, path, DataFile::stateOf(path), sha256OfFile(path, 1 << 16)});
  };
  for (const BoundField &field : bound)
    for (size_t i = 0; i < field.files().size(); ++i)
      take(field.field().name, field.files().path(i));
  for (size_t i = 0; atoms && i < atoms->files().size(); ++i)
    if (!atoms->isInMemory(i))
      take(descriptor.sources[size_t(atoms->sourceOfFile(i))].name, atoms->files()[i]);
  for (const BoundField &field : bound)
    field.files().checkUnchanged();
  if (atoms)
    atoms->checkUnchanged();
}

void Dataset::refuseAsOutput(const std::filesystem::path &out) const {
  auto refuse = [&](const std::string &path) {
    std::error_code none;
    if (std::filesystem::equivalent(path, out, none))
      throw Error(ExitUsage, "", out.string(), "is read, and what is written would take its place")
          .help("choose another --out");
  };
  for (const BoundField &field : bound)
    for (size_t i = 0; i < field.files().size(); ++i)
      refuse(field.files().path(i));
  for (size_t i = 0; atoms && i < atoms->files().size(); ++i)
    refuse(atoms->files()[i]);
}

// As it stands in the files: NaN where a value is missing.
void Dataset::readRaw(BoundField &field, int64_t index, double *to) {
  if (!field.varies())
    index = 0;
  if (!cached)
    return field.read(index, 1, to);
  size_t n = field.perSample();
  const RealBuffer &values = cache[indexOf(field)];
  for (size_t e = 0; e < n; ++e)
    to[e] = values[size_t(index) * n + e];
}

void Dataset::sample(BoundField &field, int64_t index, double *to) {
  readRaw(field, index, to);
  const DataField &info = field.field();
  for (size_t e = 0; e < field.perSample(); ++e) {
    if (!std::isnan(to[e]))
      continue;
    if (info.fill)
      to[e] = *info.fill;
    else if (!info.masked)
      throw Error(
          ExitData, "E0505", field.fileOf(index),
          fmt::format("field '{}' has missing values at {}", info.name, sampleAxis.at(index)))
          .note("asked for here", info.location)
          .help(policyHelp(info));
  }
}

void Dataset::maskOf(BoundField &field, int64_t index, double *to) {
  readRaw(field, index, to);
  for (size_t e = 0; e < field.perSample(); ++e)
    to[e] = std::isnan(to[e]) ? 0 : 1;
}

const Summary &Dataset::summary(const BoundField &field, size_t component) const {
  return summaries[indexOf(field)][component];
}

} // namespace orrery::runtime
