// Walks over the types of a file.

#include "frontend/sema/Types.h"

#include "frontend/lang/Walk.h"

#include <set>

namespace orrery::sema {

namespace {
class Checker : public lang::Walker {
public:
  explicit Checker(diag::Engine &diags) : diags(diags) {}

private:
  // Only fields of the data have units; those of a model's results tell the reader what they are.
  void unit(const lang::Type &type, const char *what) {
    if (type.unitRange)
      diags
          .error(type.unitRange, "E0901",
                 std::string("the unit of ") + what + " is not supported yet")
          .help("fields of 'data' have units, to which what their files have is converted");
  }

  void visit(const lang::Stmt &stmt) override {
    if (auto *assign = llvm::dyn_cast<lang::Assign>(&stmt); assign && assign->type)
      unit(*assign->type, "a value");
    if (auto *constant = llvm::dyn_cast<lang::Const>(&stmt); constant && constant->type)
      unit(*constant->type, "a constant");
    auto *function = llvm::dyn_cast<lang::Function>(&stmt);
    if (!function)
      return;
    for (const lang::Parameter &param : function->params)
      if (param.type)
        unit(*param.type, "an argument");
    if (function->role != lang::Function::Role::Model)
      for (const lang::Result &result : function->results)
        unit(result.type, "a result");
  }

  void visit(const lang::Type &type) override {
    static const std::set<std::string> others = {"int", "f32", "f64", "bf16"};
    if (type.kind == lang::Type::Kind::Tensor && others.count(type.element.text))
      diags
          .error(type.element.range, "E0901",
                 "an array of type '" + type.element.text + "' is not supported yet")
          .help("arrays hold real numbers, and 'precision' says how wide they are");
    std::set<std::string> seen;
    for (const lang::DimRef &ref : type.dims)
      if (!seen.insert(ref.name.text).second)
        diags.error(ref.name.range, "E0308",
                    "dim '" + ref.name.text + "' stands in this type twice");
  }

  diag::Engine &diags;
};
} // namespace

void checkTypes(const lang::File &file, diag::Engine &diags) { Checker(diags).walk(file); }

} // namespace orrery::sema
