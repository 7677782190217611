package app

import (
	"os"
	"path/filepath"
)

// unitKey is the name under which a systemd unit hands over the vault's key.
const unitKey = "claviger-key"

// keyFile is the file with the key of a vault that is protected by one.
type keyFile struct {
	path string
	// credential means that systemd made it for this service: systemd.exec(5),
	// LoadCredential=.
	credential bool
}

// findKeyFile is what the environment names: the person's own choice first.
func findKeyFile() keyFile {
	credentials := os.Getenv("CREDENTIALS_DIRECTORY")
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
