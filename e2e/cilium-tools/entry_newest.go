//go:build !cilium1.15

package main

import (
	"github.com/cilium/cilium/pkg/byteorder"
	"github.com/cilium/cilium/pkg/maps/ctmap"
)

// Entry is the value of the newest Cilium. Union0 is the id of the backend in its second half for
// a service, the address before translation otherwise.
type Entry struct {
	Union0           [2]uint64 `json:"union0"`
	Packets          uint64    `json:"packets"`
	Bytes            uint64    `json:"bytes"`
	Lifetime         uint32    `json:"lifetime"`
	Bits             uint16    `json:"bits"`
	RevNAT           uint16    `json:"revNat"`
	NatPort          uint16    `json:"natPort"`
	TxFlagsSeen      uint8     `json:"txFlagsSeen"`
	RxFlagsSeen      uint8     `json:"rxFlagsSeen"`
	SourceSecurityID uint32    `json:"sourceSecurityId"`
	LastTxReport     uint32    `json:"lastTxReport"`
	LastRxReport     uint32    `json:"lastRxReport"`
}

func lineOfEntry(e *ctmap.CtEntry) Entry {
	return Entry{
		e.Union0, e.Packets, e.Bytes, e.Lifetime, e.Flags,
		byteorder.NetworkToHost16(e.RevNAT), byteorder.NetworkToHost16(e.NatPort),
		e.TxFlagsSeen, e.RxFlagsSeen, e.SourceSecurityID, e.LastTxReport, e.LastRxReport,
	}
}

func (line Entry) entry() *ctmap.CtEntry {
	return &ctmap.CtEntry{
		Union0: line.Union0, Packets: line.Packets, Bytes: line.Bytes,
		Lifetime: line.Lifetime, Flags: line.Bits,
		RevNAT:      byteorder.HostToNetwork16(line.RevNAT),
		NatPort:     byteorder.HostToNetwork16(line.NatPort),
		TxFlagsSeen: line.TxFlagsSeen, RxFlagsSeen: line.RxFlagsSeen,
		SourceSecurityID: line.SourceSecurityID,
		LastTxReport:     line.LastTxReport, LastRxReport: line.LastRxReport,
	}
}
