package cloud_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// fauxqs returns a client of an SQS that runs beside the test process, and a new queue
// in it. Where it cannot be had the test is skipped, unless CI is set: then it fails.
func fauxqs(t *testing.T) (client *sqs.Client, queueURL string) {
	t.Helper()
	if testing.Short() || os.Getenv("CONNECTNOW_SHORT") == "1" {
		t.Skip("short: without fauxqs")
	}
	url, err := startFauxqs()
	if err != nil && os.Getenv("CI") != "" {
		t.Fatalf("no fauxqs: %v", err)
	}
	if err != nil {
		t.Skipf("no fauxqs: %v", err)
	}
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
	cache := os.Getenv("CONNECTNOW_CACHE")
	if cache == "" {
		cache = filepath.Join("..", "..", ".cache")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	install := exec.CommandContext(ctx, "sh", filepath.Join("testdata", "fauxqs.sh"), cache)
	var said bytes.Buffer
	install.Stderr = &said
	folder, err := install.Output()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, bytes.TrimSpace(said.Bytes()))
	}

	run := exec.Command("node", "start.mjs")
	run.Dir = string(bytes.TrimSpace(folder))
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
