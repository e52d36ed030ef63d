// Dims as a program uses them: a name with a size, perhaps with labels. One object for each that
// differs.

#ifndef ORRERY_FRONTEND_SEMA_DIMS_H
#define ORRERY_FRONTEND_SEMA_DIMS_H

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::sema {

struct Dim;

// `dim edge in src: atom, dst: atom`: each edge has an atom `edge.src`.
struct IndexMap {
  std::string name;
  const Dim *to = nullptr;
};

// The size of a dim that only the data of a batch knows: atoms, edges, structures.
inline constexpr int64_t runTimeSize = std::numeric_limits<int64_t>::min();

struct Dim {
  std::string name; // as the source writes it
  std::string ir;   // its name in the IR: a second size of the same name gets a number
  int64_t size = 0;
  std::vector<std::string> labels;
  std::vector<std::string> files;     // what a data file calls each label
  std::vector<std::string> units;     // of each label; "" leaves it to the field
  const Dim *parent = nullptr;        // `dim vout = { u, v } in vin`
  std::vector<int64_t> parentIndices; // where the parent has each label
  std::vector<IndexMap> maps = {};    // `dim atom in frame`, of dims with a run-time size

  bool isRunTime() const { return size == runTimeSize; }

  // The index of a label, or -1.
  int64_t indexOf(std::string_view label) const;
};

class DimTable {
public:
  // The dim of this name, size, labels and parent; made on first use.
  const Dim *get(Dim wanted);
  const Dim *get(std::string name, int64_t size) {
    return get(Dim{std::move(name), {}, size, {}, {}, {}, {}, {}});
  }
  // A dim of another size that has this one's name in messages.
  const Dim *resized(const Dim *dim, int64_t size) {
    return dim->size == size ? dim : get(dim->name, size);
  }
  // The same dim under another name, for the output of a layer that also has it as input.
  const Dim *alias(const Dim *dim, std::string_view suffix);
  // The dim with this name in the IR; every name in the IR comes from this table.
  const Dim *named(std::string_view ir) const { return byIr.find(ir)->second; }

private:
  std::deque<Dim> dims;
  std::map<std::string, const Dim *> byKey;
  std::map<std::string, const Dim *, std::less<>> byIr;
};

} // namespace orrery::sema

#endif // ORRERY_FRONTEND_SEMA_DIMS_H
