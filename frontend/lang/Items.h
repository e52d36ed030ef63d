// The part of the syntax tree that a file consists of: functions, data, training, precision, mesh.

#ifndef ORRERY_FRONTEND_LANG_ITEMS_H
#define ORRERY_FRONTEND_LANG_ITEMS_H

#include "frontend/lang/Statements.h"

namespace orrery::lang {

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

} // namespace orrery::lang

#endif // ORRERY_FRONTEND_LANG_ITEMS_H
