package main

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/cilium/cilium/pkg/maps/ctmap"
)

// record is an entry on the wire, without padding: Cilium's key and value, but that the lifetime is
// what is left of it, and that two bytes of the value are missing: NatPort.
type record struct {
	Key              ctmap.CtKey4Global
	Union0           [2]uint64
	Packets          uint64
	Bytes            uint64
	Left             uint32
	Flags            uint16
	RevNAT           uint16
	TxFlagsSeen      uint8
	RxFlagsSeen      uint8
	SourceSecurityID uint32
	LastTxReport     uint32
	LastRxReport     uint32
}

const sizeOfRecord = 68

// order is the kernel's; what is in network byte order in the maps stays in it.
var order = binary.NativeEndian

func recordOf(key *ctmap.CtKey4Global, entry *ctmap.CtEntry, now uint32) record {
	return record{
		Key: *key, Union0: entry.Union0, Packets: entry.Packets, Bytes: entry.Bytes,
		Left: entry.Lifetime - now, Flags: entry.Flags, RevNAT: entry.RevNAT,
		TxFlagsSeen: entry.TxFlagsSeen, RxFlagsSeen: entry.RxFlagsSeen,
		SourceSecurityID: entry.SourceSecurityID,
		LastTxReport:     entry.LastTxReport, LastRxReport: entry.LastRxReport,
	}
}

// entry is the value for a map in which it is now, with that id of the service.
func (r *record) entry(now uint32, revNAT uint16) *ctmap.CtEntry {
	return &ctmap.CtEntry{
		Union0: r.Union0, Packets: r.Packets, Bytes: r.Bytes,
		Lifetime: r.Left + now, Flags: r.Flags, RevNAT: revNAT,
		TxFlagsSeen: r.TxFlagsSeen, RxFlagsSeen: r.RxFlagsSeen,
		SourceSecurityID: r.SourceSecurityID,
		LastTxReport:     r.LastTxReport, LastRxReport: r.LastRxReport,
	}
}

func (r *record) write(to io.Writer) error { return binary.Write(to, order, r) }

// readRecord says io.EOF at the end, and another error where a record is not whole.
func readRecord(from io.Reader) (*record, error) {
	bytes := make([]byte, sizeOfRecord)
	if _, err := io.ReadFull(from, bytes); err != nil {
		return nil, err
	}
	var r record
	if read, err := binary.Decode(bytes, order, &r); err != nil {
		return nil, fmt.Errorf("a record of %d bytes: %w", read, err)
	}
	return &r, nil
}
