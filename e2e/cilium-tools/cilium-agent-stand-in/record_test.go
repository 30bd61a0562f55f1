package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/cilium/cilium/pkg/maps/ctmap"
	"github.com/cilium/cilium/pkg/tuple"
)

// A connection of 10.244.1.10:40000 to 192.0.2.80:443 with 8000 s left, as the API has it.
const example = "0af4010a c0000250 01bb 9c40 06 00" +
	"0000000000000000 0000000000000000 0000000000000000 0000000000000000" +
	"401f0000 1000 0000 1a 1a d2040000 9d860100 9d860100"

func TestRecordAsCiliumWritesIt(t *testing.T) {
	want := unhex(t, example)
	r, err := readRecord(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	var dump strings.Builder
	r.Key.ToHost().Dump(&dump, true)
	if !strings.Contains(dump.String(), "TCP OUT 10.244.1.10:40000 -> 192.0.2.80:443") {
		t.Errorf("Cilium calls it %q", dump.String())
	}
	if r.Left != 8000 || r.Flags != ctmap.SeenNonSyn || r.SourceSecurityID != 1234 {
		t.Errorf("read as %+v", r)
	}
	var got bytes.Buffer
	if err := r.write(&got); err != nil || !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%x, want %x, %v", got.Bytes(), want, err)
	}
	if len(want) != sizeOfRecord {
		t.Errorf("a record of %d bytes", len(want))
	}
}

func TestRecordThroughAMap(t *testing.T) {
	key := ctmap.CtKey4Global{}
	key.DestAddr, key.SourceAddr = [4]byte{10, 244, 1, 10}, [4]byte{192, 0, 2, 80}
	key.Flags = tuple.TUPLE_F_IN
	before := ctmap.CtEntry{
		Union0: [2]uint64{1, 2}, Packets: 3, Bytes: 4, Lifetime: 108_000, Flags: 5, RevNAT: 6, NatPort: 7,
		TxFlagsSeen: 8, RxFlagsSeen: 9, SourceSecurityID: 10, LastTxReport: 11, LastRxReport: 12,
	}

	exported := recordOf(&key, &before, 100_000)
	after := exported.entry(500, 60)

	want := before
	want.Lifetime, want.RevNAT = 8500, 60
	want.NatPort = 0 // not on the wire
	if *after != want {
		t.Errorf("%+v, want %+v", *after, want)
	}
}

func TestReadRecordTellsTheEndFromAPiece(t *testing.T) {
	whole := unhex(t, example)
	if _, err := readRecord(bytes.NewReader(nil)); !errors.Is(err, io.EOF) {
		t.Errorf("of nothing: %v", err)
	}
	if _, err := readRecord(bytes.NewReader(whole[:67])); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("of a piece: %v", err)
	}
}
