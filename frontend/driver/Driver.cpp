// The commands of `orrery`.

#include "frontend/driver/Driver.h"

#include "dialects/field/Field.h"
#include "frontend/diag/Diagnostics.h"
#include "frontend/driver/FileSizes.h"
#include "frontend/driver/LayOut.h"
#include "frontend/driver/Options.h"
#include "frontend/emit/Emit.h"
#include "frontend/lang/Parser.h"
#include "passes/Compile.h"
#include "passes/Register.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/SHA256.h"

#include <unistd.h>

namespace orrery::driver {

namespace {

int complain(const std::string &text) {
  llvm::errs() << "orrery: " << text << "\n";
  return Usage;
}

// A file on its way through the compiler.
class Compilation {
public:
  Compilation(const Options &options, const std::string &tool)
      : options(options), tool(tool), diags(sources), context(registry()) {
    for (const std::string &name : options.silenced)
      diags.silence(name);
    diags.setWarningsAreErrors(options.warningsAreErrors);
  }

  // Reads, checks and emits; the exit code.
  int load(const std::string &path) {
    if (llvm::StringRef(path).ends_with(".mlir")) {
      module = mlir::parseSourceFile<mlir::ModuleOp>(path, &context);
      return module ? Done : Model;
    }
    std::string why;
    std::optional<lang::FileId> id = sources.open(path, why);
    if (!id)
      return complain("cannot read '" + path + "': " + why);
    text = sources.text(*id).str();
    file = lang::parse(sources, *id, diags);
    bool isFine = !diags.hasErrors() && sema::collect(file, diags, program);
    for (const std::string &setting : options.settings)
      if (isFine && !sema::applySetting(program, sources, setting, why))
        return complain(why);
    for (const auto &[name, size] : options.shape) {
      auto known = program.names.find(name);
      if (isFine && (known == program.names.end() || known->second.value())) {
        std::string near = diag::nearest(name, openDims());
        return complain("no open dim '" + name + "'" +
                        (near.empty() ? "" : "; did you mean '" + near + "'?"));
      }
    }
    program.shape = options.shape;
    if (isFine) {
      emit::Options emission;
      emission.isDouble = options.isPlain;
      llvm::StringRef folder = llvm::sys::path::parent_path(path);
      emission.sizeInFile = [this, folder = folder.str()](const std::string &data,
                                                          const std::string &dim) {
        llvm::SmallString<256> beside(folder);
        llvm::sys::path::append(beside, data);
        std::optional<int64_t> size =
            sizeInNetcdf(llvm::sys::path::is_absolute(data) ? data : std::string(beside), dim);
        if (!size)
          size = sizeInNetcdf(data, dim);
        sizes += data + " " + dim + " " + std::to_string(size.value_or(0)) + "\n";
        return size;
      };
      module = emit::emitModule(program, diags, context, emission);
    }
    if (options.isJson && options.command == "check")
      diags.printJson(llvm::outs());
    else
      diags.print(llvm::errs(), {diag::wantsColor(2), options.maxErrors});
    return module && !diags.hasErrors() ? Done : Model;
  }

  int write(const std::string &kind, const std::string &output) {
    BuildOptions build;
    build.emit = kind;
    build.output = output;
    build.plain = options.isPlain;
    build.leastMemory = options.leastMemory;
    build.target = options.target == "native" ? "" : options.target;
    build.jobs = options.jobs;
    build.toolFolder = llvm::sys::path::parent_path(tool).str();
    return mlir::succeeded(orrery::build(*module, build)) ? Done : Internal;
  }

  // Names what a build depends on: text, settings, sizes, options, compiler.
  std::string fingerprint() {
    llvm::sys::fs::file_status status;
    std::string all = text + "\n" + sizes + options.target + (options.isPlain ? " plain" : "") +
                      (options.leastMemory ? " least-memory" : "");
    for (const std::string &setting : options.settings)
      all += " " + setting;
    for (const auto &[name, size] : options.shape)
      all += " " + name + "=" + std::to_string(size);
    if (!llvm::sys::fs::status(tool, status))
      all += " " + std::to_string(status.getSize()) + " " +
             std::to_string(status.getLastModificationTime().time_since_epoch().count());
    auto hash = llvm::SHA256::hash(llvm::arrayRefFromStringRef(all));
    return llvm::toHex(llvm::ArrayRef(hash).take_front(12), true);
  }

  int info() {
    auto json = module->getOperation()->getAttrOfType<mlir::StringAttr>("orrery.descriptor");
    if (!json)
      return complain("the module has no descriptor");
    if (options.isJson) {
      llvm::outs() << json.getValue() << "\n";
      return Done;
    }
    llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(json.getValue());
    const llvm::json::Object &all = *parsed->getAsObject();
    llvm::outs() << all.getString("model").value_or("") << "\n\ndims\n";
    for (const llvm::json::Value &dim : *all.getArray("dims")) {
      const llvm::json::Object &object = *dim.getAsObject();
      llvm::outs() << "  " << llvm::left_justify(*object.getString("name"), 12);
      if (auto size = object.getInteger("size"))
        llvm::outs() << *size;
      llvm::outs() << "\n";
    }
    llvm::outs() << "\nsettings\n";
    for (const std::string &name : sema::settingNames(program))
      llvm::outs() << "  " << name << "\n";
    int64_t total = 0;
    llvm::outs() << "\nparameters\n";
    for (const llvm::json::Value &parameter : *all.getArray("parameters")) {
      const llvm::json::Object &object = *parameter.getAsObject();
      int64_t count = 1;
      for (const llvm::json::Value &size : *object.getArray("shape"))
        count *= *size.getAsInteger();
      total += count;
      llvm::outs() << "  " << llvm::left_justify(*object.getString("name"), 40)
                   << llvm::right_justify(std::to_string(count), 10) << "  ["
                   << llvm::join(llvm::map_range(*object.getArray("dims"),
                                                 [](const llvm::json::Value &dim) {
                                                   return dim.getAsString()->str();
                                                 }),
                                 ", ")
                   << "]\n";
    }
    llvm::outs() << "  " << llvm::left_justify("all", 40)
                 << llvm::right_justify(std::to_string(total), 10) << "\n";
    return Done;
  }

private:
  static mlir::DialectRegistry registry() {
    mlir::DialectRegistry all;
    registerDialects(all);
    return all;
  }
  std::vector<std::string> openDims() const {
    std::vector<std::string> names;
    for (const std::string &name : program.order)
      if (!program.names.at(name).value())
        names.push_back(name);
    return names;
  }

  const Options &options;
  const std::string &tool;
  lang::SourceManager sources;
  diag::Engine diags;
  lang::File file;
  sema::Program program;
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string text, sizes;
};

std::string cacheFolder() {
  if (auto folder = llvm::sys::Process::GetEnv("ORRERY_CACHE_DIR"))
    return *folder;
  llvm::SmallString<128> path;
  if (auto folder = llvm::sys::Process::GetEnv("XDG_CACHE_HOME"))
    path = *folder;
  else
    llvm::sys::path::cache_directory(path);
  llvm::sys::path::append(path, "orrery");
  return std::string(path);
}

// train, predict, test: builds if the program in the cache is stale, then becomes it.
int runProgram(Compilation &compilation, const Options &options) {
  llvm::SmallString<256> binary(cacheFolder());
  if (llvm::sys::fs::create_directories(binary))
    return complain("cannot make the folder " + std::string(binary));
  llvm::sys::path::append(binary, llvm::sys::path::stem(options.operands[0]) + "-" +
                                      compilation.fingerprint());
  if (!llvm::sys::fs::exists(binary)) {
    // Built beside and renamed, so that a build that is cut short leaves nothing half done.
    std::string temporary = std::string(binary) + "." + std::to_string(getpid());
    if (int code = compilation.write("exe", temporary))
      return code;
    if (llvm::sys::fs::rename(temporary, binary))
      return complain("cannot write " + std::string(binary));
  }
  std::vector<std::string> words = {std::string(binary), options.command};
  words.insert(words.end(), options.operands.begin() + 1, options.operands.end());
  words.insert(words.end(), options.forwarded.begin(), options.forwarded.end());
  std::vector<char *> arguments;
  for (std::string &word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  llvm::outs().flush();
  execv(arguments[0], arguments.data());
  llvm::errs() << "orrery: cannot run " << binary << "\n";
  return Failure;
}

int explain(const Options &options) {
  const diag::CodeInfo *code = diag::findCode(options.operands[0]);
  if (!code) {
    std::vector<std::string> names;
    for (const diag::CodeInfo &info : diag::allCodes())
      names.push_back(info.name.str());
    std::string near = diag::nearest(options.operands[0], names);
    return complain("no message '" + options.operands[0] + "'" +
                    (near.empty() ? "" : "; did you mean '" + near + "'?"));
  }
  llvm::outs() << code->name << ": " << code->text << "\n\n" << code->page << "\n";
  return Done;
}

std::string defaultOutput(const Options &options) {
  llvm::StringRef kind = options.emit, stem = llvm::sys::path::stem(options.operands[0]);
  if (kind.starts_with("ir:"))
    return "-";
  return (stem + (kind == "asm" ? ".s" : kind == "obj" ? ".o" : "")).str();
}

} // namespace

int run(const std::string &tool, llvm::ArrayRef<std::string> arguments) {
  Options options;
  std::string why;
  if (!parse(arguments, options, why))
    return complain(why);
  if (options.version) {
    llvm::outs() << "orrery " ORRERY_VERSION ", LLVM " LLVM_VERSION_STRING "\n";
    return Done;
  }
  if (options.help || options.command.empty()) {
    (options.help ? llvm::outs() : llvm::errs()) << usage;
    return options.help ? Done : Usage;
  }
  if (options.operands.empty())
    return complain(options.command + (options.command == "explain" ? " needs a code, such as E0203"
                                                                    : " needs a file"));
  if (options.command == "explain")
    return explain(options);
  if (options.command == "fmt")
    return layOut(options.operands, options.maxErrors);
  registerPasses();
  if (options.command == "check") {
    int code = Done;
    for (const std::string &path : options.operands)
      code = std::max(code, Compilation(options, tool).load(path));
    return code;
  }
  Compilation compilation(options, tool);
  if (int code = compilation.load(options.operands[0]))
    return code;
  if (options.command == "info")
    return compilation.info();
  if (options.command == "build")
    return compilation.write(options.emit,
                             options.output.empty() ? defaultOutput(options) : options.output);
  if (!options.output.empty())
    options.forwarded.insert(options.forwarded.end(), {"--out", options.output});
  return runProgram(compilation, options);
}

} // namespace orrery::driver
