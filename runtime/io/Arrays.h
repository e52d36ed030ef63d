// Arrays in memory that are bound to the fields of a model as if they lay in a file.
#ifndef ORRERY_RUNTIME_IO_ARRAYS_H
#define ORRERY_RUNTIME_IO_ARRAYS_H

#include "runtime/io/DataFile.h"

namespace orrery::runtime {

// Numbers as another program holds them. The memory is its owner's and must live on.
struct ArrayView {
  std::string name;
  const char *data = nullptr;
  char kind = 'f'; // 'f', 'i', 'u', 'b' (truth) or 'B' (bfloat16)
  size_t width = 4;
  std::vector<FileDim> dims;
  std::vector<int64_t> strides; // bytes
  Attributes attributes;

  double at(int64_t offset) const; // bytes
};

class ArrayFile : public DataFile {
public:
  ArrayFile(std::string name, std::vector<ArrayView> arrays);

private:
  void readBlock(const FileVariable &variable, const std::vector<size_t> &start,
                 const std::vector<size_t> &count, double *to) const override;
  std::vector<ArrayView> arrays;
};

} // namespace orrery::runtime

#endif
