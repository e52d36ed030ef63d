// Builds layers and functions of the language out of level-1 operations.

#include "frontend/emit/Compose.h"

using namespace mlir;

namespace orrery::emit {

std::vector<StringRef> irNames(const Dims &dims) {
  std::vector<StringRef> names;
  for (const Dim *dim : dims)
    names.push_back(dim->ir);
  return names;
}

Dims dimsOf(const sema::DimTable &table, Value value) {
  Dims dims;
  for (StringAttr name : field::namesOf(value))
    dims.push_back(table.named(std::string_view(name.getValue())));
  return dims;
}

bool has(Value value, const Dim *dim) { return field::axisOf(value.getType(), dim->ir) >= 0; }

RankedTensorType typeOf(MLIRContext *context, const Dims &dims, Type element) {
  SmallVector<StringAttr> names;
  SmallVector<int64_t> sizes;
  for (const Dim *dim : dims) {
    names.push_back(StringAttr::get(context, dim->ir));
    sizes.push_back(dim->size);
  }
  return field::tensorType(context, names, sizes, element);
}

Value tableOf(field::Build &b, const Dims &dims, ArrayRef<double> elements) {
  RankedTensorType type = typeOf(b.builder.getContext(), dims, b.element);
  DenseElementsAttr value;
  if (b.element.isF64()) {
    value = DenseElementsAttr::get(type, elements);
  } else {
    SmallVector<float> narrow(elements.begin(), elements.end());
    value = DenseElementsAttr::get(type, ArrayRef<float>(narrow));
  }
  return field::ConstantOp::create(b.builder, b.loc, type, value);
}

// Gives the output dims the names that the program knows them by.
static Value renameOutputs(field::Build &b, Value y, const Affine &affine) {
  std::vector<StringRef> from, to;
  for (auto [alias, dim] : llvm::zip(affine.aliases, affine.out))
    if (alias != dim) {
      from.push_back(alias->ir);
      to.push_back(dim->ir);
    }
  y = from.empty() ? y : b.rename(y, from, to);
  return affine.bias ? b.add(y, affine.bias) : y;
}

Value applyLinear(field::Build &b, Value x, const Affine &affine) {
  return renameOutputs(b, b.contract(x, affine.weight, irNames(affine.in)), affine);
}

Value applyConv(field::Build &b, Value x, const Affine &affine, const Dims &over,
                const Dims &kernel, ArrayRef<bool> wrap) {
  SmallVector<int64_t> sizes, offsets;
  for (const Dim *dim : kernel) {
    sizes.push_back(dim->size);
    offsets.push_back(-(dim->size / 2));
  }
  Value neighbours = b.window(x, irNames(over), irNames(kernel), sizes, offsets, wrap);
  Dims summed = affine.in;
  summed.insert(summed.end(), kernel.begin(), kernel.end());
  return renameOutputs(b, b.contract(neighbours, affine.weight, irNames(summed)), affine);
}

Value applyLayerNorm(field::Build &b, Value x, const Dims &over, double eps, Value weight,
                     Value bias) {
  std::vector<StringRef> names = irNames(over);
  Value centred = b.sub(x, b.mean(x, names));
  Value spread = b.rsqrt(b.add(b.mean(b.mul(centred, centred), names), b.real(eps)));
  Value y = b.mul(centred, spread);
  y = weight ? b.mul(y, weight) : y;
  return bias ? b.add(y, bias) : y;
}

Value softmax(field::Build &b, Value x, const Dims &over) {
  std::vector<StringRef> names = irNames(over);
  Value weight = b.exp(b.sub(x, b.reduce(field::ReduceKind::Max, x, names)));
  return b.div(weight, b.sum(weight, names));
}

Value difference(field::Build &b, sema::DimTable &table, Value x,
                 ArrayRef<std::pair<const Dim *, int64_t>> steps) {
  Value there = x, here = x;
  for (auto [dim, step] : steps) {
    if (step == 0)
      continue;
    int64_t size = dim->size - std::abs(step);
    const Dim *shorter = table.get(dim->name + ".s", size);
    there = b.slice(there, dim->ir, std::max<int64_t>(step, 0), size, shorter->ir);
    here = b.slice(here, dim->ir, std::max<int64_t>(-step, 0), size, shorter->ir);
  }
  Value y = b.sub(there, here);
  for (auto [dim, step] : steps)
    if (step != 0)
      y = b.pad(y, table.get(dim->name + ".s", dim->size - std::abs(step))->ir,
                std::max<int64_t>(-step, 0), dim->size, dim->ir);
  return y;
}

Value takeAlong(field::Build &b, Value x, const Dim *dim, ArrayRef<int64_t> indices,
                const Dim *as) {
  bool isRange = true;
  for (size_t i = 0; i < indices.size(); ++i)
    isRange &= indices[i] == indices[0] + int64_t(i);
  if (isRange && int64_t(indices.size()) == dim->size)
    return dim == as ? x : b.rename(x, {StringRef(dim->ir)}, {StringRef(as->ir)});
  if (isRange)
    return b.slice(x, dim->ir, indices[0], indices.size(), as->ir);
  SmallVector<Value> parts;
  for (int64_t index : indices)
    parts.push_back(b.extract(x, dim->ir, index));
  return b.stack(parts, as->ir);
}

Value ordered(field::Build &b, Value x, const Dims &dims) {
  return b.broadcast(x, typeOf(b.builder.getContext(), dims,
                               cast<RankedTensorType>(x.getType()).getElementType()));
}

} // namespace orrery::emit
