package words

import (
	"fmt"
	"strings"
	"time"
)

// Clock writes a moment as people say it, in local time: "today 15:02".
func Clock(now, t time.Time) string {
	if t.IsZero() {
		return "not known"
	}
	t = t.In(now.Location())
	clock := t.Format("15:04")
	switch days := dayNumber(t) - dayNumber(now); {
	case days == 0:
		return "today " + clock
	case days == 1:
		return "tomorrow " + clock
	case days == -1:
		return "yesterday " + clock
	case t.Year() == now.Year():
		return t.Format("2 January ") + clock
	default:
		return t.Format("2 January 2006 ") + clock
	}
}

// dayNumber counts calendar days, whatever hours daylight saving moves.
func dayNumber(t time.Time) int64 {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// Relative writes a moment as seen from now: "in 47 minutes", "3 hours ago". What
// was less than a minute ago was just now.
func Relative(now, t time.Time) string {
	if t.IsZero() {
		return "not known"
	}
	d := t.Sub(now)
	if d > -time.Minute && d <= 0 {
		return "just now"
	}
	if d > 0 && d < 10*time.Second {
		return "in a moment"
	}
	if d < 0 {
		return roughly(-d) + " ago"
	}
	return "in " + roughly(d)
}

// roughly writes a duration in its largest unit.
func roughly(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return Count(int(d/time.Second), "second")
	case d < time.Hour:
		return Count(int(d/time.Minute), "minute")
	case d < day:
		return Count(int(d/time.Hour), "hour")
	case d < 60*day:
		return Count(int(d/day), "day")
	case d < 2*365*day:
		return Count(int(d/(30*day)), "month")
	default:
		return Count(int(d/(365*day)), "year")
	}
}

// Span writes a duration in two units, "7 h 12 min", or under an hour in one: "47
// min", and "47 s" in the last minute.
func Span(d time.Duration) string {
	d = max(d, 0)
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < day:
		return two(d, time.Hour, "h", time.Minute, "min")
	default:
		return two(d, day, "d", time.Hour, "h")
	}
}

func two(d, big time.Duration, bigName string, small time.Duration, smallName string) string {
	s := fmt.Sprintf("%d %s", d/big, bigName)
	if rest := d % big / small; rest > 0 {
		s += fmt.Sprintf(" %d %s", rest, smallName)
	}
	return s
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

// Took writes how long something took: "2 ms", "1.4 s", "18 s".
func Took(d time.Duration) string {
	switch {
	case d < 0:
		return ""
	case d < time.Millisecond:
		return "<1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond)/time.Millisecond)
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return Span(d)
	}
}

// ClockOnly writes a moment without "today": "15:02", "yesterday 18:40".
func ClockOnly(now, t time.Time) string { return strings.TrimPrefix(Clock(now, t), "today ") }

// dayTitle heads the entries of a day.
func dayTitle(t, now time.Time) string {
	t = t.In(now.Location())
	switch days := dayNumber(t) - dayNumber(now); {
	case days == 0:
		return "Today"
	case days == -1:
		return "Yesterday"
	case t.Year() == now.Year():
		return t.Format("Monday, 2 January")
	default:
		return t.Format("2 January 2006")
	}
}
