// What must hold of each field operation that is not elementwise. Labels (C1, C2, ...) are those of
// the descriptions in FieldOps.td; what ODS already checks is not repeated here.

#include "dialects/field/FieldAxes.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace orrery::field;

//===-- Axes
//-----------------------------------------------------------------------------------===//

Axes::Axes(Operation *op, Type type) : op(op) {
  for (auto [name, size] : llvm::zip(namesOf(type), cast<RankedTensorType>(type).getShape()))
    sizes[name] = size;
}

bool Axes::has(StringRef name) const {
  return sizes.contains(StringAttr::get(op->getContext(), name));
}

int64_t Axes::size(StringRef name) const {
  return sizes.lookup(StringAttr::get(op->getContext(), name));
}

LogicalResult Axes::unite(Type type) {
  for (auto [name, size] : llvm::zip(namesOf(type), cast<RankedTensorType>(type).getShape())) {
    auto [known, isNew] = sizes.insert({name, size});
    if (!isNew && !sizesAgree(known->second, size))
      return op->emitOpError() << "has '" << name.getValue() << "' = " << known->second
                               << " in one operand and " << size << " in another";
  }
  return success();
}

LogicalResult Axes::add(StringRef name, int64_t size) {
  if (!sizes.insert({StringAttr::get(op->getContext(), name), size}).second)
    return op->emitOpError() << "makes '" << name << "', a name that is there already";
  return success();
}

LogicalResult Axes::remove(StringRef name) {
  if (!sizes.erase(StringAttr::get(op->getContext(), name)))
    return op->emitOpError() << "has no '" << name << "' in its operand, or names it twice";
  return success();
}

LogicalResult Axes::mustBe(Type type, StringRef what) const {
  for (auto [name, size] : sizes) {
    if (axisOf(type, name) < 0)
      return op->emitOpError() << "lacks '" << name.getValue() << "' in its " << what << " "
                               << type;
    if (!sizesAgree(sizeOf(type, name), size))
      return op->emitOpError() << "has '" << name.getValue() << "' = " << sizeOf(type, name)
                               << " in its " << what << ", where it is " << size;
  }
  for (StringAttr name : namesOf(type))
    if (!sizes.contains(name))
      return op->emitOpError() << "has a " << what << " along '" << name.getValue()
                               << "', which has no place there";
  return success();
}

LogicalResult orrery::field::mustHave(Operation *op, Type type, StringRef name, StringRef what) {
  if (axisOf(type, name) < 0)
    return op->emitOpError() << "has no '" << name << "' in its " << what << " " << type;
  return success();
}

static Type elementOf(Type type) { return cast<RankedTensorType>(type).getElementType(); }

LogicalResult orrery::field::sameElement(Operation *op, Type a, Type b) {
  if (elementOf(a) != elementOf(b))
    return op->emitOpError() << "mixes element types " << elementOf(a) << " and " << elementOf(b);
  return success();
}

LogicalResult orrery::field::notNarrower(Operation *op, Type result, Type operand) {
  if (elementOf(result) != elementOf(operand) &&
      elementOf(result).getIntOrFloatBitWidth() <= elementOf(operand).getIntOrFloatBitWidth())
    return op->emitOpError() << "adds numbers of type " << elementOf(operand) << " in the narrower "
                             << elementOf(result);
  return success();
}

static SmallVector<StringRef> strings(ArrayAttr names) {
  return SmallVector<StringRef>(names.getAsValueRange<StringAttr>());
}

// All of `names` are the operand's, and none stands twice.
static LogicalResult distinctNamesOf(Operation *op, Type type, ArrayRef<StringRef> names) {
  llvm::SmallDenseSet<StringRef> seen;
  for (StringRef name : names) {
    if (failed(mustHave(op, type, name)))
      return failure();
    if (!seen.insert(name).second)
      return op->emitOpError() << "names '" << name << "' twice";
  }
  return success();
}

//===-- Making values
//--------------------------------------------------------------------------===//

LogicalResult IotaOp::verify() {
  // C1
  if (size_t axes = namesOf(getResult()).size(); axes != 1)
    return emitOpError() << "counts along one dim, but its result has " << axes;
  return success();
}

//===-- Combining along dims
//-------------------------------------------------------------------===//

LogicalResult ContractOp::verify() {
  SmallVector<StringRef> over = strings(getOver());
  // C1
  if (failed(distinctNamesOf(*this, getLhs().getType(), over)) ||
      failed(distinctNamesOf(*this, getRhs().getType(), over)))
    return failure();
  // C3
  Axes axes(*this, getLhs().getType());
  if (failed(axes.unite(getRhs().getType())))
    return failure();
  for (StringRef name : over)
    if (failed(axes.remove(name)))
      return failure();
  // C2
  if (failed(axes.mustBe(getResult().getType())))
    return failure();
  // C4
  if (failed(notNarrower(*this, getResult().getType(), getLhs().getType())))
    return failure();
  return notNarrower(*this, getResult().getType(), getRhs().getType());
}

LogicalResult ReduceOp::verify() {
  // C1
  if (failed(distinctNamesOf(*this, getInput().getType(), strings(getOver()))))
    return failure();
  // C2, and C3 for sizes
  Axes axes(*this, getInput().getType());
  for (StringRef name : strings(getOver()))
    if (failed(axes.remove(name)))
      return failure();
  if (failed(axes.mustBe(getResult().getType())))
    return failure();
  // C3
  return sameElement(*this, getInput().getType(), getResult().getType());
}

LogicalResult BroadcastOp::verify() {
  Type result = getResult().getType();
  // C1
  for (StringAttr name : namesOf(getInput())) {
    if (failed(mustHave(*this, result, name, "result")))
      return failure();
    if (!sizesAgree(sizeOf(result, name), sizeOf(getInput().getType(), name)))
      return emitOpError() << "has '" << name.getValue()
                           << "' = " << sizeOf(getInput().getType(), name) << " in its operand and "
                           << sizeOf(result, name) << " in its result";
  }
  // C2
  return sameElement(*this, getInput().getType(), result);
}

//===-- Renaming and regrouping dims
//-----------------------------------------------------------===//

LogicalResult RenameOp::verify() {
  SmallVector<StringRef> from = strings(getFrom()), to = strings(getTo());
  // C1
  if (failed(distinctNamesOf(*this, getInput().getType(), from)))
    return failure();
  // C2
  if (from.size() != to.size())
    return emitOpError() << "gives " << to.size() << " new names for " << from.size() << " old";
  // C3
  ArrayRef<StringAttr> before = namesOf(getInput()), after = namesOf(getResult());
  if (before.size() != after.size())
    return emitOpError() << "has an operand of " << before.size() << " axes and a result of "
                         << after.size();
  for (auto [axis, old, now] : llvm::enumerate(before, after)) {
    auto it = llvm::find(from, old.getValue());
    StringRef wanted = it == from.end() ? old.getValue() : to[it - from.begin()];
    if (now.getValue() != wanted)
      return emitOpError() << "has '" << now.getValue() << "' on axis " << axis
                           << " of its result, where '" << wanted << "' belongs";
    // C4
    int64_t oldSize = getInput().getType().getDimSize(axis);
    int64_t newSize = getResult().getType().getDimSize(axis);
    if (!sizesAgree(oldSize, newSize))
      return emitOpError() << "has '" << old.getValue() << "' = " << oldSize
                           << " in its operand and '" << now.getValue() << "' = " << newSize
                           << " in its result";
  }
  return sameElement(*this, getInput().getType(), getResult().getType());
}

LogicalResult SizeCastOp::verify() {
  RankedTensorType input = getInput().getType(), result = getResult().getType();
  // C1
  if (namesOf(input) != namesOf(result))
    return emitOpError() << "has other names in its result " << result << " than in its operand "
                         << input;
  // C2
  for (auto [name, before, after] : llvm::zip(namesOf(input), input.getShape(), result.getShape()))
    if (!sizesAgree(before, after))
      return emitOpError() << "has '" << name.getValue() << "' = " << before
                           << " in its operand and " << after << " in its result";
  // C3
  return sameElement(*this, input, result);
}

// `one` of type `whole` against `many` of type `parts`, for split and merge.
static LogicalResult verifyRegrouping(Operation *op, RankedTensorType whole, StringRef one,
                                      RankedTensorType parts, ArrayRef<StringRef> many,
                                      bool wholeIsOperand) {
  // C1: what the operand must have. The result is judged with C2.
  if (failed(wholeIsOperand ? mustHave(op, whole, one) : distinctNamesOf(op, parts, many)))
    return failure();
  if (failed(wholeIsOperand ? distinctNamesOf(op, parts, many)
                            : mustHave(op, whole, one, "result")))
    return failure();
  // C2
  Axes axes(op, whole);
  if (failed(axes.remove(one)))
    return failure();
  for (StringRef name : many)
    if (failed(axes.add(name, sizeOf(parts, name))))
      return failure();
  Axes narrow(op, parts);
  for (StringRef name : many)
    if (failed(narrow.remove(name)))
      return failure();
  if (failed(narrow.add(one, sizeOf(whole, one))))
    return failure();
  if (failed(wholeIsOperand ? axes.mustBe(parts) : narrow.mustBe(whole)))
    return failure();
  // C3
  int64_t product = 1;
  for (StringRef name : many) {
    if (ShapedType::isDynamic(sizeOf(parts, name)))
      return sameElement(op, whole, parts);
    product *= sizeOf(parts, name);
  }
  if (!sizesAgree(product, sizeOf(whole, one)))
    return op->emitOpError() << "has '" << one << "' = " << sizeOf(whole, one) << ", but '"
                             << llvm::join(many, "' * '") << "' = " << product;
  return sameElement(op, whole, parts);
}

LogicalResult SplitOp::verify() {
  return verifyRegrouping(*this, getInput().getType(), getDim(), getResult().getType(),
                          strings(getInto()), true);
}

LogicalResult MergeOp::verify() {
  return verifyRegrouping(*this, getResult().getType(), getInto(), getInput().getType(),
                          strings(getDims()), false);
}

//===-- Parts of arrays
//------------------------------------------------------------------------===//

LogicalResult ExtractOp::verify() {
  // C1
  if (failed(mustHave(*this, getInput().getType(), getDim())))
    return failure();
  int64_t size = sizeOf(getInput().getType(), getDim());
  int64_t index = getIndex();
  if (index < 0 || (!ShapedType::isDynamic(size) && index >= size))
    return emitOpError() << "takes index " << index << " of '" << getDim() << "' = " << size;
  // C2
  Axes axes(*this, getInput().getType());
  if (failed(axes.remove(getDim())) || failed(axes.mustBe(getResult().getType())))
    return failure();
  return sameElement(*this, getInput().getType(), getResult().getType());
}

// C2 of slice and pad: `dim` gives way to `as`, whatever its size.
static LogicalResult verifyReplaced(Operation *op, Type input, StringRef dim, Type result,
                                    StringRef as) {
  if (failed(mustHave(op, result, as, "result")))
    return failure();
  Axes axes(op, input);
  if (failed(axes.remove(dim)) || failed(axes.add(as, sizeOf(result, as))) ||
      failed(axes.mustBe(result)))
    return failure();
  return sameElement(op, input, result);
}

// C3 of slice and pad: the short dim lies within the long one.
static LogicalResult verifyRange(Operation *op, StringRef word, int64_t start, StringRef part,
                                 int64_t partSize, StringRef whole, int64_t wholeSize) {
  bool dynamic = ShapedType::isDynamic(partSize) || ShapedType::isDynamic(wholeSize);
  if (start < 0 || (!dynamic && start + partSize > wholeSize))
    return op->emitOpError() << "has " << word << " " << start << " and '" << part
                             << "' = " << partSize << ", which does not lie within '" << whole
                             << "' = " << wholeSize;
  return success();
}

LogicalResult SliceOp::verify() {
  Type input = getInput().getType(), result = getResult().getType();
  // C1
  if (failed(mustHave(*this, input, getDim())))
    return failure();
  // C2
  if (failed(verifyReplaced(*this, input, getDim(), result, getAs())))
    return failure();
  // C3
  return verifyRange(*this, "offset", getOffset(), getAs(), sizeOf(result, getAs()), getDim(),
                     sizeOf(input, getDim()));
}

LogicalResult PadOp::verify() {
  Type input = getInput().getType(), result = getResult().getType();
  // C1
  if (failed(mustHave(*this, input, getDim())))
    return failure();
  // C2
  if (failed(verifyReplaced(*this, input, getDim(), result, getAs())))
    return failure();
  // C3
  return verifyRange(*this, "low", getLow(), getDim(), sizeOf(input, getDim()), getAs(),
                     sizeOf(result, getAs()));
}

LogicalResult ConcatOp::verify() {
  SmallVector<StringRef> dims = strings(getDims());
  Type result = getResult().getType();
  // C1
  if (dims.size() != getInputs().size() || dims.empty())
    return emitOpError() << "names " << dims.size() << " dims for " << getInputs().size()
                         << " operands; each operand needs one";
  if (failed(mustHave(*this, result, getInto(), "result")))
    return failure();
  int64_t total = 0;
  bool dynamic = false;
  for (auto [dim, input] : llvm::zip(dims, getInputs())) {
    if (failed(mustHave(*this, input.getType(), dim)))
      return failure();
    int64_t size = sizeOf(input.getType(), dim);
    dynamic |= ShapedType::isDynamic(size);
    total += size;
    // C2
    Axes axes(*this, input.getType());
    if (failed(axes.remove(dim)) || failed(axes.add(getInto(), sizeOf(result, getInto()))) ||
        failed(axes.mustBe(result)) || failed(sameElement(*this, input.getType(), result)))
      return failure();
  }
  // C3
  if (int64_t whole = sizeOf(result, getInto()); !dynamic && !sizesAgree(total, whole))
    return emitOpError() << "has '" << getInto() << "' = " << whole << ", but '"
                         << llvm::join(dims, "' + '") << "' = " << total;
  return success();
}

LogicalResult StackOp::verify() {
  Type result = getResult().getType();
  if (getInputs().empty())
    return emitOpError() << "has no operands";
  // C3
  Axes axes(*this);
  for (Value input : getInputs())
    if (failed(axes.unite(input.getType())) || failed(sameElement(*this, input.getType(), result)))
      return failure();
  // C1
  if (failed(mustHave(*this, result, getDim(), "result")))
    return failure();
  // C2
  int64_t size = sizeOf(result, getDim());
  if (!sizesAgree(size, getInputs().size()))
    return emitOpError() << "has '" << getDim() << "' = " << size << " for " << getInputs().size()
                         << " operands";
  if (failed(axes.add(getDim(), size)))
    return failure();
  return axes.mustBe(result);
}

LogicalResult ReverseOp::verify() {
  // C1
  if (failed(distinctNamesOf(*this, getInput().getType(), strings(getDims()))))
    return failure();
  // C2
  if (failed(Axes(*this, getInput().getType()).mustBe(getResult().getType())))
    return failure();
  return sameElement(*this, getInput().getType(), getResult().getType());
}

//===-- Neighbourhoods
//-------------------------------------------------------------------------===//

// `grid` has the points, `tiles` the kernel dims too; C2 to C4 of window and overlap_add.
static LogicalResult verifyNeighbourhood(Operation *op, Type grid, StringRef gridWhat, Type tiles,
                                         StringRef tilesWhat, ArrayAttr dims, ArrayAttr kernel,
                                         ArrayAttr offsets, ArrayAttr wrap) {
  if (dims.size() != kernel.size() || dims.size() != offsets.size() || dims.size() != wrap.size())
    return op->emitOpError() << "has " << dims.size() << " dims, " << kernel.size()
                             << " kernel dims, " << offsets.size() << " offsets and " << wrap.size()
                             << " wrap; each dim needs one of all";
  Axes axes(op, grid);
  for (StringRef name : strings(kernel)) {
    if (failed(mustHave(op, tiles, name, tilesWhat)) || failed(axes.add(name, sizeOf(tiles, name))))
      return failure();
  }
  // The type that follows from the other is judged; the message is about the result.
  if (failed(axes.mustBe(tiles, tilesWhat)))
    return failure();
  return sameElement(op, grid, tiles);
}

LogicalResult WindowOp::verify() {
  Type input = getInput().getType();
  // C1
  if (failed(distinctNamesOf(*this, input, strings(getDims()))))
    return failure();
  for (StringRef name : strings(getKernel()))
    if (axisOf(input, name) >= 0)
      return emitOpError() << "makes '" << name << "', which its operand has already";
  // C2, C3, C4
  return verifyNeighbourhood(*this, input, "operand", getResult().getType(), "result", getDims(),
                             getKernel(), getOffsets(), getWrap());
}

LogicalResult OverlapAddOp::verify() {
  Type input = getInput().getType();
  SmallVector<StringRef> names = strings(getDims());
  names.append(strings(getKernel()));
  // C1
  if (failed(distinctNamesOf(*this, input, names)))
    return failure();
  // C3, C4
  Axes axes(*this, input);
  for (StringRef name : strings(getKernel()))
    if (failed(axes.remove(name)))
      return failure();
  if (failed(axes.mustBe(getResult().getType())))
    return failure();
  // C2
  return verifyNeighbourhood(*this, getResult().getType(), "result", input, "operand", getDims(),
                             getKernel(), getOffsets(), getWrap());
}
