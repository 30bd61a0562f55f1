package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
)

// fault answers a conntrack call in place of the agent that is asked, or spoils its answer.
type fault func(w http.ResponseWriter, r *http.Request, agent http.HandlerFunc)

var faults = map[string]fault{
	"none": func(w http.ResponseWriter, r *http.Request, agent http.HandlerFunc) { agent(w, r) },
	// Status 200, half of a record missing, and an end in good order.
	"truncated": func(w http.ResponseWriter, r *http.Request, agent http.HandlerFunc) {
		answer := answerOf(agent, r)
		head(w, answer)
		_, _ = w.Write(answer.Body.Bytes()[:max(0, answer.Body.Len()-sizeOfRecord/2)])
	},
	// Status 200, half of the records, and no end: the agent dies.
	"cut": func(w http.ResponseWriter, r *http.Request, agent http.HandlerFunc) {
		answer := answerOf(agent, r)
		head(w, answer)
		half := answer.Body.Len() / sizeOfRecord / 2 * sizeOfRecord
		_, _ = w.Write(answer.Body.Bytes()[:half])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	},
	"no-version": func(w http.ResponseWriter, r *http.Request, agent http.HandlerFunc) {
		answer := answerOf(agent, r)
		answer.Header().Del(versionHeader)
		whole(w, answer)
	},
	"unknown-version": func(w http.ResponseWriter, r *http.Request, agent http.HandlerFunc) {
		answer := answerOf(agent, r)
		answer.Header().Set(versionHeader, "2")
		whole(w, answer)
	},
	"status-400": func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
		http.Error(w, "invalid", http.StatusBadRequest)
	},
	"status-500": func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
		http.Error(w, "out of luck", http.StatusInternalServerError)
	},
	// No answer for as long as the caller waits.
	"hang": func(_ http.ResponseWriter, r *http.Request, _ http.HandlerFunc) {
		_, _ = io.Copy(io.Discard, r.Body) // only then is it noticed that the caller leaves
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	},
	// No HTTP.
	"garbage": func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
		connection, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer connection.Close()
		_, _ = buffer.WriteString("220 mail.example.com ESMTP\r\n")
		_ = buffer.Flush()
	},
}

func answerOf(agent http.HandlerFunc, r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	agent(answer, r)
	return answer
}

func head(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	// Chunked, as an answer without fault.
	_ = http.NewResponseController(w).Flush()
}

func whole(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	head(w, answer)
	_, _ = w.Write(answer.Body.Bytes())
}

// faultSwitch has the fault of the moment.
type faultSwitch struct{ now atomic.Pointer[fault] }

func newFaultSwitch() *faultSwitch {
	none := faults["none"]
	s := &faultSwitch{}
	s.now.Store(&none)
	return s
}

func (s *faultSwitch) around(agent http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { (*s.now.Load())(w, r, agent) }
}

// set takes the name of a fault as the body.
func (s *faultSwitch) set(w http.ResponseWriter, r *http.Request) {
	name, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 100))
	next, known := faults[strings.TrimSpace(string(name))]
	if err != nil || !known {
		names := strings.Join(slices.Sorted(maps.Keys(faults)), ", ")
		http.Error(w, fmt.Sprintf("no fault %q: there are %s", name, names), http.StatusBadRequest)
		return
	}
	s.now.Store(&next)
	w.WriteHeader(http.StatusNoContent)
}
