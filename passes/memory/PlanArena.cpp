// Gives every buffer a fixed place in one arena.

#include "passes/memory/Passes.h"

#include "passes/memory/Placement.h"
#include "passes/memory/Slots.h"
#include "passes/shape/Sizes.h"

#include "mlir/Analysis/CallGraph.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_PLANARENA
#include "passes/memory/Passes.h.inc"
} // namespace orrery

namespace {

constexpr llvm::StringLiteral arenaAttr = "orrery.arena_bytes", liveAttr = "orrery.live_bytes";
// Where sizes are known at run time only: the terms of a polynomial, each a number and the names of
// the sizes that it is multiplied with.
constexpr llvm::StringLiteral termsAttr = "orrery.arena_terms";
// More than any arena, for the type of one whose size is not known here.
constexpr int64_t unbounded = int64_t(1) << 62;

int64_t bytesOf(MemRefType type) {
  return type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
}

// The sizes among a function's arguments, which are the unknowns of its polynomials.
SmallVector<Value> sizeArguments(func::FuncOp function) {
  SmallVector<Value> sizes;
  for (BlockArgument argument : function.getArguments())
    if (function.getArgAttr(argument.getArgNumber(), sizeAttr))
      sizes.push_back(argument);
  return sizes;
}

std::optional<Polynomial> polynomialOf(Value value, ArrayRef<Value> sizes) {
  if (auto at = llvm::find(sizes, value); at != sizes.end())
    return Polynomial::unknown(at - sizes.begin());
  Operation *op = value.getDefiningOp();
  if (auto constant = dyn_cast_or_null<arith::ConstantIndexOp>(op))
    return Polynomial(constant.value());
  if (!isa_and_nonnull<arith::MulIOp, arith::AddIOp>(op))
    return std::nullopt;
  auto a = polynomialOf(op->getOperand(0), sizes), b = polynomialOf(op->getOperand(1), sizes);
  if (!a || !b)
    return std::nullopt;
  return isa<arith::MulIOp>(op) ? *a * *b : *a + *b;
}

std::optional<Polynomial> bytesOf(memref::AllocOp alloc, ArrayRef<Value> sizes) {
  MemRefType type = alloc.getType();
  Polynomial bytes((type.getElementTypeBitWidth() + 7) / 8);
  auto dynamic = alloc.getDynamicSizes().begin();
  for (int64_t size : type.getShape()) {
    auto factor = ShapedType::isDynamic(size) ? polynomialOf(*dynamic++, sizes) : Polynomial(size);
    if (!factor)
      return std::nullopt;
    bytes = bytes * *factor;
  }
  return bytes;
}

Value evaluate(OpBuilder &builder, Location loc, const Polynomial &polynomial,
               ArrayRef<Value> sizes) {
  Value sum = arith::ConstantIndexOp::create(builder, loc, 0);
  for (auto &[monomial, coefficient] : polynomial.terms()) {
    Value term = arith::ConstantIndexOp::create(builder, loc, coefficient);
    for (unsigned unknown : monomial)
      term = arith::MulIOp::create(builder, loc, term, sizes[unknown]);
    sum = arith::AddIOp::create(builder, loc, sum, term);
  }
  return sum;
}

// What a function's arena holds, before it has places.
struct Contents {
  SmallVector<memref::AllocOp> allocs;
  SmallVector<func::CallOp> calls;      // that need memory of their own
  SmallVector<SizedInterval> intervals; // of the allocs, then of the calls
};

struct PlanArena : orrery::impl::PlanArenaBase<PlanArena> {
  using PlanArenaBase::PlanArenaBase;

  // Arena of each planned function, as a polynomial of its sizes; 0 when it takes none.
  llvm::StringMap<Polynomial> planned;

  void runOnOperation() override {
    planned.clear();
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (failed(planFunction(function)))
        return signalPassFailure();
  }

  LogicalResult planFunction(func::FuncOp function) {
    if (function.isExternal() || planned.contains(function.getName()))
      return success();
    if (auto known = function->getAttrOfType<IntegerAttr>(arenaAttr)) {
      planned[function.getName()] = Polynomial(known.getInt());
      return success();
    }
    SmallVector<func::CallOp> calls;
    function.walk([&](func::CallOp call) { calls.push_back(call); });
    for (func::CallOp call : calls) {
      auto callee = getOperation().lookupSymbol<func::FuncOp>(call.getCallee());
      if (callee && callee != function && failed(planFunction(callee)))
        return failure();
    }
    if (failed(moveToStack(function)))
      return failure();
    return placeAll(function, calls);
  }

  // An iteration of a parallel loop needs memory that no other thread has.
  LogicalResult moveToStack(func::FuncOp function) {
    auto result = function.walk([&](memref::AllocOp alloc) {
      if (!alloc->getParentOfType<scf::ForallOp>() && !alloc->getParentOfType<scf::ParallelOp>())
        return WalkResult::advance();
      if (!alloc.getType().hasStaticShape() || bytesOf(alloc.getType()) > stackBytes) {
        alloc.emitOpError(
            "needs more memory in an iteration of a parallel loop than the stack has");
        return WalkResult::interrupt();
      }
      Operation *loop = alloc->getParentOfType<scf::ForallOp>();
      if (Operation *parallel = alloc->getParentOfType<scf::ParallelOp>();
          !loop || (parallel && loop->isProperAncestor(parallel)))
        loop = parallel;
      OpBuilder builder = OpBuilder::atBlockBegin(&loop->getRegion(0).front());
      Value local = memref::AllocaOp::create(builder, alloc.getLoc(), alloc.getType(),
                                             builder.getI64IntegerAttr(64));
      eraseDeallocs(alloc);
      alloc.replaceAllUsesWith(local);
      alloc.erase();
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  static void eraseDeallocs(memref::AllocOp alloc) {
    for (Operation *user : llvm::make_early_inc_range(alloc->getUsers()))
      if (isa<memref::DeallocOp>(user))
        user->erase();
  }

  // An address taken once may serve several calls of the runtime, and the buffer lives until the
  // last.
  static int64_t lastUse(Operation *op, function_ref<int64_t(Operation *)> when) {
    int64_t last = when(op);
    if (isa<memref::ExtractAlignedPointerAsIndexOp, arith::IndexCastOp>(op))
      for (Operation *user : op->getUsers())
        last = std::max(last, lastUse(user, when));
    return last;
  }

  LogicalResult placeAll(func::FuncOp function, ArrayRef<func::CallOp> calls) {
    Block &body = function.getBody().front();
    DenseMap<Operation *, int64_t> order;
    int64_t count = 0;
    for (Operation &op : body)
      order[&op] = count++;
    auto when = [&](Operation *op) { return order.lookup(body.findAncestorOpInBlock(*op)); };

    Contents contents;
    function.walk([&](memref::AllocOp alloc) { contents.allocs.push_back(alloc); });
    SmallVector<Value> sizes = sizeArguments(function);
    BufferViewFlowAnalysis flow(function);
    for (memref::AllocOp alloc : contents.allocs) {
      std::optional<Polynomial> bytes = bytesOf(alloc, sizes);
      if (!bytes || !alloc.getType().getLayout().isIdentity())
        return alloc.emitOpError(
            "has a size or layout that is not known when the arena is planned");
      eraseDeallocs(alloc);
      SizedInterval &interval = contents.intervals.emplace_back();
      interval.bytes = *bytes;
      interval.begin = count;
      for (Value alias : flow.resolve(alloc.getResult()))
        for (Operation *user : alias.getUsers()) {
          if (isa<memref::ExpandShapeOp, memref::CollapseShapeOp, memref::CastOp>(user))
            continue; // a view is no use: the buffer is first used where something is written to it
          interval.begin = std::min(interval.begin, when(user));
          interval.end = std::max(interval.end, lastUse(user, when));
        }
      // In a loop, what is written in one iteration may be read in a later one only through a
      // buffer outside it; either way the whole loop is its life.
      interval.begin = std::min(interval.begin, interval.end);
    }
    for (func::CallOp call : calls) {
      Polynomial bytes = planned.lookup(call.getCallee());
      if (bytes.terms().empty())
        continue;
      SmallVector<Polynomial> values;
      auto callee = getOperation().lookupSymbol<func::FuncOp>(call.getCallee());
      for (Value size : sizeArguments(callee)) {
        auto value = polynomialOf(call.getOperand(cast<BlockArgument>(size).getArgNumber()), sizes);
        if (!value)
          return call.emitOpError("hands on a size that is not known when the arena is planned");
        values.push_back(*value);
      }
      contents.intervals.push_back({bytes.with(values), when(call), when(call), 0});
      contents.calls.push_back(call);
    }
    if (llvm::any_of(contents.intervals,
                     [](const SizedInterval &i) { return !i.bytes.isConstant(); })) {
      placeInSlots(function, contents, sizes);
      return success();
    }
    SmallVector<Interval> intervals;
    for (const SizedInterval &interval : contents.intervals)
      intervals.push_back({interval.bytes.constant(), interval.begin, interval.end, 0});
    Plan plan = placeIntervals(intervals);
    writePlan(function, contents.allocs, contents.calls, intervals, plan);
    return success();
  }

  static Value addArena(func::FuncOp function, int64_t bytes) {
    Builder builder(function.getContext());
    (void)function.insertArgument(function.getNumArguments(),
                                  MemRefType::get({bytes}, builder.getI8Type()), {},
                                  function.getLoc());
    return function.getArguments().back();
  }

  // The arena that a callee takes is its last argument, which the call does not give it yet.
  MemRefType arenaOf(func::CallOp call) {
    auto callee = getOperation().lookupSymbol<func::FuncOp>(call.getCallee());
    return cast<MemRefType>(callee.getArgumentTypes().back());
  }

  // Sizes are arguments, so where a slot starts is computed at the head of the function.
  void placeInSlots(func::FuncOp function, Contents &contents, ArrayRef<Value> sizes) {
    SmallVector<Polynomial> slots = fillSlots(contents.intervals);
    Location loc = function.getLoc();
    OpBuilder builder = OpBuilder::atBlockBegin(&function.front());
    Polynomial total;
    SmallVector<Value> starts;
    Value at = arith::ConstantIndexOp::create(builder, loc, 0);
    Value mask = arith::ConstantIndexOp::create(builder, loc, -bufferAlignment);
    for (const Polynomial &slot : slots) {
      starts.push_back(at);
      // One more line than the bytes take, at most.
      total = total + slot + Polynomial(bufferAlignment);
      Value end = arith::AddIOp::create(
          builder, loc, at, evaluate(builder, loc, slot + Polynomial(bufferAlignment - 1), sizes));
      at = arith::AndIOp::create(builder, loc, end, mask);
    }
    planned[function.getName()] = total;
    SmallVector<Attribute> terms;
    for (auto &[monomial, coefficient] : total.terms()) {
      SmallVector<Attribute> term{builder.getI64IntegerAttr(coefficient)};
      for (unsigned unknown : monomial)
        term.push_back(cast<ArrayAttr>(
            function.getArgAttr(cast<BlockArgument>(sizes[unknown]).getArgNumber(), sizeAttr))[0]);
      terms.push_back(builder.getArrayAttr(term));
    }
    function->setAttr(termsAttr, builder.getArrayAttr(terms));
    function->setAttr(arenaAttr, builder.getI64IntegerAttr(total.constant()));
    Value arena = addArena(function, unbounded);
    for (auto [i, alloc] : llvm::enumerate(contents.allocs)) {
      builder.setInsertionPoint(alloc);
      Value part =
          memref::ViewOp::create(builder, alloc.getLoc(), alloc.getType(), arena,
                                 starts[contents.intervals[i].slot], alloc.getDynamicSizes());
      alloc.replaceAllUsesWith(part);
      alloc.erase();
    }
    for (auto [i, call] : llvm::enumerate(contents.calls)) {
      builder.setInsertionPoint(call);
      unsigned slot = contents.intervals[contents.allocs.size() + i].slot;
      Value part = memref::ViewOp::create(builder, call.getLoc(), arenaOf(call), arena,
                                          starts[slot], ValueRange());
      call->insertOperands(call->getNumOperands(), part);
    }
  }

  void writePlan(func::FuncOp function, ArrayRef<memref::AllocOp> allocs,
                 ArrayRef<func::CallOp> calls, ArrayRef<Interval> intervals, Plan plan) {
    OpBuilder builder(function.getContext());
    planned[function.getName()] = Polynomial(plan.bytes);
    function->setAttr(arenaAttr, builder.getI64IntegerAttr(plan.bytes));
    function->setAttr(liveAttr, builder.getI64IntegerAttr(plan.liveBytes));
    if (plan.bytes == 0) {
      for (memref::AllocOp alloc : allocs)
        alloc.erase();
      return;
    }
    Value arena = addArena(function, plan.bytes);
    auto part = [&](Location loc, int64_t offset, MemRefType type) -> Value {
      Value at = arith::ConstantIndexOp::create(builder, loc, offset);
      return memref::ViewOp::create(builder, loc, type, arena, at, ValueRange());
    };
    for (auto [i, alloc] : llvm::enumerate(llvm::to_vector(allocs))) {
      builder.setInsertionPoint(alloc);
      alloc.replaceAllUsesWith(part(alloc.getLoc(), intervals[i].offset, alloc.getType()));
      alloc.erase();
    }
    for (auto [call, interval] : llvm::zip(calls, intervals.drop_front(allocs.size()))) {
      builder.setInsertionPoint(call);
      func::CallOp inner = call;
      inner->insertOperands(inner->getNumOperands(),
                            part(inner.getLoc(), interval.offset, arenaOf(inner)));
    }
  }
};
} // namespace
