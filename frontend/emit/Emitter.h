// Emits level-1 IR from a tree: one function an instance of a block or model, sizes fixed.
//
// An instance belongs to a definition, the sizes of the open dims, the dims of its arguments, and whether it trains. Names, dims and sizes are checked on the
// way, since they are known only then. The members are split over the .cpp files of this folder by concern.

#ifndef ORRERY_FRONTEND_EMIT_EMITTER_H
#define ORRERY_FRONTEND_EMIT_EMITTER_H

#include "frontend/diag/Diagnostics.h"
#include "frontend/emit/Compose.h"
#include "frontend/emit/Layer.h"
#include "frontend/emit/Scope.h"
#include "frontend/emit/Update.h"
#include "frontend/emit/Value.h"
#include "frontend/sema/Arguments.h"
#include "frontend/sema/Program.h"
#include "frontend/sema/Settings.h"

#include "llvm/Support/JSON.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace orrery::emit {

using lang::Expr;
using sema::Arguments;
using sema::Definition;

// A function for one use of a block or model.
struct Instance {
  mlir::func::FuncOp function;
  std::vector<Parameter> parameters; // its first arguments
  std::vector<Value> results;        // arrays of the callee: their dims are those of the call's results
  bool isRandom = false;             // takes a key and, where `hasSamples`, the samples of the batch, last
  bool hasSamples = false;
};

// A function while it is filled, or (with `declared`) a walk that only collects parameters.
struct Frame {
  const Definition *definition = nullptr;
  FileScope *file = nullptr;
  Scope *scope = nullptr;
  std::vector<Parameter> *declared = nullptr;
  bool training = false;
  mlir::func::FuncOp function;
  std::string prefix;                          // of parameter names inside `repeat ... as`
  std::map<std::string, mlir::Value> arguments; // parameters by name
  mlir::Value key, samples;                    // made when the first random operation asks
  const Dim *batch = nullptr;
  int64_t draws = 0;                           // random operations and calls so far
  std::vector<Value> returned;
  bool hasReturned = false;
};

class Emitter {
public:
  Emitter(const sema::Program &program, diag::Engine &diags, mlir::MLIRContext *context, const sema::Settings &settings);
  // The module, or null after errors.
  mlir::OwningOpRef<mlir::ModuleOp> emit();

private:
  //===-- Context --------------------------------------------------------------------------------------------------------===//
  const sema::Program &program;
  diag::Engine &diags;
  mlir::MLIRContext *context;
  const sema::Settings &settings;
  mlir::OpBuilder builder;
  mlir::Type real;
  mlir::ModuleOp module;
  sema::DimTable dims;
  std::map<std::string, std::unique_ptr<FileScope>> files;
  std::map<std::string, Instance> instances;
  std::map<std::string, std::vector<Parameter>> declaredParameters;
  std::map<std::string, int> symbols;
  std::vector<Parameter> parameters; // of the whole model, in the order of the text
  Frame *frame = nullptr;
  int inlining = 0;
  llvm::json::Array entries;
  llvm::json::Object trainJson;

  field::Build build(lang::Range place) { return field::Build(builder, location(place), real); }
  mlir::Location location(lang::Range place);
  std::string uniqueSymbol(const std::string &wanted);

  //===-- Names.cpp: what a name stands for ------------------------------------------------------------------------------===//
  FileScope *fileScope(const Env &env);
  Binding *lookup(const std::string &name);
  Binding *evaluateFileName(const std::string &name);
  const Dim *findDim(const std::string &name, lang::Range place, bool mayFloat = false);
  Dims findDims(const std::vector<const Expr *> &names);
  const Dim *dimOfSpec(const Expr &e, const std::string &anonymous);
  const Dim *declareDim(const lang::Dim &declaration, const lang::Name &name);
  std::vector<std::string> dimNamesInScope();
  void unknownName(const std::string &name, lang::Range place);
  void unknownDim(const std::string &name, lang::Range place, const std::vector<const Dim *> &likely = {});

  //===-- Sizes.cpp: sizes and how they came about ------------------------------------------------------------------------===//
  std::optional<int64_t> wholeNumber(const Expr &e, const char *code, const std::string &what);
  std::string derivation(const std::string &name);
  std::string words(const Expr &e, bool asNumbers);

  //===-- Expressions.cpp -------------------------------------------------------------------------------------------------===//
  Value evaluate(const Expr &e);
  Value evaluateName(const Expr &e);
  Value evaluateUnary(const Expr &e);
  Value evaluateBinary(const Expr &e);
  Value evaluatePipe(const Expr &e);
  Value evaluateLike(const Expr &e);
  Value binary(const Expr &e, const std::string &op, Value a, Value b);
  Value power(field::Build &b, Value x, Value exponent);
  mlir::Value arrayOf(const Value &value, lang::Range place);
  Value labelsAlong(const Value &labels, const Dim *dim, lang::Range place);
  std::optional<double> numberOf(const Expr &e, const std::string &what);
  std::string dimsText(mlir::Value value);
  std::string dimsText(const Dims &dims);

  //===-- Index.cpp: x[part: q], x[d: 1..4], x[vin: vout.vin], normal[batch] -------------------------------------------------===//
  Value evaluateIndex(const Expr &e);
  Value selectAlong(const Expr &e, Value x, const Dim *dim, const Expr &index);

  //===-- Calls.cpp -------------------------------------------------------------------------------------------------------===//
  Value evaluateCall(const Expr &e, const Value *piped);
  Value callBuiltin(const std::string &name, const Expr &e, Arguments &args, const Value *piped);
  Value callFunction(const Definition &fn, const Expr &e, Arguments &args, const Value *piped);
  Value callDefinition(const Definition &callee, const std::string &path, const Expr &e, std::vector<Value> values, FileScope *file);
  std::vector<Value> argumentValues(const Definition &callee, const Expr &e, Arguments &args, const Value *piped);
  bool bindArguments(const Definition &callee, const Expr &e, std::vector<Value> &values, Env &env);
  bool checkResult(const lang::Type &type, const Value &value, lang::Range place, const std::string &what);
  Instance *instanceOf(const Definition &callee, const Env &env, const std::vector<Value> &values, lang::Range place);
  void fillInstance(Instance &instance, const Definition &callee, const Env &env, const std::vector<Value> &values, lang::Range place);
  const std::vector<Parameter> *parametersOf(const Definition &callee, const Env &env);
  Value evaluateTiled(const Expr &e);

  //===-- Builtins.cpp and the files of single concerns --------------------------------------------------------------------===//
  using Builtin = Value (Emitter::*)(const Expr &e, Arguments &args, std::vector<Value> operands);
  static const std::map<std::string, Builtin> &builtins();
  Value applyUnary(const std::string &name, lang::Range place, Value x);
  Value reduction(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value dotProduct(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value outerProduct(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value differenceOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value whereOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value errorMeasure(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value softmaxOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value indexOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value splitOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value mergeOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value renameOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value concatOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value stackOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value attentionOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value sincosOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value fourierOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value resizeOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value dropoutOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  bool dimsOver(const Expr &e, Arguments &args, mlir::Value x, Dims &over, const char *name = "over");
  bool refuseOthers(const Expr &e, const Arguments &args, const std::vector<std::string> &known);
  bool takes(const Expr &e, const std::vector<Value> &operands, size_t least, size_t most, bool arrays = true);

  //===-- Random.cpp -------------------------------------------------------------------------------------------------------===//
  mlir::Value nextKey(lang::Range place);
  mlir::Value draw(lang::Range place, const std::string &distribution, const Dims &dims, double p = 0);
  Value drop(lang::Range place, Value x, Value p, const Dims &maskDims);
  Value filled(const Expr &e, const std::string &name, const Dims &dims, Arguments *args);

  //===-- Layers.cpp -------------------------------------------------------------------------------------------------------===//
  bool declareLayer(const lang::Stmt &stmt);
  bool declareLinear(Layer &layer, const lang::Stmt &stmt, Arguments &args);
  bool declareMlp(Layer &layer, const lang::Stmt &stmt, Arguments &args);
  bool declareNorm(Layer &layer, const lang::Stmt &stmt, Arguments &args);
  bool declareConv(Layer &layer, const lang::Stmt &stmt, Arguments &args);
  bool declareAffine(Layer &layer, LinearPart &part, const std::string &path, Arguments &args);
  bool declareParam(const lang::Stmt &stmt);
  void declareParameter(Parameter parameter);
  std::optional<Init> initOf(const Expr &e);
  Value applyLayer(const Layer &layer, const Expr &e, Value x);
  Value applyPart(const Layer &layer, const LinearPart &part, const Expr &e, Value x);
  bool checkInputs(const Layer &layer, const LinearPart &part, const Expr &e, mlir::Value x);
  mlir::Value parameterAlong(const Layer &layer, const std::string &name, mlir::Value x);

  //===-- Statements.cpp ---------------------------------------------------------------------------------------------------===//
  bool execute(const std::vector<lang::StmtPtr> &body);
  bool execute(const lang::Stmt &stmt);
  bool assign(const lang::Stmt &stmt);
  bool repeat(const lang::Stmt &stmt);
  bool branch(const lang::Stmt &stmt);
  bool bindType(const lang::Type &type, Value &value, lang::Range place);

  //===-- Entries.cpp, Data.cpp, Descriptor.cpp ------------------------------------------------------------------------------===//
  friend class Entries;
};

} // namespace orrery::emit

#endif // ORRERY_FRONTEND_EMIT_EMITTER_H
