// The table through which the runtime talks to other ranks: point-to-point messages, nothing else.
#ifndef ORRERY_ABI_COMM_H
#define ORRERY_ABI_COMM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { ORRERY_COMM_VERSION = 1 };

/* One rank's end of a back end. */
typedef struct orrery_comm orrery_comm;

/* A message on its way; what the words mean is the back end's business. */
typedef struct orrery_comm_request {
  uint64_t words[2];
} orrery_comm_request;

/* Messages from one rank to another with one tag arrive in the order in which they were sent. A
   receive names the sender, the tag and the exact number of bytes, which is below 2^31; tags are
   0 to 32767. No function is called from two threads at once. No function fails: a back end that
   cannot go on says why on the standard error and ends the program on all ranks. */
struct orrery_comm_table {
  uint32_t version;    /* ORRERY_COMM_VERSION */
  uint32_t any_thread; /* not 0: calls may come from other threads than the one that opened */
  const char *(*name)(orrery_comm *); /* "self", "virtual", "Open MPI 4.1.4" */
  /* Ranks are numbered node by node: those of one node are neighbours. */
  int (*rank)(orrery_comm *);
  int (*size)(orrery_comm *);
  int (*local_rank)(orrery_comm *);
  int (*local_size)(orrery_comm *);
  int (*node)(orrery_comm *);
  int (*nodes)(orrery_comm *);
  /* The memory is the back end's until `test` says that the message is done. */
  void (*isend)(orrery_comm *, const void *data, uint64_t bytes, int to, int tag,
                orrery_comm_request *);
  void (*irecv)(orrery_comm *, void *data, uint64_t bytes, int from, int tag,
                orrery_comm_request *);
  /* 1 when the message is done; the request is then empty. */
  int (*test)(orrery_comm *, orrery_comm_request *);
  /* Lets others run. With `wait`: this rank can do nothing before a message of its own is done,
     and the call may take until then. 0 as a rule; 1 when no message can ever come, because every
     rank waits. */
  int (*idle)(orrery_comm *, int wait);
  /* Ends the program on all ranks with this exit code. */
  void (*abort)(orrery_comm *, int code);
  /* Ends communication; all ranks call it, and no message is on its way. */
  void (*close)(orrery_comm *);
};

/* Defined by every liborrery_mpi.so. Sets the table and returns this rank's end. */
orrery_comm *orrery_comm_open(const struct orrery_comm_table **table);

#ifdef __cplusplus
}
#endif

#endif /* ORRERY_ABI_COMM_H */
