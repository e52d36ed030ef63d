// Finds the arguments that are sizes.

#include "passes/shape/Sizes.h"

#include "dialects/field/Field.h"

using namespace mlir;
using namespace orrery;

int64_t orrery::sizeArgument(func::FuncOp function, StringAttr name) {
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (auto names = function.getArgAttrOfType<ArrayAttr>(i, sizeAttr))
      if (llvm::is_contained(names, name))
        return i;
  return -1;
}

static func::FuncOp functionAround(OpBuilder &builder) {
  Operation *parent = builder.getInsertionBlock()->getParentOp();
  auto function = dyn_cast<func::FuncOp>(parent);
  return function ? function : parent->getParentOfType<func::FuncOp>();
}

SmallVector<OpFoldResult> orrery::sizesOf(OpBuilder &builder, RankedTensorType type) {
  SmallVector<OpFoldResult> sizes;
  for (auto [axis, size] : llvm::enumerate(type.getShape())) {
    if (!ShapedType::isDynamic(size)) {
      sizes.push_back(builder.getIndexAttr(size));
      continue;
    }
    func::FuncOp function = functionAround(builder);
    int64_t argument = sizeArgument(function, field::namesOf(type)[axis]);
    assert(argument >= 0 && "pass-sizes gives every run-time size an argument");
    sizes.push_back(Value(function.getArgument(argument)));
  }
  return sizes;
}

SmallVector<Value> orrery::runTimeSizes(OpBuilder &builder, RankedTensorType type) {
  SmallVector<Value> values;
  for (OpFoldResult size : sizesOf(builder, type))
    if (auto value = dyn_cast<Value>(size))
      values.push_back(value);
  return values;
}

SmallVector<Value> orrery::runTimeSizes(func::CallOp call, func::FuncOp callee,
                                        RankedTensorType type) {
  SmallVector<Value> values;
  for (auto [axis, size] : llvm::enumerate(type.getShape()))
    if (ShapedType::isDynamic(size))
      values.push_back(call.getOperand(sizeArgument(callee, field::namesOf(type)[axis])));
  return values;
}

void orrery::setBufferSignature(func::FuncOp function, ArrayRef<Type> types, ArrayRef<Type> named) {
  Builder builder(function.getContext());
  SmallVector<DictionaryAttr> attributes;
  bool any = false;
  for (unsigned i = 0; i < types.size(); ++i) {
    NamedAttrList list;
    if (i < function.getFunctionType().getNumInputs())
      if (Attribute size = function.getArgAttr(i, sizeAttr))
        list.set(sizeAttr, size);
    auto tensor = dyn_cast_or_null<RankedTensorType>(named[i]);
    if (tensor && !tensor.hasStaticShape())
      list.set(dimsAttr, tensor.getEncoding());
    any |= !list.empty();
    attributes.push_back(list.getDictionary(function.getContext()));
  }
  function.removeArgAttrsAttr();
  function.removeResAttrsAttr();
  function.setFunctionType(builder.getFunctionType(types, {}));
  if (any)
    function.setAllArgAttrs(attributes);
}
