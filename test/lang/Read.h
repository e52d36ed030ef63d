// Reads pieces of the language for tests: trees as s-expressions, messages as text.

#ifndef ORRERY_TEST_LANG_READ_H
#define ORRERY_TEST_LANG_READ_H

#include "frontend/lang/Dump.h"
#include "frontend/lang/Format.h"
#include "frontend/lang/Parser.h"

#include <string>

namespace orrery::test {

struct Read {
  lang::SourceManager sources;
  diag::Engine diags{sources};
  lang::FileId file;
  lang::File tree;

  explicit Read(std::string text) : file(sources.add("t.orr", std::move(text))) {
    tree = lang::parse(sources, file, diags);
  }

  std::string dump() const {
    std::string out;
    llvm::raw_string_ostream os(out);
    lang::dump(tree, os);
    return out;
  }
  std::string messages(unsigned maxErrors = 0) const {
    std::string out;
    llvm::raw_string_ostream os(out);
    diags.print(os, {false, maxErrors});
    return out;
  }
};

// The tree of a file, or its messages.
inline std::string file(const std::string &text) {
  Read read(text);
  return read.diags.hasErrors() ? read.messages() : read.dump();
}

inline std::string expr(const std::string &text) {
  lang::SourceManager sources;
  diag::Engine diags(sources);
  lang::ExprPtr e = lang::parseExpression(sources, sources.add("e", text), diags);
  std::string out;
  llvm::raw_string_ostream os(out);
  if (e && !diags.hasErrors())
    lang::dump(*e, os);
  else
    diags.print(os);
  return out;
}

// A statement in a body, without the function around it.
inline std::string stmt(const std::string &text) {
  std::string tree = file("fn f() {\n" + text + "\n}\n"), head = "(fn f ()";
  if (tree.compare(0, head.size(), head))
    return tree;
  size_t begin = tree.find_first_not_of(" \n", head.size());
  return tree.substr(begin, tree.size() - begin - 2);
}

inline std::string format(const std::string &text) {
  lang::SourceManager sources;
  diag::Engine diags(sources);
  return lang::format(sources, sources.add("t.orr", text), diags).value_or("(wrong)");
}

} // namespace orrery::test

#endif // ORRERY_TEST_LANG_READ_H
