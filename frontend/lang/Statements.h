// The part of the syntax tree that stands in bodies: statements, and the types in them.

#ifndef ORRERY_FRONTEND_LANG_STATEMENTS_H
#define ORRERY_FRONTEND_LANG_STATEMENTS_H

#include "frontend/lang/Expressions.h"

#include <optional>

namespace orrery::lang {

struct Stmt;
using StmtPtr = std::unique_ptr<Stmt>;

//===-- Types -------------------------------------------------------------------------------===//

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

//===-- Statements --------------------------------------------------------------------------===//

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

} // namespace orrery::lang

#endif // ORRERY_FRONTEND_LANG_STATEMENTS_H
