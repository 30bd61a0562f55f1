package main

import "fmt"

// release is a version of Cilium.
type release struct{ major, minor, patch int }

func parseRelease(text string) (release, error) {
	var r release
	if read, err := fmt.Sscanf(text, "%d.%d.%d", &r.major, &r.minor, &r.patch); read != 3 || err != nil || r.String() != text {
		return r, fmt.Errorf("--version %q: write one as 1.19.1", text)
	}
	return r, nil
}

func (r release) String() string { return fmt.Sprintf("%d.%d.%d", r.major, r.minor, r.patch) }

func (r release) atLeast(major, minor int) bool {
	return r.major > major || r.major == major && r.minor >= minor
}

// message is how Cilium's agent says which one it is.
func (r release) message() string { return fmt.Sprintf("%s (v%s-stand-in)", r, r) }
