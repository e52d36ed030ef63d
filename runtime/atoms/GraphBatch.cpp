// Lays structures end to end. A map has three arrays: where each element leads, and sorted by that
// the elements of each place (runtime/abi/descriptor.md).
#include "runtime/atoms/GraphBatch.h"
#include "runtime/core/Error.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace orrery::runtime {

static Error fault(const Slot &slot, const std::string &why) {
  return Error(
      ExitFailure, "E0999", "",
      fmt::format("input '{}' {}: a fault of the compiler that made this program", slot.name, why));
}

GraphBatch::GraphBatch(Call &call, const Structures &structures, const Baseline *baseline)
    : call(call), descriptor(structures.model()), structures(structures), baseline(baseline) {
  for (const Dim &dim : descriptor.dims)
    for (const IndexMap &map : dim.maps)
      if (map.to == descriptor.sampleDim)
        atomDim = dim.name;
}

GraphBatch::Sizes GraphBatch::sizesOf(const int64_t *samples, int64_t count) const {
  int64_t atoms = 0, edges = 0;
  for (int64_t i = 0; i < count; ++i) {
    atoms += structures[samples[i]].atoms;
    edges += structures[samples[i]].edgeCount;
  }
  if (atoms > INT32_MAX || edges > INT32_MAX)
    throw Error(ExitData, "E0512", structures.place(structures[samples[0]]),
                "a batch has more atoms or edges than 2^31");
  Sizes result = {{descriptor.sampleDim, count}, {atomDim, atoms}};
  if (descriptor.neighbours)
    result[descriptor.neighbours->edge] = edges;
  return result;
}

void GraphBatch::begin(const int64_t *samples, int64_t count) { totals = sizesOf(samples, count); }

int64_t GraphBatch::sizeOf(const std::string &dim) const {
  auto known = sizes.find(dim);
  const Dim *fixed = descriptor.dim(dim);
  return known != sizes.end() ? known->second : fixed ? fixed->size : 0;
}

// A map of the data's own: atom.frame, edge.src, edge.dst, frame.source.
GraphBatch::Indices GraphBatch::baseIndex(const std::string &dim, const std::string &map) const {
  Indices result;
  result.reserve(size_t(sizeOf(dim)));
  bool isEdge = descriptor.neighbours && dim == descriptor.neighbours->edge;
  const Dim *known = descriptor.dim(dim);
  bool first = known && !known->maps.empty() && known->maps[0].name == map; // the source end
  int32_t atoms = 0;
  for (size_t f = 0; f < batch.size(); ++f) {
    const Structure &s = *batch[f];
    if (isEdge)
      for (const Edge &e : s.edges)
        result.push_back(atoms + (first ? e.source : e.destination));
    else if (dim == atomDim)
      result.insert(result.end(), size_t(s.atoms), int32_t(f));
    else
      result.push_back(s.source);
    atoms += s.atoms;
  }
  return result;
}

// The dim that a map leads to: of "edge.src.frame", frame.
std::string GraphBatch::targetOf(const std::string &map) const {
  if (const DataField *field = descriptor.field(map))
    return field->index;
  size_t dot = map.rfind('.');
  std::string from = map.substr(0, dot), name = map.substr(dot + 1);
  std::string dim = from.find('.') == std::string::npos ? from : targetOf(from);
  if (const Dim *known = descriptor.dim(dim))
    for (const IndexMap &hop : known->maps)
      if (hop.name == name)
        return hop.to;
  throw Error(
      ExitFailure, "E0999", "",
      fmt::format("no index map '{}': a fault of the compiler that made this program", map));
}

const GraphBatch::Indices &GraphBatch::index(const std::string &map) {
  auto [known, isNew] = indices.try_emplace(map);
  if (!isNew)
    return known->second;
  Indices result;
  size_t dot = map.rfind('.');
  if (dot == std::string::npos) { // a field that holds indices
    for (size_t f = 0; f < descriptor.fields.size(); ++f)
      if (descriptor.fields[f].name == map)
        for (const StructurePointer &s : batch)
          result.insert(result.end(), s->indices[f].begin(), s->indices[f].end());
  } else if (std::string from = map.substr(0, dot); from.find('.') == std::string::npos) {
    result = baseIndex(from, map.substr(dot + 1));
  } else {
    const Indices &inner = index(from);
    const Indices &outer = index(targetOf(from) + map.substr(dot));
    result.reserve(inner.size());
    for (int32_t i : inner)
      result.push_back(outer[size_t(i)]);
  }
  return indices[map] = std::move(result);
}

void GraphBatch::fillMap(size_t input) {
  const Slot &slot = call.entry().inputs[input];
  const Indices &from = index(slot.name);
  int32_t *to = call.indices(input);
  if (slot.part == "index") {
    std::copy(from.begin(), from.end(), to);
    return;
  }
  size_t places = size_t(sizeOf(targetOf(slot.name)));
  Indices begin(places + 1, 0);
  for (int32_t i : from)
    ++begin[size_t(i) + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  if (slot.part == "ranges") {
    for (size_t p = 0; p < places; ++p) {
      to[2 * p] = begin[p];
      to[2 * p + 1] = begin[p + 1];
    }
    bool hasOrder =
        std::any_of(call.entry().inputs.begin(), call.entry().inputs.end(), [&](const Slot &other) {
          return other.name == slot.name && other.part == "order";
        });
    if (!hasOrder && !std::is_sorted(from.begin(), from.end()))
      throw fault(slot, "is not sorted, but the program takes it as if it were");
    return;
  }
  for (size_t e = 0; e < from.size(); ++e)
    to[size_t(begin[size_t(from[e])]++)] = int32_t(e);
}

void GraphBatch::fillImages(size_t input) {
  RealBuffer &to = call.input(input);
  size_t at = 0;
  for (const StructurePointer &s : batch)
    for (const Edge &e : s->edges)
      for (int32_t image : e.image)
        to.set(at++, image);
}

void GraphBatch::fillField(size_t input) {
  const Slot &slot = call.entry().inputs[input];
  if (descriptor.neighbours && slot.name == descriptor.neighbours->image)
    return fillImages(input);
  size_t f = 0;
  while (f < descriptor.fields.size() && descriptor.fields[f].name != slot.name)
    ++f;
  if (f == descriptor.fields.size())
    throw fault(slot, "is no field of the data");
  bool shifted = baseline && baseline->field == slot.name;
  RealBuffer &to = call.input(input);
  size_t at = 0;
  for (const StructurePointer &s : batch) {
    double shift = shifted ? baseline->of(descriptor, *s) : 0;
    for (double value : s->values[f])
      to.set(at++, value - shift);
  }
  if (at != to.size())
    throw fault(slot, fmt::format("takes {} numbers, but the field has {}", to.size(), at));
}

void GraphBatch::fill(const int64_t *samples, int64_t count) {
  batch = structures.get(std::span(samples, size_t(count)));
  indices.clear();
  sizes = sizesOf(samples, count);
  call.setSizes(sizes);
  const std::vector<Slot> &inputs = call.entry().inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].role == "field")
      fillField(i);
    else if (inputs[i].role == "map")
      fillMap(i);
    else if (inputs[i].role == "samples")
      std::copy(samples, samples + count, call.integers(i));
    else if (inputs[i].role == "total")
      call.input(i).set(0, double((totals.empty() ? sizes : totals).at(inputs[i].name)));
  }
}

} // namespace orrery::runtime
