// Sorts the arguments of a call.

#include "frontend/sema/Arguments.h"

namespace orrery::sema {

Arguments::Arguments(const lang::Args &args) : range(args.range) {
  for (const lang::ArgGroup &group : args.groups) {
    if (group.isSpec()) {
      Spec spec;
      spec.range = group.range;
      for (const lang::ArgList &list : group.lists) {
        spec.chain.emplace_back();
        for (const lang::ExprPtr &item : list.items)
          spec.chain.back().push_back(item.get());
      }
      specs.push_back(std::move(spec));
    } else {
      for (const lang::ExprPtr &item : group.lists.front().items)
        operands.push_back(item.get());
    }
    for (const lang::ArgList &list : group.lists)
      for (const lang::NamedArg &arg : list.named)
        named.push_back(&arg);
  }
}

const lang::NamedArg *Arguments::find(llvm::StringRef name) const {
  for (const lang::NamedArg *arg : named)
    if (arg->name.text == name)
      return arg;
  return nullptr;
}

} // namespace orrery::sema
