// Gives every buffer a fixed place in one arena.

#include "passes/memory/Passes.h"

#include "passes/memory/Placement.h"

#include "mlir/Analysis/CallGraph.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_PLANARENA
#include "passes/memory/Passes.h.inc"
} // namespace orrery

namespace {

constexpr llvm::StringLiteral arenaAttr = "orrery.arena_bytes", liveAttr = "orrery.live_bytes";

int64_t bytesOf(MemRefType type) {
  return type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
}

struct PlanArena : orrery::impl::PlanArenaBase<PlanArena> {
  using PlanArenaBase::PlanArenaBase;

  // Arena of each planned function; 0 when it takes none.
  DenseMap<StringRef, int64_t> planned;

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
      planned[function.getName()] = known.getInt();
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

    SmallVector<memref::AllocOp> allocs;
    function.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
    BufferViewFlowAnalysis flow(function);
    SmallVector<Interval> intervals;
    for (memref::AllocOp alloc : allocs) {
      if (!alloc.getType().hasStaticShape() || !alloc.getType().getLayout().isIdentity())
        return alloc.emitOpError(
            "has a size or layout that is not known when the arena is planned");
      eraseDeallocs(alloc);
      Interval &interval = intervals.emplace_back();
      interval.bytes = bytesOf(alloc.getType());
      interval.begin = count;
      for (Value alias : flow.resolve(alloc.getResult()))
        for (Operation *user : alias.getUsers()) {
          if (isa<memref::ExpandShapeOp, memref::CollapseShapeOp>(user))
            continue; // a view is no use: the buffer is first used where something is written to it
          interval.begin = std::min(interval.begin, when(user));
          interval.end = std::max(interval.end, lastUse(user, when));
        }
      // In a loop, what is written in one iteration may be read in a later one only through a
      // buffer outside it; either way the whole loop is its life.
      interval.begin = std::min(interval.begin, interval.end);
    }
    SmallVector<func::CallOp> needy;
    for (func::CallOp call : calls)
      if (int64_t bytes = planned.lookup(call.getCallee())) {
        intervals.push_back({bytes, when(call), when(call), 0});
        needy.push_back(call);
      }
    Plan plan = placeIntervals(intervals);
    writePlan(function, allocs, needy, intervals, plan);
    return success();
  }

  void writePlan(func::FuncOp function, ArrayRef<memref::AllocOp> allocs,
                 ArrayRef<func::CallOp> calls, ArrayRef<Interval> intervals, Plan plan) {
    OpBuilder builder(function.getContext());
    planned[function.getName()] = plan.bytes;
    function->setAttr(arenaAttr, builder.getI64IntegerAttr(plan.bytes));
    function->setAttr(liveAttr, builder.getI64IntegerAttr(plan.liveBytes));
    if (plan.bytes == 0) {
      for (memref::AllocOp alloc : allocs)
        alloc.erase();
      return;
    }
    (void)function.insertArgument(function.getNumArguments(),
                                  MemRefType::get({plan.bytes}, builder.getI8Type()), {},
                                  function.getLoc());
    Value arena = function.getArguments().back();
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
                            part(inner.getLoc(), interval.offset,
                                 MemRefType::get({interval.bytes}, builder.getI8Type())));
    }
  }
};
} // namespace
