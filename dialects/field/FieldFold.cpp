// Simplifications of field operations: folders of single operations, and patterns that hold for all
// elementwise ones.

#include "dialects/field/FieldBuild.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace orrery;
using namespace orrery::field;

//===-- Folders
//--------------------------------------------------------------------------------===//

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

// An array of one value keeps it, whatever its axes.
static Attribute splatAs(Attribute input, Type type) {
  auto splat = dyn_cast_or_null<SplatElementsAttr>(input);
  auto shape = cast<ShapedType>(type);
  return splat && shape.hasStaticShape() ? splat.resizeSplat(shape) : Attribute();
}

OpFoldResult ReduceOp::fold(FoldAdaptor adaptor) {
  if (getOver().empty() && getInput().getType() == getResult().getType())
    return getInput();
  if (getKind() != ReduceKind::Sum)
    return splatAs(adaptor.getInput(), getResult().getType());
  return {};
}

OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getResult().getType())
    return getInput();
  if (Attribute splat = splatAs(adaptor.getInput(), getResult().getType()))
    return splat;
  // broadcast of broadcast
  if (auto inner = getInput().getDefiningOp<BroadcastOp>()) {
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  return {};
}

OpFoldResult RenameOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getResult().getType())
    return getInput();
  if (auto elements = dyn_cast_or_null<DenseElementsAttr>(adaptor.getInput()))
    return elements.reshape(getResult().getType());
  auto inner = getInput().getDefiningOp<RenameOp>();
  if (!inner)
    return {};
  if (inner.getInput().getType() == getResult().getType())
    return inner.getInput();
  // Names stand in place, so that what changed is read off the types.
  SmallVector<Attribute> from, to;
  for (auto [before, after] : llvm::zip(namesOf(inner.getInput()), namesOf(getResult())))
    if (before != after) {
      from.push_back(before);
      to.push_back(after);
    }
  setFromAttr(ArrayAttr::get(getContext(), from));
  setToAttr(ArrayAttr::get(getContext(), to));
  getInputMutable().assign(inner.getInput());
  return getResult();
}

OpFoldResult SizeCastOp::fold(FoldAdaptor) {
  return getInput().getType() == getResult().getType() ? getInput() : Value();
}

// Every number of `from` is one of `to`.
static bool holdsAll(Type to, Type from) {
  auto wide = dyn_cast<FloatType>(to), narrow = dyn_cast<FloatType>(from);
  if (wide && narrow)
    return wide.getFPMantissaWidth() >= narrow.getFPMantissaWidth() &&
           APFloat::semanticsMaxExponent(wide.getFloatSemantics()) >=
               APFloat::semanticsMaxExponent(narrow.getFloatSemantics());
  return from.isInteger(1);
}

OpFoldResult CastOp::fold(FoldAdaptor adaptor) {
  RankedTensorType from = getInput().getType(), to = getResult().getType();
  if (from == to)
    return getInput();
  if (auto splat = dyn_cast_or_null<SplatElementsAttr>(adaptor.getInput()))
    if (auto number = dyn_cast<FloatAttr>(splat.getSplatValue<Attribute>()))
      if (auto element = dyn_cast<FloatType>(to.getElementType())) {
        APFloat value = number.getValue();
        bool inexact;
        value.convert(element.getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
        return DenseElementsAttr::get(to, value);
      }
  // A detour over a type that holds every number of the first changes nothing.
  auto inner = getInput().getDefiningOp<CastOp>();
  if (!inner || !holdsAll(from.getElementType(), inner.getInput().getType().getElementType()))
    return {};
  if (inner.getInput().getType() == to)
    return inner.getInput();
  getInputMutable().assign(inner.getInput());
  return getResult();
}

//===-- Neutral and absorbing constants
//--------------------------------------------------------===//

namespace {

std::optional<double> splatOf(Value value) {
  // An array of a size known at run time is no constant but a number repeated.
  while (auto broadcast = value.getDefiningOp<BroadcastOp>())
    value = broadcast.getInput();
  SplatElementsAttr splat;
  if (!matchPattern(value, m_Constant(&splat)) || !isa<FloatType>(splat.getElementType()))
    return std::nullopt;
  APFloat number = splat.getSplatValue<APFloat>();
  bool inexact;
  number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
  return number.convertToDouble();
}

// Replaces a two-operand operation by `value` in the axes of its result.
LogicalResult become(PatternRewriter &rewriter, Operation *op, Value value) {
  Build d(rewriter, op->getLoc());
  rewriter.replaceOp(op, d.broadcast(value, cast<RankedTensorType>(op->getResultTypes().front())));
  return success();
}

// a + 0 = a, on both sides. (-0 + 0 is 0; the sign of a zero is not kept.)
LogicalResult dropZeroSummand(AddOp op, PatternRewriter &rewriter) {
  if (splatOf(op.getRhs()) == 0.0)
    return become(rewriter, op, op.getLhs());
  if (splatOf(op.getLhs()) == 0.0)
    return become(rewriter, op, op.getRhs());
  return failure();
}

LogicalResult dropZeroSubtrahend(SubOp op, PatternRewriter &rewriter) {
  if (splatOf(op.getRhs()) == 0.0)
    return become(rewriter, op, op.getLhs());
  if (splatOf(op.getLhs()) != 0.0)
    return failure();
  Build d(rewriter, op.getLoc());
  return become(rewriter, op, d.neg(op.getRhs()));
}

// As in the real numbers: 0 * infinity is 0 here.
LogicalResult simplifyProduct(MulOp op, PatternRewriter &rewriter) {
  for (auto [constant, other] : {std::pair(op.getRhs(), op.getLhs()), {op.getLhs(), op.getRhs()}}) {
    std::optional<double> factor = splatOf(constant);
    Build d(rewriter, op.getLoc());
    if (factor == 1.0)
      return become(rewriter, op, other);
    if (factor == 0.0)
      return become(rewriter, op, constant);
    if (factor == -1.0)
      return become(rewriter, op, d.neg(other));
  }
  return failure();
}

LogicalResult dropUnitDivisor(DivOp op, PatternRewriter &rewriter) {
  if (splatOf(op.getRhs()) == 1.0)
    return become(rewriter, op, op.getLhs());
  return failure();
}

// Powers that a multiplication, a root or a division gives.
LogicalResult simplifyPower(PowOp op, PatternRewriter &rewriter) {
  std::optional<double> exponent = splatOf(op.getRhs());
  if (!exponent)
    return failure();
  Value x = op.getLhs();
  Build d(rewriter, op.getLoc(), op.getResult().getType().getElementType());
  if (*exponent == 0.0)
    return become(rewriter, op, d.real(1.0));
  if (*exponent == 1.0)
    return become(rewriter, op, x);
  if (*exponent == 2.0)
    return become(rewriter, op, d.mul(x, x));
  if (*exponent == 3.0)
    return become(rewriter, op, d.mul(x, d.mul(x, x)));
  if (*exponent == 0.5)
    return become(rewriter, op, d.sqrt(x));
  if (*exponent == -0.5)
    return become(rewriter, op, d.rsqrt(x));
  if (*exponent == -1.0)
    return become(rewriter, op, d.div(d.real(1.0), x));
  return failure();
}

//===-- Elementwise operations align by name
//---------------------------------------------------===//

// add(x, broadcast(y)) -> add(x, y) where x has all names of the result: the operation repeats y by
// itself.
struct DropBroadcast : OpInterfaceRewritePattern<ElementwiseOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(ElementwiseOp op, PatternRewriter &rewriter) const override {
    Type result = op->getResult(0).getType();
    // One operand has no one to lend it names, and then only the order of axes may change.
    for (OpOperand &operand : op->getOpOperands()) {
      auto broadcast = operand.get().getDefiningOp<BroadcastOp>();
      if (!broadcast)
        continue;
      auto present = [&](StringAttr name) {
        return llvm::any_of(op->getOpOperands(), [&](OpOperand &other) {
          Value value = &other == &operand ? broadcast.getInput() : other.get();
          return axisOf(value.getType(), name) >= 0;
        });
      };
      if (!llvm::all_of(namesOf(result), present))
        continue;
      rewriter.modifyOpInPlace(op, [&] { operand.set(broadcast.getInput()); });
      return success();
    }
    return failure();
  }
};

//===-- Sums of parts
//--------------------------------------------------------------------------===//

// The gradient of several extracts or slices of one array is a sum of pads that fill it without
// overlap: that is a stack or a concat, which writes each element once.
struct PadsToConcat : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;

  static void leavesOf(Value value, bool root, SmallVectorImpl<Value> &leaves) {
    auto add = value.getDefiningOp<AddOp>();
    if (!add || (!root && !value.hasOneUse())) {
      leaves.push_back(value);
      return;
    }
    leavesOf(add.getLhs(), false, leaves);
    leavesOf(add.getRhs(), false, leaves);
  }

  static bool sameAxes(Type a, Type b) {
    return namesOf(a).size() == namesOf(b).size() &&
           llvm::all_of(namesOf(a), [&](StringAttr name) { return axisOf(b, name) >= 0; });
  }

  // The pads among `leaves` that lie end to end from 0 to the size of the first one's dim; empty if
  // they leave a gap.
  static SmallVector<PadOp> tiles(ArrayRef<Value> leaves, PadOp first) {
    SmallVector<PadOp> found;
    int64_t next = 0, size = sizeOf(first.getResult().getType(), first.getAs());
    while (next < size) {
      auto follows = [&](Value leaf) {
        auto pad = leaf.getDefiningOp<PadOp>();
        return pad && pad.getAs() == first.getAs() && static_cast<int64_t>(pad.getLow()) == next &&
               sameAxes(pad.getResult().getType(), first.getResult().getType());
      };
      auto it = llvm::find_if(leaves, follows);
      if (it == leaves.end())
        return {};
      found.push_back(it->getDefiningOp<PadOp>());
      next += sizeOf(found.back().getInput().getType(), found.back().getDim());
    }
    return found;
  }

  // What `pad` moves to one index of its dim, without that dim; null where it is no array of one
  // index.
  static Value slab(PadOp pad) {
    auto broadcast = pad.getInput().getDefiningOp<BroadcastOp>();
    if (!broadcast || sizeOf(pad.getInput().getType(), pad.getDim()) != 1 ||
        axisOf(broadcast.getInput().getType(), pad.getDim()) >= 0)
      return {};
    return broadcast.getInput();
  }

  static Value joined(PatternRewriter &rewriter, Location loc, MutableArrayRef<PadOp> pads) {
    RankedTensorType type = pads.front().getResult().getType();
    SmallVector<Value> slabs, inputs;
    SmallVector<Attribute> dims;
    for (PadOp pad : pads) {
      slabs.push_back(slab(pad));
      inputs.push_back(pad.getInput());
      dims.push_back(pad.getDimAttr());
    }
    // A stack repeats an operand along names that others have, so together they must have all.
    bool complete = llvm::all_of(slabs, [](Value value) { return value; }) &&
                    llvm::all_of(namesOf(type), [&](StringAttr name) {
                      return name == pads.front().getAs() || llvm::any_of(slabs, [&](Value value) {
                               return axisOf(value.getType(), name) >= 0;
                             });
                    });
    if (complete)
      return StackOp::create(rewriter, loc, type, slabs, pads.front().getAs());
    return ConcatOp::create(rewriter, loc, type, inputs, rewriter.getArrayAttr(dims),
                            pads.front().getAs());
  }

  LogicalResult matchAndRewrite(AddOp op, PatternRewriter &rewriter) const override {
    SmallVector<Value> leaves;
    leavesOf(op.getResult(), true, leaves);
    for (Value leaf : leaves) {
      auto first = leaf.getDefiningOp<PadOp>();
      if (!first || first.getLow() != 0)
        continue;
      SmallVector<PadOp> pads = tiles(leaves, first);
      if (pads.size() < 2)
        continue;
      Value sum = joined(rewriter, op.getLoc(), pads);
      Build d(rewriter, op.getLoc());
      for (PadOp pad : pads)
        leaves.erase(llvm::find(leaves, pad.getResult()));
      for (Value other : leaves)
        sum = d.add(sum, other);
      return become(rewriter, op, sum);
    }
    return failure();
  }
};

} // namespace

void AddOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add(dropZeroSummand);
  patterns.add<PadsToConcat>(context);
}
void SubOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(dropZeroSubtrahend);
}
void MulOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(simplifyProduct);
}
void DivOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(dropUnitDivisor);
}
void PowOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(simplifyPower);
}

void FieldDialect::getCanonicalizationPatterns(RewritePatternSet &patterns) const {
  patterns.add<DropBroadcast>(getContext());
}
