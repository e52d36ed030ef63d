// The structures of all sources of a model, in memory: read, converted to the model's units,
// checked, with their neighbours.
#ifndef ORRERY_RUNTIME_ATOMS_STRUCTURES_H
#define ORRERY_RUNTIME_ATOMS_STRUCTURES_H

#include "runtime/atoms/Neighbours.h"
#include "runtime/core/Descriptor.h"
#include "runtime/io/FileSet.h"
#include "runtime/io/Units.h"
#include "runtime/io/XyzFile.h"

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <span>

namespace orrery::runtime {

// Frames that another program holds, and that live on; by source.
using FramesInMemory = std::map<std::string, std::span<const XyzFrame>>;

// What is kept of every frame.
struct StructureInfo {
  int32_t source = 0;
  int32_t file = 0;            // of `Structures::files`
  int64_t frame = 0, line = 0; // in its file, from 1
  int32_t atoms = 0;
  int32_t capped = 0; // atoms that have more neighbours than are kept
  int64_t edgeCount = 0;
};

// One frame. Atoms stand in `order`, in which those close in space are close in memory.
struct Structure : StructureInfo {
  std::vector<int32_t> order; // order[here] = in the file; empty: the file's
  std::vector<Edge> edges;
  // One a field of the descriptor, in the model's units; empty where the file has none.
  std::vector<std::vector<double>> values;
  std::vector<std::vector<int32_t>> indices; // of fields that hold indices
};
using StructurePointer = std::shared_ptr<const Structure>;

struct StructureOptions {
  PathRule paths;
  std::map<std::string, std::string> overrides; // source (or "": the first) -> path
  FramesInMemory frames;                        // instead of files
  std::vector<std::string> only;                // fields that must be there; empty: all
  uint64_t memoryBudget = 0; // for structures that are held; 0: 40 % of what is free
};

class Structures {
public:
  Structures(const Descriptor &descriptor, const StructureOptions &options);

  const Descriptor &model() const { return descriptor; }
  int64_t count() const { return int64_t(list.size()); }
  const StructureInfo &operator[](int64_t i) const { return list[size_t(i)].info; }
  // Held, or read again; without `withEdges` these may be missing.
  StructurePointer get(int64_t i, bool withEdges = true) const;
  std::vector<StructurePointer> get(std::span<const int64_t> samples, bool withEdges = true) const;
  std::string place(const StructureInfo &s) const; // file:line; in memory the source
  std::string named(const StructureInfo &s) const; // "frame 3 (file:12)"
  // What structures were read from; frames in memory go by their source's name.
  const std::vector<std::string> &files() const { return paths; }
  bool isInMemory(size_t file) const { return memory[file].has_value(); }
  int32_t sourceOfFile(size_t file) const { return fileSource[file]; }
  // The indices (elements) that occur in a source.
  const std::set<int32_t> &indicesOf(size_t source) const { return present[source]; }

  // How a field's numbers in the files of a source become the model's.
  Conversion fromFile(int32_t source, const DataField &field) const {
    return readingOf(descriptor.sources[size_t(source)], field).convert;
  }
  // As it is in its file, or in memory; E0511 if the file has changed since it was read.
  XyzFrame frameOf(int64_t i) const;
  void checkUnchanged() const;

  // The same atoms in another order; order[new] = old.
  Structure renumbered(const Structure &s, const std::vector<int32_t> &order) const;
  int64_t add(Structure s); // its number

  std::string table() const;
  nlohmann::json tableJson() const;
  const std::vector<std::string> &warnings() const { return warned; }

private:
  // How a field is read from the files of one source.
  struct Reading {
    Conversion convert;
    std::string fileUnit;
    int64_t missing = 0, firstFrame = 0, firstLine = 0; // frames that lack it
    std::string there;                                  // what such a frame has instead
  };
  struct Entry {
    StructureInfo info;
    int64_t begin = 0, end = 0; // in its file; in memory the number of its frame, from 0
    StructurePointer held;      // null: there was no room
  };
  void readFile(size_t file);
  void readMemory(size_t file);
  std::string place(size_t file, int64_t line) const;
  void take(std::span<const XyzFrame> frames, std::span<const int64_t> ends, size_t file);
  void note(const Structure &s, const XyzFrame &frame);
  Structure made(const XyzFrame &frame, size_t file, bool withEdges) const;
  void takeField(size_t field, const XyzFrame &frame, size_t file, Structure &to) const;
  bool takeIndices(const DataField &field, const XyzFrame &frame, size_t file, Structure &to,
                   size_t index) const;
  bool takePerFrame(const DataField &field, const XyzFrame &frame, size_t file,
                    std::vector<double> &to) const;
  void connect(Structure &s, const XyzFrame &frame, size_t file, bool withEdges) const;
  void reorder(Structure &s, const std::vector<int32_t> &order) const;
  Reading readingOf(const Source &source, const DataField &field) const;
  void refuseMissing() const;
  bool wanted(const DataField &field) const;
  bool isPerAtom(const DataField &field) const;
  size_t width(const DataField &field) const;
  [[noreturn]] void refuse(size_t file, int64_t line, int64_t frame, const std::string &why,
                           const std::string &help = {}) const;

  const Descriptor &descriptor;
  StructureOptions options;
  std::vector<std::string> paths;
  std::vector<int32_t> fileSource;
  std::vector<std::optional<std::span<const XyzFrame>>> memory; // nothing: it is a file
  std::vector<DataFile::State> states;                          // of the files when they were read
  std::vector<Entry> list;
  uint64_t heldBytes = 0;
  std::vector<std::vector<Reading>> readings; // [source][field]
  std::vector<std::set<int32_t>> present;     // [source] the indices that occur
  std::vector<std::string> warned;
  int64_t isolated = 0, capped = 0;
  std::string firstIsolated, firstCapped;
};

} // namespace orrery::runtime

#endif
