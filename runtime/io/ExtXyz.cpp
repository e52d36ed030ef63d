// Reads extended XYZ: the number of atoms, a line of key=value pairs, a line for each atom.
#include "runtime/io/ExtXyz.h"
#include "runtime/core/Error.h"
#include "runtime/io/XyzValues.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace orrery::runtime {

const XyzColumn *XyzFrame::column(std::string_view name) const {
  for (const XyzColumn &c : columns)
    if (c.name == name)
      return &c;
  return nullptr;
}

const XyzValue *XyzFrame::value(std::string_view name) const {
  for (const auto &[key, v] : info)
    if (key == name)
      return &v;
  return nullptr;
}

std::string XyzFrame::propertiesText() const {
  std::string text;
  for (const XyzColumn &c : columns)
    text += fmt::format("{}{}:{}:{}", text.empty() ? "" : ":", c.name, c.type, c.width);
  return text;
}

void XyzReader::fail(const std::string &message, const std::string &help) const {
  throw Error(ExitData, "E0510", fmt::format("{}:{}", name, line),
              fmt::format("frame {}: {}", frames + 1, message))
      .help(help);
}

static std::string_view trimmed(std::string_view s) {
  size_t begin = s.find_first_not_of(" \t\r"), end = s.find_last_not_of(" \t\r");
  return begin == std::string_view::npos ? std::string_view() : s.substr(begin, end - begin + 1);
}

// A piece of the file as a message may show it.
static std::string shown(std::string_view s) {
  std::string text;
  for (char c : s.substr(0, 40))
    text += c >= ' ' && c < 127 ? c : '?';
  return s.size() > 40 ? text + "..." : text;
}

void XyzReader::goOn(std::string_view more, int64_t bytesBehind) {
  text = more;
  at = 0;
  behind = bytesBehind;
  if (line == 0 && text.starts_with("\xEF\xBB\xBF")) // a mark of UTF-8, as some editors write it
    at = 3;
}

// Why a text does not begin with a number of atoms.
static std::string helpForStart(std::string_view text) {
  for (std::string_view packed : {"\x1F\x8B", "BZh", "\xFD\x37zXZ"})
    if (text.starts_with(packed))
      return "the file is compressed: unpack it";
  return "";
}

std::string_view XyzReader::takeLine() {
  size_t end = std::min(text.find('\n', at), text.size());
  std::string_view taken = text.substr(at, end - at);
  at = std::min(end + 1, text.size());
  ++line;
  return trimmed(taken);
}

int64_t XyzReader::readCount(std::string_view count) const {
  double number = 0;
  if (xyzNumber(count, number) != 'I')
    fail(fmt::format("'{}' stands where the number of atoms is expected", shown(count)),
         frames ? "does the frame before have more lines than atoms?" : helpForStart(text));
  if (number < 0)
    fail(fmt::format("{} atoms", shown(count)));
  // Each atom needs a character and the end of a line: a count beyond that is refused before memory
  // is taken for it.
  if (number > bytesLeft() / 2 + 1)
    fail(fmt::format("{} atoms are promised, but the rest of the file has only {} bytes",
                     shown(count), bytesLeft()));
  return int64_t(number);
}

// Are there so many whole lines, if there is more behind the text?
bool XyzReader::hasLines(int64_t count) const {
  for (size_t from = at; behind && count > 0; --count) {
    from = text.find('\n', from);
    if (from++ == std::string_view::npos)
      return false;
  }
  return true;
}

bool XyzReader::next(XyzFrame &frame) {
  size_t begin = at;
  int64_t lineBefore = line;
  std::string_view count;
  do {
    if (at >= text.size() || !hasLines(1))
      return false;
    begin = at;
    lineBefore = line;
    count = takeLine();
  } while (count.empty());
  frame = {};
  frame.number = frames + 1;
  frame.line = line;
  frame.atoms = readCount(count);
  if (!hasLines(frame.atoms + 1)) {
    at = begin;
    line = lineBefore;
    return false;
  }
  if (at >= text.size())
    fail("the file ends before the frame's second line");
  readComment(takeLine(), frame);
  for (XyzColumn &c : frame.columns) {
    size_t n = size_t(frame.atoms * c.width);
    // Each value needs two characters at least, so that a wide column cannot claim more than the
    // file has either.
    if (double(n) > bytesLeft() / 2 + 1)
      fail(fmt::format("column '{}' promises {} values, but the rest of the file has only {} bytes",
                       c.name, n, bytesLeft()));
    if (c.type == 'S')
      c.words.resize(n);
    else
      c.numbers.resize(n);
  }
  for (int64_t a = 0; a < frame.atoms; ++a) {
    if (at >= text.size())
      fail(fmt::format("the file ends after {} of {} atoms", a, frame.atoms));
    readAtom(takeLine(), a, frame);
  }
  ++frames;
  return true;
}

// Properties=species:S:1:pos:R:3; nothing if the text is not of that form.
static std::optional<std::vector<XyzColumn>> parseProperties(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t from = 0; from <= text.size();) {
    size_t end = std::min(text.find(':', from), text.size());
    parts.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  if (parts.size() % 3)
    return {};
  std::vector<XyzColumn> columns;
  for (size_t i = 0; i < parts.size(); i += 3) {
    double width = 0;
    bool known = parts[i + 1].size() == 1 &&
                 std::string_view("SRIL").find(parts[i + 1][0]) != std::string_view::npos;
    if (parts[i].empty() || !known || xyzNumber(parts[i + 2], width) != 'I' || width < 1 ||
        width > 1e6)
      return {};
    columns.push_back({std::string(parts[i]), parts[i + 1][0], int64_t(width), {}, {}});
  }
  return columns;
}

void XyzReader::readComment(std::string_view comment, XyzFrame &frame) const {
  frame.columns = {{"species", 'S', 1, {}, {}}, {"pos", 'R', 3, {}, {}}};
  bool periodic = false;
  std::string fault =
      forEachXyzPair(comment, [&](std::string key, XyzValue v, std::string_view raw) {
        if (key == "Properties") {
          auto columns = parseProperties(raw);
          if (!columns)
            fail(fmt::format("Properties={} is no list of name:type:width", shown(raw)),
                 "as in species:S:1:pos:R:3:forces:R:3; types are S, R, I and L");
          frame.columns = std::move(*columns);
        } else if (key == "Lattice") {
          if (v.type == 'S' || v.type == 'L' || v.numbers.size() != 9)
            fail(fmt::format("Lattice=\"{}\" is not nine numbers", shown(raw)));
          frame.lattice.emplace();
          std::copy(v.numbers.begin(), v.numbers.end(), frame.lattice->begin());
        } else if (key == "pbc") {
          if ((v.type != 'L' && v.type != 'I') || (v.numbers.size() != 3 && v.numbers.size() != 1))
            fail(fmt::format("pbc=\"{}\" is not three of T and F", shown(raw)));
          for (size_t k = 0; k < 3; ++k)
            frame.pbc[k] = v.numbers[v.numbers.size() == 3 ? k : 0] != 0;
          periodic = true;
        } else if (const XyzValue *before = frame.value(key)) {
          // Comments of plain XYZ are sentences, and each of their words is a key.
          if (before->type != v.type || before->text != v.text)
            fail(fmt::format("'{}' is given twice", shown(key)));
        } else {
          frame.info.emplace_back(std::move(key), std::move(v));
        }
      });
  if (!fault.empty())
    fail(fault);
  if (!periodic && frame.lattice) // ASE's rule: a cell without a word means periodic
    frame.pbc = {true, true, true};
  for (size_t i = 0; i < frame.columns.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (frame.columns[i].name == frame.columns[j].name)
        fail(fmt::format("column '{}' is there twice", frame.columns[i].name));
}

void XyzReader::readAtom(std::string_view row, int64_t atom, XyzFrame &frame) const {
  size_t from = 0;
  int64_t taken = 0, wanted = 0;
  for (const XyzColumn &c : frame.columns)
    wanted += c.width;
  auto word = [&] {
    from = std::min(row.find_first_not_of(" \t", from), row.size());
    size_t end = std::min(row.find_first_of(" \t", from), row.size());
    std::string_view w = row.substr(from, end - from);
    from = end;
    return w;
  };
  for (XyzColumn &c : frame.columns)
    for (int64_t k = 0; k < c.width; ++k, ++taken) {
      std::string_view w = word();
      if (w.empty())
        fail(fmt::format("atom {} has {} values, but {} are promised", atom + 1, taken, wanted),
             "Properties=" + frame.propertiesText());
      size_t i = size_t(atom * c.width + k);
      if (c.type == 'S') {
        c.words[i] = w;
        continue;
      }
      char type = xyzNumber(w, c.numbers[i]);
      bool fits = c.type == 'R'   ? type == 'R' || type == 'I'
                  : c.type == 'I' ? type == 'I'
                                  : type == 'L';
      if (!fits)
        fail(fmt::format("'{}' of atom {} is '{}', which is no {}", c.name, atom + 1, shown(w),
                         c.type == 'R'   ? "number"
                         : c.type == 'I' ? "whole number"
                                         : "T or F"));
    }
  if (!word().empty())
    fail(fmt::format("atom {} has more than the {} values that are promised", atom + 1, wanted),
         "Properties=" + frame.propertiesText());
}

} // namespace orrery::runtime
