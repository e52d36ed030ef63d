// Operations of the field dialect that move or combine elements across dims; elementwise arithmetic is in FieldElementwise.td.

#ifndef ORRERY_FIELD_OPS_TD
#define ORRERY_FIELD_OPS_TD

include "dialects/field/FieldElementwise.td"

// An operation of level 1 that is no elementwise arithmetic.
class Field_StructuralOp<string mnemonic, list<Trait> traits = []> : Field_Op<mnemonic, !listconcat([Pure,
    DeclareOpInterfaceMethods<DifferentiableOp>, DeclareOpInterfaceMethods<CostOp, ["flops"]>], traits)> {
  let hasVerifier = 1;
}

//===-- Making values --------------------------------------------------------------------------------------------------===//

def Field_ConstantOp : Field_Op<"constant", [Pure, ConstantLike, AllTypesMatch<["value", "result"]>, DeclareOpInterfaceMethods<CostOp, ["flops"]>,
    DeclareOpInterfaceMethods<DifferentiableOp>]> {
  let summary = "A constant array";
  let description = [{
    Constraints: (C1) value and result have one type.

    ```mlir
    %weight = field.constant dense<[1.0, 10.0]> : tensor<2xf32, #field.dims<vout>>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}

def Field_IotaOp : Field_StructuralOp<"iota"> {
  let summary = "0, 1, 2, ... along its one dim";
  let description = [{
    Constraints: (C1) the result has one dim.

    ```mlir
    %i = field.iota : tensor<4xf32, #field.dims<row>>
    ```
  }];
  let arguments = (ins);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

//===-- Combining along dims -------------------------------------------------------------------------------------------===//

def Field_ContractOp : Field_StructuralOp<"contract", [DeclareOpInterfaceMethods<PrecisionOp, ["precisionClass"]>]> {
  let summary = "Sum of products over named dims";
  let description = [{
    result[names of lhs and rhs without `over`] = sum over `over` of lhs * rhs. A name that both have and that is not summed is a batch name. Element types of
    the operands may be narrower than the result's: products are added in the result's type.

    Constraints: (C1) both operands have every name in `over`; (C2) the result has exactly the other names of both, in any order; (C3) sizes agree by name;
    (C4) the result's element type is at least as wide as the operands'.

    ```mlir
    %y = field.contract %x, %w over ["D"]
       : (tensor<8x64xf32, #field.dims<token, D>>, tensor<32x64xf32, #field.dims<H, D>>) -> tensor<8x32xf32, #field.dims<token, H>>
    ```
  }];
  let arguments = (ins Field_Real:$lhs, Field_Real:$rhs, StrArrayAttr:$over);
  let results = (outs Field_Real:$result);
  let assemblyFormat = "$lhs `,` $rhs `over` $over attr-dict `:` functional-type(operands, results)";
}

def Field_ReduceOp : Field_StructuralOp<"reduce"> {
  let summary = "Sum, maximum or minimum over named dims";
  let description = [{
    The gradient of a maximum or minimum is shared equally between equal elements.

    Constraints: (C1) the operand has every name in `over`; (C2) the result has exactly the other names, in any order; (C3) sizes and element types agree.

    ```mlir
    %s = field.reduce sum %x over ["D"] : (tensor<8x64xf32, #field.dims<token, D>>) -> tensor<8xf32, #field.dims<token>>
    ```
  }];
  let arguments = (ins Field_ReduceKindAttr:$kind, Field_Real:$input, StrArrayAttr:$over);
  let results = (outs Field_Real:$result);
  let assemblyFormat = "`` $kind $input `over` $over attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Field_BroadcastOp : Field_StructuralOp<"broadcast"> {
  let summary = "Repeats an array along new dims, and puts its axes in another order";
  let description = [{
    Constraints: (C1) the result has every name of the operand with the same size; (C2) same element type.

    ```mlir
    %y = field.broadcast %x : (tensor<8xf32, #field.dims<token>>) -> tensor<64x8xf32, #field.dims<D, token>>
    ```
  }];
  let arguments = (ins Field_Tensor:$input);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

//===-- Renaming and regrouping dims -----------------------------------------------------------------------------------===//

def Field_RenameOp : Field_StructuralOp<"rename"> {
  let summary = "Gives dims other names; storage is untouched";
  let description = [{
    Names are replaced in place, by position: `from[i]` becomes `to[i]`.

    Constraints: (C1) the operand has every name in `from`, and none twice; (C2) as many names in `to`; (C3) the result's names are the operand's with those replaced, in the same
    order, all different; (C4) same sizes and element type.

    ```mlir
    %y = field.rename %x ["D.out"] to ["D"] : (tensor<8x64xf32, #field.dims<token, D.out>>) -> tensor<8x64xf32, #field.dims<token, D>>
    ```
  }];
  let arguments = (ins Field_Tensor:$input, StrArrayAttr:$from, StrArrayAttr:$to);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$input $from `to` $to attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Field_SizeCastOp : Field_StructuralOp<"size_cast"> {
  let summary = "Forgets sizes, or states them; storage is untouched";
  let description = [{
    A size that one type knows and the other does not (`?`) becomes known in the function for that name. What is stated must hold at run time.

    Constraints: (C1) the same names in the same order; (C2) sizes agree where both know them; (C3) same element type.

    ```mlir
    func.func @size_cast() -> tensor<2xf32, #field.dims<atom>> {
      %x = field.constant dense<[1.0, 2.0]> : tensor<2xf32, #field.dims<atom>>
      %y = field.size_cast %x : (tensor<2xf32, #field.dims<atom>>) -> tensor<?xf32, #field.dims<atom>>
      %z = field.neg %y : (tensor<?xf32, #field.dims<atom>>) -> tensor<?xf32, #field.dims<atom>>
      %known = field.size_cast %z : (tensor<?xf32, #field.dims<atom>>) -> tensor<2xf32, #field.dims<atom>>
      return %known : tensor<2xf32, #field.dims<atom>>
    }
    ```
  }];
  let arguments = (ins Field_Tensor:$input);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Field_SplitOp : Field_StructuralOp<"split"> {
  let summary = "Cuts one dim into several: index = ((i0 * n1) + i1) * n2 + ...";
  let description = [{
    Constraints: (C1) the operand has `dim`; (C2) the result has the operand's names without `dim`, and all of `into`, in any order; (C3) the sizes of `into` multiply to that of `dim`.

    ```mlir
    %y = field.split %x "lat" into ["row", "p1"] : (tensor<18x36xf32, #field.dims<lat, lon>>) -> tensor<9x2x36xf32, #field.dims<row, p1, lon>>
    ```
  }];
  let arguments = (ins Field_Tensor:$input, StrAttr:$dim, StrArrayAttr:$into);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$input $dim `into` $into attr-dict `:` functional-type(operands, results)";
}

def Field_MergeOp : Field_StructuralOp<"merge"> {
  let summary = "Joins several dims to one, the inverse of split";
  let description = [{
    Constraints: (C1) the operand has every name in `dims`; (C2) the result has the operand's names without `dims`, and `into`, in any order; (C3) the sizes of `dims` multiply to that of `into`.

    ```mlir
    %y = field.merge %x ["row", "p1"] into "lat" : (tensor<9x36x2xf32, #field.dims<row, lon, p1>>) -> tensor<18x36xf32, #field.dims<lat, lon>>
    ```
  }];
  let arguments = (ins Field_Tensor:$input, StrArrayAttr:$dims, StrAttr:$into);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$input $dims `into` $into attr-dict `:` functional-type(operands, results)";
}

//===-- Parts of arrays ------------------------------------------------------------------------------------------------===//

def Field_ExtractOp : Field_StructuralOp<"extract"> {
  let summary = "One index of a dim, which vanishes";
  let description = [{
    Constraints: (C1) the operand has `dim`, and `index` lies in it; (C2) the result has exactly the other names, in any order.

    ```mlir
    %q = field.extract %qkv "part" at 0 : (tensor<8x3x64xf32, #field.dims<token, part, D>>) -> tensor<8x64xf32, #field.dims<token, D>>
    ```
  }];
  let arguments = (ins Field_Tensor:$input, StrAttr:$dim, I64Attr:$index);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$input $dim `at` $index attr-dict `:` functional-type(operands, results)";
}

def Field_SliceOp : Field_StructuralOp<"slice"> {
  let summary = "A range of a dim; the shorter dim has a name of its own";
  let description = [{
    result[.., as: i, ..] = input[.., dim: offset + i, ..].

    Constraints: (C1) the operand has `dim`; (C2) the result has the operand's names with `as` for `dim`, in any order; (C3) offset >= 0 and offset + size of `as` <= size of `dim`.

    ```mlir
    %y = field.slice %x "lat" from 1 as "lat.s" : (tensor<18x36xf32, #field.dims<lat, lon>>) -> tensor<17x36xf32, #field.dims<lat.s, lon>>
    ```
  }];
  let arguments = (ins Field_Tensor:$input, StrAttr:$dim, I64Attr:$offset, StrAttr:$as);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$input $dim `from` $offset `as` $as attr-dict `:` functional-type(operands, results)";
}

def Field_PadOp : Field_StructuralOp<"pad"> {
  let summary = "Zeros around a dim; the longer dim has a name of its own";
  let description = [{
    result[.., as: i, ..] = input[.., dim: i - low, ..], zero where that lies outside. The transpose of `slice`.

    Constraints: (C1) the operand has `dim`; (C2) the result has the operand's names with `as` for `dim`, in any order; (C3) low >= 0 and low + size of `dim` <= size of `as`.

    ```mlir
    %y = field.pad %x "lat.s" low 1 as "lat" : (tensor<17x36xf32, #field.dims<lat.s, lon>>) -> tensor<18x36xf32, #field.dims<lat, lon>>
    ```
  }];
  let arguments = (ins Field_Tensor:$input, StrAttr:$dim, I64Attr:$low, StrAttr:$as);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$input $dim `low` $low `as` $as attr-dict `:` functional-type(operands, results)";
}

def Field_ConcatOp : Field_StructuralOp<"concat"> {
  let summary = "Arrays one behind the other along a dim";
  let description = [{
    Operand i lies along its own dim `dims[i]`; all other names are the same.

    Constraints: (C1) one name in `dims` an operand, which has it; (C2) the result has the operands' other names, and `into`, in any order; (C3) the sizes of `dims` add up to that of `into`.

    ```mlir
    %y = field.concat %a, %b along ["D", "E"] into "F"
       : (tensor<8x4xf32, #field.dims<token, D>>, tensor<8x2xf32, #field.dims<token, E>>) -> tensor<8x6xf32, #field.dims<token, F>>
    ```
  }];
  let arguments = (ins Variadic<Field_Tensor>:$inputs, StrArrayAttr:$dims, StrAttr:$into);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$inputs `along` $dims `into` $into attr-dict `:` functional-type(operands, results)";
}

def Field_StackOp : Field_StructuralOp<"stack"> {
  let summary = "Arrays of the same names side by side along a new dim";
  let description = [{
    An operand may lack names that others have (it is repeated along them).

    Constraints: (C1) the result has every name of the operands, and `dim`, in any order, and no other; (C2) the size of `dim` is the number of operands; (C3) sizes and element types agree.

    ```mlir
    %qkv = field.stack %q, %k, %v as "part"
       : (tensor<8x64xf32, #field.dims<token, D>>, tensor<8x64xf32, #field.dims<token, D>>, tensor<8x64xf32, #field.dims<token, D>>)
       -> tensor<8x3x64xf32, #field.dims<token, part, D>>
    ```
  }];
  let arguments = (ins Variadic<Field_Tensor>:$inputs, StrAttr:$dim);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$inputs `as` $dim attr-dict `:` functional-type(operands, results)";
}

def Field_ReverseOp : Field_StructuralOp<"reverse"> {
  let summary = "Dims counted from their other end";
  let description = [{
    Constraints: (C1) the operand has every name in `dims`; (C2) the result has the operand's type, but for the order of axes.

    ```mlir
    %f = field.reverse %w ["k1", "k2"] : (tensor<3x3xf32, #field.dims<k1, k2>>) -> tensor<3x3xf32, #field.dims<k1, k2>>
    ```
  }];
  let arguments = (ins Field_Tensor:$input, StrArrayAttr:$dims);
  let results = (outs Field_Tensor:$result);
  let assemblyFormat = "$input $dims attr-dict `:` functional-type(operands, results)";
}

//===-- Neighbourhoods -------------------------------------------------------------------------------------------------===//

def Field_WindowOp : Field_StructuralOp<"window"> {
  let summary = "The neighbourhood of every point, as new dims";
  let description = [{
    result[.., d: i, .., k: j, ..] = input[.., d: i + j + offset, ..] for each d in `dims` with its k in `kernel`. Outside the array it is zero, or, where `wrap` is true for that dim, counted
    round the end (longitude). A convolution is `contract(window(x), weight)` over the kernel dims and the input channels; `offset` is -(size of k) / 2 for one that keeps the grid.

    Constraints: (C1) the operand has every name in `dims` and none of `kernel`; (C2) `dims`, `kernel`, `offsets`, `wrap` are as long; (C3) the result has the operand's names and those of `kernel`, in
    any order; (C4) sizes and element types agree.

    ```mlir
    %n = field.window %x ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true]
       : (tensor<18x36xf32, #field.dims<lat, lon>>) -> tensor<18x36x3x3xf32, #field.dims<lat, lon, k1, k2>>
    ```
  }];
  let arguments = (ins Field_Real:$input, StrArrayAttr:$dims, StrArrayAttr:$kernel, I64ArrayAttr:$offsets, BoolArrayAttr:$wrap);
  let results = (outs Field_Real:$result);
  let assemblyFormat = "$input $dims `by` $kernel `offsets` $offsets `wrap` $wrap attr-dict `:` functional-type(operands, results)";
}

def Field_OverlapAddOp : Field_StructuralOp<"overlap_add"> {
  let summary = "Adds every neighbourhood back into the grid, the transpose of window";
  let description = [{
    result[.., d: i, ..] = sum over j of input[.., d: i - j - offset, .., k: j, ..], leaving out what lies outside (or counting round where `wrap`).

    Constraints: (C1) the operand has every name in `dims` and `kernel`; (C2) `dims`, `kernel`, `offsets`, `wrap` are as long; (C3) the result has the operand's names without `kernel`, in any order;
    (C4) sizes and element types agree.

    ```mlir
    %x = field.overlap_add %n ["lat", "lon"] by ["k1", "k2"] offsets [-1, -1] wrap [false, true]
       : (tensor<18x36x3x3xf32, #field.dims<lat, lon, k1, k2>>) -> tensor<18x36xf32, #field.dims<lat, lon>>
    ```
  }];
  let arguments = (ins Field_Real:$input, StrArrayAttr:$dims, StrArrayAttr:$kernel, I64ArrayAttr:$offsets, BoolArrayAttr:$wrap);
  let results = (outs Field_Real:$result);
  let assemblyFormat = "$input $dims `by` $kernel `offsets` $offsets `wrap` $wrap attr-dict `:` functional-type(operands, results)";
}

#endif // ORRERY_FIELD_OPS_TD
