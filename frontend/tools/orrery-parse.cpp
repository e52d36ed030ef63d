// orrery-parse: reads a model file and prints its tree, or what is wrong with its syntax.

#include "frontend/diag/Diagnostics.h"
#include "frontend/lang/Dump.h"
#include "frontend/lang/Format.h"
#include "frontend/lang/Parser.h"

#include "llvm/Support/CommandLine.h"

namespace cl = llvm::cl;
using namespace orrery;
static cl::opt<std::string> input(cl::Positional, cl::desc("FILE"), cl::init("-"));
static cl::opt<bool> json("json", cl::desc("print diagnostics as JSON"));
static cl::opt<bool> layout("format", cl::desc("print the file laid out"));
static cl::opt<unsigned> maxErrors("max-errors", cl::desc("how many errors to print (0: all)"),
                                   cl::init(20));

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "the syntax of a model file\n");
  lang::SourceManager sources;
  diag::Engine diags(sources);
  std::string why;
  std::optional<lang::FileId> file = sources.open(input, why);
  if (!file) {
    diags.report(diag::E0011, {}, input.getValue(), why);
    diags.print(llvm::errs());
    return 2;
  }
  lang::File tree;
  std::optional<std::string> text;
  if (layout)
    text = lang::format(sources, *file, diags);
  else
    tree = lang::parse(sources, *file, diags);
  if (json)
    diags.printJson(llvm::outs());
  else
    diags.print(llvm::errs(), {diag::wantsColor(2), maxErrors});
  if (diags.hasErrors())
    return 3;
  if (text)
    llvm::outs() << *text;
  else if (!json)
    lang::dump(tree, llvm::outs());
}
