// Lays a file out: blanks within lines, then aligned columns, then indentation, then comments.

#include "frontend/lang/Format.h"

#include "frontend/lang/Lexer.h"
#include "frontend/lang/Parser.h"
#include "frontend/lang/Walk.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <algorithm>

namespace orrery::lang {

using Kind = Token::Kind;
using llvm::cast;
using llvm::StringRef;

namespace {
// What blanks depend on and tokens alone do not tell.
struct Facts : Walker {
  llvm::DenseMap<uint32_t, const Stmt *> stmts; // by where they begin
  llvm::DenseSet<uint32_t> entries;             // where parts of `precision` and `mesh` begin
  llvm::DenseSet<uint32_t> callParens, binaryOps, labelBraces;

  void visit(const Stmt &s) override {
    stmts[s.range.begin] = &s;
    if (const auto *f = llvm::dyn_cast<Function>(&s))
      callParens.insert(f->paramsRange.begin);
    else if (const auto *e = llvm::dyn_cast<Extern>(&s))
      callParens.insert(e->paramsRange.begin);
    else if (const auto *p = llvm::dyn_cast<Precision>(&s))
      for (const Policy &policy : p->policies)
        entries.insert(policy.range.begin);
    else if (const auto *m = llvm::dyn_cast<Mesh>(&s))
      for (const MeshEntry &entry : m->entries)
        entries.insert(entry.range.begin);
  }
  void visit(const Expr &e) override {
    if (const auto *binary = llvm::dyn_cast<BinaryExpr>(&e))
      binaryOps.insert(binary->opRange.begin);
    else if (const auto *labels = llvm::dyn_cast<LabelsExpr>(&e))
      labelBraces.insert(labels->braces.begin);
  }
  void visit(const Args &args) override { callParens.insert(args.range.begin); }
};

// A line of the source with a token or a comment.
struct Line {
  size_t first = 0, last = 0; // its tokens
  const Comment *comment = nullptr;
  bool blankBefore = false;
  const Stmt *stmt = nullptr;     // the statement that begins it
  unsigned indent = 0, width = 0; // in columns; the width without indentation and comment
  std::vector<std::pair<char, size_t>> anchors; // what is aligned, and its token

  bool isComment() const { return first == last; }
};

unsigned columns(StringRef text) {
  return unsigned(llvm::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

class Formatter {
public:
  Formatter(const SourceManager &sources, Tokens read, const File &tree)
      : sources(sources), file(tree.id), tokens(std::move(read.list)),
        comments(std::move(read.comments)), offset(tokens.size()), pad(tokens.size()),
        closes(tokens.size()) {
    facts.walk(tree);
  }

  std::string run() {
    matchBrackets();
    cutIntoLines();
    for (Line &line : lines)
      findAnchors(line);
    alignRuns();
    indentAll();
    return write();
  }

private:
  //===-- Lines --===//

  void cutIntoLines() {
    size_t nextComment = 0;
    auto lineOf = [&](uint32_t at) { return sources.lineColumn(file, at).line; };
    unsigned previous = 0;
    auto begin = [&](unsigned number) -> Line & {
      Line &line = lines.emplace_back();
      line.blankBefore = previous && number > previous + 1;
      previous = number;
      return line;
    };
    auto takeComments = [&](uint32_t before) {
      for (; nextComment < comments.size() && comments[nextComment].range.begin < before;
           ++nextComment) {
        unsigned number = lineOf(comments[nextComment].range.begin);
        if (lines.empty() || number != previous)
          begin(number);
        lines.back().comment = &comments[nextComment];
      }
    };
    for (size_t i = 0; i + 1 < tokens.size(); ++i) {
      takeComments(tokens[i].range.begin);
      if (tokens[i].afterNewline || lines.empty()) {
        Line &line = begin(lineOf(tokens[i].range.begin));
        line.first = i;
        line.stmt = facts.stmts.lookup(tokens[i].range.begin);
      }
      lines.back().last = i + 1;
    }
    takeComments(~0u);
    // A line of only a comment stands before the token that follows it.
    size_t next = tokens.size() - 1;
    for (Line &line : llvm::reverse(lines)) {
      if (line.last == 0)
        line.first = line.last = next;
      next = line.first;
    }
    for (Line &line : lines)
      measure(line);
  }

  // Columns of a line's tokens from the first of them, as far as they are known.
  void measure(Line &line) {
    unsigned column = 0;
    for (size_t i = line.first; i < line.last; ++i) {
      if (i > line.first)
        column += unsigned(spaceBefore(i)) + pad[i];
      offset[i] = column;
      column += columns(tokens[i].text);
    }
    line.width = column;
  }

  bool touched(size_t i) const { return tokens[i - 1].range.end == tokens[i].range.begin; }

  // * / % ^ and .. keep the blanks that the writer gave them, the same on both sides.
  bool isSpaced(size_t op) const {
    return !touched(op) ||
           (op + 1 < tokens.size() && !tokens[op + 1].afterNewline && !touched(op + 1));
  }
  bool isFree(size_t i) const {
    Kind kind = tokens[i].kind;
    return kind == Kind::DotDot || (isBinary(i) && (kind == Kind::Star || kind == Kind::Slash ||
                                                    kind == Kind::Percent || kind == Kind::Caret));
  }
  bool isBinary(size_t i) const { return facts.binaryOps.contains(tokens[i].range.begin); }
  bool isUnary(size_t i) const {
    Kind kind = tokens[i].kind;
    return (kind == Kind::Plus || kind == Kind::Minus || kind == Kind::Star) && !isBinary(i);
  }

  bool spaceBefore(size_t i) const {
    Kind before = tokens[i - 1].kind, kind = tokens[i].kind;
    if (before == Kind::LParen || before == Kind::LBracket || before == Kind::Dot ||
        kind == Kind::Dot)
      return false;
    if (kind == Kind::RParen || kind == Kind::RBracket || kind == Kind::Comma ||
        kind == Kind::Semicolon || kind == Kind::Colon)
      return false;
    if (before == Kind::LBrace && kind == Kind::RBrace)
      return false;
    if (kind == Kind::LParen && facts.callParens.contains(tokens[i].range.begin))
      return false;
    if (kind == Kind::LBracket &&
        (before == Kind::Name || before == Kind::RParen || before == Kind::RBracket))
      return false;
    if (isUnary(i - 1))
      return false;
    if (isFree(i))
      return isSpaced(i);
    if (isFree(i - 1))
      return isSpaced(i - 1);
    return true;
  }

  //===-- Columns --===//

  // What stands in one column with its like in neighbouring statements: '=', the type after ':',
  // from, named, as, in.
  void findAnchors(Line &line) {
    if (!line.stmt)
      return;
    unsigned depth = 0;
    bool seenColon = false;
    for (size_t i = line.first + 1; i < line.last; ++i) {
      Kind kind = tokens[i].kind;
      bool closesOne = kind == Kind::RParen || kind == Kind::RBracket || kind == Kind::RBrace;
      depth -= closesOne && depth ? 1 : 0;
      if (depth == 0) {
        if (kind == Kind::Semicolon)
          return;
        if (char anchor = anchorAt(line, i, seenColon))
          line.anchors.push_back({anchor, i});
        seenColon |= kind == Kind::Colon;
        if (kind == Kind::Assign)
          return;
      }
      depth += kind == Kind::LParen || kind == Kind::LBracket || kind == Kind::LBrace;
    }
  }

  char anchorAt(const Line &line, size_t i, bool seenColon) const {
    const Token &token = tokens[i];
    bool afterColon = tokens[i - 1].kind == Kind::Colon;
    switch (line.stmt->kind) {
    case Stmt::Kind::Dim:
      return token.kind == Kind::Assign ? '=' : token.text == "in" && i > line.first + 1 ? 'i' : 0;
    case Stmt::Kind::Set:
    case Stmt::Kind::Const:
    case Stmt::Kind::Layer:
    case Stmt::Kind::Assign:
    case Stmt::Kind::Source:
      return token.kind == Kind::Assign ? '=' : 0;
    case Stmt::Kind::Param:
      return afterColon ? ':' : token.kind == Kind::Assign ? '=' : 0;
    case Stmt::Kind::Field: {
      const auto *field = cast<Field>(line.stmt);
      if (afterColon && seenColon)
        return ':';
      if (field->reader && token.range.end <= field->reader->format.range.begin &&
          token.text == "from")
        return 'f';
      return field->fileNameRange && token.text == "named" ? 'n' : 0;
    }
    case Stmt::Kind::Minimize: {
      const Name &as = cast<Minimize>(line.stmt)->as;
      return as && i + 1 < line.last && tokens[i + 1].range == as.range ? 'a' : 0;
    }
    default:
      return 0;
    }
  }

  // Statements of several names are aligned among themselves: `dim p1, p2 = patch` pushes no `dim D
  // = 256` away.
  bool hasSeveralNames(const Line &line) const {
    return line.stmt->kind != Stmt::Kind::Param && line.first + 2 < line.last &&
           llvm::any_of(llvm::make_range(tokens.begin() + line.first,
                                         tokens.begin() + line.anchors[0].second),
                        [](const Token &t) { return t.kind == Kind::Comma; });
  }

  void alignRuns() {
    for (size_t begin = 0; begin < lines.size();) {
      std::vector<Line *> single, several;
      size_t end = begin;
      for (; end < lines.size() && (end == begin || goesOn(lines[begin], lines[end])); ++end)
        if (lines[end].stmt && !lines[end].anchors.empty())
          (hasSeveralNames(lines[end]) ? several : single).push_back(&lines[end]);
      for (char anchor : {':', '=', 'i', 'f', 'n', 'a'}) {
        align(single, anchor);
        align(several, anchor);
      }
      begin = end;
    }
  }

  // Does a run of statements of one kind go on with this line?
  bool goesOn(const Line &first, const Line &line) const {
    if (line.blankBefore || line.isComment() || first.isComment())
      return false;
    if (!line.stmt)
      return isContinuation(line);
    return first.stmt && line.stmt->kind == first.stmt->kind && !line.anchors.empty() &&
           !first.anchors.empty() && line.anchors[0].first == first.anchors[0].first;
  }

  void align(const std::vector<Line *> &run, char anchor) {
    // Lines that would be torn too far apart begin a new group.
    std::vector<std::pair<Line *, size_t>> group;
    unsigned low = 0, high = 0;
    auto flush = [&] {
      for (auto [line, token] : group) {
        pad[token] += high - offset[token];
        measure(*line);
      }
      group.clear();
    };
    for (Line *line : run) {
      auto found = llvm::find_if(line->anchors, [&](auto a) { return a.first == anchor; });
      if (found == line->anchors.end())
        continue;
      unsigned column = offset[found->second];
      unsigned limit = anchor != '=' ? 40 : line->stmt->kind == Stmt::Kind::Assign ? 4 : 8;
      if (!group.empty() && std::max(high, column) - std::min(low, column) > limit)
        flush();
      low = group.empty() ? column : std::min(low, column);
      high = group.empty() ? column : std::max(high, column);
      group.push_back({line, found->second});
    }
    flush();
  }

  //===-- Indentation --===//

  bool isContinuation(const Line &line) const {
    const Token &token = tokens[line.first];
    return !line.isComment() && !line.stmt && !facts.entries.contains(token.range.begin) &&
           token.text != "else" && !(token.kind == Kind::RBrace && closesBody(line.first));
  }

  bool closesBody(size_t closer) const { return closes[closer] && bodyOpener[*closes[closer]]; }

  void matchBrackets() {
    bodyOpener.assign(tokens.size(), false);
    std::vector<size_t> open;
    for (size_t i = 0; i < tokens.size(); ++i) {
      Kind kind = tokens[i].kind;
      if (kind == Kind::LParen || kind == Kind::LBracket || kind == Kind::LBrace) {
        bodyOpener[i] = kind == Kind::LBrace && !facts.labelBraces.contains(tokens[i].range.begin);
        open.push_back(i);
      } else if ((kind == Kind::RParen || kind == Kind::RBracket || kind == Kind::RBrace) &&
                 !open.empty()) {
        closes[i] = open.back();
        open.pop_back();
      }
    }
  }

  void indentAll() {
    std::vector<size_t> open; // brackets before the current line
    const Line *head = nullptr;
    std::vector<const Line *> lineOf(tokens.size());
    for (Line &line : lines) {
      line.indent = indentOf(line, open, head, lineOf);
      if (line.isComment())
        continue;
      if (!isContinuation(line))
        head = &line;
      for (size_t i = line.first; i < line.last; ++i) {
        lineOf[i] = &line;
        Kind kind = tokens[i].kind;
        if (kind == Kind::LParen || kind == Kind::LBracket || kind == Kind::LBrace)
          open.push_back(i);
        else if (closes[i] && !open.empty())
          open.pop_back();
      }
    }
  }

  unsigned indentOf(const Line &line, const std::vector<size_t> &open, const Line *head,
                    const std::vector<const Line *> &lineOf) const {
    const Token &token = tokens[line.first];
    unsigned depth = unsigned(llvm::count_if(open, [&](size_t i) { return bodyOpener[i]; }));
    bool closesOne = !line.isComment() && closes[line.first];
    bool insideBracket = !open.empty() && !bodyOpener[open.back()];
    if (insideBracket) {
      size_t opener = open.back();
      const Line &owner = *lineOf[opener];
      if (opener + 1 == owner.last)
        return owner.indent + (closesOne ? 0 : 2);
      return owner.indent + offset[closesOne ? opener : opener + 1];
    }
    Line coming = line; // a comment stands where the statement after it would
    coming.last = std::max(coming.last, coming.first + 1);
    coming.stmt = facts.stmts.lookup(token.range.begin);
    bool atEnd = token.kind == Kind::End;
    if (!head || atEnd || !isContinuation(coming))
      return 2 * (depth - (closesOne && depth ? 1 : 0));
    if (token.kind == Kind::PipeInto || token.kind == Kind::Arrow)
      return head->indent + 4;
    return head->indent + formulaStart(*head);
  }

  // Where the formula of a statement begins: after its '=', or after its keyword.
  unsigned formulaStart(const Line &head) const {
    if (!head.stmt)
      return 4;
    for (size_t i = head.first; i + 1 < head.last; ++i) {
      bool isKeyword =
          i == head.first &&
          (head.stmt->kind == Stmt::Kind::Return || head.stmt->kind == Stmt::Kind::Minimize ||
           head.stmt->kind == Stmt::Kind::Report || head.stmt->kind == Stmt::Kind::Optimizer);
      if (isKeyword || tokens[i].kind == Kind::Assign)
        return offset[i + 1];
      if (tokens[i].kind == Kind::LParen || tokens[i].kind == Kind::LBrace)
        break;
    }
    return 4;
  }

  //===-- Output --===//

  // The column of the comments of a run of lines: that of the first in the source, if all have
  // room.
  unsigned commentColumn(size_t begin, size_t &end) const {
    unsigned column = sources.begin(lines[begin].comment->range).column - 1;
    for (end = begin; end < lines.size(); ++end) {
      const Line &line = lines[end];
      if (!line.comment || line.isComment() || (end > begin && line.blankBefore))
        break;
      column = std::max(column, line.indent + line.width + 2);
    }
    return column;
  }

  std::string write() const {
    std::string out;
    size_t runEnd = 0;
    unsigned column = 0;
    for (size_t n = 0; n < lines.size(); ++n) {
      const Line &line = lines[n];
      if (line.blankBefore)
        out += '\n';
      out.append(line.indent, ' ');
      for (size_t i = line.first; i < line.last; ++i) {
        if (i > line.first)
          out.append(unsigned(spaceBefore(i)) + pad[i], ' ');
        out += tokens[i].text;
      }
      if (line.comment && !line.isComment()) {
        if (n >= runEnd)
          column = commentColumn(n, runEnd);
        out.append(column - line.indent - line.width, ' ');
      }
      if (line.comment)
        out += sources.text(line.comment->range);
      out += '\n';
    }
    return out;
  }

  const SourceManager &sources;
  FileId file;
  Facts facts;
  std::vector<Token> tokens;
  std::vector<Comment> comments;
  std::vector<Line> lines;
  std::vector<unsigned> offset, pad;         // a token's column in its line; blanks added before it
  std::vector<std::optional<size_t>> closes; // the bracket that a token closes
  std::vector<bool> bodyOpener;
};
} // namespace

std::optional<std::string> format(const SourceManager &sources, FileId file, diag::Engine &diags) {
  unsigned before = diags.errorCount();
  File tree = parse(sources, file, diags);
  if (diags.errorCount() != before)
    return std::nullopt;
  diag::Engine ignored(sources); // what the lexer says was said while parsing
  return Formatter(sources, lex(sources, file, ignored), tree).run();
}

} // namespace orrery::lang
