// Evaluates expressions: numbers are folded, arrays become operations.

#include "frontend/emit/Emitter.h"

#include "frontend/emit/Limits.h"
#include "mlir/IR/TypeUtilities.h"

#include <cmath>

namespace orrery::emit {

using namespace lang;

Value Emitter::unsupported(Range place, const std::string &what) {
  error(place, "E0901", what + " is not supported yet");
  return {};
}

std::string Emitter::dimsText(const Dims &list) {
  std::string text = "[";
  for (const Dim *dim : list)
    text += (text.size() > 1 ? ", " : "") + dim->name;
  return text + "]";
}
// What a value is, for messages that expect something else.
std::string Emitter::kindText(const Value &value) {
  switch (value.kind) {
  case Value::Kind::Number:
    return "the number " + sema::numberText(value.number);
  case Value::Kind::Truth:
    return value.number ? "true" : "false";
  case Value::Kind::Array:
    return value.isMap()         ? "indices of '" + value.to->name + "'"
           : isTruthArray(value) ? "a comparison of " + dimsText(value.array)
                                 : dimsText(value.array);
  case Value::Kind::Tuple:
    return sema::counted(value.items.size(), "value");
  case Value::Kind::Labels:
    return "values of labels";
  case Value::Kind::Text:
    return "a text";
  case Value::Kind::Error:
    break;
  }
  return "no value";
}
std::string Emitter::dimsText(mlir::Value value) { return dimsText(dimsOf(dims, value)); }

mlir::Location Emitter::location(Range place) {
  if (!place)
    return mlir::UnknownLoc::get(context);
  LineColumn at = program.sources->begin(place);
  return mlir::FileLineColLoc::get(context, program.sources->name(place.file), at.line, at.column);
}

// How many numbers an array has, apart from dims that only the data knows.
static double elementCount(mlir::Value array) {
  double count = 1;
  for (int64_t size : mlir::cast<mlir::RankedTensorType>(array.getType()).getShape())
    if (!mlir::ShapedType::isDynamic(size))
      count *= double(size);
  return count;
}

Value Emitter::evaluate(const Expr &e) {
  auto sized = [&](Value value) {
    double count = value.isArray() && value.array ? elementCount(value.array) : 0;
    if (count <= mostElements)
      return value;
    error(e.range, "E0204",
          "this array has " + sema::numberText(count) + " numbers, which are too many: it is " +
              dimsText(value.array));
    return Value();
  };
  switch (e.kind) {
  case Expr::Kind::Name:
    return sized(evaluateName(e));
  case Expr::Kind::Int:
  case Expr::Kind::Number: {
    auto *whole = llvm::dyn_cast<IntExpr>(&e);
    const Name &unit = whole ? whole->unit : llvm::cast<NumberExpr>(e).unit;
    if (unit) {
      error(unit.range, "E0204", "a number with the unit '" + unit.text + "' has no meaning here");
      return {};
    }
    return Value::of(whole ? double(whole->value) : llvm::cast<NumberExpr>(e).value);
  }
  case Expr::Kind::String: {
    Value text;
    text.kind = Value::Kind::Text;
    text.text = llvm::cast<StringExpr>(e).value;
    return text;
  }
  case Expr::Kind::Tuple:
    return evaluateTuple(llvm::cast<TupleExpr>(e));
  case Expr::Kind::Labels:
    return evaluateLabels(llvm::cast<LabelsExpr>(e));
  case Expr::Kind::Call:
    return sized(evaluateCall(e, nullptr));
  case Expr::Kind::Index:
    return sized(evaluateIndex(llvm::cast<IndexExpr>(e)));
  case Expr::Kind::Attr:
    return evaluateAttr(llvm::cast<AttrExpr>(e));
  case Expr::Kind::Like:
    return sized(evaluateLike(llvm::cast<LikeExpr>(e)));
  case Expr::Kind::Pipe:
    return sized(evaluatePipe(llvm::cast<PipeExpr>(e)));
  case Expr::Kind::Unary:
    return evaluateUnary(llvm::cast<UnaryExpr>(e));
  case Expr::Kind::Binary:
    return sized(evaluateBinary(llvm::cast<BinaryExpr>(e)));
  case Expr::Kind::Tiled:
    return sized(evaluateTiled(llvm::cast<TiledExpr>(e)));
  case Expr::Kind::DimRange:
    error(e.range, "E0204",
          "a range stands only between [ ], as in x[lat: 1..4], and in split(...)");
    return {};
  case Expr::Kind::Then:
    error(e.range, "E0204", "'then' joins the pieces of a learning rate and means nothing here");
    return {};
  }
  return {};
}

Value Emitter::evaluateName(const Expr &e) {
  const std::string &name = llvm::cast<NameExpr>(e).name;
  Binding *binding = lookup(name);
  if (!binding) {
    if (name == "pi")
      return Value::of(3.14159265358979323846);
    if (name == "true" || name == "false")
      return Value::of(name == "true");
    unknownName(name, e.range);
    return {};
  }
  switch (binding->kind) {
  case Binding::Kind::Value:
    if (binding->value.along)
      return labelsAlong(binding->value, binding->value.along, e.range);
    return binding->value;
  case Binding::Kind::Dim:
    if (binding->dim->isRunTime()) {
      error(e.range, "E0202", "how many of dim '" + name + "' there are, only the data knows")
          .note(binding->place, "it is declared here")
          .help("count(" + name + ", by: ...) counts them while the model runs");
      return {};
    }
    batchSizeIsRead |= binding->dim->name == batchDim;
    return Value::of(double(binding->dim->size));
  case Binding::Kind::Later:
    error(e.range, "E0202",
          "'" + name + "' is known only when the model runs, and this when it is built")
        .note(binding->place, "it is declared here")
        .help("where(condition, a, b) chooses by the data");
    return {};
  case Binding::Kind::Layer:
    error(e.range, "E0105", "'" + name + "' is a layer: call it, " + name + "(x)")
        .note(binding->place, "declared here");
    return {};
  default:
    findDim(name, e.range);
    return {};
  }
}

Value Emitter::evaluateTuple(const TupleExpr &e) {
  std::vector<Value> items;
  for (const ExprPtr &item : e.items) {
    items.push_back(evaluate(*item));
    if (!items.back())
      return {};
  }
  return Value::of(std::move(items));
}

Value Emitter::evaluateLabels(const LabelsExpr &e) {
  Value result;
  result.kind = Value::Kind::Labels;
  for (const Label &label : e.labels) {
    if (!label.value || llvm::is_contained(result.labels, label.name.text)) {
      error(label.name.range, "E0113",
            "label '" + label.name.text + (label.value ? "' stands twice" : "' has no value"));
      return {};
    }
    Value value = evaluate(*label.value);
    if (!value)
      return {};
    if (!value.isNumber()) {
      error(label.value->range, "E0202",
            "the value of a label must be a number known when the program is built");
      return {};
    }
    result.labels.push_back(label.name.text);
    result.items.push_back(std::move(value));
  }
  return result;
}

Value Emitter::evaluateAttr(const AttrExpr &e) {
  std::optional<MapPath> path = mapPath(e);
  return path ? mapAt(*path, e.range) : Value();
}

// `normal like x`
Value Emitter::evaluateLike(const LikeExpr &e) {
  Binding *binding = lookup(e.model.text);
  if (!binding) {
    unknownName(e.model.text, e.model.range);
    return {};
  }
  if (binding->kind != Binding::Kind::Value || !binding->value.isArray()) {
    error(e.model.range, "E0303", "'" + e.model.text + "' is no array, so nothing can be like it");
    return {};
  }
  return filled(*e.base, e.range, dimsOf(dims, binding->value.array));
}

Value Emitter::evaluatePipe(const PipeExpr &e) {
  Value left = evaluate(*e.left);
  if (!left)
    return {};
  if (!llvm::isa<NameExpr, CallExpr>(e.right.get())) {
    error(e.right->range, "E0105", "after |> stands a function or a layer, and this is neither");
    return {};
  }
  auto *name = llvm::dyn_cast<NameExpr>(e.left.get());
  pipedName = name ? name->name : std::string();
  return evaluateCall(*e.right, &left);
}

Value Emitter::evaluateUnary(const UnaryExpr &e) {
  Value x = evaluate(*e.operand);
  if (!x || e.op == UnaryExpr::Op::Plus)
    return x;
  bool isNot = e.op == UnaryExpr::Op::Not;
  if (x.kind == Value::Kind::Truth && isNot)
    return Value::of(x.number == 0);
  if (x.isNumber() && !isNot)
    return Value::of(-x.number);
  if (x.isArray() && isTruthArray(x) == isNot)
    return Value::of(isNot ? build(e.range).logicalNot(x.array) : build(e.range).neg(x.array));
  error(e.range, "E0303", std::string("'") + spelling(e.op) + "' does not apply to this");
  return {};
}

bool isTruthArray(const Value &value) {
  return value.isArray() &&
         mlir::cast<mlir::RankedTensorType>(value.array.getType()).getElementType().isInteger(1);
}

// Atoms and edges in one array are pairs of all of them, whatever else they share.
static void warnOfOuter(diag::Engine &diags, Range place, const std::string &both, const Dims &left,
                        const Dims &right) {
  auto alone = [](const Dims &own, const Dims &others) {
    auto it = llvm::find_if(
        own, [&](const Dim *dim) { return dim->isRunTime() && !llvm::is_contained(others, dim); });
    return it == own.end() ? nullptr : *it;
  };
  const Dim *mine = alone(left, right), *theirs = alone(right, left);
  if (mine && theirs)
    diags
        .warning(place, "-Wouter",
                 both + ": every '" + mine->name + "' meets every '" + theirs->name + "'")
        .help(
            "take one of them along a map, as in x[edge.dst], or write outer(a, b) to say that all "
            "pairs are meant");
  else if (llvm::none_of(left, [&](const Dim *dim) { return llvm::is_contained(right, dim); }))
    diags.warning(place, "-Wouter", both + " share no dim: every number meets every other")
        .help("write outer(a, b) to say that this is meant");
}

Value Emitter::evaluateBinary(const BinaryExpr &e) {
  Value a = evaluate(*e.left), b = evaluate(*e.right);
  if (!a || !b)
    return {};
  Value result = e.op >= BinaryExpr::Op::Eq ? comparison(e.range, e.op, a, b)
                                            : arithmetic(e.range, e.op, a, b);
  if (!result || !a.isArray() || !b.isArray() || field::namesOf(a.array).empty() ||
      field::namesOf(b.array).empty())
    return result;
  warnOfOuter(diags, e.range, "the operands " + dimsText(a.array) + " and " + dimsText(b.array),
              dimsOf(dims, a.array), dimsOf(dims, b.array));
  return result;
}

// `precision { pos: f64 }` makes some arrays wider than the others; what meets them is widened.
mlir::Type Emitter::widest(llvm::ArrayRef<mlir::Value> arrays) {
  for (mlir::Value x : arrays)
    if (mlir::getElementTypeOrSelf(x).isF64())
      return builder.getF64Type();
  return real;
}

void Emitter::widen(Range place, llvm::MutableArrayRef<mlir::Value> arrays) {
  mlir::Type wide = widest(arrays);
  for (mlir::Value &x : arrays)
    x = build(place).cast(x, wide);
}

// Makes arrays of numbers of both; comparisons become 0 and 1.
bool Emitter::align(Range place, Value &a, Value &b) {
  for (Value *x : {&a, &b}) {
    if ((!x->array || x->isMap()) && !(x->array = arrayOf(*x, place)))
      return false;
  }
  mlir::Value both[] = {a.array, b.array};
  widen(place, both);
  a.array = both[0];
  b.array = both[1];
  for (mlir::StringAttr name : field::namesOf(a.array))
    if (field::axisOf(b.array.getType(), name) < 0)
      for (mlir::StringAttr other : field::namesOf(b.array)) {
        const Dim *mine = dims.named(std::string_view(name.getValue())),
                  *theirs = dims.named(std::string_view(other.getValue()));
        if (mine->name == theirs->name) {
          error(place, "E0307",
                "dim '" + mine->name + "' has size " + std::to_string(mine->size) +
                    " on the left and " + std::to_string(theirs->size) + " on the right");
          return false;
        }
      }
  return true;
}

mlir::Value Emitter::power(field::Build &b, mlir::Value x, double exponent) {
  if (exponent == 0.5)
    return b.sqrt(x);
  if (exponent == 1)
    return x;
  if (exponent == 2 || exponent == 3 || exponent == 4) {
    mlir::Value square = b.mul(x, x);
    return exponent == 2 ? square : b.mul(square, exponent == 3 ? x : square);
  }
  return b.pow(x, b.real(exponent));
}

static std::optional<double> fold(BinaryExpr::Op op, double a, double b) {
  switch (op) {
  case BinaryExpr::Op::Add:
    return a + b;
  case BinaryExpr::Op::Sub:
    return a - b;
  case BinaryExpr::Op::Mul:
    return a * b;
  case BinaryExpr::Op::Div:
    return b == 0 ? std::nullopt : std::optional<double>(a / b);
  case BinaryExpr::Op::Mod:
    return b == 0 ? std::nullopt : std::optional<double>(a - b * std::floor(a / b));
  default:
    return std::pow(a, b);
  }
}

Value Emitter::arithmetic(Range place, BinaryExpr::Op op, Value a, Value b) {
  if (a.isNumber() && b.isNumber()) {
    if (std::optional<double> number = fold(op, a.number, b.number))
      return Value::of(*number);
    error(place, "E0204", "division by zero");
    return {};
  }
  if (op == BinaryExpr::Op::Div && b.isNumber() && b.number == 0) {
    error(place, "E0204", "division by zero");
    return {};
  }
  field::Build d = build(place);
  if (op == BinaryExpr::Op::Pow && b.isNumber() && a.isArray())
    return Value::of(power(d, d.cast(a.array, widest(a.array)), b.number));
  if (!align(place, a, b))
    return {};
  switch (op) {
  case BinaryExpr::Op::Add:
    return Value::of(d.add(a.array, b.array));
  case BinaryExpr::Op::Sub:
    return Value::of(d.sub(a.array, b.array));
  case BinaryExpr::Op::Mul:
    return Value::of(d.mul(a.array, b.array));
  case BinaryExpr::Op::Div:
    return Value::of(d.div(a.array, b.array));
  case BinaryExpr::Op::Pow:
    return Value::of(d.pow(a.array, b.array));
  default:
    return unsupported(place, "'%' of arrays");
  }
}

Value Emitter::comparison(Range place, BinaryExpr::Op op, Value a, Value b) {
  using Op = BinaryExpr::Op;
  field::Build d = build(place);
  if (op == Op::And || op == Op::Or) {
    if (a.kind == Value::Kind::Truth && b.kind == Value::Kind::Truth)
      return Value::of(op == Op::And ? a.number && b.number : a.number || b.number);
    if (isTruthArray(a) && isTruthArray(b))
      return Value::of(op == Op::And ? d.logicalAnd(a.array, b.array)
                                     : d.logicalOr(a.array, b.array));
    error(place, "E0303", "'and' and 'or' join two comparisons");
    return {};
  }
  if (!a.isArray() && !b.isArray() && a.kind == b.kind &&
      (a.isNumber() || a.kind == Value::Kind::Truth)) {
    double x = a.number, y = b.number;
    return Value::of(op == Op::Eq   ? x == y
                     : op == Op::Ne ? x != y
                     : op == Op::Lt ? x < y
                     : op == Op::Le ? x <= y
                     : op == Op::Gt ? x > y
                                    : x >= y);
  }
  if (!align(place, a, b))
    return {};
  static const field::Predicate predicates[] = {field::Predicate::EQ, field::Predicate::NE,
                                                field::Predicate::LT, field::Predicate::LE,
                                                field::Predicate::GT, field::Predicate::GE};
  return Value::of(d.compare(predicates[int(op) - int(Op::Eq)], a.array, b.array));
}

Value Emitter::extreme(Range place, bool isMax, Value a, Value b) {
  if (a.isNumber() && b.isNumber())
    return Value::of(isMax ? std::max(a.number, b.number) : std::min(a.number, b.number));
  if (!align(place, a, b))
    return {};
  return Value::of(isMax ? build(place).max(a.array, b.array) : build(place).min(a.array, b.array));
}

// A value as an array; numbers have no dims.
mlir::Value Emitter::arrayOf(const Value &value, Range place) {
  if (value.isArray())
    return value.array;
  if (value.isMap()) {
    error(place, "E0303",
          "this holds indices of '" + value.to->name + "', and one cannot calculate with them")
        .help("x[z] takes what lies there; sum(x, by: z) adds up what belongs together");
    return {};
  }
  if (value.isNumber() || value.kind == Value::Kind::Truth) {
    if (!frame->function) {
      error(place, "E0202", "this must be known when the program is built");
      return {};
    }
    return build(place).real(value.number);
  }
  error(place, "E0303",
        value.kind == Value::Kind::Labels
            ? "values of labels need their dim: const w: [vout] = { ... }"
            : "this is no number and no array of numbers");
  return {};
}

// { u: 1, v: 10 } along its dim, or (1, 10), which `inOrder` has compared with it.
Value Emitter::labelsAlong(const Value &labels, const Dim *dim, Range place) {
  std::vector<double> numbers(dim->size);
  std::vector<bool> given(dim->size, labels.labels.empty());
  if (labels.labels.empty())
    llvm::transform(labels.items, numbers.begin(), [](const Value &item) { return item.number; });
  for (auto [label, item] : llvm::zip(labels.labels, labels.items)) {
    int64_t index = dim->indexOf(label);
    if (index < 0) {
      noSuchLabel(place, dim, label);
      return {};
    }
    numbers[index] = item.number;
    given[index] = true;
  }
  for (int64_t i = 0; i < dim->size; ++i)
    if (!given[i]) {
      error(place, "E0113",
            "no value for label '" + dim->labels[i] + "' of dim '" + dim->name + "'");
      return {};
    }
  field::Build b = build(place);
  return Value::of(tableOf(b, {dim}, numbers));
}

} // namespace orrery::emit
