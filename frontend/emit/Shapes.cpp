// split, merge, rename, concat, stack: dims regrouped, sizes checked.

#include "frontend/emit/Emitter.h"

namespace orrery::emit {

using namespace lang;

static std::string product(const Dims &list) {
  std::string text;
  int64_t size = 1;
  for (const Dim *dim : list) {
    text += (text.empty() ? "" : " × ") + std::to_string(dim->size);
    size *= dim->size;
  }
  return list.size() == 1 ? text : text + " = " + std::to_string(size);
}

// "mag * patch = 8 would fit", where a product of a dim's definition and another number of the file
// has the size that is needed.
std::string Emitter::fittingProduct(const Expr &definition, int64_t needed) {
  auto *name = llvm::dyn_cast<NameExpr>(&definition);
  if (!name)
    return {};
  Value value = evaluate(definition);
  for (const std::string &other : program.order) {
    if (!llvm::isa<Set>(program.names.at(other).stmt) || !value.isNumber())
      continue;
    Binding *binding = lookup(other);
    if (binding && binding->kind == Binding::Kind::Value && binding->value.isNumber() &&
        other != name->name && value.number * binding->value.number == needed)
      return "; " + name->name + " * " + other + " = " + std::to_string(needed) + " would fit";
  }
  return {};
}

void Emitter::wrongSize(const std::string &call, const Dims &parts, const Dim *whole, Range place) {
  auto &message = error(place, "E0305",
                        call + "(" + program.sources->text(place).str() +
                            ") has the wrong size: " + product(parts) + ", but " + whole->name +
                            " = " + std::to_string(whole->size));
  std::vector<const Dim *> local;
  std::set<std::string> told;
  Dims all = parts;
  all.push_back(whole);
  for (const Dim *dim : all) {
    Binding *named = lookup(dim->name);
    if (named && named->kind == Binding::Kind::Dim && named->dim != dim)
      message.note("this is a part of '" + dim->name + "': " + derivation(dim->name, &told));
    else if (program.names.count(dim->name))
      message.note(derivation(dim->name, &told));
    else
      local.push_back(dim);
  }
  for (const Dim *dim : local) {
    Binding *binding = lookup(dim->name);
    if (!binding || !binding->definition)
      continue;
    int64_t others = 1;
    for (const Dim *part : parts)
      others *= part == dim ? 1 : part->size;
    std::string fit = dim != whole && whole->size % others == 0
                          ? fittingProduct(*binding->definition, whole->size / others)
                          : std::string();
    message.note(binding->definition->range, derivation(dim->name, &told) + fit);
  }
}

// The dims of a spec's side that the array must have; `what` regroups them.
bool Emitter::ownDims(const std::vector<const Expr *> &items, mlir::Value x,
                      const std::string &what, Dims &found) {
  Dims own;
  if (!dimsNamed(items, own))
    return false;
  for (auto [item, dim] : llvm::zip(items, own))
    if (!isSized(dim, item->range, what))
      return false;
  for (auto [item, dim] : llvm::zip(items, own)) {
    const Dim *mine = ownDim(dim, x, item->range);
    if (!mine)
      return false;
    found.push_back(mine);
  }
  return true;
}

// A dim may only be made if it is not there already.
bool Emitter::isNew(const Dim *dim, mlir::Value x, const Dims &vanishing, Range place) {
  if (!has(x, dim) || llvm::is_contained(vanishing, dim))
    return true;
  error(place, "E0308", "the array has '" + dim->name + "' already: it is " + dimsText(x));
  return false;
}

bool Emitter::wantsSpecs(const Expr &e, Arguments &args, const std::vector<Value> &operands,
                         const char *example) {
  if (!refuseOthers(e.range, args, {}) || !takes(e, operands, 1, 1))
    return false;
  for (const sema::Spec &spec : args.specs)
    if (spec.chain.size() != 2 || spec.chain[0].empty() || spec.chain[1].empty()) {
      error(spec.range, "E0106", std::string("one arrow between dims: ") + example);
      return false;
    }
  if (args.specs.empty())
    error(e.range, "E0106", calleeName(e) + " needs to know which dims: " + example);
  return !args.specs.empty();
}

Value Emitter::splitOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!wantsSpecs(e, args, operands, "split(x; lat -> row, p1)"))
    return {};
  mlir::Value x = operands[0].array;
  for (const sema::Spec &spec : args.specs) {
    Dims from, into;
    if (!ownDims(spec.chain[0], x, "split", from))
      return {};
    if (from.size() != 1) {
      error(spec.range, "E0106", "split cuts one dim: split(x; lat -> row, p1)");
      return {};
    }
    if (!dimsNamed(spec.chain[1], into))
      return {};
    int64_t size = 1;
    llvm::SmallVector<int64_t> sizes;
    for (auto [item, dim] : llvm::zip(spec.chain[1], into)) {
      if (!isSized(dim, item->range, "split") || !isNew(dim, x, from, item->range))
        return {};
      size *= dim->size;
      sizes.push_back(dim->size);
    }
    if (size != from[0]->size) {
      wrongSize("split", into, from[0], spec.range);
      return {};
    }
    x = build(e.range).split(x, from[0]->ir, irNames(into), sizes);
  }
  return Value::of(x);
}

Value Emitter::mergeOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!wantsSpecs(e, args, operands, "merge(x; row, p1 -> lat)"))
    return {};
  mlir::Value x = operands[0].array;
  for (const sema::Spec &spec : args.specs) {
    Dims from;
    if (!ownDims(spec.chain[0], x, "merge", from))
      return {};
    auto *target = llvm::dyn_cast<NameExpr>(spec.chain[1][0]);
    if (spec.chain[1].size() != 1 || !target) {
      error(spec.range, "E0106", "merge makes one dim: merge(x; row, p1 -> lat)");
      return {};
    }
    int64_t size = 1;
    std::string names;
    for (const Dim *dim : from) {
      size *= dim->size;
      names += (names.empty() ? "" : ", ") + dim->name;
    }
    const Dim *into = nullptr;
    if (lookup(target->name)) {
      into = dimOfSize(*target, size);
    } else {
      std::vector<std::string> fits;
      for (const std::string &name : program.order) {
        Binding *other = llvm::isa<lang::Dim>(program.names.at(name).stmt) ? lookup(name) : nullptr;
        if (other && other->kind == Binding::Kind::Dim && other->dim->size == size &&
            !has(x, other->dim))
          fits.push_back(name + " (" + program.sources->place(other->place) + ")");
      }
      std::vector<std::string> notes;
      if (!fits.empty())
        notes.push_back("dims in scope that '" + names +
                        "' could merge to: " + llvm::join(fits, ", "));
      findDim(target->name, target->range, notes);
    }
    if (!into || !isSized(into, target->range, "merge") || !isNew(into, x, from, target->range))
      return {};
    if (into->size != size) {
      wrongSize("merge", from, into, spec.range);
      return {};
    }
    x = build(e.range).merge(x, irNames(from), into->ir);
  }
  return Value::of(x);
}

Value Emitter::renameOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!wantsSpecs(e, args, operands, "rename(x; vin -> item)"))
    return {};
  mlir::Value x = operands[0].array;
  Dims from, into;
  for (const sema::Spec &spec : args.specs) {
    Dims here;
    if (!ownDims(spec.chain[0], x, "rename", here))
      return {};
    if (here.size() != spec.chain[1].size()) {
      error(spec.range, "E0106", "rename gives each dim one new name: rename(x; vin -> item)");
      return {};
    }
    for (auto [dim, item] : llvm::zip(here, spec.chain[1])) {
      const Dim *target = dimOfSize(*item, dim->size);
      if (!target || !isSized(target, item->range, "rename"))
        return {};
      if (target->size != dim->size) {
        wrongSize("rename", {dim}, target, spec.range);
        return {};
      }
      from.push_back(dim);
      into.push_back(target);
    }
  }
  for (auto [i, dim] : llvm::enumerate(into))
    if (!isNew(dim, x, from, args.specs.front().range))
      return {};
  return Value::of(build(e.range).rename(x, irNames(from), irNames(into)));
}

// The operands with the same dims beside their own: each is repeated along those that only others
// have.
std::vector<mlir::Value> Emitter::levelled(Range place, const std::vector<mlir::Value> &arrays,
                                           const Dims &own) {
  Dims shared;
  for (auto [array, mine] : llvm::zip(arrays, own))
    for (const Dim *dim : dimsOf(dims, array))
      if (dim != mine && !llvm::is_contained(shared, dim))
        shared.push_back(dim);
  std::vector<mlir::Value> level;
  for (auto [array, mine] : llvm::zip(arrays, own)) {
    Dims wanted = dimsOf(dims, array);
    for (const Dim *dim : shared)
      if (!llvm::is_contained(wanted, dim))
        wanted.insert(wanted.begin(), dim);
    field::Build b = build(place);
    level.push_back(wanted.size() == field::namesOf(array).size() ? array
                                                                  : ordered(b, array, wanted));
  }
  return level;
}

Value Emitter::concatOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  if (!refuseOthers(e.range, args, {}) || !takes(e, operands, 2, 1000))
    return {};
  if (args.specs.size() != 1 || args.specs[0].chain.size() != 2 ||
      args.specs[0].chain[0].size() != operands.size() || args.specs[0].chain[1].size() != 1) {
    error(e.range, "E0106",
          "concat needs one dim an operand, and the joined dim: concat(x, y; D, E -> F)");
    return {};
  }
  const sema::Spec &spec = args.specs[0];
  Dims own;
  std::vector<mlir::Value> arrays;
  int64_t size = 0;
  for (auto [operand, item] : llvm::zip(operands, spec.chain[0])) {
    if (!ownDims({item}, operand.array, "concat", own))
      return {};
    arrays.push_back(operand.array);
    size += own.back()->size;
  }
  const Dim *into = dimOfSize(*spec.chain[1][0], size);
  if (!into || !isSized(into, spec.chain[1][0]->range, "concat"))
    return {};
  if (into->size != size) {
    error(spec.range, "E0305",
          "concat(" + program.sources->text(spec.range).str() +
              ") has the wrong size: the parts add up to " + std::to_string(size) + ", but " +
              into->name + " = " + std::to_string(into->size));
    return {};
  }
  widen(e.range, arrays);
  std::vector<mlir::Value> level = levelled(e.range, arrays, own);
  return Value::of(build(e.range).concat(level, irNames(own), into->ir));
}

// stack(state: x, obs: y, along: chan), or stack(x, y, along: d).
Value Emitter::stackOf(const Expr &e, Arguments &args, std::vector<Value> operands) {
  const NamedArg *along = args.find("along");
  const Dim *dim = along && along->values.size() == 1 ? dimNamed(*along->values[0]) : nullptr;
  if (!along || along->values.size() != 1)
    error(e.range, "E0106", "stack needs the new dim: stack(a, b, along: d)");
  if (!dim || !isSized(dim, along->range, "stack"))
    return {};
  std::vector<Value> values = std::move(operands);
  if (values.empty()) {
    if (!refuseOthers(e.range, args, [&] {
          auto known = dim->labels;
          known.push_back("along");
          return known;
        }()))
      return {};
    for (const std::string &label : dim->labels) {
      const NamedArg *arg = args.find(label);
      if (!arg) {
        error(e.range, "E0113",
              "nothing is given for label '" + label + "' of dim '" + dim->name + "'");
        return {};
      }
      values.push_back(evaluate(*arg->values.front()));
      if (!values.back())
        return {};
    }
  }
  if (int64_t(values.size()) != dim->size) {
    error(e.range, "E0305",
          "stack of " + std::to_string(values.size()) + " along '" + dim->name +
              "', which has size " + std::to_string(dim->size));
    return {};
  }
  std::vector<mlir::Value> arrays;
  for (const Value &value : values) {
    arrays.push_back(arrayOf(value, e.range));
    if (!arrays.back() || !isNew(dim, arrays.back(), {}, e.range))
      return {};
  }
  widen(e.range, arrays);
  return Value::of(build(e.range).stack(arrays, dim->ir));
}

} // namespace orrery::emit
