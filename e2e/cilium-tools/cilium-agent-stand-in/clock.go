package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cilium/cilium/api/v1/models"
	"github.com/cilium/cilium/pkg/bpf"
)

const (
	// Kernels are built with 100 to 1000.
	mostHertz = 10_000
	// A unit of lifetimes is so many jiffies, as a power of two.
	scale = 8
	// The kernel lets 32 bits of jiffies overflow soon after boot, to find what cannot bear that.
	overflowAfter = 300 * time.Second
)

// clock tells in which unit the lifetimes of the maps are: seconds since boot, or jiffies / 256.
type clock struct {
	// hertz is 0 for seconds.
	hertz uint64
}

func parseClock(name string) (clock, error) {
	if name == models.ClockSourceModeKtime {
		return clock{}, nil
	}
	if digits, found := strings.CutPrefix(name, models.ClockSourceModeJiffies+":"); found {
		hertz, err := strconv.ParseUint(digits, 10, 64)
		if err == nil && hertz >= 1 && hertz <= mostHertz {
			return clock{hertz}, nil
		}
	}
	return clock{}, fmt.Errorf("--clock %q: write ktime, or jiffies:250 with 1 to %d a second", name, mostHertz)
}

// now is the present time in units of lifetimes. Jiffies are counted as a kernel of that HZ would:
// the running one need not show its own.
func (c clock) now() (uint32, error) {
	nanos, err := bpf.GetMtime()
	if err != nil {
		return 0, err
	}
	return c.at(time.Duration(nanos)), nil
}

// at is the time so long after boot.
func (c clock) at(uptime time.Duration) uint32 {
	seconds := uint64(uptime / time.Second)
	if c.hertz == 0 {
		return uint32(seconds)
	}
	first := uint64(uint32(-int64(overflowAfter/time.Second) * int64(c.hertz)))
	rest := uint64(uptime%time.Second) * c.hertz / uint64(time.Second)
	return uint32((first + seconds*c.hertz + rest) >> scale)
}

// source is how Cilium's agent tells of it.
func (c clock) source() *models.ClockSource {
	if c.hertz == 0 {
		return &models.ClockSource{Mode: models.ClockSourceModeKtime}
	}
	return &models.ClockSource{Mode: models.ClockSourceModeJiffies, Hertz: int64(c.hertz)}
}
