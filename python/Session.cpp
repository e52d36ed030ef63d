// A compiled model that another program holds.
#include "python/Session.h"
#include "runtime/core/Error.h"
#include "runtime/core/Nearest.h"
#include "runtime/core/Process.h"
#include "runtime/io/AtomicFile.h"
#include "runtime/program/RunFolder.h"
#include "runtime/program/Step.h"
#include "runtime/program/StructureFile.h"
#include "runtime/program/Train.h"

#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numeric>

using namespace orrery::runtime;

namespace orrery::python {

//===-- Shared objects ---------------------------------------------------------------------===//

SharedObject::SharedObject(const std::string &path)
    : path(path), handle(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (!handle)
    throw Error(ExitFailure, "", path, fmt::format("cannot be opened: {}", dlerror()));
}

SharedObject::~SharedObject() { dlclose(handle); }

const void *SharedObject::symbol(const char *name) const {
  if (const void *found = dlsym(handle, name))
    return found;
  throw Error(ExitUsage, "", path, fmt::format("is no compiled model: it has no '{}'", name))
      .help("orrery build MODEL.orr --emit=so makes one");
}

Compiled SharedObject::compiled() const {
  return {static_cast<const char *>(symbol("orrery_descriptor")),
          *static_cast<const uint32_t *>(symbol("orrery_real_bytes")),
          {static_cast<const orrery_entry *>(symbol("orrery_entries")),
           *static_cast<const uint64_t *>(symbol("orrery_entry_count"))}};
}

//===-- Weights and statistics -------------------------------------------------------------===//

Session::Session(const std::string &path)
    : object(path), model(object.compiled()),
      weights(std::make_shared<RealBuffer>(model.flat("the weights"))) {
  setThreads(0);
  initialize(descriptor().train.seed);
}

static std::vector<Result> tensorsOf(const Descriptor &d,
                                     const std::shared_ptr<RealBuffer> &memory) {
  std::vector<Result> list;
  for (const Parameter &p : d.parameters)
    list.push_back({p.name, p.dims, p.shape, memory, p.offset});
  return list;
}

std::vector<Result> Session::parameters() const { return tensorsOf(descriptor(), weights); }

void Session::initialize(int64_t seed) { runtime::initialize(descriptor(), *weights, seed); }

// Into memory of their own first: a file that does not fit changes nothing.
void Session::load(const std::string &path) {
  RealBuffer read = model.flat("the weights");
  if (!fs::is_directory(path)) {
    readWeights(model, path, read);
  } else {
    fs::path checkpoint = findCheckpoint(model, path);
    readWeights(model, checkpoint / "model.safetensors", read);
    statistics = readStatistics(model, checkpoint);
  }
  weights->copyFrom(read);
}

void Session::save(const std::string &file) const {
  AtomicPath to(file);
  writeWeights(model, to.path(), *weights);
  to.commit();
}

nlohmann::json Session::statisticsJson() const { return requireStatistics().toJson(); }

void Session::setStatistics(const nlohmann::json &from) {
  try {
    statistics = Statistics::fromJson(descriptor(), from);
  } catch (const std::exception &problem) {
    throw Error(ExitUsage, "", "statistics", problem.what());
  }
}

const Statistics &Session::statisticsFor(const EntryInfo &entry) const {
  static const Statistics none;
  const std::optional<BaselineInfo> &baseline = descriptor().baseline;
  auto isNormalized = [&](const Slot &slot) {
    return slot.normalized || (baseline && slot.role == "field" && slot.name == baseline->field);
  };
  return std::any_of(entry.inputs.begin(), entry.inputs.end(), isNormalized) ||
                 std::any_of(entry.outputs.begin(), entry.outputs.end(), isNormalized)
             ? requireStatistics()
             : none;
}

const Statistics &Session::requireStatistics() const {
  static const Statistics none;
  if (statistics)
    return *statistics;
  if (const std::optional<BaselineInfo> &baseline = descriptor().baseline)
    throw Error(ExitUsage, "", "",
                fmt::format("'{}' takes reference energies of '{}' from {}, and none are known yet",
                            descriptor().model, baseline->by, baseline->field))
        .help("load a checkpoint, train, or take them from data with measure(...)");
  if (descriptor().normalize.empty())
    return none;
  std::vector<std::string> fields;
  for (const Normalize &item : descriptor().normalize)
    fields.push_back(item.field);
  throw Error(ExitUsage, "", "",
              fmt::format("'{}' normalises {}, and no mean and spread are known yet",
                          descriptor().model, fmt::join(fields, ", ")))
      .help("load a checkpoint, train, or take them from data with measure(...)");
}

std::vector<std::string> Session::measure(const Given &given) {
  std::unique_ptr<Dataset> data = open(descriptor(), given, {});
  std::vector<std::string> warnings;
  statistics = Statistics::compute(descriptor(), *data, warnings, "all");
  return warnings;
}

void Session::follow(const RealBuffer &now, const Statistics &measured) {
  weights->copyFrom(now);
  statistics = measured;
}

//===-- Data -------------------------------------------------------------------------------===//

// One variable a label, as a file has it: arrays along a labelled dim are cut.
static std::vector<ArrayView> cutByLabel(const Descriptor &d, const DataField &field,
                                         const std::vector<ArrayView> &arrays) {
  std::vector<ArrayView> result;
  for (const ArrayView &array : arrays) {
    auto labelled = std::find_if(array.dims.begin(), array.dims.end(), [&](const FileDim &fileDim) {
      const Dim *dim = d.dim(fileDim.name);
      return dim && !dim->labels.empty() &&
             std::find(field.dims.begin(), field.dims.end(), dim->name) != field.dims.end();
    });
    if (labelled == array.dims.end()) {
      result.push_back(array);
      continue;
    }
    const std::vector<Label> &labels = d.dim(labelled->name)->labels;
    if (labelled->size != labels.size()) {
      std::vector<std::string> names;
      for (const Label &label : labels)
        names.push_back(label.name);
      throw Error(ExitData, "E0503", field.name,
                  fmt::format("dim '{}' has {} labels in the model ({}), but is {} in the array",
                              labelled->name, labels.size(), fmt::join(names, ", "),
                              labelled->size))
          .note("asked for here", field.location);
    }
    size_t axis = size_t(labelled - array.dims.begin());
    for (size_t i = 0; i < labels.size(); ++i) {
      ArrayView one = array;
      one.name = labels[i].file;
      one.data += int64_t(i) * array.strides[axis];
      one.dims.erase(one.dims.begin() + ptrdiff_t(axis));
      one.strides.erase(one.strides.begin() + ptrdiff_t(axis));
      result.push_back(std::move(one));
    }
  }
  return result;
}

static FramesInMemory viewsOf(const Frames &frames) {
  return FramesInMemory(frames.begin(), frames.end());
}

static Arrays cutByLabel(const Descriptor &d, const Arrays &given) {
  Arrays result;
  for (const auto &[name, arrays] : given)
    if (const DataField *field = d.field(name))
      result[name] = cutByLabel(d, *field, arrays);
  return result;
}

std::unique_ptr<Dataset> Session::open(const Descriptor &fields, const Given &given,
                                       std::vector<std::string> only) const {
  DatasetOptions how;
  how.paths.sourceFolder = model.sourceFolder();
  how.overrides = given.paths;
  how.arrays = cutByLabel(fields, given.arrays);
  how.frames = viewsOf(given.frames);
  how.only = std::move(only);
  how.realBytes = model.realBytes();
  auto data = std::make_unique<Dataset>(fields, how);
  data->requireSamples("all");
  data->load();
  return data;
}

//===-- Predictions ------------------------------------------------------------------------===//

// Inputs that have dims of their own are no fields of the data block, whatever they are called;
// they are bound in the same way.
static Descriptor withInputs(const Descriptor &d, const EntryInfo &entry) {
  Descriptor all = d;
  for (const Slot &slot : entry.inputs) {
    if (slot.role != "field" || slot.dims.empty())
      continue;
    std::erase_if(all.fields, [&](const DataField &field) { return field.name == slot.name; });
    DataField field;
    field.name = slot.name;
    field.dims = slot.dims;
    field.shape = slot.shape;
    field.location = d.sourcePath;
    for (size_t i = 0; i < slot.dims.size(); ++i)
      if (slot.dims[i] == d.sampleDim)
        field.shape[i] = -1;
    all.fields.push_back(std::move(field));
  }
  return all;
}

namespace {
// Where the samples of a call's output go in an array of all samples, in physical units.
class Gathered {
public:
  Gathered(const Descriptor &d, const Slot &slot, const Statistics &statistics, unsigned width,
           size_t samples)
      : result{slot.name, slot.dims, slot.shape, nullptr, 0},
        scaling(slot.normalized ? statistics.find(slot.name) : nullptr) {
    size_t axis = slot.dims.size();
    for (size_t i = 0; i < slot.dims.size(); ++i)
      if (slot.dims[i] == d.sampleDim && !d.sampleDim.empty())
        axis = i;
    for (size_t i = 0; i < slot.dims.size(); ++i)
      if (i != axis)
        (i < axis ? outer : inner) *= size_t(slot.shape[i]);
    if (axis < slot.dims.size()) {
      batch = size_t(slot.shape[axis]);
      result.shape[axis] = int64_t(samples);
      total = samples;
    }
    result.memory = std::make_shared<RealBuffer>(outer * total * inner, width, "a prediction");
  }
  void take(const RealBuffer &values, size_t first, size_t count) {
    if (total == 1 && first > 0) // the same for every sample
      return;
    for (size_t o = 0; o < outer; ++o)
      for (size_t b = 0; b < std::min(count, batch); ++b)
        for (size_t i = 0; i < inner; ++i) {
          double x = values[(o * batch + b) * inner + i];
          if (scaling) {
            uint32_t g = scaling->groupOf[o * inner + i];
            x = x * scaling->std[g] + scaling->mean[g];
          }
          result.memory->set((o * total + first + b) * inner + i, x);
        }
  }
  Result result;

private:
  const FieldStatistics *scaling;
  size_t outer = 1, inner = 1, batch = 1, total = 1;
};
} // namespace

Prediction Session::predict(const std::string &name, const Given &given, int64_t seed,
                            const std::function<void()> &check) {
  const EntryInfo *entry = descriptor().predict(name);
  if (!entry)
    throw Error(ExitUsage, "", "", fmt::format("no predict entry '{}'", name));
  return descriptor().sources.empty() ? predictFields(*entry, given, seed, check)
                                      : predictStructures(*entry, given, seed, check);
}

Prediction Session::predictFields(const EntryInfo &entry, const Given &given, int64_t seed,
                                  const std::function<void()> &check) {
  const Statistics &known = statisticsFor(entry);
  Descriptor fields = withInputs(descriptor(), entry);
  std::unique_ptr<Dataset> data = open(fields, given, Batcher::fieldsOf(fields, entry));
  model.allocateArena();
  Call call(model, entry);
  call.bind("parameter", *weights);
  call.set("seed", seed);
  Batcher batcher(call, *data, known);
  size_t samples = size_t(data->samples()), batch = size_t(batcher.size());
  std::vector<Gathered> outputs;
  for (const Slot &slot : entry.outputs)
    outputs.emplace_back(descriptor(), slot, known, model.realBytes(), samples);
  for (size_t first = 0; first < samples; first += batch) {
    std::vector<int64_t> numbers(batch, int64_t(samples) - 1); // the last group is filled up
    size_t count = std::min(batch, samples - first);
    std::iota(numbers.begin(), numbers.begin() + ptrdiff_t(count), int64_t(first));
    batcher.fill(numbers.data());
    call.run();
    for (size_t i = 0; i < outputs.size(); ++i)
      outputs[i].take(call.output(i), first, count);
    check();
  }
  Prediction prediction;
  for (Gathered &output : outputs)
    prediction.outputs.push_back({std::move(output.result)});
  return prediction;
}

namespace {
// The numbers of one output for structures, end to end.
class GatheredStructures {
public:
  GatheredStructures(const Descriptor &d, const Call &call, size_t output,
                     const Structures &structures)
      : slot(call.entry().outputs[output]), perStructure(isPerStructure(d, slot)) {
    size_t rows = size_t(structures.count());
    for (int64_t i = 0; !perStructure && i < structures.count(); ++i)
      rows += size_t(structures[i].atoms) - 1;
    for (size_t i = 1; i < slot.shape.size(); ++i)
      width *= size_t(slot.shape[i]);
    memory =
        std::make_shared<RealBuffer>(rows * width, call.output(output).realBytes(), "a prediction");
    if (perStructure)
      add(structures.count());
  }
  void take(const std::vector<double> &values) {
    if (!perStructure)
      add(int64_t(values.size() / width));
    for (double value : values)
      memory->set(at++, value);
  }
  std::vector<Result> results;

private:
  void add(int64_t rows) {
    results.push_back({slot.name, slot.dims, slot.shape, memory, at});
    if (!slot.shape.empty())
      results.back().shape[0] = rows;
  }
  const Slot &slot;
  bool perStructure;
  size_t width = 1, at = 0;
  std::shared_ptr<RealBuffer> memory;
};
} // namespace

Prediction Session::predictStructures(const EntryInfo &entry, const Given &given, int64_t seed,
                                      const std::function<void()> &check) {
  const Descriptor &d = descriptor();
  const Statistics &known = statisticsFor(entry);
  std::unique_ptr<Dataset> data = open(d, given, Batcher::fieldsOf(d, entry));
  const Structures &structures = *data->structures();
  model.allocateArena();
  Call call(model, entry);
  call.bind("parameter", *weights);
  call.set("seed", seed);
  Batcher batcher(call, *data, known);
  std::vector<GatheredStructures> outputs;
  for (size_t o = 0; o < entry.outputs.size(); ++o)
    outputs.emplace_back(d, call, o, structures);
  const std::vector<int64_t> &samples = data->part("all");
  Batch groups{samples, batcher.groupsOf(samples)};
  for (size_t group = 0; group < groups.ends.size(); ++group) {
    batcher.fill(groups, {group, group + 1});
    call.run();
    std::span<const int64_t> part = groups.part(group);
    size_t atoms = 0;
    for (size_t i = 0; i < part.size(); ++i) {
      StructurePointer s = structures.get(part[i], false);
      for (size_t o = 0; o < outputs.size(); ++o)
        outputs[o].take(outputOf(call, o, *s, i, atoms, d, known));
      atoms += size_t(s->atoms);
    }
    check();
  }
  Prediction prediction{{}, warningsOf(structures, known.baseline)};
  for (GatheredStructures &output : outputs)
    prediction.outputs.push_back(std::move(output.results));
  return prediction;
}

//===-- Training ---------------------------------------------------------------------------===//

const EntryInfo &Session::training(const char *name) const {
  if (const EntryInfo *entry = descriptor().entry(name))
    return *entry;
  throw Error(
      ExitUsage, "", descriptor().sourcePath,
      fmt::format("'{}' has no loss: its model file has no train block", descriptor().model));
}

Session::Loss Session::loss(const Given &given, int64_t seed, int64_t step,
                            const std::function<void()> &check) {
  const EntryInfo &entry = training("gradient");
  const Statistics &known = statisticsFor(entry);
  std::unique_ptr<Dataset> data = open(descriptor(), given, Batcher::fieldsOf(descriptor(), entry));
  model.allocateArena();
  std::unique_ptr<World> alone = World::alone();
  Step whole(model, *alone, {});
  if (!canBeBatch(descriptor(), data->samples()))
    throw Error(
        ExitUsage, "", "",
        fmt::format("dim '{}': a loss of '{}' is of a batch of {} samples, and these are {}",
                    descriptor().sampleDim, descriptor().model, descriptor().train.batch,
                    data->samples()))
        .help(fmt::format("compile with set={{\"train.batch\": {}}}", data->samples()));
  Call &call = whole.call();
  call.bind("parameter", *weights);
  call.set("seed", seed);
  call.set("step", step);
  Batcher batcher(call, *data, known);
  std::vector<int64_t> samples(size_t(data->samples()));
  std::iota(samples.begin(), samples.end(), 0);
  Batch batch = inParts(descriptor(), *data, std::move(samples));
  batcher.begin(batch);
  whole.run([&](Part part) {
    check();
    batcher.fill(batch, part);
  });
  Loss result{whole.loss(), {}, {}};
  for (size_t i = 0; i < whole.terms().size(); ++i)
    result.terms.emplace_back(whole.terms()[i], whole.term(i));
  auto gradients = std::make_shared<RealBuffer>(model.flat("the gradients"));
  gradients->copyFrom(whole.gradients());
  result.gradients = tensorsOf(descriptor(), gradients);
  return result;
}

Scores Session::evaluate(const Given &given, int64_t seed, const std::function<void()> &check) {
  const EntryInfo &entry = training("evaluate");
  const Statistics &known = statisticsFor(entry);
  std::unique_ptr<Dataset> data = open(descriptor(), given, Batcher::fieldsOf(descriptor(), entry));
  model.allocateArena();
  std::unique_ptr<World> alone = World::alone();
  return Evaluator(model, *alone, *data, known).run(*weights, data->part("all"), seed, check);
}

static Options trainOptions(const Descriptor &d, const std::vector<std::string> &words) {
  std::vector<std::string> all = {"python", "train"};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char *> pointers;
  for (std::string &word : all)
    pointers.push_back(word.data());
  Options options = parseOptions(int(pointers.size()), pointers.data(), d);
  if (options.command != "train" || options.virtualRanks || options.dryRun || options.talk.json)
    throw Error(ExitUsage, "", "",
                fmt::format("options of the command line alone: {}", fmt::join(words, " ")));
  return options;
}

Session::Training Session::train(const std::vector<std::string> &words, const Given &given,
                                 Observer &observer,
                                 const std::function<void(const std::string &)> &warn) {
  Options options = trainOptions(descriptor(), words);
  options.talk.silent = options.talk.quiet = true;
  options.talk.heard = warn;
  options.data.insert(given.paths.begin(), given.paths.end());
  options.arrays = cutByLabel(descriptor(), given.arrays);
  options.frames = viewsOf(given.frames);
  options.observer = &observer;
  RealBuffer before = model.flat("the weights before");
  before.copyFrom(*weights);
  std::optional<Statistics> measuredBefore = statistics;
  options.firstWeights = &before;
  setThreads(options.threads);
  std::unique_ptr<World> alone = World::alone();
  SharedData data;
  try {
    Trainer trainer(model, data, *alone, options);
    int exit = trainer.run();
    fs::path folder = trainer.runFolder();
    load(folder.string());
    const RunIndex &index = trainer.checkpoints();
    return {exit, folder.string(), (folder / index.best).string(), (folder / index.last).string()};
  } catch (...) {
    weights->copyFrom(before);
    statistics = measuredBefore;
    throw;
  }
}

} // namespace orrery::python
