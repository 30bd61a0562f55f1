// Ctlines reads and writes pinned conntrack maps of Cilium as JSON lines, with Cilium's own types.
//
//	ctlines make4 PIN    pins a new, empty map of IPv4, of the kind that Cilium makes; make6: of IPv6
//	ctlines read PIN     one line an entry, on standard output
//	ctlines write PIN    lines of the same form from standard input
//
// The field names of a line are those of Entry; ports and ids are numbers as people write them,
// lifetime and reports are as the map has them. Any fault ends it with exit code 1 and one line on
// standard error; what was written before it stays.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"unsafe"

	"github.com/cilium/cilium/pkg/maps/ctmap"
	"github.com/cilium/ebpf"
)

const (
	sizeOfKey4 = uint32(unsafe.Sizeof(ctmap.CtKey4Global{}))
	sizeOfKey6 = uint32(unsafe.Sizeof(ctmap.CtKey6Global{}))

	// Enough for tests; Cilium's own default is half a million.
	entries = 65536
)

var usage = errors.New("usage: ctlines make4|make6|read|write PIN")

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ctlines:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return usage
	}
	pin := args[1]
	switch args[0] {
	case "make4":
		return create(pin, sizeOfKey4)
	case "make6":
		return create(pin, sizeOfKey6)
	case "read":
		return open(pin, func(m *ebpf.Map) error { return read(m, json.NewEncoder(os.Stdout)) })
	case "write":
		return open(pin, func(m *ebpf.Map) error { return write(m, json.NewDecoder(os.Stdin)) })
	}
	return usage
}

func create(pin string, keySize uint32) error {
	made, err := ebpf.NewMap(&ebpf.MapSpec{
		Type: ebpf.LRUHash, KeySize: keySize, ValueSize: uint32(ctmap.SizeofCtEntry), MaxEntries: entries,
	})
	if err != nil {
		return fmt.Errorf("make a map: %w", err)
	}
	defer made.Close()
	if err := made.Pin(pin); err != nil {
		return fmt.Errorf("pin it as %s: %w", pin, err)
	}
	return nil
}

func open(pin string, use func(*ebpf.Map) error) error {
	pinned, err := ebpf.LoadPinnedMap(pin, nil)
	if err != nil {
		return fmt.Errorf("open %s: %w", pin, err)
	}
	defer pinned.Close()
	return use(pinned)
}

func read(from *ebpf.Map, to *json.Encoder) error {
	key, err := keyOf(from)
	if err != nil {
		return err
	}
	value := &ctmap.CtEntry{}
	all := from.Iterate()
	for all.Next(key, value) {
		if err := to.Encode(Line{Key: lineOfKey(key), Entry: lineOfEntry(value)}); err != nil {
			return err
		}
	}
	return all.Err()
}

func write(to *ebpf.Map, from *json.Decoder) error {
	from.DisallowUnknownFields()
	for number := 1; ; number++ {
		var line Line
		if err := from.Decode(&line); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("entry %d: %w", number, err)
		}
		key, err := keyOf(to)
		if err != nil {
			return err
		}
		if err := line.Key.fill(key); err != nil {
			return fmt.Errorf("entry %d: %w", number, err)
		}
		if err := to.Update(key, line.Entry.entry(), ebpf.UpdateAny); err != nil {
			return fmt.Errorf("entry %d: %w", number, err)
		}
	}
}

// keyOf is an empty key of the map's family, told by the sizes of key and value.
func keyOf(m *ebpf.Map) (ctmap.CtKey, error) {
	if m.ValueSize() == uint32(ctmap.SizeofCtEntry) {
		switch m.KeySize() {
		case sizeOfKey4:
			return &ctmap.CtKey4Global{}, nil
		case sizeOfKey6:
			return &ctmap.CtKey6Global{}, nil
		}
	}
	return nil, fmt.Errorf("a map with keys of %d and values of %d bytes is no conntrack map of Cilium",
		m.KeySize(), m.ValueSize())
}
