// Attributes of the field dialect.

#ifndef ORRERY_FIELD_ATTRS_TD
#define ORRERY_FIELD_ATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/TensorEncoding.td"
include "mlir/IR/EnumAttr.td"
include "dialects/field/FieldTypes.td"

def Field_DimsAttr : AttrDef<Field_Dialect, "Dims", [
    DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let mnemonic = "dims";
  let summary = "The names of a tensor's axes, in storage order";
  let description = [{
    Constraints: (C1) as many names as axes; (C2) no name twice.
  }];
  let parameters = (ins ArrayRefParameter<"::mlir::StringAttr">:$names);
  let hasCustomAssemblyFormat = 1;
}

def Field_ReduceKind : I32Enum<"ReduceKind", "how a reduction combines elements", [
  I32EnumCase<"Sum", 0, "sum">, I32EnumCase<"Max", 1, "max">, I32EnumCase<"Min", 2, "min">]> {
  let cppNamespace = "::orrery::field";
}
def Field_ReduceKindAttr : EnumAttr<Field_Dialect, Field_ReduceKind, "reduce_kind">;

def Field_Predicate : I32Enum<"Predicate", "comparison of numbers; false with NaN but for `ne`", [
  I32EnumCase<"EQ", 0, "eq">, I32EnumCase<"NE", 1, "ne">, I32EnumCase<"LT", 2, "lt">,
  I32EnumCase<"LE", 3, "le">, I32EnumCase<"GT", 4, "gt">, I32EnumCase<"GE", 5, "ge">]> {
  let cppNamespace = "::orrery::field";
}
def Field_PredicateAttr : EnumAttr<Field_Dialect, Field_Predicate, "predicate">;

#endif // ORRERY_FIELD_ATTRS_TD
