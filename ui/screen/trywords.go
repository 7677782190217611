package screen

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/internal/picture"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/words"
)

// mistakeText says what is wrong with a request, "" if nothing is.
func mistakeText(m *tryit.Mistake) string {
	if m == nil {
		return ""
	}
	at := map[string]any{"Line": m.Line, "Column": m.Column, "Name": plain.Short(m.Name)}
	switch m.Code {
	case tryit.BadMethod:
		return lang.L("Choose a method.")
	case tryit.NoURL:
		return lang.L("Enter the address of the request.")
	case tryit.URLUser:
		return lang.L("Remove the name and password before the @: the token signs this request in.")
	case tryit.PlainHTTP:
		return lang.L("The token is sent over https only.")
	case tryit.BadHeader:
		if m.Line == 0 {
			return lang.L("A header cannot be sent.")
		}
		return lang.L("Line {{.Line}} of the headers is not “Name: value”.", at)
	case tryit.OwnHeader:
		return lang.L("Remove the header {{.Name}}: Claviger sends it by itself.", at)
	case tryit.BadJSON:
		return lang.L("The body is not valid JSON: see line {{.Line}}, column {{.Column}}.", at)
	case tryit.LargeBody:
		return lang.L("The body is larger than 1 MiB.")
	case tryit.BadURL:
	}
	return lang.L("The address is not valid. It must start with https:// and have no spaces or backslashes.")
}

// elsewhereText says what a yes means.
func elsewhereText(p tryit.Place) string {
	switch p {
	case tryit.Here:
		return lang.L("It is not a server of this provider but a program on this computer. It can use your account with the token. You can take this back below.")
	case tryit.Inside:
		return lang.L("It is not a server of this provider but one in your network. It can use your account with the token. You can take this back below.")
	case tryit.Outside:
	}
	return lang.L("It is not a server of this provider. Whoever runs it can use your account with the token. You can take this back below.")
}

func missingText(names []string) string {
	return lang.L("Fill in again, because it was not kept: {{.Names}}", map[string]any{"Names": plain.Line(strings.Join(names, ", "), 300)})
}

func statusText(a *tryit.Answer) string { return plain.Status(a.Status) }

// factsText has time, size and kind.
func factsText(a *tryit.Answer) string {
	parts := []string{words.Took(a.Took), sizeText(a.Size)}
	if a.Type != "" && a.Kind != tryit.Empty {
		parts = append(parts, plain.Short(a.Type))
	}
	return strings.Join(parts, "  ·  ")
}

// sizeText is a number of bytes for people.
func sizeText(n int64) string {
	if n < 1<<10 {
		return lang.N("{{.Count}} bytes", int(n), map[string]any{"Count": n})
	}
	for unit, name := range map[int64]string{1 << 10: "KiB", 1 << 20: "MiB", 1 << 30: "GiB"} {
		if n >= unit && n < unit<<10 {
			return strconv.FormatFloat(float64(n)/float64(unit), 'f', 1, 64) + " " + name
		}
	}
	return strconv.FormatInt(n>>30, 10) + " GiB"
}

// answerText says what there is to know of an answer besides its body.
func answerText(a *tryit.Answer) string {
	lines := refusedText(a)
	if a.Redirect != nil {
		lines = append(lines, redirectText(a.Redirect))
	}
	lines = append(lines, bodyText(a))
	switch a.Cut {
	case tryit.Broken:
		lines = append(lines, lang.L("The connection broke before the end of the response."))
	case tryit.Endless:
		lines = append(lines, lang.L("The server did not finish its response within a minute. This is what came until then."))
	}
	if a.Kept != nil {
		lines = append(lines, lang.L("The request could not be saved in the list below."))
	}
	return strings.Join(slicesWithout(lines, ""), "\n")
}

func slicesWithout(list []string, s string) []string {
	out := list[:0]
	for _, x := range list {
		if x != s {
			out = append(out, x)
		}
	}
	return out
}

// refusedText explains a refusal (RFC 6750 §3.1).
func refusedText(a *tryit.Answer) []string {
	if a.Status != 401 && a.Status != 403 {
		return nil
	}
	var lines []string
	for _, c := range a.Challenges {
		switch {
		case c.Error == "insufficient_scope" && c.Scope != "":
			lines = append(lines, lang.L("The token lacks a permission. This request needs: {{.Scope}}", map[string]any{"Scope": c.Scope}))
		case c.Error == "insufficient_scope":
			lines = append(lines, lang.L("The token lacks a permission that this request needs."))
		case c.Error == "invalid_token":
			lines = append(lines, lang.L("The server does not accept the token: it is expired, revoked, or for another server."))
		case c.Error == "insufficient_user_authentication":
			lines = append(lines, lang.L("The server wants you to sign in again, more strongly or more recently."))
		case c.Error != "":
			lines = append(lines, lang.L("The server refuses with the error {{.Code}}.", map[string]any{"Code": c.Error}))
		}
		if c.Description != "" {
			lines = append(lines, lang.L("It says: {{.Words}}", map[string]any{"Words": c.Description}))
		}
	}
	switch {
	case len(lines) > 0:
		return lines
	case a.Status == 401:
		return []string{lang.L("The server does not accept the token for this request, and does not say why.")}
	}
	return []string{lang.L("This account may not do this, or the token lacks a permission. The server does not say which.")}
}

func redirectText(r *tryit.Redirect) string {
	to := map[string]any{"Address": r.To}
	switch r.Why {
	case tryit.Elsewhere:
		return lang.L("The server redirects to another one: {{.Address}}. It was not followed, and the token was not sent there.", to)
	case tryit.Changes:
		return lang.L("The server redirects to {{.Address}}. It was not followed, because the request may change something.", to)
	case tryit.TooMany:
		return lang.L("The server redirects again and again, lastly to {{.Address}}.", to)
	case tryit.BadLocation:
	}
	return lang.L("The server redirects to an address that cannot be used: {{.Address}}", to)
}

// bodyText says why a body is not shown, or not as it should be.
func bodyText(a *tryit.Answer) string {
	switch {
	case a.Kind == tryit.Empty && a.Status < 300:
		return lang.L("The response has no body.")
	case a.Kind == tryit.Large:
		return lang.L("The response is larger than 4 MiB and is not shown. You can save it; the rest is read then.")
	case a.Kind == tryit.Binary && a.Refused == "":
		return lang.L("The response is not text. You can save it.")
	case a.NotJSON:
		return lang.L("The server calls this JSON, but it is not valid JSON.")
	case a.Charset != "":
		return lang.L("The character set {{.Name}} is not known here. Some letters may look wrong.", map[string]any{"Name": plain.Short(a.Charset)})
	}
	switch a.Refused {
	case picture.NoPicture:
		return lang.L("The server calls this a picture, but it cannot be shown.")
	case picture.Vector:
		return lang.L("SVG pictures are not shown, because they can contain programs. You can save it.")
	case picture.Moving:
		return lang.L("Animated pictures are not shown. You can save it.")
	case picture.TooLarge:
		return lang.L("The picture has too many pixels to be shown. You can save it.")
	}
	return ""
}

func savedText(s state.TrySave) string {
	switch s.Error {
	case tryNoError:
	case state.TryGone:
		return lang.L("The rest of the response is no longer available. Send the request again.")
	case state.TryTooLarge:
		return lang.L("The response is larger than 4 GiB. Nothing was saved.")
	case state.TryNotWritten:
		return lang.L("The file could not be written.")
	}
	if s.Saved == "" {
		return ""
	}
	return lang.L("Saved as {{.File}}, {{.Size}}.", map[string]any{"File": s.Saved, "Size": sizeText(s.Size)})
}

const tryNoError state.TryError = ""

func sentText(s tryit.Sent, now time.Time) string {
	text := words.Clock(now, s.At)
	if s.NoBody {
		text += "  ·  " + lang.L("without its body, which was too large")
	}
	return text
}

func allowedText(a tryit.Allowed, now time.Time) string {
	return lang.L("Allowed {{.Time}}", map[string]any{"Time": words.Clock(now, a.At)})
}
