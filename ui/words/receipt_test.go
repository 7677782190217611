package words

import (
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
)

func TestPendingWords(t *testing.T) {
	now := noon()
	for want, retry := range map[string]*auth.Retry{
		"": nil,
		"Claviger retries automatically, next now.":                                   {},
		"Claviger retries automatically, next in 40 seconds. Tried once so far.":      {Tries: 1, Next: now.Add(40 * time.Second)},
		"Claviger retries automatically, next tomorrow 01:00. Tried 12 times so far.": {Tries: 12, Next: now.Add(13 * time.Hour)},
	} {
		if _, got := PendingText(&auth.Receipt{Retry: retry}, now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
