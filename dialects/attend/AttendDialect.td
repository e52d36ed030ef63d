// The attend dialect: Attention as a definition, not as a program.

#ifndef ORRERY_ATTEND_DIALECT_TD
#define ORRERY_ATTEND_DIALECT_TD

include "mlir/IR/OpBase.td"

def Attend_Dialect : Dialect {
  let name = "attend";
  let cppNamespace = "::orrery::attend";
  let summary = "Attention as a definition, not as a program.";
  let description = "Why it is so: dialects/attend/README.md.";
  let dependentDialects = ["::orrery::field::FieldDialect"];
}

class Attend_Op<string mnemonic, list<Trait> traits = []> : Op<Attend_Dialect, mnemonic, traits>;

#endif // ORRERY_ATTEND_DIALECT_TD
