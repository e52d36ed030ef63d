// Numbers known when the program is built, and the story of how they came about, for messages.

#include "frontend/emit/Emitter.h"

#include <algorithm>

namespace orrery::emit {

using namespace lang;

std::optional<double> Emitter::numberOf(const Expr &e, const std::string &what) {
  Value value = evaluate(e);
  if (!value)
    return std::nullopt;
  if (!value.isNumber()) {
    error(e.range, "E0202", what + " must be a number known when the program is built");
    return std::nullopt;
  }
  return value.number;
}

std::optional<int64_t> Emitter::wholeOf(const Expr &e, const std::string &what) {
  std::optional<double> number = numberOf(e, what);
  if (!number)
    return std::nullopt;
  if (!Value::of(*number).isWhole()) {
    error(e.range, "E0204",
          what + " must be a whole number, and this is " + sema::numberText(*number));
    return std::nullopt;
  }
  return int64_t(*number);
}

// The names in an expression, as they stand in the text.
static void collectNames(const Expr &e, std::vector<const NameExpr *> &names) {
  if (auto *name = llvm::dyn_cast<NameExpr>(&e))
    names.push_back(name);
  else if (auto *unary = llvm::dyn_cast<UnaryExpr>(&e))
    collectNames(*unary->operand, names);
  else if (auto *binary = llvm::dyn_cast<BinaryExpr>(&e)) {
    collectNames(*binary->left, names);
    collectNames(*binary->right, names);
  }
}

// The number that a name stands for, if it does.
static std::optional<double> numberBound(const Binding *binding) {
  if (binding && binding->kind == Binding::Kind::Dim && !binding->dim->isRunTime())
    return binding->dim->size;
  if (binding && binding->kind == Binding::Kind::Value && binding->value.isNumber())
    return binding->value.number;
  return std::nullopt;
}

// The text of an expression; with numbers in the place of names: "256 / 6".
std::string Emitter::words(const Expr &e, bool asNumbers) {
  std::string text = textOf(e);
  if (!asNumbers)
    return text;
  std::vector<const NameExpr *> names;
  collectNames(e, names);
  if (names.empty())
    return text;
  for (const NameExpr *name : llvm::reverse(names))
    if (std::optional<double> number = numberBound(lookup(name->name)))
      text.replace(name->range.begin - e.range.begin, name->range.end - name->range.begin,
                   sema::numberText(*number));
  for (size_t at; (at = text.find(" * ")) != std::string::npos;)
    text.replace(at, 3, " × ");
  return text;
}

// "lat / patch = 180 / 2 = 90"; what says the same as what stands before it is left out.
std::string Emitter::chain(const Expr &e, double number) {
  std::string symbols = words(e, false), numbers = words(e, true), value = sema::numberText(number),
              text = symbols;
  if (numbers != symbols && numbers != value)
    text += " = " + numbers;
  return symbols == value ? text : text + " = " + value;
}

// "lat = 180 from coarse, data/a.nc"; empty for what is no number.
std::string Emitter::origin(const std::string &name) {
  Binding *binding = lookup(name);
  std::optional<double> number = numberBound(binding);
  if (!number)
    return {};
  std::string from = binding->origin;
  if (auto it = openOrigins.find(name); from.empty() && it != openOrigins.end())
    from = openSizes[name] == *number ? it->second : std::string("a tile");
  if (from.empty())
    from = program.sources->place(binding->place);
  return name + " = " + sema::numberText(*number) + " from " + from;
}

// "row = lat / patch = 180 / 2 = 90 (lat = 180 from coarse, data/a.nc)"; what is in
// `told` has said where it comes from already.
std::string Emitter::derivation(const std::string &name, std::set<std::string> *told) {
  Binding *binding = lookup(name);
  std::optional<double> number = numberBound(binding);
  if (!number)
    return {};
  if (!binding->definition && openOrigins.count(name))
    return origin(name);
  if (!binding->definition || llvm::isa<LabelsExpr>(binding->definition))
    return name + " = " + sema::numberText(*number);
  Scope *outer = frame->scope;
  if (program.names.count(name))
    frame->scope = frame->file;
  std::string text = name + " = " + chain(*binding->definition, *number), known;
  std::vector<const NameExpr *> names;
  collectNames(*binding->definition, names);
  for (const NameExpr *inner : names)
    if (openOrigins.count(inner->name) && (!told || told->insert(inner->name).second))
      known += (known.empty() ? "" : "; ") + origin(inner->name);
  frame->scope = outer;
  return known.empty() ? text : text + " (" + known + ")";
}

// "D = 256 from reslim.orr:11; heads = 6 from --set heads=6"
std::string Emitter::origins(const Expr &e) {
  std::vector<const NameExpr *> names;
  collectNames(e, names);
  std::string text;
  for (const NameExpr *name : names)
    if (std::string one = origin(name->name); !one.empty())
      text += (text.empty() ? "" : "; ") + one;
  return text;
}

void Emitter::notWhole(const std::string &name, const Expr &size, double value) {
  auto &message =
      error(size.range, "E0203", "dim '" + name + "' is not a whole number: " + chain(size, value));
  if (std::string text = origins(size); !text.empty())
    message.note(text);
  auto *division = llvm::dyn_cast<BinaryExpr>(&size);
  if (!division || division->op != BinaryExpr::Op::Div)
    return;
  Value whole = evaluate(*division->left);
  if (!llvm::isa<NameExpr>(division->right.get()) || !whole.isWhole())
    return;
  std::string divisors;
  for (int64_t d = 1; d <= int64_t(whole.number); ++d)
    if (int64_t(whole.number) % d == 0)
      divisors += (divisors.empty() ? "" : ", ") + std::to_string(d);
  message.help(words(*division->right, false) + " that divide " + words(*division->left, false) +
               ": " + divisors);
}

} // namespace orrery::emit
