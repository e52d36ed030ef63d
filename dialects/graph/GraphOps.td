// Operations of the graph dialect.

#ifndef ORRERY_GRAPH_OPS_TD
#define ORRERY_GRAPH_OPS_TD

include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "dialects/graph/GraphDialect.td"
include "dialects/field/FieldTypes.td"
include "dialects/interfaces/Interfaces.td"

def Graph_Index : Field_TensorOf<"i32",
    CPred<"::mlir::cast<::mlir::RankedTensorType>($_self).getElementType().isInteger(32)">>;

def Graph_SegmentKind : I32Enum<"SegmentKind", "how the elements of a segment are combined", [
  I32EnumCase<"Sum", 0, "sum">, I32EnumCase<"Max", 1, "max">, I32EnumCase<"Min", 2, "min">]> {
  let cppNamespace = "::orrery::graph";
}
def Graph_SegmentKindAttr : EnumAttr<Graph_Dialect, Graph_SegmentKind, "segment_kind">;

// An operation along a map, which is its last two or three operands.
class Graph_MapOp<string mnemonic> : Graph_Op<mnemonic, [Pure, DeclareOpInterfaceMethods<DifferentiableOp>,
    DeclareOpInterfaceMethods<CostOp, ["flops"]>]> {
  let results = (outs Field_Real:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    // The dim that the map goes from (an edge), and the one it goes to (an atom).
    ::mlir::StringAttr getFrom();
    ::mlir::StringAttr getTo();
  }];
  let extraClassDefinition = [{
    ::mlir::StringAttr $cppClass::getFrom() { return ::orrery::field::namesOf(getIndex()).front(); }
    ::mlir::StringAttr $cppClass::getTo() { return ::orrery::field::namesOf(getRanges()).front(); }
  }];
}

def Graph_GatherOp : Graph_MapOp<"gather"> {
  let summary = "What lies at the other end of a map";
  let description = [{
    result[e, ..] = input[index[e], ..]. Its derivative is the sum over the segments of the same map.

    Constraints: (C1) `index` is along one dim, `order` along the same one; (C2) `ranges` is along the dim that the map goes to and one of size 2 behind it; (C3) the input has the dim
    that the map goes to, and not the one it comes from; (C4) the result has the input's names with the one for the other, in any order; (C5) sizes and element types agree.

    ```mlir
    func.func @gather() -> tensor<3x2xf32, #field.dims<edge, D>> {
      %x = field.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32, #field.dims<atom, D>>
      %index = field.constant dense<[1, 0, 1]> : tensor<3xi32, #field.dims<edge>>
      %ranges = field.constant dense<[[0, 1], [1, 3]]> : tensor<2x2xi32, #field.dims<atom, ends>>
      %order = field.constant dense<[1, 0, 2]> : tensor<3xi32, #field.dims<edge>>
      %y = graph.gather %x by %index, %ranges, %order
         : (tensor<2x2xf32, #field.dims<atom, D>>, tensor<3xi32, #field.dims<edge>>, tensor<2x2xi32, #field.dims<atom, ends>>, tensor<3xi32, #field.dims<edge>>)
         -> tensor<3x2xf32, #field.dims<edge, D>>
      return %y : tensor<3x2xf32, #field.dims<edge, D>>
    }
    ```
  }];
  let arguments = (ins Field_Real:$input, Graph_Index:$index, Graph_Index:$ranges, Optional<Graph_Index>:$order);
  let assemblyFormat = "$input `by` $index `,` $ranges (`,` $order^)? attr-dict `:` functional-type(operands, results)";
}

def Graph_SegmentOp : Graph_MapOp<"segment"> {
  let summary = "Sum, maximum or minimum over all that a map sends to one place";
  let description = [{
    result[a, ..] = sum (max, min) of input[e, ..] over the e with index[e] = a, in the order of `order`, one after the other; 0 where there is none. The derivative of a sum is the gather by the same map; the
    gradient of a maximum or minimum is shared equally between equal elements. `order` is left out where the input is sorted by the map already.

    Constraints: (C1), (C2) as for `gather`; (C3) the input has the dim that the map comes from, and not the one it goes to; (C4) the result has the input's names with the one for the other,
    in any order; (C5) sizes and element types agree.

    ```mlir
    func.func @segment() -> tensor<2x2xf32, #field.dims<atom, D>> {
      %m = field.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32, #field.dims<edge, D>>
      %index = field.constant dense<[0, 1, 1]> : tensor<3xi32, #field.dims<edge>>
      %ranges = field.constant dense<[[0, 1], [1, 3]]> : tensor<2x2xi32, #field.dims<atom, ends>>
      %s = graph.segment sum %m by %index, %ranges
         : (tensor<3x2xf32, #field.dims<edge, D>>, tensor<3xi32, #field.dims<edge>>, tensor<2x2xi32, #field.dims<atom, ends>>)
         -> tensor<2x2xf32, #field.dims<atom, D>>
      return %s : tensor<2x2xf32, #field.dims<atom, D>>
    }
    ```
  }];
  let arguments = (ins Graph_SegmentKindAttr:$kind, Field_Real:$input, Graph_Index:$index, Graph_Index:$ranges, Optional<Graph_Index>:$order);
  let assemblyFormat = "`` $kind $input `by` $index `,` $ranges (`,` $order^)? attr-dict `:` functional-type(operands, results)";
}

#endif // ORRERY_GRAPH_OPS_TD
