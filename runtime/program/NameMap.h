// What another program calls the tensors of a model: a text file with a line for each of ours, or
// for all that a pattern fits.
//
//   # ours              theirs
//   first.phi.fc1.*     graph_convs.0.module_0.scalar_message_mlp.0.*
//   head.fc1.*          heads_NN.0.branch-{source}.0.*
//
// `*` is the same text on both sides. `{source}`: theirs has a tensor for each label of our first
// dim, `source`, and numbers them from 0. A tensor of theirs may have several of our dims as one.
#ifndef ORRERY_RUNTIME_PROGRAM_NAMEMAP_H
#define ORRERY_RUNTIME_PROGRAM_NAMEMAP_H

#include "runtime/core/Descriptor.h"

#include <filesystem>

namespace orrery::runtime {

class NameMap {
public:
  NameMap() = default; // theirs are ours
  // Throws with exit code 2 where a line cannot be read.
  explicit NameMap(const std::filesystem::path &file);

  // The tensors that make up a parameter, in order.
  std::vector<std::string> of(const Parameter &parameter) const;
  // Whether a tensor of this shape can be the parameter, or one of the `parts` it is made up of.
  bool fits(const Parameter &parameter, size_t parts, const Shape &shape) const;

private:
  struct Line {
    std::string ours, theirs;
  };
  std::vector<Line> lines;
};

} // namespace orrery::runtime

#endif
