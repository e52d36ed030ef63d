// Makes every f32 an f64.

#include "passes/precision/Passes.h"

#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace orrery;

namespace orrery {
#define GEN_PASS_DEF_WIDENTOF64
#include "passes/precision/Passes.h.inc"
} // namespace orrery

namespace {

APFloat widened(const APFloat &value) {
  APFloat result = value;
  bool exact;
  result.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &exact);
  return result;
}

struct WidenToF64 : orrery::impl::WidenToF64Base<WidenToF64> {
  void runOnOperation() override {
    auto f64 = Float64Type::get(&getContext());
    AttrTypeReplacer replacer;
    replacer.addReplacement([&](Float32Type) -> Type { return f64; });
    replacer.addReplacement([&](FloatAttr number) -> Attribute {
      return number.getType().isF32() ? FloatAttr::get(f64, widened(number.getValue())) : number;
    });
    replacer.addReplacement(
        [&](ElementsAttr elements) -> std::optional<std::pair<Attribute, WalkResult>> {
          auto type = cast<RankedTensorType>(elements.getShapedType());
          if (!type.getElementType().isF32())
            return std::pair<Attribute, WalkResult>(elements, WalkResult::skip());
          // Large constants lie in a blob, which has no numbers of its own to walk.
          if (auto blob = dyn_cast<DenseF32ResourceElementsAttr>(elements)) {
            std::optional<ArrayRef<float>> numbers = blob.tryGetAsArrayRef();
            if (!numbers)
              return std::nullopt;
            SmallVector<double> wide(numbers->begin(), numbers->end());
            return std::pair<Attribute, WalkResult>(
                DenseElementsAttr::get(type.clone(f64), ArrayRef<double>(wide)),
                WalkResult::skip());
          }
          auto dense = dyn_cast<DenseFPElementsAttr>(elements);
          if (!dense)
            return std::nullopt;
          return std::pair<Attribute, WalkResult>(
              dense.mapValues(f64,
                              [](const APFloat &value) { return widened(value).bitcastToAPInt(); }),
              WalkResult::skip());
        });
    getOperation()->removeAttr("orrery.precision");
    replacer.recursivelyReplaceElementsIn(getOperation(), /*replaceAttrs=*/true,
                                          /*replaceLocs=*/false, /*replaceTypes=*/true);
  }
};

} // namespace
