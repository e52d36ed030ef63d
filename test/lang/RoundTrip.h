// What must hold for any text: reading it ends in a tree or in messages, and what reads keeps its
// meaning when it is laid out anew.

#ifndef ORRERY_TEST_LANG_ROUNDTRIP_H
#define ORRERY_TEST_LANG_ROUNDTRIP_H

#include "frontend/lang/Dump.h"
#include "frontend/lang/Format.h"
#include "frontend/lang/Parser.h"

#include <string>

namespace orrery::test {

// The tree of a text as s-expressions; nothing if it does not read. The messages are printed too.
inline std::optional<std::string> treeOf(const std::string &text) {
  lang::SourceManager sources;
  diag::Engine diags(sources);
  lang::File tree = lang::parse(sources, sources.add("case.orr", text), diags);
  std::string printed;
  llvm::raw_string_ostream os(printed);
  diags.print(os, {true, 0});
  diags.printJson(os);
  if (diags.hasErrors())
    return std::nullopt;
  printed.clear();
  lang::dump(tree, os);
  return printed;
}

inline std::optional<std::string> formatted(const std::string &text) {
  lang::SourceManager sources;
  diag::Engine diags(sources);
  return lang::format(sources, sources.add("case.orr", text), diags);
}

// What the formatter does wrong with a text that reads; empty if nothing.
inline std::string wrongLayout(const std::string &text, const std::string &tree) {
  std::optional<std::string> laidOut = formatted(text);
  if (!laidOut || treeOf(*laidOut) != tree)
    return "the formatter changed the meaning of";
  return formatted(*laidOut) == laidOut ? "" : "formatting twice differs from once";
}

} // namespace orrery::test

#endif // ORRERY_TEST_LANG_ROUNDTRIP_H
