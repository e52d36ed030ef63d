// NetCDF through netcdf-c: files, variables and attributes, values decoded by the CF conventions.
#ifndef ORRERY_RUNTIME_IO_NETCDF_H
#define ORRERY_RUNTIME_IO_NETCDF_H

#include "runtime/io/AtomicFile.h"
#include "runtime/io/DataFile.h"

#include <filesystem>
#include <string>
#include <vector>

namespace orrery::runtime {

class NcFile : public DataFile {
public:
  // Errors: E0500, exit code 4.
  explicit NcFile(const std::filesystem::path &path);
  ~NcFile() override;

private:
  void check(int status, const std::string &what) const;
  Attributes readAttributes(int variable, int count) const;
  void readVariable(int variable);
  void prepareDecoding(FileVariable &variable) const;
  void readBlock(const FileVariable &variable, const std::vector<size_t> &start,
                 const std::vector<size_t> &count, double *to) const override;
  int id = -1;
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
