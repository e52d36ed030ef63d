// Reads and writes extended XYZ, the text format of atomic structures, in the dialect of ASE. Files
// come from strangers: every count is checked, and a fault is located by file, line and frame.
#ifndef ORRERY_RUNTIME_IO_EXTXYZ_H
#define ORRERY_RUNTIME_IO_EXTXYZ_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::runtime {

// Types as the format writes them: S text, R real, I integer, L logical. Numbers of every type but
// S are kept as doubles (an integer beyond 2^53 is refused).
struct XyzColumn {
  std::string name;
  char type = 'R';
  int64_t width = 1;
  std::vector<double> numbers;    // [atoms, width]
  std::vector<std::string> words; // [atoms, width], of type S
};

// A value of the comment line: a scalar (no shape), a list or a matrix.
struct XyzValue {
  char type = 'S';
  std::vector<int64_t> shape;
  std::vector<double> numbers;
  std::vector<std::string> words;
  std::string text = {}; // as the file has it, quotes and brackets included; empty: not from a file
};

struct XyzFrame {
  int64_t number = 0; // in the file, from 1
  int64_t line = 0;   // of the number of atoms, from 1
  int64_t atoms = 0;
  std::optional<std::array<double, 9>> lattice; // rows are the cell vectors
  std::array<bool, 3> pbc = {false, false, false};
  std::vector<XyzColumn> columns;
  std::vector<std::pair<std::string, XyzValue>> info; // what is neither Lattice, pbc nor Properties

  const XyzColumn *column(std::string_view name) const;
  const XyzValue *value(std::string_view name) const;
  std::string propertiesText() const; // species:S:1:pos:R:3
};

// Takes a text apart frame by frame. Throws E0510 with exit code 4.
class XyzReader {
public:
  XyzReader(std::string name, std::string_view text) : name(std::move(name)) { goOn(text, 0); }
  // False at the end of the text; if there is more behind it, before a frame that is not whole.
  bool next(XyzFrame &frame);
  // In the text, behind the last frame.
  int64_t position() const { return int64_t(at); }
  // Another text stands from position() on, with so many bytes of the file behind it.
  void goOn(std::string_view more, int64_t bytesBehind);

private:
  std::string_view takeLine();
  bool hasLines(int64_t count) const;
  double bytesLeft() const { return double(text.size() - at) + double(behind); }
  int64_t readCount(std::string_view line) const;
  void readComment(std::string_view line, XyzFrame &frame) const;
  void readAtom(std::string_view line, int64_t atom, XyzFrame &frame) const;
  [[noreturn]] void fail(const std::string &message, const std::string &help = {}) const;

  std::string name;
  std::string_view text;
  size_t at = 0;
  int64_t behind = 0;
  int64_t line = 0; // the last one taken
  int64_t frames = 0;
};

// Numbers are written so that they read back to the same double, values of a file as it has them.
void appendXyz(std::string &to, const XyzFrame &frame);

} // namespace orrery::runtime

#endif
