package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
)

// answer is what the function answered: its text, whether it made the account or the sign-in of
// one that was there, and whether it took a second factor. Functions of an older version do not
// say.
type answer struct {
	text      string
	Created   *bool `json:"created"`
	Restored  bool  `json:"restored"`
	TOTPTaken bool  `json:"totpTaken"`
}

// invoke has the function do what is asked.
func invoke(ctx context.Context, client *lambda.Client, r *request) (answer, error) {
	payload, err := json.Marshal(r.payload())
	if err != nil {
		return answer{}, err
	}
	out, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &r.function, Payload: payload})
	if err != nil {
		return answer{}, uninvoked(r.function, client.Options().Region, err)
	}
	if out.FunctionError != nil {
		return answer{}, r.refused(out.Payload)
	}
	made := answer{text: strings.TrimSpace(string(out.Payload))}
	if err := json.Unmarshal(out.Payload, &made); err != nil {
		return answer{}, fmt.Errorf("%s answered what is no answer: %s", r.function, made.text)
	}
	return made, nil
}

// uninvoked says why the function was not reached.
func uninvoked(function, region string, err error) error {
	if none := (*types.ResourceNotFoundException)(nil); errors.As(err, &none) {
		return fmt.Errorf("there is no function %s in %s\na stage's is connectnow-STAGE-provision, in the region and the account to which it was deployed", function, region)
	}
	if refused := smithy.APIError(nil); errors.As(err, &refused) {
		return fmt.Errorf("invoking %s: %s: %s", function, refused.ErrorCode(), refused.ErrorMessage())
	}
	return fmt.Errorf("invoking %s: %w", function, err)
}

// refused tells a refusal, one line a field by the names of the options. What the function
// could not say itself, such as that it ran out of time, is told as Lambda has it.
func (r *request) refused(payload []byte) error {
	var failed struct{ ErrorType, ErrorMessage string }
	var problem struct {
		Detail string
		Errors []struct{ Field, Detail string }
	}
	if json.Unmarshal(payload, &failed) != nil || json.Unmarshal([]byte(failed.ErrorMessage), &problem) != nil || problem.Detail == "" {
		return fmt.Errorf("%s failed: %s", r.function, payload)
	}
	names := map[string]string{"owner.password": "the owner's password"}
	for _, o := range r.options() {
		names[o.field] = "-" + o.name
	}
	switch {
	case r.unlock != nil:
		names = unlockFields
	case r.connect != nil:
		names = connectFields
	}
	lines := []error{errors.New("refused: " + problem.Detail)}
	for _, e := range problem.Errors {
		name, known := names[e.Field]
		if !known {
			name = e.Field
		}
		lines = append(lines, fmt.Errorf("%s %s", name, e.Detail))
	}
	return errors.Join(lines...)
}
