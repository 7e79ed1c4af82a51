// Package letters sends letters by SES.
package letters

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
)

// Mail sends letters by SES, as plain text. Both fields must be set.
type Mail struct {
	SES interface {
		SendEmail(ctx context.Context, in *sesv2.SendEmailInput, o ...func(*sesv2.Options)) (*sesv2.SendEmailOutput, error)
	}
	From string // an address that SES has verified, or one of a domain that it has
}

// Part gives a desk its mail, where the stage has some.
func Part(d *desk.Desk, e cloud.Environment) {
	if e.MailFrom != "" {
		d.Mail = &Mail{SES: sesv2.NewFromConfig(e.Within(cloud.UserTry)), From: e.MailFrom}
	}
}

// Send implements desk.Mail. SES refuses input that it cannot read for good, and of that only
// the address differs from letter to letter. A message that it rejects is tried again: it also
// says so of a sender that is not verified, which somebody can mend.
// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
func (m *Mail) Send(ctx context.Context, l desk.Letter) error {
	content := func(s string) *types.Content { return &types.Content{Data: &s, Charset: aws.String("UTF-8")} }
	_, err := m.SES.SendEmail(ctx, &sesv2.SendEmailInput{
		FromEmailAddress: &m.From,
		Destination:      &types.Destination{ToAddresses: []string{l.To}},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: content(l.Subject()), Body: &types.Body{Text: content(l.Text())},
		}},
	})
	switch {
	case err == nil:
		return nil
	case cloud.Code(err) == "BadRequestException":
		return fmt.Errorf("cloud: SendEmail: %w: %w", desk.ErrNoSuchAddress, err)
	default:
		return fmt.Errorf("cloud: SendEmail: %w", err)
	}
}
