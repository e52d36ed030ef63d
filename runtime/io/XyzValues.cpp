// Takes the comment line of a frame apart, and writes frames.
#include "runtime/io/XyzValues.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace orrery::runtime {

static constexpr double largestExact = 9007199254740992.0; // 2^53

char xyzNumber(std::string_view word, double &value) {
  if (word == "T" || word == "True" || word == "TRUE" || word == "true") {
    value = 1;
    return 'L';
  }
  if (word == "F" || word == "False" || word == "FALSE" || word == "false") {
    value = 0;
    return 'L';
  }
  if (word.size() > 1 && word[0] == '+' && word[1] != '-')
    word.remove_prefix(1);
  if (word.empty() || word.size() > 63)
    return 'S';
  char text[64];
  bool whole = true;
  for (size_t i = 0; i < word.size(); ++i) {
    char c = word[i];
    text[i] = (c == 'd' || c == 'D') && i > 0 ? 'e' : c;
    whole &= (c >= '0' && c <= '9') || (c == '-' && i == 0);
  }
  auto [end, problem] = std::from_chars(text, text + word.size(), value);
  if (problem != std::errc() || end != text + word.size())
    return 'S';
  return whole && std::abs(value) <= largestExact ? 'I' : 'R';
}

namespace {

// Reads one line from left to right.
class PairReader {
public:
  explicit PairReader(std::string_view line) : line(line) {}

  std::string run(const std::function<void(std::string, XyzValue, std::string_view)> &each) {
    for (skip(); at < line.size() && fault.empty(); skip()) {
      std::string key = word("=");
      if (key.empty() && fault.empty())
        fault = "a '=' without a name before it";
      if (!fault.empty())
        break;
      XyzValue value;
      std::string raw;
      if (size_t end = at; skip(), at < line.size() && line[at] == '=') {
        ++at;
        if (!nothingFollows())
          raw = readValue(value);
      } else { // a bare key means true
        at = end;
        value = {'L', {}, {1}, {}};
        raw = "T";
      }
      if (fault.empty())
        each(std::move(key), std::move(value), raw);
    }
    return fault;
  }

private:
  // Is there nothing behind a `=`, as the next word is a key? ASE writes empty texts so.
  bool nothingFollows() {
    size_t behind = at;
    skip();
    size_t begin = at;
    if (at == behind || at == line.size() ||
        std::string_view("\"'[{").find(line[at]) != std::string_view::npos)
      return at == line.size();
    while (at < line.size() && line[at] != ' ' && line[at] != '\t' && line[at] != '=')
      ++at;
    skip();
    bool isKey = at < line.size() && line[at] == '=';
    at = isKey ? behind : begin;
    return isKey;
  }

  // Returns the text without its quotes.
  std::string readValue(XyzValue &value) {
    size_t begin = at;
    std::string raw;
    if (line[at] == '[' || line[at] == '{') {
      raw = brackets(value);
    } else {
      raw = word("");
      value = plain(raw);
    }
    value.text = line.substr(begin, at - begin);
    return raw;
  }

  void skip() {
    while (at < line.size() && (line[at] == ' ' || line[at] == '\t'))
      ++at;
  }

  // A quoted text, or one that lasts to a blank or to one of `stops`.
  std::string word(std::string_view stops) {
    std::string text;
    if (at < line.size() && (line[at] == '"' || line[at] == '\'')) {
      char quote = line[at++];
      for (; at < line.size() && line[at] != quote; ++at) {
        if (line[at] == '\\' && at + 1 < line.size()) {
          ++at;
          text += line[at] == 'n' ? '\n' : line[at];
        } else {
          text += line[at];
        }
      }
      if (at >= line.size())
        fault = fmt::format("a {} is not closed", quote);
      else
        ++at;
      return text;
    }
    for (; at < line.size() && line[at] != ' ' && line[at] != '\t' &&
           stops.find(line[at]) == std::string_view::npos;
         ++at)
      text += line[at];
    return text;
  }

  // Gives a value its type: of one type all through, or reals if reals and integers mix, else text.
  static void add(XyzValue &value, char type, double number) {
    bool first = value.numbers.empty();
    if (first)
      value.type = type;
    else if (value.type != type)
      value.type =
          (value.type == 'R' && type == 'I') || (value.type == 'I' && type == 'R') ? 'R' : 'S';
    value.numbers.push_back(number);
  }

  // Text without brackets: a scalar, numbers divided by blanks or commas, or a list in JSON, which
  // is how ASE writes matrices.
  static XyzValue plain(const std::string &text) {
    XyzValue value, whole{'S', {}, {}, {text}};
    constexpr std::string_view json = "_JSON [";
    if (text.starts_with(json)) {
      PairReader list(std::string_view(text).substr(json.size() - 1));
      list.brackets(value);
      return list.fault.empty() && list.at == list.line.size() && value.type != 'S' ? value : whole;
    }
    for (size_t from = 0;;) {
      from = std::min(text.find_first_not_of(" \t,", from), text.size());
      if (from >= text.size())
        break;
      size_t end = std::min(text.find_first_of(" \t,", from), text.size());
      double number = 0;
      char type = xyzNumber(std::string_view(text).substr(from, end - from), number);
      if (type == 'S')
        return whole;
      add(value, type, number);
      if (value.type == 'S')
        return whole;
      from = end;
    }
    if (value.numbers.empty())
      return whole;
    if (value.numbers.size() > 1)
      value.shape = {int64_t(value.numbers.size())};
    return value;
  }

  // [1, 2, 3], [[1, 2], [3, 4]] or {1 2 3}.
  std::string brackets(XyzValue &value) {
    size_t begin = at;
    int depth = 0;
    std::vector<int64_t> rows;
    bool text = false;
    do {
      char c = line[at];
      if (c == '[' || c == '{') {
        if (++depth > 2)
          fault = "a list is nested more than two deep";
        if (depth == 2)
          rows.push_back(0);
        ++at;
      } else if (c == ']' || c == '}') {
        --depth;
        ++at;
      } else if (c == ' ' || c == '\t' || c == ',') {
        ++at;
      } else {
        bool quoted = c == '"' || c == '\'';
        std::string w = word(",]}");
        double number = 0;
        char type = quoted ? 'S' : xyzNumber(w, number);
        text |= type == 'S';
        add(value, type, number);
        value.words.push_back(std::move(w));
        if (depth == 2)
          ++rows.back();
      }
    } while (depth > 0 && at < line.size() && fault.empty());
    if (depth > 0 && fault.empty())
      fault = fmt::format("a '{}' is not closed", line[begin]);
    if (text || value.type == 'S') {
      value.type = 'S';
      value.numbers.clear();
    } else {
      value.words.clear();
    }
    int64_t n = int64_t(std::max(value.numbers.size(), value.words.size()));
    value.shape = {n};
    if (!rows.empty()) {
      for (int64_t row : rows)
        if (row != rows[0] && fault.empty())
          fault = "the rows of a list differ in length";
      if (rows[0] * int64_t(rows.size()) != n && fault.empty())
        fault = "a list mixes numbers and lists";
      value.shape = {int64_t(rows.size()), rows[0]};
    }
    return std::string(line.substr(begin, at - begin));
  }

  std::string_view line;
  size_t at = 0;
  std::string fault;
};

// A key or text as it must stand in the line to be read back.
std::string quotedIfNeeded(const std::string &text) {
  double number = 0;
  if (!text.empty() && text.find_first_of(" \t=\"'\\[]{},\n") == std::string::npos &&
      xyzNumber(text, number) == 'S')
    return text;
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + "\"";
}

std::string numberText(char type, double value) {
  if (type == 'L')
    return value != 0 ? "T" : "F";
  if (type == 'I')
    return fmt::format("{}", int64_t(value));
  std::string text = fmt::format("{}", value); // the shortest that reads back the same
  return text.find_first_of(".enai") == std::string::npos ? text + ".0" : text;
}

std::string valueText(const XyzValue &value) {
  if (!value.text.empty())
    return value.text;
  size_t n = value.type == 'S' ? value.words.size() : value.numbers.size();
  auto item = [&](size_t i) {
    return value.type == 'S' ? quotedIfNeeded(value.words[i])
                             : numberText(value.type, value.numbers[i]);
  };
  if (value.shape.empty())
    return n ? item(0) : "\"\"";
  if (value.shape == std::vector<int64_t>{9} && value.type != 'S') {
    // ASE knows matrices (stress, virial) in this form only.
    std::string text = "\"";
    for (size_t i = 0; i < n; ++i)
      text += (i ? " " : "") + item(i);
    return text + "\"";
  }
  std::string text = "[";
  size_t row = value.shape.size() == 2 ? size_t(value.shape[1]) : n;
  for (size_t i = 0; i < n; ++i) {
    if (value.shape.size() == 2 && i % row == 0)
      text += i ? "], [" : "[";
    else if (i)
      text += ", ";
    text += item(i);
  }
  return text + (value.shape.size() == 2 ? "]]" : "]");
}

} // namespace

std::string
forEachXyzPair(std::string_view line,
               const std::function<void(std::string, XyzValue, std::string_view)> &each) {
  return PairReader(line).run(each);
}

void appendXyz(std::string &to, const XyzFrame &frame) {
  to += fmt::format("{}\n", frame.atoms);
  if (frame.lattice) {
    to += "Lattice=\"";
    for (size_t i = 0; i < 9; ++i)
      to += (i ? " " : "") + numberText('R', (*frame.lattice)[i]);
    to += "\" ";
  }
  to += "Properties=" + frame.propertiesText();
  std::string empty; // at the end: ASE takes what follows for their value
  for (const auto &[key, value] : frame.info)
    if (std::string text = valueText(value); text == "\"\"")
      empty += " " + quotedIfNeeded(key) + "=" + text;
    else
      to += " " + quotedIfNeeded(key) + "=" + text;
  to += fmt::format(" pbc=\"{} {} {}\"{}\n", frame.pbc[0] ? 'T' : 'F', frame.pbc[1] ? 'T' : 'F',
                    frame.pbc[2] ? 'T' : 'F', empty);
  for (int64_t a = 0; a < frame.atoms; ++a) {
    for (const XyzColumn &c : frame.columns)
      for (int64_t k = 0; k < c.width; ++k) {
        size_t i = size_t(a * c.width + k);
        if (&c != &frame.columns.front() || k)
          to += ' ';
        to += c.type == 'S' ? c.words[i] : numberText(c.type, c.numbers[i]);
      }
    to += '\n';
  }
}

} // namespace orrery::runtime
