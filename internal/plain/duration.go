package plain

import (
	"fmt"
	"math"
	"time"
)

// Duration is about how long something is: "5 minutes". Less than two seconds are "a
// moment".
func Duration(d time.Duration) string {
	if d < 2*time.Second {
		return "a moment"
	}
	return inOneUnit(d, math.Round)
}

// Whole is a time that has passed or is left, in whole units: of almost three days,
// "2 days".
func Whole(d time.Duration) string { return inOneUnit(d, math.Floor) }

// Wait is how long to wait for something, at least: of 61 minutes and a second, "62
// minutes".
func Wait(d time.Duration) string { return inOneUnit(d, math.Ceil) }

// day is a day without a change of the clocks.
const day = 24 * time.Hour

// inOneUnit counts in the largest unit of which there are two, so that little is lost,
// or in a larger one if that says the same: "90 minutes", but "1 hour".
func inOneUnit(d time.Duration, round func(float64) float64) string {
	n, unit := inUnits(d, round)
	return Count(n, string(unit))
}

// Unit is what a length of time is counted in.
type Unit string

// The units, the smallest first.
const (
	Seconds Unit = "second"
	Minutes Unit = "minute"
	Hours   Unit = "hour"
	Days    Unit = "day"
	Months  Unit = "month"
	Years   Unit = "year"
)

// InUnits is [Whole] for other languages: how many of which unit.
func InUnits(d time.Duration) (int, Unit) { return inUnits(d, math.Floor) }

func inUnits(d time.Duration, round func(float64) float64) (int, Unit) {
	d = max(d, 0)
	n, name := round(d.Seconds()), Seconds
	for _, next := range []struct {
		unit time.Duration
		of   float64 // the unit before it; 0 if it is only about that long
		name Unit
	}{
		{time.Minute, 60, Minutes}, {time.Hour, 60, Hours}, {day, 24, Days}, {30 * day, 0, Months}, {365 * day, 0, Years},
	} {
		same := next.of > 0 && n >= next.of && math.Mod(n, next.of) == 0
		if d < 2*next.unit && !same {
			break
		}
		n, name = round(float64(d)/float64(next.unit)), next.name
	}
	return int(n), name
}

// Relative is a moment as seen from now: "in 47 minutes", "3 hours ago". What was less
// than a minute ago was just now. A zero time is "not
// known".
func Relative(now, t time.Time) string {
	d := t.Sub(now)
	switch {
	case t.IsZero():
		return "not known"
	case d > -time.Minute && d <= 0:
		return "just now"
	case d > 0 && d < 10*time.Second:
		return "in a moment"
	case d > 0 && d < time.Minute:
		return "in " + Whole(d)
	case d > 0:
		return "in " + Whole(d.Truncate(time.Minute))
	}
	return Whole((-d).Truncate(time.Minute)) + " ago"
}

// Brief is a length of time where there is little room: "7 h 12 min", under an hour
// "47 min", and in the last minute "47 s".
func Brief(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < day:
		return inTwoUnits(d, time.Hour, "h", time.Minute, "min")
	}
	return inTwoUnits(d, day, "d", time.Hour, "h")
}

func inTwoUnits(d, big time.Duration, bigName string, small time.Duration, smallName string) string {
	s := fmt.Sprintf("%d %s", d/big, bigName)
	if rest := d % big / small; rest > 0 {
		s += fmt.Sprintf(" %d %s", rest, smallName)
	}
	return s
}

// Took is how long something of the program took: "2 ms", "1.4 s", "18 s". A negative
// one, of a clock that was set, is "".
func Took(d time.Duration) string {
	switch took := Rounded(d); {
	case d < 0:
		return ""
	case d < time.Millisecond:
		return "<1 ms"
	case took < time.Second:
		return fmt.Sprintf("%d ms", took/time.Millisecond)
	case took < 10*time.Second:
		return fmt.Sprintf("%.1f s", took.Seconds())
	default:
		return Brief(took)
	}
}

// Rounded is what something took as exactly as it is told: to a millisecond under a second,
// to a tenth of a second under ten, and to a second from there.
func Rounded(d time.Duration) time.Duration {
	if r := d.Round(time.Millisecond); r < time.Second {
		return r
	}
	if r := d.Round(100 * time.Millisecond); r < 10*time.Second {
		return r
	}
	return d.Round(time.Second)
}
