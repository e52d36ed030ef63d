// What the compiler says to its user: collected while it works, sorted by place, printed with
// carets or as JSON.
//
//   diags.error(diag::E0203, range, "Dh", "D / heads = 256 / 6", "42.67").note("D = 256 from
//   ...").help("..."); diags.error(range, "E0302", "'x' is no dim of this array").note(place,
//   "declared here");
//
// Codes, wordings and the pages of `orrery explain` stand in messages.def.

#ifndef ORRERY_FRONTEND_DIAG_DIAGNOSTICS_H
#define ORRERY_FRONTEND_DIAG_DIAGNOSTICS_H

#include "frontend/lang/Source.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <deque>
#include <string>
#include <type_traits>
#include <vector>

namespace orrery::diag {

using lang::Range;
using lang::SourceManager;

enum Code : unsigned {
#define ERROR(CODE, TEXT, PAGE) CODE,
#define WARNING(CODE, NAME, TEXT, PAGE) CODE,
#include "frontend/diag/messages.def"
};

struct CodeInfo {
  llvm::StringRef name; // "E0203", or "-Wouter" for a warning
  bool isWarning;
  llvm::StringRef text; // template: {0}, {1} ... are filled in
  llvm::StringRef page; // what `orrery explain` prints
};

const CodeInfo &info(Code code);
// Every code, in the order of messages.def.
llvm::ArrayRef<CodeInfo> allCodes();
// "E0203", "e203", "-Wouter" or "outer"; null if there is none.
const CodeInfo *findCode(llvm::StringRef name);
// The nearest of `candidates`, if it is near enough to be what was meant; else empty.
std::string nearest(llvm::StringRef name, llvm::ArrayRef<std::string> candidates);
// "; did you mean 'hlat'?", or `otherwise` if none is near enough: the end of a message.
std::string suggestion(llvm::StringRef name, llvm::ArrayRef<std::string> candidates,
                       llvm::StringRef otherwise = "");

enum class Severity { Error, Warning };

// Where a message stands: a range in a source, or the name of another file (data, weights), or
// nowhere.
struct Place {
  Range range;
  std::string file;

  Place() = default;
  Place(Range range) : range(range) {}
};

// Parts of a diagnostic after its first line, in the order they were added.
struct Remark {
  enum class Kind { Note, Help };
  Kind kind;
  Range range; // invalid: no place
  std::string text;
};

struct FixIt {
  Range range;
  std::string replacement;
};

// References to a Diagnostic stay valid while its Engine lives.
class Diagnostic {
public:
  Severity severity = Severity::Error;
  std::string code; // "E0203", "-Wouter"
  Place place;
  std::string message;
  std::vector<Remark> remarks;
  std::vector<FixIt> fixits;
  bool isHidden = false;

  Diagnostic &note(std::string text) { return note(Range(), std::move(text)); }
  Diagnostic &note(Range range, std::string text) {
    remarks.push_back({Remark::Kind::Note, range, std::move(text)});
    return *this;
  }
  Diagnostic &help(std::string text) {
    remarks.push_back({Remark::Kind::Help, Range(), std::move(text)});
    return *this;
  }
  Diagnostic &fixit(Range range, std::string replacement) {
    fixits.push_back({range, std::move(replacement)});
    return *this;
  }
};

struct PrintOptions {
  bool color = false;
  unsigned maxErrors = 20; // 0: all
};

class Engine {
public:
  explicit Engine(const SourceManager &sources) : sources(sources) {}

  // An error or warning in the words of messages.def.
  template <typename... Args> Diagnostic &report(Code code, Place place, const Args &...args) {
    return add(code, std::move(place), {toText(args)...});
  }
  template <typename... Args> Diagnostic &error(Code code, Range range, const Args &...args) {
    return add(code, range, {toText(args)...});
  }
  template <typename... Args> Diagnostic &warning(Code code, Range range, const Args &...args) {
    return add(code, range, {toText(args)...});
  }
  // About a file that is no source: data, weights. "metals.nc: error: ..."
  template <typename... Args>
  Diagnostic &errorInFile(Code code, std::string file, const Args &...args) {
    Place place;
    place.file = std::move(file);
    return add(code, std::move(place), {toText(args)...});
  }
  // The same with a wording of one's own, where the template of the code is only one of several.
  Diagnostic &error(Range range, llvm::StringRef code, std::string message);
  Diagnostic &warning(Range range, llvm::StringRef code, std::string message);

  // Of those from `first` to before `last`, as all() counts them: not to be printed, since others
  // say it better; and one more note for each.
  void hide(size_t first, size_t last);
  void note(size_t first, size_t last, Range range, const std::string &text);

  bool hasErrors() const { return errors != 0; }
  unsigned errorCount() const { return errors; }
  const std::deque<Diagnostic> &all() const { return diagnostics; }
  const SourceManager &sourceManager() const { return sources; }
  // -Wno-outer; -Werror.
  void silence(llvm::StringRef warning) { silenced.push_back(warning.str()); }
  void setWarningsAreErrors(bool yes) { warningsAreErrors = yes; }

  // All diagnostics by place, each once. Nothing is printed before this is called.
  void print(llvm::raw_ostream &os, const PrintOptions &options = {}) const;
  // A JSON array of {file, line, col, endcol, severity, code, message, notes, fixits}.
  void printJson(llvm::raw_ostream &os) const;

private:
  Diagnostic &add(Code code, Place place, std::vector<std::string> args);
  Diagnostic &add(Severity severity, std::string code, Place place, std::string message);
  std::vector<const Diagnostic *> sorted() const;

  static std::string toText(llvm::StringRef text) { return text.str(); }
  static std::string toText(const std::string &text) { return text; }
  static std::string toText(const char *text) { return text; }
  static std::string toText(double number);
  template <typename T, typename = std::enable_if_t<std::is_integral_v<T>>>
  static std::string toText(T number) {
    return std::to_string(number);
  }

  const SourceManager &sources;
  std::deque<Diagnostic> diagnostics;
  std::vector<std::string> silenced;
  Diagnostic ignored; // what silenced warnings write to
  unsigned errors = 0;
  bool warningsAreErrors = false;
};

// Should a stream to this descriptor be coloured? A terminal, unless NO_COLOR or TERM=dumb;
// CLICOLOR_FORCE forces.
bool wantsColor(int descriptor);

} // namespace orrery::diag

#endif // ORRERY_FRONTEND_DIAG_DIAGNOSTICS_H
