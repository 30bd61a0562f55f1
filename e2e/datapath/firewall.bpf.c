/*
 * A stateful firewall on the link that leads to a guest, with its connections in maps of Cilium's
 * names and layouts: a packet whose flow has no entry is dropped, unless it may open one. TCP is
 * opened by a real SYN of either side, UDP by the guest. An entry is good until its lifetime is over
 * and gets a new one from every packet.
 *
 * Not Cilium's datapath, and smaller: no policy, no services, no ICMP but neighbour discovery.
 *
 * Programs for tc(8), direct action, on a device with Ethernet headers: "from-guest" at its ingress,
 * "to-guest" at its egress. Maps are pinned by name: the counters as firewall_counters.
 */
#include <asm/byteorder.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>

#include "entries.h"
#include "kernel.h"

/* One program each: the kernel lets no function of its own take a pointer to another's stack. */
#define INLINE static inline __attribute__((always_inline))

#define ENTRIES 65536
#define NANOSECONDS 1000000000ULL

/* Seconds, as Cilium has them. */
#define ESTABLISHED_TCP 8000
#define OTHER 60
#define CLOSED 10

/* Neighbour discovery, between host and guest themselves. */
#define ROUTER_SOLICITATION 133
#define REDIRECT 137

#define FLAG_FIN 0x01
#define FLAG_SYN 0x02
#define FLAG_RST 0x04
#define FLAG_ACK 0x10

#define MAP_OF_ENTRIES(KEY, NAME)                \
  struct {                                       \
    MAP_FIELD(type, BPF_MAP_TYPE_LRU_HASH);      \
    MAP_FIELD(key_size, sizeof(KEY));            \
    MAP_FIELD(value_size, sizeof(struct entry)); \
    MAP_FIELD(max_entries, ENTRIES);             \
    MAP_FIELD(pinning, PIN_BY_NAME);             \
  } NAME SEC(".maps")

MAP_OF_ENTRIES(struct key4, cilium_ct4_global);
MAP_OF_ENTRIES(struct key4, cilium_ct_any4_global);
MAP_OF_ENTRIES(struct key6, cilium_ct6_global);
MAP_OF_ENTRIES(struct key6, cilium_ct_any6_global);

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

struct packet {
  enum direction direction;
  __u8 protocol;
  __u8 tcp_flags;
  __be16 source;
  __be16 destination;
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

/* Whether the flow of this key is known; one whose time is over is forgotten. */
INLINE int is_known(void *map, const void *key, const struct packet *packet) {
  struct entry *entry = bpf_map_lookup_elem(map, key);
  if (!entry) {
    return 0;
  }
  if (entry->lifetime < now()) {
    bpf_map_delete_elem(map, key);
    return 0;
  }
  refresh(entry, packet);
  return 1;
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

/* The packet is one of the initiator in the flow of "opening", of the responder in the other's. */
INLINE int judge(void *map, const void *opening, const void *answering,
                                 const struct packet *packet) {
  if (is_known(map, opening, packet) || is_known(map, answering, packet)) {
    count(KNOWN);
    return TC_ACT_OK;
  }
  if (!may_open(packet)) {
    return drop(packet->protocol);
  }
  struct entry entry = {};
  refresh(&entry, packet);
  bpf_map_update_elem(map, opening, &entry, BPF_ANY);
  count(OPENED);
  return TC_ACT_OK;
}

/* Ports, and for TCP the flags. */
INLINE int read_transport(struct __sk_buff *skb, __u32 at, struct packet *packet) {
  if (packet->protocol == IPPROTO_TCP) {
    struct tcphdr tcp;
    if (bpf_skb_load_bytes(skb, at, &tcp, sizeof(tcp))) {
      return -1;
    }
    packet->source = tcp.source;
    packet->destination = tcp.dest;
    packet->tcp_flags = ((__u8 *)&tcp)[13];
    return 0;
  }
  if (packet->protocol == IPPROTO_UDP) {
    __be16 ports[2];
    if (bpf_skb_load_bytes(skb, at, ports, sizeof(ports))) {
      return -1;
    }
    packet->source = ports[0];
    packet->destination = ports[1];
    return 0;
  }
  return -1;
}

/* The key of the flow that this packet would open, and that of the flow that it would answer. */
#define FILL_KEYS(OPENING, ANSWERING, FROM, TO, PACKET)                      \
  do {                                                                       \
    __builtin_memcpy((OPENING).daddr, FROM, sizeof((OPENING).daddr));        \
    __builtin_memcpy((OPENING).saddr, TO, sizeof((OPENING).saddr));          \
    (OPENING).sport = (PACKET).source;                                       \
    (OPENING).dport = (PACKET).destination;                                  \
    (OPENING).protocol = (PACKET).protocol;                                  \
    (OPENING).opener = (PACKET).direction == FROM_GUEST ? GUEST : PEER;      \
    __builtin_memcpy((ANSWERING).daddr, TO, sizeof((ANSWERING).daddr));      \
    __builtin_memcpy((ANSWERING).saddr, FROM, sizeof((ANSWERING).saddr));    \
    (ANSWERING).sport = (PACKET).destination;                                \
    (ANSWERING).dport = (PACKET).source;                                     \
    (ANSWERING).protocol = (PACKET).protocol;                                \
    (ANSWERING).opener = (PACKET).direction == FROM_GUEST ? PEER : GUEST;    \
  } while (0)

INLINE int filter4(struct __sk_buff *skb, enum direction direction) {
  struct iphdr ip;
  if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip))) {
    return drop(0);
  }
  struct packet packet = {.direction = direction, .protocol = ip.protocol};
  /* A fragment has no ports; nobody here sends any. */
  if ((ip.frag_off & __constant_htons(0x3fff)) ||
      read_transport(skb, ETH_HLEN + ip.ihl * 4U, &packet)) {
    return drop(ip.protocol);
  }
  struct key4 opening;
  struct key4 answering;
  FILL_KEYS(opening, answering, &ip.saddr, &ip.daddr, packet);
  return ip.protocol == IPPROTO_TCP ? judge(&cilium_ct4_global, &opening, &answering, &packet)
                                    : judge(&cilium_ct_any4_global, &opening, &answering, &packet);
}

INLINE int is_neighbour_discovery(struct __sk_buff *skb, const struct ipv6hdr *ip) {
  __u8 type = 0;
  return ip->nexthdr == IPPROTO_ICMPV6 &&
         !bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(*ip), &type, sizeof(type)) &&
         type >= ROUTER_SOLICITATION && type <= REDIRECT;
}

INLINE int filter6(struct __sk_buff *skb, enum direction direction) {
  struct ipv6hdr ip;
  if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip))) {
    return drop(0);
  }
  if (is_neighbour_discovery(skb, &ip)) {
    return TC_ACT_OK;
  }
  struct packet packet = {.direction = direction, .protocol = ip.nexthdr};
  if (read_transport(skb, ETH_HLEN + sizeof(ip), &packet)) {
    return drop(ip.nexthdr);
  }
  struct key6 opening;
  struct key6 answering;
  FILL_KEYS(opening, answering, &ip.saddr, &ip.daddr, packet);
  return ip.nexthdr == IPPROTO_TCP ? judge(&cilium_ct6_global, &opening, &answering, &packet)
                                   : judge(&cilium_ct_any6_global, &opening, &answering, &packet);
}

INLINE int filter(struct __sk_buff *skb, enum direction direction) {
  if (skb->protocol == __constant_htons(ETH_P_IP)) {
    return filter4(skb, direction);
  }
  /* ARP and the like stay on the link. */
  return skb->protocol == __constant_htons(ETH_P_IPV6) ? filter6(skb, direction) : TC_ACT_OK;
}

SEC("from-guest")
int from_guest(struct __sk_buff *skb) { return filter(skb, FROM_GUEST); }

SEC("to-guest")
int to_guest(struct __sk_buff *skb) { return filter(skb, TO_GUEST); }

/* Asked for by the kernel; nothing used here is for GPL programs alone. */
char licence[] SEC("license") = "Apache-2.0";
