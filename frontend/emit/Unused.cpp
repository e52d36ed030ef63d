// Follows values backwards from results to arguments, through calls.

#include "frontend/emit/Unused.h"

#include "dialects/train/Train.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace orrery::emit {

namespace {
class Reach {
public:
  // The arguments that the results in `wanted` depend on. Functions do not recurse.
  llvm::BitVector of(func::FuncOp function, const llvm::BitVector &wanted) {
    std::string key = function.getSymName().str();
    for (unsigned bit : wanted.set_bits())
      key += " " + std::to_string(bit);
    if (auto known = memo.find(key); known != memo.end())
      return known->second;

    llvm::BitVector used(function.getNumArguments());
    llvm::DenseMap<Operation *, llvm::BitVector> asked;
    auto need = [&](Value value) {
      if (auto argument = dyn_cast<BlockArgument>(value)) {
        used.set(argument.getArgNumber());
        return;
      }
      auto result = cast<OpResult>(value);
      llvm::BitVector &bits = asked[result.getOwner()];
      bits.resize(result.getOwner()->getNumResults());
      bits.set(result.getResultNumber());
    };
    Block &body = function.getBody().front();
    for (unsigned bit : wanted.set_bits())
      need(body.getTerminator()->getOperand(bit));
    for (Operation &op : llvm::reverse(body)) {
      auto it = asked.find(&op);
      if (it == asked.end())
        continue;
      llvm::BitVector bits = it->second;
      if (auto call = dyn_cast<func::CallOp>(op)) {
        auto callee =
            SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
        for (unsigned argument : of(callee, bits).set_bits())
          need(call.getOperand(argument));
        continue;
      }
      for (Value operand : op.getOperands())
        need(operand);
    }
    return memo[key] = used;
  }

private:
  std::map<std::string, llvm::BitVector> memo;
};
} // namespace

llvm::BitVector usedByFirstResult(func::FuncOp function) {
  llvm::BitVector first(function.getNumResults());
  first.set(0);
  return Reach().of(function, first);
}

} // namespace orrery::emit
