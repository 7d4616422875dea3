package ui

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"migrator/runtime"
)

const (
	redrawEvery = 100 * time.Millisecond // at a terminal
	lineEvery   = 10 * time.Second       // elsewhere
	barWidth    = 24
)

// Progress shows how far something is, on stderr: as one line that is redrawn at a terminal, elsewhere as a line now
// and then and one at the end. With --quiet and --json it shows nothing. A total of 0 is unknown.
func (u *UI) Progress(total int64, label string) runtime.Progress {
	p := &progress{ui: u, label: u.clean(strings.ReplaceAll(label, "\n", " ")), total: total, begun: u.options.Now()}
	if u.options.ErrTerminal {
		p.every, p.show = redrawEvery, p.draw
		return p
	}
	// Who reads a log has no use for a line about what has just begun.
	p.every, p.show, p.shown = lineEvery, p.print, p.begun
	return p
}

// progress implements runtime.Progress.
type progress struct {
	ui    *UI
	label string
	total int64
	every time.Duration
	show  func()

	begun, shown time.Time
	done         int64
	ended        bool
}

func (p *progress) silent() bool { return p.ended || p.ui.options.Quiet || p.ui.options.JSON }

func (p *progress) Update(done int64) {
	p.done = done
	now := p.ui.options.Now()
	if p.silent() || now.Sub(p.shown) < p.every {
		return
	}
	p.shown = now
	p.show()
}

func (p *progress) Done() {
	if p.silent() {
		return
	}
	p.ended = true
	p.ui.Err.Println(p.sofar() + " in " + Duration(p.elapsed()))
}

func (p *progress) elapsed() time.Duration { return p.ui.options.Now().Sub(p.begun) }

// print writes a line.
func (p *progress) print() { p.ui.Err.Println(p.sofar() + p.left()) }

// draw redraws the line, cut to what the terminal has room for.
func (p *progress) draw() {
	line := p.sofar() + p.left()
	if p.total > 0 {
		full := int(barWidth * min(p.done, p.total) / p.total)
		line = "[" + strings.Repeat("#", full) + strings.Repeat(".", barWidth-full) + "] " + line
	}
	if runes, width := []rune(line), p.ui.Columns(); len(runes) >= width {
		line = string(runes[:width-1])
	}
	p.ui.overlay.draw(line)
}

// sofar is what is done: "users: 450 of 1000 (45%)".
func (p *progress) sofar() string {
	text := fmt.Sprint(p.done)
	if p.total > 0 {
		text = fmt.Sprintf("%d of %d (%d%%)", p.done, p.total, 100*p.done/p.total)
	}
	if p.label != "" {
		text = p.label + ": " + text
	}
	return text
}

// left is how long the rest takes if it goes on as it did; "" where that is not known.
func (p *progress) left() string {
	elapsed := p.elapsed()
	if p.done <= 0 || p.done >= p.total || elapsed < time.Second {
		return ""
	}
	left := time.Duration(float64(elapsed) / float64(p.done) * float64(p.total-p.done))
	if left < time.Second {
		return ""
	}
	return ", " + Duration(left.Round(time.Second)) + " left"
}

// overlay is a line at the bottom of the terminal that gives way to whatever else is written.
type overlay struct {
	mu    sync.Mutex
	w     io.Writer
	drawn bool
	// bottom is shown whenever nothing else is; nil shows nothing.
	bottom func() string
}

// eraseRest is the control sequence that empties the line behind the cursor.
const eraseRest = "\x1b[K"

// draw puts a line in the place of the one that is there. It is no result: that it could not be shown is no failure.
func (o *overlay) draw(line string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, _ = io.WriteString(o.w, "\r"+line+eraseRest)
	o.drawn = true
}

// settle shows the line that stays at the bottom, behind a text that ended its line.
func (o *overlay) settle(written []byte) {
	if !bytes.HasSuffix(written, []byte("\n")) {
		return
	}
	o.mu.Lock()
	bottom := o.bottom
	o.mu.Unlock()
	if bottom != nil {
		o.draw(bottom())
	}
}

// clear makes room.
func (o *overlay) clear() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.drawn {
		_, _ = io.WriteString(o.w, "\r"+eraseRest)
		o.drawn = false
	}
}
