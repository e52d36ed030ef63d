// What stands between the brackets of a call, sorted: operands, specs of dims, named arguments.

#ifndef ORRERY_FRONTEND_SEMA_ARGUMENTS_H
#define ORRERY_FRONTEND_SEMA_ARGUMENTS_H

#include "frontend/lang/Tree.h"

#include <vector>

namespace orrery::sema {

// `row, p1 -> D`: lists joined by arrows.
struct Spec {
  std::vector<std::vector<const lang::Expr *>> chain;
  lang::Range range;
};

struct Arguments {
  std::vector<const lang::Expr *> operands;
  std::vector<Spec> specs;
  std::vector<const lang::NamedArg *> named;
  lang::Range range;

  explicit Arguments(const lang::Args &args);
  Arguments() = default;
  const lang::NamedArg *find(llvm::StringRef name) const;
};

} // namespace orrery::sema

#endif // ORRERY_FRONTEND_SEMA_ARGUMENTS_H
