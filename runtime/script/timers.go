package script

import (
	"container/heap"
	"context"
	"slices"
	"time"

	"github.com/dop251/goja"
)

// timers are what setTimeout and setInterval have set, in the order in which they fall due.
type timers struct {
	queue   timerQueue
	last    int64 // the number of the latest
	timeout int   // how many of the queue keep the script alive
}

// timer is one of them.
type timer struct {
	number   int64
	due      time.Time
	interval time.Duration // 0: fires once
	idle     bool          // nothing waits for it: unref() was called
	callback goja.Callable
	args     []goja.Value
}

// keepsAlive reports whether a script ends only after the timer.
func (tm *timer) keepsAlive() bool { return tm.interval == 0 && !tm.idle }

// add sets a timer. Its number grows, so that two that fall due at once keep their order.
func (t *timers) add(tm timer) int64 {
	t.last++
	tm.number = t.last
	t.push(&tm)
	return tm.number
}

func (t *timers) push(tm *timer) {
	heap.Push(&t.queue, tm)
	if tm.keepsAlive() {
		t.timeout++
	}
}

func (t *timers) pop(index int) *timer {
	tm := heap.Remove(&t.queue, index).(*timer)
	if tm.keepsAlive() {
		t.timeout--
	}
	return tm
}

// take removes a timer and returns it; nil if no timer has that number, or if it has fired.
func (t *timers) take(number int64) *timer {
	for i, tm := range t.queue {
		if tm.number == number {
			return t.pop(i)
		}
	}
	return nil
}

// change takes a timer out, if it has not fired, and puts it back changed.
func (t *timers) change(number int64, how func(*timer)) {
	if tm := t.take(number); tm != nil {
		how(tm)
		t.push(tm)
	}
}

// next takes the timer that falls due next. Intervals alone do not keep a script alive; they count only while it waits
// for a promise that one of them may settle.
func (t *timers) next(waiting bool) *timer {
	if t.timeout == 0 && (!waiting || len(t.queue) == 0) {
		return nil
	}
	return t.pop(0)
}

// any reports whether something is set that the script should have ended itself.
func (t *timers) any() bool {
	return slices.ContainsFunc(t.queue, func(tm *timer) bool { return !tm.idle })
}

// fire waits until a timer is due and calls its function.
func (vm *VM) fire(t *timer) error {
	if err := vm.wait(time.Until(t.due)); err != nil {
		return err
	}
	if t.interval > 0 {
		t.due = time.Now().Add(t.interval)
		vm.timers.push(t)
	}
	_, err := t.callback(goja.Undefined(), t.args...)
	return err
}

// wait lets time pass. It fails when the call is interrupted meanwhile.
func (vm *VM) wait(d time.Duration) error {
	raised, cause := vm.interrupt.pending()
	if cause != nil || d <= 0 {
		return cause
	}
	delay := time.NewTimer(d)
	defer delay.Stop()
	select {
	case <-delay.C:
		return nil
	case <-raised:
		_, cause = vm.interrupt.pending()
		return cause
	case <-vm.ctx.Done():
		vm.Interrupt(context.Cause(vm.ctx))
		return context.Cause(vm.ctx)
	}
}

// timerQueue implements heap.Interface.
type timerQueue []*timer

func (q timerQueue) Len() int { return len(q) }
func (q timerQueue) Less(i, j int) bool {
	if !q[i].due.Equal(q[j].due) {
		return q[i].due.Before(q[j].due)
	}
	return q[i].number < q[j].number
}
func (q timerQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

func (q *timerQueue) Push(x any) { *q = append(*q, x.(*timer)) }
func (q *timerQueue) Pop() any {
	old := *q
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return last
}
