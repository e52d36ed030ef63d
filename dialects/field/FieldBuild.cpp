// Infers result types for the operations that Build makes.

#include "dialects/field/FieldBuild.h"

using namespace mlir;
using namespace orrery::field;

namespace {

// Names with sizes, in order: the currency of type inference.
struct Shape {
  SmallVector<StringAttr> names;
  SmallVector<int64_t> sizes;

  explicit Shape(Type type = {}) {
    if (!type)
      return;
    names.assign(namesOf(type).begin(), namesOf(type).end());
    sizes.assign(cast<RankedTensorType>(type).getShape().begin(),
                 cast<RankedTensorType>(type).getShape().end());
  }
  void add(StringAttr name, int64_t size) {
    if (!llvm::is_contained(names, name)) {
      names.push_back(name);
      sizes.push_back(size);
    }
  }
  void insert(size_t at, StringAttr name, int64_t size) {
    names.insert(names.begin() + at, name);
    sizes.insert(sizes.begin() + at, size);
  }
  // Returns the axis that the name had.
  size_t remove(StringRef name) {
    size_t axis =
        llvm::find_if(names, [&](StringAttr n) { return n.getValue() == name; }) - names.begin();
    names.erase(names.begin() + axis);
    sizes.erase(sizes.begin() + axis);
    return axis;
  }
  RankedTensorType type(Type element) const {
    return tensorType(element.getContext(), names, sizes, element);
  }
};

Type elementOf(Value x) { return cast<RankedTensorType>(x.getType()).getElementType(); }

} // namespace

Build::Build(OpBuilder &builder, Location loc, Type element)
    : builder(builder), loc(loc), element(element ? element : Type(builder.getF32Type())) {}

RankedTensorType Build::united(ValueRange values, Type element) {
  Shape shape;
  for (Value value : values) {
    Shape other(value.getType());
    for (auto [name, size] : llvm::zip(other.names, other.sizes))
      shape.add(name, size);
  }
  return shape.type(element);
}

Value Build::full(RankedTensorType type, double value) {
  // A constant has no size that is known at run time only.
  if (!type.hasStaticShape())
    return broadcast(full(Shape().type(type.getElementType()), value), type);
  auto number = builder.getFloatAttr(type.getElementType(), value);
  return ConstantOp::create(builder, loc, type, DenseElementsAttr::get(type, Attribute(number)));
}
Value Build::real(double value) { return full(Shape().type(element), value); }

template <typename Op> Value Build::unary(Value x) {
  return Op::create(builder, loc, x.getType(), x);
}
template <typename Op> Value Build::binary(Value a, Value b) {
  return Op::create(builder, loc, united({a, b}, elementOf(a)), a, b);
}

Value Build::neg(Value x) { return unary<NegOp>(x); }
Value Build::abs(Value x) { return unary<AbsOp>(x); }
Value Build::sign(Value x) { return unary<SignOp>(x); }
Value Build::exp(Value x) { return unary<ExpOp>(x); }
Value Build::log(Value x) { return unary<LogOp>(x); }
Value Build::sqrt(Value x) { return unary<SqrtOp>(x); }
Value Build::rsqrt(Value x) { return unary<RsqrtOp>(x); }
Value Build::sin(Value x) { return unary<SinOp>(x); }
Value Build::cos(Value x) { return unary<CosOp>(x); }
Value Build::tanh(Value x) { return unary<TanhOp>(x); }
Value Build::erf(Value x) { return unary<ErfOp>(x); }
Value Build::sigmoid(Value x) { return unary<SigmoidOp>(x); }
Value Build::relu(Value x) { return unary<ReluOp>(x); }
Value Build::gelu(Value x) { return unary<GeluOp>(x); }
Value Build::silu(Value x) { return unary<SiluOp>(x); }
Value Build::elu(Value x) { return unary<EluOp>(x); }
Value Build::add(Value a, Value b) { return binary<AddOp>(a, b); }
Value Build::sub(Value a, Value b) { return binary<SubOp>(a, b); }
Value Build::mul(Value a, Value b) { return binary<MulOp>(a, b); }
Value Build::div(Value a, Value b) { return binary<DivOp>(a, b); }
Value Build::pow(Value a, Value b) { return binary<PowOp>(a, b); }
Value Build::max(Value a, Value b) { return binary<MaxOp>(a, b); }
Value Build::min(Value a, Value b) { return binary<MinOp>(a, b); }

Value Build::compare(Predicate predicate, Value a, Value b) {
  return CompareOp::create(builder, loc, united({a, b}, builder.getI1Type()), predicate, a, b);
}
Value Build::logicalAnd(Value a, Value b) { return binary<AndOp>(a, b); }
Value Build::logicalOr(Value a, Value b) { return binary<OrOp>(a, b); }
Value Build::logicalNot(Value a) { return unary<NotOp>(a); }
Value Build::select(Value condition, Value a, Value b) {
  return SelectOp::create(builder, loc, united({condition, a, b}, elementOf(a)), condition, a, b);
}
Value Build::cast(Value x, Type to) {
  return elementOf(x) == to ? x
                            : Value(CastOp::create(builder, loc, Shape(x.getType()).type(to), x));
}

// Phi(x) + x phi(x), with Phi and phi of the standard normal distribution.
Value Build::geluSlope(Value x) {
  Value area = mul(real(0.5), add(real(1.0), erf(mul(x, real(0.70710678118654752)))));
  Value density = mul(real(0.39894228040143268), exp(mul(real(-0.5), mul(x, x))));
  return add(area, mul(x, density));
}
Value Build::siluSlope(Value x) {
  Value s = sigmoid(x);
  return mul(s, add(real(1.0), mul(x, sub(real(1.0), s))));
}
Value Build::share(Predicate predicate, Value a, Value b) {
  Value unequal = select(compare(predicate, a, b), real(1.0), real(0.0));
  return select(compare(Predicate::EQ, a, b), real(0.5), unequal);
}

Value Build::contract(Value a, Value b, Names over, Type to) {
  Shape shape(united({a, b}, elementOf(a)));
  for (StringRef name : over)
    shape.remove(name);
  if (!to)
    to = elementOf(a).getIntOrFloatBitWidth() >= elementOf(b).getIntOrFloatBitWidth()
             ? elementOf(a)
             : elementOf(b);
  return ContractOp::create(builder, loc, shape.type(to), a, b, builder.getStrArrayAttr(over));
}

Value Build::reduce(ReduceKind kind, Value x, Names over) {
  if (over.empty())
    return x;
  Shape shape(x.getType());
  for (StringRef name : over)
    shape.remove(name);
  return ReduceOp::create(builder, loc, shape.type(elementOf(x)), kind, x,
                          builder.getStrArrayAttr(over));
}

Value Build::mean(Value x, Names over) {
  double count = 1;
  Shape counted;
  for (StringRef name : over)
    if (int64_t size = sizeOf(x.getType(), name); ShapedType::isDynamic(size))
      counted.add(builder.getStringAttr(name), size);
    else
      count *= size;
  if (!counted.names.empty()) {
    SmallVector<StringRef> names;
    for (StringAttr name : counted.names)
      names.push_back(name);
    Value ones = sum(full(counted.type(elementOf(x)), 1.0), names);
    Value number = mul(ones, full(Shape().type(elementOf(x)), count));
    return div(sum(x, over), number);
  }
  Value scale = full(Shape().type(elementOf(x)), 1.0 / count);
  return mul(sum(x, over), scale);
}

Value Build::fit(Value x, RankedTensorType type) {
  SmallVector<StringRef> extra;
  for (StringAttr name : namesOf(x))
    if (axisOf(type, name) < 0)
      extra.push_back(name);
  x = sum(x, extra);
  if (namesOf(x).size() == namesOf(type).size())
    return x;
  return broadcast(x, type.clone(elementOf(x)));
}

Value Build::broadcast(Value x, RankedTensorType type) {
  return x.getType() == type ? x : Value(BroadcastOp::create(builder, loc, type, x));
}

Value Build::rename(Value x, Names from, Names to) {
  Shape shape(x.getType());
  for (StringAttr &name : shape.names)
    if (auto it = llvm::find(from, name.getValue()); it != from.end())
      name = builder.getStringAttr(to[it - from.begin()]);
  return RenameOp::create(builder, loc, shape.type(elementOf(x)), x, builder.getStrArrayAttr(from),
                          builder.getStrArrayAttr(to));
}

Value Build::split(Value x, StringRef dim, Names into, ArrayRef<int64_t> sizes) {
  Shape shape(x.getType());
  size_t axis = shape.remove(dim);
  for (auto [name, size] : llvm::zip(into, sizes))
    shape.insert(axis++, builder.getStringAttr(name), size);
  return SplitOp::create(builder, loc, shape.type(elementOf(x)), x, dim,
                         builder.getStrArrayAttr(into));
}

Value Build::merge(Value x, Names dims, StringRef into) {
  Shape shape(x.getType());
  int64_t size = 1;
  for (StringRef name : dims)
    size = ShapedType::isDynamic(size) || ShapedType::isDynamic(sizeOf(x.getType(), name))
               ? ShapedType::kDynamic
               : size * sizeOf(x.getType(), name);
  size_t first = axisOf(x.getType(), dims.front());
  for (StringRef name : dims)
    if (size_t axis = shape.remove(name); axis < first)
      --first;
  shape.insert(first, builder.getStringAttr(into), size);
  return MergeOp::create(builder, loc, shape.type(elementOf(x)), x, builder.getStrArrayAttr(dims),
                         into);
}

Value Build::extract(Value x, StringRef dim, int64_t index) {
  Shape shape(x.getType());
  shape.remove(dim);
  return ExtractOp::create(builder, loc, shape.type(elementOf(x)), x, dim, index);
}

Value Build::slice(Value x, StringRef dim, int64_t offset, int64_t size, StringRef as) {
  Shape shape(x.getType());
  shape.insert(shape.remove(dim), builder.getStringAttr(as), size);
  return SliceOp::create(builder, loc, shape.type(elementOf(x)), x, dim, offset, as);
}

Value Build::pad(Value x, StringRef dim, int64_t low, int64_t size, StringRef as) {
  Shape shape(x.getType());
  shape.insert(shape.remove(dim), builder.getStringAttr(as), size);
  return PadOp::create(builder, loc, shape.type(elementOf(x)), x, dim, low, as);
}

Value Build::concat(ValueRange xs, Names dims, StringRef into) {
  Shape shape(xs.front().getType());
  int64_t size = 0;
  for (auto [x, dim] : llvm::zip(xs, dims))
    size += sizeOf(x.getType(), dim);
  shape.insert(shape.remove(dims.front()), builder.getStringAttr(into), size);
  return ConcatOp::create(builder, loc, shape.type(elementOf(xs.front())), xs,
                          builder.getStrArrayAttr(dims), into);
}

Value Build::stack(ValueRange xs, StringRef dim) {
  Shape shape(united(xs, elementOf(xs.front())));
  shape.insert(0, builder.getStringAttr(dim), xs.size());
  return StackOp::create(builder, loc, shape.type(elementOf(xs.front())), xs, dim);
}

Value Build::reverse(Value x, Names dims) {
  return ReverseOp::create(builder, loc, x.getType(), x, builder.getStrArrayAttr(dims));
}

Value Build::iota(StringRef dim, int64_t size) {
  Shape shape;
  shape.add(builder.getStringAttr(dim), size);
  return IotaOp::create(builder, loc, shape.type(element));
}

Value Build::window(Value x, Names dims, Names kernel, ArrayRef<int64_t> sizes,
                    ArrayRef<int64_t> offsets, ArrayRef<bool> wrap) {
  Shape shape(x.getType());
  for (auto [name, size] : llvm::zip(kernel, sizes))
    shape.add(builder.getStringAttr(name), size);
  return WindowOp::create(builder, loc, shape.type(elementOf(x)), x, builder.getStrArrayAttr(dims),
                          builder.getStrArrayAttr(kernel), builder.getI64ArrayAttr(offsets),
                          builder.getBoolArrayAttr(wrap));
}

Value Build::overlapAdd(Value x, Names dims, Names kernel, ArrayRef<int64_t> offsets,
                        ArrayRef<bool> wrap) {
  Shape shape(x.getType());
  for (StringRef name : kernel)
    shape.remove(name);
  return OverlapAddOp::create(builder, loc, shape.type(elementOf(x)), x,
                              builder.getStrArrayAttr(dims), builder.getStrArrayAttr(kernel),
                              builder.getI64ArrayAttr(offsets), builder.getBoolArrayAttr(wrap));
}
