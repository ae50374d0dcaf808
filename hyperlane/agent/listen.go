package agent

import (
	"net"
	"reflect"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Listen is the section listen: an address alone, or {address: 127.0.0.1:9090, token: {env:
// AGENT_TOKEN}}. Without the section nothing is served.
//
//	listen: 9090             # 127.0.0.1:9090
//	listen: localhost:9090   # the same
//	listen: 0.0.0.0:9090     # every interface of the machine: who reaches it reads metrics and messages
//
// An address without a host is on the loopback interface, and so are a port alone and ":9090".
type Listen struct {
	// Address is host and port; empty serves nothing.
	Address string
	// Token is what a caller must show to retry a message. Zero refuses every retry.
	Token Secret
}

// loopback is the host of an address that names none.
const loopback = "127.0.0.1"

func (l *Listen) read(d *decoder, path string, n *yaml.Node) error {
	var section struct {
		Address string `yaml:"address" required:"host and port, such as 127.0.0.1:9090"`
		Token   Secret `yaml:"token"`
	}
	at := join(path, "address")
	if n.Kind == yaml.ScalarNode {
		section.Address, at = n.Value, path
	} else if err := d.mapping(path, n, reflect.ValueOf(&section).Elem()); err != nil {
		return err
	}
	address, ok := listenAddress(section.Address)
	if !ok {
		return d.refuse(at, quoted(section.Address), "host and port, such as 127.0.0.1:9090, or a port alone", nil)
	}
	*l = Listen{Address: address, Token: section.Token}
	return nil
}

// listenAddress completes a port or an address without a host.
func listenAddress(text string) (string, bool) {
	host, port := "", text
	if _, err := strconv.ParseUint(text, 10, 16); err != nil {
		if host, port, err = net.SplitHostPort(text); err != nil {
			return "", false
		}
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", false
	}
	if host == "" {
		host = loopback
	}
	return net.JoinHostPort(host, port), true
}

// Public reports whether the address can be reached from other machines.
func (l Listen) Public() bool {
	host, _, err := net.SplitHostPort(l.Address)
	if err != nil || host == "localhost" {
		return false
	}
	ip := net.ParseIP(host)
	return ip == nil || !ip.IsLoopback()
}
