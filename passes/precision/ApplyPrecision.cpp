// Narrows the operands of contractions and attention as the model's policy says.

#include "passes/precision/Passes.h"

#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_APPLYPRECISION
#include "passes/precision/Passes.h.inc"
} // namespace orrery

namespace {

struct ApplyPrecision : orrery::impl::ApplyPrecisionBase<ApplyPrecision> {
  using ApplyPrecisionBase::ApplyPrecisionBase;
  void runOnOperation() override;

private:
  FailureOr<FloatType> computeType();
  void narrow(PrecisionOp op, FloatType type);
};

constexpr llvm::StringLiteral Policy = "orrery.precision";

// Whether a value is known when the program is built, whatever it is made of.
bool isConstant(Value value) {
  Operation *op = value.getDefiningOp();
  return op && op->getDialect() && op->getName().getDialectNamespace() == "field" &&
         llvm::all_of(op->getOperands(), isConstant);
}

// A neighbourhood is narrowed before it is taken: it is never stored, so that there is less to
// cast.
Value narrowed(OpBuilder &builder, Location loc, Value value, FloatType type) {
  auto tensor = cast<RankedTensorType>(value.getType());
  if (auto window = value.getDefiningOp<field::WindowOp>()) {
    Value input = narrowed(builder, loc, window.getInput(), type);
    auto copy = cast<field::WindowOp>(builder.clone(*window));
    copy.getInputMutable().assign(input);
    copy.getResult().setType(tensor.clone(type));
    return copy;
  }
  return field::CastOp::create(builder, loc, tensor.clone(type), value);
}

Type elementOf(Value value) { return cast<RankedTensorType>(value.getType()).getElementType(); }

} // namespace

FailureOr<FloatType> ApplyPrecision::computeType() {
  MLIRContext *context = &getContext();
  auto f32 = Float32Type::get(context);
  FloatType type = f32;
  if (auto policy = getOperation()->getAttrOfType<DictionaryAttr>(Policy))
    for (NamedAttribute line : policy) {
      auto value = dyn_cast<TypeAttr>(line.getValue());
      auto wanted = value ? dyn_cast<FloatType>(value.getValue()) : FloatType();
      bool isCompute = line.getName() == "compute";
      if (wanted != f32 && !(isCompute && wanted && wanted.isBF16()))
        return getOperation().emitError()
               << "precision: '" << line.getName().getValue() << "' cannot be " << line.getValue()
               << "; it may be f32" << (isCompute ? " or bf16" : "");
      if (isCompute)
        type = wanted;
    }
  if (compute.empty())
    return type;
  if (compute == "f32")
    return FloatType(f32);
  if (compute == "bf16")
    return FloatType(BFloat16Type::get(context));
  return getOperation().emitError()
         << "precision: 'compute' cannot be " << compute << "; it may be f32 or bf16";
}

void ApplyPrecision::narrow(PrecisionOp op, FloatType type) {
  // What an operation adds up in, and hands from forward to backward, is as wide as its results.
  auto isWide = [&](Value value) {
    return isa<FloatType>(elementOf(value)) &&
           elementOf(value).getIntOrFloatBitWidth() > type.getWidth();
  };
  if (llvm::any_of(op->getOperands(), isConstant))
    return;
  OpBuilder builder(op);
  for (OpOperand &operand : op->getOpOperands()) {
    if (isWide(operand.get()) && op.mayNarrow(operand.getOperandNumber()))
      operand.set(narrowed(builder, op->getLoc(), operand.get(), type));
  }
  remark::passed(op->getLoc(), remark::RemarkOpts::name("Narrowed").category("precision"))
      << "reads bf16; adds, and returns, what it did before";
}

void ApplyPrecision::runOnOperation() {
  FailureOr<FloatType> type = computeType();
  if (failed(type))
    return signalPassFailure();
  if (type->isF32())
    return;
  getOperation().walk([&](PrecisionOp op) {
    if (op.precisionClass() == PrecisionClass::Compute)
      narrow(op, *type);
  });
}
