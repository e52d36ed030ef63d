// A file of named arrays, whatever its format: what the binding of fields needs to know of one.
#ifndef ORRERY_RUNTIME_IO_DATAFILE_H
#define ORRERY_RUNTIME_IO_DATAFILE_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::runtime {

// Text, or numbers of one of netcdf-c's types.
struct Attribute {
  std::string name;
  int type = 0;
  std::string text;
  std::vector<double> numbers;
};
using Attributes = std::vector<Attribute>;

const Attribute *findAttribute(const Attributes &attributes, const std::string &name);
// The text of an attribute, or "".
std::string attributeText(const Attributes &attributes, const std::string &name);

struct FileDim {
  std::string name;
  size_t size;
};

// An array of a file with what is needed to decode it.
struct FileVariable {
  std::string name;
  int id = 0;
  int type = 0; // one of netcdf-c's
  std::vector<FileDim> dims;
  Attributes attributes;

  double scale = 1, offset = 0;
  bool isUnsigned = false;     // stored as signed, meant as unsigned
  std::vector<double> missing; // raw values that stand for nothing
  double leastValid = -__builtin_inf(), greatestValid = __builtin_inf(); // raw; outside is missing

  std::optional<size_t> axis(const std::string &dim) const;
  std::string dimsText() const; // "[time 132, lat 18, lon 36]"
};

class DataFile {
public:
  virtual ~DataFile() = default;
  DataFile(const DataFile &) = delete;

  const std::string &path() const { return name; }
  const std::vector<FileVariable> &variables() const { return list; }
  const FileVariable *find(const std::string &variable) const;
  std::vector<std::string> variableNames() const;
  const Attributes &attributes() const { return global; }
  static bool isNumeric(const FileVariable &variable);
  // Reads a block, unpacked; what is missing becomes NaN. E0511 if the file is no longer what was
  // opened.
  void read(const FileVariable &variable, const std::vector<size_t> &start,
            const std::vector<size_t> &count, double *to) const;
  std::vector<double> readAll(const FileVariable &variable) const;
  // A file's identity: another one means that somebody writes to it.
  struct State {
    int64_t size = 0, seconds = 0, nanoseconds = 0;
    uint64_t inode = 0;
    bool operator==(const State &) const = default;
  };
  const State &state() const { return opened; }
  static State stateOf(const std::string &path);
  void checkUnchanged() const;

protected:
  // E0500 if there is no such file; `format` is for messages.
  DataFile(std::string path, const char *format);
  // Of arrays that lie in no file: the name is for messages, and nobody changes them.
  explicit DataFile(std::string name) : name(std::move(name)) {}
  virtual void readBlock(const FileVariable &variable, const std::vector<size_t> &start,
                         const std::vector<size_t> &count, double *to) const = 0;

  std::string name;
  std::vector<FileVariable> list;
  Attributes global;

private:
  State opened;
};

// E0511: a file that is written while it is read gives numbers that belong to no version of it.
[[noreturn]] void failChanged(const std::string &path);

} // namespace orrery::runtime

#endif
