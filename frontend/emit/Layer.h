// What a program's `layer` and `param` statements declare.

#ifndef ORRERY_FRONTEND_EMIT_LAYER_H
#define ORRERY_FRONTEND_EMIT_LAYER_H

#include "frontend/lang/Tree.h"
#include "frontend/sema/Dims.h"
#include "frontend/sema/Program.h"

#include <string>
#include <vector>

namespace orrery::emit {

// How a parameter starts: zeros, ones, constant (value), normal (std), uniform (bound),
// trunc_normal (std).
struct Init {
  std::string kind;
  double value = 0;
};

struct Parameter {
  std::string name;
  std::vector<const sema::Dim *> dims;
  Init init;
  lang::Range place;
};

// A weight and perhaps a bias; MLP has several.
struct LinearPart {
  std::string name; // of the parameters, without ".weight"
  std::vector<const sema::Dim *> in, out, aliases;
  bool bias = true;
};

struct Layer {
  enum class Kind { Linear, Mlp, LayerNorm, Conv, Block };
  Kind kind = Kind::Linear;
  std::string name;        // of its parameters, inside the definition that declares it
  std::string text;        // "Linear(p1, p2 -> D) per vin", for messages
  lang::Range place;       // of its name
  lang::Range constructor; // of Linear(...)
  const sema::Dim *per = nullptr;
  std::vector<LinearPart> parts;               // Linear, Mlp, Conv
  std::vector<const sema::Dim *> over, kernel; // LayerNorm: over; Conv: both
  std::vector<bool> wrap;                      // Conv, one a dim of `over`
  std::string act;                             // Mlp
  double drop = 0, eps = 1e-5;
  bool affine = true;
  const sema::Definition *block = nullptr;
};

} // namespace orrery::emit

#endif // ORRERY_FRONTEND_EMIT_LAYER_H
