package restore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// standsIn is set for the test's own program where it plays the AWS CLI.
const standsIn = "CONNECTNOW_STANDS_IN_FOR_AWS"

func TestMain(m *testing.M) {
	if how := os.Getenv(standsIn); how != "" {
		os.Exit(standIn(how, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// standIn does what the AWS CLI does of what the script needs: aws SERVICE OPERATION
// --option value. An old one knows nothing of what tables can have nowadays.
func standIn(how string, args []string) int {
	if len(args) < 2 {
		fmt.Println("aws-cli/2.9.19")
		return 0
	}
	if slices.Contains(args, "--generate-cli-skeleton") {
		fmt.Println(map[string]string{"new": `{"TableName": "", "OnDemandThroughput": {}}`, "old": `{"TableName": ""}`}[how])
		return 0
	}
	operation, in, query, text := pascal(args[1]), object{}, "", false
	for i := 2; i < len(args); i++ {
		name := strings.TrimPrefix(args[i], "--")
		if i+1 == len(args) || strings.HasPrefix(args[i+1], "--") {
			flag, off := strings.CutPrefix(name, "no-")
			in[pascal(flag)] = !off
			continue
		}
		i++
		switch name {
		case "output":
			text = args[i] == "text"
		case "query":
			query = args[i]
		default:
			in[pascal(name)] = value(name, args[i])
		}
	}
	return send(operation, in, query, text)
}

// find follows a path of JMESPath into an answer: a.b, or a.[b,c] for several, which are
// printed in one line. Python's words say what is true, or not there.
func find(out object, path string) string {
	before, several, are := strings.Cut(strings.TrimSuffix(path, "]"), "[")
	if are {
		var found []string
		for one := range strings.SplitSeq(several, ",") {
			found = append(found, find(out, before+one))
		}
		return strings.Join(found, "\t")
	}
	var v any = out
	for name := range strings.SplitSeq(path, ".") {
		o, _ := v.(object)
		v = o[name]
	}
	switch v {
	case nil:
		return "None"
	case true:
		return "True"
	case false:
		return "False"
	}
	return fmt.Sprint(v)
}

// pascal makes of an option's name that of the parameter.
func pascal(option string) string {
	if option == "uuid" {
		return "UUID"
	}
	var b strings.Builder
	for word := range strings.SplitSeq(option, "-") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func value(option, text string) any {
	var v any
	if n, err := strconv.Atoi(text); err == nil && option == "reserved-concurrent-executions" {
		return n
	}
	if option != "value" && strings.ContainsAny(text[:1], "[{") && json.Unmarshal([]byte(text), &v) == nil {
		return v
	}
	return text
}

func send(operation string, in object, query string, text bool) int {
	body, err := json.Marshal(in)
	if err != nil {
		panic(err)
	}
	r, err := http.Post(os.Getenv("AWS_ENDPOINT_URL")+"/stand-in/"+operation, "application/json", bytes.NewReader(body)) //nolint:noctx // loopback
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 255
	}
	defer r.Body.Close()
	var out object
	if err := json.NewDecoder(r.Body).Decode(&out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 255
	}
	switch {
	case r.StatusCode != http.StatusOK:
		fmt.Fprintf(os.Stderr, "\nAn error occurred (%s) when calling the %s operation: %s\n", out["__type"], operation, out["message"])
		return 254
	case query != "":
		fmt.Println(find(out, query))
	case text:
		for _, i := range out["Items"].([]any) {
			fmt.Printf("SK\t%s\n", i.(object)["sk"].(object)["S"])
		}
	case len(out) > 0:
		_ = json.NewEncoder(os.Stdout).Encode(out)
	}
	return 0
}
