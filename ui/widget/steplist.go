package widget

import (
	"time"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// Step is a line of a StepList.
type Step struct {
	Sign   SignKind // SignDone, SignWorking, SignPending, SignFailed or SignWarn
	Text   string
	Detail string
	// Time is how long it took, or how much is left to a step that is not done.
	Time string
}

// StepList shows how far something has come.
type StepList struct {
	grid

	working, resting bool
	pulse            *fyne.Animation
	phase            int
}

// timeWidth is that of the times, if they have no words that are wider.
const timeWidth = 60

// NewStepList returns an empty list.
func NewStepList() *StepList {
	s := &StepList{}
	s.init(s, theme.Gap, theme.Gap, track{width: signUnit}, track{share: 3}, track{share: 1.4}, track{width: timeWidth})
	return s
}

// Set changes everything.
func (s *StepList) Set(steps []Step) {
	rows := make([][]cell, len(steps))
	s.working = false
	times := &s.tracks[len(s.tracks)-1]
	times.width = timeWidth
	for i, step := range steps {
		color := fynetheme.ColorNameForeground
		if step.Sign == SignPending {
			color = theme.ColorMuted
		}
		muted := TextStyle{Color: theme.ColorMuted, Fit: FitWrap}
		rows[i] = []cell{
			{sign: step.Sign},
			{text: step.Text, style: TextStyle{Color: color, Fit: FitWrap, Bold: step.Sign == SignWorking}},
			{text: step.Detail, style: muted},
			{text: step.Time, style: TextStyle{Color: theme.ColorMuted, Fit: FitEllipsis, Align: fyne.TextAlignTrailing}},
		}
		times.width = fyne.Max(times.width, (noteMeasure(&s.grid).width(step.Time)+1)/theme.TextScale())
		s.working = s.working || step.Sign == SignWorking
	}
	s.set(rows)
	s.run(s.working && !s.resting)
}

// Rest keeps the sign of work from moving, or lets it move again.
func (s *StepList) Rest(resting bool) {
	s.resting = resting
	s.run(s.working && !resting)
}

// Hide stops the pulse with the list.
func (s *StepList) Hide() {
	s.working = false
	s.run(false)
	s.grid.Hide()
}

// pulseTime is how long the dots take to go round.
const pulseTime = 1600 * time.Millisecond

// run starts or stops the pulse. The animation ticks with every frame, but
// only a step of the dots, five times a second, draws anything.
func (s *StepList) run(on bool) {
	if on == (s.pulse != nil) {
		return
	}
	if !on {
		s.pulse.Stop()
		s.pulse = nil
		return
	}
	s.pulse = fyne.NewAnimation(pulseTime, func(done float32) { s.turn(int(done * signDots)) })
	s.pulse.Curve = fyne.AnimationLinear
	s.pulse.RepeatCount = fyne.AnimationRepeatForever
	s.pulse.Start()
}

func (s *StepList) turn(phase int) {
	phase %= signDots
	if s.phase == phase {
		return
	}
	s.phase = phase
	if s.painted == nil {
		return
	}
	for _, row := range s.painted.signs {
		for _, sign := range row {
			sign.turn(phase)
		}
	}
}
