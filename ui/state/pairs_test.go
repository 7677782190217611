package state

import (
	"reflect"
	"testing"
	"testing/synctest"
)

// elsewhere is what a person does meanwhile that is waited for nowhere.
func elsewhere() []wait {
	var out []wait
	for name, do := range map[string]func(r *rig){
		"the settings":    func(r *rig) { r.OpenSettings() },
		"about":           func(r *rig) { r.About.Open() },
		"another account": func(r *rig) { r.SelectAccount("b") },
		"the queue":       func(r *rig) { r.Queue.Open() },
		"the programs":    func(r *rig) { r.Programs.Open() },
		"back":            func(r *rig) { r.back() },
	} {
		out = append(out, wait{name: name, do: do, ready: func(*rig) {}})
	}
	return out
}

// Whatever a person does while something is waited for, that has an end: once all is done
// and its page is shown again, nothing is under way.
func TestWhatIsDoneMeanwhileLeavesNothingUnderWay(t *testing.T) {
	for _, w := range everyWait(t) {
		t.Run(w.name, func(t *testing.T) {
			for _, other := range append(everyWait(t), elsewhere()...) {
				if other.name == w.name || other.name == "unlock" || other.name == "set the vault up" {
					continue // they need another vault
				}
				synctest.Test(t, func(t *testing.T) {
					r, g := gated(t, w)
					g.set(gateHolds)
					w.do(r)
					r.q.settle()
					g.letThrough()
					other.ready(r)
					r.q.settle()
					other.do(r)
					r.q.settle()
					g.letGo("", gateOpen)
					r.q.settle()
					w.ready(r)
					r.q.settle()
					if busy := busyIn(reflect.ValueOf(r.State()), "State"); len(busy) > 0 {
						t.Errorf("after %s, still under way: %q", other.name, busy)
					}
				})
			}
		})
	}
}
