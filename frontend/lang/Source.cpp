// Finds lines and columns by binary search in a table of line starts.

#include "frontend/lang/Source.h"

#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>

namespace orrery::lang {

FileId SourceManager::add(std::string name, std::string text) {
  File file{std::move(name), std::move(text), {0}};
  for (size_t i = 0; i < file.text.size(); ++i)
    if (file.text[i] == '\n')
      file.lineStarts.push_back(uint32_t(i + 1));
  files.push_back(std::move(file));
  return FileId(files.size() - 1);
}

std::optional<FileId> SourceManager::open(llvm::StringRef path, std::string &why) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/true);
  if (!buffer) {
    why = buffer.getError().message();
    return std::nullopt;
  }
  // Offsets are 32 bits wide; no model text comes near.
  if ((*buffer)->getBufferSize() > (1u << 28)) {
    why = "it is larger than 256 MiB";
    return std::nullopt;
  }
  return add(path == "-" ? "<stdin>" : path.str(), (*buffer)->getBuffer().str());
}

llvm::StringRef SourceManager::text(Range range) const {
  if (!range)
    return {};
  return llvm::StringRef(files[range.file].text).slice(range.begin, range.end);
}

LineColumn SourceManager::lineColumn(FileId id, uint32_t offset) const {
  const File &file = files[id];
  offset = std::min<uint32_t>(offset, uint32_t(file.text.size()));
  auto after = std::upper_bound(file.lineStarts.begin(), file.lineStarts.end(), offset);
  uint32_t start = *std::prev(after);
  unsigned column = 1;
  for (uint32_t i = start; i < offset; ++i)
    column += (file.text[i] & 0xC0) != 0x80; // continuation bytes of UTF-8 are no characters
  return {unsigned(after - file.lineStarts.begin()), column};
}

uint32_t SourceManager::lineStart(FileId id, unsigned number) const {
  const std::vector<uint32_t> &starts = files[id].lineStarts;
  if (number == 0 || number > starts.size())
    return uint32_t(files[id].text.size());
  return starts[number - 1];
}

llvm::StringRef SourceManager::line(FileId id, unsigned number) const {
  llvm::StringRef rest = llvm::StringRef(files[id].text).substr(lineStart(id, number));
  return rest.take_until([](char c) { return c == '\n'; }).rtrim('\r');
}

std::string SourceManager::place(Range range) const {
  return name(range.file).str() + ":" + std::to_string(begin(range).line);
}

} // namespace orrery::lang
