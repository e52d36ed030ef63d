// orrery-run: compiles a .mlir file of any level in memory, runs its functions, prints what they
// return; or writes what the compiler made of it.

#include "passes/Register.h"
#include "passes/Run.h"

#include "dialects/field/Field.h"
#include "runtime/abi/check.h"
#include "runtime/abi/orrery_abi.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"

namespace cl = llvm::cl;
static cl::opt<std::string> input(cl::Positional, cl::desc("FILE"), cl::init("-"));
static cl::opt<bool> trapNan("trap-nan", cl::desc("check what every kernel computes"));
static cl::opt<bool> plain("plain", cl::desc("f64, one kernel an operation, loops"));
static cl::opt<std::string> function("function", cl::desc("run this function only"),
                                     cl::value_desc("NAME"));
static cl::opt<std::string> target("target",
                                   cl::desc("CPU to compile for; this machine's unless given"),
                                   cl::value_desc("CPU"));

static cl::opt<std::string> emit("emit",
                                 cl::desc("write instead of running: ir:LEVEL, asm, obj or exe"),
                                 cl::value_desc("KIND"));
static cl::opt<std::string> output("o", cl::desc("file to write"), cl::value_desc("FILE"),
                                   cl::init("-"));
static cl::opt<unsigned> jobs("jobs", cl::desc("modules compiled at the same time"), cl::init(2));

// One line of numbers for each row of the last dim.
static void print(const orrery::RunFunction &function) {
  for (const orrery::Result &result : function.results) {
    llvm::outs() << function.name << ":";
    llvm::ListSeparator comma(",");
    for (auto [name, size] : llvm::zip(orrery::field::namesOf(result.type), result.type.getShape()))
      llvm::outs() << comma << " " << name.getValue() << " " << size;
    int64_t row = result.type.getRank() ? result.type.getShape().back() : 1;
    for (int64_t i = 0; i < result.type.getNumElements(); ++i)
      llvm::outs() << (i % row ? " " : "\n") << llvm::format("%.9g", orrery::elementOf(result, i));
    llvm::outs() << "\n";
  }
}

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  orrery::registerDialects(registry);
  orrery::registerPasses();
  cl::ParseCommandLineOptions(argc, argv, "Runs the functions of a .mlir file\n");
  mlir::MLIRContext context(registry);
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::parseSourceFile<mlir::ModuleOp>(input, &context);
  if (!module)
    return 1;
  orrery::BuildOptions options;
  options.plain = plain;
  options.trapNan = trapNan;
  options.target = target;
  options.jobs = jobs;
  options.verify = true;
  if (!emit.empty()) {
    options.emit = emit;
    options.output = output;
    options.toolFolder = llvm::sys::path::parent_path(
        llvm::sys::fs::getMainExecutable(argv[0], reinterpret_cast<void *>(&main)));
    return mlir::failed(orrery::build(*module, options));
  }
  // What compiled code may call.
  const std::pair<llvm::StringRef, void *> symbols[] = {
#define ORRERY_FUNCTION(result, name, parameters) {#name, reinterpret_cast<void *>(&name)},
#include "runtime/abi/runtime.def"
#undef ORRERY_FUNCTION
      {"orrery_expect_close", reinterpret_cast<void *>(&orrery_expect_close)},
      {"orrery_expect_finite", reinterpret_cast<void *>(&orrery_expect_finite)}};
  auto results = orrery::runFunctions(*module, options, function, symbols);
  if (mlir::failed(results))
    return 1;
  for (const orrery::RunFunction &result : *results)
    print(result);
  return orrery_failed_expectations() ? 5 : 0;
}
