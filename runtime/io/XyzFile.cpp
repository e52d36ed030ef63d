// Hands a reader the text of a file piece by piece.
#include "runtime/io/XyzFile.h"
#include "runtime/core/Error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace orrery::runtime {

XyzFile::XyzFile(const std::string &path, size_t atOnce)
    : path(path), atOnce(atOnce), opened(DataFile::stateOf(path)), in(path, std::ios::binary),
      reader(path, {}) {
  if (!in)
    throw Error(ExitData, "E0500", path, std::string("cannot be read: ") + std::strerror(errno));
}

// Keeps what the reader has not taken yet, a part of a frame.
void XyzFile::readMore() {
  before += reader.position();
  text.erase(0, size_t(reader.position()));
  size_t had = text.size(), wanted = std::max(atOnce, had);
  text.resize(had + wanted);
  in.read(text.data() + had, std::streamsize(wanted));
  text.resize(had + size_t(in.gcount()));
  isAll = in.peek() == std::char_traits<char>::eof();
  if (isAll && DataFile::stateOf(path) != opened)
    failChanged(path);
  std::error_code unknown;
  auto size = int64_t(std::filesystem::file_size(path, unknown));
  int64_t rest = unknown ? INT64_MAX / 2 : size - before - int64_t(text.size());
  reader.goOn(text, isAll ? 0 : std::max<int64_t>(1, rest));
}

bool XyzFile::next(XyzFrame &frame) {
  try {
    while (!reader.next(frame)) {
      if (isAll)
        return false;
      readMore();
    }
  } catch (const Error &) {
    if (DataFile::stateOf(path) != opened) // which then is the reason
      failChanged(path);
    throw;
  }
  return true;
}

XyzFrame XyzFile::frameAt(const std::string &path, int64_t begin, int64_t end,
                          const DataFile::State &state) {
  std::string text(size_t(end - begin), 0);
  std::ifstream in(path, std::ios::binary);
  bool isThere = bool(in.seekg(begin).read(text.data(), end - begin));
  if (!isThere || DataFile::stateOf(path) != state)
    failChanged(path);
  XyzFrame frame;
  XyzReader(path, text).next(frame);
  return frame;
}

bool XyzFile::canReadAgain(const std::string &path) {
  std::error_code none;
  return std::filesystem::is_regular_file(path, none);
}

} // namespace orrery::runtime
