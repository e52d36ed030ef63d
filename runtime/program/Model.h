// The compiled model in memory: its entries with their arguments, its weights.
#ifndef ORRERY_RUNTIME_PROGRAM_MODEL_H
#define ORRERY_RUNTIME_PROGRAM_MODEL_H

#include "runtime/abi/orrery_abi.h"
#include "runtime/core/Buffer.h"
#include "runtime/core/Descriptor.h"

#include <filesystem>
#include <span>

namespace orrery::runtime {

// What the object file of a compiled model defines (abi/orrery_abi.h), whether it was linked into
// this program or lies in a shared object that was opened.
struct Compiled {
  const char *descriptor;
  unsigned realBytes;
  std::span<const orrery_entry> entries;
};
// Of the model that this program was linked with.
Compiled linkedModel();

class Model {
public:
  explicit Model(const Compiled &compiled);
  const Descriptor &descriptor() const { return info; }
  unsigned realBytes() const { return compiled.realBytes; }
  std::span<const orrery_entry> entries() const { return compiled.entries; }
  void *arena() const { return memory.data(); }
  void allocateArena() const;
  // Makes room for a call whose sizes are known at run time only.
  void growArena(uint64_t bytes) const;
  // The compiled code of an entry of the descriptor.
  const orrery_entry &code(const std::string &name) const;
  uint64_t arenaBytes() const;
  int64_t parameterCount() const;
  RealBuffer flat(const char *what) const { return RealBuffer(info.flatSize, realBytes(), what); }
  std::filesystem::path sourceFolder() const {
    return std::filesystem::path(info.sourcePath).parent_path();
  }
  std::string lowerName() const;

private:
  Compiled compiled;
  Descriptor info;
  mutable Buffer memory; // holds nothing between calls
};

// An entry with one buffer for each argument. Flat vectors and what points into them are bound from
// outside.
class Call {
public:
  Call(const Model &model, const EntryInfo &entry);

  const EntryInfo &entry() const { return info; }
  // Parameters (or "parameters", "gradients", ...) of this role lie in `flat` from now on. `output`
  // chooses between an input and an output of the same role.
  void bind(const std::string &role, const RealBuffer &flat, bool output = false);
  // Sets scalars of a role; nothing happens if the entry has none.
  void set(const std::string &role, int64_t value);
  void setReal(const std::string &role, double value);
  RealBuffer &input(size_t i) { return buffers[i]; }
  int64_t *integers(size_t i) { return wide[i].as<int64_t>(); }
  int32_t *indices(size_t i) { return wide[i].as<int32_t>(); }
  // The sizes of this call of dims that have none in the program: arguments get their memory, the
  // entry its arena.
  void setSizes(const std::map<std::string, int64_t> &sizes);
  // What this call needs of it.
  uint64_t arenaBytes() const { return arena; }
  // The shape of an argument in this call.
  const Shape &shape(size_t i) const { return shapes[i]; }
  const Shape &outputShape(size_t i) const { return shapes[info.inputs.size() + i]; }
  const RealBuffer &output(size_t i) const { return buffers[info.inputs.size() + i]; }
  // An output; null if there is none.
  const RealBuffer *find(const std::string &role, const std::string &name) const;
  double scalar(const std::string &role, const std::string &name = {}) const;
  // `context` is passed on to the compiled code; without one it tells nobody anything.
  void run(orrery_context *context = nullptr);

private:
  const Slot &slot(size_t i) const {
    return i < info.inputs.size() ? info.inputs[i] : info.outputs[i - info.inputs.size()];
  }
  const Model &model;
  const EntryInfo &info;
  const orrery_entry &code;
  std::vector<RealBuffer> buffers;
  std::vector<Buffer> wide; // i64 and i32 arguments
  std::vector<Shape> shapes;
  uint64_t arena;
  std::vector<void *> args;
};

// Draws every parameter's first value; a function of (seed, name, element).
void initialize(const Descriptor &descriptor, RealBuffer &weights, int64_t seed);

} // namespace orrery::runtime

#endif
