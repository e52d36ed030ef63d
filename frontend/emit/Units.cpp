// Walks over the units of a file.

#include "frontend/emit/Units.h"

#include "frontend/lang/Walk.h"
#include "frontend/sema/Arguments.h"
#include "runtime/abi/units.h"

namespace orrery::emit {

namespace {
class Checker : public lang::Walker {
public:
  explicit Checker(diag::Engine &diags) : diags(diags) {}

private:
  void unit(const std::string &text, lang::Range place) {
    if (place && !orrery_is_unit(text.c_str()))
      diags.error(place, "E0118", "\"" + text + "\" is no unit that UDUNITS knows");
  }

  void visit(const lang::Type &type) override { unit(type.unit, type.unitRange); }
  void visit(const lang::Expr &expr) override {
    if (auto *labels = llvm::dyn_cast<lang::LabelsExpr>(&expr))
      for (const lang::Label &label : labels->labels)
        unit(label.unit, label.unitRange);
  }
  void visit(const lang::Stmt &stmt) override {
    auto *source = llvm::dyn_cast<lang::Source>(&stmt);
    if (!source)
      return;
    for (const lang::ReaderOption &option : source->reader.options)
      if (option.name.text == "units")
        for (const lang::NamedArg *arg : sema::Arguments(option.args).named)
          if (auto *text = llvm::dyn_cast<lang::StringExpr>(arg->values.front().get()))
            unit(text->value, text->range);
  }

  diag::Engine &diags;
};
} // namespace

void checkUnits(const lang::File &file, diag::Engine &diags) { Checker(diags).walk(file); }

} // namespace orrery::emit
