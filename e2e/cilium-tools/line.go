package main

import (
	"fmt"
	"net/netip"

	"github.com/cilium/cilium/pkg/byteorder"
	"github.com/cilium/cilium/pkg/maps/ctmap"
	"github.com/cilium/cilium/pkg/u8proto"
)

// Line is one entry. Its value differs between versions of Cilium: see Entry.
type Line struct {
	Key
	Entry
}

// Key names the fields as the map does: which end is the initiator depends on flags.
type Key struct {
	Daddr   netip.Addr `json:"daddr"`
	Saddr   netip.Addr `json:"saddr"`
	Dport   uint16     `json:"dport"`
	Sport   uint16     `json:"sport"`
	Nexthdr uint8      `json:"nexthdr"`
	Flags   uint8      `json:"flags"`
}

func lineOfKey(key ctmap.CtKey) Key {
	switch k := key.ToHost().(type) {
	case *ctmap.CtKey4Global:
		return Key{k.DestAddr.Addr(), k.SourceAddr.Addr(), k.DestPort, k.SourcePort, uint8(k.NextHeader), k.Flags}
	case *ctmap.CtKey6Global:
		return Key{k.DestAddr.Addr(), k.SourceAddr.Addr(), k.DestPort, k.SourcePort, uint8(k.NextHeader), k.Flags}
	}
	panic(fmt.Sprintf("no line of a %T", key))
}

// fill writes this key, in network byte order, over an empty one of the map's family.
func (line Key) fill(key ctmap.CtKey) error {
	dport, sport := byteorder.HostToNetwork16(line.Dport), byteorder.HostToNetwork16(line.Sport)
	switch k := key.(type) {
	case *ctmap.CtKey4Global:
		if !line.Daddr.Is4() || !line.Saddr.Is4() {
			return fmt.Errorf("%s and %s do not belong into a map of IPv4", line.Daddr, line.Saddr)
		}
		k.DestAddr, k.SourceAddr = line.Daddr.As4(), line.Saddr.As4()
		k.DestPort, k.SourcePort = dport, sport
		k.NextHeader, k.Flags = u8proto.U8proto(line.Nexthdr), line.Flags
	case *ctmap.CtKey6Global:
		if !line.Daddr.Is6() || !line.Saddr.Is6() {
			return fmt.Errorf("%s and %s do not belong into a map of IPv6", line.Daddr, line.Saddr)
		}
		k.DestAddr, k.SourceAddr = line.Daddr.As16(), line.Saddr.As16()
		k.DestPort, k.SourcePort = dport, sport
		k.NextHeader, k.Flags = u8proto.U8proto(line.Nexthdr), line.Flags
	}
	return nil
}
