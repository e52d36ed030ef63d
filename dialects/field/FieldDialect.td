// The field dialect: arrays whose axes have names.

#ifndef ORRERY_FIELD_DIALECT_TD
#define ORRERY_FIELD_DIALECT_TD

include "mlir/IR/OpBase.td"

def Field_Dialect : Dialect {
  let name = "field";
  let cppNamespace = "::orrery::field";
  let summary = "Arrays over named dims";
  let description = [{
    Every tensor type carries one name an axis (`#field.dims<batch, row, D>`). A name has one size in one function. Operations speak of names: elementwise
    operations align by name, a contraction says which names it sums over, and the order of axes is only layout. See dialects/field/README.md.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasCanonicalizer = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

class Field_Op<string mnemonic, list<Trait> traits = []> : Op<Field_Dialect, mnemonic, traits>;

#endif // ORRERY_FIELD_DIALECT_TD
