package state

import (
	"context"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// mistake is a sign-in as someone else, to be tried once more.
type mistake struct {
	provider *providers.Provider
	request  auth.SignInRequest
}

// chooser is the prompt that lets the person choose the account, if a
// sign-in was one as someone else; "" if there is none.
func (x *SignIn) chooser(ctx context.Context, p *providers.Provider, r auth.SignInRequest, a *auth.Account) string {
	if a == nil || r.Account == "" || r.Account == a.ID || r.Device {
		return ""
	}
	var md *providers.Metadata
	if x.sv.Metadata != nil {
		md, _ = x.sv.Metadata(ctx, p.ID) // known since the sign-in; without it, what the file says
	}
	return p.ChooseAccount(md)
}

// mistaken says that someone else signed in than the expected account, and offers
// to try once more if the provider can be made to ask.
func (x *SignIn) mistaken(st *State, got *auth.Account, p *providers.Provider, r auth.SignInRequest, again string) {
	asked := st.AccountByID(r.Account)
	if asked == nil { // signed out meanwhile
		x.setNotice(st, NoticeInfo, lang.L("You signed in as {{.Name}}.", map[string]any{"Name": words.DisplayName(got)}))
		return
	}
	why := x.explain(&auth.OtherAccountError{Asked: asked, Got: got, Choose: again}, p, "")
	x.setNotice(st, NoticeWarn, words.OneLine(why))
	if again == "" {
		return
	}
	r.Prompt, r.LoginHint, r.Alone = again, "", false
	x.mistake = mistake{p, r}
	st.Notice.Choose = true
}

// ChooseAccount signs in once more after a sign-in as someone else; the
// provider is made to ask which account it shall be.
func (x *SignIn) ChooseAccount() {
	if m := x.mistake; x.st.Notice.Choose && m.provider != nil {
		x.DismissNotice()
		x.begin(m.provider, m.request)
	}
}
