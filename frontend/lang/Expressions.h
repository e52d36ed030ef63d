// The part of the syntax tree that has values: expressions, and what stands between brackets.

#ifndef ORRERY_FRONTEND_LANG_EXPRESSIONS_H
#define ORRERY_FRONTEND_LANG_EXPRESSIONS_H

#include "frontend/lang/Source.h"

#include "llvm/Support/Casting.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace orrery::lang {

// No expression is higher than this; longer sums and pipes are refused.
inline constexpr unsigned maxHeight = 1000;

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

// A name where the grammar wants a name. Optional names are empty if absent.
struct Name {
  std::string text;
  Range range;

  bool empty() const { return text.empty(); }
  explicit operator bool() const { return !empty(); }
};

struct Expr {
  enum class Kind {
    Name,     // D, normal
    Int,      // 3, 2 epochs
    Number,   // 0.5, 1e-3, 1.5 hours
    String,   // "1981"
    Tuple,    // (a, b)
    Labels,   // { tp: 1, tmin: 10 }
    Call,     // f(x, over: d)
    Index,    // x[part: q]
    Attr,     // edge.src
    Like,     // normal like x
    Pipe,     // x |> f
    Unary,    // -x, not x
    Binary,   // a + b, a == b, a and b
    DimRange, // 1..4
    Then,     // warmup(2 epochs) then cosine(1e-3)
    Tiled,    // f(x) tiled(lat: 2)
  };

  const Kind kind;
  unsigned height = 1; // one more than that of its highest part
  Range range;

  virtual ~Expr() = default;
  // What a call applies; the expression itself if it is no call (as `gelu` in `x |> gelu`).
  const Expr *callee() const;

protected:
  Expr(Kind kind, Range range) : kind(kind), range(range) {}
};

// `over: lat, lon`: an unnamed item after a named one belongs to it. `values` is never empty.
struct NamedArg {
  Name name;
  std::vector<ExprPtr> values;
  Range range; // from the name to the last value
};

// Items between commas: first the unnamed, then the named.
struct ArgList {
  std::vector<ExprPtr> items;
  std::vector<NamedArg> named;
  Range range;
};

// Lists joined by arrows: `row, p1 -> D` has two. Without an arrow there is one list.
struct ArgGroup {
  std::vector<ArgList> lists; // at least one
  Range range;

  bool isSpec() const { return lists.size() > 1; }
};

// What stands between `( )` or `[ ]`: groups divided by `;`. `f()` has no group.
//
//   split(x; lat -> row, p1; lon -> col, p2)   groups: [x] [lat -> row, p1] [lon -> col, p2]
//   MLP(D -> 4*D -> D, act: gelu)              one group of three lists; `act` is named in the
//   third
struct Args {
  std::vector<ArgGroup> groups;
  Range range; // with the brackets

  bool empty() const { return groups.empty(); }
  // The argument of this name, wherever it stands, or null.
  const NamedArg *find(llvm::StringRef name) const;
};

struct NameExpr : Expr {
  std::string name;

  NameExpr(Range range, std::string name) : Expr(Kind::Name, range), name(std::move(name)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Name; }
};

// A whole number, perhaps with a unit word after it.
struct IntExpr : Expr {
  int64_t value;
  Name unit;

  IntExpr(Range range, int64_t value, Name unit)
      : Expr(Kind::Int, range), value(value), unit(std::move(unit)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Int; }
};

struct NumberExpr : Expr {
  double value;
  std::string text; // as written
  Name unit;

  NumberExpr(Range range, double value, std::string text, Name unit)
      : Expr(Kind::Number, range), value(value), text(std::move(text)), unit(std::move(unit)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Number; }
};

struct StringExpr : Expr {
  std::string value; // without quotes; the language has no escapes

  StringExpr(Range range, std::string value) : Expr(Kind::String, range), value(std::move(value)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::String; }
};

// Two items or more. `(a)` is just a, though its range includes the parentheses.
struct TupleExpr : Expr {
  std::vector<ExprPtr> items;

  TupleExpr(Range range, std::vector<ExprPtr> items)
      : Expr(Kind::Tuple, range), items(std::move(items)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Tuple; }
};

// `tp: "total_precipitation_24hr"` or `tp`.
struct Label {
  Name name;
  ExprPtr value; // null if absent
  std::string unit;
  Range unitRange; // empty if absent
};

struct LabelsExpr : Expr {
  std::vector<Label> labels; // at least one
  Range braces;              // as `range`, but never with parentheses around

  LabelsExpr(Range range, std::vector<Label> labels)
      : Expr(Kind::Labels, range), labels(std::move(labels)), braces(range) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Labels; }
};

// Named so that it does not hide Expr::callee().
struct CallExpr : Expr {
  ExprPtr function;
  Args args;

  CallExpr(Range range, ExprPtr function, Args args)
      : Expr(Kind::Call, range), function(std::move(function)), args(std::move(args)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Call; }
};

// One group and one list in all that parses: `;` and `->` are refused between `[ ]`.
struct IndexExpr : Expr {
  ExprPtr base;
  Args args;

  IndexExpr(Range range, ExprPtr base, Args args)
      : Expr(Kind::Index, range), base(std::move(base)), args(std::move(args)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Index; }
};

struct AttrExpr : Expr {
  ExprPtr base;
  Name name;

  AttrExpr(Range range, ExprPtr base, Name name)
      : Expr(Kind::Attr, range), base(std::move(base)), name(std::move(name)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Attr; }
};

// `normal like x`: base for the dims of the value named.
struct LikeExpr : Expr {
  ExprPtr base;
  Name model;

  LikeExpr(Range range, ExprPtr base, Name model)
      : Expr(Kind::Like, range), base(std::move(base)), model(std::move(model)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Like; }
};

// `left |> right`: right is a name or call that gets left as its first operand.
struct PipeExpr : Expr {
  ExprPtr left, right;

  PipeExpr(Range range, ExprPtr left, ExprPtr right)
      : Expr(Kind::Pipe, range), left(std::move(left)), right(std::move(right)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Pipe; }
};

struct UnaryExpr : Expr {
  enum class Op { Plus, Minus, Not };
  Op op;
  ExprPtr operand;

  UnaryExpr(Range range, Op op, ExprPtr operand)
      : Expr(Kind::Unary, range), op(op), operand(std::move(operand)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Unary; }
};

struct BinaryExpr : Expr {
  enum class Op { Add, Sub, Mul, Div, Mod, Pow, Eq, Ne, Lt, Le, Gt, Ge, And, Or };
  Op op;
  ExprPtr left, right;
  Range opRange;

  BinaryExpr(Range range, Op op, ExprPtr left, ExprPtr right, Range opRange)
      : Expr(Kind::Binary, range), op(op), left(std::move(left)), right(std::move(right)),
        opRange(opRange) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Binary; }
};

// As the source writes it: "+", "not".
const char *spelling(UnaryExpr::Op op);
const char *spelling(BinaryExpr::Op op);

// `first..last`, both included.
struct DimRangeExpr : Expr {
  ExprPtr first, last;

  DimRangeExpr(Range range, ExprPtr first, ExprPtr last)
      : Expr(Kind::DimRange, range), first(std::move(first)), last(std::move(last)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::DimRange; }
};

struct ThenExpr : Expr {
  ExprPtr first, second;

  ThenExpr(Range range, ExprPtr first, ExprPtr second)
      : Expr(Kind::Then, range), first(std::move(first)), second(std::move(second)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Then; }
};

struct TiledExpr : Expr {
  ExprPtr operand;
  Args args;

  TiledExpr(Range range, ExprPtr operand, Args args)
      : Expr(Kind::Tiled, range), operand(std::move(operand)), args(std::move(args)) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Tiled; }
};

} // namespace orrery::lang

#endif // ORRERY_FRONTEND_LANG_EXPRESSIONS_H
