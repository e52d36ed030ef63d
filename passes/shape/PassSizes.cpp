// Hands sizes that are known at run time from function to function.

#include "passes/shape/Passes.h"

#include "passes/shape/Sizes.h"

#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_PASSSIZES
#include "passes/shape/Passes.h.inc"
} // namespace orrery

namespace {

// The run-time sizes of one function: names that are equal, in the order of first appearance.
class FunctionSizes {
public:
  explicit FunctionSizes(func::FuncOp function) : function(function) {}

  void appears(Type type);
  void appears(StringAttr name) { names.insert({name, {}}); }
  void equal(StringAttr a, StringAttr b);
  // What a type says about names that have run-time sizes elsewhere in the function.
  LogicalResult known(Operation *op, Type type);

  // Afterwards every name has a value. A private function has an argument for each, known or not:
  // whoever calls it finds there the sizes of what it returns.
  void addArguments();
  Value valueOf(StringAttr name);

private:
  StringAttr leader(StringAttr name) const;

  func::FuncOp function;
  llvm::MapVector<StringAttr, Value> names;
  DenseMap<StringAttr, StringAttr> same;   // towards the leader of a name's class
  DenseMap<StringAttr, int64_t> constants; // by leader
};

struct PassSizes : orrery::impl::PassSizesBase<PassSizes> {
  void runOnOperation() override {
    done.clear();
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (failed(passIn(function)))
        return signalPassFailure();
  }

  llvm::DenseSet<Operation *> done;

  LogicalResult passIn(func::FuncOp function);
  LogicalResult collect(func::FuncOp function, FunctionSizes &sizes);
  func::FuncOp calleeOf(func::CallOp call) {
    return getOperation().lookupSymbol<func::FuncOp>(call.getCallee());
  }
};

} // namespace

StringAttr FunctionSizes::leader(StringAttr name) const {
  while (StringAttr next = same.lookup(name))
    name = next;
  return name;
}

void FunctionSizes::equal(StringAttr a, StringAttr b) {
  a = leader(a);
  b = leader(b);
  if (a != b)
    same[b] = a;
}

void FunctionSizes::appears(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.hasStaticShape())
    return;
  for (auto [name, size] : llvm::zip(field::namesOf(type), tensor.getShape()))
    if (ShapedType::isDynamic(size))
      appears(name);
}

LogicalResult FunctionSizes::known(Operation *op, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return success();
  for (auto [name, size] : llvm::zip(field::namesOf(type), tensor.getShape())) {
    if (ShapedType::isDynamic(size) || !names.contains(name))
      continue;
    auto [entry, fresh] = constants.try_emplace(leader(name), size);
    if (!fresh && entry->second != size)
      return op->emitOpError() << "gives '" << name.getValue() << "' the size " << size
                               << ", but it is " << entry->second << " in this function";
  }
  return success();
}

void FunctionSizes::addArguments() {
  OpBuilder builder = OpBuilder::atBlockBegin(&function.front());
  Location loc = function.getLoc();
  llvm::MapVector<StringAttr, SmallVector<Attribute>> members;
  for (auto &[name, value] : names)
    members[leader(name)].push_back(name);
  SmallVector<Attribute> listed;
  for (auto &[lead, equalNames] : members) {
    Value value;
    if (auto constant = constants.find(lead); constant != constants.end() && function.isPublic()) {
      value = arith::ConstantIndexOp::create(builder, loc, constant->second);
    } else {
      unsigned at = function.getNumArguments();
      auto attribute = builder.getNamedAttr(sizeAttr, builder.getArrayAttr(equalNames));
      (void)function.insertArgument(at, builder.getIndexType(),
                                    builder.getDictionaryAttr(attribute), loc);
      value = function.getArgument(at);
      listed.push_back(equalNames.front());
    }
    for (Attribute name : equalNames)
      names[cast<StringAttr>(name)] = value;
  }
  if (!listed.empty())
    function->setAttr(sizesAttr, builder.getArrayAttr(listed));
}

Value FunctionSizes::valueOf(StringAttr name) { return names.lookup(name); }

LogicalResult PassSizes::collect(func::FuncOp function, FunctionSizes &sizes) {
  for (Type type : function.getArgumentTypes())
    sizes.appears(type);
  auto dynamic = [](Operation *op) {
    return llvm::any_of(op->getResultTypes(), [](Type type) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      return tensor && !tensor.hasStaticShape();
    });
  };
  for (Operation &op : function.front()) {
    for (Type type : op.getResultTypes())
      sizes.appears(type);
    if (auto rename = dyn_cast<field::RenameOp>(op))
      for (auto [from, to] : llvm::zip(rename.getFrom().getAsRange<StringAttr>(),
                                       rename.getTo().getAsRange<StringAttr>()))
        sizes.equal(from, to);
    if (isa<field::SplitOp, field::MergeOp, field::PadOp, field::SliceOp, field::ConcatOp>(op) &&
        dynamic(&op))
      for (StringRef key : {"dim", "into", "as"})
        if (auto name = op.getAttrOfType<StringAttr>(key))
          for (Type type : llvm::concat<const Type>(op.getOperandTypes(), op.getResultTypes()))
            if (field::axisOf(type, name) >= 0 && ShapedType::isDynamic(field::sizeOf(type, name)))
              return op.emitOpError()
                     << "changes '" << name.getValue() << "', whose size is known at run time only";
    if (auto call = dyn_cast<func::CallOp>(op))
      if (func::FuncOp callee = calleeOf(call))
        for (unsigned i = 0; i < callee.getNumArguments(); ++i)
          if (auto equal = callee.getArgAttrOfType<ArrayAttr>(i, sizeAttr))
            for (auto name : equal.getAsRange<StringAttr>()) {
              sizes.appears(name);
              sizes.equal(cast<StringAttr>(equal[0]), name);
            }
  }
  // After all names that are equal are known to be: a name has one size in a function. Kernels are
  // shared between arrays of different names, so theirs tell nothing.
  for (Type type : function.getArgumentTypes())
    if (failed(sizes.known(function, type)))
      return failure();
  for (Operation &op : function.front()) {
    auto call = dyn_cast<func::CallOp>(op);
    func::FuncOp callee = call ? calleeOf(call) : func::FuncOp();
    if (!isa<field::SizeCastOp>(op) && (!callee || callee->hasAttr("orrery.kernel")))
      continue;
    for (Type type : llvm::concat<const Type>(op.getOperandTypes(), op.getResultTypes()))
      if (failed(sizes.known(&op, type)))
        return failure();
  }
  return success();
}

LogicalResult PassSizes::passIn(func::FuncOp function) {
  if (function.isExternal() || !done.insert(function).second)
    return success();
  SmallVector<func::CallOp> calls;
  function.walk([&](func::CallOp call) { calls.push_back(call); });
  for (func::CallOp call : calls)
    if (func::FuncOp callee = calleeOf(call); callee && failed(passIn(callee)))
      return failure();
  FunctionSizes sizes(function);
  unsigned arrays = function.getNumArguments();
  if (failed(collect(function, sizes)))
    return failure();
  sizes.addArguments();
  if (function.isPublic())
    for (unsigned i = arrays; i < function.getNumArguments(); ++i) {
      auto name = cast<StringAttr>(function.getArgAttrOfType<ArrayAttr>(i, sizeAttr)[0]);
      auto mentions = [&](Type type) { return field::axisOf(type, name) >= 0; };
      if (llvm::none_of(function.getArgumentTypes().take_front(arrays), mentions))
        return function.emitError()
               << "needs the size of '" << name.getValue() << "', which none of its arguments has";
    }
  for (func::CallOp call : calls) {
    func::FuncOp callee = calleeOf(call);
    if (!callee)
      continue;
    for (unsigned i = call.getNumOperands(); i < callee.getNumArguments(); ++i)
      call->insertOperands(
          i, sizes.valueOf(cast<StringAttr>(callee.getArgAttrOfType<ArrayAttr>(i, sizeAttr)[0])));
  }
  return success();
}
