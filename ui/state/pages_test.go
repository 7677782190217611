package state

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth/tryit"
)

// In a narrow window, Escape leads to the list of accounts only once it has nothing else
// to end.
func TestAtRest(t *testing.T) {
	for name, begin := range map[string]func(r *rig){
		"signing out":       func(r *rig) { r.AskSignOut() },
		"naming an account": func(r *rig) { r.Describe.Ask() },
		"trying a request":  func(r *rig) { r.Try.Send() },
		"the shortcuts":     func(r *rig) { r.Over.OpenShortcuts() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, desk := onTryIt(t)
				desk.answer = func(ctx context.Context, _ tryit.Request) (*tryit.Answer, error) {
					<-ctx.Done()
					return nil, ctx.Err()
				}
				if !r.State().AtRest() {
					t.Fatal("an account that is shown is not at rest")
				}
				begin(r)
				if r.State().AtRest() {
					t.Error("there is nothing to end")
				}
				r.Cancel()
				r.q.settle()
				if !r.State().AtRest() {
					t.Error("Escape does not end it")
				}
			})
		})
	}
}
