// What the runtime reads out of extended XYZ files, as text: Python's tools are compared with it.
//   runtime-structures copy FILE            the file, read and written again
//   runtime-structures edges FILE CUTOFF    frame source destination image for every edge
#include "runtime/atoms/Neighbours.h"
#include "runtime/core/Error.h"
#include "runtime/io/AtomicFile.h"
#include "runtime/io/ExtXyz.h"

#include <cstdio>
#include <cstdlib>

using namespace orrery::runtime;

static void printEdges(const XyzFrame &frame, double within) {
  Cell cell{frame.lattice.value_or(std::array<double, 9>{}), frame.pbc};
  Neighbours found = findNeighbours(frame.column("pos")->numbers, cell, {within, 0, 0});
  if (!found.fault.empty())
    std::printf("%ld %s\n", long(frame.number), found.fault.c_str());
  for (const Edge &e : found.edges)
    std::printf("%ld %d %d %d %d %d\n", long(frame.number), e.source, e.destination, e.image[0],
                e.image[1], e.image[2]);
}

int main(int argc, char **argv) {
  if (argc < 3)
    return 2;
  try {
    std::string text = readFile(argv[2]), copy;
    XyzReader reader(argv[2], text);
    for (XyzFrame frame; reader.next(frame);) {
      if (argc > 3)
        printEdges(frame, std::atof(argv[3]));
      else
        appendXyz(copy, frame);
    }
    std::fputs(copy.c_str(), stdout);
  } catch (const Error &error) {
    std::fprintf(stderr, "%s: %s\n", error.place.c_str(), error.what());
    return error.exit;
  }
  return 0;
}
