// Executes statements; while declarations are collected, only those that can declare.

#include "frontend/emit/Emitter.h"

#include "frontend/lang/Walk.h"
#include "llvm/Support/SaveAndRestore.h"

namespace orrery::emit {

using namespace lang;

bool Emitter::scoped(Scope &scope, llvm::function_ref<bool()> inside) {
  scope.parent = frame->scope;
  llvm::SaveAndRestore inner(frame->scope, &scope);
  return inside();
}

bool Emitter::execute(const std::vector<StmtPtr> &body) {
  bool isFine = true;
  for (const StmtPtr &stmt : body) {
    if (frame->hasReturned) {
      error(stmt->range, "E0109", "nothing after 'return' is reached");
      return false;
    }
    // One message a body: what follows an error often only repeats it.
    if (!(isFine &= execute(*stmt)))
      return false;
  }
  return isFine;
}

bool Emitter::execute(const Stmt &stmt) {
  switch (stmt.kind) {
  case Stmt::Kind::Dim: {
    auto &dim = llvm::cast<lang::Dim>(stmt);
    for (const Name &name : dim.names) {
      Binding binding;
      binding.definition = dim.size.get();
      bool isBound = bindDim(dim, name, dim.size.get(), binding);
      frame->scope->names[name.text] = binding;
      if (!isBound)
        return false;
    }
    return true;
  }
  case Stmt::Kind::Set: {
    auto &set = llvm::cast<Set>(stmt);
    Value value = evaluate(*set.value);
    if (value && !value.isNumber()) {
      error(set.value->range, "E0204", "'set " + set.name.text + "' needs a number");
      return false;
    }
    bindValue(set.name, value, set.value.get());
    return bool(value);
  }
  case Stmt::Kind::Const:
    return constant(llvm::cast<Const>(stmt));
  case Stmt::Kind::Param:
    return declareParams(llvm::cast<Param>(stmt));
  case Stmt::Kind::Layer:
    return declareLayers(llvm::cast<lang::Layer>(stmt));
  case Stmt::Kind::Assign:
    return frame->declared ? assignNumbers(llvm::cast<Assign>(stmt))
                           : assign(llvm::cast<Assign>(stmt));
  case Stmt::Kind::Repeat:
    return repeat(llvm::cast<Repeat>(stmt));
  case Stmt::Kind::If:
    return branch(llvm::cast<If>(stmt));
  case Stmt::Kind::Return: {
    if (frame->declared)
      return true;
    std::vector<Value> values;
    for (const ExprPtr &value : llvm::cast<Return>(stmt).values) {
      values.push_back(evaluate(*value));
      if (!values.back())
        return false;
    }
    if (values.size() == 1 && values[0].kind == Value::Kind::Tuple)
      values = std::vector<Value>(values[0].items);
    frame->returned = std::move(values);
    frame->hasReturned = true;
    return true;
  }
  default: {
    auto *directive = llvm::dyn_cast<Directive>(&stmt);
    error(stmt.range, "E0110",
          directive ? "'" + directive->name.text + "(...)' is no statement here"
                    : "this statement stands only in 'train'");
    return false;
  }
  }
}

void Emitter::bindValue(const Name &name, Value value, const Expr *definition) {
  Binding binding;
  binding.kind = value ? Binding::Kind::Value : Binding::Kind::Failed;
  binding.value = std::move(value);
  binding.place = name.range;
  binding.definition = definition;
  frame->scope->names[name.text] = std::move(binding);
}

// `radius: [element] = (0.31, 0.28, ...)`: numbers in the order of their dim.
bool Emitter::inOrder(const lang::Type &type, Value &value, Range place) {
  const Dim *dim = type.dims.size() == 1 && !type.dims[0].isAny()
                       ? findDim(type.dims[0].name.text, type.dims[0].name.range)
                       : nullptr;
  if (!dim || dim->isRunTime()) {
    error(type.range, "E0113", "numbers in order need one dim, of a size known before the data is");
    return false;
  }
  if (int64_t(value.items.size()) != dim->size) {
    error(place, "E0113",
          sema::counted(value.items.size(), "value") + " for dim '" + dim->name +
              "', whose size is " + std::to_string(dim->size));
    return false;
  }
  if (!llvm::all_of(value.items, [](const Value &item) { return item.isNumber(); })) {
    error(place, "E0202",
          "each value along a dim must be a number known when the program is built");
    return false;
  }
  value.kind = Value::Kind::Labels;
  value.along = dim;
  return true;
}

// `x: [lat, lon] = e`: the value must have these dims; values of labels get their dim.
bool Emitter::ascribe(const lang::Type &type, Value &value, Range place) {
  if (value.kind == Value::Kind::Tuple)
    return inOrder(type, value, place);
  if (value.kind == Value::Kind::Labels) {
    const Dim *dim = type.dims.size() == 1 && !type.dims[0].isAny()
                         ? findDim(type.dims[0].name.text, type.dims[0].name.range)
                         : nullptr;
    if (!dim || dim->labels.empty()) {
      error(type.range, "E0113", "values of labels need the one dim that has the labels");
      return false;
    }
    for (const std::string &label : value.labels)
      if (dim->indexOf(label) < 0) {
        noSuchLabel(place, dim, label);
        return false;
      }
    for (const std::string &label : dim->labels)
      if (!llvm::is_contained(value.labels, label)) {
        error(place, "E0113", "no value for label '" + label + "' of dim '" + dim->name + "'");
        return false;
      }
    value.along = dim;
    return true;
  }
  if (!value.isArray() && type.kind == lang::Type::Kind::Tensor && !type.dims.empty()) {
    Dims wanted;
    for (const DimRef &ref : type.dims)
      if (const Dim *dim = ref.isAny() ? nullptr : findDim(ref.name.text, ref.name.range))
        wanted.push_back(dim);
    if (!value.isNumber() || !frame->function)
      return true;
    value = Value::of(build(place).full(typeOf(context, wanted, real), value.number));
  }
  return checkResult(type, value, place, "this");
}

bool Emitter::constant(const Const &stmt) {
  Value value = evaluate(*stmt.value);
  if (!value || (stmt.type && !ascribe(*stmt.type, value, stmt.value->range)))
    return false;
  bindValue(stmt.name, value, stmt.value.get());
  return true;
}

// The operation that makes a value carries the name it is bound to.
static void nameLocation(const std::string &name, const Value &value) {
  if (!value.isArray())
    return;
  if (mlir::Operation *op = value.array.getDefiningOp())
    if (mlir::isa<mlir::FileLineColLoc>(op->getLoc()))
      op->setLoc(mlir::NameLoc::get(mlir::StringAttr::get(op->getContext(), name), op->getLoc()));
}

// `precision { energy: f64 }`: a name may keep its values wider than the rest.
mlir::Value Emitter::inPrecision(const std::string &name, mlir::Value x, Range place) {
  mlir::Type element = mlir::cast<mlir::RankedTensorType>(x.getType()).getElementType();
  return mlir::isa<mlir::FloatType>(element) ? build(place).cast(x, elementOf(name)) : x;
}

bool Emitter::assign(const Assign &stmt) {
  std::vector<Value> values;
  for (const ExprPtr &e : stmt.values) {
    values.push_back(evaluate(*e));
    if (!values.back())
      return false;
  }
  if (values.size() == 1 && stmt.targets.size() > 1 && values[0].kind == Value::Kind::Tuple)
    values = std::vector<Value>(values[0].items);
  if (values.size() != stmt.targets.size()) {
    error(stmt.range, "E0111",
          sema::counted(stmt.targets.size(), "name") + " on the left, " +
              sema::counted(values.size(), "value") + " on the right");
    return false;
  }
  for (auto [i, target] : llvm::enumerate(stmt.targets)) {
    const Expr &e = *stmt.values[std::min(i, stmt.values.size() - 1)];
    if (stmt.type && !ascribe(*stmt.type, values[i], e.range))
      return false;
    bool isText = values[i].kind == Value::Kind::Text;
    if (isText || (values[i].kind == Value::Kind::Labels && !values[i].along)) {
      error(e.range, "E0303",
            isText ? "a text is no value: texts stand only where a file or a unit is named"
                   : "values of labels need their dim: " + target.text + ": [vout] = { ... }");
      return false;
    }
    Binding *known = lookup(target.text);
    if (known && known->kind != Binding::Kind::Value && known->kind != Binding::Kind::Failed) {
      error(target.range, "E0102",
            "'" + target.text + "' is a " +
                (known->kind == Binding::Kind::Layer ? "layer" : "dim") +
                " here and cannot be assigned")
          .note(known->place, "declared here");
      return false;
    }
    if (values[i].isArray() && frame->function)
      values[i].array = inPrecision(target.text, values[i].array, e.range);
    nameLocation(target.text, values[i]);
    // Rebinding reaches the scope that holds the name, so that a loop's body changes what is
    // outside it.
    Scope *scope = frame->scope;
    while (scope && !scope->names.count(target.text))
      scope = scope->parent;
    llvm::SaveAndRestore holder(frame->scope, scope ? scope : frame->scope);
    bindValue(target, values[i], &e);
  }
  return true;
}

// Is it made of numbers that are known when declarations are collected?
bool Emitter::isOfNumbers(const Expr &e) {
  if (auto *name = llvm::dyn_cast<NameExpr>(&e)) {
    Binding *binding = lookup(name->name);
    return binding ? (binding->kind == Binding::Kind::Dim && !binding->dim->isRunTime()) ||
                         (binding->kind == Binding::Kind::Value && !binding->value.array &&
                          (binding->value.isNumber() || binding->value.kind == Value::Kind::Truth))
                   : name->name == "pi" || name->name == "true" || name->name == "false";
  }
  if (auto *unary = llvm::dyn_cast<UnaryExpr>(&e))
    return isOfNumbers(*unary->operand);
  if (auto *binary = llvm::dyn_cast<BinaryExpr>(&e))
    return isOfNumbers(*binary->left) && isOfNumbers(*binary->right);
  return llvm::isa<IntExpr, NumberExpr>(&e);
}

// While declarations are collected, a count or a condition may need a number; arrays are there
// later.
bool Emitter::assignNumbers(const Assign &stmt) {
  std::vector<Value> values(stmt.targets.size());
  for (size_t i = 0; i < values.size() && values.size() == stmt.values.size(); ++i)
    if (isOfNumbers(*stmt.values[i]) && !(values[i] = evaluate(*stmt.values[i])))
      return false;
  for (auto [target, value] : llvm::zip(stmt.targets, values)) {
    Binding *known = lookup(target.text);
    if (known && known->kind != Binding::Kind::Value && known->kind != Binding::Kind::Later)
      continue; // refused when the body is executed
    Scope *scope = frame->scope;
    while (scope && !scope->names.count(target.text))
      scope = scope->parent;
    llvm::SaveAndRestore holder(frame->scope, scope ? scope : frame->scope);
    bindLater(target);
    if (value)
      bindValue(target, std::move(value), nullptr);
  }
  return true;
}

void Emitter::bindLater(const Name &name) {
  Binding binding;
  binding.kind = Binding::Kind::Later;
  binding.place = name.range;
  frame->scope->names[name.text] = std::move(binding);
}

namespace {
struct Declarations : Walker {
  bool any = false;
  std::vector<const Name *> assigned;

  explicit Declarations(const std::vector<StmtPtr> &body) {
    for (const StmtPtr &stmt : body)
      walk(*stmt);
  }

private:
  void visit(const Stmt &stmt) override {
    any |= llvm::isa<lang::Layer, Param>(&stmt);
    if (auto *assign = llvm::dyn_cast<Assign>(&stmt))
      for (const Name &name : assign->targets)
        assigned.push_back(&name);
  }
};
} // namespace

// While declarations are collected, a body without any need not be executed, and the count or
// condition before it need not be known: a block may take it as an argument.
bool Emitter::isSkipped(const Expr &what, const std::vector<StmtPtr> &body) {
  if (!frame->declared || isOfNumbers(what))
    return false;
  Declarations inside(body);
  if (inside.any)
    return false;
  for (const Name *name : inside.assigned)
    for (Scope *scope = frame->scope; scope; scope = scope->parent)
      if (auto it = scope->names.find(name->text);
          it != scope->names.end() && it->second.kind == Binding::Kind::Value)
        it->second.kind = Binding::Kind::Later;
  return true;
}

// The count is known, so the body is executed that often; blocks in it become calls of one
// function.
bool Emitter::repeat(const Repeat &stmt) {
  if (isSkipped(*stmt.count, stmt.body))
    return true;
  std::optional<int64_t> count = wholeOf(*stmt.count, "the count of 'repeat'");
  if (!count)
    return false;
  if (*count < 0 || *count > 100000) {
    error(stmt.count->range, "E0204", "a count of " + std::to_string(*count) + " is out of range");
    return false;
  }
  bool declares = llvm::any_of(
      stmt.body, [](const StmtPtr &inner) { return llvm::isa<lang::Layer, Param>(inner.get()); });
  if (declares && !stmt.as) {
    error(stmt.range.start(), "E0115",
          "a 'repeat' with layers needs a name for their parameters: repeat " +
              textOf(*stmt.count) + " as blocks");
    return false;
  }
  llvm::SaveAndRestore prefix(frame->prefix);
  std::string outer = frame->prefix;
  for (int64_t i = 0; i < *count; ++i) {
    if (stmt.as)
      frame->prefix = outer + stmt.as.text + "." + std::to_string(i) + ".";
    Scope scope;
    bool isFine = scoped(scope, [&] {
      if (stmt.with)
        bindValue(stmt.with, Value::of(double(i)), nullptr);
      return execute(stmt.body);
    });
    if (!isFine)
      return false;
  }
  return true;
}

bool Emitter::branch(const If &stmt) {
  if (isSkipped(*stmt.condition, stmt.thenBody) && isSkipped(*stmt.condition, stmt.elseBody))
    return true;
  Value condition = evaluate(*stmt.condition);
  if (!condition)
    return false;
  if (condition.isArray() || (condition.kind != Value::Kind::Truth && !condition.isNumber())) {
    error(stmt.condition->range, "E0202",
          "the condition of 'if' must be known when the program is built")
        .help("where(condition, a, b) chooses by the data");
    return false;
  }
  Scope scope;
  return scoped(scope,
                [&] { return execute(condition.number != 0 ? stmt.thenBody : stmt.elseBody); });
}

} // namespace orrery::emit
