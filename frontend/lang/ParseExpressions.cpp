// Expressions, from the loosest binding (tiled) to the tightest (calls, indices, attributes), and
// arguments.

#include "frontend/lang/ParserImpl.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace orrery::lang {

using llvm::StringRef;
using Op = BinaryExpr::Op;

ExprPtr Parser::finish(ExprPtr e, unsigned highestPart) {
  e->height = highestPart + 1;
  if (e->height <= maxHeight)
    return e;
  diags.error(diag::E0005, lastRange());
  return nullptr;
}

ExprPtr Parser::binary(Op op, ExprPtr left, ExprPtr right, Range opRange) {
  Range range = left->range.to(right->range);
  unsigned height = std::max(left->height, right->height);
  return finish(std::make_unique<BinaryExpr>(range, op, std::move(left), std::move(right), opRange),
                height);
}

// expr = pipe [ "tiled" "(" args ")" ]
ExprPtr Parser::expr() {
  Nest nest(*this);
  if (nest.tooDeep())
    return nullptr;
  ExprPtr e = pipe();
  if (!e || !isWord("tiled") || ahead().kind != Kind::LParen)
    return e;
  advance();
  Args read;
  unsigned height = e->height;
  if (!args(read, Kind::RParen, height))
    return nullptr;
  Range range = since(e->range);
  return finish(std::make_unique<TiledExpr>(range, std::move(e), std::move(read)), height);
}

// pipe = or { "|>" or }
ExprPtr Parser::pipe() {
  ExprPtr e = disjunction();
  while (e && accept(Kind::PipeInto)) {
    skipNewlines();
    ExprPtr right = disjunction();
    if (!right)
      return nullptr;
    Range range = e->range.to(right->range);
    unsigned height = std::max(e->height, right->height);
    e = finish(std::make_unique<PipeExpr>(range, std::move(e), std::move(right)), height);
  }
  return e;
}

// or = and { "or" and }
ExprPtr Parser::disjunction() {
  ExprPtr e = conjunction();
  while (e && isWord("or")) {
    Range opRange = token().range;
    advance();
    skipNewlines();
    ExprPtr right = conjunction();
    if (!right)
      return nullptr;
    e = binary(Op::Or, std::move(e), std::move(right), opRange);
  }
  return e;
}

// and = not { "and" not }
ExprPtr Parser::conjunction() {
  ExprPtr e = negation();
  while (e && isWord("and")) {
    Range opRange = token().range;
    advance();
    skipNewlines();
    ExprPtr right = negation();
    if (!right)
      return nullptr;
    e = binary(Op::And, std::move(e), std::move(right), opRange);
  }
  return e;
}

static bool beginsOperand(Token::Kind kind) {
  using Kind = Token::Kind;
  return kind == Kind::Name || kind == Kind::Int || kind == Kind::Number || kind == Kind::String ||
         kind == Kind::LParen || kind == Kind::LBrace;
}

// not = "not" not | compare. A value may be called `not`: then no operand follows.
ExprPtr Parser::negation() {
  if (!isWord("not") || !beginsOperand(ahead().kind) || (ahead().afterNewline && !insideBrackets))
    return comparison();
  Nest nest(*this);
  if (nest.tooDeep())
    return nullptr;
  Range begin = token().range;
  advance();
  ExprPtr operand = negation();
  if (!operand)
    return nullptr;
  unsigned height = operand->height;
  return finish(std::make_unique<UnaryExpr>(since(begin), UnaryExpr::Op::Not, std::move(operand)),
                height);
}

static std::optional<Op> comparisonOf(Token::Kind kind) {
  using Kind = Token::Kind;
  switch (kind) {
  case Kind::Equal:
    return Op::Eq;
  case Kind::NotEqual:
    return Op::Ne;
  case Kind::Less:
    return Op::Lt;
  case Kind::LessEqual:
    return Op::Le;
  case Kind::Greater:
    return Op::Gt;
  case Kind::GreaterEqual:
    return Op::Ge;
  default:
    return std::nullopt;
  }
}

// compare = range [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) range ]
ExprPtr Parser::comparison() {
  ExprPtr e = range();
  std::optional<Op> op = comparisonOf(peek());
  if (!e || !op)
    return e;
  Range opRange = token().range;
  advance();
  skipNewlines();
  ExprPtr right = range();
  if (!right)
    return nullptr;
  e = binary(*op, std::move(e), std::move(right), opRange);
  if (e && comparisonOf(peek())) {
    diags.error(diag::E0008, token().range).help("write a < b and b < c");
    return nullptr;
  }
  return e;
}

// range = sum [ ".." sum ] | sum "then" sum
ExprPtr Parser::range() {
  ExprPtr e = sum();
  bool isThen = isWord("then");
  if (!e || (!isThen && !is(Kind::DotDot)))
    return e;
  advance();
  skipNewlines();
  ExprPtr right = sum();
  if (!right)
    return nullptr;
  Range range = e->range.to(right->range);
  unsigned height = std::max(e->height, right->height);
  if (isThen)
    return finish(std::make_unique<ThenExpr>(range, std::move(e), std::move(right)), height);
  return finish(std::make_unique<DimRangeExpr>(range, std::move(e), std::move(right)), height);
}

// sum = term { ( "+" | "-" ) term }
ExprPtr Parser::sum() {
  ExprPtr e = term();
  while (e && (is(Kind::Plus) || is(Kind::Minus))) {
    Op op = is(Kind::Plus) ? Op::Add : Op::Sub;
    Range opRange = token().range;
    advance();
    skipNewlines();
    ExprPtr right = term();
    if (!right)
      return nullptr;
    e = binary(op, std::move(e), std::move(right), opRange);
  }
  return e;
}

// term = unary { ( "*" | "/" | "%" ) unary }
ExprPtr Parser::term() {
  ExprPtr e = unary();
  while (e && (is(Kind::Star) || is(Kind::Slash) || is(Kind::Percent))) {
    Op op = is(Kind::Star) ? Op::Mul : is(Kind::Slash) ? Op::Div : Op::Mod;
    Range opRange = token().range;
    advance();
    skipNewlines();
    ExprPtr right = unary();
    if (!right)
      return nullptr;
    e = binary(op, std::move(e), std::move(right), opRange);
  }
  return e;
}

// unary = ( "+" | "-" ) unary | power
ExprPtr Parser::unary() {
  if (!is(Kind::Plus) && !is(Kind::Minus))
    return power();
  Nest nest(*this);
  if (nest.tooDeep())
    return nullptr;
  UnaryExpr::Op op = is(Kind::Plus) ? UnaryExpr::Op::Plus : UnaryExpr::Op::Minus;
  Range begin = token().range;
  advance();
  ExprPtr operand = unary();
  if (!operand)
    return nullptr;
  unsigned height = operand->height;
  return finish(std::make_unique<UnaryExpr>(since(begin), op, std::move(operand)), height);
}

// power = postfix [ "^" unary ]: -a^2 is -(a^2), a^-b is a^(-b), a^b^c is a^(b^c)
ExprPtr Parser::power() {
  ExprPtr e = postfix();
  if (!e || !is(Kind::Caret))
    return e;
  Nest nest(*this);
  if (nest.tooDeep())
    return nullptr;
  Range opRange = token().range;
  advance();
  skipNewlines();
  ExprPtr right = unary();
  return right ? binary(Op::Pow, std::move(e), std::move(right), opRange) : nullptr;
}

// postfix = atom { "(" args ")" | "[" args "]" | "." NAME | "like" NAME }
ExprPtr Parser::postfix() {
  ExprPtr e = atom();
  while (e) {
    Range begin = e->range;
    unsigned height = e->height;
    if (is(Kind::LParen) || is(Kind::LBracket)) {
      bool isCall = is(Kind::LParen);
      Args read;
      if (!args(read, isCall ? Kind::RParen : Kind::RBracket, height))
        return nullptr;
      if (isCall)
        e = std::make_unique<CallExpr>(since(begin), std::move(e), std::move(read));
      else
        e = std::make_unique<IndexExpr>(since(begin), std::move(e), std::move(read));
    } else if (accept(Kind::Dot)) {
      Name attr;
      if (auto *number = llvm::dyn_cast<IntExpr>(e.get()); number && !is(Kind::Name)) {
        if (diag::Diagnostic *message = wrong("a digit after '.'"))
          message->help("a number ends with a digit: " + std::to_string(number->value) + ".0");
        return nullptr;
      }
      if (!name(attr, "a name after '.'"))
        return nullptr;
      e = std::make_unique<AttrExpr>(since(begin), std::move(e), std::move(attr));
    } else if (isWord("like") && ahead().kind == Kind::Name &&
               (insideBrackets || !ahead().afterNewline)) {
      advance();
      Name model;
      if (!name(model, "a name after 'like'"))
        return nullptr;
      e = std::make_unique<LikeExpr>(since(begin), std::move(e), std::move(model));
    } else {
      return e;
    }
    e = finish(std::move(e), height);
  }
  return nullptr;
}

// atom = NAME | NUMBER [ NAME ] | INT [ NAME ] | STRING | "(" expr { "," expr } ")" | labels
ExprPtr Parser::atom() {
  Range begin = token().range;
  switch (peek()) {
  case Kind::Name: {
    std::string text = token().text.str();
    advance();
    return std::make_unique<NameExpr>(begin, std::move(text));
  }
  case Kind::Int:
  case Kind::Number:
    return number();
  case Kind::String: {
    std::string text = token().text.drop_front().drop_back().str();
    advance();
    return std::make_unique<StringExpr>(begin, std::move(text));
  }
  case Kind::LParen:
    return parenthesised();
  case Kind::LBrace:
    return labels();
  default:
    wrong("an expression");
    return nullptr;
  }
}

// The word after a number is its unit, unless it is one that goes on with the sentence: `repeat 3
// as blocks`.
Name Parser::unitWord() {
  if (!is(Kind::Name) || token().afterNewline)
    return {};
  bool goesOn = llvm::StringSwitch<bool>(token().text)
                    .Cases({"and", "or", "not", "then", "tiled", "like"}, true)
                    .Cases({"as", "with", "in", "per", "from", "named", "else"}, true)
                    .Default(false);
  if (goesOn)
    return {};
  Name unit{token().text.str(), token().range};
  advance();
  return unit;
}

ExprPtr Parser::number() {
  Token digits = token();
  bool isInt = is(Kind::Int);
  advance();
  int64_t whole = 0;
  double value = 0;
  // Out of range is too large, or too small to be told from nought; only the first is an error.
  bool fits = isInt ? !digits.text.getAsInteger(10, whole)
                    : std::isfinite(value = std::strtod(digits.text.str().c_str(), nullptr));
  if (!fits) {
    diags.error(diag::E0004, digits.range, digits.text);
    return nullptr;
  }
  Name unit = unitWord();
  if (isInt)
    return std::make_unique<IntExpr>(since(digits.range), whole, std::move(unit));
  return std::make_unique<NumberExpr>(since(digits.range), value, digits.text.str(),
                                      std::move(unit));
}

ExprPtr Parser::parenthesised() {
  Token opener = token();
  std::vector<ExprPtr> items;
  unsigned height = 0;
  {
    Brackets inside(*this, true);
    advance();
    do {
      ExprPtr item = expr();
      if (!item)
        return nullptr;
      height = std::max(height, item->height);
      items.push_back(std::move(item));
    } while (accept(Kind::Comma));
    if (!close(Kind::RParen, opener))
      return nullptr;
  }
  if (items.size() == 1) {
    items[0]->range = since(opener.range);
    return std::move(items[0]);
  }
  return finish(std::make_unique<TupleExpr>(since(opener.range), std::move(items)), height);
}

// label = NAME [ ":" expr ] [ "in" STRING ]
bool Parser::label(Label &into) {
  if (is(Kind::Int)) {
    if (diag::Diagnostic *message = wrong("a label"))
      message->help("a label begins with a letter; give what the file calls it after ':', as in "
                    "tmin: \"2m_temperature_min\"");
    return false;
  }
  if (!name(into.name, "a label"))
    return false;
  if (accept(Kind::Colon) && !(into.value = expr()))
    return false;
  return !acceptWord("in") || string(into.unit, into.unitRange, "a unit in quotes");
}

// labels = "{" { NEWLINE } label { ( "," | NEWLINE ) label } [ "," ] { NEWLINE } "}"
ExprPtr Parser::labels() {
  Token opener = token();
  std::vector<Label> read;
  unsigned height = 0;
  {
    Brackets inside(*this, false);
    advance();
    while (true) {
      skipNewlines();
      if (is(Kind::RBrace) && !read.empty())
        break;
      if (!label(read.emplace_back()))
        return nullptr;
      if (read.back().value)
        height = std::max(height, read.back().value->height);
      if (!accept(Kind::Comma) && !is(Kind::Newline))
        break;
    }
    if (!close(Kind::RBrace, opener))
      return nullptr;
  }
  return finish(std::make_unique<LabelsExpr>(since(opener.range), std::move(read)), height);
}

// The items up to the next '->', ';' or the end. arg = [ NAME ":" ] expr
bool Parser::argList(ArgList &into, unsigned &height) {
  into.range = token().range;
  do {
    Range begin = token().range;
    Name named;
    if (is(Kind::Name) && ahead().kind == Kind::Colon) {
      named = {token().text.str(), token().range};
      advance();
      advance();
    }
    ExprPtr value = expr();
    if (!value)
      return false;
    height = std::max(height, value->height);
    if (named) {
      into.named.push_back({std::move(named), {}, begin});
      into.named.back().values.push_back(std::move(value));
    } else if (!into.named.empty()) {
      into.named.back().values.push_back(std::move(value));
    } else {
      into.items.push_back(std::move(value));
    }
    if (!into.named.empty())
      into.named.back().range = since(into.named.back().range);
  } while (accept(Kind::Comma));
  into.range = since(into.range);
  return true;
}

// args = [ arg { ( "," | "->" | ";" ) arg } ], from one bracket to the other; with `as`, a name may
// follow: "as" NAME
bool Parser::args(Args &into, Kind closer, unsigned &height, Name *as) {
  Token opener = token();
  Brackets inside(*this, true);
  advance();
  if (!is(closer)) {
    bool more = true;
    while (more) {
      ArgGroup group;
      group.range = token().range;
      do {
        if (!argList(group.lists.emplace_back(), height))
          return false;
        if (closer == Kind::RBracket && (is(Kind::Arrow) || is(Kind::Semicolon))) {
          diags.error(diag::E0009, token().range, token().text);
          return false;
        }
      } while (accept(Kind::Arrow));
      group.range = since(group.range);
      into.groups.push_back(std::move(group));
      more = accept(Kind::Semicolon);
    }
  }
  if (as && isWord("as")) {
    advance();
    if (!name(*as, "a name after 'as'"))
      return false;
  }
  if (!close(closer, opener))
    return false;
  into.range = since(opener.range);
  return true;
}

} // namespace orrery::lang
