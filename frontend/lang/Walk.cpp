// Says which parts each kind of node has.

#include "frontend/lang/Walk.h"

namespace orrery::lang {

using llvm::cast;

void Walker::walk(const File &file) { walk(file.items); }

void Walker::walk(const std::vector<ExprPtr> &list) {
  for (const ExprPtr &e : list)
    walk(e);
}

void Walker::walk(const std::vector<StmtPtr> &body) {
  for (const StmtPtr &s : body)
    walk(*s);
}

void Walker::walk(const std::vector<Parameter> &params) {
  for (const Parameter &param : params) {
    walk(param.type);
    walk(param.value);
  }
}

void Walker::walk(const Reader &reader) {
  for (const ReaderOption &option : reader.options)
    walk(option.args);
}

void Walker::walk(const Args &args) {
  visit(args);
  for (const ArgGroup &group : args.groups)
    for (const ArgList &list : group.lists) {
      walk(list.items);
      for (const NamedArg &named : list.named)
        walk(named.values);
    }
}

void Walker::walk(const Expr &e) {
  visit(e);
  switch (e.kind) {
  case Expr::Kind::Name:
  case Expr::Kind::Int:
  case Expr::Kind::Number:
  case Expr::Kind::String:
    return;
  case Expr::Kind::Tuple:
    return walk(cast<TupleExpr>(e).items);
  case Expr::Kind::Labels:
    for (const Label &label : cast<LabelsExpr>(e).labels)
      walk(label.value);
    return;
  case Expr::Kind::Call:
    walk(cast<CallExpr>(e).function);
    return walk(cast<CallExpr>(e).args);
  case Expr::Kind::Index:
    walk(cast<IndexExpr>(e).base);
    return walk(cast<IndexExpr>(e).args);
  case Expr::Kind::Attr:
    return walk(cast<AttrExpr>(e).base);
  case Expr::Kind::Like:
    return walk(cast<LikeExpr>(e).base);
  case Expr::Kind::Pipe:
    walk(cast<PipeExpr>(e).left);
    return walk(cast<PipeExpr>(e).right);
  case Expr::Kind::Unary:
    return walk(cast<UnaryExpr>(e).operand);
  case Expr::Kind::Binary:
    walk(cast<BinaryExpr>(e).left);
    return walk(cast<BinaryExpr>(e).right);
  case Expr::Kind::DimRange:
    walk(cast<DimRangeExpr>(e).first);
    return walk(cast<DimRangeExpr>(e).last);
  case Expr::Kind::Then:
    walk(cast<ThenExpr>(e).first);
    return walk(cast<ThenExpr>(e).second);
  case Expr::Kind::Tiled:
    walk(cast<TiledExpr>(e).operand);
    return walk(cast<TiledExpr>(e).args);
  }
}

void Walker::walk(const Stmt &s) {
  visit(s);
  switch (s.kind) {
  case Stmt::Kind::Dim:
    return walk(cast<Dim>(s).size);
  case Stmt::Kind::Set:
    return walk(cast<Set>(s).value);
  case Stmt::Kind::Const:
    walk(cast<Const>(s).type);
    return walk(cast<Const>(s).value);
  case Stmt::Kind::Param:
    visit(cast<Param>(s).type);
    return walk(cast<Param>(s).init);
  case Stmt::Kind::Layer:
    return walk(cast<Layer>(s).args);
  case Stmt::Kind::Assign:
    walk(cast<Assign>(s).type);
    return walk(cast<Assign>(s).values);
  case Stmt::Kind::Repeat:
    walk(cast<Repeat>(s).count);
    return walk(cast<Repeat>(s).body);
  case Stmt::Kind::If:
    walk(cast<If>(s).condition);
    walk(cast<If>(s).thenBody);
    return walk(cast<If>(s).elseBody);
  case Stmt::Kind::Return:
    return walk(cast<Return>(s).values);
  case Stmt::Kind::Minimize:
    return walk(cast<Minimize>(s).value);
  case Stmt::Kind::Report:
    for (const Reported &item : cast<Report>(s).items)
      walk(item.value);
    return;
  case Stmt::Kind::Optimizer:
    return walk(cast<Optimizer>(s).value);
  case Stmt::Kind::Directive:
    return walk(cast<Directive>(s).args);
  case Stmt::Kind::Extern:
    return walk(cast<Extern>(s).params);
  case Stmt::Kind::Function:
    walk(cast<Function>(s).params);
    for (const Result &result : cast<Function>(s).results)
      visit(result.type);
    return walk(cast<Function>(s).body);
  case Stmt::Kind::Data:
    return walk(cast<Data>(s).body);
  case Stmt::Kind::Train:
    return walk(cast<Train>(s).body);
  case Stmt::Kind::Field:
    visit(cast<Field>(s).type);
    if (cast<Field>(s).reader)
      walk(*cast<Field>(s).reader);
    return;
  case Stmt::Kind::Source:
    return walk(cast<Source>(s).reader);
  case Stmt::Kind::Use:
  case Stmt::Kind::Precision:
  case Stmt::Kind::Mesh:
    return;
  }
}

} // namespace orrery::lang
