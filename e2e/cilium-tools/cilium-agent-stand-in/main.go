// Cilium-agent-stand-in answers as the agent of a Cilium does that offers its conntrack entries
// over HTTP, on top of pinned maps that anybody may have filled. For tests: no Cilium is needed.
//
//	cilium-agent-stand-in --socket PATH --maps DIR --version 1.19.1 --clock ktime|jiffies:HZ [--conntrack-api]
//
// It prints "ready" when it listens, and ends on SIGTERM. Without --conntrack-api it answers as
// stock Cilium: healthy, and 404 to the rest. PUT /stand-in/fault with a word as the body makes it
// misbehave from the next conntrack call on, "none" makes it well again: see faults.go.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

// Cilium's agent lets root and its group in.
const socketMode = 0o660

func main() {
	log.SetFlags(0)
	log.SetPrefix("cilium-agent-stand-in: ")
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("cilium-agent-stand-in", flag.ExitOnError)
	socket := flags.String("socket", "", "where to listen")
	maps := flags.String("maps", "", "folder of a bpffs in which the maps are pinned")
	version := flags.String("version", "", "which Cilium to be, as 1.19.1")
	clockName := flags.String("clock", "ktime", "unit of lifetimes: ktime, or jiffies:HZ")
	offered := flags.Bool("conntrack-api", false, "offer the conntrack calls, which stock Cilium does not")
	_ = flags.Parse(args) // ends the program itself
	if *socket == "" || *maps == "" || flags.NArg() > 0 {
		flags.Usage()
		return errors.New("--socket and --maps are needed, and nothing but options")
	}
	clock, err := parseClock(*clockName)
	if err != nil {
		return err
	}
	release, err := parseRelease(*version)
	if err != nil {
		return err
	}

	listener, err := listen(*socket)
	if err != nil {
		return err
	}
	agent := &agent{release: release, clock: clock, maps: pinned(*maps)}
	server := &http.Server{Handler: agent.handler(*offered)}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-end
		_ = server.Close() // whoever waits for an answer is cut off; the listener removes its socket
	}()
	fmt.Println("ready")
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// listen takes the place of a socket that an ended process left behind, as Cilium's agent does.
func listen(socket string) (net.Listener, error) {
	if found, err := os.Lstat(socket); err == nil && found.Mode()&fs.ModeSocket != 0 {
		if err := os.Remove(socket); err != nil {
			return nil, err
		}
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return nil, err
	}
	return listener, os.Chmod(socket, socketMode)
}
