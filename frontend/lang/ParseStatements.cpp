// Statements of bodies. A keyword counts only where what follows it fits: `repeat = 3` assigns to a
// value called repeat.

#include "frontend/lang/ParserImpl.h"

#include "llvm/ADT/StringSwitch.h"

namespace orrery::lang {

using llvm::StringRef;

bool Parser::body(std::vector<StmtPtr> &into, StringRef owner, Range *range) {
  Range begin = token().range;
  bool good = braces(owner, [&] {
    StmtPtr read = stmt();
    if (!read)
      return false;
    into.push_back(std::move(read));
    return true;
  });
  if (range)
    *range = since(begin);
  return good;
}

StmtPtr Parser::stmt() {
  if (!is(Kind::Name)) {
    wrong("a statement");
    return nullptr;
  }
  using Read = StmtPtr (Parser::*)();
  const Token &next = ahead();
  bool sameLine = !next.afterNewline && next.kind != Kind::End;
  StringRef word = token().text;

  // These need a name after them.
  Read read = llvm::StringSwitch<Read>(word)
                  .Case("dim", &Parser::dim)
                  .Case("set", &Parser::set)
                  .Case("const", &Parser::constant)
                  .Case("param", &Parser::param)
                  .Case("layer", &Parser::layer)
                  .Default(nullptr);
  bool isValue = sameLine && (next.kind == Kind::Assign || next.kind == Kind::Comma ||
                              next.kind == Kind::Colon);
  bool isCall = sameLine && next.kind == Kind::LParen;
  if (read && !isValue && !isCall)
    return (this->*read)();

  // These need an expression, which may begin with '('.
  read = llvm::StringSwitch<Read>(word)
             .Case("repeat", &Parser::repeat)
             .Case("if", &Parser::conditional)
             .Case("return", &Parser::returns)
             .Case("minimize", &Parser::minimize)
             .Case("report", &Parser::report)
             .Case("optimizer", &Parser::optimizer)
             .Default(nullptr);
  if (read && !isValue)
    return (this->*read)();
  return isCall ? directive() : assign();
}

// dim = "dim" names [ "=" expr ] [ "in" parent { "," parent } ]
StmtPtr Parser::dim() {
  auto stmt = std::make_unique<Dim>();
  Range begin = token().range;
  advance();
  if (!names(stmt->names, "the name of a dim"))
    return nullptr;
  if (is(Kind::Name) && !isWord("in")) {
    if (diag::Diagnostic *message = wrong("',', '=', 'in' or the end of the line"))
      message->help("several dims are divided by commas: dim " + stmt->names.back().text + ", " +
                    token().text.str());
    return nullptr;
  }
  if (accept(Kind::Assign)) {
    skipNewlines();
    if (!(stmt->size = expr()))
      return nullptr;
  }
  if (acceptWord("in")) {
    do {
      skipNewlines();
      DimParent &parent = stmt->parents.emplace_back();
      if (!name(parent.dim, "the name of a dim"))
        return nullptr;
      if (accept(Kind::Colon)) {
        parent.map = std::move(parent.dim);
        if (!name(parent.dim, "the name of a dim"))
          return nullptr;
      }
    } while (accept(Kind::Comma));
  }
  stmt->range = since(begin);
  return stmt;
}

// set = "set" NAME "=" expr
StmtPtr Parser::set() {
  auto stmt = std::make_unique<Set>();
  Range begin = token().range;
  advance();
  if (!name(stmt->name, "the name of a setting") || !expect(Kind::Assign))
    return nullptr;
  skipNewlines();
  if (!(stmt->value = expr()))
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// const = "const" NAME [ ":" type ] "=" expr
StmtPtr Parser::constant() {
  auto stmt = std::make_unique<Const>();
  Range begin = token().range;
  advance();
  if (!name(stmt->name, "the name of a constant"))
    return nullptr;
  if (accept(Kind::Colon) && !type(stmt->type.emplace()))
    return nullptr;
  if (!expect(Kind::Assign))
    return nullptr;
  skipNewlines();
  if (!(stmt->value = expr()))
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// parameter = "param" names ":" type [ "=" expr ]
StmtPtr Parser::param() {
  auto stmt = std::make_unique<Param>();
  Range begin = token().range;
  advance();
  if (!names(stmt->names, "the name of a parameter") || !expect(Kind::Colon) || !type(stmt->type))
    return nullptr;
  if (accept(Kind::Assign)) {
    skipNewlines();
    if (!(stmt->init = expr()))
      return nullptr;
  }
  stmt->range = since(begin);
  return stmt;
}

// layer = "layer" names "=" NAME "(" args ")" [ "per" NAME ]
StmtPtr Parser::layer() {
  auto stmt = std::make_unique<Layer>();
  Range begin = token().range;
  advance();
  if (!names(stmt->names, "the name of a layer") || !expect(Kind::Assign))
    return nullptr;
  skipNewlines();
  if (!name(stmt->constructor, "the kind of layer, such as Linear"))
    return nullptr;
  if (!is(Kind::LParen)) {
    wrong("'('");
    return nullptr;
  }
  unsigned height = 0;
  if (!args(stmt->args, Kind::RParen, height))
    return nullptr;
  stmt->callRange = since(stmt->constructor.range);
  if (acceptWord("per") && !name(stmt->per, "the name of a dim"))
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// assign = NAME { "," NAME } [ ":" type ] "=" expr { "," expr }
StmtPtr Parser::assign() {
  auto stmt = std::make_unique<Assign>();
  const Token first = token();
  stmt->range = first.range;
  if (!names(stmt->targets, "a name"))
    return nullptr;
  if (accept(Kind::Colon) && !type(stmt->type.emplace()))
    return nullptr;
  if (is(Kind::Assign))
    return assignRest(std::move(stmt));
  // A word that begins no statement: a misspelt keyword, or one of another language.
  if (diag::Diagnostic *message = wrong("'='");
      message && stmt->targets.size() == 1 && !stmt->type) {
    std::string meant =
        diag::nearest(first.text, {"dim", "set", "const", "param", "layer", "repeat", "if",
                                   "return", "minimize", "report", "optimizer"});
    if (is(Kind::Name) && !meant.empty())
      message->help("did you mean '" + meant + "'?");
    else if (first.text == "for" || first.text == "while")
      message->help("loops are written repeat n with i { ... }");
    else if (first.text == "let" || first.text == "var")
      message->help("a value needs no keyword: x = ...");
  }
  return nullptr;
}

// From the '='.
StmtPtr Parser::assignRest(std::unique_ptr<Assign> stmt) {
  advance();
  do {
    skipNewlines();
    if (!stmt->values.emplace_back(expr()))
      return nullptr;
  } while (accept(Kind::Comma));
  stmt->range = since(stmt->range);
  return stmt;
}

// repeat = "repeat" expr [ "as" NAME ] [ "with" NAME ] body
StmtPtr Parser::repeat() {
  auto stmt = std::make_unique<Repeat>();
  Range begin = token().range;
  advance();
  if (!(stmt->count = expr()))
    return nullptr;
  if (acceptWord("as") && !name(stmt->as, "a name for the steps"))
    return nullptr;
  if (acceptWord("with") && !name(stmt->with, "a name for the counter"))
    return nullptr;
  if (!body(stmt->body, "'repeat'"))
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// if = "if" expr body [ "else" body ]; the 'else' may begin a line, as no statement begins so.
StmtPtr Parser::conditional() {
  auto stmt = std::make_unique<If>();
  Range begin = token().range;
  advance();
  if (!(stmt->condition = expr()) || !body(stmt->thenBody, "'if'"))
    return nullptr;
  if (token().kind == Kind::Name && token().text == "else" &&
      (ahead().kind == Kind::LBrace || ahead().text == "if")) {
    skipNewlines();
    advance();
    stmt->hasElse = true;
    if (isWord("if")) {
      if (diag::Diagnostic *message = wrong("'{'"))
        message->help("write else { if ... { ... } }");
      return nullptr;
    }
    if (!body(stmt->elseBody, "'else'"))
      return nullptr;
  }
  stmt->range = since(begin);
  return stmt;
}

// return = "return" expr { "," expr }
StmtPtr Parser::returns() {
  auto stmt = std::make_unique<Return>();
  Range begin = token().range;
  advance();
  do {
    if (!stmt->values.empty())
      skipNewlines();
    if (!stmt->values.emplace_back(expr()))
      return nullptr;
  } while (accept(Kind::Comma));
  stmt->range = since(begin);
  return stmt;
}

// minimize = "minimize" expr [ "as" NAME ]
StmtPtr Parser::minimize() {
  auto stmt = std::make_unique<Minimize>();
  Range begin = token().range;
  advance();
  if (!(stmt->value = expr()))
    return nullptr;
  if (acceptWord("as") && !name(stmt->as, "a name for the loss"))
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// report = "report" expr [ "as" NAME ] { "," expr [ "as" NAME ] }
StmtPtr Parser::report() {
  auto stmt = std::make_unique<Report>();
  Range begin = token().range;
  advance();
  do {
    if (!stmt->items.empty())
      skipNewlines();
    Reported &item = stmt->items.emplace_back();
    if (!(item.value = expr()))
      return nullptr;
    if (acceptWord("as") && !name(item.as, "a name for the number reported"))
      return nullptr;
  } while (accept(Kind::Comma));
  stmt->range = since(begin);
  return stmt;
}

// optimizer = "optimizer" expr
StmtPtr Parser::optimizer() {
  auto stmt = std::make_unique<Optimizer>();
  Range begin = token().range;
  advance();
  if (!(stmt->value = expr()))
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// directive = NAME "(" args [ "as" NAME ] ")"
StmtPtr Parser::directive() {
  auto stmt = std::make_unique<Directive>();
  stmt->name = {token().text.str(), token().range};
  advance();
  unsigned height = 0;
  if (!args(stmt->args, Kind::RParen, height, &stmt->as))
    return nullptr;
  stmt->range = since(stmt->name.range);
  return stmt;
}

} // namespace orrery::lang
