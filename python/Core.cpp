// The extension module orrery._core: sessions over compiled models. The package orrery around it is
// what people use.
#include "python/Arrays.h"
#include "runtime/core/Error.h"

#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <pybind11/stl.h>

using namespace orrery::runtime;
using nlohmann::json;

namespace orrery::python {

namespace {

// Models use all threads of the machine and netcdf-c takes one at a time, so calls of a process run
// one after another; meanwhile other threads of Python run. What a training calls back may use
// models too.
class Turn {
public:
  Turn() {
    if (depth++ == 0)
      mutex.lock();
  }
  ~Turn() {
    if (--depth == 0)
      mutex.unlock();
  }

private:
  py::gil_scoped_release released; // before waiting, and taken again after the turn is over
  static std::mutex mutex;
  static thread_local int depth;
};
std::mutex Turn::mutex;
thread_local int Turn::depth = 0;

py::object fromJson(const json &value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return py::module_::import("json").attr("loads")(text);
}

// Gives up where Python has an exception to raise, such as KeyboardInterrupt.
void checkSignals() {
  py::gil_scoped_acquire gil;
  if (PyErr_CheckSignals() != 0)
    throw py::error_already_set();
}

// Hands the events of a training to a function of Python, which ends it by returning False or by
// raising; so does Ctrl-C.
class Listener : public Observer {
public:
  // With `follow`, the session has the weights of the moment while Python is called.
  Listener(Session &session, py::object callback, bool follow)
      : session(session), callback(std::move(callback)), follow(follow) {}

  int event(const json &line, const RealBuffer &weights, const Statistics &statistics) override {
    py::gil_scoped_acquire gil;
    if (raised)
      return ExitFailure;
    if (follow)
      session.follow(weights, statistics);
    try {
      if (PyErr_CheckSignals() != 0)
        throw py::error_already_set();
      if (callback(fromJson(line)).is(py::bool_(false)))
        stopped = true;
    } catch (py::error_already_set &error) {
      raised.emplace(error);
    }
    return raised ? ExitFailure : stopped ? ExitAgain : ExitDone;
  }

  std::optional<py::error_already_set> raised;

private:
  Session &session;
  py::object callback;
  bool follow, stopped = false;
};

py::dict byName(std::vector<Result> results) {
  py::dict dict;
  for (Result &result : results) {
    std::string name = result.name;
    dict[py::str(name)] = exported(std::move(result));
  }
  return dict;
}

// Of each output a list of arrays, and warnings.
py::tuple predict(Session &session, const std::string &name, const py::dict &fields, int64_t seed) {
  Arguments arguments = argumentsFrom(fields);
  Prediction prediction;
  {
    Turn turn;
    prediction = session.predict(name, arguments.given, seed, checkSignals);
  }
  py::list outputs;
  for (std::vector<Result> &results : prediction.outputs) {
    py::list list;
    for (Result &result : results)
      list.append(exported(std::move(result)));
    outputs.append(std::move(list));
  }
  return py::make_tuple(std::move(outputs), prediction.warnings);
}

py::tuple loss(Session &session, const py::dict &fields, int64_t seed, int64_t step) {
  Arguments arguments = argumentsFrom(fields);
  std::optional<Session::Loss> found;
  {
    Turn turn;
    found = session.loss(arguments.given, seed, step, checkSignals);
  }
  py::dict terms;
  for (const auto &[name, value] : found->terms)
    terms[py::str(name)] = value;
  return py::make_tuple(found->total, terms, byName(std::move(found->gradients)));
}

py::object evaluate(Session &session, const py::dict &fields, int64_t seed) {
  Arguments arguments = argumentsFrom(fields);
  json scores;
  {
    Turn turn;
    scores = session.evaluate(arguments.given, seed, checkSignals).toJson();
  }
  return fromJson(scores);
}

std::vector<std::string> measure(Session &session, const py::dict &fields) {
  Arguments arguments = argumentsFrom(fields);
  Turn turn;
  return session.measure(arguments.given);
}

// All fit, or nothing changes.
void setParameters(Session &session, const py::dict &values) {
  std::vector<std::pair<Result, Held>> pairs;
  for (Result &parameter : session.parameters()) {
    py::str name(parameter.name);
    if (!values.contains(name))
      continue;
    Held held(py::reinterpret_borrow<py::object>(values[name]), parameter.name);
    checkFits(parameter, held);
    pairs.emplace_back(std::move(parameter), std::move(held));
  }
  Turn turn;
  std::vector<std::vector<double>> numbers; // what is given may be the model's own memory
  for (const auto &[parameter, held] : pairs)
    numbers.push_back(held.numbers());
  for (size_t i = 0; i < pairs.size(); ++i)
    assign(pairs[i].first, numbers[i]);
}

py::dict train(Session &session, const std::vector<std::string> &words, const py::dict &fields,
               const py::object &callback, bool follow) {
  Arguments arguments = argumentsFrom(fields);
  Listener listener(session, callback, follow);
  std::vector<std::string> warnings;
  Session::Training run;
  {
    Turn turn;
    run = session.train(words, arguments.given, listener,
                        [&](const std::string &text) { warnings.push_back(text); });
  }
  py::dict result;
  result["exit"] = run.exit;
  result["folder"] = run.folder;
  result["best"] = run.best;
  result["last"] = run.last;
  result["warnings"] = warnings;
  result["raised"] = py::none();
  if (listener.raised)
    result["raised"] = listener.raised->value();
  return result;
}

void raise(const Error &error) {
  py::list notes;
  for (const Note &note : error.notes)
    notes.append(py::make_tuple(note.kind, note.place, note.text));
  py::object made = py::module_::import("orrery.errors")
                        .attr("of_runtime")(int(error.exit), error.code, error.place,
                                            std::string(error.what()), notes);
  PyErr_SetObject(py::type::of(made).ptr(), made.ptr());
}

} // namespace

PYBIND11_MODULE(_core, module) {
  module.doc() = "Compiled models in this process; use the package orrery.";
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const Error &error) {
      raise(error);
    }
  });
  bindArrays(module);
  py::class_<Session>(module, "Session")
      .def(py::init<const std::string &>())
      .def_property_readonly("descriptor", &Session::descriptorText)
      .def_property_readonly("real_bytes", &Session::realBytes)
      .def("parameters", [](const Session &session) { return byName(session.parameters()); })
      .def("set_parameters", &setParameters)
      .def("initialize",
           [](Session &session, int64_t seed) {
             Turn turn;
             session.initialize(seed);
           })
      .def("load",
           [](Session &session, const std::string &path) {
             Turn turn;
             session.load(path);
           })
      .def("save",
           [](const Session &session, const std::string &file) {
             Turn turn;
             session.save(file);
           })
      .def_property_readonly("has_statistics",
                             [](const Session &session) {
                               Turn turn;
                               return session.hasStatistics();
                             })
      .def("statistics",
           [](const Session &session) {
             Turn turn;
             return session.statisticsJson().dump();
           })
      .def("set_statistics",
           [](Session &session, const std::string &text) {
             Turn turn;
             session.setStatistics(json::parse(text));
           })
      .def("measure", &measure)
      .def("predict", &predict)
      .def("loss", &loss)
      .def("evaluate", &evaluate)
      .def("train", &train);
}

} // namespace orrery::python
