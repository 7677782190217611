package words

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2/lang"
	"github.com/claviger/claviger/internal/plain"
)

// Clock writes a moment as people say it, in local time: "today 15:02".
func Clock(now, t time.Time) string {
	if t.IsZero() {
		return lang.L("not known")
	}
	t = t.In(now.Location())
	at := map[string]any{"Clock": t.Format("15:04")}
	switch days := dayNumber(t) - dayNumber(now); {
	case days == 0:
		return lang.L("today {{.Clock}}", at)
	case days == 1:
		return lang.L("tomorrow {{.Clock}}", at)
	case days == -1:
		return lang.L("yesterday {{.Clock}}", at)
	case t.Year() == now.Year():
		at["Date"] = shortDate(t)
	default:
		at["Date"] = fullDate(t)
	}
	return lang.L("{{.Date}} {{.Clock}}", at)
}

// dayNumber counts calendar days, whatever hours daylight saving moves.
func dayNumber(t time.Time) int64 {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// Countdown writes what is left as minutes and seconds: "4:31".
func Countdown(d time.Duration) string {
	// Rounded up, so that it ends on 0:00 and not before.
	s := int((max(d, 0) + time.Second - 1) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// ClockOnly writes a moment without "today": "15:02", "yesterday 18:40".
func ClockOnly(now, t time.Time) string {
	if !t.IsZero() && dayNumber(t.In(now.Location())) == dayNumber(now) {
		return t.In(now.Location()).Format("15:04")
	}
	return Clock(now, t)
}

// dayTitle heads the entries of a day.
func dayTitle(t, now time.Time) string {
	t = t.In(now.Location())
	switch days := dayNumber(t) - dayNumber(now); {
	case days == 0:
		return lang.L("Today")
	case days == -1:
		return lang.L("Yesterday")
	case t.Year() == now.Year():
		return lang.X("date.weekday", "{{.Weekday}}, {{.Day}} {{.Month}}", dateParts(t))
	default:
		return fullDate(t)
	}
}

// shortDate is a day of this year: "2 January".
func shortDate(t time.Time) string { return lang.X("date.short", "{{.Day}} {{.Month}}", dateParts(t)) }

// fullDate is a day: "2 January 2006".
func fullDate(t time.Time) string {
	return lang.X("date.full", "{{.Day}} {{.Month}} {{.Year}}", dateParts(t))
}

// dateParts are what a language makes a date of.
func dateParts(t time.Time) map[string]any {
	return map[string]any{
		"Year": t.Year(), "Month": month(t.Month()), "MonthNumber": int(t.Month()),
		"Day": t.Day(), "Weekday": weekday(t.Weekday()),
	}
}

func month(m time.Month) string {
	return [...]func() string{
		func() string { return lang.L("January") }, func() string { return lang.L("February") }, func() string { return lang.L("March") },
		func() string { return lang.L("April") }, func() string { return lang.L("May") }, func() string { return lang.L("June") },
		func() string { return lang.L("July") }, func() string { return lang.L("August") }, func() string { return lang.L("September") },
		func() string { return lang.L("October") }, func() string { return lang.L("November") }, func() string { return lang.L("December") },
	}[m-1]()
}

func weekday(d time.Weekday) string {
	return [...]func() string{
		func() string { return lang.L("Sunday") }, func() string { return lang.L("Monday") }, func() string { return lang.L("Tuesday") },
		func() string { return lang.L("Wednesday") }, func() string { return lang.L("Thursday") }, func() string { return lang.L("Friday") },
		func() string { return lang.L("Saturday") },
	}[d]()
}

// Relative is a moment as seen from now: "in 47 minutes", "3 hours ago". What was less
// than a minute ago was just now. A zero time is "not known".
func Relative(now, t time.Time) string {
	d := t.Sub(now)
	switch {
	case t.IsZero():
		return lang.L("not known")
	case d > -time.Minute && d <= 0:
		return lang.L("just now")
	case d > 0 && d < 10*time.Second:
		return lang.L("in a moment")
	case d > 0 && d < time.Minute:
		return inUnits(plain.InUnits(d)).ahead
	case d > 0:
		return inUnits(plain.InUnits(d.Truncate(time.Minute))).ahead
	}
	return inUnits(plain.InUnits((-d).Truncate(time.Minute))).ago
}

// counted is a length of time: from now on, before now, and by itself.
type counted struct{ ahead, ago, whole string }

func inUnits(n int, unit plain.Unit) counted {
	count := map[string]any{"Count": n}
	switch unit {
	case plain.Seconds:
		return counted{lang.N("in {{.Count}} seconds", n, count), lang.N("{{.Count}} seconds ago", n, count), lang.N("{{.Count}} seconds", n, count)}
	case plain.Minutes:
		return counted{lang.N("in {{.Count}} minutes", n, count), lang.N("{{.Count}} minutes ago", n, count), lang.N("{{.Count}} minutes", n, count)}
	case plain.Hours:
		return counted{lang.N("in {{.Count}} hours", n, count), lang.N("{{.Count}} hours ago", n, count), lang.N("{{.Count}} hours", n, count)}
	case plain.Days:
		return counted{lang.N("in {{.Count}} days", n, count), lang.N("{{.Count}} days ago", n, count), lang.N("{{.Count}} days", n, count)}
	case plain.Months:
		return counted{lang.N("in {{.Count}} months", n, count), lang.N("{{.Count}} months ago", n, count), lang.N("{{.Count}} months", n, count)}
	default:
		return counted{lang.N("in {{.Count}} years", n, count), lang.N("{{.Count}} years ago", n, count), lang.N("{{.Count}} years", n, count)}
	}
}

// Took is how long something of the program took: "2 ms", "1.4 s", "18 s", "2 minutes". A
// negative one, of a clock that was set, is "".
func Took(d time.Duration) string {
	switch took := plain.Rounded(d); {
	case d < 0:
		return ""
	case d < time.Millisecond:
		return lang.L("<1 ms")
	case took < time.Second:
		return lang.L("{{.Count}} ms", map[string]any{"Count": int(took / time.Millisecond)})
	case took < 10*time.Second:
		tenths := int(took / (100 * time.Millisecond))
		return lang.L("{{.Whole}}.{{.Tenth}} s", map[string]any{"Whole": tenths / 10, "Tenth": tenths % 10})
	case took < time.Minute:
		return lang.L("{{.Seconds}} s", map[string]any{"Seconds": int(took / time.Second)})
	default:
		return Whole(took)
	}
}

// Whole is a time that has passed or is left, in whole units: of almost three days,
// "2 days".
func Whole(d time.Duration) string { return inUnits(plain.InUnits(d)).whole }
