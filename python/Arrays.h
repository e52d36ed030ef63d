// Arrays of Python as the runtime sees them, and the other way round.
#ifndef ORRERY_PYTHON_ARRAYS_H
#define ORRERY_PYTHON_ARRAYS_H

#include "python/Session.h"

#include <pybind11/pybind11.h>

namespace orrery::python {

namespace py = pybind11;

// The memory of a Python object that offers the buffer protocol or DLPack. Made and destroyed with
// the GIL; in between its view may be read without.
class Held {
public:
  // `what` is for messages: the name of the field or parameter.
  Held(const py::object &object, const std::string &what);

  const runtime::ArrayView &view() const { return array; } // its dims have no names
  std::vector<size_t> shape() const;
  std::vector<double> numbers() const; // in C order

private:
  struct Release {
    void operator()(Py_buffer *view) const;
  };
  bool fromBuffer(const py::object &object, const std::string &what);
  bool fromDlpack(const py::object &object, const std::string &what);

  runtime::ArrayView array;
  std::unique_ptr<Py_buffer, Release> buffer;
  py::object capsule;
};

// What the arguments of a call give, with everything that must live as long as the call.
struct Arguments {
  Given given;
  std::vector<Held> held;
};

// {field: path or [(name, [dims], object, {attribute: text or number})]}, or
// {source: path or [structure]}, a structure being a dict: "numbers", "pbc", "cell" (or None),
// "atoms" and "frame" (arrays by name)
Arguments argumentsFrom(const py::dict &fields);

// Copies the numbers of an array into the memory of a parameter of the same shape.
void assign(const Result &parameter, const std::vector<double> &numbers);
// E0601 if the shape is another one.
void checkFits(const Result &parameter, const Held &held);

// A result as an object with the buffer protocol.
struct Exported {
  Result result;
};
py::object exported(Result result);
void bindArrays(py::module_ &module);

} // namespace orrery::python

#endif
