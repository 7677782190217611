package state

import (
	"github.com/claviger/claviger/ui/words"
)

// SetGroupView chooses which groups are listed.
func (s *Store) SetGroupView(v words.GroupView) {
	s.update(func(st *State) { st.GroupView = v })
}
