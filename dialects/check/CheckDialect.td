// The check dialect: Claims about values, checked when the program runs.

#ifndef ORRERY_CHECK_DIALECT_TD
#define ORRERY_CHECK_DIALECT_TD

include "mlir/IR/OpBase.td"

def Check_Dialect : Dialect {
  let name = "check";
  let cppNamespace = "::orrery::check";
  let summary = "Claims about values, checked when the program runs.";
  let description = "Why it is so: dialects/check/README.md.";
  let dependentDialects = ["::orrery::field::FieldDialect"];
}

class Check_Op<string mnemonic, list<Trait> traits = []> : Op<Check_Dialect, mnemonic, traits>;

#endif // ORRERY_CHECK_DIALECT_TD
