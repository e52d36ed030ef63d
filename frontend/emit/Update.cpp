// Emits clipping, AdamW and the moving average over flat vectors.

#include "frontend/emit/Update.h"

#include "dialects/field/FieldBuild.h"
#include "dialects/train/Train.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace orrery::emit {

void emitUpdate(ModuleOp module, Location loc, Type real, int64_t flatSize,
                const Optimizer &optimizer) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  MLIRContext *context = builder.getContext();
  StringRef flat = "parameter";
  RankedTensorType vector =
      field::tensorType(context, {builder.getStringAttr(flat)}, {flatSize}, real);
  RankedTensorType number = field::tensorType(context, {}, {}, real);
  RankedTensorType count = field::tensorType(context, {}, {}, builder.getI64Type());

  SmallVector<Type> inputs(optimizer.ema ? 5 : 4, vector), outputs(optimizer.ema ? 4 : 3, vector);
  inputs.append({number, count});
  outputs.push_back(number);
  auto update =
      func::FuncOp::create(builder, loc, "update", builder.getFunctionType(inputs, outputs));
  update->setAttr("orrery.entry", builder.getUnitAttr());
  Block *block = update.addEntryBlock();
  builder.setInsertionPointToStart(block);
  field::Build b(builder, loc, real);

  auto arguments = block->getArguments();
  Value gradient = arguments[1];
  Value lr = arguments[arguments.size() - 2], step = arguments.back();
  Value norm = b.sqrt(b.sum(b.mul(gradient, gradient), {flat}));
  if (optimizer.clip) {
    Value scale = b.div(b.real(*optimizer.clip), b.add(norm, b.real(1e-6)));
    gradient = b.mul(gradient, b.min(scale, b.real(1.0)));
  }
  auto adamw = train::AdamWOp::create(
      builder, loc, TypeRange{vector, vector, vector}, arguments[0], gradient, arguments[2],
      arguments[3], lr, step, builder.getF64FloatAttr(optimizer.beta1),
      builder.getF64FloatAttr(optimizer.beta2), builder.getF64FloatAttr(optimizer.eps),
      builder.getF64FloatAttr(optimizer.decay));
  SmallVector<Value> results(adamw.getResults());
  if (optimizer.ema) {
    // (1 + n) / (10 + n) in the first steps, lest the first weights, which nobody wants, should
    // stay in the average for as long as it reaches back.
    Value n = b.cast(step, real);
    Value young = b.div(b.add(n, b.real(1.0)), b.add(n, b.real(10.0)));
    Value keep = b.min(young, b.real(*optimizer.ema));
    results.push_back(
        b.add(b.mul(arguments[4], keep), b.mul(results[0], b.sub(b.real(1.0), keep))));
  }
  results.push_back(norm);
  func::ReturnOp::create(builder, loc, results);
}

} // namespace orrery::emit
