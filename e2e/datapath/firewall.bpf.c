/*
 * A stateful firewall on the link that leads to a guest, with its connections in maps of Cilium's
 * names and layouts: a packet whose flow has no entry is dropped, unless it may open one. TCP is
 * opened by a real SYN of either side, UDP by the guest. An entry is good until its lifetime is over
 * and gets a new one from every packet. What the guest sends to a service of TCP is balanced.
 *
 * Not Cilium's datapath, and smaller: no policy, no ICMP but neighbour discovery.
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
#include "flows.h"
#include "kernel.h"
#include "services.h"

/* Neighbour discovery, between host and guest themselves. */
#define ROUTER_SOLICITATION 133
#define REDIRECT 137

/* Ports, and for TCP the flags. */
INLINE int read_transport(struct __sk_buff *skb, struct packet *packet) {
  if (packet->protocol == IPPROTO_TCP) {
    struct tcphdr tcp;
    if (bpf_skb_load_bytes(skb, packet->transport, &tcp, sizeof(tcp))) {
      return -1;
    }
    packet->source_port = tcp.source;
    packet->destination_port = tcp.dest;
    packet->tcp_flags = ((__u8 *)&tcp)[13];
    return 0;
  }
  if (packet->protocol == IPPROTO_UDP) {
    __be16 ports[2];
    if (bpf_skb_load_bytes(skb, packet->transport, ports, sizeof(ports))) {
      return -1;
    }
    packet->source_port = ports[0];
    packet->destination_port = ports[1];
    return 0;
  }
  return -1;
}

INLINE int filter_packet(struct __sk_buff *skb, struct packet *packet, __u32 address) {
  if (read_transport(skb, packet) ||
      (packet->direction == FROM_GUEST && to_backend(skb, packet, address))) {
    return drop(packet->protocol);
  }
  int verdict = judge(packet, address);
  if (verdict == TC_ACT_OK && packet->direction == TO_GUEST) {
    from_service(skb, packet, address);
  }
  return verdict;
}

INLINE int filter4(struct __sk_buff *skb, enum direction direction) {
  struct iphdr ip;
  if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip))) {
    return drop(0);
  }
  /* A fragment has no ports; nobody here sends any. */
  if (ip.frag_off & __constant_htons(0x3fff)) {
    return drop(ip.protocol);
  }
  struct packet packet = {
      .direction = direction, .protocol = ip.protocol, .transport = ETH_HLEN + ip.ihl * 4U};
  __builtin_memcpy(packet.source, &ip.saddr, IPV4);
  __builtin_memcpy(packet.destination, &ip.daddr, IPV4);
  return filter_packet(skb, &packet, IPV4);
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
  struct packet packet = {
      .direction = direction, .protocol = ip.nexthdr, .transport = ETH_HLEN + sizeof(ip)};
  __builtin_memcpy(packet.source, &ip.saddr, IPV6);
  __builtin_memcpy(packet.destination, &ip.daddr, IPV6);
  return filter_packet(skb, &packet, IPV6);
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
