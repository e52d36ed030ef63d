// Collects diagnostics and orders them.

#include "frontend/diag/Diagnostics.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

namespace orrery::diag {

std::string Engine::toText(double number) {
  std::string text = llvm::formatv("{0:f2}", number).str();
  // 0.1 and 4, not 0.10 and 4.00; but 2e-8 stays what it is.
  if (number != 0 && std::abs(number) < 0.01)
    return llvm::formatv("{0:e2}", number).str();
  llvm::StringRef trimmed = llvm::StringRef(text).rtrim('0');
  return trimmed.rtrim('.').str();
}

static std::string substitute(llvm::StringRef text, llvm::ArrayRef<std::string> args) {
  std::string out;
  while (!text.empty()) {
    if (text.size() >= 3 && text[0] == '{' && llvm::isDigit(text[1]) && text[2] == '}') {
      size_t which = size_t(text[1] - '0');
      out += which < args.size() ? llvm::StringRef(args[which]) : text.take_front(3);
      text = text.drop_front(3);
      continue;
    }
    out += text.front();
    text = text.drop_front();
  }
  return out;
}

Diagnostic &Engine::add(Severity severity, std::string code, Place place, std::string message) {
  if (severity == Severity::Warning) {
    if (llvm::is_contained(silenced, code) ||
        llvm::is_contained(silenced, llvm::StringRef(code).drop_front(2)))
      return ignored = Diagnostic();
    if (warningsAreErrors)
      severity = Severity::Error;
  }
  errors += severity == Severity::Error;
  Diagnostic &diagnostic = diagnostics.emplace_back();
  diagnostic.severity = severity;
  diagnostic.code = std::move(code);
  diagnostic.place = std::move(place);
  diagnostic.message = std::move(message);
  return diagnostic;
}

Diagnostic &Engine::add(Code code, Place place, std::vector<std::string> args) {
  const CodeInfo &found = info(code);
  return add(found.isWarning ? Severity::Warning : Severity::Error, found.name.str(),
             std::move(place), substitute(found.text, args));
}

Diagnostic &Engine::error(Range range, llvm::StringRef code, std::string message) {
  return add(Severity::Error, code.str(), range, std::move(message));
}

Diagnostic &Engine::warning(Range range, llvm::StringRef code, std::string message) {
  return add(Severity::Warning, code.str(), range, std::move(message));
}

void Engine::hide(size_t first, size_t last) {
  for (size_t i = first; i < last; ++i)
    diagnostics[i].isHidden = true;
}

void Engine::note(size_t first, size_t last, Range range, const std::string &text) {
  for (size_t i = first; i < last; ++i)
    diagnostics[i].note(range, text);
}

std::vector<const Diagnostic *> Engine::sorted() const {
  // Those at one place keep the order in which they were found; those without a place come last:
  // they speak of the whole.
  std::vector<std::tuple<lang::FileId, uint32_t, size_t>> order;
  llvm::StringSet<> seen;
  for (auto [index, d] : llvm::enumerate(diagnostics)) {
    if (d.isHidden)
      continue;
    std::string key =
        llvm::formatv("{0}:{1}:{2}:{3}:{4}:{5}", d.place.range.file, d.place.range.begin,
                      d.place.range.end, d.place.file, d.code, d.message);
    if (seen.insert(key).second)
      order.push_back({d.place.range.file, d.place.range.begin, index});
  }
  llvm::sort(order);
  std::vector<const Diagnostic *> result;
  for (const auto &[file, begin, index] : order)
    result.push_back(&diagnostics[index]);
  return result;
}

} // namespace orrery::diag
