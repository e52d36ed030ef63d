// The table of messages, and finding what a misspelt name was meant to be.

#include "frontend/diag/Diagnostics.h"

namespace orrery::diag {

static constexpr CodeInfo table[] = {
#define ERROR(CODE, TEXT, PAGE) {#CODE, false, TEXT, PAGE},
#define WARNING(CODE, NAME, TEXT, PAGE) {"-W" NAME, true, TEXT, PAGE},
#include "frontend/diag/messages.def"
};

const CodeInfo &info(Code code) { return table[code]; }

llvm::ArrayRef<CodeInfo> allCodes() { return table; }

const CodeInfo *findCode(llvm::StringRef name) {
  for (const CodeInfo &code : table)
    if (code.name.equals_insensitive(name) ||
        (code.isWarning && code.name.drop_front(2).equals_insensitive(name)))
      return &code;
  return nullptr;
}

std::string nearest(llvm::StringRef name, llvm::ArrayRef<std::string> candidates) {
  // A third of the letters may be wrong, but one always, unless nothing would be left of the name.
  unsigned limit = std::max<unsigned>(1, unsigned(name.size() + 1) / 3);
  std::string best;
  unsigned bestDistance = limit + 1;
  for (llvm::StringRef candidate : candidates) {
    if (candidate == name || candidate.empty())
      continue;
    unsigned distance = candidate.equals_insensitive(name)
                            ? 0
                            : name.edit_distance(candidate, /*AllowReplacements=*/true, limit);
    if (distance < bestDistance && distance < std::max(name.size(), candidate.size())) {
      bestDistance = distance;
      best = candidate.str();
    }
  }
  return best;
}

std::string suggestion(llvm::StringRef name, llvm::ArrayRef<std::string> candidates,
                       llvm::StringRef otherwise) {
  std::string near = nearest(name, candidates);
  return near.empty() ? otherwise.str() : "; did you mean '" + near + "'?";
}

} // namespace orrery::diag
