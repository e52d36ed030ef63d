// The declarations of a file by name, and what the command line sets.

#ifndef ORRERY_FRONTEND_SEMA_PROGRAM_H
#define ORRERY_FRONTEND_SEMA_PROGRAM_H

#include "frontend/diag/Diagnostics.h"
#include "frontend/lang/Tree.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace orrery::sema {

using Definition = lang::Function;

// What run(...) takes, and --set train.KEY.
inline constexpr const char *runKeys[] = {"epochs", "steps", "batch", "micro",   "bucket",
                                          "seed",   "clip",  "ema",   "patience"};

// The policies of `precision`.
inline constexpr const char *precisionKeys[] = {"params", "compute", "softmax", "norm", "loss"};

// A value given from outside the file.
struct Override {
  lang::ExprPtr value;
  std::string origin; // "--set D=128"
};

// A dim, set or const of the file.
struct FileName {
  const lang::Stmt *stmt = nullptr;
  const lang::Name *name = nullptr;
  Override given;

  // What it is set to; null for an open dim.
  const lang::Expr *value() const;
};

struct Program {
  const lang::File *file = nullptr;
  const lang::SourceManager *sources = nullptr;
  std::map<std::string, FileName> names;
  std::vector<std::string> order;                      // of `names` in the text
  std::map<std::string, const Definition *> functions; // fn, block, model
  std::vector<const Definition *> models, predicts;
  const lang::Data *data = nullptr;
  const lang::Train *train = nullptr;
  const lang::Precision *precision = nullptr;
  const lang::Mesh *mesh = nullptr;
  std::map<std::string, Override> otherSettings; // `--set train.epochs=3`
  std::map<std::string, int64_t> shape;          // `--shape lat=18`
};

// Collects the declarations; refuses names that are declared twice and items that this compiler
// does not know how to build.
bool collect(const lang::File &file, diag::Engine &diags, Program &program);

// `NAME=EXPR`, and how messages say where it comes from: "--set D=128".
struct Setting {
  std::string text, origin;
};

// Applies a setting, over those before it; false, with the reason in `why`, if there is no such
// setting or no such expression.
bool applySetting(Program &program, lang::SourceManager &sources, const Setting &setting,
                  std::string &why);

// The policies, and the fields whose precision the file chooses.
std::vector<std::string> precisionNames(const Program &program);

// Names that `--set` knows.
std::vector<std::string> settingNames(const Program &program);

// A number as a person writes it: 6, 42.67, 1e-05.
std::string numberText(double number);
// The shortest text that reads back the same: 0.1, 1e-08.
std::string exactText(double number);
// "1 result", "3 results".
std::string counted(size_t number, const std::string &noun);

} // namespace orrery::sema

#endif // ORRERY_FRONTEND_SEMA_PROGRAM_H
