// From a file to a module, and from a module to a file.

#include "frontend/driver/Compilation.h"

#include "frontend/driver/Driver.h"
#include "frontend/driver/FileSizes.h"
#include "frontend/lang/Parser.h"
#include "passes/Compile.h"
#include "passes/Register.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

#include <unistd.h>

namespace orrery::driver {

static mlir::DialectRegistry registry() {
  mlir::DialectRegistry all;
  registerDialects(all);
  return all;
}

Compilation::Compilation(const Options &options, const std::string &tool)
    : options(options), tool(tool), diags(sources), context(registry()) {
  for (const std::string &name : options.silenced)
    diags.silence(name);
  diags.setWarningsAreErrors(options.warningsAreErrors);
}

int Compilation::refuse(const std::string &text) const {
  llvm::errs() << "orrery: " << text << "\n";
  return Usage;
}

int Compilation::load(const std::string &name) {
  path = name;
  llvm::StringRef extension = llvm::sys::path::extension(path);
  if (!extension.empty() && extension != ".orr" && extension != ".mlir")
    return refuse("'" + path +
                  "' is neither a model (.orr) nor IR of a level (.mlir): compiling goes on from "
                  "what --emit=ir:LEVEL writes, and not from LLVM IR, assembly or objects");
  std::string why;
  std::optional<lang::FileId> id = sources.open(path, why);
  if (!id) {
    diags.report(diag::E0011, {}, path, why);
    diags.print(llvm::errs(), {options.colored(), options.maxErrors});
    return Usage;
  }
  text = sources.text(*id).str();
  if (llvm::StringRef(path).ends_with(".mlir")) {
    bool isSet = llvm::any_of(options.settings, [](const sema::Setting &setting) {
      return llvm::StringRef(setting.origin).starts_with("--set");
    });
    if (isSet || !options.shape.empty() || (options.command == "build" && !options.data.empty()))
      return refuse("a .mlir file has its sizes: --set, --data and --shape belong to .orr files");
    module = mlir::parseSourceFile<mlir::ModuleOp>(path, &context);
    return module ? Done : Model;
  }
  return emit(*id);
}

int Compilation::load(const TrainedModel &model) {
  trained = &model;
  path = model.path;
  text = model.text;
  return emit(sources.add(path, text));
}

int Compilation::emit(lang::FileId id) {
  file = lang::parse(sources, id, diags);
  if (!diags.hasErrors() && sema::collect(file, diags, program)) {
    if (!applyOptions())
      return Usage;
    if (extent == Extent::Outline) {
      outline();
      return Done;
    }
    emit::Options emission;
    emission.isDouble = options.isPlain;
    emission.withModel = options.command == "build" && options.emit == "so";
    emission.hasAdjoints = options.isPlain && options.command == "diagnose";
    emission.sizeInFile = [this](const std::string &field, const std::string &data,
                                 const std::string &dim) {
      std::optional<emit::FileSize> found = sizeInData(field, data, dim);
      if (!found && trained)
        if (auto then = trained->sizes.find({field, dim}); then != trained->sizes.end())
          found = {then->second, data};
      sizes += data + " " + dim + " " + std::to_string(found ? found->size : 0) + "\n";
      return found;
    };
    module = emit::emitModule(program, diags, context, emission);
  }
  if (options.isJson && options.command == "check")
    diags.printJson(llvm::outs());
  else if (diags.hasErrors() || !options.isRead)
    diags.print(llvm::errs(), {options.colored(), options.maxErrors});
  return module && !diags.hasErrors() ? Done : Model;
}

// Applies --set and --shape; complains and returns false about names that there are not.
bool Compilation::applyOptions() {
  std::string why;
  for (const sema::Setting &setting : options.settings)
    if (!sema::applySetting(program, sources, setting, why)) {
      refuse(why);
      return false;
    }
  std::vector<std::string> open;
  for (const std::string &name : program.order)
    if (!program.names.at(name).value())
      open.push_back(name);
  for (const auto &[name, size] : options.shape)
    if (!llvm::is_contained(open, name)) {
      refuse("--shape " + name + ": no open dim '" + name + "'" +
             (program.names.count(name)
                  ? "; its size is set in the file: --set " + name + "=" + std::to_string(size)
                  : diag::suggestion(name, open,
                                     open.empty() ? std::string("; the file has none")
                                                  : "; open dims are " + llvm::join(open, ", "))));
      return false;
    }
  program.shape = options.shape;
  return true;
}

// The size of a dim in the file of a field, which --data may have named: FIELD=PATH, or a folder
// instead of the model's.
std::optional<emit::FileSize> Compilation::sizeInData(const std::string &field,
                                                      const std::string &data,
                                                      const std::string &dim) const {
  llvm::StringRef folder = llvm::sys::path::parent_path(path);
  std::vector<std::string> candidates = {data};
  auto inFolder = [](llvm::StringRef folder, llvm::StringRef name) {
    llvm::SmallString<256> joined(folder);
    llvm::sys::path::append(joined, name);
    return std::string(joined);
  };
  if (!llvm::sys::path::is_absolute(data))
    candidates = {inFolder(folder, data), data};
  for (llvm::StringRef value : options.data) {
    auto [name, named] = value.split('=');
    if (named.empty()) {
      candidates = {inFolder(value, llvm::sys::path::filename(data))};
      if (!llvm::sys::path::is_absolute(data))
        candidates.insert(candidates.begin(), inFolder(value, data));
    } else if (name == field) {
      return sizeInNetcdf(named.str(), dim);
    }
  }
  for (const std::string &candidate : candidates)
    if (std::optional<emit::FileSize> found = sizeInNetcdf(candidate, dim))
      return found;
  return std::nullopt;
}

// A module that says what model this is, and nothing else.
void Compilation::outline() {
  module = mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  module->getOperation()->setAttr("orrery.descriptor",
                                  mlir::StringAttr::get(&context, emit::outline(program)));
}

void Compilation::dropCode() {
  extent = Extent::Described;
  for (mlir::Operation &op : llvm::make_early_inc_range(llvm::reverse(*module->getBody())))
    op.erase();
}

// Where an output, or what is saved beside it, may be written.
static bool isWritable(llvm::StringRef output) {
  llvm::StringRef folder = llvm::sys::path::parent_path(output);
  return output == "-" ||
         !llvm::sys::fs::access(folder.empty() ? "." : folder, llvm::sys::fs::AccessMode::Write);
}

// --save-temps: each level's IR and the objects go to `folder`, or beside the output. False if the
// folder cannot be made.
static bool keepLevels(llvm::StringRef folder, llvm::StringRef path, llvm::StringRef output,
                       BuildOptions &build) {
  if (folder.empty() && output != "-")
    folder = llvm::sys::path::parent_path(output);
  if (folder.empty())
    folder = ".";
  build.keepObjects = folder.str();
  std::string prefix = build.keepObjects + "/" + llvm::sys::path::stem(path).str() + ".";
  build.atLevel = [prefix](mlir::ModuleOp module, Level level) {
    (void)writeModule(module, prefix + nameOf(level).str() + ".mlir");
  };
  return !llvm::sys::fs::create_directories(folder);
}

int Compilation::write(const std::string &kind, const std::string &output) {
  if (!isWritable(output) || llvm::sys::fs::is_directory(output)) {
    llvm::errs() << "orrery: cannot write '" << output << "'\n";
    return Failure;
  }
  BuildOptions build;
  build.emit = kind;
  build.output = output;
  build.plain = options.isPlain;
  build.target = options.target;
  build.jobs = options.jobs;
  build.optimise = options.optimise;
  build.debugInfo = options.debugInfo;
  build.trapNan = options.trapNan;
  build.leastMemory = options.leastMemory;
  build.verify = options.verifyLevels;
  build.toolFolder = llvm::sys::path::parent_path(tool).str();
  if (!options.target.empty() && !isCpu(options.target))
    return refuse("no CPU '" + options.target + "'; clang --print-supported-cpus lists them");
  std::optional<Level> wanted =
      llvm::StringRef(kind).starts_with("ir:") ? levelNamed(kind.substr(3)) : std::nullopt;
  if (wanted && levelOf(*module) > *wanted)
    return refuse("'" + path + "' is at level " + nameOf(levelOf(*module)).str() + ", past " +
                  kind.substr(3));
  if (options.saveTemps && !keepLevels(*options.saveTemps, path, output, build)) {
    llvm::errs() << "orrery: cannot make the folder " << *options.saveTemps << "\n";
    return Failure;
  }
  if (build.atLevel)
    build.atLevel(*module, levelOf(*module));
  llvm::SmallString<128> reproducer;
  llvm::sys::path::system_temp_directory(true, reproducer);
  llvm::sys::path::append(reproducer, "orrery-" + llvm::sys::path::stem(path) + "-" +
                                          std::to_string(getpid()) + ".mlir");
  build.reproducer = std::string(reproducer);
  if (mlir::succeeded(orrery::build(*module, build)))
    return Done;
  if (llvm::StringRef(path).ends_with(".mlir"))
    return Model;
  diag::Engine fault(sources);
  auto &message = fault.report(diag::E0999, {});
  message.note("the file passed all checks, so the compiler is wrong, not it");
  if (llvm::sys::fs::exists(reproducer))
    message.help("orrery-opt --run-reproducer " + std::string(reproducer) + " repeats it");
  fault.print(llvm::errs(), {options.colored(), options.maxErrors});
  return Internal;
}

std::string Compilation::fingerprint() const {
  llvm::sys::fs::file_status status;
  std::string all = text + "\n" + sizes + options.target + (options.isPlain ? " plain" : "") +
                    (options.debugInfo ? " g" : "") + (options.trapNan ? " trap" : "") +
                    (options.leastMemory ? " least-memory" : "") +
                    (options.isPlain && options.command == "diagnose" ? " adjoints" : "") +
                    (extent == Extent::Whole     ? ""
                     : extent == Extent::Outline ? " outlined"
                                                 : " described") +
                    " O" + std::to_string(options.optimise) + " " + path;
  for (const sema::Setting &setting : options.settings)
    all += " " + setting.text + " " + setting.origin;
  for (const auto &[name, size] : options.shape)
    all += " " + name + "=" + std::to_string(size);
  if (!llvm::sys::fs::status(tool, status))
    all += " " + std::to_string(status.getSize()) + " " +
           std::to_string(status.getLastModificationTime().time_since_epoch().count());
  auto hash = llvm::SHA256::hash(llvm::arrayRefFromStringRef(all));
  return llvm::toHex(llvm::ArrayRef(hash).take_front(12), true);
}

bool Compilation::isNarrow() {
  auto policies = module->getOperation()->getAttrOfType<mlir::DictionaryAttr>("orrery.precision");
  return policies && llvm::any_of(policies, [](mlir::NamedAttribute policy) {
           auto type = mlir::dyn_cast<mlir::TypeAttr>(policy.getValue());
           return type && type.getValue().isBF16();
         });
}

mlir::StringAttr Compilation::descriptor() {
  return module->getOperation()->getAttrOfType<mlir::StringAttr>("orrery.descriptor");
}

} // namespace orrery::driver
