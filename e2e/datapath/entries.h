/*
 * The entries of Cilium's conntrack maps: keys of 14 and 38 bytes, a value of 56 (the layout of
 * Cilium 1.16 and later). Fields without "be" are in the order of the machine. Of a flow, daddr and
 * sport are the initiator's, saddr and dport the responder's, whichever way a packet goes.
 */
#ifndef DATAPATH_ENTRIES_H
#define DATAPATH_ENTRIES_H

#include <linux/types.h>

/* Whose flow it is: the guest's, or one that another opened to the guest. */
enum opener { GUEST = 0, PEER = 1 };

struct key4 {
  __u8 daddr[4];
  __u8 saddr[4];
  __be16 dport;
  __be16 sport;
  __u8 protocol;
  __u8 opener;
} __attribute__((packed));

struct key6 {
  __u8 daddr[16];
  __u8 saddr[16];
  __be16 dport;
  __be16 sport;
  __u8 protocol;
  __u8 opener;
} __attribute__((packed));

struct entry {
  __u64 backend[2];
  __u64 packets;
  __u64 bytes;
  __u32 lifetime; /* seconds of the monotonic clock, until which it is good */
  __u16 bits;
  __be16 service;
  __be16 nat_port;
  __u8 tx_flags; /* of TCP, from the guest */
  __u8 rx_flags; /* to the guest */
  __u32 identity;
  __u32 last_tx;
  __u32 last_rx;
};

_Static_assert(sizeof(struct key4) == 14, "Cilium's key of IPv4");
_Static_assert(sizeof(struct key6) == 38, "Cilium's key of IPv6");
_Static_assert(sizeof(struct entry) == 56, "Cilium's value");

#define RX_CLOSING 0x01
#define TX_CLOSING 0x02
#define SEEN_NON_SYN 0x10

#endif
