// Reads .npz and .npy files; sizes are checked against the file before memory is taken for them.
#include "runtime/io/Npz.h"
#include "runtime/core/Error.h"
#include "runtime/io/Strided.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <netcdf.h>
#include <zip.h>

namespace orrery::runtime {

struct NpzFile::Zip {
  zip_t *archive = nullptr;
  ~Zip() {
    if (archive)
      zip_discard(archive);
  }
};

namespace {
struct CloseMember {
  void operator()(zip_file_t *file) const { zip_fclose(file); }
};
using Member = std::unique_ptr<zip_file_t, CloseMember>;
} // namespace

static Error damaged(const std::string &path, const std::string &why) {
  return Error(ExitData, "E0500", path, "is damaged or no file of NumPy: " + why);
}

NpzFile::NpzFile(const std::string &path, const DeclaredDims &dims, const std::string &alone)
    : DataFile(path, "a NumPy"), declared(dims) {
  char magic[6] = {};
  std::ifstream(name, std::ios::binary).read(magic, sizeof magic);
  if (std::memcmp(magic, "\x93NUMPY", 6) == 0)
    openArray(alone);
  else
    openZip();
}

NpzFile::~NpzFile() = default;

void NpzFile::openZip() {
  int code = 0;
  zip = std::make_unique<Zip>();
  zip->archive = zip_open(name.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (!zip->archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw damaged(name, why);
  }
  zip_int64_t entries = zip_get_num_entries(zip->archive, 0);
  for (zip_int64_t i = 0; i < entries; ++i)
    readZipHeader(uint64_t(i));
}

void NpzFile::readZipHeader(uint64_t index) {
  zip_stat_t info;
  zip_stat_init(&info);
  constexpr zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
  if (zip_stat_index(zip->archive, index, 0, &info) != 0 || (info.valid & needed) != needed)
    throw damaged(name, "an entry has no name or size");
  std::string array = info.name;
  if (!array.ends_with(".npy"))
    return;
  array.resize(array.size() - 4);
  if (find(array))
    throw damaged(name, fmt::format("array '{}' is there twice", array));
  // Deflate makes 1032 bytes of one at the most; a claim beyond that would only take our memory.
  if (info.comp_size > uint64_t(state().size) || info.size / 1040 > info.comp_size + 1)
    throw damaged(
        name, fmt::format("array '{}' claims {} bytes in {}", array, info.size, info.comp_size));
  Member member(zip_fopen_index(zip->archive, index, 0));
  if (!member)
    throw damaged(name, fmt::format("array '{}': {}", array, zip_strerror(zip->archive)));
  std::string first(std::min<uint64_t>(info.size, longestNpyHeader), '\0');
  zip_int64_t got = zip_fread(member.get(), first.data(), first.size());
  if (got < 0)
    throw damaged(name, fmt::format("array '{}' cannot be read", array));
  first.resize(size_t(got));
  addArray(array, first, info.size);
  indices.push_back(index);
}

void NpzFile::openArray(const std::string &alone) {
  std::ifstream in(name, std::ios::binary);
  std::string first(longestNpyHeader, '\0');
  in.read(first.data(), std::streamsize(first.size()));
  first.resize(size_t(in.gcount()));
  addArray(alone, first, uint64_t(state().size));
}

void NpzFile::addArray(const std::string &array, const std::string &firstBytes, uint64_t size) {
  std::string why;
  std::optional<NpyHeader> header = parseNpyHeader(firstBytes, why);
  if (!header)
    throw damaged(name, fmt::format("array '{}': {}", array, why));
  size_t needed = header->dataBytes();
  bool fits = size >= header->dataStart && size - header->dataStart == needed;
  if (!header->unreadable.empty()) // which matters to who wants it only
    fits = header->count <= size;
  if (!fits)
    throw damaged(name, fmt::format("array '{}' has {} bytes; its shape needs {}", array, size,
                                    header->dataStart + needed));
  FileVariable variable;
  variable.name = array;
  variable.id = int(headers.size());
  variable.type = NC_DOUBLE;
  for (size_t length : header->shape)
    variable.dims.push_back({"", length});
  nameDims(variable);
  list.push_back(std::move(variable));
  headers.push_back(std::move(*header));
}

// An array has the field's dims in order, with or without one of size 1 where a labelled dim
// stands, with or without the samples (a static field); or it is the coordinate of one of them.
void NpzFile::nameDims(FileVariable &variable) const {
  const std::vector<std::string> &names = declared.names;
  std::vector<size_t> kept;
  for (bool withSamples : {true, false})
    for (bool withLabel : {false, true}) {
      kept.clear();
      for (size_t i = 0; i < names.size(); ++i)
        if ((withLabel || i != declared.label) && (withSamples || i != declared.sample))
          kept.push_back(i);
      bool fits = kept.size() == variable.dims.size();
      for (size_t i = 0; fits && i < kept.size(); ++i)
        fits = kept[i] != declared.label || variable.dims[i].size == 1;
      if (!fits)
        continue;
      for (size_t i = 0; i < kept.size(); ++i)
        variable.dims[i].name = names[kept[i]];
      if (variable.dims.size() != 1)
        return;
    }
  for (size_t i = 0; i < variable.dims.size(); ++i)
    if (variable.dims[i].name.empty())
      variable.dims[i].name = fmt::format("axis{}", i);
  if (variable.dims.size() == 1 &&
      std::find(names.begin(), names.end(), variable.name) != names.end())
    variable.dims[0].name = variable.name;
}

const std::string &NpzFile::numbersOf(const FileVariable &variable) const {
  const NpyHeader &header = headers[size_t(variable.id)];
  if (!header.unreadable.empty())
    throw Error(ExitData, "E0500", name,
                fmt::format("array '{}': {}", variable.name, header.unreadable));
  std::string &bytes = numbers[size_t(variable.id)];
  if (!bytes.empty() || header.dataBytes() == 0)
    return bytes;
  auto fail = [&]() -> const std::string & {
    bytes.clear();
    throw damaged(
        name, fmt::format("array '{}' ends too early, or its checksum is wrong", variable.name));
  };
  std::string whole(header.dataStart + header.dataBytes(), '\0');
  if (!zip) {
    std::ifstream in(name, std::ios::binary);
    if (!in.read(whole.data(), std::streamsize(whole.size())))
      return fail();
  } else {
    Member member(zip_fopen_index(zip->archive, indices[size_t(variable.id)], 0));
    if (!member || zip_fread(member.get(), whole.data(), whole.size()) != zip_int64_t(whole.size()))
      return fail();
    char beyond; // the checksum is compared when the end is met
    if (zip_fread(member.get(), &beyond, 1) != 0)
      return fail();
  }
  whole.erase(0, header.dataStart);
  bytes = std::move(whole);
  return bytes;
}

void NpzFile::readBlock(const FileVariable &v, const std::vector<size_t> &start,
                        const std::vector<size_t> &count, double *to) const {
  const NpyHeader &header = headers[size_t(v.id)];
  const std::string &bytes = numbersOf(v);
  size_t rank = header.shape.size();
  std::vector<int64_t> strides(rank, 1); // elements
  for (size_t i = 1; i < rank; ++i) {
    size_t axis = header.isFortran ? i : rank - 1 - i, before = header.isFortran ? i - 1 : rank - i;
    strides[axis] = strides[before] * int64_t(header.shape[before]);
  }
  visitBlock(start, count, strides,
             [&](int64_t offset) { *to++ = npyElement(header, bytes.data(), size_t(offset)); });
}

} // namespace orrery::runtime
