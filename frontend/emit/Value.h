// What an expression stands for while a program is emitted: a number known now, an array computed
// later, or words.

#ifndef ORRERY_FRONTEND_EMIT_VALUE_H
#define ORRERY_FRONTEND_EMIT_VALUE_H

#include "frontend/sema/Dims.h"
#include "mlir/IR/Value.h"

#include <string>
#include <vector>

namespace orrery::emit {

struct Value {
  // Error: a message was given already. Labels: `{ u: 1, v: 10 }`, before it meets its dim; without
  // names, `(1, 10)` that has met it.
  enum class Kind { Error, Number, Truth, Array, Tuple, Labels, Text };

  Kind kind = Kind::Error;
  double number = 0; // Number; Truth as 0 or 1
  mlir::Value array;
  std::vector<Value> items; // Tuple, Labels
  std::vector<std::string> labels;
  const sema::Dim *along =
      nullptr; // Labels that know their dim; an array is made where they are used
  std::string text;
  std::string field; // the data field that an array is, unchanged
  // An index map (z: element[atom], edge.src): `array` holds the indices, `to` is the dim that they
  // are of, and the others lead back (dialects/graph); `order` is null where it is not needed.
  const sema::Dim *to = nullptr;
  mlir::Value ranges = {}, order = {};

  explicit operator bool() const { return kind != Kind::Error; }
  bool isNumber() const { return kind == Kind::Number; }
  bool isArray() const { return kind == Kind::Array && !to; }
  bool isMap() const { return kind == Kind::Array && to; }
  // Beyond 2^53 not every whole number is a double.
  bool isWhole() const {
    return isNumber() && number > -0x1p53 && number < 0x1p53 && number == int64_t(number);
  }

  static Value of(double number) {
    return {Kind::Number, number, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  }
  static Value of(bool truth) {
    return {Kind::Truth, double(truth), {}, {}, {}, {}, {}, {}, {}, {}, {}};
  }
  static Value of(mlir::Value array) {
    return {Kind::Array, 0, array, {}, {}, {}, {}, {}, {}, {}, {}};
  }
  static Value map(const sema::Dim *to, mlir::Value index, mlir::Value ranges, mlir::Value order) {
    Value value = of(index);
    value.to = to;
    value.ranges = ranges;
    value.order = order;
    return value;
  }
  static Value of(std::vector<Value> items) {
    return {Kind::Tuple, 0, {}, std::move(items), {}, {}, {}, {}, {}, {}, {}};
  }
};

// Does it hold what comparisons give?
bool isTruthArray(const Value &value);

} // namespace orrery::emit

#endif // ORRERY_FRONTEND_EMIT_VALUE_H
