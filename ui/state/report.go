package state

import (
	"context"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/ui/words"
)

// ReportName is the proposed name of a report's file.
func ReportName(now time.Time) string {
	return "claviger-report-" + now.UTC().Format("20060102-150405") + ".txt"
}

// reportPatience bounds the making of a report, which looks at what may hang.
const reportPatience = time.Minute

// SaveReport writes what a bug report about the chosen account needs into a file.
func (s *Store) SaveReport(path string) {
	id := s.st.Selected
	if path == "" || id == "" || s.sv.Report == nil || s.reporting {
		return
	}
	s.reporting = true
	s.notify(NoticeInfo, lang.L("The report is being made…"))
	s.run(slotReport, func(j *job) {
		ctx, cancel := context.WithTimeout(j, reportPatience)
		defer cancel()
		text, err := s.sv.Report(ctx, id)
		var writeErr error
		if err == nil {
			writeErr = durable.Replace(path, []byte(text))
		}
		j.do(func() {
			s.reporting = false
			switch {
			case err != nil:
				s.notify(NoticeWarn, words.OneLine(s.explain(err, nil, "")))
			case writeErr != nil:
				s.notify(NoticeWarn, lang.L("The file could not be written: {{.Path}}", map[string]any{"Path": path}))
			default:
				s.notify(NoticeGood, lang.L("Written to {{.Path}}. Read it before you send it; it begins with a list of what is in it.", map[string]any{"Path": path}))
			}
		})
	})
}
