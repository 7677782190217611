//go:build e2e && screenshots

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/claviger/claviger/providers/demo"
	"github.com/claviger/claviger/test/e2e/desktop"
)

// TestScreenshots takes the pictures of docs/screens from the real window: every page in
// light and in dark. script/screenshots runs it.
func TestScreenshots(t *testing.T) {
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			g := newGallery(t, theme, window)
			g.c.settings(fmt.Sprintf("theme = %q", theme))
			g.provider()
			process := g.c.openWindow()
			g.beforeAnAccount()
			g.signIn()
			g.account()
			g.programs()
			g.over()
			g.refused()
			desktop.Stop(process)
			g.locked()
			g.offline()
		})
	}
}

// gallery takes pictures of a window.
type gallery struct {
	t    *testing.T
	d    *desktop.Desktop
	c    *claviger
	dir  string
	name string
	size desktop.Region
	// issuer is a provider of the person's own, until it is stopped.
	issuer string
	stop   func()
}

func newGallery(t *testing.T, name string, size desktop.Region) *gallery {
	t.Helper()
	dir := need(t, "CLAVIGER_SCREENSHOTS")
	d := desktop.StartIn(t, func() string { return galleryHome(t) }, 1760, 820)
	return &gallery{t: t, d: d, c: newClaviger(t, d), dir: dir, name: name, size: size}
}

// galleryHome is a folder whose path a picture may show.
func galleryHome(t *testing.T) string {
	t.Helper()
	const dir = "/tmp/tess"
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatalf("%v: if no pictures are taken now, remove it", err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func (g *gallery) provider() {
	g.t.Helper()
	g.issuer, g.stop = g.c.startDemo()
	g.c.provider("atelier", fmt.Sprintf("id = \"atelier\"\nname = \"Atelier\"\nmonogram = \"AT\"\npreset = \"demo\"\nissuer = %q\n\n[client]\nid = %q\n", g.issuer, demo.ClientID))
}

// picture saves what is seen once nothing moves any more.
func (g *gallery) picture(what string) {
	g.t.Helper()
	g.d.Turn()
	g.d.Settle(g.size)
	g.shot(what)
}

// moving is picture where something moves, always.
func (g *gallery) moving(what string) {
	g.t.Helper()
	g.d.Turn()
	g.shot(what)
}

func (g *gallery) shot(what string) {
	g.t.Helper()
	// What lies under the pointer looks otherwise, also after it left the window at once.
	for _, at := range [][2]int{{g.size.W - 4, 4}, {1050, 810}} {
		if err := g.d.Command("xdotool", "mousemove", strconv.Itoa(at[0]), strconv.Itoa(at[1])).Run(); err != nil {
			g.t.Fatal(err)
		}
		g.d.Turn()
	}
	if err := g.d.Picture(filepath.Join(g.dir, what+"-"+g.name+".png"), g.size); err != nil {
		g.t.Fatal(err)
	}
}

func (g *gallery) see(phrase string) { g.t.Helper(); g.d.See(g.size, phrase) }

func (g *gallery) click(phrase string) { g.t.Helper(); g.d.Click(g.size, phrase) }

// closeMessage closes a message that would hide the lower part of the page.
func (g *gallery) closeMessage(text string) {
	g.t.Helper()
	g.see(text)
	g.click("OK")
	g.d.Gone(g.size, text)
}

// command goes to what the palette finds.
func (g *gallery) command(title string) {
	g.t.Helper()
	g.d.Key("ctrl+k")
	g.d.Type(title)
	g.d.Turn()
	g.d.Key("Return")
}

func (g *gallery) beforeAnAccount() {
	g.see("Where do you want to") // the rest may be on the next line
	g.picture("welcome")
	g.click("Add a provider")
	g.d.Type(g.issuer)
	g.d.Key("Return")
	g.see("Register this redirect URI")
	g.picture("add")
	g.d.Scroll(g.size, 40)
	g.d.Type("claviger")
	g.d.Key("Return")
	g.see("Sign in to Mine")
	g.click("Registration")
	g.see("Provider file")
	g.picture("registration")
	g.click("Provider file")
	g.see("Mine: provider file")
	g.picture("file")
}

func (g *gallery) signIn() {
	g.d.Key("ctrl+n")
	g.d.Key("Return")
	g.see("Sign in to Demo")
	g.click("Ask for my groups")
	g.click("More")
	g.see("Choose account")
	g.picture("sign-in")
	g.click("Less")
	g.click("Use a code")
	g.see("The code expires in")
	g.moving("device")
	g.d.Key("Escape")
	g.see("Sign in to Demo")
	g.click("Sign in with your browser")
	g.see("Continue in your browser")
	g.moving("waiting")
	g.c.approve("http://127.0.0.1:", "tess")
	g.see("tess@demo.example")
	g.see("Signed in as Tess Demo.")
	g.picture("message")
	g.closeMessage("Signed in as Tess Demo.")
}

func (g *gallery) account() {
	g.picture("profile")
	g.d.Key("ctrl+2")
	g.see("Release captains")
	g.picture("groups")
	g.d.Key("ctrl+3")
	g.see("Access token")
	g.d.Gone(g.size, "One moment")
	g.picture("tokens")
	g.click("Go to ID token")
	g.see("Audience")
	g.picture("checks")
	g.d.Key("ctrl+4")
	g.see("Userinfo")
	g.click("Send")
	g.see("application/json")
	g.picture("try")
	g.d.Key("ctrl+5")
	g.see("after your browser came back")
	g.click("Code exchanged")
	g.see("Request")
	g.picture("activity")
	g.d.Key("F2")
	g.see("Colour")
	g.picture("name")
	g.d.Key("Escape")
}

func (g *gallery) programs() {
	reporter := g.c.program("reporter")
	got := reporter.token()
	g.c.asked("reporter")
	g.moving("consent")
	g.d.Key("Tab", "Tab", "Tab", "Return") // Always allow
	<-got
	g.see("tess@demo.example")
	g.d.Key("ctrl+6")
	g.see("When a program asks")
	g.picture("programs-of-account")
	g.command("Allowed programs")
	g.see("Where programs ask")
	g.picture("programs")
}

// over are the pages that are reached from anywhere.
func (g *gallery) over() {
	g.c.clipboard(strings.TrimSpace(g.c.run("token", "demo", "--id-token")))
	g.d.Key("ctrl+i")
	g.see("Inspect a token")
	g.d.Key("ctrl+v")
	g.see("Signed token")
	g.picture("inspector")
	g.d.Key("Escape", "ctrl+k")
	g.d.Type("re")
	g.see("Refresh tokens and details")
	g.picture("palette")
	g.d.Key("Escape", "ctrl+slash")
	g.see("Keyboard shortcuts")
	g.picture("shortcuts")
	g.d.Key("Escape", "ctrl+comma")
	g.see("High contrast")
	g.picture("settings")
	g.click("Vault")
	g.see("Export and import")
	g.picture("settings-vault")
	g.click("Export and import")
	g.see("Import")
	g.picture("move")
	g.command("Passphrase and keyring")
	g.see("How is the vault unlocked")
	g.picture("protect")
	g.command("About Claviger")
	g.see("Licences")
	g.picture("about")
}

// refused is a sign-in that the person ends with Deny, and the same one again.
func (g *gallery) refused() {
	g.d.Key("ctrl+n")
	g.click("Atelier")
	g.see("Sign in to Atelier")
	g.click("Ask for my groups")
	g.click("Sign in with your browser")
	g.see("Continue in your browser")
	tab := g.d.Tab(g.issuer)
	g.c.press(tab, "user-sam")
	g.c.press(tab, "deny")
	g.see("Where it stopped")
	g.picture("error")
	g.click("Try again")
	g.see("Continue in your browser")
	g.c.press(g.d.Tab(g.issuer), "allow")
	g.see("sam@demo.example")
	g.closeMessage("Signed in as Sam Okoro.")
}

func (g *gallery) locked() {
	protect := g.c.command("vault", "passphrase")
	protect.Stdin = strings.NewReader("correct horse\n")
	if out, err := protect.CombinedOutput(); err != nil {
		g.t.Fatalf("a passphrase for the vault: %v: %s", err, out)
	}
	g.stop()
	g.c.openWindow()
	g.see("Passphrase")
	g.picture("locked")
	g.d.Type("correct horse")
	g.d.Key("Return")
}

func (g *gallery) offline() {
	g.click("Atelier")
	g.see("Shown as last seen")
	g.picture("offline")
	g.click("Sign out")
	g.see("cannot be reached now") // the rest may be on the next line
	g.picture("sign-out")
	g.d.Key("Tab", "Return")
	g.see("Signed out")
	g.moving("receipt")
	g.click("Done")
	g.command("Pending and past sign-outs")
	g.see("Sam Okoro at Atelier")
	g.moving("queue")
}

// TestScreenshotsOfLooks takes pictures of some pages in other sizes, sizes of text,
// contrasts and languages: by keyboard, which is the same in all of them.
func TestScreenshotsOfLooks(t *testing.T) {
	g := newGallery(t, "", window)
	g.provider()
	login := g.c.command("login", "demo", "--groups")
	if err := login.Start(); err != nil {
		t.Fatal(err)
	}
	g.c.approve("http://127.0.0.1:", "tess")
	if err := login.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, look := range []struct {
		name, settings string
		size           desktop.Region
	}{
		{"720", `theme = "light"`, desktop.Region{W: 720, H: 520}},
		{"420", `theme = "light"`, desktop.Region{W: 420, H: 800}},
		{"text-150", "theme = \"light\"\ntext_size = 150", window},
		{"contrast-light", "theme = \"light\"\nhigh_contrast = true", window},
		{"contrast-dark", "theme = \"dark\"\nhigh_contrast = true", window},
		{"german", "theme = \"light\"\nlanguage = \"de\"", window},
		{"japanese", "theme = \"light\"\nlanguage = \"ja\"", window},
	} {
		file := filepath.Join(g.c.home, "settings.toml")
		if err := os.WriteFile(file, []byte(look.settings+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		g.name, g.size = look.name, look.size
		g.look()
	}
}

func (g *gallery) look() {
	before := window
	window = g.size // where it is placed
	process := g.c.openWindow()
	window = before
	g.see("tess@demo.example")
	g.picture("profile")
	for _, page := range []struct{ name, keys string }{
		{"groups", "ctrl+2"}, {"tokens", "ctrl+3"}, {"try", "ctrl+4"}, {"activity", "ctrl+5"}, {"settings", "ctrl+comma"}, {"welcome", "ctrl+n"}, {"sign-in", "Return"},
	} {
		g.d.Key(page.keys)
		g.picture(page.name)
	}
	desktop.Stop(process)
}
