// Reads headers of .npy files: a magic number, a version, and a Python dict with three known keys.
#include "runtime/io/Npy.h"

#include <bit>
#include <cstring>
#include <fmt/format.h>

namespace orrery::runtime {

namespace {

// A cursor over the text of the dict. Every step checks that there is something left.
class Text {
public:
  explicit Text(std::string_view text) : rest(text) {}

  bool accept(char c) {
    blanks();
    if (rest.empty() || rest[0] != c)
      return false;
    rest.remove_prefix(1);
    return true;
  }
  bool acceptWord(std::string_view word) {
    blanks();
    if (rest.substr(0, word.size()) != word)
      return false;
    rest.remove_prefix(word.size());
    return true;
  }
  std::optional<std::string> quoted() {
    blanks();
    if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
      return {};
    size_t end = rest.find(rest[0], 1);
    if (end == std::string_view::npos)
      return {};
    std::string text(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    return text;
  }
  std::optional<size_t> number() {
    blanks();
    size_t value = 0, digits = 0;
    while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') {
      if (__builtin_mul_overflow(value, size_t(10), &value) ||
          __builtin_add_overflow(value, size_t(rest[digits] - '0'), &value))
        return {};
      ++digits;
    }
    rest.remove_prefix(digits);
    if (digits && !rest.empty() && rest[0] == 'L') // Python 2
      rest.remove_prefix(1);
    return digits ? std::optional(value) : std::nullopt;
  }
  bool atEnd() {
    blanks();
    return rest.empty();
  }

private:
  void blanks() {
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == '\n' || rest[0] == '\t'))
      rest.remove_prefix(1);
  }
  std::string_view rest;
};

// "<f4", "|b1", ">i2"
bool readType(const std::string &text, NpyHeader &header) {
  if (text.size() != 3)
    return false;
  header.isBigEndian = text[0] == '>';
  header.kind = text[1];
  header.width = size_t(text[2] - '0');
  if (text[0] != '<' && text[0] != '>' && text[0] != '|')
    return false;
  if (text[0] == '|' && header.width != 1)
    return false;
  switch (header.kind) {
  case 'f':
    return header.width == 2 || header.width == 4 || header.width == 8;
  case 'i':
  case 'u':
    return header.width == 1 || header.width == 2 || header.width == 4 || header.width == 8;
  case 'b':
    return header.width == 1;
  default:
    return false;
  }
}

bool readShape(Text &text, NpyHeader &header) {
  constexpr size_t mostDims = 32; // as NumPy
  if (!text.accept('('))
    return false;
  while (!text.accept(')')) {
    std::optional<size_t> size = text.number();
    if (!size || header.shape.size() == mostDims)
      return false;
    header.shape.push_back(*size);
    if (!text.accept(',')) {
      if (!text.accept(')'))
        return false;
      break;
    }
  }
  return true;
}

// {'descr': '<f4', 'fortran_order': False, 'shape': (12, 18, 36), }
std::string readDict(Text text, NpyHeader &header) {
  bool hasType = false, hasOrder = false, hasShape = false;
  if (!text.accept('{'))
    return "its header is no dict";
  while (!text.accept('}')) {
    std::optional<std::string> key = text.quoted();
    if (!key || !text.accept(':'))
      return "its header is no dict";
    if (*key == "descr" && !hasType) {
      std::optional<std::string> type = text.quoted();
      if (!type) { // a list: nothing of what follows is of use
        header.unreadable = "it holds records, not plain numbers";
        return "";
      }
      if (!readType(*type, header))
        header.unreadable = fmt::format(
            "it holds elements of type \"{}\"; numbers of up to 8 bytes can be read", *type);
      hasType = true;
    } else if (*key == "fortran_order" && !hasOrder) {
      header.isFortran = text.acceptWord("True");
      if (!header.isFortran && !text.acceptWord("False"))
        return "'fortran_order' is neither True nor False";
      hasOrder = true;
    } else if (*key == "shape" && !hasShape) {
      if (!readShape(text, header))
        return "its shape is no list of whole numbers";
      hasShape = true;
    } else {
      return fmt::format("its header has an unknown or a second '{}'", *key);
    }
    if (!text.accept(',')) {
      if (!text.accept('}'))
        return "its header is no dict";
      break;
    }
  }
  if (!hasType || !hasOrder || !hasShape)
    return "its header lacks descr, fortran_order or shape";
  return text.atEnd() ? "" : "something stands behind the dict of its header";
}

} // namespace

std::optional<NpyHeader> parseNpyHeader(std::string_view bytes, std::string &why) {
  constexpr std::string_view magic = "\x93NUMPY";
  auto byte = [&](size_t i) { return size_t(static_cast<unsigned char>(bytes[i])); };
  why = "it is no NumPy array";
  if (bytes.size() < 10 || bytes.substr(0, magic.size()) != magic)
    return {};
  size_t version = byte(6), fixed = version == 1 ? 10 : 12;
  if (version < 1 || version > 3 || bytes.size() < fixed) {
    why = fmt::format("its format has version {}; 1 to 3 are known", version);
    return {};
  }
  size_t length = byte(8) | byte(9) << 8;
  if (version > 1)
    length |= byte(10) << 16 | byte(11) << 24;
  if (length > longestNpyHeader - fixed || length > bytes.size() - fixed) {
    why = fmt::format("its header claims {} bytes, of which {} are there", length,
                      bytes.size() - fixed);
    return {};
  }
  NpyHeader header;
  why = readDict(Text(bytes.substr(fixed, length)), header);
  if (!why.empty())
    return {};
  header.dataStart = fixed + length;
  for (size_t size : header.shape)
    if (__builtin_mul_overflow(header.count, size, &header.count)) {
      why = "its size overflows";
      return {};
    }
  if (header.count > size_t(INT64_MAX) / 16) {
    why = "its size overflows";
    return {};
  }
  return header;
}

double npyElement(const NpyHeader &header, const char *data, size_t index) {
  unsigned char raw[8] = {};
  std::memcpy(raw, data + index * header.width, header.width);
  uint64_t bits = 0;
  for (size_t i = 0; i < header.width; ++i)
    bits |= uint64_t(raw[header.isBigEndian ? header.width - 1 - i : i]) << (8 * i);
  unsigned unused = unsigned(64 - 8 * header.width);
  switch (header.kind) {
  case 'i':
    return double(int64_t(bits << unused) >> unused);
  case 'f':
    return header.width == 8   ? std::bit_cast<double>(bits)
           : header.width == 4 ? double(std::bit_cast<float>(uint32_t(bits)))
                               : double(std::bit_cast<_Float16>(uint16_t(bits)));
  default:
    return header.kind == 'b' ? double(bits != 0) : double(bits);
  }
}

} // namespace orrery::runtime
