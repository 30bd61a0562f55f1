package main

import (
	"encoding/json"
	"log"
	"mime"
	"net/http"
	"net/netip"
	"regexp"
	"strings"

	"github.com/cilium/cilium/api/v1/models"
	"github.com/cilium/cilium/pkg/types"
	"github.com/go-openapi/errors"
)

const (
	octets        = "application/octet-stream"
	versionHeader = "Cilium-Conntrack-Export-Version"
	version       = "1"
	ip4Pattern    = `^([0-9]{1,3}\.){3}[0-9]{1,3}$`
)

var ip4 = regexp.MustCompile(ip4Pattern)

// agent is a Cilium's, as far as it goes here.
type agent struct {
	release release
	clock   clock
	maps    node
}

// handler answers with the bodies of the library that Cilium's agent uses where the request itself
// is wrong.
func (a *agent) handler(conntrackOffered bool) http.Handler {
	all := http.NewServeMux()
	all.HandleFunc("GET /v1/healthz", a.healthz)
	all.HandleFunc("/", notFound)
	if conntrackOffered {
		fault := newFaultSwitch()
		all.Handle("GET /v1/conntrack/export", fault.around(a.getExport))
		all.Handle("POST /v1/conntrack/import", fault.around(a.postImport))
		all.HandleFunc("PUT /stand-in/fault", fault.set)
	}
	return all
}

func notFound(w http.ResponseWriter, r *http.Request) {
	errors.ServeError(w, r, errors.NotFound("path %s was not found", r.URL.Path))
}

func (a *agent) healthz(w http.ResponseWriter, r *http.Request) {
	status := &models.StatusResponse{
		Cilium: &models.Status{State: models.StatusStateOk, Msg: a.release.message()},
	}
	if r.Header.Get("brief") != "true" {
		status.ClockSource = a.clock.source()
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(status); err != nil {
		log.Print("healthz: ", err)
	}
}

func (a *agent) getExport(w http.ResponseWriter, r *http.Request) {
	if accept := r.Header.Get("Accept"); accept != "" && !accepts(accept) {
		errors.ServeError(w, r, errors.InvalidResponseFormat(accept, []string{octets}))
		return
	}
	asked := r.URL.Query().Get("ip4")
	if asked == "" {
		errors.ServeError(w, r, errors.Required("ip4", "query", asked))
		return
	}
	if !ip4.MatchString(asked) {
		errors.ServeError(w, r, errors.FailedPattern("ip4", "query", ip4Pattern, asked))
		return
	}
	address, err := netip.ParseAddr(asked)
	if err != nil {
		http.Error(w, "invalid IPv4 address", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", octets)
	w.Header().Set(versionHeader, version)
	w.WriteHeader(http.StatusOK)
	// Before the first entry is read: from here on there is no way to tell of a fault.
	_ = http.NewResponseController(w).Flush()
	a.export(types.IPv4(address.As4()), w)
}

func accepts(accept string) bool {
	for one := range strings.SplitSeq(accept, ",") {
		switch kind, _, _ := mime.ParseMediaType(one); kind {
		case octets, "application/*", "*/*":
			return true
		}
	}
	return false
}

func (a *agent) postImport(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != octets {
		errors.ServeError(w, r, errors.InvalidContentType(kind, []string{octets}))
		return
	}
	switch r.Header.Get(versionHeader) {
	case version:
	case "":
		errors.ServeError(w, r, errors.Required(versionHeader, "header", nil))
		return
	default:
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if err := a.importAll(r.Body); err != nil {
		log.Print("import: ", err)
		w.WriteHeader(http.StatusInternalServerError)
	}
}
