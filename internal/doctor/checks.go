package doctor

import "context"

// check is something to be looked at; it may find more than one thing.
type check struct {
	group, name, title string
	run                func(ctx context.Context) []finding
}

// results gives findings their names.
func (c check) results(found []finding) []Result {
	out := make([]Result, 0, len(found))
	for _, f := range found {
		title := c.title
		if f.about != "" {
			title = f.about
		}
		out = append(out, Result{
			Group: c.group, Name: c.name, Title: title, Verdict: f.verdict,
			Found: f.found, Fix: f.fix, Commands: append([]string{}, f.commands...),
		})
	}
	return out
}

// one makes a check of a function that finds one thing.
func one(run func(context.Context) finding) func(context.Context) []finding {
	return func(ctx context.Context) []finding { return []finding{run(ctx)} }
}

// The groups, as people see them.
const (
	groupSignIn = "Signing in"
	groupVault  = "Vault"
	groupAgent  = "Agent"
	groupNet    = "Providers"
	groupDesk   = "Desktop and terminal"
)

// checks are all of them, in the order in which people see them.
func (e *examination) checks() []check {
	return []check{
		{groupSignIn, "loopback-ipv4", "IPv4", one(ipv4)},
		{groupSignIn, "loopback-ipv6", "IPv6", one(ipv6)},
		{groupSignIn, "localhost", "localhost", one(localhost)},
		{groupSignIn, "ports", "Ports", e.ports},
		{groupSignIn, "browser", "Browser", one(e.browser)},
		{groupVault, "keyring", "Keyring", one(e.keyring)},
		{groupVault, "folder", "Folder", one(e.folder)},
		{groupVault, "vault", "Vault", one(e.vault)},
		{groupVault, "vault-files", "Files", one(e.vaultFiles)},
		{groupVault, "disk", "Disk", one(e.disk)},
		{groupVault, "accounts", "Accounts", one(e.accounts)},
		{groupAgent, "agent", "Agent", one(e.agent)},
		{groupAgent, "service", "Start", one(e.units)},
		{groupNet, "provider-files", "Own files", e.providerFiles},
		{groupNet, "proxy", "Proxy", one(e.proxy)},
		{groupNet, "authorities", "Certificates", e.authorities},
		{groupNet, "provider", "Reachable", e.reachable},
		{groupNet, "clock", "Clock", one(e.clock)},
		{groupDesk, "display", "Window", one(e.display)},
		{groupDesk, "tray", "Tray", one(e.tray)},
		{groupDesk, "notifications", "Notifications", one(e.notifications)},
		{groupDesk, "terminal", "Terminal", one(e.terminal)},
	}
}
