package stage

import "regexp"

// Address is the API's address of one's own.
type Address struct {
	Domain      string // empty without one
	Certificate string // ARN in Certificate Manager, of the stack's region
	Zone        string // id of the hosted zone that the domain is in; empty if its DNS is elsewhere
	// KeepOld leaves the address that API Gateway has given, too, for apps that have it.
	KeepOld bool
	Edge    Edge
}

// Edge is what stands in front of the API at its domain.
type Edge struct {
	// On says whether CloudFront does, with a web ACL of AWS WAF.
	On          bool
	Certificate string // ARN of the domain's in us-east-1, where CloudFront looks for it
	// WebACL is the ARN of the web ACL, which is in us-east-1; empty in a stage of that region,
	// which makes it itself.
	WebACL string
	// Only asks for the stack with the web ACL alone, which a stage of another region has first.
	Only bool
}

// EdgeRegion is where CloudFront's certificates and web ACLs are, wherever the stage is.
const EdgeRegion = "us-east-1"

var (
	// certificateForm has the region, which must be the API's own, as its group.
	certificateForm = regexp.MustCompile(`^arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate/[0-9a-f-]+$`)
	domainForm      = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`)
	webACLForm      = regexp.MustCompile(`^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global/webacl/[A-Za-z0-9_-]+/[0-9a-f-]+$`)
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
		a.Edge = r.edge(a, region)
		return a
	}
	if len(a.Domain) > 253 || !domainForm.MatchString(a.Domain) {
		r.refuse("context domain=%s must be a name such as agents.example.com, in lower case", a.Domain)
	}
	if a.Zone != "" && !zoneForm.MatchString(a.Zone) {
		r.refuse("context hostedZoneId=%s must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ", a.Zone)
	}
	r.certificate("certificateArn", a.Certificate, region)
	a.Edge = r.edge(a, region)
	return a
}

// edge is what stands in front of the address. Of what it needs in us-east-1 a stage of that region
// has all itself.
func (r *reader) edge(a Address, region string) Edge {
	asked := r.text("edge", "false")
	e := Edge{On: asked == "true", Only: asked == "acl", Certificate: r.text("edgeCertificateArn", ""), WebACL: r.text("webAclArn", "")}
	switch {
	case asked != "true" && asked != "acl" && asked != "false":
		r.refuse("context edge=%s must be true, acl or false", asked)
	case !e.On && (e.Certificate != "" || e.WebACL != ""):
		r.refuse("context edgeCertificateArn and webAclArn need edge=true, too")
	case e.Only && region == EdgeRegion:
		r.refuse("context edge=acl is nothing in %s, where edge=true makes the web ACL", region)
		return e
	case !e.On:
		return e
	case a.Domain == "":
		r.refuse("context edge=true needs domain, too")
		return e
	}
	if a.KeepOld {
		r.refuse("context keepOldUrl=true is nothing beside edge=true, which lets nobody past it")
	}
	if region == EdgeRegion {
		if e.Certificate == "" {
			e.Certificate = a.Certificate
		}
		if e.WebACL != "" {
			r.refuse("context webAclArn=%s is nothing in %s, where the stage makes its own", e.WebACL, region)
		}
	} else if !webACLForm.MatchString(e.WebACL) {
		r.refuse("context edge=true needs webAclArn, the output WebAclArn of edge=acl, and not %q", e.WebACL)
	}
	r.certificate("edgeCertificateArn", e.Certificate, EdgeRegion)
	return e
}

// certificate refuses one that API Gateway or CloudFront would, half an hour into a deployment.
func (r *reader) certificate(name, arn, region string) {
	parts := certificateForm.FindStringSubmatch(arn)
	switch {
	case arn == "":
		r.refuse("context domain needs %s, too", name)
	case parts == nil:
		r.refuse("context %s=%s must be the ARN of a certificate in Certificate Manager", name, arn)
	case region != "" && parts[1] != region:
		r.refuse("context %s=%s must be of %s, where it is looked for", name, arn, region)
	}
}
