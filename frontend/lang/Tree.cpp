// The little that tree nodes can answer about themselves.

#include "frontend/lang/Tree.h"

namespace orrery::lang {

const Expr *Expr::callee() const {
  const auto *call = llvm::dyn_cast<CallExpr>(this);
  return call ? call->function.get() : this;
}

const NamedArg *Args::find(llvm::StringRef name) const {
  for (const ArgGroup &group : groups)
    for (const ArgList &list : group.lists)
      for (const NamedArg &arg : list.named)
        if (arg.name.text == name)
          return &arg;
  return nullptr;
}

const char *spelling(UnaryExpr::Op op) {
  switch (op) {
  case UnaryExpr::Op::Plus:
    return "+";
  case UnaryExpr::Op::Minus:
    return "-";
  case UnaryExpr::Op::Not:
    return "not";
  }
  return "";
}

const char *spelling(BinaryExpr::Op op) {
  static const char *const spellings[] = {
      "+", "-", "*", "/", "%", "^", "==", "!=", "<", "<=", ">", ">=", "and", "or"};
  return spellings[unsigned(op)];
}

const char *spelling(Function::Role role) {
  static const char *const spellings[] = {"fn", "block", "model", "predict"};
  return spellings[unsigned(role)];
}

} // namespace orrery::lang
