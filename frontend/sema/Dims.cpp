// Keeps the dims of a program apart: by name, size, labels and parent.

#include "frontend/sema/Dims.h"

#include <algorithm>

namespace orrery::sema {

int64_t Dim::indexOf(std::string_view label) const {
  auto it = std::find(labels.begin(), labels.end(), label);
  return it == labels.end() ? -1 : it - labels.begin();
}

const Dim *DimTable::get(Dim wanted) {
  std::string key = wanted.name + "=" + std::to_string(wanted.size);
  for (const std::string &label : wanted.labels)
    key += "," + label;
  if (wanted.parent)
    key += " in " + wanted.parent->ir;
  auto [known, isNew] = byKey.try_emplace(key);
  if (!isNew) {
    if (!wanted.maps.empty()) // it was met before its declaration
      std::find_if(dims.begin(), dims.end(), [&](const Dim &dim) {
        return &dim == known->second;
      })->maps = std::move(wanted.maps);
    return known->second;
  }
  wanted.ir = wanted.name;
  for (int i = 1; byIr.count(wanted.ir); ++i)
    wanted.ir = wanted.name + "." + std::to_string(i);
  dims.push_back(std::move(wanted));
  known->second = &dims.back();
  byIr[dims.back().ir] = &dims.back();
  return &dims.back();
}

const Dim *DimTable::alias(const Dim *dim, std::string_view suffix) {
  Dim other = *dim;
  other.name += suffix;
  return get(std::move(other));
}

} // namespace orrery::sema
