// The train dialect: What training adds to a model: gradients, random numbers, updates.

#ifndef ORRERY_TRAIN_DIALECT_TD
#define ORRERY_TRAIN_DIALECT_TD

include "mlir/IR/OpBase.td"

def Train_Dialect : Dialect {
  let name = "train";
  let cppNamespace = "::orrery::train";
  let summary = "What training adds to a model: gradients, random numbers, updates.";
  let description = "Why it is so: dialects/train/README.md.";
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::orrery::field::FieldDialect"];
}

class Train_Op<string mnemonic, list<Trait> traits = []> : Op<Train_Dialect, mnemonic, traits>;

#endif // ORRERY_TRAIN_DIALECT_TD
