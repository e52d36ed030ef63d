// The commands of `orrery`.

#include "frontend/driver/Driver.h"

#include "frontend/driver/Checkpoint.h"
#include "frontend/driver/Compilation.h"
#include "frontend/driver/Info.h"
#include "frontend/driver/LayOut.h"
#include "passes/Native.h"
#include "passes/Register.h"
#include "runtime/abi/launch.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/LockFileManager.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

#include <chrono>
#include <unistd.h>

namespace orrery::driver {

static int complain(const std::string &text) {
  llvm::errs() << "orrery: " << text << "\n";
  return Usage;
}

static std::string cacheFolder() {
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

// Builds into the cache, unless what lies there is what would be built; `output` names it.
static int buildCached(Compilation &compilation, const Options &options, const std::string &kind,
                       std::string &output) {
  llvm::SmallString<256> path(cacheFolder());
  llvm::StringRef stem = llvm::sys::path::stem(compilation.name());
  if (stem == "-")
    stem = "stdin";
  if (llvm::sys::fs::create_directories(path)) {
    llvm::errs() << "orrery: cannot make the folder " << path
                 << "; ORRERY_CACHE_DIR names another\n";
    return Failure;
  }
  llvm::sys::path::append(path, stem + "-" + compilation.fingerprint() +
                                    (kind == "exe" ? "" : "." + kind));
  output = std::string(path);
  if (llvm::sys::fs::exists(output))
    return Done;
  // Whoever builds the same already is waited for: ten minutes, should it never end.
  llvm::LockFileManager lock(output);
  if (llvm::Expected<bool> isMine = lock.tryLock(); !isMine)
    llvm::consumeError(isMine.takeError());
  else if (!*isMine)
    lock.waitForUnlockFor(std::chrono::minutes(10));
  if (llvm::sys::fs::exists(output))
    return Done;
  if (!options.isQuiet && !options.isJson)
    llvm::errs() << "building " << stem << "\n";
  // Built beside and renamed, so that a build that is cut short leaves nothing half done.
  std::string temporary = output + "." + std::to_string(getpid());
  if (int code = compilation.write(kind, temporary))
    return code;
  if (llvm::sys::fs::rename(temporary, output)) {
    llvm::errs() << "orrery: cannot write " << output << "\n";
    return Failure;
  }
  return Done;
}

// Does the program only say something of itself? That needs no sizes and no data.
static bool isOnlyTold(const Options &options) {
  return llvm::any_of(options.forwarded, [](llvm::StringRef word) {
    return word == "-h" || word.starts_with("--help") || word == "--version";
  });
}

// train, predict, test and the like: builds if the program in the cache is stale, then becomes it.
static int runProgram(Compilation &compilation, const Options &options) {
  if (options.command == "data" && !isOnlyTold(options))
    compilation.dropCode();
  std::string binary;
  if (int code = buildCached(compilation, options, "exe", binary))
    return code;
  // Help calls the program by the model's name, and not by that of a file in the cache.
  std::vector<std::string> words = {
      isOnlyTold(options) ? llvm::sys::path::stem(compilation.name()).str() : binary,
      options.command};
  if (!options.output.empty())
    words.insert(words.end(), {"--out", options.output});
  llvm::append_range(words, options.forwarded);
  std::vector<char *> arguments;
  for (std::string &word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  llvm::outs().flush();
  execv(binary.c_str(), arguments.data());
  llvm::errs() << "orrery: cannot run " << binary << "\n";
  return Failure;
}

// The plain program does it; it starts the optimised one, unless --plain asks for it alone.
static int diagnose(Options options, const std::string &tool) {
  if (!options.isPlain) {
    Compilation optimised(options, tool);
    std::string program;
    if (int code = optimised.load(options.operands[0]))
      return code;
    std::string precision = optimised.isNarrow() ? "bf16" : "f32";
    if (int code = buildCached(optimised, options, "exe", program))
      return code;
    options.forwarded.insert(options.forwarded.begin(),
                             {"--beside", program, "--precision", precision});
    options.isRead = true;
  }
  options.isPlain = true;
  Compilation plain(options, tool);
  if (int code = plain.load(options.operands[0]))
    return code;
  return runProgram(plain, options);
}

static int explain(const Options &options) {
  const diag::CodeInfo *code = diag::findCode(options.operands[0]);
  if (!code) {
    std::vector<std::string> names;
    for (const diag::CodeInfo &info : diag::allCodes())
      names.push_back(info.name.str());
    return complain("no message '" + options.operands[0] + "'" +
                    diag::suggestion(options.operands[0], names));
  }
  if (options.isJson)
    llvm::outs() << llvm::formatv(
        "{0:2}\n", llvm::json::Value(llvm::json::Object{
                       {"code", code->name}, {"text", code->text}, {"page", code->page}}));
  else
    llvm::outs() << code->name << ": " << code->text << "\n\n" << code->page << "\n";
  return Done;
}

static int version(const Options &options) {
  if (options.isJson)
    llvm::outs() << llvm::formatv(
        "{0:2}\n",
        llvm::json::Value(llvm::json::Object{{"orrery", ORRERY_VERSION},
                                             {"llvm", LLVM_VERSION_STRING},
                                             {"abi", 1},
                                             {"targets", llvm::json::Array{"native", hostCpu()}}}));
  else
    llvm::outs() << "orrery " ORRERY_VERSION ", LLVM " LLVM_VERSION_STRING "\n";
  return Done;
}

static std::string defaultOutput(const Options &options) {
  llvm::StringRef kind = options.emit, stem = llvm::sys::path::stem(options.operands[0]);
  if (kind.starts_with("ir:") || kind == "llvm")
    return "-";
  return (stem + (kind == "asm" ? ".s" : kind == "obj" ? ".o" : kind == "so" ? ".so" : "")).str();
}

// With --json, a document says what came of it; messages are printed for people all the same.
static int buildFile(Compilation &compilation, const Options &options) {
  std::string output = options.output.empty() ? defaultOutput(options) : options.output;
  int code = compilation.load(options.operands[0]);
  if (code == Done)
    code = options.isCached ? buildCached(compilation, options, options.emit, output)
                            : compilation.write(options.emit, output);
  if (options.isJson) {
    llvm::outs() << "{\"diagnostics\":";
    compilation.diagnostics().printJson(llvm::outs());
    if (code == Done)
      llvm::outs() << ",\"output\":" << llvm::json::Value(output) << "\n";
    llvm::outs() << "}\n";
  } else if (options.isCached && code == Done) {
    llvm::outs() << output << "\n";
  }
  return code;
}

int run(const std::string &tool, llvm::ArrayRef<std::string> arguments) {
  if (!arguments.empty() && arguments.front() == "run") { // all that follows is the program's
    llvm::SmallVector<const char *> words;
    for (const std::string &word : arguments.drop_front())
      words.push_back(word.c_str());
    return orrery_launch(static_cast<int>(words.size()), words.data());
  }
  Options options;
  std::string why;
  if (!parse(arguments, options, why) || !gatherSettings(options, why))
    return complain(why);
  if (options.version)
    return version(options);
  if (options.fullHelp || options.help || options.command.empty()) {
    bool isAsked = options.fullHelp || options.help;
    (options.fullHelp ? printFullHelp : printHelp)(isAsked ? llvm::outs() : llvm::errs());
    return isAsked ? Done : Usage;
  }
  if (options.command == "explain")
    return explain(options);
  if (options.command == "fmt")
    return layOut(options.operands, options.maxErrors);
  bool isCheckpoint = llvm::sys::fs::is_directory(options.operands[0]);
  if (options.command == "info" && isCheckpoint)
    return infoOfCheckpoint(options.operands[0], options);
  registerPasses();
  if (options.command == "check") {
    int code = Done;
    for (const std::string &path : options.operands)
      code = std::max(code, Compilation(options, tool).load(path));
    return code;
  }
  if (options.command == "diagnose" && llvm::StringRef(options.operands[0]).ends_with(".mlir"))
    return complain("'diagnose' needs a .orr file");
  if (options.command == "diagnose" && !isOnlyTold(options))
    return diagnose(std::move(options), tool);
  TrainedModel trained;
  if (isCheckpoint && (options.command == "predict" || options.command == "test")) {
    if (int code = readTrained(options.operands[0], trained))
      return code;
    options.settings.insert(options.settings.begin(), trained.settings.begin(),
                            trained.settings.end());
    llvm::append_range(options.forwarded,
                       std::initializer_list<std::string>{"--checkpoint", options.operands[0]});
  }
  Compilation compilation(options, tool);
  if (options.command == "build")
    return buildFile(compilation, options);
  if (isOnlyTold(options))
    compilation.wantOutline();
  if (int code =
          trained.text.empty() ? compilation.load(options.operands[0]) : compilation.load(trained))
    return code;
  if (!compilation.descriptor()) {
    llvm::errs() << "orrery: " << options.operands[0]
                 << " has no descriptor: it is not what `orrery build` made of a .orr file\n";
    return Model;
  }
  if (options.command == "info")
    return info(compilation.descriptor().getValue(), compilation.declarations(), options);
  return runProgram(compilation, options);
}

} // namespace orrery::driver
