//go:build cilium1.15

package main

import (
	"github.com/cilium/cilium/pkg/byteorder"
	"github.com/cilium/cilium/pkg/maps/ctmap"
)

// Entry is the value of Cilium 1.15. RxBytes is the id of the backend for a service.
type Entry struct {
	RxPackets        uint64 `json:"rxPackets"`
	RxBytes          uint64 `json:"rxBytes"`
	TxPackets        uint64 `json:"txPackets"`
	TxBytes          uint64 `json:"txBytes"`
	Lifetime         uint32 `json:"lifetime"`
	Bits             uint16 `json:"bits"`
	RevNAT           uint16 `json:"revNat"`
	IfIndex          uint16 `json:"ifIndex"`
	TxFlagsSeen      uint8  `json:"txFlagsSeen"`
	RxFlagsSeen      uint8  `json:"rxFlagsSeen"`
	SourceSecurityID uint32 `json:"sourceSecurityId"`
	LastTxReport     uint32 `json:"lastTxReport"`
	LastRxReport     uint32 `json:"lastRxReport"`
}

func lineOfEntry(e *ctmap.CtEntry) Entry {
	return Entry{
		e.RxPackets, e.RxBytes, e.TxPackets, e.TxBytes, e.Lifetime, e.Flags,
		byteorder.NetworkToHost16(e.RevNAT), e.IfIndex,
		e.TxFlagsSeen, e.RxFlagsSeen, e.SourceSecurityID, e.LastTxReport, e.LastRxReport,
	}
}

func (line Entry) entry() *ctmap.CtEntry {
	return &ctmap.CtEntry{
		RxPackets: line.RxPackets, RxBytes: line.RxBytes,
		TxPackets: line.TxPackets, TxBytes: line.TxBytes,
		Lifetime: line.Lifetime, Flags: line.Bits,
		RevNAT: byteorder.HostToNetwork16(line.RevNAT), IfIndex: line.IfIndex,
		TxFlagsSeen: line.TxFlagsSeen, RxFlagsSeen: line.RxFlagsSeen,
		SourceSecurityID: line.SourceSecurityID,
		LastTxReport:     line.LastTxReport, LastRxReport: line.LastRxReport,
	}
}
