// Command forward passes each TCP connection made to LISTEN on to TARGET.
//
// The cluster lives in a network of its own; this is its one door, from a loopback port of the machine to the
// ingress, so that a browser on the machine reaches stores and nothing outside the machine does.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

const connectTimeout = 5 * time.Second

func pass(from *net.TCPConn, target string) {
	defer from.Close()
	conn, err := net.DialTimeout("tcp", target, connectTimeout)
	if err != nil {
		return
	}
	to := conn.(*net.TCPConn)
	defer to.Close()
	done := make(chan struct{}, 2)
	one := func(dst, src *net.TCPConn) {
		_, _ = io.Copy(dst, src)
		_ = dst.CloseWrite() // the other direction may still have something to say
		done <- struct{}{}
	}
	go one(to, from)
	go one(from, to)
	<-done
	<-done
}

func run() error {
	if len(os.Args) != 3 {
		return fmt.Errorf("usage: forward LISTEN TARGET")
	}
	address, err := net.ResolveTCPAddr("tcp", os.Args[1])
	if err != nil {
		return err
	}
	listener, err := net.ListenTCP("tcp", address)
	if err != nil {
		return err
	}
	for {
		conn, err := listener.AcceptTCP()
		if err != nil {
			return err
		}
		go pass(conn, os.Args[2])
	}
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
