package words

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/providers"
)

// RuleMeaning says what an account's rule about programs does.
func RuleMeaning(r consent.Rule) string {
	switch r {
	case consent.Always:
		return lang.L("Every program of yours gets tokens.")
	case consent.Never:
		return lang.L("No program gets tokens by itself.")
	case consent.Ask:
	}
	return lang.L("You are asked about each new program.")
}

// FactLabel names what a program's question says of it.
func FactLabel(f consent.Fact) string {
	switch f.Name {
	case "Program":
		return lang.L("Program")
	case "Command":
		return lang.L("Command")
	case "Folder":
		return lang.L("Folder")
	case "Started by":
		return lang.L("Started by")
	case "Terminal":
		return lang.L("Terminal")
	case "Through":
		return lang.L("Through")
	case "For":
		return lang.L("For")
	case "Account":
		return lang.L("Account")
	case "Scopes":
		return lang.L("Scopes")
	case "Gets":
		return lang.L("Gets")
	}
	return f.Name
}

// FactText is what a program's question says of it: its own words stay what they are.
func FactText(f consent.Fact, q consent.Question) string {
	switch {
	case f.Name == "Program" && q.Program.Path == "":
		return lang.L("unknown")
	case f.Name == "Through":
		return lang.L("a claviger command")
	case f.Name == "For":
		return lang.L("programs on another computer")
	case f.Name == "Gets" && q.Form == "token":
		return lang.L("the token")
	case f.Name == "Gets" && q.Form == "header":
		return lang.L("the header")
	case f.Name == "Gets" && q.Form == "ID token":
		return lang.L("the ID token")
	case f.Name == "Gets" && q.Form == consent.BothTokens:
		return lang.L("the access token and the ID token")
	}
	return f.Value
}

// RecipientGets says what a server gets from whoever signs in.
func RecipientGets(r providers.Recipient) string {
	out := make([]string, 0, len(r.Gets))
	for _, use := range []providers.Use{providers.UsePage, providers.UseTokens, providers.UseAPI, providers.UseKeys} {
		for _, gets := range r.Gets {
			if gets == use {
				out = append(out, useText(use))
			}
		}
	}
	return strings.Join(out, "; ")
}

func useText(u providers.Use) string {
	switch u {
	case providers.UsePage:
		return lang.L("the page where you sign in")
	case providers.UseTokens:
		return lang.L("sign-in codes, the client secret and refresh tokens")
	case providers.UseAPI:
		return lang.L("access tokens")
	case providers.UseKeys:
		return lang.L("a say in who you are (keys)")
	}
	return string(u)
}
