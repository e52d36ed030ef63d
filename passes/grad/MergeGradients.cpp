// Makes one request of gradient requests for the same value, so that they share a forward and a
// backward pass.

#include "passes/grad/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_MERGEGRADIENTS
#include "passes/grad/Passes.h.inc"
} // namespace orrery

namespace {

// A request and the function it differentiates. What the function takes as an argument stands for
// the value that the request hands over, so the function reads on into its caller.
struct Side {
  train::GradientOp request;
  func::FuncOp function;
  llvm::SmallDenseSet<Value> arguments; // as the caller has them

  Side(train::GradientOp request, func::FuncOp function) : request(request), function(function) {
    arguments.insert_range(request.getArgs());
  }

  // Which argument a gradient is for would be lost where one value is handed over twice.
  bool isClear() {
    return function && llvm::hasSingleElement(function.getBody()) &&
           arguments.size() == request.getArgs().size();
  }
  bool hasEffects() {
    return llvm::any_of(function.front().without_terminator(), [](Operation &op) {
      return !isa<func::CallOp>(op) && !isMemoryEffectFree(&op);
    });
  }
  Value outside(Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && argument.getOwner() == &function.front()
               ? request.getArgs()[argument.getArgNumber()]
               : value;
  }
  SmallVector<Value> wanted() {
    SmallVector<Value> values;
    for (int64_t i : request.getWrt())
      values.push_back(request.getArgs()[i]);
    return values;
  }
};

// Whether two requests are for the same value, and how to ask for both gradients at once.
class Merger {
public:
  Merger(Side first, Side second, SymbolTable &symbols)
      : first(std::move(first)), second(std::move(second)), symbols(symbols) {}

  // The request that takes the place of both, where the first one stood, or null.
  train::GradientOp run();

private:
  bool match();
  bool isHeldConstant();
  bool findPlaces();
  func::FuncOp functionOfBoth();

  Side first, second;
  SymbolTable &symbols;
  llvm::DenseMap<Value, Value> toSecond, toFirst; // the same value in the other function
  SmallVector<int64_t> places; // of what the second request asks for, in the arguments of both
  SmallVector<Value> opened;   // of these, what the first function computes inside
};

struct MergeGradients : orrery::impl::MergeGradientsBase<MergeGradients> {
  void runOnOperation() override;
};

} // namespace

// One to one: two equal constants of which one is differentiated by are not the same value.
bool Merger::match() {
  auto ends = [](Side &side) { return side.function.front().getTerminator()->getOperands(); };
  if (ends(first).size() != ends(second).size())
    return false;
  SmallVector<std::pair<Value, Value>> open;
  auto compare = [&](ValueRange left, ValueRange right) {
    for (auto [a, b] : llvm::zip_equal(left, right))
      open.push_back({a, b});
  };
  compare(ends(first), ends(second));
  while (!open.empty()) {
    auto [a, b] = open.pop_back_val();
    a = first.outside(a);
    b = second.outside(b);
    auto [known, isNew] = toSecond.try_emplace(a, b);
    if (!isNew && known->second == b)
      continue;
    if (!isNew || !toFirst.try_emplace(b, a).second)
      return false;
    bool isShared = a == b && a.getParentBlock() == first.request->getBlock();
    if (isShared)
      continue;
    auto x = dyn_cast<OpResult>(a), y = dyn_cast<OpResult>(b);
    if (!x || !y || x.getResultNumber() != y.getResultNumber() ||
        !OperationEquivalence::isEquivalentTo(x.getOwner(), y.getOwner(),
                                              OperationEquivalence::ignoreValueEquivalence, nullptr,
                                              OperationEquivalence::IgnoreLocations))
      return false;
    compare(x.getOwner()->getOperands(), y.getOwner()->getOperands());
  }
  return true;
}

// Does anything that depends on what one request asks for enter the other's function as an
// argument? There it is a constant, so the gradients would not be those of one sweep.
bool Merger::isHeldConstant() {
  auto search = [](Side &side, llvm::DenseMap<Value, Value> &toOther, Side &other,
                   llvm::DenseMap<Value, Value> &toSide) {
    llvm::DenseSet<Value> varied;
    varied.insert_range(side.wanted());
    for (Value value : other.wanted())
      if (Value same = toSide.lookup(value))
        varied.insert(same);
    for (Operation &op : side.function.front().without_terminator()) {
      if (llvm::none_of(op.getOperands(),
                        [&](Value operand) { return varied.contains(side.outside(operand)); }))
        continue;
      varied.insert_range(op.getResults());
      for (Value result : op.getResults())
        if (other.arguments.contains(toOther.lookup(result)))
          return true;
    }
    return false;
  };
  return search(first, toSecond, second, toFirst) || search(second, toFirst, first, toSecond);
}

bool Merger::findPlaces() {
  for (Value value : second.wanted()) {
    Value same = toFirst.lookup(value);
    if (!same)
      return false;
    auto arguments = first.request.getArgs();
    if (auto it = llvm::find(arguments, same); it != arguments.end()) {
      places.push_back(it - arguments.begin());
      continue;
    }
    // It becomes an argument, and so must be there before the first request is.
    Operation *owner = value.getDefiningOp();
    if (same.getParentBlock() != &first.function.front() ||
        (owner && !owner->isBeforeInBlock(first.request)))
      return false;
    places.push_back(arguments.size() + opened.size());
    opened.push_back(value);
  }
  return true;
}

func::FuncOp Merger::functionOfBoth() {
  if (opened.empty())
    return first.function;
  IRMapping map;
  auto function = cast<func::FuncOp>(first.function->clone(map));
  Block &body = function.front();
  for (Value value : opened) {
    Value argument = body.addArgument(value.getType(), value.getLoc());
    map.lookup(toFirst.lookup(value)).replaceAllUsesWith(argument);
  }
  function.setType(
      FunctionType::get(function.getContext(), body.getArgumentTypes(), function.getResultTypes()));
  symbols.insert(function, std::next(first.function->getIterator()));
  return function;
}

train::GradientOp Merger::run() {
  if (!first.isClear() || !second.isClear() || second.hasEffects() || !match() ||
      isHeldConstant() || !findPlaces())
    return {};
  SmallVector<Value> arguments(first.request.getArgs());
  llvm::append_range(arguments, opened);
  SmallVector<int64_t> wrt(first.request.getWrt());
  llvm::append_range(wrt, places);
  llvm::sort(wrt);
  wrt.erase(llvm::unique(wrt), wrt.end());
  unsigned results = first.function.getNumResults();
  SmallVector<Type> types(first.function.getResultTypes());
  for (int64_t i : wrt)
    types.push_back(arguments[i].getType());
  OpBuilder builder(first.request);
  auto both = train::GradientOp::create(builder, first.request.getLoc(), types,
                                        functionOfBoth().getSymName(), arguments, wrt);
  auto replace = [&](train::GradientOp old, ArrayRef<int64_t> asked) {
    SmallVector<Value> values(both.getResults().take_front(results));
    for (int64_t i : asked)
      values.push_back(both.getResult(results + (llvm::find(wrt, i) - wrt.begin())));
    old.replaceAllUsesWith(values);
    old.erase();
  };
  remark::passed(second.request.getLoc(), remark::RemarkOpts::name("Merged").category("grad"))
      << "shares the forward and backward pass of another gradient of the same value";
  replace(first.request, first.request.getWrt());
  replace(second.request, places);
  return both;
}

void MergeGradients::runOnOperation() {
  SymbolTable symbols(getOperation());
  auto side = [&](train::GradientOp request) {
    return Side(request, symbols.lookup<func::FuncOp>(request.getCallee()));
  };
  SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
  for (func::FuncOp function : functions)
    for (Block &block : function.getBody()) {
      SmallVector<train::GradientOp> kept;
      for (auto request : llvm::make_early_inc_range(block.getOps<train::GradientOp>())) {
        bool isMerged = llvm::any_of(kept, [&](train::GradientOp &earlier) {
          train::GradientOp both = Merger(side(earlier), side(request), symbols).run();
          if (both)
            earlier = both;
          return bool(both);
        });
        if (!isMerged)
          kept.push_back(request);
      }
    }
}
