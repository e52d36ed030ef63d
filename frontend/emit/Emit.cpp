// Emits a whole program: data, training, predictions, descriptor.

#include "frontend/emit/Emitter.h"
#include "frontend/emit/Units.h"

#include "dialects/attend/Attend.h"
#include "dialects/graph/Graph.h"
#include "dialects/train/Train.h"
#include "frontend/emit/Limits.h"
#include "frontend/lang/Walk.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringSet.h"

#include <set>

namespace orrery::emit {

using namespace lang;

Emitter::Emitter(const sema::Program &program, diag::Engine &diags, mlir::MLIRContext *context,
                 const Options &options)
    : program(program), diags(diags), context(context), options(options), builder(context),
      real(options.isDouble ? mlir::Type(builder.getF64Type()) : mlir::Type(builder.getF32Type())) {
}

namespace {
struct LocalDims : Walker {
  std::set<std::string> names;
  size_t count(const std::string &name) const { return names.count(name); }

private:
  void visit(const Stmt &stmt) override {
    if (auto *dim = llvm::dyn_cast<lang::Dim>(&stmt))
      for (const Name &name : dim->names)
        names.insert(name.text);
  }
};
} // namespace

// precision { norm, loss: f32; compute: bf16 }: checked, and an attribute of the module that
// apply-precision reads.
bool Emitter::readPrecision() {
  auto &chosen = policies;
  if (program.precision)
    for (const Policy &policy : program.precision->policies)
      for (const Name &name : policy.names)
        if (!chosen.try_emplace(name.text, policy.type.text, policy.type.range).second) {
          error(name.range, "E0103", "the precision of '" + name.text + "' is given twice");
          return false;
        }
  for (const auto &[key, given] : program.otherSettings)
    if (llvm::StringRef(key).starts_with("precision."))
      chosen[key.substr(10)] = {textOf(*given.value), given.value->range};
  const std::vector<std::string> known(std::begin(sema::precisionKeys),
                                       std::end(sema::precisionKeys));
  // Beside policies, names of fields and results: kept in f64 in a model that computes in f32.
  std::vector<std::string> fieldNames;
  if (program.data)
    for (const StmtPtr &stmt : program.data->body)
      if (auto *field = llvm::dyn_cast<lang::Field>(stmt.get()))
        fieldNames.push_back(field->name.text);
  llvm::SmallVector<mlir::NamedAttribute> attributes;
  for (const auto &[name, choice] : chosen) {
    const auto &[type, range] = choice;
    if (llvm::is_contained(fieldNames, name)) {
      if (type != "f32" && type != "f64") {
        error(range, "E0901", "a field kept in " + type + " is not supported yet; f32 or f64");
        return false;
      }
      if (type == "f64")
        namedPrecision[name] = builder.getF64Type();
      continue;
    }
    if (!llvm::is_contained(known, name)) {
      std::vector<std::string> all = known;
      llvm::append_range(all, fieldNames);
      error(range, "E0901",
            "'" + name + "' in 'precision' is not supported yet" + diag::suggestion(name, all));
      return false;
    }
    bool isNarrow = name == "compute" && type == "bf16";
    if (type != "f32" && !isNarrow && !(type == "f64" && options.isDouble)) {
      error(range, "E0901",
            "'" + name + ": " + type + "' in 'precision' is not supported yet; '" + name +
                "' may be " + (name == "compute" ? "f32 or bf16" : "f32") +
                ", and with --plain everything is f64");
      return false;
    }
    mlir::Type element = isNarrow        ? mlir::Type(builder.getBF16Type())
                         : type == "f64" ? mlir::Type(builder.getF64Type())
                                         : mlir::Type(builder.getF32Type());
    attributes.push_back(builder.getNamedAttr(name, mlir::TypeAttr::get(element)));
  }
  module->setAttr("orrery.precision", builder.getDictionaryAttr(attributes));
  return true;
}

// mesh { dp: auto; batch -> dp }: ranks share out the samples of a batch and nothing else yet.
bool Emitter::readMesh() {
  // A mesh may divide dims that only a body declares, such as the members of an ensemble.
  LocalDims local;
  local.walk(*program.file);
  llvm::json::Array axes;
  std::set<std::string> seen;
  std::set<std::string> divided; // axes that may have several ranks
  for (const MeshEntry &entry : program.mesh->entries) {
    for (const Name &name : entry.names)
      if (!seen.insert(name.text).second) {
        error(name.range, "E0103", "'" + name.text + "' stands twice in the mesh");
        return false;
      }
    if (entry.kind != MeshEntry::Kind::Size)
      continue;
    const std::string &name = entry.names.front().text;
    if (name == "dp" && entry.size && *entry.size < 1) {
      error(entry.range, "E0204", "'dp' is a number of ranks, at least 1, or auto");
      return false;
    }
    if (name != "dp" && (!entry.size || *entry.size != 1)) {
      error(entry.range, "E0901",
            "a mesh that divides anything but the batch is not supported yet: '" + name +
                "' must be 1; ranks go to dp");
      return false;
    }
    if (entry.size.value_or(0) != 1 && name == "dp")
      divided.insert(name);
    if (name == "dp")
      axes.push_back(llvm::json::Object{
          {"name", name},
          {"size", entry.size ? llvm::json::Value(*entry.size) : llvm::json::Value(nullptr)}});
  }
  meshJson = std::move(axes);
  for (const MeshEntry &entry : program.mesh->entries) {
    if (entry.kind != MeshEntry::Kind::Map)
      continue;
    for (const Name &name : entry.names)
      if (name.text != "params" && !program.names.count(name.text) && !local.count(name.text)) {
        error(name.range, "E0101",
              "no dim '" + name.text + "' here" + diag::suggestion(name.text, namesInScope(true)));
        return false;
      }
    bool isAxis = llvm::any_of(program.mesh->entries, [&](const MeshEntry &other) {
      return other.kind == MeshEntry::Kind::Size && other.names.front().text == entry.axis.text;
    });
    if (!isAxis) {
      error(entry.axis.range, "E0101", "the mesh has no axis '" + entry.axis.text + "'");
      return false;
    }
    for (const Name &name : entry.names)
      if (divided.count(entry.axis.text) && name.text == "params")
        diags.warning(name.range, "-Wmesh",
                      "every rank keeps all parameters: to divide them is not supported yet");
      else if (divided.count(entry.axis.text) && name.text != batchDim) {
        error(name.range, "E0901",
              "'" + name.text + " -> " + entry.axis.text +
                  "' is not supported yet: only the batch is divided over ranks");
        return false;
      }
  }
  return true;
}

bool Emitter::setParameters(const Definition &model) {
  frame = &root;
  const std::vector<Parameter> *found = parametersOf(model, entryEnv(batchSize));
  if (!found)
    return false;
  parameters = *found;
  std::map<std::string, Range> places;
  for (const Parameter &parameter : parameters)
    if (auto [it, isNew] = places.try_emplace(parameter.name, parameter.place); !isNew) {
      error(parameter.place, "E0103", "parameter '" + parameter.name + "' is declared twice")
          .note(it->second, "first declared here");
      return false;
    }
  for (const Parameter &parameter : parameters) {
    double count = 1;
    for (const Dim *dim : parameter.dims)
      count *= double(dim->size);
    if (count > mostElements) {
      error(parameter.place, "E0204",
            "parameter '" + parameter.name + "' has " + sema::numberText(count) +
                " numbers, which are too many: it is " + dimsText(parameter.dims));
      return false;
    }
  }
  return true;
}

namespace {
struct NamesIn : Walker {
  llvm::StringSet<> names;
  explicit NamesIn(const Definition &definition) { walk(definition); }

private:
  void visit(const Expr &expr) override {
    if (auto *name = llvm::dyn_cast<NameExpr>(&expr))
      names.insert(name->name);
  }
  void visit(const Stmt &stmt) override {
    if (auto *layer = llvm::dyn_cast<lang::Layer>(&stmt))
      names.insert(layer->constructor.text);
  }
};
} // namespace

// Dims and sizes are known where something is used, so what is not used is not checked. What stands
// where these settings do not lead, in an `if` or a `repeat`, is used by others.
void Emitter::warnUnusedDefinitions() {
  llvm::SmallVector<const Definition *> open(used.begin(), used.end());
  while (!open.empty()) {
    NamesIn inside(*open.pop_back_val());
    for (const auto &[name, definition] : program.functions)
      if (inside.names.contains(name) && used.insert(definition).second)
        open.push_back(definition);
  }
  for (const auto &[name, definition] : program.functions)
    if (!used.count(definition)) {
      bool isModel = definition->role == Function::Role::Model;
      auto &message = diags.warning(definition->name.range, "-Wunused",
                                    std::string(spelling(definition->role)) + " '" + name +
                                        "' is not used, and therefore not checked");
      if (isModel)
        message.help("a 'train' or a 'predict' uses it");
    }
}

mlir::OwningOpRef<mlir::ModuleOp> Emitter::emit() {
  context->loadDialect<field::FieldDialect, attend::AttendDialect, graph::GraphDialect,
                       train::TrainDialect, mlir::func::FuncDialect>();
  mlir::OwningOpRef<mlir::ModuleOp> owned =
      mlir::ModuleOp::create(location(program.sources->all(program.file->id).start()));
  module = *owned;
  checkUnits(*program.file, diags);
  frame = &root;
  root.file = fileScope({});
  root.scope = root.file;
  if (!readPrecision() || !readData() || (program.mesh && !readMesh()) || !sizeOpenDims())
    return nullptr;
  root.scope = root.file = fileScope(entryEnv(1));
  if (program.train && !readTraining())
    return nullptr;
  root.scope = root.file = fileScope(entryEnv(batchSize));
  root.batch = batchOf(batchSize);
  // Every dim and number of the file is checked, used or not.
  for (const std::string &name : program.order)
    lookup(name);
  checkFileSizes();
  if (diags.hasErrors())
    return nullptr;
  const Definition *model = program.models.empty() ? nullptr : program.models.front();
  if (program.train)
    if (auto it = program.functions.find(program.train->model.text); it != program.functions.end())
      model = it->second;
  if (model && !setParameters(*model))
    return nullptr;
  layOutParameters();
  if (program.train && !emitTraining())
    return nullptr;
  for (const Definition *predict : program.predicts)
    if (!emitPredict(*predict))
      return nullptr;
  if (options.withModel && model && !emitModel(*model))
    return nullptr;
  if (diags.hasErrors())
    return nullptr;
  warnUnusedDefinitions();
  frame = &root;
  std::string json = descriptor();
  if (program.train)
    emitUpdate(module, location(program.train->range.start()), real, flatSize, optimizer);
  module->setAttr("orrery.descriptor", builder.getStringAttr(json));
  if (mlir::failed(mlir::verify(module))) {
    error(program.sources->all(program.file->id).start(), "E0999",
          "the emitted IR does not verify");
    return nullptr;
  }
  return owned;
}

mlir::OwningOpRef<mlir::ModuleOp> emitModule(const sema::Program &program, diag::Engine &diags,
                                             mlir::MLIRContext &context, const Options &options) {
  return Emitter(program, diags, &context, options).emit();
}

} // namespace orrery::emit
