// Collects the declarations of a file and applies settings to them.

#include "frontend/sema/Program.h"

#include "frontend/lang/Parser.h"
#include "frontend/sema/Types.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace orrery::sema {

using namespace lang;

const Expr *FileName::value() const {
  if (given.value)
    return given.value.get();
  if (auto *dim = llvm::dyn_cast<lang::Dim>(stmt))
    return dim->size.get();
  if (auto *set = llvm::dyn_cast<Set>(stmt))
    return set->value.get();
  return llvm::cast<Const>(stmt)->value.get();
}

namespace {
class Collector {
public:
  Collector(diag::Engine &diags, Program &program) : diags(diags), program(program) {}

  void item(const Stmt &stmt) {
    switch (stmt.kind) {
    case Stmt::Kind::Dim:
      for (const Name &name : llvm::cast<lang::Dim>(stmt).names)
        fileName(name, stmt);
      break;
    case Stmt::Kind::Set:
      fileName(llvm::cast<Set>(stmt).name, stmt);
      break;
    case Stmt::Kind::Const:
      fileName(llvm::cast<Const>(stmt).name, stmt);
      break;
    case Stmt::Kind::Function:
      function(llvm::cast<Function>(stmt));
      break;
    case Stmt::Kind::Data:
      only(program.data, llvm::cast<Data>(stmt), "a second 'data' in one file");
      break;
    case Stmt::Kind::Train:
      only(program.train, llvm::cast<Train>(stmt), "a second 'train' in one file");
      break;
    case Stmt::Kind::Precision:
      only(program.precision, llvm::cast<Precision>(stmt), "a second 'precision' in one file");
      break;
    case Stmt::Kind::Mesh:
      only(program.mesh, llvm::cast<Mesh>(stmt), "a second 'mesh' in one file");
      break;
    case Stmt::Kind::Use:
      diags.error(stmt.range, "E0901", "'use' is not supported yet: put the blocks into this file");
      break;
    case Stmt::Kind::Extern:
      diags.error(stmt.range, "E0901", "'extern fn' is not supported yet");
      break;
    default:
      diags.error(stmt.range, "E0110", "this statement does not stand in a file");
    }
  }

private:
  void duplicate(const Name &name) {
    diags.error(name.range, "E0103", "'" + name.text + "' is declared twice")
        .note(places[name.text], "first declared here");
  }
  bool claim(const Name &name) {
    if (places.count(name.text)) {
      duplicate(name);
      return false;
    }
    places[name.text] = name.range;
    return true;
  }
  void fileName(const Name &name, const Stmt &stmt) {
    if (!claim(name))
      return;
    FileName &entry = program.names[name.text];
    entry.stmt = &stmt;
    entry.name = &name;
    program.order.push_back(name.text);
  }
  void function(const Function &function) {
    if (!claim(function.name))
      return;
    bool isCapital = std::isupper((unsigned char)function.name.text.front());
    bool owns = function.role == Function::Role::Block || function.role == Function::Role::Model;
    if (owns && !isCapital)
      diags.error(function.name.range, "E0117",
                  std::string("a ") + spelling(function.role) +
                      " has a capital letter first, since it owns parameters: " +
                      char(std::toupper(function.name.text.front())) +
                      function.name.text.substr(1));
    if (function.role == Function::Role::Predict)
      program.predicts.push_back(&function);
    else
      program.functions[function.name.text] = &function;
    if (function.role == Function::Role::Model)
      program.models.push_back(&function);
  }
  template <typename Item> void only(const Item *&slot, const Item &item, const char *text) {
    if (slot)
      diags.error(item.range, "E0901", std::string(text) + " is not supported yet")
          .note(slot->range, "the first is here");
    else
      slot = &item;
  }

  diag::Engine &diags;
  Program &program;
  std::map<std::string, Range> places;
};
} // namespace

bool collect(const File &file, diag::Engine &diags, Program &program) {
  program.file = &file;
  program.sources = &diags.sourceManager();
  Collector collector(diags, program);
  for (const StmtPtr &stmt : file.items)
    collector.item(*stmt);
  checkTypes(file, diags);
  return !diags.hasErrors();
}

std::vector<std::string> precisionNames(const Program &program) {
  std::vector<std::string> names(std::begin(precisionKeys), std::end(precisionKeys));
  if (program.precision)
    for (const Policy &policy : program.precision->policies)
      for (const Name &name : policy.names)
        if (!llvm::is_contained(names, name.text))
          names.push_back(name.text);
  return names;
}

std::vector<std::string> settingNames(const Program &program) {
  std::vector<std::string> names;
  for (const std::string &name : program.order) {
    const FileName &entry = program.names.at(name);
    const Expr *value = entry.value();
    bool isLabels = value && llvm::isa<LabelsExpr>(value);
    if (value && !isLabels && !llvm::isa<Const>(entry.stmt))
      names.push_back(name);
  }
  if (program.train)
    for (const char *key : runKeys)
      names.push_back(std::string("train.") + key);
  if (program.train)
    for (const char *key : {"decay", "eps", "lr"})
      names.push_back(std::string("train.optimizer.") + key);
  for (const std::string &name : precisionNames(program))
    names.push_back("precision." + name);
  return names;
}

bool applySetting(Program &program, SourceManager &sources, const Setting &setting,
                  std::string &why) {
  auto [name, text] = llvm::StringRef(setting.text).split('=');
  name = name.trim();
  if (text.empty()) {
    why = "a setting is NAME=VALUE, and this is '" + setting.text + "'";
    return false;
  }
  std::vector<std::string> known = settingNames(program);
  if (!llvm::is_contained(known, name)) {
    why = setting.origin + ": no setting '" + name.str() + "'" +
          diag::suggestion(name, known, "; orrery info FILE --settings lists them");
    return false;
  }
  diag::Engine diags(sources);
  ExprPtr value = parseExpression(sources, sources.add(setting.origin, text.str()), diags);
  if (!value || diags.hasErrors()) {
    why = setting.origin + ": the value is no expression" +
          (diags.all().empty() ? "" : ": " + diags.all().front().message);
    return false;
  }
  auto it = program.names.find(name.str());
  Override &slot = it != program.names.end() ? it->second.given : program.otherSettings[name.str()];
  slot = {std::move(value), setting.origin};
  return true;
}

std::string counted(size_t number, const std::string &noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string numberText(double number) {
  if (number == std::floor(number) && std::fabs(number) < 1e15)
    return std::to_string(int64_t(number));
  // 42.67, but 0.99999 and not 1: what is not whole does not look so.
  char text[32];
  int digits = 4;
  auto isWhole = [](double x) { return x == std::floor(x); };
  do
    std::snprintf(text, sizeof text, "%.*g", digits, number);
  while (!isWhole(number) && isWhole(std::strtod(text, nullptr)) && ++digits <= 17);
  return text;
}

std::string exactText(double number) {
  if (number == std::floor(number) && std::fabs(number) < 1e15)
    return std::to_string(int64_t(number));
  char text[32];
  return std::string(text, std::to_chars(text, std::end(text), number).ptr);
}

} // namespace orrery::sema
