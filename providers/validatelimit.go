package providers

import (
	"fmt"
	"time"
)

// refreshLimits checks the rules about the ends of refresh tokens.
func (v *validator) refreshLimits() {
	for i, l := range v.p.RefreshLimits {
		key := fmt.Sprintf("refresh_limits[%d].", i)
		if d := l.Lasts(); d < time.Minute || d > maxTokenLifetime {
			v.fail(key+"after", `must be a time from 1m to 3650d, such as "90d" or "12h"`)
		}
		v.oneOf(key+"since", l.Since, "", SinceRefresh, SinceSignIn)
		v.oneOf(key+"sure", l.Sure, "", SureDocumented, SurePossible)
		if l.Why == "" {
			v.fail(key+"why", "is missing: a sentence that says the rule")
		}
	}
}
