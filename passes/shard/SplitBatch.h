// Whether a loss is a sum of what single samples give, so that parts of a batch can be computed
// apart and added.

#ifndef ORRERY_PASSES_SHARD_SPLITBATCH_H
#define ORRERY_PASSES_SHARD_SPLITBATCH_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <string>

namespace orrery {

// The first operation that no sum over samples can be passed through, and what is wrong with it.
struct NotAdditive {
  mlir::Operation *where = nullptr;
  std::string why;
};

// `dims` name the samples and what they are made of (structures, their atoms, their edges):
// arguments that have one hold one sample an index, or a part of one; all others are the same for
// every sample. Succeeds if every result is a sum over the samples (followed by linear operations);
// what does not depend on the samples is scaled by `share`, the part of the batch that one call
// computes, so that the results of all parts add up to those of the whole batch. Nothing is changed
// if it fails. `scaled` tells how many values these are.
std::optional<NotAdditive> splitBatch(mlir::func::FuncOp function,
                                      llvm::ArrayRef<llvm::StringRef> dims, double share,
                                      size_t *scaled = nullptr);

} // namespace orrery

#endif // ORRERY_PASSES_SHARD_SPLITBATCH_H
