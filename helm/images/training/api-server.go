// An API server with nothing in it, for a program that is to show which classes it needs: lists are empty,
// watches stay silent, what is written is answered as if it had been. It speaks what a real one speaks: TLS,
// HTTP/2, and WebSockets for watches.
//
//	go run api-server.go KUBECONFIG
//
// It listens on a free port of the loopback interface, writes a kubeconfig, and ends when its input does.
package main

import (
	"crypto/sha1" // the handshake of WebSockets wants it
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
)

const kubeconfig = `apiVersion: v1
kind: Config
clusters: [{name: here, cluster: {server: "%s", certificate-authority-data: %s}}]
users: [{name: me, user: {token: none}}]
contexts: [{name: here, context: {cluster: here, user: me}}]
current-context: here
`

type object = map[string]any

func main() {
	server := httptest.NewUnstartedServer(http.HandlerFunc(answer))
	server.EnableHTTP2 = true
	server.StartTLS()
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	text := fmt.Sprintf(kubeconfig, server.URL, base64.StdEncoding.EncodeToString(authority))
	if err := os.WriteFile(os.Args[1], []byte(text), 0o600); err != nil {
		log.Fatal(err)
	}
	io.Copy(io.Discard, os.Stdin)
}

func answer(w http.ResponseWriter, r *http.Request) {
	kind, name := resource(r.URL.Path)
	switch {
	case r.Header.Get("Upgrade") == "websocket":
		holdWebSocket(w, r)
	case kind == "selfsubjectrulesreviews":
		everything := object{"verbs": []string{"*"}, "apiGroups": []string{"*"}, "resources": []string{"*"}}
		reply(w, http.StatusCreated, object{"status": object{"resourceRules": []object{everything}}})
	case r.Method == http.MethodGet && kind == "nodes" && name != "":
		reply(w, http.StatusOK, object{"kind": "Node", "apiVersion": "v1", "metadata": object{"name": name, "uid": name}})
	case r.Method == http.MethodGet && kind != "" && name == "":
		reply(w, http.StatusOK, object{"kind": "List", "apiVersion": "v1", "metadata": object{"resourceVersion": "1"}, "items": []any{}})
	case r.Method == http.MethodGet, strings.HasSuffix(r.URL.Path, "/status") && kind == "conntracksyncs":
		reply(w, http.StatusNotFound, object{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404})
	default:
		echo(w, r, kind)
	}
}

// resource takes a path apart: /api/v1/… or /apis/GROUP/VERSION/…, then perhaps namespaces/NAMESPACE/, KIND, NAME.
func resource(path string) (kind, name string) {
	words := strings.Split(strings.Trim(path, "/"), "/")
	words = words[min(len(words), map[string]int{"api": 2, "apis": 3}[words[0]]):]
	if len(words) > 2 && words[0] == "namespaces" {
		words = words[2:]
	}
	words = append(words, "", "")
	return words[0], words[1]
}

// What the definition of ConntrackSync sets where nothing is said.
var defaults = object{
	"hookDeadline": "200ms", "switchoverDeadline": "100ms", "failurePolicy": "Ignore", "timeout": "30m", "ttlAfterFinished": "1h",
}

// echo answers with what came, as a new version of it.
func echo(w http.ResponseWriter, r *http.Request, kind string) {
	written := object{}
	json.NewDecoder(r.Body).Decode(&written)
	if metadata, ok := written["metadata"].(object); ok {
		metadata["resourceVersion"], metadata["uid"] = "1", "1"
	}
	if spec, ok := written["spec"].(object); ok && kind == "conntracksyncs" {
		for field, value := range defaults {
			if spec[field] == nil {
				spec[field] = value
			}
		}
	}
	reply(w, http.StatusOK, written)
}

func reply(w http.ResponseWriter, code int, body object) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(body)
}

// holdWebSocket opens it and says nothing on it until the other side closes.
func holdWebSocket(w http.ResponseWriter, r *http.Request) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		log.Print(err)
		return
	}
	defer connection.Close()
	key := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	fmt.Fprintf(connection, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(key[:]))
	io.Copy(io.Discard, connection)
}
