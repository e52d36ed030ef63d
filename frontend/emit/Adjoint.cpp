// What `orrery diagnose` differentiates a prediction by: the sum of its results, each times an
// array of weights that is given.

#include "frontend/emit/Emitter.h"

#include "dialects/train/Train.h"

namespace orrery::emit {

// Beside the entry of a prediction another one that takes an array more for each of its results.
// It returns the sum of the products, the results, and the slope of the sum with respect to every
// parameter and field.
void Emitter::emitAdjoint(mlir::func::FuncOp predict, const std::string &name,
                          const llvm::json::Array &inputs, const llvm::json::Array &outputs) {
  mlir::Location place = predict.getLoc();
  llvm::json::Array in = inputs, out{llvm::json::Object{{"role", "product"}}};
  mlir::OpBuilder::InsertionGuard guard(builder);
  auto weighted = predict.clone();
  weighted.setSymName(uniqueSymbol("weighted_" + name));
  weighted.setPrivate();
  weighted->removeAttr("orrery.entry");
  module.push_back(weighted);
  mlir::Block &body = weighted.getBody().front();
  mlir::Operation *end = body.getTerminator();
  builder.setInsertionPoint(end);
  field::Build b(builder, place, real);
  llvm::SmallVector<mlir::Value> results = {b.real(0)};
  for (auto [result, slot] : llvm::zip(end->getOperands(), outputs)) {
    mlir::Value weights = body.addArgument(result.getType(), place);
    llvm::SmallVector<llvm::StringRef> over;
    for (const Dim *dim : dimsOf(dims, weights))
      over.push_back(dim->ir);
    mlir::Value product = b.mul(result, weights);
    results[0] = b.add(results[0], over.empty() ? product : b.sum(product, over));
    results.push_back(result);
    in.push_back(slotJson("weights", slot.getAsObject()->getString("name")->str(), weights));
    out.push_back(slot);
  }
  llvm::SmallVector<mlir::Type> types;
  for (mlir::Value result : results)
    types.push_back(result.getType());
  mlir::func::ReturnOp::create(builder, place, results);
  end->erase();
  weighted.setType(builder.getFunctionType(body.getArgumentTypes(), types));

  builder.setInsertionPointToEnd(module.getBody());
  auto entry = mlir::func::FuncOp::create(builder, place, uniqueSymbol("adjoint_" + name),
                                          weighted.getFunctionType());
  entry->setAttr("orrery.entry", builder.getUnitAttr());
  mlir::Block *block = entry.addEntryBlock();
  builder.setInsertionPointToStart(block);
  llvm::SmallVector<int64_t> wrt;
  for (auto [i, item] : llvm::enumerate(inputs)) {
    const llvm::json::Object &slot = *item.getAsObject();
    mlir::Value argument = block->getArgument(i);
    bool isField = slot.getString("role") == "field";
    if (slot.getString("role") != "parameter" && !isField)
      continue;
    wrt.push_back(int64_t(i));
    types.push_back(argument.getType());
    llvm::json::Object slope = slot;
    slope["role"] = isField ? "slope" : "gradient";
    out.push_back(std::move(slope));
  }
  auto request =
      train::GradientOp::create(builder, place, types, weighted.getSymNameAttr(),
                                llvm::to_vector_of<mlir::Value>(block->getArguments()), wrt);
  mlir::func::ReturnOp::create(builder, place, request.getResults());
  entry.setType(builder.getFunctionType(block->getArgumentTypes(), types));
  addSizes(entry, in);
  entries.push_back(llvm::json::Object{{"name", "adjoint_" + name},
                                       {"batch", samplesOfACall()},
                                       {"inputs", std::move(in)},
                                       {"outputs", std::move(out)}});
}

} // namespace orrery::emit
