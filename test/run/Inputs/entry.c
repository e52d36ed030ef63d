/* Calls the first entry of an object file through its tables. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct orrery_entry {
  const char *name;
  void (*run)(void *context, void *arena, void **args);
  uint64_t arena_bytes, planned_live_bytes;
  double flops, bytes;
  uint64_t (*arena_bytes_of)(const int64_t *sizes);
};
extern const char orrery_descriptor[];
extern const uint32_t orrery_real_bytes;
extern const struct orrery_entry orrery_entries[];
extern const uint64_t orrery_entry_count;

int main(void) {
  printf("descriptor %s\n%d entries, reals of %d bytes\n", orrery_descriptor, (int)orrery_entry_count, (int)orrery_real_bytes);
  for (uint64_t i = 0; i < orrery_entry_count; ++i)
    printf("%s arena %d live %d flops %g\n", orrery_entries[i].name, (int)orrery_entries[i].arena_bytes,
           (int)orrery_entries[i].planned_live_bytes, orrery_entries[i].flops);
  float *buffers[3];
  for (int i = 0; i < 3; ++i)
    buffers[i] = aligned_alloc(64, 64);
  for (int i = 0; i < 4; ++i)
    buffers[0][i] = i + 1;
  orrery_entries[0].run(NULL, aligned_alloc(64, orrery_entries[0].arena_bytes + 64), (void **)buffers);
  printf("%s", orrery_entries[0].name);
  for (int i = 0; i < 4; ++i)
    printf(" %g", buffers[1][i]);
  printf("\n");
  for (int i = 0; i < 4; ++i)
    printf("%s%g", i ? " " : "", buffers[2][i]);
  printf("\n");
  return 0;
}
