// Buffer protocol and DLPack; NumPy itself is not needed.
#include "python/Arrays.h"
#include "runtime/atoms/Elements.h"
#include "runtime/core/Error.h"

#include <cstring>
#include <dlpack/dlpack.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netcdf.h>

using namespace orrery::runtime;

namespace orrery::python {

static Error wrongType(const std::string &what, const std::string &type) {
  return Error(ExitUsage, "", what,
               fmt::format("holds elements of type {}, and real numbers are wanted", type))
      .help("float32, float64, float16, bfloat16, integers and bool can be read");
}

// An array that does not show its numbers, in its own words; interrupts stay what they are.
static Error unreadable(const std::string &what, const py::error_already_set &problem) {
  if (!problem.matches(PyExc_Exception))
    throw problem;
  return Error(ExitUsage, "", what, std::string(py::str(problem.value())));
}

//===-- From Python ------------------------------------------------------------------------===//

Held::Held(const py::object &object, const std::string &what) {
  if (!fromBuffer(object, what) && !fromDlpack(object, what))
    throw Error(ExitUsage, "", what,
                fmt::format("is of type {}, which is no array",
                            std::string(py::str(py::type::of(object).attr("__name__")))))
        .help("anything with the buffer protocol or __dlpack__: NumPy, PyTorch, array.array");
}

void Held::Release::operator()(Py_buffer *view) const {
  PyBuffer_Release(view);
  delete view;
}

std::vector<size_t> Held::shape() const {
  std::vector<size_t> sizes;
  for (const FileDim &dim : array.dims)
    sizes.push_back(dim.size);
  return sizes;
}

// The letters of module `struct`.
static char kindOfFormat(const std::string &format) {
  size_t at = format.find_first_not_of("@=<|");
  if (at == std::string::npos || format.size() != at + 1)
    return 0;
  char letter = format[at];
  return std::strchr("efd", letter)      ? 'f'
         : std::strchr("bhilqn", letter) ? 'i'
         : std::strchr("BHILQN", letter) ? 'u'
         : letter == '?'                 ? 'b'
                                         : 0;
}

bool Held::fromBuffer(const py::object &object, const std::string &what) {
  if (!PyObject_CheckBuffer(object.ptr()))
    return false;
  auto view = std::make_unique<Py_buffer>();
  if (PyObject_GetBuffer(object.ptr(), view.get(), PyBUF_STRIDES | PyBUF_FORMAT) != 0)
    throw unreadable(what, py::error_already_set());
  buffer.reset(view.release());
  std::string format = buffer->format ? buffer->format : "B";
  array.kind = kindOfFormat(format);
  array.width = size_t(buffer->itemsize);
  if (!array.kind || array.width > 8)
    throw wrongType(what, fmt::format("'{}'", format));
  array.data = static_cast<const char *>(buffer->buf);
  for (int i = 0; i < buffer->ndim; ++i) {
    array.dims.push_back({"", size_t(buffer->shape[i])});
    array.strides.push_back(buffer->strides[i]);
  }
  return true;
}

static char kindOfDlpack(const DLDataType &type) {
  constexpr uint8_t truth = 6; // of later versions of the format
  if (type.lanes != 1 || type.bits % 8 || type.bits > 64)
    return 0;
  switch (type.code) {
  case kDLInt:
    return 'i';
  case kDLUInt:
    return 'u';
  case kDLFloat:
    return type.bits >= 16 ? 'f' : 0;
  case kDLBfloat:
    return type.bits == 16 ? 'B' : 0;
  case truth:
    return 'b';
  default:
    return 0;
  }
}

bool Held::fromDlpack(const py::object &object, const std::string &what) {
  if (!py::hasattr(object, "__dlpack__"))
    return false;
  try {
    capsule = object.attr("__dlpack__")();
  } catch (const py::error_already_set &problem) {
    throw unreadable(what, problem);
  }
  auto *managed = static_cast<DLManagedTensor *>(PyCapsule_GetPointer(capsule.ptr(), "dltensor"));
  if (!managed)
    throw py::error_already_set();
  const DLTensor &tensor = managed->dl_tensor;
  if (tensor.device.device_type != kDLCPU)
    throw Error(ExitUsage, "", what, "does not lie in the memory of the CPU").help("x.cpu()");
  array.kind = kindOfDlpack(tensor.dtype);
  array.width = tensor.dtype.bits / 8u;
  if (!array.kind)
    throw wrongType(what,
                    fmt::format("{} of {} bits", int(tensor.dtype.code), int(tensor.dtype.bits)));
  array.data = static_cast<const char *>(tensor.data) + tensor.byte_offset;
  int64_t stride = int64_t(array.width);
  array.strides.assign(size_t(tensor.ndim), 0);
  for (int i = tensor.ndim; i-- > 0; stride *= tensor.shape[i])
    array.strides[size_t(i)] = tensor.strides ? tensor.strides[i] * int64_t(array.width) : stride;
  for (int i = 0; i < tensor.ndim; ++i)
    array.dims.push_back({"", size_t(tensor.shape[i])});
  return true; // the capsule, which is not consumed, frees the tensor
}

static Attributes attributesFrom(const py::dict &from) {
  Attributes list;
  for (const auto &[key, value] : from)
    if (py::isinstance<py::str>(value))
      list.push_back({py::str(key), NC_CHAR, py::str(value), {}});
    else if (py::isinstance<py::float_>(value) || py::isinstance<py::int_>(value))
      list.push_back({py::str(key), NC_DOUBLE, "", {value.cast<double>()}});
  return list;
}

// Calls `each` with every element of an array, in C order.
template <typename Each> static void forEach(const ArrayView &view, Each each) {
  size_t count = 1;
  for (const FileDim &dim : view.dims)
    count *= dim.size;
  for (size_t e = 0; e < count; ++e) {
    int64_t offset = 0;
    for (size_t i = view.dims.size(), rest = e; i-- > 0; rest /= view.dims[i].size)
      offset += int64_t(rest % view.dims[i].size) * view.strides[i];
    each(view.at(offset));
  }
}

std::vector<double> Held::numbers() const {
  std::vector<double> numbers;
  forEach(array, [&](double value) { numbers.push_back(value); });
  return numbers;
}

namespace {
// Makes the frame that a file would have.
class FrameMaker {
public:
  FrameMaker(const std::string &source, int64_t number) : source(source) { frame.number = number; }

  XyzFrame make(const py::dict &from) {
    addSpecies(from["numbers"]);
    auto periodic = py::reinterpret_borrow<py::tuple>(from["pbc"]);
    for (size_t k = 0; k < 3; ++k)
      frame.pbc[k] = periodic[k].cast<bool>();
    if (!from["cell"].is_none())
      addCell(from["cell"]);
    for (const auto &[name, array] : py::dict(from["atoms"]))
      addColumn(py::str(name), array);
    for (const auto &[name, array] : py::dict(from["frame"]))
      addInfo(py::str(name), array);
    return std::move(frame);
  }

private:
  Held held(const py::handle &object, const std::string &what) const {
    return Held(py::reinterpret_borrow<py::object>(object), source + ": " + what);
  }
  [[noreturn]] void refuse(const std::string &why) const {
    throw Error(ExitData, "E0513", source, fmt::format("frame {}: {}", frame.number, why));
  }

  // Elements go by their symbols, as in files: the numbers of a dim with labels are other ones.
  void addSpecies(const py::handle &object) {
    Held numbers = held(object, "numbers");
    if (numbers.shape().size() != 1)
      refuse(
          fmt::format("'numbers' has {} dims, and is one number an atom", numbers.shape().size()));
    XyzColumn column{"species", 'S', 1, {}, {}};
    for (double z : numbers.numbers()) {
      bool isElement = z >= 0 && z <= 118 && z == double(int(z));
      column.words.push_back(isElement ? elementSymbol(int(z)) : fmt::format("{}", z));
    }
    frame.atoms = int64_t(column.words.size());
    frame.columns.push_back(std::move(column));
  }
  void addCell(const py::handle &object) {
    Held cell = held(object, "cell");
    if (cell.shape() != std::vector<size_t>{3, 3})
      refuse(fmt::format("'cell' is {}, and is three vectors of three numbers", cell.shape()));
    std::vector<double> numbers = cell.numbers();
    std::copy_n(numbers.begin(), 9, frame.lattice.emplace().begin());
  }
  void addColumn(const std::string &name, const py::handle &object) {
    Held array = held(object, name);
    std::vector<size_t> shape = array.shape();
    if (shape.empty() || shape[0] != size_t(frame.atoms))
      refuse(fmt::format("'{}' is {}, and there are {} atoms", name, shape, frame.atoms));
    int64_t width = 1;
    for (size_t i = 1; i < shape.size(); ++i)
      width *= int64_t(shape[i]);
    frame.columns.push_back({name, 'R', width, array.numbers(), {}});
  }
  void addInfo(const std::string &name, const py::handle &object) {
    XyzValue value{'R', {}, held(object, name).numbers(), {}};
    value.shape = {int64_t(value.numbers.size())};
    frame.info.emplace_back(name, std::move(value));
  }

  const std::string &source;
  XyzFrame frame;
};
} // namespace

Arguments argumentsFrom(const py::dict &fields) {
  Arguments result;
  for (const auto &[key, value] : fields) {
    std::string field = py::str(key);
    if (py::isinstance<py::str>(value)) {
      result.given.paths[field] = py::str(value);
      continue;
    }
    auto items = py::reinterpret_borrow<py::list>(value);
    if (items.empty() || py::isinstance<py::dict>(items[0])) {
      std::vector<XyzFrame> &frames = result.given.frames[field];
      for (const auto &item : items)
        frames.push_back(FrameMaker(field, int64_t(frames.size()) + 1)
                             .make(py::reinterpret_borrow<py::dict>(item)));
      continue;
    }
    for (const auto &item : value) {
      auto parts = py::reinterpret_borrow<py::tuple>(item);
      result.held.emplace_back(py::reinterpret_borrow<py::object>(parts[2]), field);
      ArrayView view = result.held.back().view();
      view.name = py::str(parts[0]);
      std::vector<std::string> dims;
      for (const auto &dim : parts[1])
        dims.push_back(py::str(dim));
      if (dims.size() != view.dims.size())
        throw Error(ExitUsage, "", field,
                    fmt::format("has {} dims ({}), and the array has {}", dims.size(),
                                fmt::join(dims, ", "), view.dims.size()));
      for (size_t i = 0; i < dims.size(); ++i)
        view.dims[i].name = dims[i];
      view.attributes = attributesFrom(py::reinterpret_borrow<py::dict>(parts[3]));
      result.given.arrays[field].push_back(std::move(view));
    }
  }
  return result;
}

void checkFits(const Result &parameter, const Held &held) {
  std::vector<size_t> given = held.shape();
  std::vector<size_t> wanted(parameter.shape.begin(), parameter.shape.end());
  if (given == wanted)
    return;
  std::string which;
  for (size_t i = 0; i < wanted.size() && given.size() == wanted.size(); ++i)
    if (given[i] != wanted[i])
      which += fmt::format("{}dim '{}' is {} in the model and {} in the array",
                           which.empty() ? "" : ", ", parameter.dims[i], wanted[i], given[i]);
  if (which.empty())
    which =
        fmt::format("has {} dims in the model, and the array has {}", wanted.size(), given.size());
  throw Error(ExitWeights, "E0601", parameter.name, which)
      .note(fmt::format("the model's is [{}], {}; the array is {}", fmt::join(parameter.dims, ", "),
                        wanted, given));
}

void assign(const Result &parameter, const std::vector<double> &numbers) {
  for (size_t i = 0; i < numbers.size(); ++i)
    parameter.memory->set(parameter.offset + i, numbers[i]);
}

//===-- To Python --------------------------------------------------------------------------===//

py::object exported(Result result) { return py::cast(Exported{std::move(result)}); }

static py::buffer_info bufferOf(Exported &exported) {
  const Result &r = exported.result;
  auto width = py::ssize_t(r.memory->realBytes());
  std::vector<py::ssize_t> shape(r.shape.begin(), r.shape.end()), strides(r.shape.size());
  py::ssize_t stride = width;
  for (size_t i = shape.size(); i-- > 0; stride *= shape[i])
    strides[i] = stride;
  return {r.memory->at(r.offset),    width, width == 4 ? "f" : "d",
          py::ssize_t(shape.size()), shape, strides};
}

void bindArrays(py::module_ &module) {
  py::class_<Exported>(module, "Array", py::buffer_protocol(),
                       "Numbers of a model; memoryview(a) or numpy.asarray(a) shows them.")
      .def_buffer(&bufferOf)
      .def_property_readonly("name", [](const Exported &a) { return a.result.name; })
      .def_property_readonly("dims", [](const Exported &a) {
        py::list names;
        for (const std::string &dim : a.result.dims)
          names.append(dim);
        return py::tuple(names);
      });
}

} // namespace orrery::python
