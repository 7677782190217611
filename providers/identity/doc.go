// Package identity asks who signed in: profile and groups.
//
// [Ask] makes the requests that a [providers.Provider] names, all at the same
// time, and reads the answers with its expressions. It takes an access token, the
// provider's metadata and the claims of a verified ID token. It fails only if a
// required source of the profile fails or no source names the user. Whatever else
// is missing is in [Identity.Missing], beside what was found.
//
// [Preview] shows what an expression makes of an answer that the caller has, without
// a request. [Mappings] lists a provider's expressions.
//
// Every answer is foreign: users and groups are bounded and cleaned here, so they
// are safe to show and to keep. The access token goes only to the hosts of the
// provider's file and metadata.
//
// The package does not verify the ID token, and it hands on userinfo as it came:
// the caller compares its sub with the ID token's (OIDC Core §5.3.2). It does not
// promise that the groups are complete: see [Identity.Unread].
package identity
