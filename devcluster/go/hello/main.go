// Command hello answers each request with the name of its host and the Host header it was asked with.
//
// It is what the cluster's own tests put behind the ingress and behind a NetworkPolicy.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	address := ":8000"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	name, _ := os.Hostname()
	server := http.Server{
		Addr:              address,
		ReadHeaderTimeout: 5 * time.Second,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "hello from %s to %s\n", name, r.Host)
		}),
	}
	fmt.Fprintln(os.Stderr, server.ListenAndServe())
	os.Exit(1)
}
