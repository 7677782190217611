//go:build gallery

// Command gallery shows every widget in a window, to look at:
//
//	go run -tags migrated_fynedo,gallery ./ui/widget/internal/gallery -page profile -theme dark
//
// All people in it are invented.
package main

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

func main() {
	page := flag.String("page", "profile", "profile, welcome, waiting, tokens, error or parts")
	look := flag.String("theme", "light", "light, dark or system")
	width := flag.Float64("width", 1000, "width of the window")
	height := flag.Float64("height", 680, "height of the window")
	focus := flag.Int("focus", 0, "how often Tab was pressed")
	flag.Parse()

	a := app.New()
	a.Settings().SetTheme(theme.New(theme.ParseChoice(*look)))
	w := a.NewWindow("Gallery")
	w.SetPadded(false)
	pages := map[string]func() fyne.CanvasObject{
		"profile": profile, "welcome": welcome, "waiting": waiting, "tokens": tokens, "error": failure, "parts": parts,
	}
	w.SetContent(widget.NewTwoPane(rail(*page == "profile"), pages[*page](), "Accounts", "Back"))
	w.Resize(fyne.NewSize(float32(*width), float32(*height)))
	for range *focus {
		w.Canvas().FocusNext()
	}
	w.ShowAndRun()
}

func rail(selected bool) fyne.CanvasObject {
	accounts := []widget.Account{
		{Name: "Mira Osei", Provider: "GitHub", State: "Active", Tone: widget.ToneOK, Sign: widget.SignActive, Picture: picture(), Selected: selected},
		{Name: "mira@northwind.example", Provider: "Microsoft Entra ID", State: "52 min", Tone: widget.ToneOK, Sign: widget.SignActive},
		{Name: "Tess Demo", Provider: "Demo provider", State: "Offline", Sign: widget.SignPending},
		{Name: "a.lund", Provider: "Work (Auth0)", State: "Sign in", Tone: widget.ToneWarn, Sign: widget.SignWarn},
	}
	rows := widget.NewColumn(theme.GapTiny)
	for _, account := range accounts {
		row := widget.NewAccountRow(func() {})
		row.Set(account)
		rows.Add(row)
	}
	search := widget.NewSearchEntry("Search", "Ctrl K", nil)
	foot := widget.NewColumn(theme.GapSmall,
		widget.NewButton("Sign in to…", widget.ButtonPrimary, func() {}),
		widget.NewHalves(theme.GapSmall,
			widget.NewButton("Lock", widget.ButtonQuiet, func() {}), widget.NewButton("Settings", widget.ButtonQuiet, func() {})),
	)
	return widget.NewRail(search, rows, foot)
}

// picture is a face drawn by a rule.
func picture() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 96, 96))
	for y := range 96 {
		for x := range 96 {
			img.Set(x, y, color.NRGBA{R: uint8(200 - y), G: uint8(120 + x), B: 150, A: 255})
			if dx, dy := x-48, y-40; dx*dx+dy*dy < 400 {
				img.Set(x, y, color.NRGBA{R: 240, G: 220, B: 190, A: 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func head() fyne.CanvasObject {
	avatar := widget.NewAvatar(widget.AvatarLarge)
	avatar.Set("Mira Osei", nil)
	words := widget.NewColumn(theme.GapTiny,
		widget.NewHeading("Mira Osei"),
		widget.NewMuted("mira-osei · mira@osei.example"),
		widget.NewFlow(6, 6,
			widget.NewChip("Active, renews itself in 7 h 12 min", widget.ToneOK, widget.SignActive),
			widget.NewChip("GitHub", widget.ToneSoft, widget.SignNone)),
	)
	buttons := widget.NewRow(10, widget.NoGrow,
		widget.NewButton("Copy token", widget.ButtonQuiet, func() {}),
		widget.NewButton("Refresh", widget.ButtonQuiet, func() {}),
		widget.NewButton("Sign out", widget.ButtonDanger, func() {}))
	return widget.NewBeside(widget.Beside{Gap: theme.GapLarge, Break: 560},
		widget.NewRow(theme.GapLarge, 1, avatar, words), buttons)
}

func tabs(chosen int) *widget.TabBar {
	bar := widget.NewTabBar(func(int) {})
	bar.Set([]widget.Tab{
		widget.NewTab("Profile"),
		{Text: "Groups", Count: 14},
		widget.NewTab("Tokens"),
		widget.NewTab("Try it"), widget.NewTab("Activity"),
	}, chosen)
	return bar
}

func profile() fyne.CanvasObject {
	facts := widget.NewKeyValue(0, func(widget.KV) {})
	facts.Set([]widget.KV{
		{Label: "Name", Value: "Mira Osei"},
		{Label: "Login", Value: "mira-osei"},
		{Label: "User ID", Value: "583231", Mono: true},
		{Label: "Email", Value: "mira@osei.example", Note: "verified", Sign: widget.SignDone, Tone: widget.ToneOK},
		{Label: "Company", Value: "Northwind"},
		{Label: "Provider", Value: "GitHub · github.com"},
		{Label: "Last checked", Value: "3 minutes ago"},
	})
	permissions := widget.NewColumn(10,
		widget.NewRow(theme.Gap, 0, widget.NewSubtitle("Permissions"), widget.NewLabelMuted("requested 4, granted 3")),
		widget.NewFlow(6, 6,
			widget.NewChip("read:user", widget.ToneOn, widget.SignDone),
			widget.NewChip("user:email", widget.ToneOn, widget.SignDone),
			widget.NewChip("read:org", widget.ToneOn, widget.SignDone),
			widget.NewChip("offline_access not granted", widget.ToneWarn, widget.SignWarn)),
	)
	return widget.NewPage(head(), tabs(0), widget.NewCard(facts), widget.NewCard(permissions),
		widget.NewCard(widget.NewMuted("All fields the provider sent (32)")))
}

func welcome() fyne.CanvasObject {
	demo := widget.NewAccentCard(widget.NewRow(theme.Gap, 1,
		widget.NewMonogram("K", true),
		widget.NewColumn(2, widget.NewSubtitle("Demo provider"),
			widget.NewMuted("Works right away: nothing to register, and nothing leaves this computer.")),
		widget.NewButton("Try it", widget.ButtonPrimary, func() {})))
	grid := widget.NewCardGrid(theme.Gap, 200, 3)
	for _, p := range [][2]string{
		{"GH", "GitHub"},
		{"G", "Google"},
		{"Ms", "Microsoft Entra"},
		{"A0", "Auth0"},
		{"GL", "GitLab"},
		{"Ok", "Okta"},
		{"Kc", "Keycloak"},
		{"Di", "Discord"},
	} {
		provider := widget.Provider{Monogram: p[0], Name: p[1], Status: "Client ID required"}
		if p[0] == "GH" {
			provider.Status, provider.Sign = "Ready", widget.SignDone
		}
		grid.Add(widget.NewProviderCard(provider, func() {}))
	}
	grid.Add(widget.NewProviderCard(widget.Provider{Monogram: "+", Name: "Another provider", Status: "Paste an issuer URL"}, func() {}))
	return widget.NewPage(
		widget.NewColumn(theme.GapTiny, widget.NewHeading("Where do you want to sign in?"),
			widget.NewMuted("Your browser opens the provider's own page. Claviger never sees your password.")),
		demo, grid)
}

func waiting() fyne.CanvasObject {
	steps := widget.NewStepList()
	steps.Set([]widget.Step{
		{Sign: widget.SignDone, Text: "Provider found", Detail: "cached", Time: "2 ms"},
		{Sign: widget.SignDone, Text: "Listening on 127.0.0.1:51789", Time: "1 ms"},
		{Sign: widget.SignDone, Text: "Browser opened", Time: "38 ms"},
		{Sign: widget.SignWorking, Text: "Waiting for sign-in", Detail: "4:31 left"},
		{Sign: widget.SignPending, Text: "Exchange code for tokens"},
		{Sign: widget.SignPending, Text: "Check tokens, fetch profile and groups"},
	})
	buttons := widget.NewFlow(10, 10,
		widget.NewButton("Open browser again", widget.ButtonPrimary, func() {}),
		widget.NewButton("Copy link", widget.ButtonQuiet, func() {}),
		widget.NewButton("Use a code instead", widget.ButtonQuiet, func() {}),
		widget.NewButton("Paste address…", widget.ButtonQuiet, func() {}),
		widget.NewButton("Cancel", widget.ButtonDanger, func() {}))
	return widget.NewPage(
		widget.NewColumn(theme.GapTiny, widget.NewHeading("Continue in your browser"),
			widget.NewMuted("Sign in on GitHub's page. This page updates automatically.")),
		widget.NewCard(steps), buttons,
		widget.NewCard(widget.NewMuted("Signing in on another machine? Open the link there, then paste the final address from your browser.")))
}

func tokens() fyne.CanvasObject {
	life := widget.NewLifetimeBar()
	life.Set(widget.Lifetime{Issued: "issued 14:02", Expires: "expires 15:02", Left: "47 minutes left", Part: 0.22})
	jwt := widget.NewTokenView(func(string) {})
	jwt.Set(true, "eyJhbGciOiJSUzI1NiIsImtpZCI6Ik5FYXR1cmVfZ2FsbGVyeSJ9",
		"eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUiLCJzdWIiOiJtaXJhIiwibmFtZSI6Ik1pcmEgT3NlaSJ9", "not-a-signature")
	token := widget.NewColumn(theme.Gap,
		widget.NewRow(10, 0, widget.NewSubtitle("ID token"),
			widget.NewChip("9 checks passed", widget.ToneOK, widget.SignDone),
			widget.NewSmallButton("Copy", widget.ButtonQuiet, func() {}),
			widget.NewSmallButton("Compare", widget.ButtonQuiet, func() {})),
		life, jwt)
	claims := widget.NewClaimsTable(280, func(widget.Claim) {})
	rows := []widget.Claim{
		{Name: "iss", Value: "https://login.microsoftonline.com/3f1c/v2.0", Meaning: "who issued it"},
		{Name: "sub", Value: "AAAAAAAA-x7Q", Meaning: "you, to this app"},
		{Name: "aud", Value: "6731de76-14a6-49ae-97bc-6eba6914391e", Meaning: "this app"},
		{Name: "exp", Value: "today 15:02", Meaning: "in 47 minutes", Plain: true},
		{Name: "tid", Value: "3f1c", Meaning: "your organisation"},
	}
	for range 50 {
		rows = append(rows, widget.Claim{Name: "roles", Value: "Reader", Meaning: "what you may do"})
	}
	claims.Set(rows)
	checks := widget.NewChecksList()
	checks.Set([]widget.Check{
		{Sign: widget.SignDone, Name: "Signature", Reason: "RS256, key 1LTMz"},
		{Sign: widget.SignDone, Name: "Issuer", Reason: "as discovered"},
		{Sign: widget.SignDone, Name: "Audience", Reason: "this app"},
		{Sign: widget.SignDone, Name: "Nonce", Reason: "matches"},
		{Sign: widget.SignWarn, Name: "at_hash", Reason: "not sent"},
		{Sign: widget.SignFailed, Name: "Subject", Reason: "another than userinfo says"},
	})
	both := widget.NewBeside(widget.Beside{Gap: theme.Gap, Break: 600, Second: 280, Stretch: true},
		widget.NewCard(widget.NewColumn(10, widget.NewSubtitle("Claims"), claims)),
		widget.NewCard(widget.NewColumn(10, widget.NewSubtitle("Checks"), checks)))
	return widget.NewPage(tabs(2), widget.NewCard(token), both)
}

func failure() fyne.CanvasObject {
	change := widget.NewBarCard(widget.ToneBad, widget.NewColumn(10,
		widget.NewSubtitle("What to change"),
		widget.NewBody("In the app registration “Northwind desktop”, under Authentication → Mobile and desktop applications, add:"),
		widget.NewInset(widget.NewMono("http://localhost/callback")),
		widget.NewFlow(10, 10,
			widget.NewButton("Open the registration page", widget.ButtonPrimary, func() {}),
			widget.NewButton("Copy address", widget.ButtonQuiet, func() {}),
			widget.NewButton("Try again", widget.ButtonQuiet, func() {}))))
	steps := widget.NewStepList()
	steps.Set([]widget.Step{
		{Sign: widget.SignDone, Text: "Provider found"},
		{Sign: widget.SignDone, Text: "Browser opened"},
		{Sign: widget.SignFailed, Text: "Provider refused: redirect_uri does not match"},
	})
	return widget.NewPage(
		widget.NewColumn(theme.GapTiny, widget.NewHeading("Microsoft did not accept the redirect URI"),
			widget.NewMuted("AADSTS50011 · sign-in stopped before anything was stored")),
		change, widget.NewCard(widget.NewColumn(10, widget.NewSubtitle("Where it stopped"), steps)),
		widget.NewFlow(10, 10, widget.NewButton("Save report (no secrets)", widget.ButtonQuiet, func() {})))
}

func parts() fyne.CanvasObject {
	secret := widget.NewTokenView(func(string) {})
	secret.Set(true, "an-invented-secret-that-is-long-enough-to-wrap-in-a-narrow-window")
	disabled := widget.NewButton("Disabled", widget.ButtonPrimary, nil)
	disabled.Disable()
	again := widget.NewSmallButton("Sign in again", widget.ButtonPrimary, func() {})
	life := widget.NewLifetimeBar()
	life.Set(widget.Lifetime{Issued: "issued 14:02", Expires: "expired 15:02", Left: "expired 3 minutes ago", Part: 1, Tone: widget.ToneBad})
	return widget.NewPage(
		widget.NewFlow(10, 10, widget.NewButton("Primary", widget.ButtonPrimary, func() {}), widget.NewButton("Quiet", widget.ButtonQuiet, func() {}),
			widget.NewButton("Danger", widget.ButtonDanger, func() {}), disabled, widget.NewSmallButton("Small", widget.ButtonQuiet, func() {})),
		widget.NewFlow(6, 6, widget.NewToggleChip("read:user", true, nil), widget.NewToggleChip("read:org", false, nil), widget.NewToggleChip("Remember me", true, nil)),
		widget.NewNotice(widget.ToneSoft, "A note", "Claims are read on this computer only."),
		widget.NewNotice(widget.ToneWarn, "Sign in again", "The provider took the permission back. Everything else is still here.", again),
		widget.NewNotice(widget.ToneBad, "The vault cannot be opened", "The key in the keyring does not fit."),
		widget.NewNotice(widget.ToneOK, "", "Copied. The clipboard is emptied in 30 seconds."),
		widget.NewCard(secret), life, widget.NewEntry("Issuer address"),
		widget.NewCard(widget.NewEmptyState(widget.DrawingGroups, "No groups", "Groups were not requested. Sign in again with groups ticked.",
			widget.NewButton("Sign in again", widget.ButtonPrimary, func() {})).Container))
}
