// Parses the descriptor. It comes from our compiler, so a fault in it is our bug and is reported as
// one.
#include "runtime/core/Descriptor.h"
#include "runtime/core/Error.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using nlohmann::json;

namespace orrery::runtime {

// Of the sizes that are known; shape() saw to it that it fits.
static size_t product(const Shape &shape) {
  size_t n = 1;
  for (int64_t size : shape)
    n *= size < 0 ? 1 : size_t(size);
  return n;
}

size_t Parameter::count() const { return product(shape); }
size_t Slot::count() const { return product(shape); }
bool Slot::isSized() const {
  return std::none_of(shape.begin(), shape.end(), [](int64_t size) { return size < 0; });
}

std::string DataField::fileDim(const std::string &dim) const {
  auto found = fileDims.find(dim);
  return found == fileDims.end() ? dim : found->second;
}

const Slot *EntryInfo::output(const std::string &role, const std::string &name) const {
  for (const Slot &slot : outputs)
    if (slot.role == role && (name.empty() || slot.name == name))
      return &slot;
  return nullptr;
}

template <typename T> static const T *named(const std::vector<T> &list, const std::string &name) {
  auto found =
      std::find_if(list.begin(), list.end(), [&](const T &item) { return item.name == name; });
  return found == list.end() ? nullptr : &*found;
}
const Dim *Descriptor::dim(const std::string &name) const { return named(dims, name); }
const DataField *Descriptor::field(const std::string &name) const { return named(fields, name); }
const EntryInfo *Descriptor::entry(const std::string &name) const { return named(entries, name); }
const EntryInfo *Descriptor::predict(const std::string &name) const {
  for (const EntryInfo &entry : entries)
    if (!entry.predict.empty() && entry.predict == name)
      return &entry;
  return nullptr;
}

// A key that is absent and one that is null say the same.
template <typename T> static std::optional<T> maybe(const json &from, const char *key) {
  auto found = from.find(key);
  return found == from.end() || found->is_null() ? std::nullopt : std::optional<T>(found->get<T>());
}
static std::string textOr(const json &from, const char *key) {
  return maybe<std::string>(from, key).value_or("");
}
static json listOr(const json &from, const char *key) {
  return maybe<json>(from, key).value_or(json::array());
}
static std::vector<std::string> names(const json &from, const char *key) {
  return maybe<std::vector<std::string>>(from, key).value_or(std::vector<std::string>());
}
static Shape shape(const json &from) {
  Shape result;
  size_t n = 1;
  for (const json &size : listOr(from, "shape")) {
    result.push_back(size.is_null() ? -1 : size.get<int64_t>());
    if (!size.is_null() && result.back() < 0)
      throw std::runtime_error("a size is negative");
    if (__builtin_mul_overflow(n, size_t(std::max<int64_t>(result.back(), 1)), &n) || n > size_t(1)
                                                                                              << 48)
      throw std::runtime_error("a shape is too large for any memory");
  }
  return result;
}

static Dim readDim(const json &from) {
  Dim dim{from.at("name"), maybe<int64_t>(from, "size").value_or(-1), {}, {}};
  for (const json &label : listOr(from, "labels"))
    dim.labels.push_back({label.at("name"),
                          maybe<std::string>(label, "file").value_or(label.at("name")),
                          textOr(label, "unit")});
  for (const json &map : listOr(from, "maps"))
    dim.maps.push_back({map.at("name"), map.at("to")});
  return dim;
}

static Parameter readParameter(const json &from) {
  Parameter p{from.at("name"), names(from, "dims"), shape(from), from.at("offset"), "zeros", 0};
  if (auto init = maybe<json>(from, "init")) {
    p.init = init->at("kind");
    for (const char *key : {"value", "std", "bound"})
      if (auto value = maybe<double>(*init, key))
        p.initValue = *value;
  }
  return p;
}

static DataField readField(const json &from) {
  DataField f;
  f.name = from.at("name");
  f.dims = names(from, "dims");
  f.shape = shape(from);
  f.unit = textOr(from, "unit");
  f.named = textOr(from, "named");
  f.location = textOr(from, "location");
  f.fill = maybe<double>(from, "fill");
  f.masked = maybe<bool>(from, "masked").value_or(false);
  f.index = textOr(from, "index");
  if (auto reader = maybe<json>(from, "reader")) {
    f.reader = reader->at("kind");
    f.path = reader->at("path");
    f.fileDims = maybe<std::map<std::string, std::string>>(*reader, "dims")
                     .value_or(std::map<std::string, std::string>());
  }
  return f;
}

static std::string boundText(const json &bound) {
  return bound.is_string() ? bound.get<std::string>() : bound.dump();
}

static void readStructures(const json &from, Descriptor &d) {
  using Units = std::map<std::string, std::string>;
  for (const json &source : listOr(from, "sources")) {
    const json &reader = source.at("reader");
    d.sources.push_back({source.at("name"), reader.at("kind"), reader.at("path"),
                         textOr(source, "location"),
                         maybe<Units>(reader, "units").value_or(Units())});
  }
  if (auto n = maybe<json>(from, "neighbors"))
    d.neighbours = NeighbourInfo{n->at("edge"),
                                 n->at("image"),
                                 n->at("positions"),
                                 textOr(*n, "cell"),
                                 textOr(*n, "location"),
                                 n->at("within"),
                                 maybe<int64_t>(*n, "cap").value_or(0)};
  if (auto b = maybe<json>(from, "baseline"))
    d.baseline = BaselineInfo{b->at("field"), b->at("by"), b->at("per_source")};
  if (auto budget = maybe<json>(from, "budget")) {
    d.atomBudget = maybe<int64_t>(*budget, "atoms").value_or(0);
    d.edgeBudget = maybe<int64_t>(*budget, "edges").value_or(0);
  }
}

static void readData(const json &from, Descriptor &d) {
  d.dataName = textOr(from, "name");
  d.sampleDim = textOr(from, "sample_dim");
  for (const json &field : listOr(from, "fields"))
    d.fields.push_back(readField(field));
  if (auto split = maybe<json>(from, "split")) {
    d.split = Split{textOr(*split, "dim"), textOr(*split, "kind"), textOr(*split, "location"), {}};
    d.split->seed = maybe<int64_t>(*split, "seed").value_or(0);
    for (const char *part : {"train", "valid", "test"})
      if (auto range = maybe<json>(*split, part); range && range->is_number())
        d.split->shares[part] = range->get<double>();
      else if (range)
        d.split->ranges[part] = {boundText(range->at(0)), boundText(range->at(1))};
  }
  for (const json &item : listOr(from, "normalize"))
    d.normalize.push_back({item.at("field"), names(item, "over")});
  readStructures(from, d);
}

static Training readTraining(const json &from) {
  Training t;
  t.present = true;
  if (auto parts = maybe<int64_t>(from, "parts")) {
    t.batch = t.micro = 0;
    t.parts = std::max<int64_t>(1, *parts);
  } else {
    t.batch = maybe<int64_t>(from, "batch").value_or(1);
    t.micro = maybe<int64_t>(from, "micro").value_or(t.batch);
    if (t.batch < 1 || t.micro < 1 || t.batch % t.micro)
      throw std::runtime_error("micro-batches that do not divide the batch");
    t.parts = t.batch / t.micro;
  }
  t.together = maybe<bool>(from, "together").value_or(false);
  t.seed = maybe<int64_t>(from, "seed").value_or(0);
  if (auto whole = maybe<json>(from, "whole"))
    t.whole = Obstacle{textOr(*whole, "place"), textOr(*whole, "why")};
  for (const json &axis : listOr(from, "mesh"))
    t.mesh.emplace_back(axis.at("name"), maybe<int64_t>(axis, "size").value_or(0));
  for (const json &bucket : listOr(from, "buckets"))
    t.buckets.emplace_back(bucket.at(0), bucket.at(1));
  t.steps = maybe<int64_t>(from, "steps");
  t.epochs = maybe<int64_t>(from, "epochs");
  t.patience = maybe<int64_t>(from, "patience");
  t.ema = maybe<double>(from, "ema");
  if (auto optimizer = maybe<json>(from, "optimizer"))
    for (const json &piece : listOr(*optimizer, "lr"))
      t.lr.push_back(
          {piece.at("kind"), textOr(piece, "unit"), maybe<double>(piece, "length").value_or(0),
           maybe<double>(piece, "from").value_or(0), maybe<double>(piece, "to").value_or(0)});
  t.losses = names(from, "losses");
  for (const json &r : listOr(from, "reports"))
    t.reports.push_back(
        {r.at("name"), r.at("kind"), textOr(r, "unit"), names(r, "dims"), shape(r)});
  return t;
}

static std::vector<Slot> readSlots(const json &from, const std::vector<Parameter> &parameters) {
  std::vector<Slot> slots;
  for (const json &item : from) {
    Slot slot{item.at("role"),
              textOr(item, "name"),
              names(item, "dims"),
              shape(item),
              maybe<bool>(item, "normalized").value_or(false),
              textOr(item, "part"),
              textOr(item, "type")};
    if (slot.role == "parameter" || slot.role == "gradient") {
      const Parameter *p = named(parameters, slot.name);
      if (!p)
        throw std::runtime_error("an entry names the parameter " + slot.name);
      slot.shape = p->shape;
    }
    slots.push_back(std::move(slot));
  }
  return slots;
}

Descriptor Descriptor::parse(const char *text) {
  try {
    json from = json::parse(text);
    if (int version = from.at("version"); version != 1)
      throw std::runtime_error(fmt::format("version {}; this runtime reads 1", version));
    Descriptor d;
    d.model = from.at("model");
    if (auto source = maybe<json>(from, "source")) {
      d.sourcePath = textOr(*source, "path");
      d.sourceText = textOr(*source, "text");
    }
    for (const json &s : listOr(from, "settings"))
      d.settings.push_back({s.at("name"), boundText(s.at("value")), textOr(s, "origin")});
    for (const json &dim : listOr(from, "dims"))
      d.dims.push_back(readDim(dim));
    for (const json &p : listOr(from, "parameters"))
      d.parameters.push_back(readParameter(p));
    d.flatSize = maybe<size_t>(from, "flat_size").value_or(0);
    for (const Parameter &p : d.parameters)
      if (p.offset > d.flatSize || p.count() > d.flatSize - p.offset)
        throw std::runtime_error("parameter " + p.name + " lies outside the flat vector");
    if (auto data = maybe<json>(from, "data"))
      readData(*data, d);
    if (auto train = maybe<json>(from, "train"))
      d.train = readTraining(*train);
    for (const json &e : listOr(from, "entries"))
      d.entries.push_back(
          {e.at("name"), textOr(e, "predict"), readSlots(listOr(e, "inputs"), d.parameters),
           readSlots(listOr(e, "outputs"), d.parameters), maybe<int64_t>(e, "batch").value_or(0)});
    return d;
  } catch (const std::exception &problem) {
    throw Error(ExitFailure, "E0999", "",
                fmt::format("the descriptor of this program cannot be read ({}): a fault of the "
                            "compiler that made it",
                            problem.what()));
  }
}

} // namespace orrery::runtime
