// Reads and writes safetensors files; every length and offset is checked before it is used.
#include "runtime/io/Safetensors.h"
#include "runtime/core/Crc32c.h"
#include "runtime/core/Error.h"
#include "runtime/io/AtomicFile.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

using nlohmann::json;

namespace orrery::runtime {

// The checksum of tensor NAME stands under this key and its name in the header's metadata, where
// other readers of the format leave it alone.
static constexpr const char *checksumKey = "crc32c:";

static constexpr uint64_t longestHeader = 100'000'000; // as the reference reader

// Bytes of one element; 0 for a type that the format does not have.
static uint64_t widthOf(const std::string &dtype) {
  static const std::map<std::string, uint64_t> widths = {
      {"F64", 8}, {"F32", 4}, {"F16", 2},  {"BF16", 2},    {"I64", 8},
      {"I32", 4}, {"I16", 2}, {"I8", 1},   {"U64", 8},     {"U32", 4},
      {"U16", 2}, {"U8", 1},  {"BOOL", 1}, {"F8_E4M3", 1}, {"F8_E5M2", 1}};
  auto found = widths.find(dtype);
  return found == widths.end() ? 0 : found->second;
}

uint64_t Tensor::count() const {
  uint64_t n = 1;
  for (int64_t size : shape)
    n *= uint64_t(size);
  return n;
}

static Error damaged(const std::string &path, const std::string &why) {
  return Error(ExitWeights, "E0602", path, "is damaged or no safetensors file: " + why);
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path &name)
    : path(name.string()), in(name, std::ios::binary) {
  if (!in || std::filesystem::is_directory(name))
    throw Error(ExitWeights, "E0603", path,
                fmt::format("cannot open: {}", in ? "it is a folder" : std::strerror(errno)));
  in.seekg(0, std::ios::end);
  uint64_t size = uint64_t(in.tellg());
  in.seekg(0);
  uint8_t head[8];
  if (size < 8 || !in.read(reinterpret_cast<char *>(head), 8))
    throw damaged(path, "it has fewer than 8 bytes");
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i)
    length = length << 8 | head[i];
  if (length > longestHeader)
    throw damaged(path, fmt::format("its header claims {} bytes; at most {} are allowed", length,
                                    longestHeader));
  if (length > size - 8)
    throw damaged(path,
                  fmt::format("its header claims {} bytes, but the file has {}", length, size));
  std::string header(length, '\0');
  if (!in.read(header.data(), std::streamsize(length)))
    throw damaged(path, "the header cannot be read");
  dataStart = 8 + length;
  parse(header, size - dataStart);
}

// Reads one tensor's entry; throws a text that says what is wrong with it.
static Tensor readEntry(const std::string &name, const json &entry, uint64_t dataBytes) {
  auto wrong = [&](const char *why) { return fmt::format("tensor '{}': {}", name, why); };
  if (!entry.is_object() || !entry.contains("dtype") || !entry.contains("shape") ||
      !entry.contains("data_offsets"))
    throw wrong("no dtype, shape or data_offsets");
  const json &dtype = entry["dtype"], &shape = entry["shape"], &offsets = entry["data_offsets"];
  if (!dtype.is_string() || !widthOf(dtype.get<std::string>()))
    throw wrong("unknown dtype");
  if (!shape.is_array() || !offsets.is_array() || offsets.size() != 2 ||
      !offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned())
    throw wrong("shape or data_offsets are no lists of whole numbers");
  Tensor t{
      name, dtype.get<std::string>(), {}, offsets[0].get<uint64_t>(), offsets[1].get<uint64_t>()};
  uint64_t bytes = widthOf(t.dtype);
  for (const json &size : shape) {
    if (!size.is_number_unsigned() || size.get<uint64_t>() > uint64_t(INT64_MAX))
      throw wrong("shape is no list of whole numbers");
    t.shape.push_back(size.get<int64_t>());
    if (__builtin_mul_overflow(bytes, size.get<uint64_t>(), &bytes))
      throw wrong("its size overflows");
  }
  if (t.begin > t.end || t.end > dataBytes)
    throw wrong("its data lies outside the file");
  if (t.end - t.begin != bytes)
    throw wrong("its size does not follow from its shape");
  return t;
}

void SafetensorsFile::parse(const std::string &header, uint64_t dataBytes) {
  std::set<std::string> names;
  std::string twice;
  auto onEvent = [&](int depth, json::parse_event_t event, json &parsed) {
    if (event == json::parse_event_t::key && depth == 1 &&
        !names.insert(parsed.get<std::string>()).second)
      twice = parsed.get<std::string>();
    return true;
  };
  json document = json::parse(header, onEvent, /*allow_exceptions=*/false);
  if (!document.is_object())
    throw damaged(path, "its header is no JSON object");
  if (!twice.empty())
    throw damaged(path, fmt::format("tensor '{}' is there twice", twice));
  try {
    for (const auto &[name, entry] : document.items()) {
      if (name != "__metadata__") {
        list.push_back(readEntry(name, entry, dataBytes));
        continue;
      }
      if (!entry.is_object())
        throw std::string("__metadata__ is no object");
      for (const auto &[key, value] : entry.items()) {
        if (!value.is_string())
          throw fmt::format("__metadata__ '{}' is no string", key);
        meta[key] = value.get<std::string>();
      }
    }
  } catch (const std::string &why) {
    throw damaged(path, why);
  }
  std::sort(list.begin(), list.end(), [](const Tensor &a, const Tensor &b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  uint64_t at = 0;
  for (const Tensor &t : list) {
    if (t.begin != at)
      throw damaged(path, fmt::format("tensor '{}' {}", t.name,
                                      t.begin < at ? "overlaps another" : "follows a hole"));
    at = t.end;
  }
  if (at != dataBytes)
    throw damaged(path, fmt::format("{} bytes belong to no tensor", dataBytes - at));
}

const Tensor *SafetensorsFile::find(const std::string &name) const {
  for (const Tensor &t : list)
    if (t.name == name)
      return &t;
  return nullptr;
}

static double halfToDouble(uint16_t bits) { return double(std::bit_cast<_Float16>(bits)); }
static double bfloatToDouble(uint16_t bits) {
  return double(std::bit_cast<float>(uint32_t(bits) << 16));
}

void SafetensorsFile::read(const Tensor &t, RealBuffer &to, size_t offset) {
  std::string raw(t.end - t.begin, '\0');
  in.clear();
  in.seekg(std::streamoff(dataStart + t.begin));
  if (!in.read(raw.data(), std::streamsize(raw.size())))
    throw damaged(path, fmt::format("tensor '{}' cannot be read", t.name));
  if (auto sum = meta.find(checksumKey + t.name);
      sum != meta.end() && sum->second != crcText(crc32c(raw.data(), raw.size())))
    throw damaged(path,
                  fmt::format("tensor '{}' is not what was written: its checksum differs", t.name));
  auto element = [&]<typename T>(size_t i, T) {
    T value;
    std::memcpy(&value, raw.data() + i * sizeof(T), sizeof(T));
    return value;
  };
  uint64_t n = t.count();
  if (t.dtype != "F64" && t.dtype != "F32" && t.dtype != "BF16" && t.dtype != "F16")
    throw Error(ExitWeights, "E0601", path,
                fmt::format("tensor '{}' holds {}, not floating-point numbers", t.name, t.dtype));
  for (uint64_t i = 0; i < n; ++i) {
    double value = t.dtype == "F64"    ? element(i, double())
                   : t.dtype == "F32"  ? double(element(i, float()))
                   : t.dtype == "BF16" ? bfloatToDouble(element(i, uint16_t()))
                                       : halfToDouble(element(i, uint16_t()));
    to.set(offset + i, value);
  }
}

void writeSafetensors(const std::filesystem::path &path, const std::vector<TensorData> &tensors,
                      unsigned realBytes, std::map<std::string, std::string> metadata) {
  json header = json::object();
  uint64_t at = 0;
  std::vector<uint64_t> sizes;
  for (const TensorData &t : tensors) {
    uint64_t bytes = realBytes;
    for (int64_t size : t.shape)
      bytes *= uint64_t(size);
    header[t.name] = {{"dtype", realBytes == 4 ? "F32" : "F64"},
                      {"shape", t.shape},
                      {"data_offsets", {at, at + bytes}}};
    metadata[checksumKey + t.name] = crcText(crc32c(t.data, bytes));
    at += bytes;
    sizes.push_back(bytes);
  }
  header["__metadata__"] = metadata;
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  char length[8];
  for (int i = 0; i < 8; ++i)
    length[i] = char(uint64_t(text.size()) >> (8 * i));
  errno = 0;
  std::ofstream out(path, std::ios::binary);
  out.write(length, 8);
  out << text;
  for (size_t i = 0; i < tensors.size(); ++i)
    out.write(static_cast<const char *>(tensors[i].data), std::streamsize(sizes[i]));
  out.flush();
  if (!out)
    failWrite(path, "");
}

} // namespace orrery::runtime
