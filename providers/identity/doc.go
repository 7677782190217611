// Package identity asks who signed in: profile and groups.
//
// [Ask] makes the requests that a [providers.Provider] names, all at the same time,
// and reads the answers with its expressions. Whatever comes is foreign: it is
// bounded and cleaned here, and the access token goes to no host but those of the
// provider's file and metadata. What could not be had is told beside what could.
package identity
