package main

import (
	"bytes"
	"testing"

	"github.com/cilium/cilium/pkg/byteorder"
	"github.com/cilium/cilium/pkg/maps/ctmap"
	"github.com/cilium/cilium/pkg/tuple"
	"github.com/cilium/cilium/pkg/u8proto"
)

var (
	vm      = [4]byte{10, 244, 1, 10}
	vip     = [4]byte{10, 96, 0, 10}
	backend = [4]byte{10, 244, 2, 20}
)

const (
	port    = 80
	foreign = 5
	local   = 0x2233
)

// toService is the record of the service in the VM's connection to it.
func toService(protocol u8proto.U8proto) *record {
	return recordWith(protocol, tuple.TUPLE_F_SERVICE, vip, vm, 40001, port)
}

// toBackend is the record of the same connection as it leaves.
func toBackend(protocol u8proto.U8proto) *record {
	return recordWith(protocol, tuple.TUPLE_F_OUT, vm, backend, 8080, 40001)
}

func recordWith(protocol u8proto.U8proto, flags uint8, daddr, saddr [4]byte, dport, sport uint16) *record {
	r := &record{Left: 1000, RevNAT: byteorder.HostToNetwork16(foreign)}
	r.Key.DestAddr, r.Key.SourceAddr = daddr, saddr
	r.Key.DestPort, r.Key.SourcePort = byteorder.HostToNetwork16(dport), byteorder.HostToNetwork16(sport)
	r.Key.NextHeader, r.Key.Flags = protocol, flags
	return r
}

func TestImportTranslatesIdsByTheRecordOfTheService(t *testing.T) {
	plain := recordWith(u8proto.TCP, tuple.TUPLE_F_OUT, vm, backend, 443, 40002)
	plain.RevNAT = 0
	related := recordWith(u8proto.ICMP, tuple.TUPLE_F_RELATED, vm, backend, 0, 0)
	for _, c := range []struct {
		name    string
		records []*record
		scope   uint8
		served  u8proto.U8proto
		// ids of what is written, in the order of records; -1 where nothing is
		want []int
	}{
		{"nothing to translate", []*record{plain}, 0, u8proto.TCP, []int{0}},
		{"the service comes first", []*record{toService(u8proto.TCP), toBackend(u8proto.TCP)}, 0, u8proto.TCP, []int{local, local}},
		{"the service comes last", []*record{toBackend(u8proto.TCP), toService(u8proto.TCP)}, 0, u8proto.TCP, []int{local, local}},
		{"of the internal scope", []*record{toBackend(u8proto.TCP), toService(u8proto.TCP)}, 1, u8proto.TCP, []int{local, local}},
		{"no service comes", []*record{toBackend(u8proto.TCP)}, 0, u8proto.TCP, []int{-1}},
		{"unknown here", []*record{toBackend(u8proto.TCP), toService(u8proto.TCP)}, 0, u8proto.UDP, []int{-1, -1}},
		// The sibling is in the other map, where no service has that id.
		{"TCP says nothing of the rest", []*record{toService(u8proto.TCP), related}, 0, u8proto.TCP, []int{local, -1}},
		{"nor the rest of TCP", []*record{toService(u8proto.UDP), toBackend(u8proto.TCP)}, 0, u8proto.UDP, []int{local, -1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			maps := newMemory()
			maps.serve(vip, port, uint8(c.served), c.scope, local)
			importRecords(t, maps, c.records)
			for i, r := range c.records {
				got := -1
				if written, found := maps.maps[mapOf(r)][r.Key]; found {
					got = int(byteorder.NetworkToHost16(written.RevNAT))
				}
				if got != c.want[i] {
					t.Errorf("record %d has id %d, want %d", i, got, c.want[i])
				}
			}
		})
	}
}

func TestImportEndsAtAPiece(t *testing.T) {
	maps := newMemory()
	body := append(unhex(t, example), unhex(t, example)[:30]...)
	if err := (&agent{maps: maps}).importAll(bytes.NewReader(body)); err != nil {
		t.Error(err)
	}
	if found := maps.maps[ctmap.MapNameTCP4Global]; len(found) != 1 {
		t.Errorf("%d entries", len(found))
	}
}

func TestImportDoesWithOneMapAndNotWithNone(t *testing.T) {
	maps := newMemory()
	delete(maps.maps, ctmap.MapNameAny4Global)
	importRecords(t, maps, []*record{recordWith(u8proto.UDP, 0, vm, backend, 53, 40003)})

	delete(maps.maps, ctmap.MapNameTCP4Global)
	if err := (&agent{maps: maps}).importAll(bytes.NewReader(nil)); err == nil {
		t.Error("no map, no word")
	}
}

func importRecords(t *testing.T, to *memory, records []*record) {
	t.Helper()
	var body bytes.Buffer
	for _, r := range records {
		if err := r.write(&body); err != nil {
			t.Fatal(err)
		}
	}
	if err := (&agent{maps: to}).importAll(&body); err != nil {
		t.Fatal(err)
	}
}
