// Turns kernel functions into linalg in destination-passing style.

#include "passes/lower/Passes.h"

#include "dialects/attend/Attend.h"
#include "dialects/field/Field.h"
#include "dialects/graph/Graph.h"
#include "dialects/train/Train.h"
#include "passes/group/Outline.h"
#include "passes/lower/Calls.h"
#include "passes/lower/Patterns.h"
#include "passes/lower/Types.h"
#include "passes/shape/Sizes.h"

#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_LOWERKERNELS
#include "passes/lower/Passes.h.inc"
} // namespace orrery

static Value castTo(OpBuilder &builder, Location loc, Type type, Value value) {
  return UnrealizedConversionCastOp::create(builder, loc, type, value).getResult(0);
}

// Writes a result into its buffer. Reshapes at the end are undone on the buffer instead, so that
// what is before them is computed in place.
static void writeResult(OpBuilder &builder, Location loc, Value result, Value buffer) {
  while (Operation *op = result.getDefiningOp()) {
    if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
      result = collapse.getSrc();
      buffer = memref::ExpandShapeOp::create(builder, loc, bufferType(result.getType()), buffer,
                                             collapse.getReassociationIndices());
    } else if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
      result = expand.getSrc();
      buffer =
          memref::CollapseShapeOp::create(builder, loc, buffer, expand.getReassociationIndices());
    } else {
      break;
    }
  }
  // What the runtime wrote into a buffer of its own is written into the result's.
  if (auto read = result.getDefiningOp<bufferization::ToTensorOp>())
    if (auto alloc = read.getBuffer().getDefiningOp<memref::AllocOp>();
        alloc && alloc->getNumOperands() == 0) {
      for (Operation *view = buffer.getDefiningOp(); view;
           view = view->getOperand(0).getDefiningOp())
        view->moveBefore(&alloc->getBlock()->front());
      alloc.replaceAllUsesWith(buffer);
      alloc.erase();
      return;
    }
  // A value that nothing in the kernel computes is copied by a loop, like all else.
  if (!isa_and_nonnull<DestinationStyleOpInterface, tensor::InsertSliceOp>(
          result.getDefiningOp())) {
    auto type = llvm::cast<RankedTensorType>(result.getType());
    Value init = tensor::EmptyOp::create(builder, loc, tensor::getMixedSizes(builder, loc, result),
                                         type.getElementType());
    result = linalg::CopyOp::create(builder, loc, result, init).getResult(0);
  }
  bufferization::MaterializeInDestinationOp::create(builder, loc, TypeRange(), result, buffer,
                                                    /*restrict=*/true, /*writable=*/true);
}

namespace {
struct LowerKernels : orrery::impl::LowerKernelsBase<LowerKernels> {
  void runOnOperation() override {
    FieldTypeConverter types;
    RewritePatternSet patterns(&getContext());
    populateElementwisePatterns(types, patterns);
    populateSumPatterns(types, patterns);
    populateLayoutPatterns(types, patterns);
    populatePartPatterns(types, patterns);
    populateWindowPatterns(types, patterns);
    populateRandomPatterns(types, patterns);
    populateGraphPatterns(types, patterns);
    FrozenRewritePatternSet frozen(std::move(patterns));
    for (auto kernel : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (isKernel(kernel) && isOnTensors(kernel) && failed(lowerKernel(kernel, frozen)))
        return signalPassFailure();
    fitCalls(getOperation());
  }

  static bool isOnTensors(func::FuncOp kernel) {
    auto isTensor = [](Type type) { return isa<RankedTensorType>(type); };
    return llvm::any_of(kernel.getArgumentTypes(), isTensor) || kernel.getNumResults() != 0;
  }

  LogicalResult lowerKernel(func::FuncOp kernel, const FrozenRewritePatternSet &patterns) {
    takeBuffers(kernel);
    ConversionTarget target(getContext());
    target.addIllegalDialect<field::FieldDialect, train::TrainDialect, attend::AttendDialect,
                             graph::GraphDialect>();
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    if (failed(applyPartialConversion(kernel, target, patterns)))
      return failure();
    SmallVector<UnrealizedConversionCastOp> casts;
    kernel.walk([&](UnrealizedConversionCastOp op) { casts.push_back(op); });
    reconcileUnrealizedCasts(casts);

    auto terminator = llvm::cast<func::ReturnOp>(kernel.getBody().front().getTerminator());
    OpBuilder builder(terminator);
    unsigned inputs = kernel.getNumArguments() - terminator.getNumOperands();
    for (auto [i, result] : llvm::enumerate(llvm::to_vector(terminator.getOperands())))
      writeResult(builder, result.getLoc(), result, kernel.getArgument(inputs + i));
    terminator->setOperands({});
    // Folds, and erases what nothing uses.
    return applyPatternsGreedily(kernel, RewritePatternSet(&getContext()));
  }

  // Gives the function its new signature; its body still sees tensors, through casts that the
  // conversion removes.
  void takeBuffers(func::FuncOp kernel) {
    Block &body = kernel.getBody().front();
    Location loc = kernel.getLoc();
    auto terminator = llvm::cast<func::ReturnOp>(body.getTerminator());
    OpBuilder builder = OpBuilder::atBlockBegin(&body);
    SmallVector<Type> buffers, named;
    for (BlockArgument argument : body.getArguments()) {
      Type type = argument.getType();
      named.push_back(type);
      if (!isa<RankedTensorType>(type)) {
        buffers.push_back(type); // a size
        continue;
      }
      argument.setType(bufferType(type));
      buffers.push_back(argument.getType());
      Value tensor = bufferization::ToTensorOp::create(builder, loc, plainType(type), argument,
                                                       /*restrict=*/true);
      Operation *read = tensor.getDefiningOp();
      argument.replaceAllUsesExcept(castTo(builder, loc, type, tensor), read);
    }
    builder.setInsertionPoint(terminator);
    for (OpOperand &result : terminator->getOpOperands()) {
      named.push_back(result.get().getType());
      buffers.push_back(bufferType(named.back()));
      body.addArgument(buffers.back(), loc);
      result.set(castTo(builder, loc, plainType(result.get().getType()), result.get()));
    }
    setBufferSignature(kernel, buffers, named);
  }
};
} // namespace
