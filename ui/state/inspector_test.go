package state

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// made is a JWT with these claims, which nobody signed.
func made(t *testing.T, claims map[string]any) string {
	t.Helper()
	part := func(v any) string {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(data)
	}
	return part(map[string]any{"alg": "RS256"}) + "." + part(claims) + ".canary-signature"
}

// inspecting is a window that shows the inspector.
func inspecting(t *testing.T, set ...func(*rig)) *rig {
	t.Helper()
	r := newRig(t, append([]func(*rig){withAccounts("a"), withPassphrase}, set...)...)
	r.Start()
	r.q.settle()
	r.Do(CommandInspect)
	r.mustRoute(t, RouteInspector)
	return r
}

// pastedAnswer is a window that inspects an answer of two tokens: an opaque one and a JWT.
func pastedAnswer(t *testing.T) *rig {
	t.Helper()
	r := inspecting(t)
	token := made(t, map[string]any{"iss": "https://login.example", "sub": "1"})
	r.Inspector.Inspect(`{"access_token":"opaque","id_token":"` + token + `"}`)
	r.q.settle()
	return r
}

// Whatever comes with a paste is read here, and nobody is asked about it.
func TestInspectorReadsWhatIsPasted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := pastedAnswer(t)
		p := r.State().Inspector
		if len(p.Found) != 2 || p.Token == nil || p.Token.Read.Kind != inspect.Opaque {
			t.Fatalf("%+v", p)
		}
		r.Inspector.Choose(1)
		r.q.settle()
		p = r.State().Inspector
		if p.Chosen != 1 || !p.Token.JWT || p.Token.Shown || p.LookUp != "https://login.example" || p.Checking || len(p.Token.Checks) != 1 {
			t.Fatalf("%+v", p)
		}
		if got := r.agent.examined; len(got) == 0 || got[len(got)-1] != "" || r.agent.lookedUp != nil {
			t.Errorf("asked: %q, %v", got, r.agent.lookedUp)
		}
	})
}

// The issuer is asked for its keys when the person says so.
func TestInspectorLooksUpKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := pastedAnswer(t)
		r.Inspector.Choose(1)
		r.q.settle()
		r.Inspector.LookUpKeys()
		r.q.settle()
		if p := r.State().Inspector; len(r.agent.lookedUp) != 1 || p.Token.Checks[0].Reason != "looked up" || p.LookUp != "" {
			t.Errorf("after looking up: %+v", p)
		}
	})
}

func TestInspectorTakesTheClipboard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inspecting(t)
		token := made(t, map[string]any{"sub": "1"})
		r.Inspector.Inspect("  ")
		r.q.settle()
		if p := r.State().Inspector; p.Token != nil || p.Problem == "" {
			t.Errorf("of nothing: %+v", p)
		}
		r.clip.SetContent("Bearer " + token)
		r.Inspector.Paste()
		r.q.settle()
		if p := r.State().Inspector; p.Token == nil || p.Token.Raw.Reveal() != token {
			t.Errorf("of the clipboard: %+v", p)
		}
	})
}

// An issuer on this computer is not asked because a token says so.
func TestInspectorDoesNotLookUpWhatIsNear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inspecting(t)
		r.Inspector.Inspect(made(t, map[string]any{"iss": "http://127.0.0.1:8080"}))
		r.q.settle()
		if p := r.State().Inspector; p.LookUp != "" || p.NoLookUp == "" {
			t.Errorf("%+v", p)
		}
		r.Inspector.LookUpKeys()
		r.q.settle()
		if r.agent.lookedUp != nil {
			t.Error("it was asked all the same")
		}
	})
}

func TestInspectorOfAnAccountsToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id, access := made(t, map[string]any{"sub": "1", "email": "a@b"}), made(t, map[string]any{"sub": "1", "scope": "x"})
		r := newRig(t, withAccounts("a"), func(r *rig) {
			r.agent.token = auth.Token{AccessToken: providers.NewSecret(access), IDToken: providers.NewSecret(id)}
		})
		r.sv.Metadata = func(context.Context, string) (*providers.Metadata, error) {
			return &providers.Metadata{IntrospectionEndpoint: "https://provider.example/introspect"}, nil
		}
		r.Start()
		r.q.settle()
		r.SelectTab(TabTokens)
		r.q.settle()
		r.Inspector.OpenToken(AccessToken)
		r.q.settle()
		p := r.State().Inspector
		if p.Account != "a" || p.Token.Raw.Reveal() != access || !p.CanAsk || r.agent.examined[len(r.agent.examined)-1] != "a" {
			t.Fatalf("%+v, examined %q", p, r.agent.examined)
		}
		if len(r.agent.introspected) != 0 {
			t.Error("the provider was asked before the person said so")
		}
		r.Inspector.Ask()
		r.Inspector.CompareWithOther()
		r.q.settle()
		p = r.State().Inspector
		if p.Compared == nil || len(p.Compared.Lost) != 1 || p.Compared.Lost[0].Claim != "email" || len(p.Compared.ScopesGained) != 1 {
			t.Errorf("compared: %+v", p.Compared)
		}
		r.Inspector.Ask()
		r.q.settle()
		if p = r.State().Inspector; p.Said["active"] != true || r.agent.introspected[0] != "a" {
			t.Errorf("said: %+v", p)
		}
		r.Inspector.Copy()
		if r.clip.Content() != access || len(r.agent.handed) != 1 {
			t.Errorf("copied %d characters, noted %q", len(r.clip.Content()), r.agent.handed)
		}
		r.Cancel()
		r.mustRoute(t, RouteAccount)
	})
}

func TestInspectorComparesWithTheTokenBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		access := made(t, map[string]any{"sub": "1", "scope": "x"})
		r := newRig(t, withAccounts("a"), func(r *rig) { r.agent.token = auth.Token{AccessToken: providers.NewSecret(access)} })
		r.Start()
		r.q.settle()
		r.SelectTab(TabTokens)
		r.q.settle()
		r.Inspector.OpenToken(AccessToken)
		r.q.settle()
		r.Inspector.CompareWithFormer()
		r.q.settle()
		if p := r.State().Inspector; p.Compared != nil || p.CompareBy == "" {
			t.Errorf("there was no token before: %+v, %q", p.Compared, p.CompareBy)
		}
		r.agent.token.FormerClaims = map[string]any{"sub": "1", "scope": "y"}
		r.Inspector.CompareWithFormer()
		r.q.settle()
		if p := r.State().Inspector; p.CompareBy != "" || len(p.Compared.Changed) != 1 || p.Compared.ScopesLost[0] != "y" {
			t.Errorf("compared with the one before: %+v, %q", p.Compared, p.CompareBy)
		}
	})
}

// What is compared is what the person asked for last, however long the rest takes.
func TestInspectorComparesWithWhatWasAskedForLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		access := made(t, map[string]any{"sub": "1"})
		r := newRig(t, withAccounts("a"), func(r *rig) { r.agent.token = auth.Token{AccessToken: providers.NewSecret(access)} })
		r.Start()
		r.q.settle()
		r.SelectTab(TabTokens)
		r.q.settle()
		r.Inspector.OpenToken(AccessToken)
		r.q.settle()
		r.Inspector.CompareWithFormer()
		r.Inspector.CompareWith(made(t, map[string]any{"sub": "pasted"}))
		r.q.settle()
		p := r.State().Inspector
		if p.CompareBy != "" || p.Compared == nil || len(p.Compared.Changed) != 1 || p.Compared.Changed[0].Before != "pasted" {
			t.Errorf("compared: %+v, %q", p.Compared, p.CompareBy)
		}
	})
}

// What was pasted is nobody's but the page's.
func TestInspectorForgets(t *testing.T) {
	const secret = "canary-signature"
	for name, leave := range map[string]func(*rig){
		"going back":     func(r *rig) { r.Cancel() },
		"another page":   func(r *rig) { r.OpenSettings() },
		"an account":     func(r *rig) { r.SelectAccount("a") },
		"opening anew":   func(r *rig) { r.Inspector.Open() },
		"the lock":       func(r *rig) { r.Lock() },
		"the idle lock":  func(r *rig) { r.vault.status.Locked = true; r.agent.tokenErr = vault.ErrLocked; r.Inspector.Choose(0) },
		"a second paste": func(r *rig) { r.Inspector.StopComparing(); r.Inspector.Inspect("other") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := inspecting(t)
				token := made(t, map[string]any{"sub": "canary-person"})
				r.Inspector.Inspect(token)
				r.q.settle()
				r.Inspector.CompareWith(token)
				r.q.settle()
				if r.State().Inspector.Compared == nil {
					t.Fatal("nothing is compared")
				}
				r.Inspector.Show()
				if text := dump(t, r.State()); strings.Contains(text, secret) {
					t.Error("the state prints the token")
				}
				leave(r)
				r.q.settle()
				if name != "a second paste" && name != "opening anew" {
					if r.State().Route == RouteInspector {
						t.Fatal("the page is still there")
					}
				}
				if text := dump(t, r.State()); strings.Contains(text, "canary-person") {
					t.Error("the claims are still there")
				}
				for _, f := range r.Inspector.pasted {
					if strings.Contains(f.Token.Reveal(), secret) {
						t.Error("the token is still there")
					}
				}
			})
		})
	}
}

// What the lock ends brings nothing back.
func TestInspectorDropsWhatComesLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inspecting(t)
		r.Inspector.Inspect(made(t, map[string]any{"sub": "canary-person"}))
		r.Lock()
		r.q.settle()
		if st := r.State(); st.Route != RouteLocked || st.Inspector.Token != nil {
			t.Errorf("route %s, %+v", st.Route, st.Inspector)
		}
	})
}

func TestInspectorFilesAndClaims(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inspecting(t)
		dir := t.TempDir()
		from, to := filepath.Join(dir, "token.txt"), filepath.Join(dir, "claims.json")
		long := strings.Repeat("long ", 1000)
		if err := os.WriteFile(from, []byte("Authorization: Bearer "+made(t, map[string]any{"sub": "1", "long": long})+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r.OpenSettings()
		r.Inspector.OpenFile(from)
		r.q.settle()
		if p := r.State().Inspector; p.Token == nil || !p.Token.JWT {
			t.Fatalf("%+v", p)
		}
		r.Inspector.CopyClaim("long")
		if r.clip.Content() != long {
			t.Errorf("%d characters of the claim were copied", len(r.clip.Content()))
		}
		r.Inspector.SaveClaims(to)
		r.q.settle()
		data, err := os.ReadFile(to)
		if err != nil {
			t.Fatal(err)
		}
		var saved struct {
			Format string
			Claims map[string]any
		}
		if err := json.Unmarshal(data, &saved); err != nil || saved.Format != "jwt" || saved.Claims["sub"] != "1" || strings.Contains(string(data), "canary-signature") {
			t.Errorf("saved %s: %v", data, err)
		}
		r.Inspector.OpenFile(dir)
		r.q.settle()
		if p := r.State().Inspector; p.Problem == "" {
			t.Error("a folder is read")
		}
	})
}
