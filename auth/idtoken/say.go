package idtoken

import (
	"strconv"
	"time"

	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// UnknownIssuer is why [Unkeyed] has no keys if nobody was asked for them.
const UnknownIssuer phrase.Text = "the keys of this issuer are not known here"

// say fills the blanks of a phrase.
func say(text phrase.Text, values ...string) string { return phrase.Say(text, values...) }

func quoted(s string) string { return strconv.Quote(plain.Short(s)) }

func ago(d time.Duration) string { return plain.Duration(d) + " ago" }
