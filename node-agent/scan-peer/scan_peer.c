// Reads a pinned BPF map from end to end by batch lookups, as often as asked, and prints how many nanoseconds each time
// took and how many entries it saw: what the agent's scan of the same map is compared with.
//
//   scan-peer PIN KEY_BYTES VALUE_BYTES RUNS
#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { ENTRIES_AT_A_TIME = 4096, MOST_BYTES = 256, MOST_RUNS = 1000 };

static long bpf(int command, union bpf_attr *attributes) {
  return syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static uint64_t address(const void *pointer) { return (uint64_t)(uintptr_t)pointer; }

static int64_t nanoseconds(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
    perror("clock_gettime");
    exit(EXIT_FAILURE);
  }
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// Entries seen, or -1 with errno.
static long walk(uint32_t map, void *keys, void *values) {
  uint64_t cursor[MOST_BYTES / sizeof(uint64_t)] = {0};
  uint64_t before = 0;
  long seen = 0;
  for (;;) {
    union bpf_attr request;
    memset(&request, 0, sizeof request);
    request.batch.in_batch = before;
    request.batch.out_batch = address(cursor);
    request.batch.keys = address(keys);
    request.batch.values = address(values);
    request.batch.count = ENTRIES_AT_A_TIME;
    request.batch.map_fd = map;
    long result = bpf(BPF_MAP_LOOKUP_BATCH, &request);
    if (result < 0 && errno == EINTR) {
      continue;
    }
    if (result < 0 && errno != ENOENT) {
      return -1;
    }
    seen += request.batch.count;
    if (result < 0) {
      return seen;
    }
    before = address(cursor);
  }
}

static unsigned long number(const char *text, unsigned long most) {
  char *end = NULL;
  errno = 0;
  unsigned long value = strtoul(text, &end, 10);
  if (errno != 0 || *end != '\0' || value == 0 || value > most) {
    fprintf(stderr, "\"%s\" is not a number from 1 to %lu\n", text, most);
    exit(EXIT_FAILURE);
  }
  return value;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: %s PIN KEY_BYTES VALUE_BYTES RUNS\n", argv[0]);
    return EXIT_FAILURE;
  }
  void *keys = calloc(ENTRIES_AT_A_TIME, number(argv[2], MOST_BYTES));
  void *values = calloc(ENTRIES_AT_A_TIME, number(argv[3], MOST_BYTES));
  unsigned long runs = number(argv[4], MOST_RUNS);
  union bpf_attr request;
  memset(&request, 0, sizeof request);
  request.pathname = address(argv[1]);
  long map = bpf(BPF_OBJ_GET, &request);
  if (keys == NULL || values == NULL || map < 0) {
    perror(argv[1]);
    return EXIT_FAILURE;
  }
  for (unsigned long run = 0; run < runs; run++) {
    int64_t start = nanoseconds();
    long seen = walk((uint32_t)map, keys, values);
    int64_t taken = nanoseconds() - start;
    if (seen < 0) {
      perror("BPF_MAP_LOOKUP_BATCH");
      return EXIT_FAILURE;
    }
    printf("%lld %ld\n", (long long)taken, seen);
  }
  free(keys);
  free(values);
  return EXIT_SUCCESS;
}
