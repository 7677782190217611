package inspect

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/providers"
)

func b64(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// jwt is a token of these parts, with a signature of no worth.
func jwt(header, claims string) string {
	return b64(header) + "." + b64(claims) + "." + b64("signature")
}

func readText(text string) *Token { return Read(providers.NewSecret(text)) }

func TestKindsAreTold(t *testing.T) {
	inner := jwt(`{"alg":"RS256"}`, `{"sub":"inner"}`)
	jwe := func(header string) string {
		return b64(header) + "." + b64("key") + "." + b64("iv") + "." + b64("text") + "." + b64("tag")
	}
	for name, c := range map[string]struct {
		token string
		kind  Kind
	}{
		"a signed JWT":             {jwt(`{"alg":"RS256","typ":"JWT"}`, `{"sub":"1"}`), JWT},
		"one without a signature":  {b64(`{"alg":"none"}`) + "." + b64(`{"sub":"1"}`) + ".", JWT},
		"an access token":          {jwt(`{"alg":"RS256","typ":"at+jwt"}`, `{"sub":"1"}`), AccessToken},
		"one with its whole type":  {jwt(`{"alg":"RS256","typ":"application/at+JWT"}`, `{"sub":"1"}`), AccessToken},
		"a proof":                  {jwt(`{"alg":"ES256","typ":"dpop+jwt"}`, `{"htm":"GET"}`), Proof},
		"a logout token":           {jwt(`{"alg":"RS256","typ":"logout+jwt"}`, `{"sid":"1"}`), LogoutToken},
		"one without its type":     {jwt(`{"alg":"RS256"}`, `{"events":{"http://schemas.openid.net/event/backchannel-logout":{}}}`), LogoutToken},
		"a nested JWT":             {b64(`{"alg":"RS256","cty":"JWT"}`) + "." + b64(inner) + "." + b64("s"), Nested},
		"a JWE":                    {jwe(`{"alg":"RSA-OAEP","enc":"A256GCM"}`), Encrypted},
		"a JWE with a JWT inside":  {jwe(`{"alg":"dir","enc":"A256GCM","cty":"JWT"}`), EncryptedJWT},
		"an SD-JWT":                {jwt(`{"alg":"ES256"}`, `{"_sd_alg":"sha-256"}`) + "~" + b64(`["salt","name","Mira"]`) + "~", SDJWT},
		"PASETO":                   {"v4.public.eyJzdWIiOiIxIn0", PASETO},
		"an opaque token":          {"gho_16C7e42F292c6912E7710c838347Ae178B4a", Opaque},
		"one with points":          {"ya29.a0AfH6SMB.x", Opaque},
		"one with tildes":          {"abc~def~", Opaque},
		"a header alone":           {b64(`{"alg":"RS256"}`), Broken},
		"two parts":                {b64(`{"alg":"RS256"}`) + "." + b64(`{"sub":"1"}`), Broken},
		"four parts":               {jwt(`{"alg":"RS256"}`, `{}`) + ".x", Broken},
		"a header that ends":       {"eyJhbGci.e30.x", Broken},
		"a payload that is a list": {b64(`{"alg":"RS256"}`) + "." + b64(`[1]`) + ".x", Broken},
		"nothing":                  {"", Opaque},
		"points":                   {"..", Opaque},
	} {
		if got := readText(c.token); got.Kind != c.kind {
			t.Errorf("%s is %s, not %s: %v", name, got.Kind, c.kind, got.Faults)
		}
	}
	if got := readText(b64(`{"alg":"RS256","cty":"JWT"}`) + "." + b64(inner) + "." + b64("s")); got.Inner == nil || got.Inner.Claims["sub"] != "inner" {
		t.Errorf("the token inside: %+v", got.Inner)
	}
}

// A person who copied a token in half learns which half is there, and a developer whose
// encoder is wrong at which character.
func TestFaultsSayWhere(t *testing.T) {
	header, claims := b64(`{"alg":"RS256"}`), b64(`{"sub":"1"}`)
	for name, c := range map[string]struct {
		token, part string
		at          int
		text        string
	}{
		"padding":               {header + "." + claims + "=." + b64("ss"), "payload", len(claims) + 1, "no padding"},
		"base64 with a plus":    {header + "." + claims[:4] + "+" + claims[5:] + ".c3M", "payload", 5, "not base64url"},
		"shortened":             {header + "." + claims + ".c3…", "signature", 3, "shortened"},
		"a letter of elsewhere": {header[:3] + "é" + header[4:] + "." + claims + ".c3M", "header", 4, "not base64url"},
		"one letter too few":    {header + "." + claims + ".c", "signature", 1, "missing or too many"},
		"JSON that ends":        {header + "." + b64(`{"sub":"1"`) + ".c3M", "payload", 0, "ends too soon"},
		"no JSON":               {header + "." + b64(`sub=1`) + ".c3M", "payload", 0, "not JSON"},
		"more after the JSON":   {header + "." + b64(`{"sub":"1"}{}`) + ".c3M", "payload", 0, "comes after"},
		"no payload":            {header + "..c3M", "payload", 0, "empty"},
		"no signature":          {header + "." + claims + ".", "signature", 0, "missing"},
		"two parts":             {header + "." + claims, "token", 0, "2 parts"},
		"too large":             {header + "." + strings.Repeat("a", MaxSize) + ".c3M", "token", 0, "256 KiB"},
	} {
		got := readText(c.token)
		if len(got.Faults) == 0 {
			t.Errorf("%s: no fault: %+v", name, got)
			continue
		}
		if f := got.Faults[0]; f.Part != c.part || f.At != c.at || !strings.Contains(f.Text, c.text) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestOddClaimsAreNoted(t *testing.T) {
	got := readText(jwt(`{"alg":"RS256","alg":"none","kid":7}`, `{"sub":1,"exp":"soon","aud":{"a":1},"amr":["pwd",2],"email_verified":"true","own":{"x":1,"x":2},"iat":1700000000}`))
	want := []string{
		`header: "alg" occurs more than once; the last one is shown, others may read the first`,
		`payload: "x" occurs more than once; the last one is shown, others may read the first`,
		`"kid" should be text, and is a number`,
		`"amr" should be text or a list of texts, and is a list`,
		`"aud" should be text or a list of texts, and is an object`,
		`"email_verified" should be true or false, and is text`,
		`"exp" should be a number of seconds, and is text`,
		`"sub" should be text, and is a number`,
	}
	if d := cmp.Diff(want, got.Notes); d != "" {
		t.Error(d)
	}
	if readText(jwt(`{"alg":"RS256","typ":"JWT","kid":"k"}`, `{"sub":"1","aud":["a","b"],"exp":1700000000.5,"amr":["pwd"]}`)).Notes != nil {
		t.Error("a token as it should be is noted")
	}
}

func TestLargeTokensAreRead(t *testing.T) {
	claims := map[string]any{}
	for i := range 10_000 {
		claims[fmt.Sprintf("claim%d", i)] = i
	}
	many, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	if got := readText(jwt(`{"alg":"RS256"}`, string(many))); len(got.Claims) != 10_000 || got.Kind != JWT {
		t.Errorf("%d claims of 10,000: %v", len(got.Claims), got.Faults)
	}
	if got := readText(jwt(`{"alg":"RS256"}`, `{"big":"`+strings.Repeat("x", 140_000)+`"}`)); len(got.Claims) != 1 || got.Size < 180_000 {
		t.Errorf("a large claim: %v", got.Faults)
	}
	nested := strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000)
	got := readText(jwt(`{"alg":"RS256"}`, nested))
	if got.Kind != JWT || len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "1000 levels") {
		t.Errorf("nested 1,000 deep: %v, %v", got.Notes, got.Faults)
	}
	if text := ValueText(got.Claims, 200); len(text) > 210 {
		t.Errorf("a line of %d characters", len(text))
	}
	deep := strings.Repeat(`[`, maxDepth+1) + strings.Repeat("]", maxDepth+1)
	if got := readText(jwt(`{"alg":"RS256"}`, `{"a":`+deep+`}`)); got.Kind != Broken || !strings.Contains(got.Faults[0].Text, "levels deep") {
		t.Errorf("nested too deep: %s, %v", got.Kind, got.Faults)
	}
	twice := `{` + strings.Repeat(`"a":1,`, 1000) + `"a":1}`
	if got := readText(jwt(`{"alg":"RS256"}`, twice)); len(got.Notes) > maxNotes+1 {
		t.Errorf("%d notes", len(got.Notes))
	}
}

// Only what the issuer vouches for counts as disclosed.
func TestDisclosures(t *testing.T) {
	name, stray := b64(`["salt","given_name","Mira"]`), b64(`["salt","email","mira@example.org"]`)
	sum := sha256.Sum256([]byte(name))
	token := jwt(`{"alg":"ES256"}`, `{"_sd":["`+base64.RawURLEncoding.EncodeToString(sum[:])+`"],"_sd_alg":"sha-256"}`)
	got := readText(token + "~" + name + "~" + stray + "~" + b64(`{"no":"list"}`) + "~" + jwt(`{"alg":"ES256","typ":"kb+jwt"}`, `{"nonce":"n"}`))
	want := []Disclosure{{Name: "given_name", Value: "Mira", Known: true}, {Name: "email", Value: "mira@example.org"}}
	if d := cmp.Diff(want, got.Disclosures); d != "" {
		t.Error(d)
	}
	if len(got.Faults) != 1 || got.Faults[0].Part != "disclosure 3" || got.Inner == nil || got.Inner.Claims["nonce"] != "n" {
		t.Errorf("faults %v, inside %+v", got.Faults, got.Inner)
	}
}

// A digest counts where the issuer puts digests, and nowhere else: a person can choose a
// nickname, and it is signed. Disclosures come in any order (RFC 9901 §4).
func TestOnlyDigestsOfTheIssuerCount(t *testing.T) {
	digest := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return base64.RawURLEncoding.EncodeToString(sum[:])
	}
	admin, element := b64(`["salt","admin",true]`), b64(`["salt","root"]`)
	inside := b64(`["salt","address",{"_sd":["` + digest(admin) + `"],"list":[{"...":"` + digest(element) + `"}]}]`)
	for name, c := range map[string]struct {
		claims, disclosed string
		known             []bool
	}{
		"a member":                   {`{"_sd":["` + digest(admin) + `"]}`, admin, []bool{true}},
		"an element":                 {`{"roles":[{"...":"` + digest(element) + `"}]}`, element, []bool{true}},
		"inside, before the outside": {`{"_sd":["` + digest(inside) + `"]}`, admin + "~" + element + "~" + inside, []bool{true, true, true}},
		"a nickname":                 {`{"nickname":"` + digest(admin) + `"}`, admin, []bool{false}},
		"within a nickname":          {`{"nickname":"I am ` + digest(admin) + `!"}`, admin, []bool{false}},
		"a claim's name":             {`{"` + digest(admin) + `":1}`, admin, []bool{false}},
		"a list of another name":     {`{"nicknames":["` + digest(admin) + `"]}`, admin, []bool{false}},
		"a member as an element":     {`{"roles":[{"...":"` + digest(admin) + `"}]}`, admin, []bool{false}},
		"an element as a member":     {`{"_sd":["` + digest(element) + `"]}`, element, []bool{false}},
		"an element outside a list":  {`{"roles":{"...":"` + digest(element) + `"}}`, element, []bool{false}},
		"nobody vouches for outside": {`{"nickname":"` + digest(inside) + `"}`, inside + "~" + admin, []bool{false, false}},
		"digests made another way":   {`{"_sd_alg":"md5","_sd":["` + digest(admin) + `"]}`, admin, []bool{false}},
	} {
		got := readText(jwt(`{"alg":"ES256"}`, c.claims) + "~" + c.disclosed + "~")
		known := make([]bool, len(got.Disclosures))
		for i, d := range got.Disclosures {
			known[i] = d.Known
		}
		if d := cmp.Diff(c.known, known); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// A claim inside another is none of the person itself: at some providers they write an
// object of their own, which is signed as it is.
func TestADisclosureIsNamedByItsPlace(t *testing.T) {
	digest := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return base64.RawURLEncoding.EncodeToString(sum[:])
	}
	admin := b64(`["salt","admin",true]`)
	outer := b64(`["salt","outer",{"_sd":["` + digest(admin) + `"]}]`)
	element := b64(`["salt",{"_sd":["` + digest(admin) + `"]}]`)
	for name, c := range map[string]struct{ claims, disclosed, want string }{
		"of the person":         {`{"_sd":["` + digest(admin) + `"]}`, admin, "admin"},
		"in an object":          {`{"user_metadata":{"_sd":["` + digest(admin) + `"]}}`, admin, "user_metadata.admin"},
		"in an object, too":     {`{"_sd":["` + digest(admin) + `"],"a":{"_sd":["` + digest(admin) + `"]}}`, admin, "a.admin"},
		"in a list":             {`{"a":[{"_sd":["` + digest(admin) + `"]}]}`, admin, "a[].admin"},
		"in another disclosure": {`{"_sd":["` + digest(outer) + `"]}`, admin + "~" + outer, "outer.admin"},
		"in an element":         {`{"a":[{"...":"` + digest(element) + `"}]}`, admin + "~" + element, "a[].admin"},
	} {
		got := readText(jwt(`{"alg":"ES256"}`, c.claims) + "~" + c.disclosed + "~").Disclosures
		if len(got) == 0 || got[0].Name != c.want || !got[0].Known {
			t.Errorf("%s: %+v, want %s", name, got, c.want)
		}
	}
}

func TestIssuersThatMayBeLookedUp(t *testing.T) {
	for iss, ok := range map[string]bool{
		"https://login.example": true, "https://login.example:8443/realms/a": true,
		"http://login.example": false, "https://localhost": false, "https://127.0.0.1": false, "https://[::1]:8080": false, "https://2130706433": false,
		"https://10.0.0.1": false, "https://169.254.169.254": false, "https://192.168.1.1:9000": false, "https://１２７.０.０.１": false,
		"https://user:password@login.example": false, "https://login.example?x=1": false, "https://login.example#x": false,
		"file:///etc/passwd": false, "login.example": false, "": false,
	} {
		claims, err := json.Marshal(map[string]any{"iss": iss})
		if err != nil {
			t.Fatal(err)
		}
		got, err := readText(jwt(`{"alg":"RS256"}`, string(claims))).Issuer()
		if (err == nil) != ok || ok && got != iss {
			t.Errorf("%q: %q, %v", iss, got, err)
		}
	}
}

func TestMeanings(t *testing.T) {
	for _, name := range sortedKeys(known().Claim) {
		m := ClaimMeaning(name, nil)
		if m.Text == "" || m.Type != "" && wanted(m.Type) == "" || strings.HasSuffix(m.Text, ".") {
			t.Errorf("%s: %+v", name, m)
		}
	}
	for _, name := range sortedKeys(known().Header) {
		if m := HeaderMeaning(name); m.Text == "" || m.Standard == "" || m.Type != "" && wanted(m.Type) == "" {
			t.Errorf("header %s: %+v", name, m)
		}
	}
}

func TestMeaningOfAClaim(t *testing.T) {
	if m := ClaimMeaning("iss", nil); m.Text != "who issued it" || m.Standard != "RFC 7519 §4.1.1" {
		t.Errorf("iss: %+v", m)
	}
	if m := ClaimMeaning("team", map[string]string{"team": "your team"}); m.Text != "your team" || m.Standard != "" {
		t.Errorf("a provider's own claim: %+v", m)
	}
	if m := ClaimMeaning("unheard_of", nil); m.Text != "" {
		t.Errorf("a claim that nobody knows: %+v", m)
	}
}
