package main

import (
	"errors"
	"fmt"
	"path/filepath"

	lbmaps "github.com/cilium/cilium/pkg/loadbalancer/maps"
	"github.com/cilium/cilium/pkg/maps/ctmap"
	"github.com/cilium/ebpf"
)

// As many as Cilium itself reads at a time; the kernel's buckets are smaller.
const chunk = 4096

// node has the maps. They are opened for each call: a map may be made anew at any time.
type node interface {
	conntrack(name string) (conntrack, error)
	// service is this node's id of the service, in network byte order as key and id are.
	service(key *lbmaps.Service4Key) (id uint16, found bool)
}

// conntrack is one map of connections of IPv4.
type conntrack interface {
	// walk gives every entry that is there from beginning to end, and stops at an error.
	walk(each func(*ctmap.CtKey4Global, *ctmap.CtEntry) error) error
	// put writes over what is there.
	put(*ctmap.CtKey4Global, *ctmap.CtEntry) error
	Close() error
}

// pinned are the maps in this folder of a bpffs.
type pinned string

func (folder pinned) conntrack(name string) (conntrack, error) {
	opened, err := folder.open(name)
	if err != nil {
		return nil, err
	}
	return conntrackMap{opened}, nil
}

func (folder pinned) service(key *lbmaps.Service4Key) (uint16, bool) {
	services, err := folder.open(lbmaps.Service4MapV2Name)
	if err != nil {
		return 0, false
	}
	defer services.Close()
	var value lbmaps.Service4Value
	if err := services.Lookup(key, &value); err != nil {
		return 0, false
	}
	return value.RevNat, true
}

func (folder pinned) open(name string) (*ebpf.Map, error) {
	path := filepath.Join(string(folder), name)
	opened, err := ebpf.LoadPinnedMap(path, nil)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return opened, nil
}

type conntrackMap struct{ *ebpf.Map }

func (m conntrackMap) walk(each func(*ctmap.CtKey4Global, *ctmap.CtEntry) error) error {
	var cursor ebpf.MapBatchCursor
	keys := make([]ctmap.CtKey4Global, chunk)
	values := make([]ctmap.CtEntry, chunk)
	for {
		read, err := m.BatchLookup(&cursor, keys, values, nil)
		for i := range read {
			if err := each(&keys[i], &values[i]); err != nil {
				return err
			}
		}
		if errors.Is(err, ebpf.ErrKeyNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (m conntrackMap) put(key *ctmap.CtKey4Global, value *ctmap.CtEntry) error {
	return m.Update(key, value, ebpf.UpdateAny)
}
