// The back end over MPI, and the only file that knows MPI: compiled by the site's mpicxx into
// liborrery_mpi.so, loaded when a launcher started the program.
#include "runtime/abi/orrery_comm.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mpi.h>
#include <sched.h>
#include <string>
#include <time.h>
#include <vector>

namespace {
struct Rank {
  MPI_Comm world = MPI_COMM_NULL; // ranks numbered node by node
  int rank = 0, size = 1, localRank = 0, localSize = 1, node = 0, nodes = 0;
  bool anyThread = false;
  std::string name;
  unsigned idles = 0; // since something was done
  orrery_comm_table table;
};

Rank *of(orrery_comm *c) { return reinterpret_cast<Rank *>(c); }

constexpr int failure = 1; // the exit code of "other run-time failure"

[[noreturn]] void stop(int code) {
  std::fflush(nullptr);
  // MPICH's launcher drops what it has not passed on yet when ranks are aborted.
  timespec pause = {.tv_sec = 0, .tv_nsec = 300000000};
  nanosleep(&pause, nullptr);
  MPI_Abort(MPI_COMM_WORLD, code);
  std::_Exit(code);
}

[[noreturn]] void fail(const Rank *c, const char *what, int error) {
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(error, text, &length);
  std::fprintf(stderr, "error: %s failed on rank %d of %d (%s): %s [E0815]\n", what, c->rank,
               c->size, c->name.c_str(), text);
  stop(failure);
}

void must(const Rank *c, const char *what, int error) {
  if (error != MPI_SUCCESS)
    fail(c, what, error);
}

static_assert(sizeof(MPI_Request) <= sizeof(orrery_comm_request));

void isend(orrery_comm *self, const void *data, uint64_t bytes, int to, int tag,
           orrery_comm_request *request) {
  Rank *c = of(self);
  MPI_Request started;
  must(c, "MPI_Isend", MPI_Isend(data, int(bytes), MPI_BYTE, to, tag, c->world, &started));
  std::memcpy(request, &started, sizeof started);
}

void irecv(orrery_comm *self, void *data, uint64_t bytes, int from, int tag,
           orrery_comm_request *request) {
  Rank *c = of(self);
  MPI_Request started;
  must(c, "MPI_Irecv", MPI_Irecv(data, int(bytes), MPI_BYTE, from, tag, c->world, &started));
  std::memcpy(request, &started, sizeof started);
}

int test(orrery_comm *self, orrery_comm_request *request) {
  Rank *c = of(self);
  MPI_Request started;
  std::memcpy(&started, request, sizeof started);
  int done = 0;
  must(c, "a message", MPI_Test(&started, &done, MPI_STATUS_IGNORE));
  std::memcpy(request, &started, sizeof started);
  if (done)
    c->idles = 0;
  return done;
}

// Ranks may share processors (many ranks on a laptop), and MPICH never yields by itself: we poll
// and yield. A long wait sleeps, for a rank that yields still takes turns with one that computes.
int idle(orrery_comm *self, int wait) {
  Rank *c = of(self);
  constexpr unsigned yields = 500;
  if (!wait)
    return 0;
  if (++c->idles < yields) {
    sched_yield();
  } else {
    timespec pause = {.tv_sec = 0, .tv_nsec = 20000};
    nanosleep(&pause, nullptr);
  }
  return 0;
}

void end(orrery_comm *, int code) { stop(code); }

void close(orrery_comm *self) {
  Rank *c = of(self);
  MPI_Comm_free(&c->world);
  MPI_Finalize();
  delete c;
}

// "Open MPI v4.1.4, package: ..." and "MPICH Version:\t4.0.2\n...": their first words.
std::string libraryName() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  MPI_Get_library_version(text, &length);
  std::string name(text, size_t(length));
  name = name.substr(0, name.find_first_of(",\n"));
  std::replace(name.begin(), name.end(), '\t', ' ');
  return name;
}

// Numbers the ranks node by node, in the order of the nodes' first ranks. Near ranks get near
// numbers: that is what collective operations count on.
void number(Rank *c) {
  MPI_Comm local;
  must(c, "MPI_Comm_split_type",
       MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &local));
  MPI_Comm_rank(local, &c->localRank);
  MPI_Comm_size(local, &c->localSize);
  int first = c->rank;
  must(c, "MPI_Bcast", MPI_Bcast(&first, 1, MPI_INT, 0, local));
  MPI_Comm_free(&local);
  std::vector<int> firsts(size_t(c->size));
  must(c, "MPI_Allgather",
       MPI_Allgather(&first, 1, MPI_INT, firsts.data(), 1, MPI_INT, MPI_COMM_WORLD));
  for (int rank = 0; rank < c->size; ++rank)
    if (firsts[size_t(rank)] == rank) {
      c->node += rank < first;
      ++c->nodes;
    }
  must(c, "MPI_Comm_split",
       MPI_Comm_split(MPI_COMM_WORLD, 0, first, &c->world)); // equal keys keep their order
  MPI_Comm_set_errhandler(c->world, MPI_ERRORS_RETURN);
  MPI_Comm_rank(c->world, &c->rank);
}
} // namespace

extern "C" __attribute__((visibility("default"))) orrery_comm *
orrery_comm_open(const orrery_comm_table **table) {
  int provided = MPI_THREAD_SINGLE;
  if (int error = MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided)) {
    std::fprintf(stderr, "error: MPI_Init_thread failed with code %d [E0815]\n", error);
    std::_Exit(failure);
  }
  auto *c = new Rank;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, &c->rank);
  MPI_Comm_size(MPI_COMM_WORLD, &c->size);
  c->name = libraryName();
  number(c);
  c->table = {
      .version = ORRERY_COMM_VERSION,
      .any_thread = provided >= MPI_THREAD_SERIALIZED,
      .name = [](orrery_comm *c) { return of(c)->name.c_str(); },
      .rank = [](orrery_comm *c) { return of(c)->rank; },
      .size = [](orrery_comm *c) { return of(c)->size; },
      .local_rank = [](orrery_comm *c) { return of(c)->localRank; },
      .local_size = [](orrery_comm *c) { return of(c)->localSize; },
      .node = [](orrery_comm *c) { return of(c)->node; },
      .nodes = [](orrery_comm *c) { return of(c)->nodes; },
      .isend = isend,
      .irecv = irecv,
      .test = test,
      .idle = idle,
      .abort = end,
      .close = close,
  };
  *table = &c->table;
  return reinterpret_cast<orrery_comm *>(c);
}
