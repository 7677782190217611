package doctor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/internal/peer"
	"github.com/claviger/claviger/providers"
)

// ports listens as a sign-in does: at any port, then at those that providers in use
// insist on.
func (e *examination) ports(ctx context.Context) []finding {
	any := good("A free port is available for the browser's return.")
	if err := canListen(ctx, providers.Redirect{Host: "127.0.0.1"}); err != nil {
		any = explained(Fail, err)
	}
	out := []finding{any}
	for _, p := range e.use().providers {
		if len(p.Redirect.Ports) > 0 {
			f := fixedPorts(ctx, p)
			f.about = "Ports of " + p.ID
			out = append(out, f)
		}
	}
	return out
}

// canListen takes the port of a redirect URI for a moment.
func canListen(ctx context.Context, r providers.Redirect) error {
	l, err := receive.Listen(ctx, r, "/callback", slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	l.Close(ctx, false)
	return nil
}

// fixedPorts tries each port of a provider: a sign-in takes the first that is free.
func fixedPorts(ctx context.Context, p *providers.Provider) finding {
	var free, taken []string
	forbidden := 0
	for _, port := range p.Redirect.Ports {
		r := p.Redirect
		r.Ports = []int{port}
		err := canListen(ctx, r)
		switch {
		case err == nil:
			free = append(free, strconv.Itoa(port))
		case errors.Is(err, receive.ErrPortForbidden):
			forbidden++
			taken = append(taken, fmt.Sprintf("port %d is forbidden", port))
		case errors.Is(err, receive.ErrPortBusy):
			taken = append(taken, fmt.Sprintf("port %d is in use%s", port, byWhom(port)))
		default:
			taken = append(taken, fmt.Sprintf("port %d: %s", port, reason(err)))
		}
	}
	switch {
	case len(free) == 0 && forbidden == len(p.Redirect.Ports):
		return bad("%s.", upperJoin(taken)).mend("This system reserves it. Register a redirect URI with a port above 1024, and name it in the provider's file under [redirect].")
	case len(free) == 0:
		return bad("%s.", upperJoin(taken)).mend("End the program that uses the port, or register another port with the provider.")
	case len(taken) > 0:
		return good("Free: %s. %s.", strings.Join(free, ", "), upperJoin(taken))
	case len(p.Redirect.Ports) == 1:
		if f, collides := outgoing(p.Redirect.Ports[0], ephemeral()); collides {
			return f
		}
	}
	return good("Free: %s.", strings.Join(free, ", "))
}

// byWhom names the program that listens at a port, as far as the system says.
func byWhom(port int) string {
	pid, ok := receive.ListenerAt(port)
	if !ok {
		return ""
	}
	p, err := peer.Lookup(pid)
	if err != nil || p.Title() == "" {
		return fmt.Sprintf(" by process %d", pid)
	}
	return fmt.Sprintf(" by %s (process %d)", p.Title(), pid)
}

// portRange is where the system takes the ports of outgoing connections from, without
// those that it leaves out (ip(7), ip_local_port_range and ip_local_reserved_ports).
type portRange struct {
	known       bool
	first, last int
	reserved    []span
}

type span struct{ first, last int }

// outgoing warns if the only port of a provider can be taken by any connection at any
// time.
func outgoing(port int, r portRange) (finding, bool) {
	left := func(s span) bool { return port >= s.first && port <= s.last }
	if !r.known || port < r.first || port > r.last || slices.ContainsFunc(r.reserved, left) {
		return finding{}, false
	}
	return odd("Port %d is free now. It is in the range %d–%d from which the system takes ports for outgoing connections, so it can be in use at times.", port, r.first, r.last).
		mend("Keep it free, on this computer until it restarts:", "sudo sysctl -w net.ipv4.ip_local_reserved_ports="+withReserved(port, r)), true
}

// withReserved is the setting that leaves a port out too.
func withReserved(port int, r portRange) string {
	var all []string
	for _, s := range r.reserved {
		text := strconv.Itoa(s.first)
		if s.last > s.first {
			text += "-" + strconv.Itoa(s.last)
		}
		all = append(all, text)
	}
	return strings.Join(append(all, strconv.Itoa(port)), ",")
}

// parseRange reads the kernel's two settings.
func parseRange(local, reserved string) portRange {
	var r portRange
	if _, err := fmt.Sscan(local, &r.first, &r.last); err != nil {
		return portRange{}
	}
	r.known = true
	for part := range strings.SplitSeq(strings.TrimSpace(reserved), ",") {
		first, last, isRange := strings.Cut(part, "-")
		s := span{}
		var err error
		if s.first, err = strconv.Atoi(first); err != nil {
			continue
		}
		if s.last = s.first; isRange {
			if s.last, err = strconv.Atoi(last); err != nil {
				continue
			}
		}
		r.reserved = append(r.reserved, s)
	}
	return r
}

func upperJoin(parts []string) string {
	text := strings.Join(parts, ", ")
	return strings.ToUpper(text[:1]) + text[1:]
}
