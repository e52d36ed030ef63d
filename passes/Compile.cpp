// The compiler as a library: a module of any level in, a file of any kind out.

#include "passes/Compile.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
using namespace orrery;

static LogicalResult writeFile(ModuleOp module, StringRef path,
                               llvm::function_ref<void(llvm::raw_ostream &)> write) {
  std::error_code error;
  llvm::ToolOutputFile file(path, error, llvm::sys::fs::OF_None);
  if (error)
    return module.emitError() << "cannot write " << path << ": " << error.message();
  write(file.os());
  file.keep();
  return success();
}

LogicalResult orrery::writeModule(ModuleOp module, StringRef path) {
  OpPrintingFlags flags;
  flags.enableDebugInfo(true, /*prettyForm=*/false);
  return writeFile(module, path, [&](llvm::raw_ostream &out) { module->print(out, flags); });
}

FailureOr<Objects> orrery::compileObjects(ModuleOp module, const BuildOptions &options) {
  if (failed(lowerTo(module, Level::LLVM, options)))
    return failure();
  NativeOptions native;
  native.cpu = options.target;
  native.jobs = options.jobs;
  native.plain = options.plain;
  native.optimise = options.optimise;
  native.kind = options.emit == "asm"    ? NativeOptions::Kind::Assembly
                : options.emit == "llvm" ? NativeOptions::Kind::LLVM
                                         : NativeOptions::Kind::Object;
  return compileNative(module, native);
}

// The object files go to a folder of their own, which is removed whatever happens unless it has a
// name.
namespace {
struct ObjectFolder {
  llvm::SmallString<128> path;
  bool made = path.empty() && !llvm::sys::fs::createUniqueDirectory("orrery", path);
  ~ObjectFolder() {
    if (made)
      llvm::sys::fs::remove_directories(path);
  }
};
} // namespace

static LogicalResult runTool(ModuleOp module, StringRef name, ArrayRef<std::string> arguments) {
  llvm::ErrorOr<std::string> program = llvm::sys::path::is_absolute(name)
                                           ? llvm::ErrorOr<std::string>(name.str())
                                           : llvm::sys::findProgramByName(name);
  if (!program)
    return module.emitError() << "cannot find '" << name << "', which links programs";
  SmallVector<StringRef> words = {*program};
  words.append(arguments.begin(), arguments.end());
  std::string error;
  if (llvm::sys::ExecuteAndWait(*program, words, std::nullopt, {}, 0, 0, &error) != 0)
    return module.emitError() << "linking failed" << (error.empty() ? "" : ": ") << error;
  return success();
}

// What a program is linked with: a file that the runtime's build writes, beside an installed
// program or in the build folder it came from.
static std::string linkFile(const BuildOptions &options) {
  llvm::SmallString<256> path(options.toolFolder);
  llvm::sys::path::append(path, "../lib/orrery_runtime.link");
  return llvm::sys::fs::exists(path) ? std::string(path) : std::string(ORRERY_LINK_FILE);
}

static LogicalResult link(ModuleOp module, const Objects &objects, const BuildOptions &options) {
  ObjectFolder folder{llvm::SmallString<128>(options.keepObjects)};
  std::vector<std::string> files;
  for (auto [i, object] : llvm::enumerate(objects)) {
    llvm::SmallString<128> path(folder.path);
    llvm::sys::path::append(path, std::to_string(i) + ".o");
    if (failed(
            writeFile(module, path, [&](llvm::raw_ostream &out) { out << object->getBuffer(); })))
      return failure();
    files.push_back(std::string(path));
  }
  std::vector<std::string> arguments;
  if (options.emit == "obj") {
    arguments = {"-r", "-o", options.output};
    arguments.insert(arguments.end(), files.begin(), files.end());
    return runTool(module, ORRERY_LD, arguments);
  }
  arguments = {"-fuse-ld=lld", "-o", options.output};
  // A shared object takes of the runtime what generated code calls, and shows the model alone.
  if (options.emit == "so")
    arguments.insert(arguments.end(), {"-shared", "-Wl,--exclude-libs,ALL,--as-needed,-z,defs"});
  arguments.insert(arguments.end(), files.begin(), files.end());
  std::string libraries = linkFile(options);
  arguments.push_back("-L" + llvm::sys::path::parent_path(libraries).str());
  arguments.push_back("@" + libraries);
  return runTool(module, ORRERY_LINKER, arguments);
}

LogicalResult orrery::build(ModuleOp module, const BuildOptions &options) {
  StringRef emit = options.emit;
  if (emit.consume_front("ir:")) {
    std::optional<Level> level = levelNamed(emit);
    if (!level)
      return module.emitError() << "no level '" << emit
                                << "'; there are model, plan, loops, buffers and llvm";
    if (levelOf(module) > *level)
      return module.emitError() << "is already at level " << nameOf(levelOf(module)) << ", past "
                                << emit;
    if (failed(lowerTo(module, *level, options)))
      return failure();
    return writeModule(module, options.output);
  }
  if (!llvm::is_contained({"llvm", "asm", "obj", "so", "exe"}, emit))
    return module.emitError() << "cannot emit '" << emit
                              << "'; there are ir:LEVEL, llvm, asm, obj, so and exe";
  FailureOr<Objects> objects = compileObjects(module, options);
  if (failed(objects))
    return failure();
  if (emit == "asm" || emit == "llvm")
    return writeFile(module, options.output,
                     [&](llvm::raw_ostream &out) { out << objects->front()->getBuffer(); });
  return link(module, *objects, options);
}
