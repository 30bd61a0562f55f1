/*
 * What a BPF program says to its loader and asks of the kernel: section names, the fields of a map's
 * definition as libbpf reads them from the BTF, and helpers by their numbers in linux/bpf.h.
 */
#ifndef DATAPATH_KERNEL_H
#define DATAPATH_KERNEL_H

#include <linux/bpf.h>

/* One program each: the kernel lets no function of its own take a pointer to another's stack. */
#define INLINE static inline __attribute__((always_inline))

#define SEC(NAME) __attribute__((section(NAME), used))

/* A number is the size of an array, so that it is in the type. */
#define MAP_FIELD(NAME, NUMBER) int(*NAME)[NUMBER]

/* "pinning": by the map's name, in the loader's folder. */
#define PIN_BY_NAME 1

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const bpf_map_update_elem)(void *map, const void *key, const void *value,
                                         __u64 flags) = (void *)2;
static long (*const bpf_map_delete_elem)(void *map, const void *key) = (void *)3;
static __u64 (*const bpf_ktime_get_ns)(void) = (void *)5;
static long (*const bpf_skb_store_bytes)(void *skb, __u32 offset, const void *from, __u32 length,
                                         __u64 flags) = (void *)9;
static long (*const bpf_l3_csum_replace)(void *skb, __u32 offset, __u64 from, __u64 to,
                                         __u64 flags) = (void *)10;
static long (*const bpf_l4_csum_replace)(void *skb, __u32 offset, __u64 from, __u64 to,
                                         __u64 flags) = (void *)11;
static long (*const bpf_skb_load_bytes)(const void *skb, __u32 offset, void *to,
                                        __u32 length) = (void *)26;
static __s64 (*const bpf_csum_diff)(const void *from, __u32 from_length, const void *to,
                                    __u32 to_length, __u32 seed) = (void *)28;

#endif
