// Removes results and arguments of private functions that nobody uses.

#include "passes/grad/Passes.h"

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_DROPUNUSEDRESULTS
#include "passes/grad/Passes.h.inc"
} // namespace orrery

namespace {

class Cleaner {
public:
  explicit Cleaner(ModuleOp module) : module(module), table(module) {}
  void run();

private:
  void findUsers();
  bool isPure(func::FuncOp function);
  bool dropOperations(func::FuncOp function);
  bool dropResults(func::FuncOp function);
  bool dropArguments(func::FuncOp function);
  bool mayChange(func::FuncOp function) {
    return function.isPrivate() && !function.isExternal() &&
           llvm::hasSingleElement(function.getBody()) && !otherUsers.contains(function);
  }

  ModuleOp module;
  SymbolTable table;
  llvm::DenseMap<Operation *, SmallVector<func::CallOp>> calls;
  llvm::DenseSet<Operation *> otherUsers; // functions that something other than a call names
  llvm::DenseMap<Operation *, bool> pure;
};

struct DropUnusedResults : orrery::impl::DropUnusedResultsBase<DropUnusedResults> {
  void runOnOperation() override { Cleaner(getOperation()).run(); }
};

} // namespace

void Cleaner::findUsers() {
  calls.clear();
  otherUsers.clear();
  module.walk([&](Operation *op) {
    if (auto call = dyn_cast<func::CallOp>(op)) {
      if (auto callee = table.lookup<func::FuncOp>(call.getCallee()))
        calls[callee].push_back(call);
      return;
    }
    for (NamedAttribute attribute : op->getAttrs())
      attribute.getValue().walk([&](SymbolRefAttr symbol) {
        if (Operation *named = table.lookup(symbol.getRootReference()))
          otherUsers.insert(named);
      });
  });
}

// Whether leaving a call of the function out changes nothing but its results.
bool Cleaner::isPure(func::FuncOp function) {
  if (!function || function.isExternal())
    return false;
  auto [it, isNew] = pure.try_emplace(function, false); // a function that calls itself may not end
  if (!isNew)
    return it->second;
  bool result = true;
  function.getBody().walk([&](Operation *op) {
    if (auto call = dyn_cast<func::CallOp>(op))
      result &= isPure(table.lookup<func::FuncOp>(call.getCallee()));
    else
      result &= op->hasTrait<OpTrait::IsTerminator>() || isMemoryEffectFree(op);
  });
  return pure[function] = result;
}

bool Cleaner::dropOperations(func::FuncOp function) {
  bool changed = false;
  for (Block &block : function.getBody())
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
      auto call = dyn_cast<func::CallOp>(op);
      bool harmless =
          call ? isPure(table.lookup<func::FuncOp>(call.getCallee())) : isMemoryEffectFree(&op);
      if (!op.use_empty() || !harmless || op.hasTrait<OpTrait::IsTerminator>())
        continue;
      op.erase();
      changed = true;
    }
  return changed;
}

bool Cleaner::dropResults(func::FuncOp function) {
  llvm::BitVector unused(function.getNumResults(), true);
  for (func::CallOp call : calls[function])
    for (OpResult result : call.getResults())
      if (!result.use_empty())
        unused.reset(result.getResultNumber());
  if (unused.none())
    return false;
  function.front().getTerminator()->eraseOperands(unused);
  if (failed(function.eraseResults(unused)))
    return false;
  for (func::CallOp &call : calls[function]) {
    OpBuilder builder(call);
    auto shorter = func::CallOp::create(builder, call.getLoc(), function, call.getOperands());
    shorter->setDiscardableAttrs(call->getDiscardableAttrDictionary());
    unsigned next = 0;
    for (OpResult result : call.getResults())
      if (!unused.test(result.getResultNumber()))
        result.replaceAllUsesWith(shorter.getResult(next++));
    call.erase();
    call = shorter;
  }
  return true;
}

bool Cleaner::dropArguments(func::FuncOp function) {
  llvm::BitVector unused(function.getNumArguments());
  for (BlockArgument argument : function.getArguments())
    if (argument.use_empty())
      unused.set(argument.getArgNumber());
  if (unused.none() || failed(function.eraseArguments(unused)))
    return false;
  for (func::CallOp call : calls[function])
    call->eraseOperands(unused);
  return true;
}

void Cleaner::run() {
  bool changed = true;
  while (changed) {
    changed = false;
    pure.clear();
    for (func::FuncOp function : module.getOps<func::FuncOp>())
      changed |= dropOperations(function);
    findUsers();
    for (func::FuncOp function : llvm::make_early_inc_range(module.getOps<func::FuncOp>())) {
      if (!mayChange(function))
        continue;
      if (calls[function].empty()) {
        table.erase(function);
        // What it called may have lost its last user; look again before anything else is judged.
        changed = true;
        break;
      }
      changed |= dropResults(function);
      changed |= dropArguments(function);
    }
  }
}
