// Fuzzes lexer, parser and formatter: a text ends in a tree or in messages, and what reads keeps
// its meaning when it is laid out anew.
#include "frontend/lang/Dump.h"
#include "frontend/lang/Format.h"
#include "frontend/lang/Parser.h"

#include <cstdlib>

using namespace orrery;

static std::string treeOf(const std::string &text, bool &good) {
  lang::SourceManager sources;
  diag::Engine diags(sources);
  lang::File tree = lang::parse(sources, sources.add("case.orr", text), diags);
  std::string printed;
  llvm::raw_string_ostream os(printed);
  diags.print(os, {true, 0});
  diags.printJson(os);
  good = !diags.hasErrors();
  printed.clear();
  lang::dump(tree, os);
  return printed;
}

static std::optional<std::string> formatted(const std::string &text) {
  lang::SourceManager sources;
  diag::Engine diags(sources);
  return lang::format(sources, sources.add("case.orr", text), diags);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  bool good = false, again = false;
  std::string tree = treeOf(text, good);
  if (!good)
    return 0;
  std::optional<std::string> laidOut = formatted(text);
  if (!laidOut || treeOf(*laidOut, again) != tree || !again || formatted(*laidOut) != laidOut)
    abort();
  return 0;
}
