package main

import (
	"errors"
	"io"
	"log"

	"github.com/cilium/cilium/pkg/loadbalancer"
	lbmaps "github.com/cilium/cilium/pkg/loadbalancer/maps"
	"github.com/cilium/cilium/pkg/maps/ctmap"
	"github.com/cilium/cilium/pkg/tuple"
	"github.com/cilium/cilium/pkg/u8proto"
)

var errNoMap = errors.New("no conntrack map opens")

// importAll writes what is read until the first error, for the end looks like any other. Only an
// agent without maps says so; what cannot be written or translated is left out without a word.
func (a *agent) importAll(from io.Reader) error {
	now, err := a.clock.now()
	if err != nil {
		return err
	}
	intakes := make(map[string]*intake, len(conntrackMaps))
	for _, name := range conntrackMaps {
		to, err := a.maps.conntrack(name)
		if err != nil {
			log.Print("import: ", err)
			continue
		}
		defer to.Close()
		intakes[name] = newIntake(a.maps.service, func(r *record, revNAT uint16) {
			if err := to.put(&r.Key, r.entry(now, revNAT)); err != nil {
				log.Printf("import into %s: %v", name, err)
			}
		})
	}
	if len(intakes) == 0 {
		return errNoMap
	}
	for {
		r, err := readRecord(from)
		if err != nil {
			return nil
		}
		if into, opened := intakes[mapOf(r)]; opened {
			into.take(r)
		}
	}
}

func mapOf(r *record) string {
	if r.Key.NextHeader == u8proto.TCP {
		return ctmap.MapNameTCP4Global
	}
	return ctmap.MapNameAny4Global
}

// intake puts records into one map. The id of a service is the exporter's own: it means what the
// record of that service says, and until that comes the others with the id wait.
type intake struct {
	service func(*lbmaps.Service4Key) (uint16, bool)
	put     func(r *record, revNAT uint16)
	known   map[uint16]uint16
	waiting map[uint16][]*record
}

func newIntake(service func(*lbmaps.Service4Key) (uint16, bool), put func(*record, uint16)) *intake {
	return &intake{service, put, make(map[uint16]uint16), make(map[uint16][]*record)}
}

func (i *intake) take(r *record) {
	id := r.RevNAT
	if id == 0 {
		i.put(r, 0)
		return
	}
	if r.Key.Flags&tuple.TUPLE_F_SERVICE != 0 {
		if local, found := i.local(r); found {
			i.known[id] = local
		}
	}
	local, found := i.known[id]
	if !found {
		i.waiting[id] = append(i.waiting[id], r)
		return
	}
	i.put(r, local)
	for _, waited := range i.waiting[id] {
		i.put(waited, local)
	}
	delete(i.waiting, id)
}

// local is this node's id of the service that a record names.
func (i *intake) local(r *record) (uint16, bool) {
	key := lbmaps.Service4Key{Address: r.Key.DestAddr, Port: r.Key.SourcePort, Proto: uint8(r.Key.NextHeader)}
	for _, key.Scope = range []uint8{loadbalancer.ScopeExternal, loadbalancer.ScopeInternal} {
		if id, found := i.service(&key); found {
			return id, true
		}
	}
	return 0, false
}
