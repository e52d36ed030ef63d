// The parser's ground: reading tokens, where lines end statements, messages, and going on after a
// mistake.

#include "frontend/lang/ParserImpl.h"

#include "llvm/ADT/StringSwitch.h"

namespace orrery::lang {

using llvm::StringRef;

Token::Kind Parser::peek() const {
  const Token &next = token();
  if (next.kind == Kind::End || !next.afterNewline || lineEndSeen || insideBrackets ||
      next.kind == Kind::PipeInto || next.kind == Kind::Arrow)
    return next.kind;
  return Kind::Newline;
}

void Parser::advance() {
  if (peek() == Kind::Newline) {
    lineEndSeen = true;
    return;
  }
  if (token().kind != Kind::End)
    ++at;
  lineEndSeen = false;
}

bool Parser::accept(Kind kind) {
  if (!is(kind))
    return false;
  advance();
  return true;
}

bool Parser::acceptWord(StringRef word) {
  if (!isWord(word))
    return false;
  advance();
  return true;
}

std::string Parser::found() const {
  switch (Kind kind = peek()) {
  case Kind::Name:
  case Kind::Int:
  case Kind::Number:
    return "'" + token().text.str() + "'";
  case Kind::String:
    return "the string " + token().text.str();
  default:
    return describe(kind).str();
  }
}

// What people write out of habit from other languages, and what it is here.
void Parser::adviseFor(diag::Diagnostic &message) {
  const Token &next = token();
  StringRef before = at ? tokens[at - 1].text : StringRef();
  bool touches = at && tokens[at - 1].range.end == next.range.begin;
  bool isOperator = next.kind >= Kind::Plus && next.kind <= Kind::GreaterEqual;
  if (next.afterNewline && isOperator && !insideBrackets) {
    message.help("a formula goes on in the next line if the line before ends with the operator");
  } else if (is(Kind::Newline)) {
    if (next.kind == Kind::LBrace)
      message.help("the '{' that opens a body stands on the line before it");
  } else if (next.kind == Kind::Star && touches && before == "*") {
    message.help("powers are written a^b");
  } else if (next.kind == Kind::Slash && touches && before == "/") {
    message.help("comments begin with '#'; a whole-number quotient is floor(a / b)");
  } else if (next.kind == Kind::Assign && touches &&
             (before == "+" || before == "-" || before == "*" || before == "/")) {
    message.help("write x = x " + before.str() + " ...");
  } else if (next.kind == Kind::Assign && insideBrackets) {
    message.help("named arguments are written with ':', as in drop: 0.1");
  } else if (next.kind == Kind::Dot && ahead().kind == Kind::Int) {
    message.help("a number begins with a digit: 0." + ahead().text.str());
  }
}

diag::Diagnostic *Parser::wrong(StringRef what) {
  // A wrong character or string has its message already.
  if (token().kind == Kind::Bad)
    return nullptr;
  // The end of a line or of the file is shown just after what stands before it.
  bool atEnd = is(Kind::Newline) || is(Kind::End);
  Range range = atEnd ? Range{file, lastRange().end, lastRange().end} : token().range;
  diag::Diagnostic &message = diags.error(diag::E0001, range, what, found());
  adviseFor(message);
  return &message;
}

bool Parser::expect(Kind kind, StringRef what) {
  if (accept(kind))
    return true;
  wrong(what.empty() ? describe(kind) : what);
  return false;
}

bool Parser::expectWord(StringRef word) {
  if (acceptWord(word))
    return true;
  wrong("'" + word.str() + "'");
  return false;
}

bool Parser::close(Kind kind, const Token &opener) {
  if (accept(kind))
    return true;
  if (token().kind == Kind::Bad)
    return false;
  bool atEnd = is(Kind::Newline) || is(Kind::End);
  Range range = atEnd ? Range{file, lastRange().end, lastRange().end} : token().range;
  std::string what = describe(kind).str();
  if (insideBrackets)
    what = "',' or " + what;
  diag::Diagnostic &message = diags.error(diag::E0006, range, what, opener.text, found());
  adviseFor(message);
  message.note(opener.range, "'" + opener.text.str() + "' opened here");
  return false;
}

bool Parser::name(Name &into, StringRef what) {
  if (!is(Kind::Name)) {
    diag::Diagnostic *message = wrong(what);
    if (message && is(Kind::Int))
      message->help("names begin with a letter or '_'");
    return false;
  }
  into = {token().text.str(), token().range};
  advance();
  return true;
}

bool Parser::string(std::string &into, Range &range, StringRef what) {
  if (!is(Kind::String)) {
    wrong(what);
    return false;
  }
  into = token().text.drop_front().drop_back().str();
  range = token().range;
  advance();
  return true;
}

bool Parser::names(std::vector<Name> &into, StringRef what) {
  do {
    skipNewlines();
    if (!name(into.emplace_back(), what))
      return false;
  } while (accept(Kind::Comma));
  return true;
}

bool Parser::refuseDepth() {
  diags.error(diag::E0005, token().range);
  return true;
}

// The next statement begins a line (or follows a ';') with as many open braces as the failed one.
// Brackets that the failed one left open do not count if the line is not indented more than it.
void Parser::recover(size_t start) {
  insideBrackets = false;
  const Token &first = tokens[start];
  auto column = [&](const Token &t) { return sources.begin(t.range).column; };
  unsigned indent = first.afterNewline ? column(first) : ~0u;
  if (at == start && token().kind != Kind::End && token().kind != Kind::RBrace)
    advance();
  for (; token().kind != Kind::End; ++at) {
    const Token &next = token();
    if (next.braces < first.braces || (next.braces == first.braces && next.kind == Kind::RBrace))
      break;
    bool sameBraces = next.braces == first.braces;
    if (sameBraces && next.kind == Kind::Semicolon && next.brackets == first.brackets)
      break;
    if (next.afterNewline && sameBraces && next.kind != Kind::PipeInto &&
        next.kind != Kind::Arrow && (next.brackets == first.brackets || column(next) <= indent))
      break;
    // A brace that was left open must not swallow the rest of the file.
    if (next.afterNewline && next.braces > first.braces && first.braces == 0 && column(next) == 1 &&
        beginsItem())
      break;
  }
  lineEndSeen = false;
}

bool Parser::separator(StringRef after) {
  if (is(Kind::RBrace) || is(Kind::End))
    return true;
  if (accept(Kind::Newline))
    return true;
  if (accept(Kind::Semicolon)) {
    skipNewlines();
    return true;
  }
  wrong(after);
  return false;
}

bool Parser::braces(StringRef owner, llvm::function_ref<bool()> readOne) {
  Nest nest(*this);
  if (nest.tooDeep())
    return false;
  const Token opener = token();
  if (!expect(Kind::LBrace))
    return false;
  Brackets inside(*this, false);
  skipNewlines();
  while (!is(Kind::RBrace) && !is(Kind::End)) {
    if (beginsItem()) {
      diags.error(diag::E0007, token().range, token().text)
          .note(opener.range, "the '{' of " + owner.str() + " opened here");
      lineEndSeen = false;
      return true; // what was read of the body is good
    }
    size_t start = at;
    if (!readOne() || !separator("the end of the statement"))
      recover(start);
    accept(Kind::Newline);
    if (accept(Kind::Semicolon))
      skipNewlines();
  }
  return close(Kind::RBrace, opener);
}

File Parser::parseFile() {
  File result;
  result.id = file;
  while (token().kind != Kind::End) {
    skipNewlines();
    size_t start = at;
    bool good = false;
    if (StmtPtr read = item()) {
      result.items.push_back(std::move(read));
      if (is(Kind::RBrace))
        wrong("the end of the line");
      else
        good = separator("the end of the line");
    }
    if (!good) {
      recover(start);
      // A brace too many: go on after it.
      if (token().kind == Kind::RBrace)
        ++at;
      accept(Kind::Newline);
      if (accept(Kind::Semicolon))
        skipNewlines();
    }
  }
  return result;
}

ExprPtr Parser::parseWholeExpression() {
  ExprPtr e = expr();
  if (e && !is(Kind::End)) {
    wrong("the end of the expression");
    return nullptr;
  }
  return e;
}

File parse(const SourceManager &sources, FileId file, diag::Engine &diags) {
  return Parser(sources, file, diags).parseFile();
}

ExprPtr parseExpression(const SourceManager &sources, FileId file, diag::Engine &diags) {
  return Parser(sources, file, diags).parseWholeExpression();
}

} // namespace orrery::lang
