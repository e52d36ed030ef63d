// Emits level-1 IR from a tree: one function an instance of a block or model, sizes fixed.
//
// An instance belongs to a definition, the sizes of the open dims, the dims of its arguments, and
// whether it trains. Names, dims and sizes are checked on the way, since they are known only then.
// The members are split over the .cpp files of this folder by concern.

#ifndef ORRERY_FRONTEND_EMIT_EMITTER_H
#define ORRERY_FRONTEND_EMIT_EMITTER_H

#include "frontend/diag/Diagnostics.h"
#include "frontend/emit/Compose.h"
#include "frontend/emit/Emit.h"
#include "frontend/emit/Layer.h"
#include "frontend/emit/Scope.h"
#include "frontend/emit/Update.h"
#include "frontend/emit/Value.h"
#include "frontend/sema/Arguments.h"
#include "frontend/sema/Program.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/JSON.h"

namespace orrery::emit {

using lang::Expr;
using sema::Arguments;
using sema::Definition;

// A chain of maps between dims, `edge.src.frame`, and whether what it starts from is sorted by it.
struct MapPath {
  std::string name;
  const sema::Dim *from = nullptr, *to = nullptr;
  bool isSorted = false;
};

// An argument that a function gets when its body first asks for it, behind those of its definition.
struct Extra {
  enum class Kind { Key, Samples, Map, Total };
  Kind kind;
  MapPath map; // of a total, the dim it counts
};

// A function for one use of a block or model.
struct Instance {
  mlir::func::FuncOp function;
  std::vector<Parameter> parameters; // its first arguments
  std::vector<Value> results; // arrays of the callee: their dims are those of the call's results
  std::vector<Extra> extras;  // its last arguments
  bool isFilled = false;      // without errors
};

// A function while it is filled, or (with `declared`) a walk that only collects parameters.
struct Frame {
  const Definition *definition = nullptr;
  FileScope *file = nullptr;
  Scope *scope = nullptr;
  std::vector<Parameter> *declared = nullptr;
  bool training = false;
  mlir::func::FuncOp function;
  std::string prefix;                           // of parameter names inside `repeat ... as`
  std::map<std::string, mlir::Value> arguments; // parameters by name
  mlir::Value key, samples;                     // made when the first random operation asks
  std::map<std::string, Value> maps;            // between dims, made when they are first used
  std::map<std::string, mlir::Value> totals;    // how many there are of a dim in the whole batch
  std::vector<Extra> extras;                    // arguments made so, in order
  // What grad differentiates, and the request, which computes it too.
  std::vector<std::pair<mlir::Value, mlir::Operation *>> differentiated;
  llvm::json::Array *inputs = nullptr; // of an entry: what its arguments are
  const Dim *batch = nullptr;
  int64_t draws = 0;                    // random operations and calls so far
  std::map<std::string, Dims> likeDims; // of the parameters, for results that are like them
  std::vector<Value> returned;
  bool hasReturned = false;
};

class Emitter {
public:
  Emitter(const sema::Program &program, diag::Engine &diags, mlir::MLIRContext *context,
          const Options &options);
  // The module, or null after errors.
  mlir::OwningOpRef<mlir::ModuleOp> emit();

private:
  //===-- Context
  //--------------------------------------------------------------------------------------------------------===//
  const sema::Program &program;
  diag::Engine &diags;
  mlir::MLIRContext *context;
  const Options &options;
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
  Frame root;
  std::string pipedName; // what stands before the last |>, if it is a name
  int inlining = 0;
  unsigned lookups = 0; // of names of the file, each for the one before
  std::set<const Definition *> used;
  std::set<const Definition *> walking; // whose declarations are being collected
  Scope *callerScope = nullptr;         // of the call whose arguments are checked
  llvm::json::Array entries;
  llvm::json::Object trainJson;
  llvm::json::Array meshJson;

  field::Build build(lang::Range place) { return field::Build(builder, location(place), real); }
  mlir::Location location(lang::Range place);
  std::string uniqueSymbol(const std::string &wanted);
  diag::Diagnostic &error(lang::Range place, const char *code, std::string text) {
    return diags.error(place, code, std::move(text));
  }
  Value unsupported(lang::Range place, const std::string &what);
  std::string textOf(const Expr &e) const { return program.sources->text(e.range).str(); }
  // What a call calls, or the name itself.
  std::string calleeName(const Expr &e) const {
    auto *name = llvm::dyn_cast<lang::NameExpr>(e.callee());
    return name ? name->name : textOf(*e.callee());
  }

  //===-- Names.cpp: what a name stands for
  //--------------------------------------------------------------------------------===//
  FileScope *fileScope(const Env &env);
  Binding *lookup(const std::string &name);
  void evaluateFileName(const std::string &name, Binding &binding);
  bool bindDim(const lang::Dim &declaration, const lang::Name &name, const Expr *size,
               Binding &binding);
  bool bindRagged(const lang::Dim &declaration, const lang::Name &name, const Expr *size,
                  Binding &binding);
  bool bindLabels(const lang::Dim &declaration, const lang::Name &name,
                  const lang::LabelsExpr &labels, Binding &binding);
  const Dim *findDim(const std::string &name, lang::Range place,
                     const std::vector<std::string> &likely = {});
  const Dim *ownDim(const Dim *dim, mlir::Value x, lang::Range place);
  const Dim *dimNamed(const Expr &e);
  bool dimsNamed(const std::vector<const Expr *> &names, Dims &found);
  // Open dims take this size; others must have it.
  const Dim *dimOfSize(const Expr &e, int64_t size);
  std::vector<std::string> namesInScope(bool dimsOnly);
  void unknownName(const std::string &name, lang::Range place);
  void noSuchLabel(lang::Range place, const Dim *dim, const std::string &label);
  bool isSized(const Dim *dim, lang::Range place, const std::string &what);

  //===-- Sizes.cpp: sizes and how they came about
  //---------------------------------------------------------------------------===//
  std::optional<double> numberOf(const Expr &e, const std::string &what);
  std::optional<int64_t> wholeOf(const Expr &e, const std::string &what);
  std::string words(const Expr &e, bool asNumbers);
  std::string chain(const Expr &e, double number);
  std::string origin(const std::string &name);
  std::string derivation(const std::string &name, std::set<std::string> *told = nullptr);
  std::string origins(const Expr &e);
  void notWhole(const std::string &name, const Expr &size, double value);

  //===-- Expressions.cpp
  //-------------------------------------------------------------------------------------------------===//
  Value evaluate(const Expr &e);
  Value evaluateName(const Expr &e);
  Value evaluateUnary(const lang::UnaryExpr &e);
  Value evaluateBinary(const lang::BinaryExpr &e);
  Value evaluatePipe(const lang::PipeExpr &e);
  Value evaluateLike(const lang::LikeExpr &e);
  Value evaluateTuple(const lang::TupleExpr &e);
  Value evaluateLabels(const lang::LabelsExpr &e);
  Value evaluateAttr(const lang::AttrExpr &e);
  Value arithmetic(lang::Range place, lang::BinaryExpr::Op op, Value a, Value b);
  Value comparison(lang::Range place, lang::BinaryExpr::Op op, Value a, Value b);
  Value extreme(lang::Range place, bool isMax, Value a, Value b);
  bool align(lang::Range place, Value &a, Value &b);
  mlir::Type widest(llvm::ArrayRef<mlir::Value> arrays);
  void widen(lang::Range place, llvm::MutableArrayRef<mlir::Value> arrays);
  mlir::Value power(field::Build &b, mlir::Value x, double exponent);
  mlir::Value arrayOf(const Value &value, lang::Range place);
  Value labelsAlong(const Value &labels, const Dim *dim, lang::Range place);
  std::string kindText(const Value &value);
  std::string dimsText(mlir::Value value);
  std::string dimsText(const Dims &dims);

  //===-- Index.cpp: x[part: q], x[d: 1..4], x[vin: vout.vin], normal[batch]
  //-------------------------------------------------===//
  Value evaluateIndex(const lang::IndexExpr &e);
  Value selectAlong(Value x, const Dim *dim, const Expr &index);
  Value mapAlong(Value x, const lang::AttrExpr &map, const Dim *named);

  //===-- Maps.cpp: index maps, gathers, sums by them; Gradients.cpp
  //---------------------------------------------------===//
  std::optional<MapPath> mapPath(const lang::AttrExpr &e);
  std::optional<MapPath> hop(const MapPath &before, const std::string &name);
  std::optional<MapPath> pathTo(mlir::Value x, const Dim *to);
  std::optional<MapPath> pathTo(const MapPath &before, const Dim *to, int most);
  Value mapAt(const MapPath &path, lang::Range place);
  mlir::Value sizeAt(const Dim *dim, lang::Range place);
  llvm::SmallVector<mlir::Value, 3> extraOperands(const Extra &extra, lang::Range place);
  Value gatherAlong(Value x, const Value &map, lang::Range place, const Dim *named);
  Value mapBy(const Expr &by, llvm::function_ref<std::optional<MapPath>(const Dim *)> path,
              const std::string &what);
  Value reductionBy(const Expr &e, Arguments &args, const std::vector<Value> &operands);
  Value countOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value chosenSet(const Layer &layer, const Expr &e, mlir::Value x, Value y);
  bool checkMapArgument(const Definition &callee, size_t i, const Expr &place, const Value &value);
  Value gradientOf(const Expr &e, Arguments &args, std::vector<Value> operands);

  //===-- Calls.cpp, Instances.cpp, Tiling.cpp
  //--------------------------------------------------------------------------------===//
  Value evaluateCall(const Expr &e, const Value *piped);
  Value callFunction(const Definition &fn, const Expr &e, std::vector<Value> values);
  // A call of a block or model whose parameters have names that begin with `path`; `env` holds the
  // sizes.
  Value callDefinition(const Definition &callee, const std::string &path, const Expr &e,
                       std::vector<Value> values, Env env);
  std::optional<std::vector<Value>> argumentValues(const Definition &callee, const Expr &e,
                                                   Arguments &args, const Value *piped);
  bool bindFloating(const Definition &callee, const std::vector<Value> &values, Env &env);
  bool checkArguments(const Definition &callee, const Expr &e, std::vector<Value> &values);
  bool checkArgument(const Definition &callee, size_t i, const Expr &e, std::vector<Value> &values);
  bool checkResult(const lang::Type &type, const Value &value, lang::Range place,
                   const std::string &what);
  Value packResults(const Definition &callee, std::vector<Value> returned, lang::Range place);
  void bindParameters(const Definition &callee, const std::vector<Value> &values);
  Instance *instanceOf(const Definition &callee, const Env &env, const std::vector<Value> &values,
                       lang::Range place);
  bool fillInstance(Instance &instance, const Definition &callee, const Env &env,
                    const std::vector<Value> &values);
  const std::vector<Parameter> *parametersOf(const Definition &callee, const Env &env);
  const Expr &argumentPlace(const Expr &e, size_t i);
  Value evaluateTiled(const lang::TiledExpr &e);

  //===-- Builtins.cpp and the files of single concerns
  //--------------------------------------------------------------------===//
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
  Value elementwise(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value notBuilt(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value indexOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value splitOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value mergeOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value renameOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value concatOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value stackOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  std::string fittingProduct(const Expr &definition, int64_t needed);
  void wrongSize(const std::string &call, const Dims &parts, const Dim *whole, lang::Range place);
  bool ownDims(const std::vector<const Expr *> &items, mlir::Value x, const std::string &what,
               Dims &found);
  bool isNew(const Dim *dim, mlir::Value x, const Dims &vanishing, lang::Range place);
  bool wantsSpecs(const Expr &e, Arguments &args, const std::vector<Value> &operands,
                  const char *example);
  std::vector<mlir::Value> levelled(lang::Range place, const std::vector<mlir::Value> &arrays,
                                    const Dims &own);
  Value attentionOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value sincosOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value fourierOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value resizeOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  Value dropoutOf(const Expr &e, Arguments &args, std::vector<Value> operands);
  bool dimsOver(const Expr &e, Arguments &args, mlir::Value x, Dims &over,
                const char *name = "over");
  bool takes(const Expr &e, const std::vector<Value> &operands, size_t least, size_t most,
             bool arrays = true);
  std::optional<mlir::Value> meanError(const Expr &e, Arguments &args, std::vector<Value> operands,
                                       bool squares, mlir::Value scale);

  //===-- Random.cpp
  //-------------------------------------------------------------------------------------------------------===//
  mlir::Value nextKey(lang::Range place);
  mlir::Value samplesOf(lang::Range place);
  mlir::Value draw(lang::Range place, const std::string &distribution, const Dims &dims,
                   double p = 0);
  Value drop(lang::Range place, Value x, Value p, const Dims &maskDims);
  static bool isFiller(const std::string &name);
  Value filled(const Expr &filler, lang::Range place, const Dims &dims);

  //===-- Layers.cpp (declarations), Apply.cpp (uses)
  //----------------------------------------------------------------------===//
  bool declareLayers(const lang::Layer &stmt);
  bool declareLinear(Layer &layer, const lang::Layer &stmt, Arguments &args);
  bool declareMlp(Layer &layer, const lang::Layer &stmt, Arguments &args);
  bool declareNorm(Layer &layer, const lang::Layer &stmt, Arguments &args);
  bool declareConv(Layer &layer, const lang::Layer &stmt, Arguments &args);
  bool declareBlock(Layer &layer, const lang::Layer &stmt, Arguments &args);
  bool declareAffine(Layer &layer, LinearPart part, const Dims &kernel, Arguments &args);
  bool outputDims(const std::vector<const Expr *> &items, Dims &found);
  bool declareParams(const lang::Param &stmt);
  void declareParameter(Parameter parameter);
  std::optional<Init> initOf(const Expr &e);
  std::optional<bool> truthOf(const lang::NamedArg &arg);
  bool refuseOthers(lang::Range place, const Arguments &args,
                    const std::vector<std::string> &known);
  bool isSingle(const lang::NamedArg &arg, const Arguments &args);
  Value applyLayer(const Layer &layer, const Expr &e, Value x);
  Value applyParts(const Layer &layer, const Expr &e, Value x);
  Value applyAffine(const Layer &layer, const LinearPart &part, const Expr &e, Value x);
  bool checkInputs(const Layer &layer, const LinearPart &part, const Expr &e, mlir::Value x);
  mlir::Value parameterFor(const Layer &layer, const std::string &name, mlir::Value x,
                           lang::Range place);

  //===-- Statements.cpp
  //---------------------------------------------------------------------------------------------------===//
  bool execute(const std::vector<lang::StmtPtr> &body);
  bool execute(const lang::Stmt &stmt);
  bool assign(const lang::Assign &stmt);
  bool isOfNumbers(const Expr &e);
  bool assignNumbers(const lang::Assign &stmt);
  void bindLater(const lang::Name &name);
  bool isSkipped(const Expr &what, const std::vector<lang::StmtPtr> &body);
  mlir::Value inPrecision(const std::string &name, mlir::Value x, lang::Range place);
  // How wide the values of a name are kept.
  mlir::Type elementOf(const std::string &name) {
    auto it = namedPrecision.find(name);
    return it == namedPrecision.end() ? real : it->second;
  }
  std::map<std::string, mlir::Type> namedPrecision;
  bool repeat(const lang::Repeat &stmt);
  bool branch(const lang::If &stmt);
  bool constant(const lang::Const &stmt);
  bool inOrder(const lang::Type &type, Value &value, lang::Range place);
  bool ascribe(const lang::Type &type, Value &value, lang::Range place);
  void bindValue(const lang::Name &name, Value value, const Expr *definition);
  // Runs `inside` with another innermost scope.
  bool scoped(Scope &scope, llvm::function_ref<bool()> inside);

  //===-- Data.cpp
  //----------------------------------------------------------------------------------------------------------===//
  struct DataField {
    const lang::Field *stmt = nullptr;
    std::vector<std::string> dims;
    std::map<std::string, std::string> fileDims;
    std::vector<std::string> over; // normalised over these dims
    std::optional<double> fill;    // what stands for a missing value
    std::string index;             // the dim that its values are indices of; empty: numbers
    lang::Name mask;               // of the field of 0 and 1 that mask(field as m) makes

    const lang::Name &name() const { return mask ? mask : stmt->name; }
  };
  std::vector<DataField> fields;
  std::string sampleDim; // of the data, and
  std::string batchDim;  // what the model calls it
  std::map<std::string, int64_t> openSizes;
  std::map<std::string, std::string> openOrigins;
  llvm::json::Object dataJson;
  const Expr *splitDim = nullptr; // the dim that `split` names
  bool readData();
  // Sources.cpp: data that consists of structures.
  std::vector<const lang::Source *> sources;
  std::unique_ptr<lang::Field> imageField; // what `image = neighbors(...)` declares
  std::string edgeDim;
  bool isGraph() const { return !sources.empty(); }
  bool readSources();
  bool readSource(const lang::Source &source, llvm::json::Array &list);
  bool readNeighbors(const lang::Assign &stmt);
  bool readBaseline(const lang::Directive &directive, Arguments &args);
  bool checkSourceDim();
  bool checkFieldDims();
  bool isInData(const Dim *dim) const;
  bool readField(const lang::Field &field);
  bool readDirective(const lang::Directive &directive);
  bool readBatch(const lang::Directive &directive, Arguments &args);
  bool readSplit(const lang::Directive &directive, Arguments &args);
  std::string readPart(const lang::NamedArg &arg, llvm::json::Value &into);
  bool checkShares(const lang::Directive &directive, const llvm::json::Object &split);
  bool readFill(const lang::Directive &directive, Arguments &args);
  bool readMask(const lang::Directive &directive, Arguments &args);
  DataField *fieldMeant(const Expr &e);
  bool isMasked(const DataField &field) const;
  bool readNormalize(const lang::Directive &directive, Arguments &args);
  bool sizeOpenDims();
  void checkFileSizes();
  const DataField *fieldNamed(const std::string &name) const;
  Dims fieldDims(const DataField &field, lang::Range place);
  Dims statisticDims(const DataField &field, lang::Range place);

  //===-- Entries.cpp, Training.cpp, Predict.cpp
  //------------------------------------------------------------------------------===//
  Optimizer optimizer;
  int64_t batchSize = 1;        // of a training step, and
  int64_t microBatch = 0;       // what one call of the gradient entry takes of it; 0: not chosen
  bool batchSizeIsRead = false; // the program computes with the number of samples
  bool fillsBudget = false;     // a batch has as many as there is room for; batchSize are its parts
  // Of a call of an entry other than the gradient; 0: as many as there is room for.
  int64_t samplesOfACall() const { return !isGraph() ? 1 : fillsBudget ? 0 : batchSize; }
  std::vector<std::string> lossNames;
  std::vector<int64_t> offsets; // of the parameters in one flat vector of
  int64_t flatSize = 0;         // elements
  Env entryEnv(int64_t batch);
  // The dim of the samples in an entry that takes `batch` of them.
  const Dim *batchOf(int64_t batch);
  Value addField(const DataField &field, lang::Range place);
  llvm::json::Object slotJson(const std::string &role, const std::string &name, mlir::Value value);
  void addMapSlots(const std::string &name, const Value &map);
  void addSizes(mlir::func::FuncOp function, llvm::json::Array &inputs);
  bool emitReportPer(const Expr &e, Arguments &args, std::vector<Value> operands, mlir::Value &mean,
                     mlir::Value &weight);
  bool emitTraining();
  bool readTraining();
  bool setBatch();
  bool readRun(const lang::Directive &directive);
  bool readRunNumber(const std::string &key, const Expr &value);
  bool readOptimizer(const Expr &e);
  bool readSchedule(const Expr &e, llvm::json::Array &pieces);
  const Expr *givenOr(const std::string &key, const lang::NamedArg *inText);
  // What addRunSettings tells: where the text gives a setting, and what.
  std::map<std::string, lang::Range> settingPlaces;
  const Expr *learningRate = nullptr;
  std::map<std::string, std::pair<std::string, lang::Range>> policies; // of precision
  bool setParameters(const Definition &model);
  std::vector<DataField> trainFields;
  void findTrainFields();
  mlir::func::FuncOp startFunction(const std::string &name, Frame &frame,
                                   const std::vector<std::pair<std::string, Dims>> &inputs,
                                   lang::Range place);
  bool emitLoss();
  // Emits the body of `train` for `samples` samples of a batch.
  bool emitLossOf(int64_t samples);
  std::vector<llvm::StringRef> dimsOfSamples();
  int64_t defaultMicroBatch() const;
  void setMicroBatch(int64_t size);
  std::vector<int64_t> cutBuckets();
  mlir::Value meanOf(field::Build &b, mlir::Value x, const Dims &over, lang::Range place);
  bool emitGradient();
  bool emitEvaluate();
  bool trainBody(std::vector<Value> &terms, std::vector<const lang::Report *> *reports);
  using Known = std::vector<std::pair<std::string, mlir::Value>>; // statistics that are arguments
  bool emitReport(const lang::Reported &item, std::vector<mlir::Value> &results,
                  llvm::json::Array &outputs, Known &statistics);
  mlir::Value statisticOf(const DataField &field, Known &statistics);
  void fixRandom(lang::Range place);
  mlir::func::FuncOp lossFunction;
  std::vector<Extra> lossExtras;
  bool emitPredict(const Definition &predict);
  bool emitModel(const Definition &model);
  Definition modelAlone{Definition::Role::Predict}; // what emitModel makes of the model
  void emitAdjoint(mlir::func::FuncOp predict, const std::string &name,
                   const llvm::json::Array &inputs, const llvm::json::Array &outputs);
  void finishFunction(Frame &frame, llvm::ArrayRef<mlir::Value> results);
  llvm::json::Array parameterInputs(const char *role);
  void warnUnused();
  void warnUnusedDefinitions();
  bool readPrecision();
  bool readMesh();

  //===-- Descriptor.cpp
  //------------------------------------------------------------------------------------------------------===//
  void layOutParameters();
  llvm::json::Array parametersJson() const;
  void addRunSettings(llvm::json::Array &list);
  std::string scheduleText();
  std::string descriptor();
};

} // namespace orrery::emit

#endif // ORRERY_FRONTEND_EMIT_EMITTER_H
