// The graph dialect: index maps between dims.

#ifndef ORRERY_GRAPH_DIALECT_TD
#define ORRERY_GRAPH_DIALECT_TD

include "mlir/IR/OpBase.td"

def Graph_Dialect : Dialect {
  let name = "graph";
  let cppNamespace = "::orrery::graph";
  let summary = "Index maps between dims: gathers and sums over segments.";
  let description = "Why it is so: dialects/graph/README.md.";
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::orrery::field::FieldDialect"];
}

class Graph_Op<string mnemonic, list<Trait> traits = []> : Op<Graph_Dialect, mnemonic, traits>;

#endif // ORRERY_GRAPH_DIALECT_TD
