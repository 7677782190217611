package vault

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// entries are those of a record that is a JSON object; nil if it is not one.
func entries(data []byte) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	if json.Unmarshal(data, &all) != nil {
		return nil
	}
	return all
}

// onlyNew leaves the entries that the vault's record, old, does not have, or may be
// replaced in it. If none is left, it returns the list of the report that the
// record belongs to. A record that is not an object is taken as a whole.
func (in *Incoming) onlyNew(old []byte, replace bool, report *ImportReport) *[]string {
	ours, theirs := entries(old), entries(in.Data)
	if ours == nil || theirs == nil {
		if replace && theirs != nil {
			return nil
		}
		return &report.Kept
	}
	kept := false
	for _, key := range slices.Sorted(maps.Keys(theirs)) {
		was, there := ours[key]
		switch {
		case !there:
		case bytes.Equal(was, theirs[key]):
			delete(theirs, key)
		case replace:
			in.ReplacedKeys = append(in.ReplacedKeys, key)
		default:
			delete(theirs, key)
			kept = true
		}
	}
	data, err := json.Marshal(theirs)
	switch {
	case err == nil && len(theirs) > 0:
		in.Data, in.Replaces = data, len(in.ReplacedKeys) > 0
		if kept {
			report.Kept = append(report.Kept, in.Name)
		}
		return nil
	case kept:
		return &report.Kept
	}
	return &report.Same
}

// mergeObjects takes entries over into the vault's record, old, and returns the
// list of the report that it belongs to: [ImportReport.Kept] if nothing is to be
// stored.
func mergeObjects(old, data []byte, replace bool, report *ImportReport) ([]byte, *[]string) {
	ours, theirs := entries(old), entries(data)
	if ours == nil && replace {
		return data, &report.Replaced
	}
	if ours == nil || theirs == nil {
		return nil, &report.Kept
	}
	list, changed := &report.Added, false
	for key, entry := range theirs {
		if _, there := ours[key]; there {
			if !replace {
				continue
			}
			list = &report.Replaced
		}
		ours[key], changed = entry, true
	}
	merged, err := json.Marshal(ours)
	if err != nil || !changed {
		return nil, &report.Kept
	}
	return merged, list
}
