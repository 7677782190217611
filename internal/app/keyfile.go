package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// unitKey is the name under which a systemd unit hands over the vault's key.
const unitKey = "claviger-key"

// keyFile is the key file of a vault that is protected by one.
type keyFile struct {
	path string
	// credential means that systemd made it for this service: systemd.exec(5),
	// LoadCredential=.
	credential bool
}

// credentialsDir is the variable that names the folder of a service's credentials.
const credentialsDir = "CREDENTIALS_DIRECTORY"

// findKeyFile is what the environment names: the person's own choice first.
func findKeyFile() keyFile {
	credentials := os.Getenv(credentialsDir)
	if path := os.Getenv("CLAVIGER_KEY_FILE"); path != "" {
		// A unit may name its credential itself: %d/claviger-key.
		return keyFile{path, credentials != "" && filepath.Dir(path) == filepath.Clean(credentials)}
	}
	if credentials == "" {
		return keyFile{}
	}
	path := filepath.Join(credentials, unitKey)
	if _, err := os.Lstat(path); err != nil {
		return keyFile{} // a service with other credentials
	}
	return keyFile{path, true}
}

// forCommands is the environment of the commands that exec runs: one that knew
// the folder of the credential would find the vault's key, as Claviger does.
func (k keyFile) forCommands(environ []string) []string {
	if !k.credential {
		return environ
	}
	return slices.DeleteFunc(slices.Clone(environ), func(kv string) bool { return strings.HasPrefix(kv, credentialsDir+"=") })
}
