// The parser's state, shared by the files that hold its parts: items, statements, expressions.
//
// A member that reads something returns null (or false) if it could not, after a message. The
// statement that it stood in is then dropped, and reading goes on with the next, so that one file
// shows several mistakes at once.

#ifndef ORRERY_FRONTEND_LANG_PARSERIMPL_H
#define ORRERY_FRONTEND_LANG_PARSERIMPL_H

#include "frontend/lang/Lexer.h"
#include "frontend/lang/Parser.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace orrery::lang {

class Parser {
public:
  using Kind = Token::Kind;

  Parser(const SourceManager &sources, FileId file, diag::Engine &diags)
      : sources(sources), diags(diags), tokens(lex(sources, file, diags).list), file(file) {}

  File parseFile();
  ExprPtr parseWholeExpression();

private:
  // How deep brackets, bodies and prefix operators may nest: the parser recurses for each.
  static constexpr unsigned maxNesting = 200;

  //===-- Tokens (Parser.cpp)
  //---------------------------------------------------------------------------------===//

  const Token &token() const { return tokens[at]; }
  const Token &ahead(unsigned n = 1) const { return tokens[std::min(at + n, tokens.size() - 1)]; }
  // The kind of the next token, or Newline where the end of a line ends a statement.
  Kind peek() const;
  bool is(Kind kind) const { return peek() == kind; }
  bool isWord(llvm::StringRef word) const { return is(Kind::Name) && token().text == word; }
  void advance();
  bool accept(Kind kind);
  bool acceptWord(llvm::StringRef word);
  void skipNewlines() { lineEndSeen = true; }
  Range lastRange() const { return at ? tokens[at - 1].range : tokens[at].range.start(); }
  // From `begin` to the end of the last token read.
  Range since(Range begin) const { return begin.to(lastRange()); }

  // "expected `what`, found ...": always false. `expect` reads the token, or gives that message.
  diag::Diagnostic *wrong(llvm::StringRef what);
  bool expect(Kind kind, llvm::StringRef what = {});
  bool expectWord(llvm::StringRef word);
  // A closing bracket; the message says where `opener` stands.
  bool close(Kind kind, const Token &opener);
  bool name(Name &into, llvm::StringRef what);
  bool string(std::string &into, Range &range, llvm::StringRef what);
  bool names(std::vector<Name> &into, llvm::StringRef what);
  std::string found() const;
  void adviseFor(diag::Diagnostic &message);

  // Inside ( ) and [ ] lines do not end statements; inside { } they do.
  struct Brackets {
    Parser &parser;
    bool before;
    Brackets(Parser &parser, bool inside) : parser(parser), before(parser.insideBrackets) {
      parser.insideBrackets = inside;
    }
    ~Brackets() { parser.insideBrackets = before; }
  };
  struct Nest {
    Parser &parser;
    explicit Nest(Parser &parser) : parser(parser) { ++parser.nesting; }
    ~Nest() { --parser.nesting; }
    // Gives a message where nesting is too deep.
    bool tooDeep() const { return parser.nesting > maxNesting && parser.refuseDepth(); }
  };
  bool refuseDepth();

  // Goes to the next statement after the one that began with token `start`.
  void recover(size_t start);
  // Statements up to the closing brace.
  bool braces(llvm::StringRef owner, llvm::function_ref<bool()> readOne);
  bool separator(llvm::StringRef after);

  //===-- Items (Parser.cpp, ParseItems.cpp)
  //-------------------------------------------------------------------===//

  StmtPtr item();
  bool beginsItem() const;
  StmtPtr use();
  StmtPtr externFunction();
  StmtPtr function(Function::Role role);
  bool params(std::vector<Parameter> &into, Range &range);
  bool results(std::vector<Result> &into, Range &range);
  bool result(Result &into);
  bool type(Type &into);
  bool dimRefs(Type &into);
  StmtPtr data();
  StmtPtr datum();
  StmtPtr field();
  StmtPtr source();
  bool reader(Reader &into);
  StmtPtr train();
  StmtPtr precision();
  StmtPtr mesh();
  bool meshEntry(MeshEntry &into);

  //===-- Statements (ParseStatements.cpp)
  //-----------------------------------------------------------------------===//

  bool body(std::vector<StmtPtr> &into, llvm::StringRef owner, Range *range = nullptr);
  StmtPtr stmt();
  StmtPtr dim();
  StmtPtr set();
  StmtPtr constant();
  StmtPtr param();
  StmtPtr layer();
  StmtPtr assign();
  StmtPtr assignRest(std::unique_ptr<Assign> stmt);
  StmtPtr repeat();
  StmtPtr conditional();
  StmtPtr returns();
  StmtPtr minimize();
  StmtPtr report();
  StmtPtr optimizer();
  StmtPtr directive();

  //===-- Expressions (ParseExpressions.cpp)
  //-----------------------------------------------------------------------===//

  ExprPtr expr();
  ExprPtr pipe();
  ExprPtr disjunction();
  ExprPtr conjunction();
  ExprPtr negation();
  ExprPtr comparison();
  ExprPtr range();
  ExprPtr sum();
  ExprPtr term();
  ExprPtr unary();
  ExprPtr power();
  ExprPtr postfix();
  ExprPtr atom();
  ExprPtr number();
  ExprPtr parenthesised();
  ExprPtr labels();
  bool label(Label &into);
  bool args(Args &into, Kind closer, unsigned &height, Name *as = nullptr);
  bool argList(ArgList &into, unsigned &height);
  ExprPtr binary(BinaryExpr::Op op, ExprPtr left, ExprPtr right, Range opRange);
  // Sets the height of a new node; null after a message if that is too much.
  ExprPtr finish(ExprPtr e, unsigned highestPart);
  Name unitWord();

  const SourceManager &sources;
  diag::Engine &diags;
  std::vector<Token> tokens;
  FileId file;
  size_t at = 0;
  bool insideBrackets = false;
  bool lineEndSeen = true; // the end of line before the next token was dealt with
  unsigned nesting = 0;
};

} // namespace orrery::lang

#endif // ORRERY_FRONTEND_LANG_PARSERIMPL_H
