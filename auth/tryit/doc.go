// Package tryit sends one request with an account's access token.
//
// The token goes to the servers that the account's provider names, and to others only
// after a yes that names them ([Desk.Allow]); a redirect elsewhere is shown and never
// followed. What comes back is foreign: bounded, and shown without the token.
package tryit
