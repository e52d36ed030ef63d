// Arrays of NumPy as data: .npz (a zip of .npy) and .npy. Their dims have no names, so they get
// those of the field that reads them, in its order.
#ifndef ORRERY_RUNTIME_IO_NPZ_H
#define ORRERY_RUNTIME_IO_NPZ_H

#include "runtime/io/DataFile.h"
#include "runtime/io/Npy.h"

#include <map>

namespace orrery::runtime {

// How a field declares its dims: their names in files, in order.
struct DeclaredDims {
  std::vector<std::string> names;
  std::optional<size_t> label, sample; // which of them is labelled, and which counts the samples
};

class NpzFile : public DataFile {
public:
  // Errors: E0500, exit code 4. An .npy file has one array, which answers to `alone`.
  NpzFile(const std::string &path, const DeclaredDims &dims, const std::string &alone);
  ~NpzFile() override;

private:
  struct Zip; // of libzip
  void openZip();
  void readZipHeader(uint64_t index);
  void openArray(const std::string &alone);
  void addArray(const std::string &array, const std::string &firstBytes, uint64_t size);
  void nameDims(FileVariable &variable) const;
  const std::string &numbersOf(const FileVariable &variable) const;
  void readBlock(const FileVariable &variable, const std::vector<size_t> &start,
                 const std::vector<size_t> &count, double *to) const override;

  DeclaredDims declared;
  std::unique_ptr<Zip> zip; // null for .npy
  std::vector<NpyHeader> headers;
  std::vector<uint64_t> indices; // of the arrays in the zip
  // What was read stays until the file is closed: a compressed array can only be read as a whole.
  mutable std::map<size_t, std::string> numbers;
};

} // namespace orrery::runtime

#endif
