// Emits a whole program: data, training, predictions, descriptor.

#include "frontend/emit/Emitter.h"

#include "dialects/attend/Attend.h"
#include "dialects/train/Train.h"
#include "mlir/IR/Verifier.h"

namespace orrery::emit {

using namespace lang;

Emitter::Emitter(const sema::Program &program, diag::Engine &diags, mlir::MLIRContext *context,
                 const Options &options)
    : program(program), diags(diags), context(context), options(options), builder(context),
      real(options.isDouble ? mlir::Type(builder.getF64Type()) : mlir::Type(builder.getF32Type())) {
}

// precision { norm, loss: f32; compute: bf16 }: checked, and an attribute of the module that
// apply-precision reads.
bool Emitter::readPrecision() {
  std::map<std::string, std::pair<std::string, Range>> chosen;
  if (program.precision)
    for (const Policy &policy : program.precision->policies)
      for (const Name &name : policy.names)
        chosen[name.text] = {policy.type.text, policy.type.range};
  for (const auto &[key, value] : program.otherSettings)
    if (llvm::StringRef(key).starts_with("precision."))
      chosen[key.substr(10)] = {value, program.precision ? program.precision->range : Range()};
  const std::vector<std::string> known = {"params", "compute", "softmax", "norm", "loss"};
  llvm::SmallVector<mlir::NamedAttribute> policies;
  for (const auto &[name, choice] : chosen) {
    const auto &[type, range] = choice;
    if (!llvm::is_contained(known, name)) {
      std::string near = diag::nearest(name, known);
      error(range, "E0901",
            "'" + name + "' in 'precision' is not supported yet" +
                (near.empty() ? "" : "; did you mean '" + near + "'?"));
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
    policies.push_back(builder.getNamedAttr(name, mlir::TypeAttr::get(element)));
  }
  module->setAttr("orrery.precision", builder.getDictionaryAttr(policies));
  return true;
}

bool Emitter::readMesh() {
  if (!program.mesh)
    return true;
  for (const MeshEntry &entry : program.mesh->entries) {
    if (entry.kind == MeshEntry::Kind::Size && entry.size.value_or(1) != 1) {
      error(entry.range, "E0901",
            "a mesh of more than one rank is not supported yet: " + entry.names.front().text +
                " must be 1 or auto");
      return false;
    }
    if (entry.kind != MeshEntry::Kind::Map)
      continue;
    for (const Name &name : entry.names)
      if (name.text != "params" && !program.names.count(name.text)) {
        std::string near = diag::nearest(name.text, namesInScope(true));
        error(name.range, "E0101",
              "no dim '" + name.text + "' here" +
                  (near.empty() ? "" : "; did you mean '" + near + "'?"));
        return false;
      }
    bool isAxis = llvm::any_of(program.mesh->entries, [&](const MeshEntry &other) {
      return other.kind == MeshEntry::Kind::Size && other.names.front().text == entry.axis.text;
    });
    if (!isAxis) {
      error(entry.axis.range, "E0101", "the mesh has no axis '" + entry.axis.text + "'");
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
  return true;
}

mlir::OwningOpRef<mlir::ModuleOp> Emitter::emit() {
  context->loadDialect<field::FieldDialect, attend::AttendDialect, train::TrainDialect,
                       mlir::func::FuncDialect>();
  mlir::OwningOpRef<mlir::ModuleOp> owned =
      mlir::ModuleOp::create(location(program.sources->all(program.file->id).start()));
  module = *owned;
  frame = &root;
  root.file = fileScope({});
  root.scope = root.file;
  if (!readPrecision() || !readMesh() || !readData() || !sizeOpenDims())
    return nullptr;
  root.scope = root.file = fileScope(entryEnv(1));
  if (program.train && !readTraining())
    return nullptr;
  root.scope = root.file = fileScope(entryEnv(batchSize));
  root.batch = batchDim.empty() ? nullptr : dims.get(batchDim, batchSize);
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
  if (program.train && !emitTraining())
    return nullptr;
  for (const Definition *predict : program.predicts)
    if (!emitPredict(*predict))
      return nullptr;
  if (diags.hasErrors())
    return nullptr;
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
