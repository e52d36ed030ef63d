// Times our all-reduce beside MPI_Allreduce of the same MPI, in turns, in one run.
#include "runtime/comm/Comm.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <functional>
#include <mpi.h>

using namespace orrery::runtime;

static double seconds(const std::function<void()> &call, int repeats) {
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < repeats; ++i)
    call();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / repeats;
}

static double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + long(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// all-reduce [ROUNDS [LARGEST_BYTES]]
int main(int argc, char **argv) {
  int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  size_t largest = argc > 2 ? size_t(std::atoll(argv[2])) : size_t(32) << 20;
  auto world = World::open();
  if (world->root())
    fmt::print("{} ranks, {}\n{:>10} {:>12} {:>12} {:>12} {:>8} {:>12}\n", world->size(),
               world->name(), "bytes", "ours us", "MPI us", "bf16 us", "MPI/ours", "ours GB/s");
  for (size_t bytes = 8; bytes <= largest; bytes *= bytes < 65536 ? 16 : 8) {
    size_t count = std::max<size_t>(1, bytes / sizeof(float));
    std::vector<float> values(count, 0.0f);
    int repeats = int(std::clamp<size_t>((size_t(1) << 20) / bytes, 1, 50));
    std::vector<double> ours, theirs, narrow;
    for (int round = 0; round < rounds; ++round) {
      auto take = [&](std::vector<double> &times, const std::function<void()> &call) {
        world->barrier();
        times.push_back(world->greatest(seconds(call, repeats)));
      };
      take(ours, [&] { world->allReduce(values.data(), count, Element::F32); });
      take(theirs, [&] {
        MPI_Allreduce(MPI_IN_PLACE, values.data(), int(count), MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
      });
      take(narrow, [&] {
        world->allReduce(values.data(), count, Element::F32, Reduction::Sum, Wire::BF16);
      });
    }
    double us = median(ours) * 1e6, mpi = median(theirs) * 1e6;
    if (world->root())
      fmt::print("{:>10} {:>12.1f} {:>12.1f} {:>12.1f} {:>8.2f} {:>12.2f}\n", count * 4, us, mpi,
                 median(narrow) * 1e6, mpi / us, double(count * 4) / us * 1e-3);
  }
  return 0;
}
