package main

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/cilium/cilium/pkg/byteorder"
	lbmaps "github.com/cilium/cilium/pkg/loadbalancer/maps"
	"github.com/cilium/cilium/pkg/maps/ctmap"
)

// memory is a fake of a node: maps in memory. Not safe for several goroutines that write.
type memory struct {
	maps     map[string]memoryMap
	services map[lbmaps.Service4Key]uint16
}

type memoryMap map[ctmap.CtKey4Global]ctmap.CtEntry

func newMemory() *memory {
	return &memory{
		maps: map[string]memoryMap{
			ctmap.MapNameTCP4Global: {},
			ctmap.MapNameAny4Global: {},
		},
		services: map[lbmaps.Service4Key]uint16{},
	}
}

func (m *memory) conntrack(name string) (conntrack, error) {
	if found, pinned := m.maps[name]; pinned {
		return found, nil
	}
	return nil, fmt.Errorf("no map %s", name)
}

func (m *memory) service(key *lbmaps.Service4Key) (uint16, bool) {
	id, found := m.services[*key]
	return id, found
}

// serve adds a service; numbers are as people write them.
func (m *memory) serve(vip [4]byte, port uint16, protocol, scope uint8, id uint16) {
	key := lbmaps.Service4Key{Address: vip, Port: byteorder.HostToNetwork16(port), Proto: protocol, Scope: scope}
	m.services[key] = byteorder.HostToNetwork16(id)
}

func (m memoryMap) walk(each func(*ctmap.CtKey4Global, *ctmap.CtEntry) error) error {
	for key, value := range m {
		if err := each(&key, &value); err != nil {
			return err
		}
	}
	return nil
}

func (m memoryMap) put(key *ctmap.CtKey4Global, value *ctmap.CtEntry) error {
	m[*key] = *value
	return nil
}

func (m memoryMap) Close() error { return nil }

// unhex reads bytes as the tables of layouts have them: blanks between do not matter.
func unhex(t *testing.T, digits string) []byte {
	t.Helper()
	bytes, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}
