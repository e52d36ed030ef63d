// Reads and writes safetensors files: 8 bytes of length, a JSON header, raw little-endian data.
// Files come from strangers: nothing in them is trusted.
#ifndef ORRERY_RUNTIME_IO_SAFETENSORS_H
#define ORRERY_RUNTIME_IO_SAFETENSORS_H

#include "runtime/core/Buffer.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace orrery::runtime {

struct Tensor {
  std::string name;
  std::string dtype; // "F64", "F32", "BF16", "F16", "I64", ...
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0; // bytes after the header

  uint64_t count() const;
};

class SafetensorsFile {
public:
  // Throws E0602 with exit code 7 if anything in the file is inconsistent: header over 100 MB, bad
  // JSON, unknown type, size that does not follow from the shape, overlap, hole, truncation.
  explicit SafetensorsFile(const std::filesystem::path &path);

  const std::vector<Tensor> &tensors() const { return list; }
  const Tensor *find(const std::string &name) const;
  const std::map<std::string, std::string> &metadata() const { return meta; }
  // Reads a tensor of floating-point numbers, converted to the width of `to`, from element `offset`
  // on.
  void read(const Tensor &tensor, RealBuffer &to, size_t offset);

private:
  void parse(const std::string &header, uint64_t dataBytes);
  std::string path;
  std::ifstream in;
  uint64_t dataStart = 0;
  std::vector<Tensor> list;
  std::map<std::string, std::string> meta;
};

struct TensorData {
  std::string name;
  std::vector<int64_t> shape;
  const void *data;
};

// All tensors have the width of `realBytes`. The caller chooses a name that is atomic. The header's
// metadata gets a checksum of every tensor, which `read` compares.
void writeSafetensors(const std::filesystem::path &path, const std::vector<TensorData> &tensors,
                      unsigned realBytes, std::map<std::string, std::string> metadata);

} // namespace orrery::runtime

#endif
