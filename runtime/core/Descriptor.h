// The descriptor of a compiled model as C++ structures; runtime/abi/descriptor.md says what each
// key means.
#ifndef ORRERY_RUNTIME_CORE_DESCRIPTOR_H
#define ORRERY_RUNTIME_CORE_DESCRIPTOR_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace orrery::runtime {

using Shape = std::vector<int64_t>; // -1 is the sample dim

struct Label {
  std::string name, file, unit;
};

// `dim edge in src: atom, dst: atom`: every edge has an atom `edge.src`.
struct IndexMap {
  std::string name, to;
};

struct Dim {
  std::string name;
  int64_t size = -1;
  std::vector<Label> labels;
  std::vector<IndexMap> maps = {};
};

// `source emt = extxyz "metals.extxyz" units(energy: "eV")`
struct Source {
  std::string name, reader, path, location;
  std::map<std::string, std::string> units; // of quantities (energy, length) or fields
};

// `image = neighbors(edge; pos, cell, within: 5.0)`
struct NeighbourInfo {
  std::string edge, image, positions, cell, location;
  double within = 0;
  int64_t cap = 0; // 0: all
};

// `baseline(energy, by: z, per: source)`
struct BaselineInfo {
  std::string field, by;
  bool perSource = false;
};

struct Setting {
  std::string name, value, origin;
};

struct Parameter {
  std::string name;
  std::vector<std::string> dims;
  Shape shape;
  size_t offset = 0;
  std::string init;
  double initValue = 0; // value, std or bound

  size_t count() const;
};

struct DataField {
  std::string name;
  std::vector<std::string> dims;
  Shape shape;
  std::string unit, named, location;
  std::string reader, path;
  std::map<std::string, std::string> fileDims; // model dim -> file dim, where they differ
  std::optional<double> fill;                  // stands for a missing value
  bool masked = false; // entries may take the field's mask: 0 where a value is missing
  std::string index;   // the dim whose indices it holds; empty: numbers

  std::string fileDim(const std::string &dim) const;
};

// The parts are "train", "valid" and "test"; kinds "share" and "random" have shares, the others
// ranges.
struct Split {
  std::string dim, kind, location;
  std::map<std::string, std::pair<std::string, std::string>> ranges;
  std::map<std::string, double> shares = {};
  int64_t seed = 0;
};

struct Normalize {
  std::string field;
  std::vector<std::string> over;
};

struct Piece {
  std::string kind, unit;
  double length = 0; // 0: to the end
  double from = 0, to = 0;
};

struct Report {
  std::string name, kind, unit;
  std::vector<std::string> dims;
  Shape shape;
};

// One argument of an entry.
struct Slot {
  std::string role, name;
  std::vector<std::string> dims;
  Shape shape;
  bool normalized = false;
  std::string part = {}, type = {}; // of a map: index, ranges, order; "f64" where it is not `real`

  bool isSized() const; // or some sizes are known at run time only
  size_t count() const;
};

struct EntryInfo {
  std::string name, predict;
  std::vector<Slot> inputs, outputs;
  // Samples of a call whose sizes are known at run time only; 0: as many as there is room for.
  int64_t batch = 0;

  const Slot *output(const std::string &role, const std::string &name = {}) const;
};

// Why a loss cannot be computed in parts.
struct Obstacle {
  std::string place, why;
};

struct Training {
  bool present = false;
  int64_t batch = 1, micro = 1; // 0: as many samples as the budget of a batch has room for
  int64_t parts = 1;            // micro-batches of a step
  bool together = false;        // a call may compute several micro-batches
  int64_t seed = 0;
  std::optional<Obstacle> whole;
  std::vector<std::pair<std::string, int64_t>> mesh; // axes and how many ranks; 0: any number
  std::vector<std::pair<size_t, size_t>> buckets;    // of the flat vector of gradients
  std::optional<int64_t> steps, epochs;
  std::optional<int64_t> patience; // epochs without a better validation, after which to stop
  std::optional<double> ema;
  std::vector<Piece> lr;
  std::vector<std::string> losses;
  std::vector<Report> reports;
};

struct Descriptor {
  std::string model, sourcePath, sourceText;
  std::vector<Setting> settings;
  std::vector<Dim> dims;
  std::vector<Parameter> parameters;
  size_t flatSize = 0;
  std::string dataName, sampleDim;
  std::vector<DataField> fields;
  std::optional<Split> split;
  std::vector<Normalize> normalize;
  std::vector<Source> sources; // of structures; empty: grids
  std::optional<NeighbourInfo> neighbours;
  std::optional<BaselineInfo> baseline;
  int64_t atomBudget = 0, edgeBudget = 0; // of a batch; 0: none
  bool hasBudget() const { return atomBudget || edgeBudget; }
  Training train;
  std::vector<EntryInfo> entries;

  static Descriptor parse(const char *text);
  const Dim *dim(const std::string &name) const;
  const DataField *field(const std::string &name) const;
  const EntryInfo *entry(const std::string &name) const;
  const EntryInfo *predict(const std::string &name) const;
};

} // namespace orrery::runtime

#endif
