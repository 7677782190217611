// Command claviger signs a person in to OAuth 2.0 and OpenID Connect providers
// with their own browser, remembers the accounts in an encrypted vault and
// hands fresh tokens to programs.
package main

import "os"

func main() { os.Exit(1) }
