// Joins dim names that lie side by side in every array of a kernel.

#include "passes/tile/NameGroups.h"

#include "dialects/field/Field.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace orrery;

// Whether `b` follows `a` directly in every array that has one of them.
static bool joined(StringAttr a, StringAttr b, ArrayRef<Type> arrays) {
  for (Type array : arrays) {
    ArrayRef<StringAttr> names = field::namesOf(array);
    auto at = llvm::find(names, a);
    if (at == names.end() ? llvm::is_contained(names, b)
                          : (at + 1 == names.end() || *(at + 1) != b))
      return false;
  }
  return true;
}

NameGroups::NameGroups(ArrayRef<Type> arrays, const llvm::SmallDenseSet<StringAttr> &single) {
  llvm::SmallDenseMap<StringAttr, int64_t> alone;
  for (Type array : arrays)
    for (auto [name, size] :
         llvm::zip(field::namesOf(array), cast<RankedTensorType>(array).getShape()))
      alone[name] = size;
  // What precedes a name in one array precedes it everywhere, if they are joined at all.
  llvm::SmallDenseMap<StringAttr, StringAttr> previous;
  for (Type array : arrays) {
    ArrayRef<StringAttr> names = field::namesOf(array);
    for (size_t i = 0; i + 1 < names.size(); ++i)
      if (!single.contains(names[i]) && !single.contains(names[i + 1]) &&
          joined(names[i], names[i + 1], arrays))
        previous[names[i + 1]] = names[i];
  }
  for (auto [name, size] : alone) {
    StringAttr lead = name;
    while (StringAttr before = previous.lookup(lead))
      lead = before;
    leader[name] = lead;
    auto [entry, fresh] = sizes.try_emplace(lead, 1);
    entry->second *= field::typical(size);
    if (ShapedType::isDynamic(size))
      runTime.insert(lead);
  }
}

StringAttr NameGroups::first(StringAttr name) const { return leader.lookup(name); }

Names NameGroups::of(ArrayRef<StringAttr> names) const {
  Names groups;
  for (StringAttr name : names)
    if (!llvm::is_contained(groups, first(name)))
      groups.push_back(first(name));
  return groups;
}

int64_t NameGroups::size(StringAttr group) const { return sizes.lookup(group); }

int64_t NameGroups::size(ArrayRef<StringAttr> groups) const {
  int64_t product = 1;
  for (StringAttr group : groups)
    product *= size(group);
  return product;
}

bool NameGroups::isRunTime(ArrayRef<StringAttr> groups) const {
  return llvm::any_of(groups, [&](StringAttr group) { return isRunTime(group); });
}

Value NameGroups::collapse(OpBuilder &b, Location loc, Value memref,
                           ArrayRef<StringAttr> names) const {
  SmallVector<ReassociationIndices> axes;
  StringAttr last;
  for (auto [axis, name] : llvm::enumerate(names)) {
    if (first(name) != last)
      axes.emplace_back();
    axes.back().push_back(axis);
    last = first(name);
  }
  return axes.size() == names.size() ? memref
                                     : Value(memref::CollapseShapeOp::create(b, loc, memref, axes));
}
