// The frames of an extended XYZ file, of which a part at a time is in memory.
#ifndef ORRERY_RUNTIME_IO_XYZFILE_H
#define ORRERY_RUNTIME_IO_XYZFILE_H

#include "runtime/io/DataFile.h"
#include "runtime/io/ExtXyz.h"

#include <fstream>

namespace orrery::runtime {

class XyzFile {
public:
  // `atOnce` bytes are read, more where a frame is larger.
  explicit XyzFile(const std::string &path, size_t atOnce = size_t(4) << 20);
  // False at the end of the file. Throws E0511 if the file has changed since it was opened.
  bool next(XyzFrame &frame);
  // Where in the file the last frame ends.
  int64_t position() const { return before + reader.position(); }
  const DataFile::State &state() const { return opened; }
  // The frame between two such positions of a file; numbers and lines count from there.
  static XyzFrame frameAt(const std::string &path, int64_t begin, int64_t end,
                          const DataFile::State &state);
  // A pipe, say, can be read only once.
  static bool canReadAgain(const std::string &path);

private:
  void readMore();

  std::string path;
  size_t atOnce;
  DataFile::State opened;
  std::ifstream in;
  std::string text;   // of the file, from `before` on
  int64_t before = 0; // bytes
  bool isAll = false; // there is nothing behind `text`
  XyzReader reader;
};

} // namespace orrery::runtime

#endif
