// The operands of an attention as matrices: [rows of what is attended over, channel], one a batch
// entry.

#ifndef ORRERY_PASSES_TILE_ATTENTIONVIEWS_H
#define ORRERY_PASSES_TILE_ATTENTIONVIEWS_H

#include "dialects/attend/Attend.h"
#include "passes/tile/MatrixLoops.h"

namespace orrery {

// The index of every batch name.
using BatchIndex = llvm::SmallDenseMap<mlir::StringAttr, mlir::Value, 4>;

// A memref whose axes over the attended names are joined to one.
struct View {
  mlir::Value memref;
  llvm::SmallVector<mlir::StringAttr>
      axes; // null: the row axis; the channel is always last, where there is one
  bool hasChannel = true;

  // `row` may be anything where there is no row axis; `column` where there is no channel.
  llvm::SmallVector<mlir::Value> at(const BatchIndex &batch, mlir::Value row,
                                    mlir::Value column) const;
};

struct AttentionViews {
  using Names = llvm::SmallVector<mlir::StringAttr>;

  AttentionViews(mlir::OpBuilder &b, mlir::Operation *op,
                 const llvm::DenseMap<mlir::Value, mlir::Value> &memrefs);

  // Empty when the operation can be seen this way, else the reason.
  static std::string whyNot(mlir::Operation *op);

  View query, key, value;
  Names resultNames, logSumNames;

  int64_t queries() const, keys() const, channels() const, valueChannels() const, batchSize() const;
  // Rows of a block of scores, so that it stays in the second-level cache.
  int64_t blockRows(int64_t paddedKeys) const;
  BatchIndex batchIndex(mlir::OpBuilder &b, mlir::Location loc, mlir::Value linear) const;
  // Any other operand of the same attention; null memref gives a null view.
  View like(mlir::OpBuilder &b, mlir::Location loc, mlir::Value memref,
            llvm::ArrayRef<mlir::StringAttr> names) const;

  struct Gradients {
    mlir::Value result, logSum, resultGrad, queryGrad, keyGrad, valueGrad;
    Names resultGradNames, queryGradNames, keyGradNames, valueGradNames;
  };
  static Gradients gradients(attend::AttentionGradOp op,
                             const llvm::DenseMap<mlir::Value, mlir::Value> &memrefs);

private:
  llvm::SmallDenseSet<mlir::StringAttr> over;
  mlir::StringAttr channel, valueChannel;
  llvm::SmallVector<std::pair<mlir::StringAttr, int64_t>> batch;
};

} // namespace orrery

#endif // ORRERY_PASSES_TILE_ATTENTIONVIEWS_H
