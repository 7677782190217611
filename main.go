// Command claviger signs a person in to OAuth 2.0 and OpenID Connect providers
// with their own browser, remembers the accounts in an encrypted vault and
// hands fresh tokens to programs.
//
// Without arguments it opens the window, with arguments it runs a command.
package main

import (
	"os"

	"github.com/claviger/claviger/internal/app"
)

// version is set by the build of a release: -ldflags "-X main.version=v1.2.3".
var version string

func main() { os.Exit(app.Main(os.Args[1:], version)) }
