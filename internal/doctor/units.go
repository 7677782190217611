package doctor

import (
	"context"
	"errors"
	"os"

	"github.com/claviger/claviger/internal/unit"
)

// units looks at what the service manager has been told to start.
func (e *examination) units(context.Context) finding {
	m, err := e.Manager()
	if errors.Is(err, unit.ErrNone) {
		return skipped("This system has no service manager that starts the agent.")
	}
	if err != nil {
		return skipped("The service manager's files cannot be found: %s.", reason(err))
	}
	s, err := m.Look()
	again := "claviger agent --install"
	switch {
	case err != nil:
		return bad("The service manager's files cannot be read: %s.", reason(err)).mend("Write them again.", again)
	case len(s.Files) == 0:
		return good("The agent does not start by itself.")
	case len(s.Missing) > 0:
		return bad("%s is missing beside %s.", s.Missing[0], s.Files[0]).mend("Write the files again, or remove them.", again, "claviger agent --remove")
	case s.Program == "":
		return odd("%s was changed: it does not say as usual which program it starts.", s.Files[len(s.Files)-1]).mend("To have it as it was written:", again)
	}
	there, err := os.Stat(s.Program)
	if err != nil {
		return bad("The service manager is to start %s: %s.", s.Program, reason(err)).mend("Have it start this program instead.", again)
	}
	if here, err := os.Stat(e.Program); err == nil && !os.SameFile(here, there) {
		return odd("The service manager starts %s, and this is %s.", s.Program, e.Program).mend("If it should start this one:", again)
	}
	if !s.Enabled {
		return odd("The service manager knows the agent, but it is not enabled.").mend("Enable it.", m.Enable()...)
	}
	return good("The service manager starts the agent.")
}
