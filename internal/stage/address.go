package stage

import "regexp"

// Address is the API's address of one's own.
type Address struct {
	Domain      string // empty without one
	Certificate string // ARN in Certificate Manager, of the stack's region
	Zone        string // id of the hosted zone that the domain is in; empty if its DNS is elsewhere
	// KeepOld leaves the address that API Gateway has given, too, for apps that have it.
	KeepOld bool
}

var (
	// certificateForm has the region, which must be the API's own, as its group.
	certificateForm = regexp.MustCompile(`^arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate/[0-9a-f-]+$`)
	domainForm      = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`)
	zoneForm        = regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)
)

// address is the API's own, of which a domain and its certificate are the least.
func (r *reader) address(region string) Address {
	a := Address{
		Domain: r.text("domain", ""), Certificate: r.text("certificateArn", ""), Zone: r.text("hostedZoneId", ""), KeepOld: r.flag("keepOldUrl", "false"),
	}
	if a.Domain == "" {
		for _, name := range []string{"certificateArn", "hostedZoneId"} {
			if r.text(name, "") != "" {
				r.refuse("context %s needs domain, too", name)
			}
		}
		if a.KeepOld {
			r.refuse("context keepOldUrl=true needs domain, too")
		}
		return a
	}
	if len(a.Domain) > 253 || !domainForm.MatchString(a.Domain) {
		r.refuse("context domain=%s must be a name such as agents.example.com, in lower case", a.Domain)
	}
	if a.Zone != "" && !zoneForm.MatchString(a.Zone) {
		r.refuse("context hostedZoneId=%s must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ", a.Zone)
	}
	r.certificate(a.Certificate, region)
	return a
}

// certificate refuses one that API Gateway would, half an hour into a deployment.
func (r *reader) certificate(arn, region string) {
	parts := certificateForm.FindStringSubmatch(arn)
	switch {
	case arn == "":
		r.refuse("context domain needs certificateArn, too")
	case parts == nil:
		r.refuse("context certificateArn=%s must be the ARN of a certificate in Certificate Manager", arn)
	case region != "" && parts[1] != region:
		r.refuse("context certificateArn=%s must be of %s, where the API is", arn, region)
	}
}
