// The table of functions that the language knows, and the elementwise ones.

#include "frontend/emit/Emitter.h"

#include <cmath>

namespace orrery::emit {

using namespace lang;

const std::map<std::string, Emitter::Builtin> &Emitter::builtins() {
  static const std::map<std::string, Builtin> table = [] {
    std::map<std::string, Builtin> t;
    for (const char *name : {"abs", "exp", "log", "sqrt", "sin", "cos", "tanh", "erf", "sigmoid",
                             "relu", "gelu", "silu", "elu", "sign"})
      t[name] = &Emitter::elementwise;
    for (const char *name : {"sum", "mean", "max", "min", "norm", "var", "std"})
      t[name] = &Emitter::reduction;
    for (const char *name : {"neighbors", "lag", "mask", "fill"})
      t[name] = &Emitter::notBuilt;
    t["grad"] = &Emitter::gradientOf;
    t["count"] = &Emitter::countOf;
    t["softmax"] = &Emitter::softmaxOf;
    t["dot"] = &Emitter::dotProduct;
    t["outer"] = &Emitter::outerProduct;
    t["diff"] = &Emitter::differenceOf;
    t["where"] = &Emitter::whereOf;
    t["rmse"] = t["mae"] = &Emitter::errorMeasure;
    t["index"] = &Emitter::indexOf;
    t["split"] = &Emitter::splitOf;
    t["merge"] = &Emitter::mergeOf;
    t["rename"] = &Emitter::renameOf;
    t["concat"] = &Emitter::concatOf;
    t["stack"] = &Emitter::stackOf;
    t["attention"] = &Emitter::attentionOf;
    t["sincos"] = &Emitter::sincosOf;
    t["fourier"] = &Emitter::fourierOf;
    t["resize"] = &Emitter::resizeOf;
    t["dropout"] = t["droppath"] = &Emitter::dropoutOf;
    return t;
  }();
  return table;
}

Value Emitter::notBuilt(const Expr &e, Arguments &args, std::vector<Value> operands) {
  return unsupported(e.callee()->range, "'" + calleeName(e) + "'");
}

// The number of operands, and that they are arrays.
bool Emitter::takes(const Expr &e, const std::vector<Value> &operands, size_t least, size_t most,
                    bool arrays) {
  if (operands.size() < least || operands.size() > most) {
    error(e.range, "E0107",
          calleeName(e) + " takes " + std::to_string(least) +
              (most > least ? " to " + std::to_string(most) : "") +
              (most == 1 ? " argument" : " arguments") + ", and here are " +
              std::to_string(operands.size()));
    return false;
  }
  for (const Value &operand : operands) {
    if (operand.isArray() ||
        (!arrays && (operand.isNumber() || operand.kind == Value::Kind::Truth)))
      continue;
    error(e.range, "E0303", calleeName(e) + " works on arrays, and here is " + kindText(operand));
    return false;
  }
  return true;
}

static double foldUnary(const std::string &name, double x) {
  double sigmoid = 1 / (1 + std::exp(-x));
  return name == "abs"       ? std::fabs(x)
         : name == "exp"     ? std::exp(x)
         : name == "log"     ? std::log(x)
         : name == "sqrt"    ? std::sqrt(x)
         : name == "sin"     ? std::sin(x)
         : name == "cos"     ? std::cos(x)
         : name == "tanh"    ? std::tanh(x)
         : name == "erf"     ? std::erf(x)
         : name == "sign"    ? (x > 0) - (x < 0)
         : name == "sigmoid" ? sigmoid
         : name == "relu"    ? std::max(x, 0.0)
         : name == "gelu"    ? x * (1 + std::erf(x / std::sqrt(2.0))) / 2
         : name == "silu"    ? x * sigmoid
                             : (x > 0 ? x : std::exp(x) - 1);
}

Value Emitter::applyUnary(const std::string &name, Range place, Value value) {
  if (value.isNumber())
    return Value::of(foldUnary(name, value.number));
  field::Build b = build(place);
  mlir::Value x = b.cast(value.array, real);
  using Make = mlir::Value (field::Build::*)(mlir::Value);
  static const std::map<std::string, Make> makers = {
      {"abs", &field::Build::abs},   {"exp", &field::Build::exp},
      {"log", &field::Build::log},   {"sqrt", &field::Build::sqrt},
      {"sin", &field::Build::sin},   {"cos", &field::Build::cos},
      {"tanh", &field::Build::tanh}, {"erf", &field::Build::erf},
      {"sign", &field::Build::sign}, {"sigmoid", &field::Build::sigmoid},
      {"relu", &field::Build::relu}, {"gelu", &field::Build::gelu},
      {"silu", &field::Build::silu}, {"elu", &field::Build::elu}};
  return Value::of((b.*makers.at(name))(x));
}

Value Emitter::elementwise(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {}) || !takes(e, operands, 1, 1, false))
    return {};
  return applyUnary(calleeName(e), e.range, operands.front());
}

// index(d): 0, 1, 2, ... along d.
Value Emitter::indexOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {}))
    return {};
  if (args.operands.size() != 1) {
    error(e.range, "E0107", "index takes one dim: index(lat)");
    return {};
  }
  const Dim *dim = dimNamed(*args.operands[0]);
  return dim && isSized(dim, args.operands[0]->range, "index")
             ? Value::of(build(e.range).iota(dim->ir, dim->size))
             : Value();
}

} // namespace orrery::emit
