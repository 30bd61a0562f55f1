/*
 * The firewall's table and its judgement of a packet: whether its flow is known, or may be opened.
 */
#ifndef DATAPATH_FLOWS_H
#define DATAPATH_FLOWS_H

#include <linux/in.h>
#include <linux/pkt_cls.h>

#include "entries.h"
#include "kernel.h"

#define ENTRIES 65536
#define NANOSECONDS 1000000000ULL

/* Seconds, as Cilium has them. */
#define ESTABLISHED_TCP 8000
#define OTHER 60
#define CLOSED 10

#define FLAG_FIN 0x01
#define FLAG_SYN 0x02
#define FLAG_RST 0x04
#define FLAG_ACK 0x10

#define MAP_OF_ENTRIES(ADDRESS, NAME)            \
  struct {                                       \
    MAP_FIELD(type, BPF_MAP_TYPE_LRU_HASH);      \
    MAP_FIELD(key_size, KEY_LENGTH(ADDRESS));    \
    MAP_FIELD(value_size, sizeof(struct entry)); \
    MAP_FIELD(max_entries, ENTRIES);             \
    MAP_FIELD(pinning, PIN_BY_NAME);             \
  } NAME SEC(".maps")

MAP_OF_ENTRIES(IPV4, cilium_ct4_global);
MAP_OF_ENTRIES(IPV4, cilium_ct_any4_global);
MAP_OF_ENTRIES(IPV6, cilium_ct6_global);
MAP_OF_ENTRIES(IPV6, cilium_ct_any6_global);

INLINE void *table_of(__u32 address, __u8 protocol) {
  if (address == IPV4) {
    return protocol == IPPROTO_TCP ? (void *)&cilium_ct4_global : (void *)&cilium_ct_any4_global;
  }
  return protocol == IPPROTO_TCP ? (void *)&cilium_ct6_global : (void *)&cilium_ct_any6_global;
}

/* Packets, by what became of them. */
enum counter { KNOWN, OPENED, DROPPED, DROPPED_TCP, DROPPED_UDP, COUNTERS };

struct {
  MAP_FIELD(type, BPF_MAP_TYPE_ARRAY);
  MAP_FIELD(key_size, sizeof(__u32));
  MAP_FIELD(value_size, sizeof(__u64));
  MAP_FIELD(max_entries, COUNTERS);
  MAP_FIELD(pinning, PIN_BY_NAME);
} firewall_counters SEC(".maps");

enum direction { FROM_GUEST, TO_GUEST };

/* What is read of a packet. An address fills as many bytes as its family has. */
struct packet {
  enum direction direction;
  __u32 transport; /* where the transport's header is */
  __u8 source[IPV6];
  __u8 destination[IPV6];
  __be16 source_port;
  __be16 destination_port;
  __be16 service; /* id of the service that it goes to or comes from, 0 for none */
  __u8 protocol;
  __u8 tcp_flags;
};

INLINE void count(__u32 what) {
  __u64 *packets = bpf_map_lookup_elem(&firewall_counters, &what);
  if (packets) {
    __sync_fetch_and_add(packets, 1);
  }
}

INLINE __u32 now(void) { return (__u32)(bpf_ktime_get_ns() / NANOSECONDS); }

INLINE int is_syn(const struct packet *packet) {
  return packet->protocol == IPPROTO_TCP &&
         (packet->tcp_flags & (FLAG_FIN | FLAG_SYN | FLAG_RST | FLAG_ACK)) == FLAG_SYN;
}

INLINE __u32 lifetime(const struct entry *entry, const struct packet *packet) {
  if (packet->protocol != IPPROTO_TCP || !(entry->bits & SEEN_NON_SYN)) {
    return now() + OTHER;
  }
  int over = (entry->bits & RX_CLOSING) && (entry->bits & TX_CLOSING);
  return now() + (over ? CLOSED : ESTABLISHED_TCP);
}

/* What this packet changes of its flow's entry. */
INLINE void refresh(struct entry *entry, const struct packet *packet) {
  if (packet->protocol == IPPROTO_TCP) {
    if (is_syn(packet)) {
      entry->bits &= (__u16) ~(RX_CLOSING | TX_CLOSING);
    } else {
      entry->bits |= SEEN_NON_SYN;
    }
    if (packet->tcp_flags & FLAG_RST) {
      entry->bits |= RX_CLOSING | TX_CLOSING;
    } else if (packet->tcp_flags & FLAG_FIN) {
      entry->bits |= packet->direction == FROM_GUEST ? TX_CLOSING : RX_CLOSING;
    }
    if (packet->direction == FROM_GUEST) {
      entry->tx_flags |= packet->tcp_flags;
    } else {
      entry->rx_flags |= packet->tcp_flags;
    }
  }
  entry->lifetime = lifetime(entry, packet);
}

/* The entry of this key; one whose time is over is forgotten. */
INLINE struct entry *living(void *table, const struct key *key) {
  struct entry *entry = bpf_map_lookup_elem(table, key);
  if (entry && entry->lifetime < now()) {
    bpf_map_delete_elem(table, key);
    return 0;
  }
  return entry;
}

INLINE int may_open(const struct packet *packet) {
  if (packet->protocol == IPPROTO_UDP) {
    return packet->direction == FROM_GUEST;
  }
  return is_syn(packet);
}

INLINE int drop(__u8 protocol) {
  count(DROPPED);
  if (protocol == IPPROTO_TCP) {
    count(DROPPED_TCP);
  } else if (protocol == IPPROTO_UDP) {
    count(DROPPED_UDP);
  }
  return TC_ACT_SHOT;
}

/*
 * Lets a packet pass, or not. As the responder's, it learns the service of its flow.
 *
 * An entry with the id of another service is none, as it is for Cilium.
 */
INLINE int judge(struct packet *packet, __u32 address) {
  void *table = table_of(address, packet->protocol);
  struct key opening;
  fill_key(&opening, address, packet->source, packet->destination,
           (struct key_end){.dport = packet->destination_port,
                            .sport = packet->source_port,
                            .protocol = packet->protocol,
                            .opener = packet->direction == FROM_GUEST ? GUEST : PEER});
  struct entry *entry = living(table, &opening);
  if (entry && entry->service == packet->service) {
    refresh(entry, packet);
    count(KNOWN);
    return TC_ACT_OK;
  }
  struct key answering;
  fill_key(&answering, address, packet->destination, packet->source,
           (struct key_end){.dport = packet->source_port,
                            .sport = packet->destination_port,
                            .protocol = packet->protocol,
                            .opener = packet->direction == FROM_GUEST ? PEER : GUEST});
  entry = living(table, &answering);
  if (entry) {
    refresh(entry, packet);
    packet->service = entry->service;
    count(KNOWN);
    return TC_ACT_OK;
  }
  if (!may_open(packet)) {
    return drop(packet->protocol);
  }
  struct entry fresh = {.service = packet->service};
  refresh(&fresh, packet);
  bpf_map_update_elem(table, &opening, &fresh, BPF_ANY);
  count(OPENED);
  return TC_ACT_OK;
}

#endif
