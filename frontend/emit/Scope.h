// Names in scope: dims, numbers, arrays and layers share one namespace.

#ifndef ORRERY_FRONTEND_EMIT_SCOPE_H
#define ORRERY_FRONTEND_EMIT_SCOPE_H

#include "frontend/emit/Layer.h"
#include "frontend/emit/Value.h"
#include "frontend/lang/Tree.h"
#include "frontend/sema/Dims.h"

#include <map>
#include <memory>
#include <string>

namespace orrery::emit {

struct Binding {
  // Later: an array, while declarations alone are collected.
  enum class Kind { Dim, FloatingDim, Value, Later, Layer, Failed };
  Kind kind = Kind::Failed;
  const sema::Dim *dim = nullptr;
  Value value;
  std::shared_ptr<Layer> layer;
  lang::Range place;
  const lang::Expr *definition = nullptr; // of a number or a size, for messages
  std::string origin; // where a number comes from if not from `place`: "--set D=64"
};

// Sizes of the dims that the program leaves open. `fixed` ones come from the data, the command line
// or a tile; `floating` ones from the arguments of the call.
struct Env {
  std::map<std::string, int64_t> fixed, floating;
  std::string key() const;
};

struct Scope {
  Scope *parent = nullptr;
  std::map<std::string, Binding> names;
};

// The names of the file, evaluated when first asked for, with the sizes of one environment.
struct FileScope : Scope {
  Env env;
};

} // namespace orrery::emit

#endif // ORRERY_FRONTEND_EMIT_SCOPE_H
