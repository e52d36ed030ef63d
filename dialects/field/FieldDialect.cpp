// Registers the field dialect, and reads and writes dim names.

#include "dialects/field/Field.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace orrery::field;

#include "dialects/field/FieldDialect.cpp.inc"
#include "dialects/field/FieldEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/field/FieldAttrs.cpp.inc"

void FieldDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/field/FieldAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/field/FieldOps.cpp.inc"
      >();
}

Operation *FieldDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                             Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, type, elements);
}

//===-- Dim names
//-------------------------------------------------------------------------------===//

// A name is written bare where MLIR's grammar allows it and quoted elsewhere.
static bool isBare(StringRef name) {
  if (name.empty() || !(llvm::isAlpha(name[0]) || name[0] == '_'))
    return false;
  return llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.' || c == '$'; });
}

Attribute DimsAttr::parse(AsmParser &parser, Type) {
  SmallVector<StringAttr> names;
  auto parseName = [&]() -> ParseResult {
    std::string quoted;
    if (succeeded(parser.parseOptionalString(&quoted))) {
      names.push_back(StringAttr::get(parser.getContext(), quoted));
      return success();
    }
    StringRef bare;
    if (failed(parser.parseKeyword(&bare)))
      return failure();
    names.push_back(StringAttr::get(parser.getContext(), bare));
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater, parseName))
    return {};
  return DimsAttr::get(parser.getContext(), names);
}

void DimsAttr::print(AsmPrinter &printer) const {
  printer << '<';
  llvm::interleaveComma(getNames(), printer, [&](StringAttr name) {
    if (isBare(name.getValue()))
      printer << name.getValue();
    else
      printer << name;
  });
  printer << '>';
}

LogicalResult DimsAttr::verifyEncoding(ArrayRef<int64_t> shape, Type,
                                       function_ref<InFlightDiagnostic()> emitError) const {
  // C1
  if (shape.size() != getNames().size())
    return emitError() << "a tensor of " << shape.size() << " axes has " << getNames().size()
                       << " dim names";
  // C2
  llvm::SmallDenseSet<StringAttr> seen;
  for (StringAttr name : getNames())
    if (!seen.insert(name).second)
      return emitError() << "dim '" << name.getValue() << "' stands twice in one type";
  return success();
}

ArrayRef<StringAttr> orrery::field::namesOf(Type type) {
  return cast<DimsAttr>(cast<RankedTensorType>(type).getEncoding()).getNames();
}

int64_t orrery::field::axisOf(Type type, StringRef name) {
  for (auto [axis, present] : llvm::enumerate(namesOf(type)))
    if (present.getValue() == name)
      return axis;
  return -1;
}

int64_t orrery::field::sizeOf(Type type, StringRef name) {
  return cast<RankedTensorType>(type).getDimSize(axisOf(type, name));
}

int64_t orrery::field::elementsOf(Type type) {
  int64_t product = 1;
  for (int64_t size : cast<RankedTensorType>(type).getShape())
    product *= typical(size);
  return product;
}

RankedTensorType orrery::field::tensorType(MLIRContext *context, ArrayRef<StringAttr> names,
                                           ArrayRef<int64_t> sizes, Type element) {
  return RankedTensorType::get(sizes, element, DimsAttr::get(context, names));
}
