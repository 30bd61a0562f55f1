/*
 * Services of TCP: what the guest sends to one goes to a backend, and the backend's replies come
 * from the service. The maps have Cilium's names and layouts (1.19), and the node fills them:
 *
 *   services   address, port, u16 slot, u8 protocol, u8 scope, 2 zeros  ->  struct service
 *   backends   u32 id  ->  address, port, u8 protocol, 5 bytes that are not looked at
 *   reverse    id of a service  ->  address, port
 *
 * A backend that was chosen for a connection stays chosen as long as it is there.
 */
#ifndef DATAPATH_SERVICES_H
#define DATAPATH_SERVICES_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>

#include "entries.h"
#include "flows.h"
#include "kernel.h"

#define SERVICES 256

/* The first slot is the service, each further one a place with a backend. */
#define SERVICE_ITSELF 0
#define FIRST_PLACE 1

/* For IPv4 without the first 12 bytes. */
struct service_key {
  __u8 address[IPV6];
  __be16 port;
  __u16 slot;
  __u8 protocol;
  __u8 scope;
  __u8 zero[2];
};

struct service {
  __u32 backend; /* of a place */
  __u16 places;  /* of the service itself */
  __be16 id;
  __u8 flags[2];
  __u16 quarantined;
};

#define SERVICE_KEY_LENGTH(ADDRESS) (sizeof(struct service_key) - IPV6 + (ADDRESS))
#define BACKEND_LENGTH(ADDRESS) ((ADDRESS) + 8)
#define FRONTEND_LENGTH(ADDRESS) ((ADDRESS) + sizeof(__be16))

_Static_assert(SERVICE_KEY_LENGTH(IPV4) == 12, "Cilium's key of a service of IPv4");
_Static_assert(SERVICE_KEY_LENGTH(IPV6) == 24, "Cilium's key of a service of IPv6");
_Static_assert(sizeof(struct service) == 12, "Cilium's service");

#define MAP_OF_SERVICES(KEY_SIZE, VALUE_SIZE, NAME) \
  struct {                                          \
    MAP_FIELD(type, BPF_MAP_TYPE_HASH);             \
    MAP_FIELD(key_size, KEY_SIZE);                  \
    MAP_FIELD(value_size, VALUE_SIZE);              \
    MAP_FIELD(max_entries, SERVICES);               \
    MAP_FIELD(pinning, PIN_BY_NAME);                \
  } NAME SEC(".maps")

MAP_OF_SERVICES(SERVICE_KEY_LENGTH(IPV4), sizeof(struct service), cilium_lb4_services_v2);
MAP_OF_SERVICES(SERVICE_KEY_LENGTH(IPV6), sizeof(struct service), cilium_lb6_services_v2);
MAP_OF_SERVICES(sizeof(__u32), BACKEND_LENGTH(IPV4), cilium_lb4_backends_v3);
MAP_OF_SERVICES(sizeof(__u32), BACKEND_LENGTH(IPV6), cilium_lb6_backends_v3);
MAP_OF_SERVICES(sizeof(__be16), FRONTEND_LENGTH(IPV4), cilium_lb4_reverse_nat);
MAP_OF_SERVICES(sizeof(__be16), FRONTEND_LENGTH(IPV6), cilium_lb6_reverse_nat);

INLINE const struct service *find_service(__u32 address, const struct service_key *key) {
  const void *from = key->address + IPV6 - address;
  return address == IPV4 ? bpf_map_lookup_elem(&cilium_lb4_services_v2, from)
                         : bpf_map_lookup_elem(&cilium_lb6_services_v2, from);
}

/* Address and port. */
INLINE const __u8 *find_backend(__u32 address, __u32 id) {
  return address == IPV4 ? bpf_map_lookup_elem(&cilium_lb4_backends_v3, &id)
                         : bpf_map_lookup_elem(&cilium_lb6_backends_v3, &id);
}

/* Address and port. */
INLINE const __u8 *find_frontend(__u32 address, __be16 id) {
  return address == IPV4 ? bpf_map_lookup_elem(&cilium_lb4_reverse_nat, &id)
                         : bpf_map_lookup_elem(&cilium_lb6_reverse_nat, &id);
}

/* Where an end's address and port are, in the headers of IP and TCP. */
struct end {
  __u32 address;
  __u32 port;
};

INLINE struct end source_end(__u32 address) {
  return (struct end){.address = address == IPV4 ? __builtin_offsetof(struct iphdr, saddr)
                                                 : __builtin_offsetof(struct ipv6hdr, saddr),
                      .port = __builtin_offsetof(struct tcphdr, source)};
}

INLINE struct end destination_end(__u32 address) {
  return (struct end){.address = address == IPV4 ? __builtin_offsetof(struct iphdr, daddr)
                                                 : __builtin_offsetof(struct ipv6hdr, daddr),
                      .port = __builtin_offsetof(struct tcphdr, dest)};
}

/* Puts another address and port there, in the packet and in what was read of it. */
INLINE void translate(struct __sk_buff *skb, __u32 transport, __u32 address, struct end end,
                      __u8 *ip, __be16 *port, const __u8 *other) {
  __be16 other_port;
  __builtin_memcpy(&other_port, other + address, sizeof(other_port));
  __u32 checksum = transport + (__u32)__builtin_offsetof(struct tcphdr, check);
  __u64 change = (__u64)bpf_csum_diff(ip, address, other, address, 0);
  bpf_l4_csum_replace(skb, checksum, 0, change, BPF_F_PSEUDO_HDR);
  bpf_l4_csum_replace(skb, checksum, *port, other_port, sizeof(other_port));
  if (address == IPV4) {
    bpf_l3_csum_replace(skb, ETH_HLEN + (__u32)__builtin_offsetof(struct iphdr, check), 0, change,
                        0);
  }
  bpf_skb_store_bytes(skb, ETH_HLEN + end.address, other, address, 0);
  bpf_skb_store_bytes(skb, transport + end.port, &other_port, sizeof(other_port), 0);
  __builtin_memcpy(ip, other, address);
  *port = other_port;
}

/* The backend of the place that is this connection's by its port, and the entry that says so. */
INLINE const __u8 *choose(__u32 address, const struct packet *packet, struct service_key *name,
                          const struct service *service, const struct key *flow) {
  __u16 places = service->places;
  if (places == 0) {
    return 0;
  }
  name->slot = (__u16)(FIRST_PLACE + packet->source_port % places);
  const struct service *place = find_service(address, name);
  if (!place) {
    return 0;
  }
  struct entry fresh = {.service = service->id, .backend = place->backend};
  refresh(&fresh, packet);
  bpf_map_update_elem(table_of(address, packet->protocol), flow, &fresh, BPF_ANY);
  return find_backend(address, place->backend);
}

/*
 * Sends the guest's packet to a backend if it is for a service. Other than 0: no backend may get
 * it, for it is of a connection that is not known, or there is none.
 */
INLINE int to_backend(struct __sk_buff *skb, struct packet *packet, __u32 address) {
  if (packet->protocol != IPPROTO_TCP) {
    return 0;
  }
  struct service_key name = {.port = packet->destination_port,
                             .slot = SERVICE_ITSELF,
                             .protocol = packet->protocol};
  __builtin_memcpy(name.address + IPV6 - address, packet->destination, address);
  const struct service *service = find_service(address, &name);
  if (!service) {
    return 0;
  }
  struct key flow;
  fill_key(&flow, address, packet->destination, packet->source,
           (struct key_end){.dport = packet->source_port,
                            .sport = packet->destination_port,
                            .protocol = packet->protocol,
                            .opener = TO_SERVICE});
  const __u8 *backend = 0;
  struct entry *entry = living(table_of(address, packet->protocol), &flow);
  if (entry && entry->service == service->id) {
    refresh(entry, packet);
    backend = find_backend(address, (__u32)entry->backend);
  } else if (!may_open(packet)) {
    return -1;
  }
  /* Also in mid-connection, as Cilium does it, when the one that was chosen is gone. */
  if (!backend) {
    backend = choose(address, packet, &name, service, &flow);
  }
  if (!backend) {
    return -1;
  }
  packet->service = service->id;
  translate(skb, packet->transport, address, destination_end(address), packet->destination,
            &packet->destination_port, backend);
  return 0;
}

/* Lets a backend's reply come from the service. With an id that means none here, it stays as is. */
INLINE void from_service(struct __sk_buff *skb, struct packet *packet, __u32 address) {
  const __u8 *frontend = packet->service ? find_frontend(address, packet->service) : 0;
  if (frontend) {
    translate(skb, packet->transport, address, source_end(address), packet->source,
              &packet->source_port, frontend);
  }
}

#endif
