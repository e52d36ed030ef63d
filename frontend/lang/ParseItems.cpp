// What a file consists of: functions with their types, data, training, precision, mesh.

#include "frontend/lang/ParserImpl.h"

#include "llvm/ADT/StringSwitch.h"

namespace orrery::lang {

using llvm::StringRef;

static std::optional<Function::Role> roleOf(StringRef word) {
  return llvm::StringSwitch<std::optional<Function::Role>>(word)
      .Case("fn", Function::Role::Fn)
      .Case("block", Function::Role::Block)
      .Case("model", Function::Role::Model)
      .Case("predict", Function::Role::Predict)
      .Default(std::nullopt);
}

// Does an item begin here that no statement of a body could be taken for?
bool Parser::beginsItem() const {
  const Token &word = token(), &next = ahead();
  if (word.kind != Kind::Name || next.afterNewline)
    return false;
  if (roleOf(word.text))
    return next.kind == Kind::Name && ahead(2).kind == Kind::LParen;
  if (word.text == "data")
    return next.kind == Kind::Name && ahead(2).kind == Kind::LBrace;
  if (word.text == "train")
    return next.kind == Kind::Name && ahead(2).text == "on";
  if (word.text == "precision" || word.text == "mesh")
    return next.kind == Kind::LBrace;
  if (word.text == "extern")
    return next.text == "fn" && ahead(2).kind == Kind::Name;
  return word.text == "use" && next.kind == Kind::String;
}

StmtPtr Parser::item() {
  using Read = StmtPtr (Parser::*)();
  StringRef word = is(Kind::Name) ? token().text : StringRef();
  if (std::optional<Function::Role> role = roleOf(word))
    return function(*role);
  Read read = llvm::StringSwitch<Read>(word)
                  .Case("use", &Parser::use)
                  .Case("extern", &Parser::externFunction)
                  .Case("set", &Parser::set)
                  .Case("dim", &Parser::dim)
                  .Case("const", &Parser::constant)
                  .Case("data", &Parser::data)
                  .Case("train", &Parser::train)
                  .Case("precision", &Parser::precision)
                  .Case("mesh", &Parser::mesh)
                  .Default(nullptr);
  if (read)
    return (this->*read)();
  if (token().kind == Kind::Bad || is(Kind::End))
    return nullptr;
  diag::Diagnostic &message = diags.error(diag::E0010, token().range, found());
  std::string meant =
      diag::nearest(word, {"use", "extern", "set", "dim", "const", "fn", "block", "model", "data",
                           "train", "predict", "precision", "mesh"});
  if (!meant.empty() && ahead().kind != Kind::Assign)
    message.help("did you mean '" + meant + "'?");
  else if (is(Kind::RBrace))
    message.help("there is one '}' too many above, or a '{' is missing");
  else if (!word.empty() && ahead().kind == Kind::Assign)
    message.help("numbers of a file are written set " + word.str() + " = ...");
  return nullptr;
}

// use = "use" STRING [ "as" NAME ]
StmtPtr Parser::use() {
  auto stmt = std::make_unique<Use>();
  Range begin = token().range;
  advance();
  if (!string(stmt->path, stmt->pathRange, "the name of a file in quotes"))
    return nullptr;
  if (acceptWord("as") && !name(stmt->as, "a name"))
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// extern = "extern" "fn" NAME params "->" results "from" STRING
StmtPtr Parser::externFunction() {
  auto stmt = std::make_unique<Extern>();
  Range begin = token().range, ignored;
  advance();
  if (!expectWord("fn") || !name(stmt->name, "the name of a function") ||
      !params(stmt->params, stmt->paramsRange) || !expect(Kind::Arrow) ||
      !results(stmt->results, ignored) || !expectWord("from") ||
      !string(stmt->library, stmt->libraryRange, "a library in quotes"))
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// fn, block, model, predict = ... NAME params [ "->" results ] body
StmtPtr Parser::function(Function::Role role) {
  auto stmt = std::make_unique<Function>(role);
  Range begin = token().range;
  advance();
  if (!name(stmt->name, std::string("the name of the ") + spelling(role)) ||
      !params(stmt->params, stmt->paramsRange))
    return nullptr;
  if (accept(Kind::Arrow)) {
    skipNewlines();
    if (!results(stmt->results, stmt->resultsRange))
      return nullptr;
  }
  std::string owner = std::string(spelling(role)) + " '" + stmt->name.text + "'";
  if (!body(stmt->body, owner, &stmt->bodyRange))
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// params = "(" [ param { "," param } ] ")"; param = NAME [ ":" type ] [ "=" expr ]
bool Parser::params(std::vector<Parameter> &into, Range &range) {
  Token opener = token();
  if (!is(Kind::LParen)) {
    wrong("'('");
    return false;
  }
  Brackets inside(*this, true);
  advance();
  if (!is(Kind::RParen)) {
    do {
      Parameter &param = into.emplace_back();
      if (!name(param.name, "the name of a parameter"))
        return false;
      if (accept(Kind::Colon) && !type(param.type.emplace()))
        return false;
      if (accept(Kind::Assign) && !(param.value = expr()))
        return false;
      param.range = since(param.name.range);
    } while (accept(Kind::Comma));
  }
  if (!close(Kind::RParen, opener))
    return false;
  range = since(opener.range);
  return true;
}

// results = result | "(" result "," result { "," result } ")"
bool Parser::results(std::vector<Result> &into, Range &range) {
  Token opener = token();
  range = opener.range;
  if (!is(Kind::LParen)) {
    bool good = result(into.emplace_back());
    range = since(range);
    return good;
  }
  Brackets inside(*this, true);
  advance();
  do {
    if (!result(into.emplace_back()))
      return false;
  } while (accept(Kind::Comma));
  if (into.size() == 1 && is(Kind::RParen)) {
    if (diag::Diagnostic *message = wrong("','"))
      message->help("one result stands without parentheses");
    return false;
  }
  if (!close(Kind::RParen, opener))
    return false;
  range = since(range);
  return true;
}

// result = [ NAME ":" ] type
bool Parser::result(Result &into) {
  Range begin = token().range;
  if (is(Kind::Name) && ahead().kind == Kind::Colon) {
    into.name = {token().text.str(), begin};
    advance();
    advance();
  }
  if (!type(into.type))
    return false;
  into.range = since(begin);
  return true;
}

// type = [ NAME ] "[" [ dimref { "," dimref } ] "]" [ "in" STRING ] | NAME [ "in" STRING ] | "like"
// NAME
bool Parser::type(Type &into) {
  Range begin = token().range;
  if (isWord("like") && ahead().kind == Kind::Name && (insideBrackets || !ahead().afterNewline)) {
    into.kind = Type::Kind::Like;
    advance();
    if (!name(into.model, "a name after 'like'"))
      return false;
    into.range = since(begin);
    return true;
  }
  if (!is(Kind::LBracket) && !name(into.element, "a type"))
    return false;
  if (is(Kind::LBracket)) {
    into.kind = Type::Kind::Tensor;
    if (!dimRefs(into))
      return false;
  }
  // Without a string after it, `in` belongs to what follows.
  if (isWord("in") && ahead().kind == Kind::String) {
    advance();
    string(into.unit, into.unitRange, "a unit in quotes");
  }
  into.range = since(begin);
  return true;
}

// dimref = NAME | "*"
bool Parser::dimRefs(Type &into) {
  Token opener = token();
  Brackets inside(*this, true);
  advance();
  if (!is(Kind::RBracket)) {
    do {
      if (is(Kind::Star)) {
        into.dims.push_back({{"*", token().range}});
        advance();
      } else if (!name(into.dims.emplace_back().name, "a dim")) {
        return false;
      }
    } while (accept(Kind::Comma));
  }
  return close(Kind::RBracket, opener);
}

// data = "data" NAME "{" { NEWLINE } { datum sep } [ datum ] "}"
StmtPtr Parser::data() {
  auto stmt = std::make_unique<Data>();
  Range begin = token().range;
  advance();
  if (!name(stmt->name, "a name for the data"))
    return nullptr;
  bool good = braces("data '" + stmt->name.text + "'", [&] {
    StmtPtr read = datum();
    if (!read)
      return false;
    stmt->body.push_back(std::move(read));
    return true;
  });
  if (!good)
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// datum = field | source | assign | directive
StmtPtr Parser::datum() {
  if (!is(Kind::Name)) {
    wrong("a field or a directive");
    return nullptr;
  }
  if (token().text == "source" && ahead().kind == Kind::Name && !ahead().afterNewline)
    return source();
  if (ahead().kind == Kind::Colon)
    return field();
  return ahead().kind == Kind::LParen && !ahead().afterNewline ? directive() : assign();
}

// field = NAME ":" type [ "from" reader ] [ "named" STRING ]; with '=' after the type, an
// assignment
StmtPtr Parser::field() {
  auto stmt = std::make_unique<Field>();
  Range begin = token().range;
  name(stmt->name, "the name of a field");
  advance();
  if (!type(stmt->type))
    return nullptr;
  if (is(Kind::Assign)) {
    auto assignment = std::make_unique<Assign>();
    assignment->range = begin;
    assignment->targets.push_back(std::move(stmt->name));
    assignment->type = std::move(stmt->type);
    return assignRest(std::move(assignment));
  }
  if (acceptWord("from") && !reader(stmt->reader.emplace()))
    return nullptr;
  if (acceptWord("named") &&
      !string(stmt->fileName, stmt->fileNameRange, "the name in the file, in quotes"))
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// source = "source" NAME "=" reader
StmtPtr Parser::source() {
  auto stmt = std::make_unique<Source>();
  Range begin = token().range;
  advance();
  if (!name(stmt->name, "a name for the source") || !expect(Kind::Assign))
    return nullptr;
  skipNewlines();
  if (!reader(stmt->reader))
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// reader = NAME STRING { NAME "(" args ")" }
bool Parser::reader(Reader &into) {
  Range begin = token().range;
  if (!name(into.format, "a file format, such as netcdf") ||
      !string(into.path, into.pathRange, "a path in quotes"))
    return false;
  while (is(Kind::Name) && ahead().kind == Kind::LParen) {
    ReaderOption &option = into.options.emplace_back();
    unsigned height = 0;
    name(option.name, "an option");
    if (!args(option.args, Kind::RParen, height))
      return false;
  }
  into.range = since(begin);
  return true;
}

// train = "train" NAME "on" NAME body
StmtPtr Parser::train() {
  auto stmt = std::make_unique<Train>();
  Range begin = token().range;
  advance();
  if (!name(stmt->model, "the name of a model") || !expectWord("on") ||
      !name(stmt->data, "the name of a data section") || !body(stmt->body, "'train'"))
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// policy = names ":" NAME
StmtPtr Parser::precision() {
  auto stmt = std::make_unique<Precision>();
  Range begin = token().range;
  advance();
  bool good = braces("'precision'", [&] {
    Policy policy;
    policy.range = token().range;
    if (!names(policy.names, "what the precision is for") || !expect(Kind::Colon) ||
        !name(policy.type, "a type, such as f32"))
      return false;
    policy.range = since(policy.range);
    stmt->policies.push_back(std::move(policy));
    return true;
  });
  if (!good)
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

StmtPtr Parser::mesh() {
  auto stmt = std::make_unique<Mesh>();
  Range begin = token().range;
  advance();
  bool good = braces("'mesh'", [&] {
    MeshEntry entry;
    if (!meshEntry(entry))
      return false;
    stmt->entries.push_back(std::move(entry));
    return true;
  });
  if (!good)
    return nullptr;
  stmt->range = since(begin);
  return stmt;
}

// axis = NAME ":" ( INT | "auto" ) | names "->" NAME
bool Parser::meshEntry(MeshEntry &into) {
  Range begin = token().range;
  if (!names(into.names, "an axis or a dim"))
    return false;
  if (into.names.size() > 1 || is(Kind::Arrow)) {
    into.kind = MeshEntry::Kind::Map;
    if (!expect(Kind::Arrow))
      return false;
    skipNewlines();
    if (!name(into.axis, "an axis"))
      return false;
  } else {
    if (!expect(Kind::Colon, "':' or '->'"))
      return false;
    if (is(Kind::Int)) {
      if (token().text.getAsInteger(10, into.size.emplace())) {
        diags.error(diag::E0004, token().range, token().text);
        return false;
      }
      advance();
    } else if (!acceptWord("auto")) {
      wrong("a whole number or 'auto'");
      return false;
    }
  }
  into.range = since(begin);
  return true;
}

} // namespace orrery::lang
