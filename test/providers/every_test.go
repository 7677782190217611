package providers_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/claviger/claviger/providers"
)

// whole lists, for each built-in provider, the tests that live through a sign-in
// with groups, a refresh, a sign-out and the most common errors at a server that
// answers as the provider documents. Most are a [stay], which is all of it.
func whole() map[string][]func(*testing.T) {
	type tests = []func(*testing.T)
	return map[string]tests{
		"apple":     {TestApple}, // no desktop can use it
		"auth0":     {TestAuth0SignIn, TestAuth0ReuseEndsTheFamily, TestAuth0SignOut, TestAuth0Errors, TestAuth0CallbackMismatch},
		"authentik": {TestAuthentik},
		"azure":     {TestAzureSignIn, TestAzureRefreshGivesANewTokenEachTime, TestAzureSignOut, TestAzureErrors, TestAzurePages},
		"bitbucket": {TestBitbucket},
		"cognito":   {TestCognito},
		"demo":      {TestDemo},
		"dex":       {TestDex},
		"discord":   {TestDiscord},
		"facebook":  {TestFacebook}, // no desktop can use it
		"gitea":     {TestGitea},
		"github":    {TestGitHubSignIn, TestGitHubRefreshEndsBothOldTokens, TestGitHubSignOut, TestGitHubErrors},
		"gitlab":    {TestGitLab},
		"google":    {TestGoogleSignIn, TestGoogleKeepsItsRefreshToken, TestGoogleSignOut, TestGoogleErrors},
		"keycloak":  {TestKeycloak},
		"linkedin":  {TestLinkedIn},
		"oauth2":    {TestOAuth},
		"oidc":      {TestOpenID},
		"okta":      {TestOkta},
		"slack":     {TestSlack},
		"spotify":   {TestSpotify},
		"twitch":    {TestTwitch, TestTwitchDevice},
		"x":         {TestX},
		"zitadel":   {TestZitadel},
	}
}

// A preset without such a test is only a guess.
func TestEveryPresetHasAWholeTest(t *testing.T) {
	set, err := providers.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range set.All() {
		ids = append(ids, p.ID)
	}
	slices.Sort(ids)
	if tested := slices.Sorted(maps.Keys(whole())); !slices.Equal(ids, tested) {
		t.Errorf("built-in providers %q\nhave tests %q", ids, tested)
	}
}
