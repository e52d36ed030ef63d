// Operations of the attend dialect.

#ifndef ORRERY_ATTEND_OPS_TD
#define ORRERY_ATTEND_OPS_TD

include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialects/attend/AttendDialect.td"
include "dialects/field/FieldTypes.td"
include "dialects/interfaces/Interfaces.td"

class Attend_AttentionLike<string mnemonic, list<Trait> traits = []> : Attend_Op<mnemonic, !listconcat(traits, [Pure, DeclareOpInterfaceMethods<DecomposableOp>,
    DeclareOpInterfaceMethods<CostOp, ["flops"]>, DeclareOpInterfaceMethods<PrecisionOp, ["precisionClass", "mayNarrow"]>])> {
  let hasVerifier = 1;
}

def Attend_AttentionOp : Attend_AttentionLike<"attention", [DeclareOpInterfaceMethods<DifferentiableOp>]> {
  let summary = "Softmax attention: every query's weighted mean of the values";
  let description = [{
    With T the names in `over` (what is attended to) and c the `channel`:

      score[.., query names, T'] = scale * sum over c of query * key[T'],    weight = softmax of score over T',    result = sum over T' of weight * value[T'],

    where T' stands for the names `over` as key and value have them. The query may have names of `over` too (self-attention): they then say which query, and stay in the result. Names that the query,
    key and value share beside `over` and `channel` are batch names; the query or the key and value may lack some of them. `log_sum` is the logarithm of the softmax's denominator, kept for the derivative.

    Sources: Vaswani et al. 2017, eq. 1; log_sum as in Dao 2023 (FlashAttention-2), algorithm 1.

    Constraints: (C1) key and value have every name in `over`; (C2) query and key have `channel`, value does not; (C3) value has `value_channel`, which query and key lack;
    (C4) `result` has the names of the query without `channel`, the batch names of key and value, and `value_channel`; `log_sum` has the result's names without `value_channel`;
    (C5) sizes agree by name, `over` included where the query has it; (C6) the element type of result and log_sum is at least as wide as the operands'.

    ```mlir
    %o, %l = attend.attention %q, %k, %v over ["token"] channel "Dh" value_channel "Dv" scale 1.250000e-01
       : (tensor<4x162x64xf32, #field.dims<head, token, Dh>>, tensor<4x162x64xf32, #field.dims<head, token, Dh>>, tensor<4x162x64xf32, #field.dims<head, token, Dv>>)
       -> (tensor<4x162x64xf32, #field.dims<head, token, Dv>>, tensor<4x162xf32, #field.dims<head, token>>)
    ```
  }];
  let arguments = (ins Field_Real:$query, Field_Real:$key, Field_Real:$value, StrArrayAttr:$over, StrAttr:$channel, StrAttr:$value_channel, F64Attr:$scale);
  let results = (outs Field_Real:$result, Field_Real:$log_sum);
  let assemblyFormat = [{
    $query `,` $key `,` $value `over` $over `channel` $channel `value_channel` $value_channel `scale` $scale attr-dict
    `:` functional-type(operands, results)
  }];
}

def Attend_AttentionGradOp : Attend_AttentionLike<"attention_grad"> {
  let summary = "The gradients of attention with respect to query, key and value";
  let description = [{
    Operands are those of the attention, its two results, and the gradient of `result`. Nothing of the size queries x keys is kept between forward and backward: weights are made again from `log_sum`
    (Dao 2023, algorithm 2). Attributes as in `attention`. A gradient of `log_sum` itself is not an operand: `attention`'s derivative is defined through `decompose` when log_sum is used.

    Constraints: (C1) the operands would verify as an `attention`; (C2) each gradient has its operand's names and sizes, in any order.

    ```mlir
    %dq, %dk, %dv = attend.attention_grad %q, %k, %v, %o, %l, %do over ["token"] channel "Dh" value_channel "Dv" scale 1.250000e-01
       : (tensor<4x162x64xf32, #field.dims<head, token, Dh>>, tensor<4x162x64xf32, #field.dims<head, token, Dh>>, tensor<4x162x64xf32, #field.dims<head, token, Dv>>,
          tensor<4x162x64xf32, #field.dims<head, token, Dv>>, tensor<4x162xf32, #field.dims<head, token>>, tensor<4x162x64xf32, #field.dims<head, token, Dv>>)
       -> (tensor<4x162x64xf32, #field.dims<head, token, Dh>>, tensor<4x162x64xf32, #field.dims<head, token, Dh>>, tensor<4x162x64xf32, #field.dims<head, token, Dv>>)
    ```
  }];
  let arguments = (ins Field_Real:$query, Field_Real:$key, Field_Real:$value, Field_Real:$result, Field_Real:$log_sum, Field_Real:$result_grad,
                   StrArrayAttr:$over, StrAttr:$channel, StrAttr:$value_channel, F64Attr:$scale);
  let results = (outs Field_Real:$query_grad, Field_Real:$key_grad, Field_Real:$value_grad);
  let assemblyFormat = [{
    $query `,` $key `,` $value `,` $result `,` $log_sum `,` $result_grad `over` $over `channel` $channel `value_channel` $value_channel `scale` $scale attr-dict
    `:` functional-type(operands, results)
  }];
}

#endif // ORRERY_ATTEND_OPS_TD
