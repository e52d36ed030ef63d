// A data field of the model bound to variables of files: checked once, then read sample by sample
// in the model's order of dims and units.
#ifndef ORRERY_RUNTIME_IO_BOUNDFIELD_H
#define ORRERY_RUNTIME_IO_BOUNDFIELD_H

#include "runtime/core/Descriptor.h"
#include "runtime/core/Error.h"
#include "runtime/io/Arrays.h"
#include "runtime/io/CfTime.h"
#include "runtime/io/FileSet.h"
#include "runtime/io/Units.h"

#include <memory>

namespace orrery::runtime {

// The coordinate of the sample dim over all files of a field; values are in the first file's units.
struct SampleAxis {
  std::string name;
  std::vector<double> values; // empty: the files have no such coordinate
  std::optional<TimeUnits> time;
  Attributes attributes;

  std::string at(int64_t sample) const; // a date, a number or an index
};

// A coordinate variable of another dim.
struct Coordinate {
  std::string fileName;
  std::vector<double> values;
  Attributes attributes;
};

// What one label (or the whole field, if no dim is labelled) reads.
struct Component {
  std::string label, variable, unit; // unit: the model's, else the first file's
  std::string fileUnit;              // of the first file
  Attributes attributes;
  std::string dimsText;
  bool repeated = false; // the file's variable lacks the sample dim
  std::string remark;    // for the binding table: repeated dims, transposition, conversion of units
  Conversion convert;
  size_t base = 0;      // of its elements in a sample
  size_t fileCount = 0; // elements of one sample in the file
  std::vector<uint32_t>
      from; // file element of each of its elements, empty when the order is the same
  std::vector<uint32_t>
      to; // position of each element in the sample, empty when they are contiguous
  std::vector<std::string> fileDims; // the order it was bound with
  std::vector<double> constant;      // its values if it is repeated
};

class BoundField {
public:
  // `override`: a path from the command line.
  BoundField(const Descriptor &descriptor, const DataField &field, const PathRule &rule,
             const std::string &override);
  // From arrays in memory, named and with dims as in a file; their memory must live on.
  BoundField(const Descriptor &descriptor, const DataField &field,
             const std::vector<ArrayView> &arrays);

  const DataField &field() const { return info; }
  int64_t samples() const { return sampleCount; }
  size_t perSample() const { return sampleSize; }
  bool hasSamples() const { return sampleAt < info.dims.size(); }
  // Whether samples differ: not if the field has no sample dim, or if none of its variables has it
  // in the file.
  bool varies() const { return !firstOf.empty(); }
  const SampleAxis &axis() const { return sampleAxis; }
  const std::vector<Component> &components() const { return parts; }
  const std::map<std::string, Coordinate> &coordinates() const { return dimCoordinates; }
  const FileSet &files() const { return set; }
  const Attributes &globalAttributes() const { return global; }

  // Samples [first, first + count) as [count, perSample]: physical values, NaN where missing.
  void read(int64_t first, int64_t count, double *to);
  // The file that holds a sample, for messages.
  const std::string &fileOf(int64_t sample) const { return set.path(locate(sample)); }

private:
  BoundField(const Descriptor &descriptor, const DataField &field, std::vector<std::string> files,
             const FileSet::Opener &opener);
  void bindComponent(Component &part, const DataFile &file);
  void bindUnit(Component &part, const DataFile &file, const FileVariable &variable);
  Conversion conversionOf(const Component &part, const DataFile &file,
                          const FileVariable &variable) const;
  void bindOrder(Component &part, const DataFile &file, const FileVariable &variable);
  const FileVariable &variableIn(const DataFile &file, const Component &part) const;
  void findSamples();
  void readCoordinates(const DataFile &file);
  size_t locate(int64_t sample) const;
  void readPart(const Component &part, size_t file, size_t first, size_t count, double *to);
  Error wrong(const char *code, const DataFile &file, const std::string &message) const;

  DataField info;
  size_t sampleAt; // axis of the sample dim in the field, or their number
  size_t labelAt;  // axis of the labelled dim, or their number
  FileSet set;
  int64_t sampleCount = 1;
  size_t sampleSize = 1;
  std::vector<int64_t> firstOf; // first sample of each file, and the end
  std::vector<Component> parts;
  SampleAxis sampleAxis;
  std::map<std::string, Coordinate> dimCoordinates; // by model dim
  Attributes global;
};

} // namespace orrery::runtime

#endif
