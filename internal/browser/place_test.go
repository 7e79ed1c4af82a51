package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// place is where stories play, one at a time: a node process with a browser. Both are started for
// the first of them, and anew after one that failed.
type place struct {
	stage    stage
	node     *exec.Cmd // nil where it is not started
	in       io.WriteCloser
	outcomes chan outcome // closed when node ends
	errors   bytes.Buffer // complete when it has ended
}

// outcome is what became of a story, as node tells it.
type outcome struct {
	Failed bool   `json:"failed"`
	Said   string `json:"said"`
}

// tell plays a story and gives what it notes. The error of one that fails is what it says.
func (p *place) tell(ctx context.Context, file string) (string, error) {
	if p.node == nil {
		if err := p.open(); err != nil {
			return "", err
		}
	}
	if _, err := fmt.Fprintln(p.in, file); err != nil {
		return "", fmt.Errorf("%w\n%s", err, p.close())
	}
	select {
	case o, told := <-p.outcomes:
		if told && !o.Failed {
			return o.Said, nil
		}
		return "", errors.New(o.Said + p.close())
	case <-ctx.Done():
		return "", fmt.Errorf("%w\n%s", ctx.Err(), p.close())
	}
}

// open starts node. It ends with its standard input, and browser and sandboxes with it.
func (p *place) open() error {
	s := p.stage
	node := exec.Command("node", "testdata/harness/place.mjs")
	node.Env = append(os.Environ(), "STORY_SANDBOX="+s.sandbox, "STORY_CHROMIUM="+s.chromium, "STORY_MODULES="+s.modules, "STORY_SCREENS="+s.screens, "STORY_LAWS="+s.laws, "STORY_CHANGE="+s.change, "STORY_PICTURES="+os.Getenv("SCREENS"))
	node.WaitDelay = 20 * time.Second
	in, err := node.StdinPipe()
	if err != nil {
		return err
	}
	out, err := node.StdoutPipe()
	if err != nil {
		return err
	}
	p.errors.Reset()
	node.Stderr = &p.errors
	if err := node.Start(); err != nil {
		return err
	}
	outcomes := make(chan outcome, 1) // of a story that nobody waits for any more
	go func() {
		defer close(outcomes)
		for told := json.NewDecoder(out); ; {
			var o outcome
			if told.Decode(&o) != nil {
				return
			}
			outcomes <- o
		}
	}()
	p.node, p.in, p.outcomes = node, in, outcomes
	return nil
}

// close ends node, and gives what it said of itself.
func (p *place) close() string {
	if p.node == nil {
		return ""
	}
	p.in.Close()
	kill := time.AfterFunc(p.node.WaitDelay, func() { _ = p.node.Process.Kill() })
	for range p.outcomes {
	}
	kill.Stop()
	err := p.node.Wait()
	p.node = nil
	if err != nil {
		return fmt.Sprintf("\nnode: %v\n%s", err, p.errors.String())
	}
	return p.errors.String()
}
