// One set of dim names for the operations of a group.

#include "passes/group/Translate.h"

#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/Block.h"
#include "mlir/IR/Region.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace orrery;

Value orrery::throughRenames(Value value) {
  while (auto rename = value.getDefiningOp<field::RenameOp>())
    value = rename.getInput();
  return value;
}

Names Translation::of(unsigned op, Type type) const {
  Names result;
  for (StringAttr name : field::namesOf(type))
    result.push_back(maps[op].lookup(name));
  return result;
}

// Whether no two names became one.
static bool injective(const NameMap &map) {
  llvm::SmallDenseSet<StringAttr> seen;
  return llvm::all_of(map, [&](auto &entry) { return seen.insert(entry.second).second; });
}

std::optional<Translation> orrery::translate(ArrayRef<Operation *> ops) {
  Translation result;
  for (Operation *op : ops) {
    NameMap &map = result.maps.emplace_back();
    for (Value operand : op->getOperands()) {
      auto known = result.names.find(throughRenames(operand));
      if (known == result.names.end())
        continue;
      for (auto [said, name] : llvm::zip(field::namesOf(operand), known->second)) {
        auto [entry, fresh] = map.try_emplace(said, name);
        if (!fresh && entry->second != name)
          return std::nullopt;
      }
    }
    for (Type type : llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
      for (StringAttr name : field::namesOf(type))
        map.try_emplace(name, name);
    if (!injective(map))
      return std::nullopt;
    for (Value value : op->getResults())
      result.names[value] = result.of(result.maps.size() - 1, value.getType());
  }
  return result;
}

void orrery::rename(Operation *op, const NameMap &map) {
  AttrTypeReplacer replacer;
  replacer.addReplacement([&](StringAttr name) -> std::optional<Attribute> {
    if (StringAttr other = map.lookup(name))
      return other;
    return std::nullopt;
  });
  replacer.replaceElementsIn(op, /*replaceAttrs=*/true, /*replaceLocs=*/false,
                             /*replaceTypes=*/true);
}

std::string orrery::structureOf(Operation *function) {
  std::string text;
  llvm::raw_string_ostream out(text);
  NameMap numbers;
  AttrTypeReplacer replacer;
  auto number = [&](StringAttr name) {
    auto known = numbers.find(name);
    if (known != numbers.end())
      return known->second;
    StringAttr fresh = StringAttr::get(name.getContext(), "d" + std::to_string(numbers.size()));
    numbers[name] = fresh;
    return fresh;
  };
  // Run-time sizes are handed on by name, so a kernel along atoms does not serve frames as well.
  Block &body = function->getRegion(0).front();
  auto keepRunTimeNames = [&](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !isa_and_nonnull<field::DimsAttr>(tensor.getEncoding()))
      return;
    for (auto [name, size] : llvm::zip(field::namesOf(type), tensor.getShape()))
      if (ShapedType::isDynamic(size))
        numbers[name] = name;
  };
  llvm::for_each(body.getArgumentTypes(), keepRunTimeNames);
  for (Operation &op : body)
    llvm::for_each(op.getResultTypes(), keepRunTimeNames);
  // Names are numbered in the order types mention them; a string that no type mentions is no name.
  replacer.addReplacement([&](field::DimsAttr dims) -> std::optional<Attribute> {
    Names renamed;
    for (StringAttr name : dims.getNames())
      renamed.push_back(number(name));
    return field::DimsAttr::get(dims.getContext(), renamed);
  });
  AttrTypeReplacer names;
  names.addReplacement([&](StringAttr name) -> std::optional<Attribute> {
    auto known = numbers.find(name);
    return known == numbers.end() ? std::nullopt : std::optional<Attribute>(known->second);
  });
  DenseMap<Value, unsigned> values;
  for (Value argument : function->getRegion(0).getArguments()) {
    values.try_emplace(argument, values.size());
    out << replacer.replace(argument.getType()) << '\n';
  }
  for (Operation &op : function->getRegion(0).front()) {
    out << op.getName();
    for (Value operand : op.getOperands())
      out << " %" << values.lookup(operand);
    // Random numbers are counted in the order of the names.
    if (op.getName().getDialectNamespace() == "train")
      llvm::interleaveComma(op.getResultTypes(), out << ' ');
    for (Value result : op.getResults()) {
      values.try_emplace(result, values.size());
      out << " : " << replacer.replace(result.getType());
    }
    for (NamedAttribute attribute : op.getAttrs()) {
      Attribute value = attribute.getValue();
      out << ' ' << attribute.getName().getValue() << " = ";
      // A constant's type has its dims renamed too.
      if (auto elements = dyn_cast<DenseElementsAttr>(value))
        out << elements.reshape(cast<ShapedType>(replacer.replace(elements.getType())));
      else
        out << names.replace(value);
    }
    out << '\n';
  }
  return text;
}
