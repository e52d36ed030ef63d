// Replaces expect_gradient by calls, gradient requests and comparisons.

#include "passes/check/Passes.h"

#include "dialects/field/FieldBuild.h"

#include <random>

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_EXPANDCHECKS
#include "passes/check/Passes.h.inc"
} // namespace orrery

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }
bool isFloat(Value value) { return isa<FloatType>(typeOf(value).getElementType()); }

// The expansion of one check.
class Expansion {
public:
  Expansion(check::ExpectGradientOp op, SymbolTable &symbols)
      : op(op), symbols(symbols), callee(symbols.lookup<func::FuncOp>(op.getCallee())) {
    for (auto [i, argument] : llvm::enumerate(op.getArgs()))
      if (isFloat(argument))
        wrt.push_back(i);
    element = typeOf(op.getArgs()[wrt.front()]).getElementType();
  }

  void run() {
    func::FuncOp function = weightedSum();
    if (op.getOrder() == 2)
      function = slopeOf(function);
    OpBuilder builder(op);
    field::Build d(builder, op.getLoc(), element);
    ValueRange gradients = gradient(d, function, op.getArgs());
    for (uint64_t i = 0; i < op.getDirections(); ++i)
      compare(d, function, gradients);
    op.erase();
  }

private:
  // The same numbers in every run, uniform between -1 and 1; no two calls give the same.
  Value randomLike(field::Build &d, RankedTensorType type) {
    auto number = cast<FloatType>(type.getElementType());
    SmallVector<APFloat> numbers;
    for (int64_t i = 0; i < type.getNumElements(); ++i) {
      APFloat value(static_cast<double>(generator() >> 11) * 0x1p-52 - 1.0);
      bool inexact;
      value.convert(number.getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
      numbers.push_back(value);
    }
    return field::ConstantOp::create(d.builder, d.loc, type, DenseElementsAttr::get(type, numbers));
  }

  // <a, b>, a scalar.
  Value inner(field::Build &d, Value a, Value b) {
    SmallVector<StringRef> names;
    for (StringAttr name : field::namesOf(a))
      names.push_back(name);
    return d.cast(d.sum(d.mul(a, b), names), element);
  }

  Value total(field::Build &d, Value sum, Value summand) {
    return sum ? d.add(sum, summand) : summand;
  }

  // A private function of the check's operands with one scalar result, which `body` makes.
  func::FuncOp helper(StringRef suffix, function_ref<Value(field::Build &, ValueRange)> body) {
    OpBuilder builder(op.getContext());
    builder.setInsertionPoint(op->getParentOfType<func::FuncOp>());
    auto scalar = field::tensorType(op.getContext(), {}, {}, element);
    auto type = builder.getFunctionType(op.getArgs().getTypes(), {scalar});
    auto function =
        func::FuncOp::create(builder, op.getLoc(), (op.getCallee() + suffix).str(), type);
    function.setPrivate();
    symbols.insert(function);
    Block *block = function.addEntryBlock();
    builder.setInsertionPointToStart(block);
    field::Build d(builder, op.getLoc(), element);
    Value result = body(d, block->getArguments());
    func::ReturnOp::create(builder, op.getLoc(), result);
    return function;
  }

  func::FuncOp weightedSum() {
    return helper(".weighted", [&](field::Build &d, ValueRange arguments) {
      Value sum;
      for (Value result : func::CallOp::create(d.builder, d.loc, callee, arguments).getResults())
        if (isFloat(result))
          sum = total(d, sum, inner(d, result, randomLike(d, typeOf(result))));
      return sum;
    });
  }

  // How much `function` grows along one fixed direction.
  func::FuncOp slopeOf(func::FuncOp function) {
    return helper(".slope", [&](field::Build &d, ValueRange arguments) {
      Value sum;
      for (Value gradient : gradient(d, function, arguments))
        sum = total(d, sum, inner(d, gradient, randomLike(d, typeOf(gradient))));
      return sum;
    });
  }

  ValueRange gradient(field::Build &d, func::FuncOp function, ValueRange arguments) {
    SmallVector<Type> types(function.getResultTypes());
    for (int64_t i : wrt)
      types.push_back(arguments[i].getType());
    auto request =
        train::GradientOp::create(d.builder, d.loc, types, function.getName(), arguments, wrt);
    return request.getResults().drop_front();
  }

  void compare(field::Build &d, func::FuncOp function, ValueRange gradients) {
    double step = op.getStep().convertToDouble();
    SmallVector<Value> ahead(op.getArgs()), behind(op.getArgs());
    Value slope;
    for (auto [i, gradient] : llvm::zip(wrt, gradients)) {
      field::Build e(d.builder, d.loc, typeOf(gradient).getElementType());
      Value direction = randomLike(e, typeOf(gradient));
      slope = total(d, slope, inner(e, gradient, direction));
      Value move = e.mul(direction, e.real(step));
      ahead[i] = e.add(ahead[i], move);
      behind[i] = e.sub(behind[i], move);
    }
    auto at = [&](ValueRange arguments) {
      return func::CallOp::create(d.builder, d.loc, function, arguments).getResult(0);
    };
    Value difference = d.div(d.sub(at(ahead), at(behind)), d.real(2 * step));
    check::ExpectCloseOp::create(d.builder, d.loc, slope, difference, op.getRtol(), APFloat(0.0));
  }

  check::ExpectGradientOp op;
  SymbolTable &symbols;
  func::FuncOp callee;
  SmallVector<int64_t> wrt;
  Type element;
  std::mt19937_64 generator;
};

struct ExpandChecks : orrery::impl::ExpandChecksBase<ExpandChecks> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<check::ExpectGradientOp> checks;
    getOperation().walk([&](check::ExpectGradientOp op) { checks.push_back(op); });
    for (check::ExpectGradientOp op : checks)
      Expansion(op, symbols).run();
  }
};

} // namespace
