// Puts samples into the arguments of an entry.
#include "runtime/program/Batch.h"
#include "runtime/atoms/Balance.h"
#include "runtime/core/Error.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace orrery::runtime {

std::vector<int64_t> spread(const std::vector<int64_t> &part, int64_t count) {
  std::vector<int64_t> samples;
  int64_t size = int64_t(part.size());
  for (int64_t i = 0; i < count; ++i)
    samples.push_back(part[size_t(count < size ? i * size / count : i % size)]);
  return samples;
}

std::vector<int64_t> someBatch(const Descriptor &d, const Dataset &data, int64_t count) {
  const std::vector<int64_t> &part = data.part("train");
  if (d.train.present)
    count = d.train.batch;
  if (!d.hasBudget() || part.empty())
    return spread(part, count);
  // About as many as other batches have, and no more than there is room for.
  if (!count)
    count = int64_t(part.size() / packed(*data.structures(), part, 0).size());
  std::vector<int64_t> samples = spread(part, count);
  samples.resize(packed(*data.structures(), samples, 0).front());
  return samples;
}

bool canBeBatch(const Descriptor &d, int64_t samples) {
  return d.hasBudget() ? samples > 0 : samples == d.train.batch;
}

Batch inParts(const Descriptor &d, const Dataset &data, std::vector<int64_t> samples) {
  Batch batch;
  if (!d.hasBudget()) {
    batch.samples = std::move(samples);
    for (int64_t i = 1; i <= d.train.parts; ++i)
      batch.ends.push_back(size_t(i * d.train.micro));
    return batch;
  }
  for (const std::vector<int64_t> &part :
       dealt(*data.structures(), std::move(samples), size_t(d.train.parts))) {
    batch.samples.insert(batch.samples.end(), part.begin(), part.end());
    batch.ends.push_back(batch.samples.size());
  }
  return batch;
}

static Error fault(const EntryInfo &entry, const Slot &slot, const std::string &why) {
  return Error(
      ExitFailure, "E0999", "",
      fmt::format("input '{}' of entry '{}' {}: a fault of the compiler that made this program",
                  slot.name, entry.name, why));
}

std::vector<std::string> Batcher::fieldsOf(const Descriptor &d, const EntryInfo &entry) {
  std::vector<std::string> names;
  for (const Slot &slot : entry.inputs)
    if (slot.role == "field" || slot.role == "mask" || slot.role == "map")
      names.push_back(slot.name);
  if (d.neighbours)
    names.insert(names.end(), {d.neighbours->positions, d.neighbours->cell});
  if (d.baseline)
    names.push_back(d.baseline->by);
  return names;
}

Batcher::Batcher(Call &call, Dataset &data, const Statistics &statistics) : call(call), data(data) {
  const EntryInfo &entry = call.entry();
  if (const Structures *structures = data.structures()) {
    graph = std::make_unique<GraphBatch>(call, *structures,
                                         statistics.baseline ? &*statistics.baseline : nullptr);
    batch = entry.batch;
    return;
  }
  for (size_t i = 0; i < entry.inputs.size(); ++i) {
    const Slot &slot = entry.inputs[i];
    if (slot.role == "samples")
      sampleInputs.push_back(i);
    if (slot.role == "std") {
      const FieldStatistics *s = statistics.find(slot.name);
      if (s && s->std.size() != slot.count())
        throw fault(
            entry, slot,
            fmt::format("takes {} spreads, but the field has {}", slot.count(), s->std.size()));
      for (size_t k = 0; k < slot.count(); ++k)
        call.input(i).set(k, s ? s->std[k] : 1);
    }
    bool isMask = slot.role == "mask"; // of the field that it is named for
    if (slot.role != "field" && !isMask)
      continue;
    BoundField *field = data.field(slot.name);
    if (!field)
      throw fault(entry, slot, "is no field of the data");
    const Shape &shape = field->field().shape;
    size_t axis = std::find(shape.begin(), shape.end(), -1) - shape.begin();
    Argument argument{i, field, slot.normalized ? statistics.find(slot.name) : nullptr,
                      1, 1,     isMask};
    if (slot.shape.size() != shape.size())
      throw fault(entry, slot, "has another rank than the field");
    for (size_t d = 0; d < shape.size(); ++d) {
      if (d == axis)
        continue;
      if (slot.shape[d] != shape[d])
        throw fault(entry, slot, "has other sizes than the field");
      (d < axis ? argument.outer : argument.inner) *= size_t(shape[d]);
    }
    if (axis < shape.size()) {
      if (batch && batch != slot.shape[axis])
        throw fault(entry, slot, "has another batch than the inputs before it");
      batch = slot.shape[axis];
    }
    arguments.push_back(argument);
  }
  batch = std::max<int64_t>(1, batch);
  for (size_t i : sampleInputs)
    if (entry.inputs[i].count() != size_t(batch))
      throw fault(entry, entry.inputs[i], "lists another number of samples than the batch");
}

std::vector<size_t> Batcher::groupsOf(const std::vector<int64_t> &samples) const {
  if (graph)
    return packed(*data.structures(), samples, batch);
  std::vector<size_t> ends;
  for (size_t end = 0; end < samples.size();) {
    end = std::min(end + size_t(batch), samples.size());
    ends.push_back(end);
  }
  return ends;
}

void Batcher::fillOne(Argument &a, const int64_t *samples) {
  if (!a.field->varies() && a.filled)
    return;
  a.filled = true;
  RealBuffer &to = call.input(a.input);
  int64_t count = a.field->hasSamples() ? batch : 1;
  auto one = [&](int64_t b) {
    std::vector<double> values(a.field->perSample());
    if (a.isMask)
      data.maskOf(*a.field, samples[b], values.data());
    else
      data.sample(*a.field, samples[b], values.data());
    for (size_t e = 0; e < values.size(); ++e) {
      double x = values[e];
      if (a.statistics) {
        uint32_t g = a.statistics->groupOf[e];
        x = (x - a.statistics->mean[g]) / a.statistics->std[g];
      }
      if (std::isnan(x)) // a masked value must not reach the loss, not even times 0
        x = 0;
      to.set((e / a.inner * size_t(count) + size_t(b)) * a.inner + e % a.inner, x);
    }
  };
  // netcdf-c takes one thread at a time, and what it throws may not leave a parallel region; memory
  // takes them all, and what is there was checked.
  if (!data.inMemory()) {
    for (int64_t b = 0; b < count; ++b)
      one(b);
    return;
  }
#pragma omp parallel for schedule(static) if (count > 1)
  for (int64_t b = 0; b < count; ++b)
    one(b);
}

void Batcher::fill(const int64_t *samples, int64_t count) {
  if (graph)
    return graph->fill(samples, count);
  for (Argument &argument : arguments)
    fillOne(argument, samples);
  for (size_t i : sampleInputs)
    std::copy(samples, samples + batch, call.integers(i));
}

} // namespace orrery::runtime
