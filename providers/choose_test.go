package providers

import "testing"

func TestChooseAccount(t *testing.T) {
	openid := func(text string) string { return "id = \"own\"\nissuer = \"https://a.example\"\n" + text }
	plain := "id = \"own\"\n[endpoints]\nauthorization = \"https://a.example/a\"\ntoken = \"https://a.example/t\"\n[scopes]\nbase = []\n[[profile.source]]\nname = \"me\"\nurl = \"https://a.example/me\"\nmap = \"{id: .id}\"\n"
	said := func(values ...string) *Metadata { return &Metadata{PromptValues: values} }
	for name, c := range map[string]struct {
		file string
		md   *Metadata
		want string
	}{
		"OpenID":                {openid(""), nil, "select_account"},
		"OpenID says nothing":   {openid(""), &Metadata{}, "select_account"},
		"OpenID says so":        {openid(""), said("none", "login", "select_account"), "select_account"},
		"OpenID has login only": {openid(""), said("none", "login"), "login"},
		"OpenID has neither":    {openid(""), said("none"), ""},
		"plain":                 {plain, nil, ""},
		"the file knows":        {plain + "[authorization]\nchoose_account = \"login\"\n", said("select_account"), "login"},
		"the file knows better": {openid("[authorization]\nchoose_account = \"never\"\n"), said("select_account"), ""},
		"no prompt":             {openid("[authorization.names]\nprompt = \"\"\n"), nil, ""},
		"consent is needed too": {openid("[authorization.params]\nprompt = \"consent\"\n"), nil, "select_account consent"},
	} {
		p, err := Parse("f.toml", []byte(c.file))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := p.ChooseAccount(c.md); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if _, err := Parse("f.toml", []byte(openid("[authorization]\nchoose_account = \"maybe\"\n"))); err == nil {
		t.Error("an unknown prompt was taken")
	}
	set, err := Load(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if p, _ := set.Lookup("github"); p.ChooseAccount(nil) != "select_account" {
		t.Error("GitHub asks which account")
	}
}
