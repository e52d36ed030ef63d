// The C interface between generated code and the runtime: what an object file of a compiled model
// defines, and what it may call.
#ifndef ORRERY_ABI_H
#define ORRERY_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One rank's side of a run: what generated code may tell the runtime while an entry runs. Generated
   code keeps no state of its own, so that many ranks can live in one process. */
struct orrery_context {
  /* All gradients of a bucket are final (descriptor.md); called between kernels. May be null. */
  void (*gradient_ready)(struct orrery_context *context, int64_t bucket);
};

/* One entry of a compiled model. `args` points to the inputs and then the outputs in the order of
   the descriptor's entry: contiguous, row-major, 64-byte aligned buffers. `arena` has at least
   `arena_bytes` bytes, 64-byte aligned; its content does not survive a call. `run` allocates
   nothing and keeps no state. */
struct orrery_entry {
  const char *name;
  void (*run)(struct orrery_context *context, void *arena, void **args);
  uint64_t arena_bytes;
  uint64_t planned_live_bytes; /* the most bytes of the arena that are in use at one moment */
  double flops;
  double bytes;
  /* Where sizes are known at run time only: the arena's bytes for these sizes, in the order of the
     entry's inputs of role "size"; else null, and `arena_bytes` holds for every call. */
  uint64_t (*arena_bytes_of)(const int64_t *sizes);
};

/* Defined by the object file. */
extern const char orrery_descriptor[];
extern const uint32_t
    orrery_real_bytes; /* 4 or 8: the width of weights, fields, losses and learning rate */
extern const struct orrery_entry orrery_entries[];
extern const uint64_t orrery_entry_count;

/* Defined by the runtime. */
#define ORRERY_FUNCTION(result, name, parameters) result name parameters;
#include "runtime/abi/runtime.def"
#undef ORRERY_FUNCTION

#ifdef __cplusplus
}
#endif

#endif /* ORRERY_ABI_H */
