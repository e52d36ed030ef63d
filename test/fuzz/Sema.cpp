// Fuzzes what is known of a file before IR is made: its declarations, and settings of the command
// line. The input is `--set` texts, a line each, then an empty line, then the file.
#include "frontend/lang/Parser.h"
#include "frontend/sema/Arguments.h"
#include "frontend/sema/Program.h"

#include <cstdlib>

using namespace orrery;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef all(reinterpret_cast<const char *>(data), size);
  auto [settings, text] = all.split("\n\n");
  lang::SourceManager sources;
  diag::Engine diags(sources);
  lang::File tree = lang::parse(sources, sources.add("case.orr", text.str()), diags);
  sema::Program program;
  bool good = sema::collect(tree, diags, program) && !diags.hasErrors();
  if (!good && !diags.hasErrors())
    abort(); // refused without a word
  llvm::SmallVector<llvm::StringRef> lines;
  settings.split(lines, '\n');
  if (good)
    for (llvm::StringRef line : lines) {
      std::string why;
      if (!sema::applySetting(program, sources, {line.str(), "--set " + line.str()}, why) &&
          why.empty())
        abort();
    }
  sema::settingNames(program);
  if (program.data)
    for (const lang::StmtPtr &stmt : program.data->body)
      if (auto *directive = llvm::dyn_cast<lang::Directive>(stmt.get()))
        sema::Arguments args(directive->args);
  std::string printed;
  llvm::raw_string_ostream os(printed);
  diags.print(os, {true, 0});
  return 0;
}
