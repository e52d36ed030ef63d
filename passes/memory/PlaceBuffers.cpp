// Gives every array of a driver function a buffer.

#include "passes/memory/Passes.h"

#include "dialects/check/Check.h"
#include "dialects/field/Field.h"
#include "passes/group/Outline.h"
#include "passes/lower/Types.h"
#include "passes/shape/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_PLACEBUFFERS
#include "passes/memory/Passes.h.inc"
} // namespace orrery

// The same contiguous memory with other sizes.
static Value reshaped(OpBuilder &builder, Location loc, Value buffer, MemRefType type) {
  auto known = cast<MemRefType>(buffer.getType());
  if (known == type)
    return buffer;
  if (memref::CastOp::areCastCompatible(known, type))
    return memref::CastOp::create(builder, loc, type, buffer);
  auto flat = MemRefType::get({type.getNumElements()}, type.getElementType());
  auto allOf = [](MemRefType t) {
    ReassociationIndices all;
    for (int64_t axis = 0; axis < t.getRank(); ++axis)
      all.push_back(axis);
    return all.empty() ? SmallVector<ReassociationIndices>()
                       : SmallVector<ReassociationIndices>{all};
  };
  auto from = cast<MemRefType>(buffer.getType());
  if (from.getRank() != 1)
    buffer = from.getRank() == 0
                 ? Value(memref::ExpandShapeOp::create(builder, loc, flat, buffer,
                                                       SmallVector<ReassociationIndices>()))
                 : Value(memref::CollapseShapeOp::create(builder, loc, flat, buffer, allOf(from)));
  if (type.getRank() == 0)
    return memref::CollapseShapeOp::create(builder, loc, type, buffer,
                                           SmallVector<ReassociationIndices>());
  return type.getRank() == 1
             ? buffer
             : Value(memref::ExpandShapeOp::create(builder, loc, type, buffer, allOf(type)));
}

static void describePlace(llvm::raw_ostream &out, Operation *op) {
  if (auto place = op->getLoc()->findInstanceOf<FileLineColLoc>())
    out << place.getFilename().getValue() << ':' << place.getLine() << ':' << place.getColumn();
  else
    out << op->getName().stripDialect();
  out << '\n';
}

static void describeDims(llvm::raw_ostream &out, RankedTensorType type) {
  for (auto [name, size] : llvm::zip(field::namesOf(type), type.getShape()))
    out << name.getValue() << ' ' << size << '\n';
}

// What the runtime needs to compare two arrays and to speak of them: tolerances, element type,
// place, and a line a dim.
static std::string describe(check::ExpectCloseOp op) {
  std::string text;
  llvm::raw_string_ostream out(text);
  auto type = cast<RankedTensorType>(op.getActual().getType());
  out << op.getRtol().convertToDouble() << '\n'
      << op.getAtol().convertToDouble() << '\n'
      << storedElement(type.getElementType()) << '\n';
  describePlace(out, op);
  describeDims(out, type);
  return text;
}

// The same of an array that must be finite: element type, place, what made it and in which pass.
static std::string describe(check::ExpectFiniteOp op) {
  std::string text;
  llvm::raw_string_ostream out(text);
  auto type = cast<RankedTensorType>(op.getValue().getType());
  out << storedElement(type.getElementType()) << '\n';
  describePlace(out, op);
  bool isBackward = false; // reverse mode names what it makes
  op.getLoc()->walk([&](Location loc) {
    auto name = dyn_cast<NameLoc>(loc);
    isBackward |= name && name.getName() == "gradient";
    return WalkResult::advance();
  });
  out << op.getMadeBy() << '\n' << (isBackward ? "backward" : "forward") << '\n';
  describeDims(out, type);
  return text;
}

namespace {
struct PlaceBuffers : orrery::impl::PlaceBuffersBase<PlaceBuffers> {
  void runOnOperation() override {
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (!isKernel(function) && !function.isExternal() && failed(placeIn(function)))
        return signalPassFailure();
  }

  DenseMap<Value, Value> buffers;
  int64_t checks = 0;

  LogicalResult placeIn(func::FuncOp function) {
    buffers.clear();
    Block &body = function.getBody().front();
    auto isTensor = [](Type type) { return isa<RankedTensorType>(type); };
    if (!llvm::any_of(function.getArgumentTypes(), isTensor) &&
        !llvm::any_of(function.getResultTypes(), isTensor) &&
        llvm::none_of(body, [](Operation &op) {
          return isa<check::ExpectCloseOp, check::ExpectFiniteOp>(op);
        }))
      return success();
    SmallVector<Type> types, named;
    OpBuilder builder = OpBuilder::atBlockBegin(&body);
    if (function.isPublic()) {
      // What the buffers mean, for whoever calls the compiled function.
      function->setAttr("orrery.inputs", builder.getTypeArrayAttr(function.getArgumentTypes()));
      function->setAttr("orrery.outputs", builder.getTypeArrayAttr(function.getResultTypes()));
    }
    for (BlockArgument argument : llvm::to_vector(body.getArguments())) {
      named.push_back(argument.getType());
      if (!isTensor(argument.getType())) {
        types.push_back(argument.getType()); // a size
        continue;
      }
      types.push_back(bufferType(argument.getType()));
      // The argument changes its type in place; what stood for the tensor is remembered by this
      // cast until its users are gone.
      auto tensor = UnrealizedConversionCastOp::create(builder, function.getLoc(),
                                                       argument.getType(), argument);
      argument.replaceAllUsesExcept(tensor.getResult(0), tensor);
      argument.setType(types.back());
    }
    SmallVector<BlockArgument> results;
    for (Type type : function.getResultTypes()) {
      named.push_back(type);
      types.push_back(bufferType(type));
      results.push_back(body.addArgument(types.back(), function.getLoc()));
    }
    SmallVector<Operation *> old;
    for (Operation &op : llvm::make_early_inc_range(body))
      if (failed(place(&op, results, old)))
        return failure();
    for (Operation *op : llvm::reverse(old))
      op->erase();
    setBufferSignature(function, types, named);
    return success();
  }

  LogicalResult place(Operation *op, ArrayRef<BlockArgument> results,
                      SmallVectorImpl<Operation *> &old) {
    OpBuilder builder(op);
    if (auto cast = dyn_cast<UnrealizedConversionCastOp>(op)) {
      if (isa<RankedTensorType>(cast.getType(0)))
        buffers[cast.getResult(0)] = cast.getOperand(0);
      else
        cast.getResult(0).replaceAllUsesWith(buffers.lookup(cast.getOperand(0)));
      old.push_back(op);
      return success();
    }
    if (isView(op)) {
      buffers[op->getResult(0)] = reshaped(builder, op->getLoc(), buffers.lookup(op->getOperand(0)),
                                           bufferType(op->getResult(0).getType()));
      old.push_back(op);
      return success();
    }
    if (auto call = dyn_cast<func::CallOp>(op)) {
      if (llvm::any_of(llvm::concat<const Type>(call.getOperandTypes(), call.getResultTypes()),
                       [](Type type) { return isa<RankedTensorType>(type); })) {
        placeCall(builder, call);
        old.push_back(op);
      }
      return success();
    }
    if (isa<check::ExpectCloseOp, check::ExpectFiniteOp>(op) &&
        !field::isStatic(op->getOperand(0).getType()))
      return op->emitOpError("looks at arrays of known sizes only; state them with "
                             "field.size_cast");
    if (auto check = dyn_cast<check::ExpectCloseOp>(op)) {
      placeCheck(builder, op, "orrery_expect_close", describe(check));
      old.push_back(op);
      return success();
    }
    if (auto check = dyn_cast<check::ExpectFiniteOp>(op)) {
      placeCheck(builder, op, "orrery_expect_finite", describe(check));
      old.push_back(op);
      return success();
    }
    if (auto end = dyn_cast<func::ReturnOp>(op)) {
      placeResults(builder, end, results);
      return success();
    }
    if (llvm::any_of(op->getOperandTypes(), [](Type type) { return isa<RankedTensorType>(type); }))
      return op->emitOpError(
          "stands in a driver function, which may hold calls, views, checks and a return only");
    return success();
  }

  void placeCall(OpBuilder &builder, func::CallOp call) {
    auto callee = getOperation().lookupSymbol<func::FuncOp>(call.getCallee());
    SmallVector<Value> operands;
    for (Value operand : call.getOperands())
      operands.push_back(isa<RankedTensorType>(operand.getType()) ? buffers.lookup(operand)
                                                                  : operand);
    for (Value result : call.getResults()) {
      auto type = cast<RankedTensorType>(result.getType());
      Value buffer = memref::AllocOp::create(builder, call.getLoc(), bufferType(type),
                                             runTimeSizes(call, callee, type));
      buffers[result] = buffer;
      operands.push_back(buffer);
    }
    func::CallOp::create(builder, call.getLoc(), call.getCallee(), TypeRange(), operands);
  }

  // A call of the runtime: a text that describes the check, then the addresses of its operands.
  void placeCheck(OpBuilder &builder, Operation *op, StringRef callee, std::string text) {
    Location loc = op->getLoc();
    ModuleOp module = getOperation();
    Type i64 = builder.getI64Type();
    OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
    SmallVector<Type> types(op->getNumOperands() + 1, i64);
    if (!module.lookupSymbol(callee))
      func::FuncOp::create(top, module.getLoc(), callee, top.getFunctionType(types, {}))
          .setPrivate();
    text.push_back('\0');
    SmallVector<int8_t> bytes(text.begin(), text.end());
    auto textType = MemRefType::get({static_cast<int64_t>(bytes.size())}, builder.getI8Type());
    auto value = DenseElementsAttr::get(
        RankedTensorType::get(textType.getShape(), textType.getElementType()),
        ArrayRef<int8_t>(bytes));
    std::string name = "expectation_" + std::to_string(checks++);
    memref::GlobalOp::create(top, loc, name, top.getStringAttr("private"), textType, value,
                             /*constant=*/true, IntegerAttr());
    auto address = [&](Value buffer) -> Value {
      Value index = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, buffer);
      return arith::IndexCastOp::create(builder, loc, i64, index);
    };
    SmallVector<Value> operands = {
        address(memref::GetGlobalOp::create(builder, loc, textType, name))};
    for (Value operand : op->getOperands())
      operands.push_back(address(buffers.lookup(operand)));
    func::CallOp::create(builder, loc, callee, TypeRange(), operands);
  }

  void placeResults(OpBuilder &builder, func::ReturnOp end, ArrayRef<BlockArgument> results) {
    Block &body = *end->getBlock();
    for (auto [value, result] : llvm::zip(end.getOperands(), results)) {
      Value source = buffers.lookup(value), root = source;
      while (Operation *view = root.getDefiningOp()) {
        if (!isa<memref::ExpandShapeOp, memref::CollapseShapeOp, memref::CastOp>(view))
          break;
        root = view->getOperand(0);
      }
      if (auto alloc = root.getDefiningOp<memref::AllocOp>()) {
        builder.setInsertionPointToStart(&body);
        Value own = reshaped(builder, end.getLoc(), result, alloc.getType());
        // The table still names the buffer for other uses of the array, as a later result for
        // example.
        for (auto &[tensor, buffer] : buffers)
          if (buffer == alloc.getResult())
            buffer = own;
        alloc.replaceAllUsesWith(own);
        alloc.erase();
        builder.setInsertionPoint(end);
        continue;
      }
      memref::CopyOp::create(builder, end.getLoc(), source, result);
    }
    end->setOperands({});
  }
};
} // namespace
