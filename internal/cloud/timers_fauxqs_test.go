package cloud_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/connectnow/backend/internal/programs"
)

// fauxqs returns a client of an SQS that runs beside the test process, and a new queue
// in it. Where it cannot be had the test is skipped, unless CI is set: then it fails.
func fauxqs(t *testing.T) (client *sqs.Client, queueURL string) {
	t.Helper()
	url := programs.Need(t, "fauxqs", startFauxqs)
	client = sqs.New(sqs.Options{
		Region:       "eu-central-1",
		BaseEndpoint: &url,
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	name := strings.ReplaceAll(t.Name(), "/", "-")
	q, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return client, *q.QueueUrl
}

// fauxqsInput keeps fauxqs alive: it ends when its standard input does, however the
// test process ends.
var fauxqsInput io.Closer

// startFauxqs installs and starts it once for the test process and returns its URL.
var startFauxqs = sync.OnceValues(func() (string, error) {
	folder, err := programs.FromNPM("internal/cloud/testdata/fauxqs")
	if err != nil {
		return "", err
	}

	run := exec.Command("node", "start.mjs")
	run.Dir = folder
	run.Stderr = os.Stderr
	out, err := run.StdoutPipe()
	if err != nil {
		return "", err
	}
	if fauxqsInput, err = run.StdinPipe(); err != nil {
		return "", err
	}
	if err := run.Start(); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", errors.Join(fmt.Errorf("fauxqs said nothing: %w", err), run.Wait())
	}
	return strings.TrimSpace(line), nil
})
