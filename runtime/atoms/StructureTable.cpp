// What was read, for people: the table of sources.
#include "runtime/atoms/Elements.h"
#include "runtime/atoms/Structures.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

using nlohmann::json;

namespace orrery::runtime {

namespace {
struct Summary {
  int64_t frames = 0, atoms = 0, edges = 0, mostAtoms = 0;
  std::vector<std::string> files;
};
} // namespace

static std::vector<Summary> summarize(const Structures &all, const Descriptor &d) {
  std::vector<Summary> result(d.sources.size());
  for (size_t f = 0; f < all.files().size(); ++f)
    result[size_t(all.sourceOfFile(f))].files.push_back(all.files()[f]);
  for (int64_t i = 0; i < all.count(); ++i) {
    const StructureInfo &s = all[i];
    Summary &to = result[size_t(s.source)];
    ++to.frames;
    to.atoms += s.atoms;
    to.edges += s.edgeCount;
    to.mostAtoms = std::max<int64_t>(to.mostAtoms, s.atoms);
  }
  return result;
}

std::string Structures::table() const {
  std::vector<Summary> sources = summarize(*this, descriptor);
  std::string text;
  for (size_t s = 0; s < sources.size(); ++s) {
    const Summary &x = sources[s];
    if (x.files.empty())
      continue;
    std::vector<std::string> kinds;
    for (int32_t z : present[s])
      kinds.push_back(elementSymbol(z));
    text +=
        fmt::format("{:<10} {} structures, {} atoms (at most {}), {:.1f} neighbours an atom, {}, "
                    "from {}\n",
                    descriptor.sources[s].name, x.frames, x.atoms, x.mostAtoms,
                    double(x.edges) / double(std::max<int64_t>(1, x.atoms)), fmt::join(kinds, " "),
                    fmt::join(x.files, ", "));
    for (size_t f = 0; f < descriptor.fields.size(); ++f)
      if (!readings[s][f].convert.isIdentity())
        text += fmt::format("{:<10} {} from {} to {}\n", "", descriptor.fields[f].name,
                            readings[s][f].fileUnit, descriptor.fields[f].unit);
  }
  if (!text.empty())
    text.pop_back();
  return text;
}

json Structures::tableJson() const {
  json result = {{"sources", json::array()}};
  std::vector<Summary> sources = summarize(*this, descriptor);
  for (size_t s = 0; s < sources.size(); ++s)
    result["sources"].push_back({{"name", descriptor.sources[s].name},
                                 {"structures", sources[s].frames},
                                 {"atoms", sources[s].atoms},
                                 {"edges", sources[s].edges},
                                 {"files", sources[s].files}});
  return result;
}

} // namespace orrery::runtime
