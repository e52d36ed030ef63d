// What stands between the brackets of a call, sorted: operands, specs of dims, named arguments.

#ifndef ORRERY_FRONTEND_SEMA_ARGUMENTS_H
#define ORRERY_FRONTEND_SEMA_ARGUMENTS_H

#include "frontend/lang/Tree.h"

#include <string>
#include <vector>

namespace orrery::sema {

// `row, p1 -> D`: lists joined by arrows.
struct Spec {
  std::vector<std::vector<const lang::Expr *>> chain;
  lang::Range range;
};

// `over: lat, lon`: an unnamed item after a named one belongs to it.
struct NamedArgument {
  std::string name;
  lang::Range range;
  std::vector<const lang::Expr *> items;
};

struct Arguments {
  std::vector<const lang::Expr *> operands;
  std::vector<Spec> specs;
  std::vector<NamedArgument> named;

  explicit Arguments(const lang::Args &args);
  const NamedArgument *find(const std::string &name) const;
};

} // namespace orrery::sema

#endif // ORRERY_FRONTEND_SEMA_ARGUMENTS_H
