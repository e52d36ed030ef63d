// Prints diagnostics: for people with the source line and a caret, for programs as JSON.

#include "frontend/diag/Diagnostics.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/Process.h"

#include <algorithm>
#include <cstdlib>

namespace orrery::diag {

using llvm::raw_ostream;
using llvm::StringRef;

namespace {
// Switches a colour on for as long as it lives; does nothing where colour is not wanted.
class Paint {
public:
  Paint(raw_ostream &os, bool wanted, const char *escape) : os(os), wanted(wanted) {
    if (wanted)
      os << "\x1b[" << escape << "m";
  }
  ~Paint() {
    if (wanted)
      os << "\x1b[0m";
  }

private:
  raw_ostream &os;
  bool wanted;
};
constexpr const char *bold = "1", *red = "1;31", *magenta = "1;35", *cyan = "1;36", *green = "1;32";

class Printer {
public:
  Printer(raw_ostream &os, const SourceManager &sources, bool color)
      : os(os), sources(sources), color(color) {}

  void print(const Diagnostic &d) {
    place(d.place.range, d.place.file);
    bool isError = d.severity == Severity::Error;
    {
      Paint paint(os, color, isError ? red : magenta);
      os << (isError ? "error: " : "warning: ");
    }
    {
      Paint paint(os, color, bold);
      os << d.message;
    }
    os << " [" << d.code << "]\n";
    if (d.place.range)
      excerpt(d.place.range);
    for (const Remark &remark : d.remarks) {
      place(remark.range, "");
      bool isHelp = remark.kind == Remark::Kind::Help;
      {
        Paint paint(os, color, isHelp ? bold : cyan);
        os << (isHelp ? "help: " : "note: ");
      }
      os << remark.text << "\n";
    }
  }

private:
  void place(Range range, StringRef file) {
    Paint paint(os, color && (range || !file.empty()), bold);
    if (range) {
      lang::LineColumn at = sources.begin(range);
      os << sources.name(range.file) << ":" << at.line << ":" << at.column << ": ";
    } else if (!file.empty()) {
      os << file << ": ";
    }
  }

  // The line, and under it a caret at the beginning of the range and tildes to its end or that of
  // the line.
  void excerpt(Range range) {
    unsigned number = sources.begin(range).line;
    StringRef line = sources.line(range.file, number);
    uint32_t start = sources.lineStart(range.file, number);
    for (char c : line) // what a terminal might obey is shown as a space
      os << (c == '\t' || uint8_t(c) >= 32 ? c : ' ');
    os << "\n";
    uint32_t begin = std::min<uint32_t>(range.begin - start, uint32_t(line.size()));
    uint32_t end =
        std::min<uint32_t>(std::max(range.end, range.begin) - start, uint32_t(line.rtrim().size()));
    for (uint32_t i = 0; i < begin; ++i)
      if ((line[i] & 0xC0) != 0x80)
        os << (line[i] == '\t' ? '\t' : ' ');
    {
      Paint paint(os, color, green);
      os << '^';
      for (uint32_t i = begin + 1; i < end; ++i)
        if ((line[i] & 0xC0) != 0x80)
          os << '~';
    }
    os << "\n";
  }

  raw_ostream &os;
  const SourceManager &sources;
  bool color;
};
} // namespace

void Engine::print(raw_ostream &os, const PrintOptions &options) const {
  Printer printer(os, sources, options.color);
  unsigned shown = 0, hidden = 0;
  for (const Diagnostic *d : sorted()) {
    if (d->severity == Severity::Error && options.maxErrors && shown == options.maxErrors) {
      ++hidden;
      continue;
    }
    shown += d->severity == Severity::Error;
    printer.print(*d);
  }
  if (hidden)
    os << "... and " << hidden << " more (--max-errors=0)\n";
}

static llvm::json::Object jsonPlace(const SourceManager &sources, const Place &place) {
  llvm::json::Object out;
  if (!place.range) {
    if (!place.file.empty())
      out["file"] = place.file;
    return out;
  }
  lang::LineColumn begin = sources.begin(place.range), end = sources.end(place.range);
  out["file"] = sources.name(place.range.file);
  out["line"] = begin.line;
  out["col"] = begin.column;
  // A range over several lines ends, for a viewer of one line, where the line does.
  unsigned lineEnd =
      sources
          .lineColumn(place.range.file,
                      sources.lineStart(place.range.file, begin.line) +
                          uint32_t(sources.line(place.range.file, begin.line).size()))
          .column;
  out["endcol"] = std::max(begin.column, end.line == begin.line ? end.column : lineEnd);
  return out;
}

// Text from a file need not be UTF-8; JSON must be.
static std::string clean(StringRef text) { return llvm::json::fixUTF8(text); }

void Engine::printJson(raw_ostream &os) const {
  llvm::json::Array out;
  for (const Diagnostic *d : sorted()) {
    llvm::json::Object object = jsonPlace(sources, d->place);
    object["severity"] = d->severity == Severity::Error ? "error" : "warning";
    object["code"] = d->code;
    object["message"] = clean(d->message);
    llvm::json::Array notes, fixits;
    for (const Remark &remark : d->remarks) {
      llvm::json::Object note = jsonPlace(sources, remark.range);
      note["kind"] = remark.kind == Remark::Kind::Note ? "note" : "help";
      note["message"] = clean(remark.text);
      notes.push_back(std::move(note));
    }
    for (const FixIt &fix : d->fixits) {
      llvm::json::Object object = jsonPlace(sources, fix.range);
      object["replacement"] = clean(fix.replacement);
      fixits.push_back(std::move(object));
    }
    object["notes"] = std::move(notes);
    object["fixits"] = std::move(fixits);
    out.push_back(std::move(object));
  }
  os << llvm::json::Value(std::move(out)) << "\n";
}

bool wantsColor(int descriptor) {
  auto set = [](const char *name) {
    const char *value = std::getenv(name);
    return value && *value;
  };
  if (set("CLICOLOR_FORCE") && StringRef(std::getenv("CLICOLOR_FORCE")) != "0")
    return true;
  if (set("NO_COLOR") || (set("TERM") && StringRef(std::getenv("TERM")) == "dumb"))
    return false;
  return llvm::sys::Process::FileDescriptorIsDisplayed(descriptor);
}

} // namespace orrery::diag
