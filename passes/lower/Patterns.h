// The conversion patterns of lower-kernels, one file a family of operations.

#ifndef ORRERY_PASSES_LOWER_PATTERNS_H
#define ORRERY_PASSES_LOWER_PATTERNS_H

#include "mlir/Transforms/DialectConversion.h"

namespace orrery {
class FieldTypeConverter;

void populateElementwisePatterns(const FieldTypeConverter &types,
                                 mlir::RewritePatternSet &patterns);
void populateSumPatterns(const FieldTypeConverter &types, mlir::RewritePatternSet &patterns);
void populateLayoutPatterns(const FieldTypeConverter &types, mlir::RewritePatternSet &patterns);
void populatePartPatterns(const FieldTypeConverter &types, mlir::RewritePatternSet &patterns);
void populateWindowPatterns(const FieldTypeConverter &types, mlir::RewritePatternSet &patterns);
void populateGraphPatterns(const FieldTypeConverter &types, mlir::RewritePatternSet &patterns);
void populateRandomPatterns(const FieldTypeConverter &types, mlir::RewritePatternSet &patterns);

} // namespace orrery

#endif // ORRERY_PASSES_LOWER_PATTERNS_H
