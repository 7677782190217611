package auth

import (
	"github.com/claviger/claviger/auth/oauth"
)

// ClockWarning says, in plain words, how far this computer's clock was off the
// provider's at the last token answer; it is "" up to 30 seconds.
func (a *Account) ClockWarning() string { return oauth.SkewWords(a.ClockSkew) }
