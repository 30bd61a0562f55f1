package main

import (
	"testing"
	"time"
)

func TestParseClock(t *testing.T) {
	for name, want := range map[string]clock{"ktime": {}, "jiffies:250": {250}, "jiffies:1000": {1000}} {
		if got, err := parseClock(name); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "jiffies", "jiffies:", "jiffies:0", "jiffies:10001", "jiffies:-1", "ktime:250"} {
		if got, err := parseClock(name); err == nil {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestClockAt(t *testing.T) {
	const overflow = 1 << 32 >> scale
	for _, c := range []struct {
		clock  clock
		uptime time.Duration
		want   uint32
	}{
		{clock{}, 0, 0},
		{clock{}, 100_000*time.Second + 999*time.Millisecond, 100_000},
		// A kernel's jiffies overflow 32 bits after five minutes, and the count goes on.
		{clock{100}, 0, overflow - 118},
		{clock{250}, 300 * time.Second, overflow},
		{clock{1000}, 300*time.Second + 256*time.Millisecond, overflow + 1},
		{clock{1000}, 300*time.Second + 255*time.Millisecond, overflow},
		// Years after boot nothing overflows on the way.
		{clock{1000}, 300*time.Second + 256*time.Millisecond*1_000_000_000, overflow + 1_000_000_000},
	} {
		if got := c.clock.at(c.uptime); got != c.want {
			t.Errorf("%v after %s: %d, want %d", c.clock, c.uptime, got, c.want)
		}
	}
}

func TestParseRelease(t *testing.T) {
	got, err := parseRelease("1.19.1")
	if err != nil || got.message() != "1.19.1 (v1.19.1-stand-in)" {
		t.Errorf("%v, %v", got, err)
	}
	if !got.atLeast(1, 19) || got.atLeast(1, 20) || !got.atLeast(0, 99) || got.atLeast(2, 0) {
		t.Errorf("%v is compared wrongly", got)
	}
	for _, text := range []string{"", "1.19", "v1.19.1", "1.19.1-rc1", "1.19.1.1", "1.019.1"} {
		if got, err := parseRelease(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
