package main

import (
	"io"
	"log"
	"sync"

	"github.com/cilium/cilium/pkg/maps/ctmap"
	"github.com/cilium/cilium/pkg/tuple"
	"github.com/cilium/cilium/pkg/types"
)

// Both are walked at a time, so their records come in any order.
var conntrackMaps = []string{ctmap.MapNameTCP4Global, ctmap.MapNameAny4Global}

// export writes the entries of the pod with that address. The answer has begun by then: what goes
// wrong is logged, and the caller never hears of it.
func (a *agent) export(of types.IPv4, to io.Writer) {
	now, err := a.clock.now()
	if err != nil {
		log.Print("export: ", err)
		return
	}
	var walks sync.WaitGroup
	var writing sync.Mutex
	for _, name := range conntrackMaps {
		walks.Go(func() {
			from, err := a.maps.conntrack(name)
			if err != nil {
				log.Print("export: ", err)
				return
			}
			defer from.Close()
			err = from.walk(func(key *ctmap.CtKey4Global, entry *ctmap.CtEntry) error {
				if !a.exports(key, of) || entry.Lifetime < now {
					return nil
				}
				writing.Lock()
				defer writing.Unlock()
				exported := recordOf(key, entry, now)
				return exported.write(to)
			})
			if err != nil {
				log.Printf("export of %s: %v", name, err)
			}
		})
	}
	walks.Wait()
}

// exports says whether the entry is one of the pod's: the addresses stand as in answers. The
// entry that another end on the same node has of a connection is not, nor are those of DSR.
func (a *agent) exports(key *ctmap.CtKey4Global, of types.IPv4) bool {
	if key.Flags&(tuple.TUPLE_F_IN|tuple.TUPLE_F_SERVICE) != 0 {
		return key.SourceAddr == of
	}
	opened := key.Flags == tuple.TUPLE_F_OUT ||
		key.Flags == tuple.TUPLE_F_RELATED && a.release.atLeast(1, 20)
	return opened && key.DestAddr == of
}
