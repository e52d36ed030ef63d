// What a name stands for: scopes, the names of the file, dims.

#include "frontend/emit/Emitter.h"

#include "llvm/Support/SaveAndRestore.h"

namespace orrery::emit {

using namespace lang;

std::string Env::key() const {
  std::string text;
  for (const auto &[name, size] : fixed)
    text += name + "=" + std::to_string(size) + " ";
  for (const auto &[name, size] : floating)
    text += name + "~" + std::to_string(size) + " ";
  return text;
}

FileScope *Emitter::fileScope(const Env &env) {
  std::unique_ptr<FileScope> &scope = files[env.key()];
  if (!scope) {
    scope = std::make_unique<FileScope>();
    scope->env = env;
  }
  return scope.get();
}

Binding *Emitter::lookup(const std::string &name) {
  for (Scope *scope = frame->scope; scope; scope = scope->parent)
    if (auto it = scope->names.find(name); it != scope->names.end())
      return &it->second;
  auto it = program.names.find(name);
  if (it == program.names.end())
    return nullptr;
  auto [slot, isNew] =
      frame->file->names.try_emplace(name); // Failed meanwhile: a name cannot depend on itself
  Binding &binding = slot->second;
  if (!isNew)
    return &binding;
  binding.place = it->second.name->range;
  // A chain of names ends somewhere; a stack ends earlier.
  constexpr unsigned deepest = 500;
  if (lookups == deepest) {
    error(binding.place, "E0005", "'" + name + "' stands at the end of too long a chain of names");
    return &binding;
  }
  llvm::SaveAndRestore deeper(lookups, lookups + 1);
  evaluateFileName(name, binding);
  return &binding;
}

void Emitter::evaluateFileName(const std::string &name, Binding &binding) {
  const sema::FileName &entry = program.names.at(name);
  const Expr *value = entry.value();
  binding.definition = value;
  binding.origin = entry.given.origin;
  Scope *outer = frame->scope;
  frame->scope = frame->file;
  if (auto *dim = llvm::dyn_cast<lang::Dim>(entry.stmt)) {
    bindDim(*dim, *entry.name, value, binding);
  } else {
    Value result = evaluate(*value);
    auto *constant = llvm::dyn_cast<Const>(entry.stmt);
    if (result && constant && constant->type && !ascribe(*constant->type, result, value->range))
      result = {};
    if (result && !constant && !result.isNumber() && result.kind != Value::Kind::Truth) {
      error(value->range, "E0204", "'set " + name + "' needs a number, or true or false");
      result = {};
    }
    if (result) {
      binding.kind = Binding::Kind::Value;
      binding.value = std::move(result);
    }
  }
  frame->scope = outer;
}

bool Emitter::bindDim(const lang::Dim &declaration, const Name &name, const Expr *size,
                      Binding &binding) {
  binding.place = name.range;
  if (auto *labels = llvm::dyn_cast_or_null<LabelsExpr>(size))
    return bindLabels(declaration, name, *labels, binding);
  if (!declaration.parents.empty())
    return bindRagged(declaration, name, size, binding);
  if (!size) {
    const Env &env = frame->file->env;
    bool isFixed = env.fixed.count(name.text);
    if (!isFixed && !env.floating.count(name.text)) {
      binding.kind = Binding::Kind::FloatingDim;
      return true;
    }
    binding.dim =
        dims.get(name.text, isFixed ? env.fixed.at(name.text) : env.floating.at(name.text));
    binding.kind = Binding::Kind::Dim;
    return true;
  }
  Value value = evaluate(*size);
  if (!value)
    return false;
  if (!value.isNumber()) {
    error(size->range, "E0202",
          "the size of dim '" + name.text + "' must be a number known when the program is built");
    return false;
  }
  if (value.number >= 0x1p53) {
    error(size->range, "E0204",
          "dim '" + name.text + "' has size " + sema::numberText(value.number) +
              ", which is too large");
    return false;
  }
  if (!value.isWhole()) {
    notWhole(name.text, *size, value.number);
    return false;
  }
  if (value.number < 1) {
    error(size->range, "E0204",
          "dim '" + name.text + "' has size " + sema::numberText(value.number) +
              "; it needs at least 1");
    return false;
  }
  binding.dim = dims.get(name.text, int64_t(value.number));
  binding.kind = Binding::Kind::Dim;
  return true;
}

// `dim atom in frame`, `dim edge in src: atom, dst: atom`: as many as the data of a batch has.
bool Emitter::bindRagged(const lang::Dim &declaration, const Name &name, const Expr *size,
                         Binding &binding) {
  if (size) {
    unsupported(declaration.range, "a size for a dim with a parent");
    return false;
  }
  Dim dim;
  dim.name = name.text;
  dim.size = sema::runTimeSize;
  for (const DimParent &parent : declaration.parents) {
    const Dim *to = findDim(parent.dim.text, parent.dim.range);
    if (!to)
      return false;
    dim.maps.push_back({parent.map ? parent.map.text : parent.dim.text, to});
    for (size_t i = 0; i + 1 < dim.maps.size(); ++i)
      if (dim.maps[i].name == dim.maps.back().name) {
        error(parent.dim.range, "E0103",
              "dim '" + dim.name + "' has two maps '" + dim.maps[i].name + "'")
            .help("name them: dim " + dim.name + " in src: " + to->name + ", dst: " + to->name);
        return false;
      }
  }
  binding.dim = dims.get(std::move(dim));
  binding.kind = Binding::Kind::Dim;
  return true;
}

bool Emitter::bindLabels(const lang::Dim &declaration, const Name &name, const LabelsExpr &labels,
                         Binding &binding) {
  Dim dim;
  dim.name = name.text;
  dim.size = labels.labels.size();
  if (declaration.parents.size() > 1 ||
      (!declaration.parents.empty() && declaration.parents[0].map)) {
    unsupported(declaration.range, "a dim with several parents");
    return false;
  }
  if (!declaration.parents.empty())
    if (!(dim.parent = findDim(declaration.parents[0].dim.text, declaration.parents[0].dim.range)))
      return false;
  for (const Label &label : labels.labels) {
    if (dim.indexOf(label.name.text) >= 0) {
      error(label.name.range, "E0113",
            "label '" + label.name.text + "' stands twice in dim '" + dim.name + "'");
      return false;
    }
    std::string file = label.name.text, unit = label.unit;
    if (dim.parent) {
      int64_t index = dim.parent->indexOf(label.name.text);
      if (index < 0) {
        noSuchLabel(label.name.range, dim.parent, label.name.text);
        return false;
      }
      dim.parentIndices.push_back(index);
      file = dim.parent->files[index];
      if (!label.unitRange)
        unit = dim.parent->units[index];
    }
    if (label.value) {
      auto *text = llvm::dyn_cast<StringExpr>(label.value.get());
      if (!text) {
        error(label.value->range, "E0113",
              "after a label of a dim stands its name in the data, in quotes");
        return false;
      }
      file = text->value;
    }
    dim.labels.push_back(label.name.text);
    dim.files.push_back(file);
    dim.units.push_back(unit);
  }
  binding.dim = dims.get(std::move(dim));
  binding.kind = Binding::Kind::Dim;
  return true;
}

void Emitter::noSuchLabel(Range place, const Dim *dim, const std::string &label) {
  Binding *declared = lookup(dim->name);
  auto *labels = declared ? llvm::dyn_cast_or_null<LabelsExpr>(declared->definition) : nullptr;
  error(place, "E0112", "dim '" + dim->name + "' has no label '" + label + "'")
      .note(labels ? labels->braces : Range(), "its labels are " + llvm::join(dim->labels, ", "));
}

// What regroups a dim, or has weights along it, needs its size.
bool Emitter::isSized(const Dim *dim, Range place, const std::string &what) {
  if (!dim->isRunTime())
    return true;
  error(place, "E0202",
        what + " needs dims of a known size, and how many of '" + dim->name +
            "' there are, only the data knows");
  return false;
}

std::vector<std::string> Emitter::namesInScope(bool dimsOnly) {
  std::vector<std::string> names;
  for (Scope *scope = frame->scope; scope; scope = scope->parent)
    for (auto &[name, binding] : scope->names)
      if (!dimsOnly || binding.kind == Binding::Kind::Dim)
        names.push_back(name);
  for (auto &[name, entry] : program.names)
    if (!dimsOnly || llvm::isa<lang::Dim>(entry.stmt))
      names.push_back(name);
  if (!dimsOnly) {
    for (auto &[name, function] : program.functions)
      names.push_back(name);
    for (auto &[name, builtin] : builtins())
      names.push_back(name);
  }
  return names;
}

void Emitter::unknownName(const std::string &name, Range place) {
  error(place, "E0101",
        "no name '" + name + "' here" + diag::suggestion(name, namesInScope(false)));
}

const Dim *Emitter::findDim(const std::string &name, Range place,
                            const std::vector<std::string> &likely) {
  Binding *binding = lookup(name);
  if (!binding) {
    std::vector<std::string> known = namesInScope(true);
    auto &message =
        error(place, "E0101", "no dim '" + name + "' here" + diag::suggestion(name, known));
    for (const std::string &text : likely)
      message.note(text);
    return nullptr;
  }
  switch (binding->kind) {
  case Binding::Kind::Dim:
    return binding->dim;
  case Binding::Kind::FloatingDim:
    error(place, "E0201", "dim '" + name + "' has no size here")
        .note(binding->place, "it is declared without one")
        .help("its size comes from the data, from an argument that has it, or from --shape " +
              name + "=N");
    return nullptr;
  case Binding::Kind::Failed:
    if (!diags.hasErrors())
      error(place, "E0205", "'" + name + "' depends on itself");
    return nullptr;
  default:
    error(place, "E0104", "'" + name + "' is no dim").note(binding->place, "it is declared here");
    return nullptr;
  }
}

// The dim of an array that is meant by a dim's name: that dim, or a part of it, as x[lat: 1..3] has
// one.
const Dim *Emitter::ownDim(const Dim *dim, mlir::Value x, Range place) {
  if (has(x, dim))
    return dim;
  for (const Dim *other : dimsOf(dims, x))
    if (other->name == dim->name)
      return other;
  error(place, "E0302", "'" + dim->name + "' is no dim of this array: it is " + dimsText(x));
  return nullptr;
}

const Dim *Emitter::dimNamed(const Expr &e) {
  if (auto *name = llvm::dyn_cast<NameExpr>(&e))
    return findDim(name->name, e.range);
  error(e.range, "E0104", "'" + textOf(e) + "' is no dim");
  return nullptr;
}

bool Emitter::dimsNamed(const std::vector<const Expr *> &names, Dims &found) {
  for (const Expr *name : names) {
    const Dim *dim = dimNamed(*name);
    if (dim && llvm::is_contained(found, dim)) {
      error(name->range, "E0308", "dim '" + dim->name + "' stands here twice");
      return false;
    }
    if (!dim)
      return false;
    found.push_back(dim);
  }
  return true;
}

const Dim *Emitter::dimOfSize(const Expr &e, int64_t size) {
  auto *name = llvm::dyn_cast<NameExpr>(&e);
  Binding *binding = name ? lookup(name->name) : nullptr;
  if (binding && binding->kind == Binding::Kind::FloatingDim)
    return dims.get(name->name, size);
  return dimNamed(e);
}

} // namespace orrery::emit
