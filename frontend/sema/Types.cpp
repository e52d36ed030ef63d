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
  void visit(const lang::Type &type) override {
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
