// The texts that are compiled, and places in them: a range of bytes, its line and column, the line
// it stands in.

#ifndef ORRERY_FRONTEND_LANG_SOURCE_H
#define ORRERY_FRONTEND_LANG_SOURCE_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace orrery::lang {

using FileId = uint32_t;
inline constexpr FileId noFile = ~FileId(0);

// The bytes [begin, end) of a file. A default Range is no place at all.
struct Range {
  FileId file = noFile;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool isValid() const { return file != noFile; }
  explicit operator bool() const { return isValid(); }
  bool operator==(const Range &) const = default;
  // From the start of this to the end of `last`.
  Range to(Range last) const { return {file, begin, last.end}; }
  Range start() const { return {file, begin, begin}; }
};

// Both count from 1; columns count characters (code points), not bytes.
struct LineColumn {
  unsigned line = 0;
  unsigned column = 0;
};

// Owns every text. Files stay until the end, so a StringRef into one stays valid.
class SourceManager {
public:
  // A text that is already in memory; `name` is what messages call it.
  FileId add(std::string name, std::string text);
  // Reads a file from disk ("-" is standard input); nullopt, and the reason in `why`, if that
  // fails.
  std::optional<FileId> open(llvm::StringRef path, std::string &why);

  llvm::StringRef name(FileId file) const { return files[file].name; }
  llvm::StringRef text(FileId file) const { return files[file].text; }
  llvm::StringRef text(Range range) const;
  // The range of a whole file.
  Range all(FileId file) const { return {file, 0, uint32_t(files[file].text.size())}; }
  unsigned count() const { return unsigned(files.size()); }

  LineColumn lineColumn(FileId file, uint32_t offset) const;
  LineColumn begin(Range range) const { return lineColumn(range.file, range.begin); }
  LineColumn end(Range range) const { return lineColumn(range.file, range.end); }
  // The line (from 1) without its newline; empty if there is no such line.
  llvm::StringRef line(FileId file, unsigned number) const;
  uint32_t lineStart(FileId file, unsigned number) const;
  // "reslim.orr:13", as notes say it in running text.
  std::string place(Range range) const;

private:
  struct File {
    std::string name, text;
    std::vector<uint32_t> lineStarts;
  };
  std::deque<File> files;
};

} // namespace orrery::lang

#endif // ORRERY_FRONTEND_LANG_SOURCE_H
