// NetCDF through netcdf-c: files, variables and attributes, values decoded by the CF conventions.
#ifndef ORRERY_RUNTIME_IO_NETCDF_H
#define ORRERY_RUNTIME_IO_NETCDF_H

#include "runtime/io/AtomicFile.h"

#include <filesystem>
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

struct NcDim {
  std::string name;
  size_t size;
};

// A variable of the root group with what is needed to decode it.
struct NcVariable {
  std::string name;
  int id;
  int type;
  std::vector<NcDim> dims;
  Attributes attributes;

  double scale = 1, offset = 0;
  bool isUnsigned = false;          // stored as signed, meant as unsigned
  std::vector<double> missing;      // raw values that stand for nothing
  double leastValid, greatestValid; // raw; outside is missing

  std::optional<size_t> axis(const std::string &dim) const;
  std::string dimsText() const; // "[time 132, lat 18, lon 36]"
};

class NcFile {
public:
  // Errors: E0500, exit code 4.
  explicit NcFile(const std::filesystem::path &path);
  ~NcFile();
  NcFile(const NcFile &) = delete;

  const std::string &path() const { return name; }
  const std::vector<NcVariable> &variables() const { return list; }
  const NcVariable *find(const std::string &variable) const;
  std::vector<std::string> variableNames() const;
  const Attributes &attributes() const { return global; }
  // Reads a block, unpacked; what is missing becomes NaN.
  void read(const NcVariable &variable, const std::vector<size_t> &start,
            const std::vector<size_t> &count, double *to) const;
  std::vector<double> readAll(const NcVariable &variable) const;
  bool isNumeric(const NcVariable &variable) const;

private:
  void check(int status, const std::string &what) const;
  Attributes readAttributes(int variable, int count) const;
  void prepareDecoding(NcVariable &variable) const;
  std::string name;
  int id = -1;
  std::vector<NcVariable> list;
  Attributes global;
};

// Writes a file under a temporary name; `commit` gives it its own.
class NcWriter {
public:
  explicit NcWriter(const std::filesystem::path &path);
  ~NcWriter();

  // `size` 0 is unlimited.
  int addDim(const std::string &dim, size_t size);
  // Numbers are stored as `type` (NC_FLOAT, NC_DOUBLE, NC_SHORT), compressed if they have dims;
  // `chunk` gives the chunk's sizes, empty leaves them to netcdf-c.
  int addVariable(const std::string &variable, int type, const std::vector<int> &dims,
                  const Attributes &attributes, const std::vector<size_t> &chunk = {});
  void addAttributes(const Attributes &attributes, int variable = -1);
  void endDefinitions();
  void write(int variable, const std::vector<size_t> &start, const std::vector<size_t> &count,
             const double *from);
  void commit();

private:
  void check(int status, const std::string &what);
  std::string name;
  AtomicPath file;
  int id = -1;
};

} // namespace orrery::runtime

#endif
