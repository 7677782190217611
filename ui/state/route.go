package state

// Route names the page that is shown.
type Route string

// The routes.
const (
	// RouteStart is the short moment before the vault was read.
	RouteStart Route = "start"
	// RouteWelcome has the cards of the providers.
	RouteWelcome Route = "welcome"
	// RouteSetup asks for what a provider still needs.
	RouteSetup Route = "setup"
	// RouteAdd asks for a new provider.
	RouteAdd Route = "add"
	// RouteFile shows a provider's file.
	RouteFile Route = "file"
	// RouteOptions asks what a sign-in should ask for.
	RouteOptions Route = "options"
	// RouteWaiting shows a sign-in in the browser.
	RouteWaiting Route = "waiting"
	// RouteDevice shows a sign-in with a code.
	RouteDevice Route = "device"
	// RouteProblem shows why a sign-in stopped.
	RouteProblem Route = "problem"
	// RouteAccount shows an account.
	RouteAccount Route = "account"
	// RouteReceipt shows what a sign-out did.
	RouteReceipt Route = "receipt"
	// RouteQueue shows what waits for the network and the receipts of sign-outs.
	RouteQueue Route = "queue"
	// RouteSettings shows the settings.
	RouteSettings Route = "settings"
	// RouteAbout says what the program is.
	RouteAbout Route = "about"
	// RoutePrograms shows which programs may have tokens.
	RoutePrograms Route = "programs"
	// RouteInspector shows a token that was pasted.
	RouteInspector Route = "inspector"
	// RouteLocked asks to unlock the vault.
	RouteLocked Route = "locked"
	// RouteVaultSetup asks how to protect a new vault without a keyring.
	RouteVaultSetup Route = "vault-setup"
	// RouteProtect asks what it shall take to open the vault.
	RouteProtect Route = "protect"
	// RouteMove takes the accounts to another computer and here.
	RouteMove Route = "move"
)

// Tab is a part of the account page.
type Tab string

// The tabs of the account page.
const (
	TabProfile  Tab = "profile"
	TabGroups   Tab = "groups"
	TabTokens   Tab = "tokens"
	TabTry      Tab = "try"
	TabActivity Tab = "activity"
	TabPrograms Tab = "programs"
)

// Tabs are the tabs of the account page in order.
func Tabs() []Tab { return []Tab{TabProfile, TabGroups, TabTokens, TabTry, TabActivity, TabPrograms} }
