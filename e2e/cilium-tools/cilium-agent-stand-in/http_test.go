package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cilium/cilium/api/v1/models"
	"github.com/cilium/cilium/pkg/maps/ctmap"
	"github.com/cilium/cilium/pkg/tuple"
	"github.com/cilium/cilium/pkg/u8proto"
)

const exportOfVM = "/v1/conntrack/export?ip4=10.244.1.10"

func TestStatus(t *testing.T) {
	server := serve(t, newMemory(), true)
	for _, c := range []struct {
		call, header, want string
	}{
		{"GET " + exportOfVM, "", "200 OK"},
		{"GET " + exportOfVM, "Accept: application/octet-stream;q=1", "200 OK"},
		{"GET " + exportOfVM, "Accept: text/plain", "406 Not Acceptable"},
		{"GET /v1/conntrack/export?ip4=999.1.1.1", "", "400 Bad Request"},
		{"GET /v1/conntrack/export", "", "422 Unprocessable Entity"},
		{"GET /v1/conntrack/export?ip4=10.244.1", "", "422 Unprocessable Entity"},
		{"GET /v1/conntrack/export?ip4=fd00::a", "", "422 Unprocessable Entity"},
		{"POST /v1/conntrack/import", "Cilium-Conntrack-Export-Version: 1", "200 OK"},
		{"POST /v1/conntrack/import", "Cilium-Conntrack-Export-Version: 01", "400 Bad Request"},
		{"POST /v1/conntrack/import", "", "422 Unprocessable Entity"},
		{"POST /v1/conntrack/import", "Content-Type: text/plain", "415 Unsupported Media Type"},
		{"GET /v1/endpoint", "", "404 Not Found"},
		{"PUT /stand-in/fault", "", "400 Bad Request"},
	} {
		method, path, _ := strings.Cut(c.call, " ")
		request := request(t, method, server.URL+path, nil)
		request.Header.Set("Content-Type", octets)
		if name, value, found := strings.Cut(c.header, ": "); found {
			request.Header.Set(name, value)
		}
		if got := do(t, request).Status; got != c.want {
			t.Errorf("%s with %q: %s, want %s", c.call, c.header, got, c.want)
		}
	}
}

func TestImportWithoutMapsFails(t *testing.T) {
	maps := newMemory()
	clear(maps.maps)
	request := request(t, "POST", serve(t, maps, true).URL+"/v1/conntrack/import", nil)
	request.Header.Set("Content-Type", octets)
	request.Header.Set(versionHeader, version)
	if got := do(t, request).StatusCode; got != http.StatusInternalServerError {
		t.Error(got)
	}
}

func TestStockCiliumHasNoConntrackCalls(t *testing.T) {
	server := serve(t, newMemory(), false)
	if got := get(t, server.URL+exportOfVM).StatusCode; got != http.StatusNotFound {
		t.Error(got)
	}
	if got := get(t, server.URL+"/v1/healthz").StatusCode; got != http.StatusOK {
		t.Error(got)
	}
}

func TestHealthTellsVersionAndClock(t *testing.T) {
	answer := get(t, serve(t, newMemory(), false).URL+"/v1/healthz")
	var status models.StatusResponse
	if err := json.NewDecoder(answer.Body).Decode(&status); err != nil {
		t.Fatal(err)
	}
	if status.Cilium.Msg != "1.20.2 (v1.20.2-stand-in)" || *status.ClockSource != (models.ClockSource{Mode: "jiffies", Hertz: 250}) {
		t.Errorf("%+v, %+v", status.Cilium, status.ClockSource)
	}
}

func TestExportHasTheEntriesOfThePod(t *testing.T) {
	maps := newMemory()
	tcp, rest := maps.maps[ctmap.MapNameTCP4Global], maps.maps[ctmap.MapNameAny4Global]
	put := func(into memoryMap, lifetime uint32, r *record) {
		into[r.Key] = ctmap.CtEntry{Lifetime: lifetime}
	}
	const alive = 1<<32 - 1
	its := []*record{
		toService(u8proto.TCP), toBackend(u8proto.TCP),
		recordWith(u8proto.TCP, tuple.TUPLE_F_IN, backend, vm, 22, 1),
		recordWith(u8proto.ICMP, tuple.TUPLE_F_RELATED, vm, backend, 0, 0),
		recordWith(u8proto.ICMP, tuple.TUPLE_F_IN|tuple.TUPLE_F_RELATED, backend, vm, 0, 0),
	}
	for _, r := range its[:3] {
		put(tcp, alive, r)
	}
	for _, r := range its[3:] {
		put(rest, alive, r)
	}
	// What is over, and what other ends on this node have.
	put(tcp, 0, recordWith(u8proto.TCP, tuple.TUPLE_F_OUT, vm, backend, 1, 1))
	put(tcp, alive, recordWith(u8proto.TCP, tuple.TUPLE_F_OUT, backend, vm, 2, 2))
	put(tcp, alive, recordWith(u8proto.TCP, tuple.TUPLE_F_IN, vm, backend, 3, 3))

	for release, want := range map[release]int{{1, 19, 1}: 4, {1, 20, 2}: 5} {
		handler := (&agent{release: release, maps: maps}).handler(true)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest("GET", exportOfVM, nil))
		if got := answer.Body.Len(); got != want*sizeOfRecord {
			t.Errorf("%s exports %d bytes, want %d records", release, got, want)
		}
	}
}

func TestFaults(t *testing.T) {
	for name, check := range map[string]func(*http.Response, []byte, error) bool{
		"none": func(answer *http.Response, body []byte, err error) bool {
			return err == nil && len(body) == 2*sizeOfRecord && answer.ContentLength < 0 && answer.Header.Get(versionHeader) == "1"
		},
		"truncated": func(answer *http.Response, body []byte, err error) bool {
			return err == nil && len(body) == 2*sizeOfRecord-sizeOfRecord/2 && answer.StatusCode == 200
		},
		"cut": func(_ *http.Response, body []byte, err error) bool {
			return errors.Is(err, io.ErrUnexpectedEOF) && len(body) == sizeOfRecord
		},
		"no-version": func(answer *http.Response, body []byte, _ error) bool {
			return len(body) == 2*sizeOfRecord && answer.Header.Values(versionHeader) == nil
		},
		"unknown-version": func(answer *http.Response, body []byte, _ error) bool {
			return len(body) == 2*sizeOfRecord && answer.Header.Get(versionHeader) == "2"
		},
		"status-400": func(answer *http.Response, _ []byte, _ error) bool { return answer.StatusCode == 400 },
		"status-500": func(answer *http.Response, _ []byte, _ error) bool { return answer.StatusCode == 500 },
		"garbage": func(answer *http.Response, _ []byte, err error) bool {
			return answer == nil && strings.Contains(err.Error(), "malformed HTTP")
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, withTwoEntries(), true)
			setFault(t, server, name)
			answer, err := http.Get(server.URL + exportOfVM)
			var body []byte
			if err == nil {
				defer answer.Body.Close()
				body, err = io.ReadAll(answer.Body)
			}
			if !check(answer, body, err) {
				t.Errorf("%v, %d bytes, %v", answer, len(body), err)
			}
			setFault(t, server, "none")
			if got := get(t, server.URL+exportOfVM).StatusCode; got != http.StatusOK {
				t.Errorf("does not recover: %d", got)
			}
		})
	}
}

func TestHangEndsWithItsCaller(t *testing.T) {
	server := serve(t, withTwoEntries(), true)
	setFault(t, server, "hang")
	client := http.Client{Timeout: 50 * time.Millisecond}
	if answer, err := client.Get(server.URL + exportOfVM); err == nil {
		answer.Body.Close()
		t.Error(answer.Status)
	}
	server.Close() // waits for calls under way
}

func withTwoEntries() *memory {
	maps := newMemory()
	for _, r := range []*record{toService(u8proto.TCP), toBackend(u8proto.TCP)} {
		maps.maps[ctmap.MapNameTCP4Global][r.Key] = ctmap.CtEntry{Lifetime: 1<<32 - 1}
	}
	return maps
}

func serve(t *testing.T, maps node, conntrackOffered bool) *httptest.Server {
	agent := &agent{release: release{1, 20, 2}, clock: clock{250}, maps: maps}
	server := httptest.NewServer(agent.handler(conntrackOffered))
	t.Cleanup(server.Close)
	return server
}

func setFault(t *testing.T, server *httptest.Server, name string) {
	t.Helper()
	answer := do(t, request(t, "PUT", server.URL+"/stand-in/fault", []byte(name)))
	if answer.StatusCode != http.StatusNoContent {
		t.Fatalf("fault %s: %s", name, answer.Status)
	}
}

func get(t *testing.T, url string) *http.Response {
	t.Helper()
	return do(t, request(t, "GET", url, nil))
}

func request(t *testing.T, method, url string, body []byte) *http.Request {
	t.Helper()
	request, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return request
}

func do(t *testing.T, request *http.Request) *http.Response {
	t.Helper()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}
