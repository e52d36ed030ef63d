// The compiled model in memory: finds entries, gives their arguments memory, draws first weights.
#include "runtime/program/Model.h"
#include "runtime/core/Error.h"
#include "runtime/core/Hash.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace orrery::runtime {

Model::Model(const Compiled &compiled)
    : compiled(compiled), info(Descriptor::parse(compiled.descriptor)) {}

std::string Model::lowerName() const {
  std::string name = info.model;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return name;
}

const orrery_entry &Model::code(const std::string &name) const {
  for (const orrery_entry &entry : compiled.entries)
    if (name == entry.name)
      return entry;
  throw Error(
      ExitFailure, "E0999", "",
      fmt::format(
          "this program has no code for its entry '{}': a fault of the compiler that made it",
          name));
}

uint64_t Model::arenaBytes() const {
  uint64_t most = 0;
  for (const orrery_entry &entry : compiled.entries)
    most = std::max(most, entry.arena_bytes);
  return std::max<uint64_t>(most, memory.size());
}

// One allocation for the whole run: entries never run at the same time, so they share it.
void Model::allocateArena() const { growArena(arenaBytes()); }

void Model::growArena(uint64_t bytes) const {
  if (!memory.data() || memory.size() < bytes)
    memory = Buffer(bytes, "the arena of the model");
}

int64_t Model::parameterCount() const {
  int64_t n = 0;
  for (const Parameter &p : info.parameters)
    n += int64_t(p.count());
  return n;
}

static bool isInteger(const Slot &slot) {
  return slot.role == "seed" || slot.role == "step" || slot.role == "samples" ||
         slot.role == "size" || slot.role == "map";
}
static size_t integerBytes(const Slot &slot) {
  return slot.role == "map" ? sizeof(int32_t) : sizeof(int64_t);
}
static bool isFlat(const Slot &slot) {
  static const char *roles[] = {"parameter", "gradient", "parameters", "gradients",
                                "moment1",   "moment2",  "ema"};
  return std::any_of(std::begin(roles), std::end(roles),
                     [&](const char *role) { return slot.role == role; });
}

Call::Call(const Model &model, const EntryInfo &entry)
    : model(model), info(entry), code(model.code(entry.name)), arena(code.arena_bytes) {
  size_t n = entry.inputs.size() + entry.outputs.size();
  buffers.resize(n);
  wide.resize(n);
  args.resize(n);
  shapes.resize(n);
  for (size_t i = 0; i < n; ++i) {
    const Slot &s = slot(i);
    shapes[i] = s.shape;
    if (isFlat(s))
      continue;
    size_t count = s.isSized() ? s.count() : 0;
    if (isInteger(s)) {
      wide[i] = Buffer(count * integerBytes(s), "sample numbers");
      args[i] = wide[i].data();
    } else {
      buffers[i] = RealBuffer(count, s.type == "f64" ? 8 : model.realBytes(), "a batch");
      args[i] = buffers[i].data();
    }
  }
}

void Call::setSizes(const std::map<std::string, int64_t> &sizes) {
  std::vector<int64_t> inOrder; // of the inputs of role "size"
  for (size_t i = 0; i < args.size(); ++i) {
    const Slot &s = slot(i);
    if (s.role == "size") {
      auto known = sizes.find(s.name);
      if (known == sizes.end())
        throw Error(ExitFailure, "E0999", "",
                    fmt::format("entry '{}' asks for the size of '{}', which nothing gives: a "
                                "fault of the compiler that made this program",
                                info.name, s.name));
      *wide[i].as<int64_t>() = known->second;
      inOrder.push_back(known->second);
      continue;
    }
    if (s.isSized())
      continue;
    size_t count = 1;
    for (size_t d = 0; d < s.shape.size(); ++d) {
      if (s.shape[d] < 0)
        shapes[i][d] = sizes.at(s.dims.at(d));
      count *= size_t(shapes[i][d]);
    }
    if (isInteger(s)) {
      if (wide[i].size() < count * integerBytes(s))
        wide[i] = Buffer((count + count / 4) * integerBytes(s), "a batch");
      args[i] = wide[i].data();
    } else {
      buffers[i].resize(count, "a batch");
      args[i] = buffers[i].data();
    }
  }
  if (code.arena_bytes_of)
    arena = code.arena_bytes_of(inOrder.data());
  model.growArena(arena);
}

void Call::bind(const std::string &role, const RealBuffer &flat, bool output) {
  size_t begin = output ? info.inputs.size() : 0, end = output ? args.size() : info.inputs.size();
  for (size_t i = begin; i < end; ++i) {
    const Slot &s = slot(i);
    if (s.role != role)
      continue;
    size_t offset = 0;
    if (role == "parameter" || role == "gradient")
      offset =
          std::find_if(model.descriptor().parameters.begin(), model.descriptor().parameters.end(),
                       [&](const Parameter &p) { return p.name == s.name; })
              ->offset;
    args[i] = flat.at(offset);
  }
}

void Call::set(const std::string &role, int64_t value) {
  for (size_t i = 0; i < info.inputs.size(); ++i)
    if (info.inputs[i].role == role)
      *wide[i].as<int64_t>() = value;
}

void Call::setReal(const std::string &role, double value) {
  for (size_t i = 0; i < info.inputs.size(); ++i)
    if (info.inputs[i].role == role)
      buffers[i].set(0, value);
}

const RealBuffer *Call::find(const std::string &role, const std::string &name) const {
  for (size_t i = 0; i < info.outputs.size(); ++i)
    if (info.outputs[i].role == role && info.outputs[i].name == name)
      return &output(i);
  return nullptr;
}

double Call::scalar(const std::string &role, const std::string &name) const {
  for (size_t i = 0; i < info.outputs.size(); ++i)
    if (info.outputs[i].role == role && (name.empty() || info.outputs[i].name == name))
      return output(i)[0];
  return 0;
}

void Call::run(orrery_context *context) {
  for (size_t i = 0; i < args.size(); ++i)
    if (!args[i])
      throw Error(
          ExitFailure, "E0999", "",
          fmt::format("argument {} (role '{}') of entry '{}' has no memory: a fault of the runtime",
                      i, slot(i).role, info.name));
  code.run(context, model.arena(), args.data());
}

// Truncated at two standard deviations by drawing again; the number of the attempt stands where a
// sample's number would.
static double truncatedNormal(int64_t key, int64_t element) {
  for (int64_t attempt = 0;; ++attempt) {
    double x = orrery_random_normal_at(key, attempt, element);
    if (x >= -2 && x <= 2)
      return x;
  }
}

void initialize(const Descriptor &descriptor, RealBuffer &weights, int64_t seed) {
  for (const Parameter &p : descriptor.parameters) {
    int64_t key = orrery_fold_key(seed, int64_t(nameHash(p.name)));
    auto fill = [&](auto draw) {
      for (size_t e = 0, n = p.count(); e < n; ++e)
        weights.set(p.offset + e, draw(int64_t(e)));
    };
    if (p.init == "zeros")
      fill([](int64_t) { return 0.0; });
    else if (p.init == "ones")
      fill([](int64_t) { return 1.0; });
    else if (p.init == "constant")
      fill([&](int64_t) { return p.initValue; });
    else if (p.init == "normal")
      fill([&](int64_t e) { return p.initValue * orrery_random_normal_at(key, 0, e); });
    else if (p.init == "uniform")
      fill([&](int64_t e) { return p.initValue * (2 * orrery_random_uniform_at(key, 0, e) - 1); });
    else if (p.init == "trunc_normal")
      fill([&](int64_t e) { return p.initValue * truncatedNormal(key, e); });
    else
      throw Error(ExitFailure, "E0999", "",
                  fmt::format("parameter '{}' begins as '{}', which this runtime does not know",
                              p.name, p.init));
  }
}

} // namespace orrery::runtime
