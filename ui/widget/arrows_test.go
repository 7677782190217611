package widget

import (
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"
)

func TestArrowKeysGoThroughAGrid(t *testing.T) {
	fynetest.NewTempApp(t)
	var cards []fyne.CanvasObject
	for range 7 {
		cards = append(cards, NewProviderCard(Provider{Name: "x"}, func() {}))
	}
	grid := NewCardGrid(10, 100, 3, cards...)
	grid.Resize(fyne.NewSize(400, 600))
	at := 0
	above := NewButton("Above", ButtonPrimary, nil)
	up := false
	LinkArrows(grid, func(f fyne.Focusable) {
		up = f == fyne.Focusable(above)
		for i, c := range cards {
			if c == f.(fyne.CanvasObject) {
				at = i
			}
		}
	}, above)
	for _, step := range []struct {
		key  fyne.KeyName
		want int
	}{
		{fyne.KeyLeft, 0},
		{fyne.KeyUp, 0},
		{fyne.KeyRight, 1},
		{fyne.KeyDown, 4},
		{fyne.KeyRight, 5},
		{fyne.KeyRight, 6},
		{fyne.KeyRight, 6},
		{fyne.KeyDown, 6},
		{fyne.KeyUp, 3},
		{fyne.KeyLeft, 2},
		{fyne.KeyDown, 5},
		{fyne.KeyDown, 6},
		{fyne.KeyHome, 0},
		{fyne.KeyEnd, 6},
	} {
		cards[at].(*ProviderCard).TypedKey(&fyne.KeyEvent{Name: step.key})
		if at != step.want {
			t.Fatalf("%s leads to %d, want %d", step.key, at, step.want)
		}
	}
	cards[1].(*ProviderCard).TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	if !up {
		t.Error("up from the first line leads nowhere")
	}
	above.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if up || at != 0 {
		t.Errorf("down from above leads to %d", at)
	}
}

func TestArrowKeysGoThroughChips(t *testing.T) {
	fynetest.NewTempApp(t)
	var chips []fyne.CanvasObject
	for _, text := range []string{"a long chip here", "short", "another long one", "x", "y"} {
		chips = append(chips, NewToggleChip(text, false, nil))
	}
	chips[1].(*ToggleChip).Disable()
	flow := NewFlow(6, 6, chips...)
	flow.Resize(fyne.NewSize(240, 300))
	at := 0
	LinkArrows(flow, func(f fyne.Focusable) {
		for i, c := range chips {
			if c == f.(fyne.CanvasObject) {
				at = i
			}
		}
	}, nil)
	press := func(key fyne.KeyName) { chips[at].(*ToggleChip).TypedKey(&fyne.KeyEvent{Name: key}) }
	press(fyne.KeyRight)
	if at != 2 {
		t.Fatalf("past a chip that is switched off: %d", at)
	}
	if chips[2].Position().Y <= chips[0].Position().Y {
		t.Fatal("the flow has one line: nothing is tested")
	}
	press(fyne.KeyUp)
	if at != 0 {
		t.Errorf("up leads to %d", at)
	}
	if chips[0].(*ToggleChip).On() {
		t.Error("an arrow key switches a chip")
	}
}
