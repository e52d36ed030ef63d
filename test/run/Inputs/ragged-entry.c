/* Calls an entry of run-time sizes twice, with other sizes. */
#include "runtime/abi/orrery_abi.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *copy(const void *from, size_t bytes) {
  void *to = aligned_alloc(64, 256);
  memcpy(to, from, bytes);
  return to;
}

/* A path: atom 0 - atom 1 - ..., all neighbours both ways; the last `alone` atoms have none. */
static void call(int64_t atoms, int64_t alone, float first) {
  int64_t linked = atoms - alone, edges = 0;
  int32_t src[16], dst[16], dstRanges[16], srcRanges[16], order[16];
  float x[16], *y = aligned_alloc(64, 256);
  for (int32_t a = 0; a < atoms; ++a) {
    x[2 * a] = first + 2 * a;
    x[2 * a + 1] = first + 2 * a + 1;
    dstRanges[2 * a] = edges;
    for (int32_t b = a - 1; b <= a + 1; b += 2)
      if (b >= 0 && b < linked && a < linked) {
        src[edges] = b;
        dst[edges++] = a;
      }
    dstRanges[2 * a + 1] = edges;
  }
  int32_t n = 0;
  for (int32_t a = 0; a < atoms; ++a) {
    srcRanges[2 * a] = n;
    for (int32_t e = 0; e < edges; ++e)
      if (src[e] == a)
        order[n++] = e;
    srcRanges[2 * a + 1] = n;
  }
  void *buffers[] = {copy(x, 8 * atoms),         copy(src, 4 * edges), copy(srcRanges, 8 * atoms), copy(order, 4 * edges),
                     copy(dst, 4 * edges),       copy(dstRanges, 8 * atoms),
                     copy(&atoms, sizeof atoms), copy(&edges, sizeof edges), y};
  int64_t sizes[] = {atoms, edges};
  uint64_t bytes = orrery_entries[0].arena_bytes_of(sizes);
  orrery_entries[0].run(NULL, aligned_alloc(64, (bytes + 127) / 64 * 64), buffers);
  printf("%d atoms, %d edges, arena %d:", (int)atoms, (int)edges, (int)bytes);
  for (int i = 0; i < 2 * atoms; ++i)
    printf(" %g", y[i]);
  printf("\n");
}

int main(void) {
  call(2, 0, 1);
  call(4, 1, 10);
  return 0;
}
