// The syntax tree: what the parser makes of a file, and all that checking and emission read.
//
// Plain structs, owned from the top by unique_ptr, never changed after parsing. A node knows its
// kind (llvm::isa, cast and dyn_cast work) and its range in the source. Nothing is resolved here: a
// Name is text with a place. Left-nested chains (a + b + c, x |> f |> g) lean to the left, as they
// are evaluated; no tree is higher than `maxHeight`, so recursion over a tree is safe.

#ifndef ORRERY_FRONTEND_LANG_TREE_H
#define ORRERY_FRONTEND_LANG_TREE_H

#include "frontend/lang/Source.h"

#include "llvm/Support/Casting.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace orrery::lang {

// No expression is higher than this; longer sums and pipes are refused.
inline constexpr unsigned maxHeight = 1000;

struct Expr;
struct Stmt;
using ExprPtr = std::unique_ptr<Expr>;
using StmtPtr = std::unique_ptr<Stmt>;

// A name where the grammar wants a name. Optional names are empty if absent.
struct Name {
  std::string text;
  Range range;

  bool empty() const { return text.empty(); }
  explicit operator bool() const { return !empty(); }
};

//===-- Expressions
//--------------------------------------------------------------------------------------------===//

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

//===-- Types
//----------------------------------------------------------------------------------------------------===//

struct DimRef {
  Name name; // "*" for any leading dims

  bool isAny() const { return name.text == "*"; }
};

// `real[a, b] in "eV"`, `[*, D]` (element empty), `int`, `like x`. In `predict`, a scalar's element
// may name a data field.
struct Type {
  enum class Kind { Tensor, Scalar, Like };
  Kind kind = Kind::Scalar;
  Name element;             // Tensor (empty: real), Scalar
  std::vector<DimRef> dims; // Tensor
  Name model;               // Like: the value whose dims and type it takes
  std::string unit;         // the string after `in`
  Range unitRange;          // invalid without `in`
  Range range;
};

//===-- Statements and items
//-----------------------------------------------------------------------------------------===//

struct Stmt {
  enum class Kind {
    // in files and bodies
    Dim,
    Set,
    Const,
    // in bodies
    Param,
    Layer,
    Assign, // in `data` too
    Repeat,
    If,
    Return,
    Minimize,
    Report,
    Optimizer,
    Directive, // in `data` too
    // in files
    Use,
    Extern,
    Function, // fn, block, model, predict
    Data,
    Train,
    Precision,
    Mesh,
    // in `data`
    Field,
    Source,
  };

  const Kind kind;
  Range range;

  virtual ~Stmt() = default;

protected:
  explicit Stmt(Kind kind) : kind(kind) {}
};

// `source` or `src: atom`.
struct DimParent {
  Name map; // empty if unnamed
  Name dim;
};

// dim p1, p2 = patch    dim vout = { u, v } in vin    dim edge in src: atom, dst: atom
struct Dim : Stmt {
  std::vector<Name> names;
  ExprPtr size; // a size or a LabelsExpr; null if the size is open
  std::vector<DimParent> parents;

  Dim() : Stmt(Kind::Dim) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Dim; }
};

struct Set : Stmt {
  Name name;
  ExprPtr value;

  Set() : Stmt(Kind::Set) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Set; }
};

struct Const : Stmt {
  Name name;
  std::optional<Type> type;
  ExprPtr value;

  Const() : Stmt(Kind::Const) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Const; }
};

// param wkm, bkm: [D] = normal(0.02)
struct Param : Stmt {
  std::vector<Name> names;
  Type type;
  ExprPtr init; // null if absent

  Param() : Stmt(Kind::Param) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Param; }
};

// layer norm1, norm2 = LayerNorm(D)    layer embed = Linear(p1, p2 -> D) per vin
struct Layer : Stmt {
  std::vector<Name> names;
  Name constructor;
  Args args;
  Range callRange; // constructor and arguments
  Name per;        // empty if absent

  Layer() : Stmt(Kind::Layer) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Layer; }
};

// s, v = message(s, v, d)    x: [D] = e
struct Assign : Stmt {
  std::vector<Name> targets;
  std::optional<Type> type;
  std::vector<ExprPtr> values;

  Assign() : Stmt(Kind::Assign) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Assign; }
};

// repeat depth as blocks with i { ... }
struct Repeat : Stmt {
  ExprPtr count;
  Name as, with; // empty if absent
  std::vector<StmtPtr> body;

  Repeat() : Stmt(Kind::Repeat) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Repeat; }
};

struct If : Stmt {
  ExprPtr condition;
  std::vector<StmtPtr> thenBody, elseBody;
  bool hasElse = false;

  If() : Stmt(Kind::If) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::If; }
};

struct Return : Stmt {
  std::vector<ExprPtr> values;

  Return() : Stmt(Kind::Return) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Return; }
};

struct Minimize : Stmt {
  ExprPtr value;
  Name as; // empty if absent

  Minimize() : Stmt(Kind::Minimize) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Minimize; }
};

struct Reported {
  ExprPtr value;
  Name as; // empty if absent
};

struct Report : Stmt {
  std::vector<Reported> items;

  Report() : Stmt(Kind::Report) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Report; }
};

struct Optimizer : Stmt {
  ExprPtr value;

  Optimizer() : Stmt(Kind::Optimizer) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Optimizer; }
};

// run(epochs: 100)    normalize(coarse, fine, over: time)    split(...)    batch(over: time)
// mask(fine as known): only a directive names what it makes.
struct Directive : Stmt {
  Name name;
  Args args;
  Name as; // empty if absent

  Directive() : Stmt(Kind::Directive) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Directive; }
};

// use "std/vit" as vit
struct Use : Stmt {
  std::string path;
  Range pathRange;
  Name as; // empty if absent

  Use() : Stmt(Kind::Use) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Use; }
};

// `x: [*, D] = default`
struct Parameter {
  Name name;
  std::optional<Type> type; // absent in `predict`: a data field
  ExprPtr value;            // null if absent
  Range range;
};

// `forces: [atom, xyz]`
struct Result {
  Name name; // empty if unnamed
  Type type;
  Range range;
};

// extern fn f(x: [D]) -> [D] from "lib.so"
struct Extern : Stmt {
  Name name;
  std::vector<Parameter> params;
  Range paramsRange; // with the parentheses
  std::vector<Result> results;
  std::string library;
  Range libraryRange;

  Extern() : Stmt(Kind::Extern) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Extern; }
};

struct Function : Stmt {
  enum class Role { Fn, Block, Model, Predict };
  Role role;
  Name name;
  std::vector<Parameter> params;
  Range paramsRange;           // with the parentheses
  std::vector<Result> results; // empty if not declared
  Range resultsRange;          // invalid if not declared
  std::vector<StmtPtr> body;
  Range bodyRange; // with the braces

  explicit Function(Role role) : Stmt(Kind::Function), role(role) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Function; }
};

// "fn", "block", "model", "predict".
const char *spelling(Function::Role role);

// netcdf "fine.nc" dims(hlat: "lat", hlon: "lon")
struct ReaderOption {
  Name name;
  Args args;
};

struct Reader {
  Name format;
  std::string path;
  Range pathRange;
  std::vector<ReaderOption> options;
  Range range;
};

// coarse: [time, vin, lat, lon] in "m/s" from netcdf "a.nc" named "x"
struct Field : Stmt {
  Name name;
  Type type;
  std::optional<Reader> reader;
  std::string fileName; // after `named`
  Range fileNameRange;  // invalid without `named`

  Field() : Stmt(Kind::Field) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Field; }
};

// source emt = extxyz "metals_emt.extxyz"
struct Source : Stmt {
  Name name;
  Reader reader;

  Source() : Stmt(Kind::Source) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Source; }
};

// Statements of kinds Field, Source, Assign and Directive.
struct Data : Stmt {
  Name name;
  std::vector<StmtPtr> body;

  Data() : Stmt(Kind::Data) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Data; }
};

// train Reslim on prism { ... }
struct Train : Stmt {
  Name model, data;
  std::vector<StmtPtr> body;

  Train() : Stmt(Kind::Train) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Train; }
};

// softmax, norm, loss: f32
struct Policy {
  std::vector<Name> names;
  Name type;
  Range range;
};

struct Precision : Stmt {
  std::vector<Policy> policies;

  Precision() : Stmt(Kind::Precision) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Precision; }
};

// `tp: 4` and `dp: auto` size an axis; `batch, member -> dp` lays dims along one.
struct MeshEntry {
  enum class Kind { Size, Map };
  Kind kind = Kind::Size;
  std::vector<Name> names;     // Size: the axis alone. Map: the dims
  std::optional<int64_t> size; // Size: absent for `auto`
  Name axis;                   // Map
  Range range;
};

struct Mesh : Stmt {
  std::vector<MeshEntry> entries;

  Mesh() : Stmt(Kind::Mesh) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Mesh; }
};

// A whole file, in its order: Dim, Set, Const, Use, Extern, Function, Data, Train, Precision, Mesh.
struct File {
  FileId id = noFile;
  std::vector<StmtPtr> items;
};

} // namespace orrery::lang

#endif // ORRERY_FRONTEND_LANG_TREE_H
