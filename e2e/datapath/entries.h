/*
 * The entries of Cilium's conntrack maps: keys of 14 and 38 bytes, a value of 56 (the layout of
 * Cilium 1.19, which an entry without another address shares with 1.16). Fields without "be" are in
 * the order of the machine.
 */
#ifndef DATAPATH_ENTRIES_H
#define DATAPATH_ENTRIES_H

#include <linux/types.h>

#include "kernel.h"

/* Bytes of an address. Which family a piece of code is for, it is told by this. */
#define IPV4 4U
#define IPV6 16U

/*
 * Whose flow it is: the guest's, or one that another opened to the guest. Of both, daddr and sport
 * are the initiator's, saddr and dport the responder's, whichever way a packet goes. TO_SERVICE is
 * the choice of a backend for a flow of the guest: there daddr and sport are the service's.
 */
enum opener { GUEST = 0, PEER = 1, TO_SERVICE = 4 };

/* The end of a key. */
struct key_end {
  __be16 dport;
  __be16 sport;
  __u8 protocol;
  __u8 opener;
};

#define KEY_LENGTH(ADDRESS) (2 * (ADDRESS) + sizeof(struct key_end))

/* daddr, saddr, struct key_end, without a gap; what is left is not the key's. */
struct key {
  __u8 bytes[KEY_LENGTH(IPV6)];
};

INLINE void fill_key(struct key *key, __u32 address, const void *daddr, const void *saddr,
                     struct key_end end) {
  __builtin_memcpy(key->bytes, daddr, address);
  __builtin_memcpy(key->bytes + address, saddr, address);
  __builtin_memcpy(key->bytes + 2 * address, &end, sizeof(end));
}

struct entry {
  __u64 unused;
  __u64 backend; /* of TO_SERVICE: the backend's id */
  __u64 packets;
  __u64 bytes;
  __u32 lifetime; /* seconds of the monotonic clock, until which it is good */
  __u16 bits;
  __be16 service; /* the service's id, 0 for none */
  __be16 nat_port;
  __u8 tx_flags; /* of TCP, from the guest */
  __u8 rx_flags; /* to the guest */
  __u32 identity;
  __u32 last_tx;
  __u32 last_rx;
};

_Static_assert(KEY_LENGTH(IPV4) == 14, "Cilium's key of IPv4");
_Static_assert(KEY_LENGTH(IPV6) == 38, "Cilium's key of IPv6");
_Static_assert(sizeof(struct entry) == 56, "Cilium's value");

#define RX_CLOSING 0x01
#define TX_CLOSING 0x02
#define SEEN_NON_SYN 0x10

#endif
