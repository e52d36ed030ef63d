// Prints trees: (+ a (* b c)), (call f x (over: lat lon)), (layer qkv (Linear D -> part head)).

#include "frontend/lang/Dump.h"

namespace orrery::lang {

using llvm::cast;
using llvm::raw_ostream;
using llvm::StringRef;

namespace {
class Dumper {
public:
  explicit Dumper(raw_ostream &os, unsigned indent = 0) : os(os), indent(indent) {}

  void expr(const Expr &e);
  void args(const Args &args);
  void type(const Type &type);
  void stmt(const Stmt &s);

private:
  void names(const std::vector<Name> &names) {
    for (const Name &name : names)
      os << ' ' << name.text;
  }
  void word(StringRef key, const Name &name) {
    if (name)
      os << ' ' << key << ' ' << name.text;
  }
  // ` value`, if there is one.
  void part(const ExprPtr &e) {
    if (e) {
      os << ' ';
      expr(*e);
    }
  }
  void pair(StringRef head, const ExprPtr &a, const ExprPtr &b) {
    os << '(' << head;
    part(a);
    part(b);
    os << ')';
  }
  void body(const std::vector<StmtPtr> &body) {
    indent += 2;
    for (const StmtPtr &s : body) {
      os << '\n';
      os.indent(indent);
      stmt(*s);
    }
    indent -= 2;
  }
  void params(const std::vector<Parameter> &params);
  void results(const std::vector<Result> &results);
  void reader(const Reader &reader);
  void function(const Function &f);
  void loop(const Repeat &s);
  void branch(const If &s);
  void field(const Field &s);
  void dim(const Dim &s);
  void simple(const Stmt &s);
  void mesh(const Mesh &s);

  raw_ostream &os;
  unsigned indent;
};

void Dumper::args(const Args &args) {
  for (size_t i = 0; i < args.groups.size(); ++i) {
    if (i)
      os << " ;";
    const ArgGroup &group = args.groups[i];
    for (size_t j = 0; j < group.lists.size(); ++j) {
      if (j)
        os << " ->";
      for (const ExprPtr &item : group.lists[j].items)
        part(item);
      for (const NamedArg &named : group.lists[j].named) {
        os << " (" << named.name.text << ':';
        for (const ExprPtr &value : named.values)
          part(value);
        os << ')';
      }
    }
  }
}

void Dumper::expr(const Expr &e) {
  switch (e.kind) {
  case Expr::Kind::Name:
    os << cast<NameExpr>(e).name;
    return;
  case Expr::Kind::Int: {
    const auto &number = cast<IntExpr>(e);
    os << number.value;
    if (number.unit)
      os << '\'' << number.unit.text;
    return;
  }
  case Expr::Kind::Number: {
    const auto &number = cast<NumberExpr>(e);
    os << number.text;
    if (number.unit)
      os << '\'' << number.unit.text;
    return;
  }
  case Expr::Kind::String:
    os << '"' << cast<StringExpr>(e).value << '"';
    return;
  case Expr::Kind::Tuple:
    os << "(tuple";
    for (const ExprPtr &item : cast<TupleExpr>(e).items)
      part(item);
    os << ')';
    return;
  case Expr::Kind::Labels:
    os << "(labels";
    for (const Label &label : cast<LabelsExpr>(e).labels) {
      os << ' ' << label.name.text;
      if (label.value)
        os << ':';
      part(label.value);
      if (label.unitRange)
        os << " in \"" << label.unit << '"';
    }
    os << ')';
    return;
  case Expr::Kind::Call:
    os << "(call";
    part(cast<CallExpr>(e).function);
    args(cast<CallExpr>(e).args);
    os << ')';
    return;
  case Expr::Kind::Index:
    os << "(index";
    part(cast<IndexExpr>(e).base);
    args(cast<IndexExpr>(e).args);
    os << ')';
    return;
  case Expr::Kind::Attr:
    os << "(. ";
    expr(*cast<AttrExpr>(e).base);
    os << ' ' << cast<AttrExpr>(e).name.text << ')';
    return;
  case Expr::Kind::Like:
    os << "(like ";
    expr(*cast<LikeExpr>(e).base);
    os << ' ' << cast<LikeExpr>(e).model.text << ')';
    return;
  case Expr::Kind::Pipe:
    return pair("|>", cast<PipeExpr>(e).left, cast<PipeExpr>(e).right);
  case Expr::Kind::Unary:
    os << '(' << spelling(cast<UnaryExpr>(e).op);
    part(cast<UnaryExpr>(e).operand);
    os << ')';
    return;
  case Expr::Kind::Binary:
    return pair(spelling(cast<BinaryExpr>(e).op), cast<BinaryExpr>(e).left,
                cast<BinaryExpr>(e).right);
  case Expr::Kind::DimRange:
    return pair("..", cast<DimRangeExpr>(e).first, cast<DimRangeExpr>(e).last);
  case Expr::Kind::Then:
    return pair("then", cast<ThenExpr>(e).first, cast<ThenExpr>(e).second);
  case Expr::Kind::Tiled:
    os << "(tiled";
    part(cast<TiledExpr>(e).operand);
    args(cast<TiledExpr>(e).args);
    os << ')';
    return;
  }
}

void Dumper::type(const Type &type) {
  if (type.kind == Type::Kind::Like) {
    os << "(like " << type.model.text << ')';
    return;
  }
  os << type.element.text;
  if (type.kind == Type::Kind::Tensor) {
    os << '[';
    for (size_t i = 0; i < type.dims.size(); ++i)
      os << (i ? " " : "") << type.dims[i].name.text;
    os << ']';
  }
  if (type.unitRange)
    os << "'" << type.unit << "'";
}

void Dumper::params(const std::vector<Parameter> &params) {
  os << " (";
  for (size_t i = 0; i < params.size(); ++i) {
    os << (i ? " " : "") << '(' << params[i].name.text;
    if (params[i].type) {
      os << ' ';
      type(*params[i].type);
    }
    if (params[i].value)
      os << " =";
    part(params[i].value);
    os << ')';
  }
  os << ')';
}

void Dumper::results(const std::vector<Result> &results) {
  if (!results.empty())
    os << " ->";
  for (const Result &result : results) {
    os << ' ';
    if (result.name)
      os << result.name.text << ": ";
    type(result.type);
  }
}

void Dumper::reader(const Reader &reader) {
  os << " (" << reader.format.text << " \"" << reader.path << '"';
  for (const ReaderOption &option : reader.options) {
    os << " (" << option.name.text;
    args(option.args);
    os << ')';
  }
  os << ')';
}

void Dumper::function(const Function &f) {
  os << spelling(f.role) << ' ' << f.name.text;
  params(f.params);
  results(f.results);
  body(f.body);
}

void Dumper::loop(const Repeat &s) {
  os << "repeat";
  part(s.count);
  word("as", s.as);
  word("with", s.with);
  body(s.body);
}

void Dumper::branch(const If &s) {
  os << "if";
  part(s.condition);
  body(s.thenBody);
  if (!s.hasElse)
    return;
  os << ' ';
  os << "(else";
  body(s.elseBody);
  os << ')';
}

void Dumper::field(const Field &s) {
  os << "field " << s.name.text << ' ';
  type(s.type);
  if (s.reader)
    reader(*s.reader);
  if (s.fileNameRange)
    os << " named \"" << s.fileName << '"';
}

void Dumper::dim(const Dim &s) {
  os << "dim";
  names(s.names);
  if (s.size)
    os << " =";
  part(s.size);
  if (!s.parents.empty())
    os << " in";
  for (const DimParent &parent : s.parents)
    os << ' ' << parent.map.text << (parent.map ? ":" : "") << parent.dim.text;
}

void Dumper::mesh(const Mesh &s) {
  os << "mesh";
  for (const MeshEntry &entry : s.entries) {
    os << " (";
    for (const Name &name : entry.names)
      os << name.text << ' ';
    if (entry.kind == MeshEntry::Kind::Map)
      os << "-> " << entry.axis.text << ')';
    else if (entry.size)
      os << *entry.size << ')';
    else
      os << "auto)";
  }
}

// Statements that are a head and their parts.
void Dumper::simple(const Stmt &s) {
  switch (s.kind) {
  case Stmt::Kind::Set:
    os << "set " << cast<Set>(s).name.text << " =";
    return part(cast<Set>(s).value);
  case Stmt::Kind::Const:
    os << "const " << cast<Const>(s).name.text;
    if (const auto &declared = cast<Const>(s).type) {
      os << ' ';
      type(*declared);
    }
    os << " =";
    return part(cast<Const>(s).value);
  case Stmt::Kind::Param:
    os << "param";
    names(cast<Param>(s).names);
    os << ' ';
    type(cast<Param>(s).type);
    if (cast<Param>(s).init)
      os << " =";
    return part(cast<Param>(s).init);
  case Stmt::Kind::Layer:
    os << "layer";
    names(cast<Layer>(s).names);
    os << " (" << cast<Layer>(s).constructor.text;
    args(cast<Layer>(s).args);
    os << ')';
    return word("per", cast<Layer>(s).per);
  case Stmt::Kind::Assign:
    os << "assign";
    names(cast<Assign>(s).targets);
    if (const auto &declared = cast<Assign>(s).type) {
      os << ' ';
      type(*declared);
    }
    os << " =";
    for (const ExprPtr &value : cast<Assign>(s).values)
      part(value);
    return;
  case Stmt::Kind::Return:
    os << "return";
    for (const ExprPtr &value : cast<Return>(s).values)
      part(value);
    return;
  case Stmt::Kind::Minimize:
    os << "minimize";
    part(cast<Minimize>(s).value);
    return word("as", cast<Minimize>(s).as);
  case Stmt::Kind::Report:
    os << "report";
    for (const Reported &item : cast<Report>(s).items) {
      part(item.value);
      word("as", item.as);
    }
    return;
  case Stmt::Kind::Optimizer:
    os << "optimizer";
    return part(cast<Optimizer>(s).value);
  case Stmt::Kind::Directive:
    os << cast<Directive>(s).name.text << "!";
    args(cast<Directive>(s).args);
    return word("as", cast<Directive>(s).as);
  case Stmt::Kind::Use:
    os << "use \"" << cast<Use>(s).path << '"';
    return word("as", cast<Use>(s).as);
  default:
    return;
  }
}

void Dumper::stmt(const Stmt &s) {
  os << '(';
  switch (s.kind) {
  case Stmt::Kind::Dim:
    dim(cast<Dim>(s));
    break;
  case Stmt::Kind::Repeat:
    loop(cast<Repeat>(s));
    break;
  case Stmt::Kind::If:
    branch(cast<If>(s));
    break;
  case Stmt::Kind::Extern:
    os << "extern " << cast<Extern>(s).name.text;
    params(cast<Extern>(s).params);
    results(cast<Extern>(s).results);
    os << " from \"" << cast<Extern>(s).library << '"';
    break;
  case Stmt::Kind::Function:
    function(cast<Function>(s));
    break;
  case Stmt::Kind::Data:
    os << "data " << cast<Data>(s).name.text;
    body(cast<Data>(s).body);
    break;
  case Stmt::Kind::Train:
    os << "train " << cast<Train>(s).model.text << " on " << cast<Train>(s).data.text;
    body(cast<Train>(s).body);
    break;
  case Stmt::Kind::Precision:
    os << "precision";
    for (const Policy &policy : cast<Precision>(s).policies) {
      os << " (";
      for (const Name &name : policy.names)
        os << name.text << ' ';
      os << ": " << policy.type.text << ')';
    }
    break;
  case Stmt::Kind::Mesh:
    mesh(cast<Mesh>(s));
    break;
  case Stmt::Kind::Field:
    field(cast<Field>(s));
    break;
  case Stmt::Kind::Source:
    os << "source " << cast<Source>(s).name.text;
    reader(cast<Source>(s).reader);
    break;
  default:
    simple(s);
  }
  os << ')';
}
} // namespace

void dump(const File &file, raw_ostream &os) {
  for (const StmtPtr &item : file.items) {
    dump(*item, os);
    os << '\n';
  }
}
void dump(const Stmt &stmt, raw_ostream &os, unsigned indent) { Dumper(os, indent).stmt(stmt); }
void dump(const Expr &expr, raw_ostream &os) { Dumper(os).expr(expr); }
void dump(const Type &type, raw_ostream &os) { Dumper(os).type(type); }

} // namespace orrery::lang
