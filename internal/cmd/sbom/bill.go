package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// The form of the file. https://cyclonedx.org/docs/1.6/json/
type (
	bill struct {
		Schema       string       `json:"$schema"`
		Format       string       `json:"bomFormat"`
		SpecVersion  string       `json:"specVersion"`
		SerialNumber string       `json:"serialNumber,omitempty"`
		Version      int          `json:"version"`
		Metadata     metadata     `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
		Compositions []complete   `json:"compositions"`
	}
	metadata struct {
		Timestamp  string      `json:"timestamp,omitempty"`
		Lifecycles []lifecycle `json:"lifecycles"`
		Component  component   `json:"component"`
	}
	lifecycle struct {
		Phase string `json:"phase"`
	}
	component struct {
		Type       string     `json:"type"`
		Ref        string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version,omitempty"`
		Hashes     []hash     `json:"hashes,omitempty"`
		Licences   []licence  `json:"licenses,omitempty"`
		PURL       string     `json:"purl,omitempty"`
		Properties []property `json:"properties,omitempty"`
	}
	hash struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	licence struct {
		Licence    *licenceName `json:"license,omitempty"`
		Expression string       `json:"expression,omitempty"`
	}
	licenceName struct {
		ID   string `json:"id,omitempty"`
		Name string `json:"name,omitempty"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	dependency struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn,omitempty"`
	}
	complete struct {
		Aggregate string   `json:"aggregate"`
		Assembly  []string `json:"assemblies"`
	}
)

// product is the reference of all that is deployed.
const product = "connectnow"

// bill writes the bill of materials: which part is in which program. The same commit has the same bill.
func (s *shipped) bill(version, made string) ([]byte, error) {
	ours := []licence{{Licence: &licenceName{ID: "Apache-2.0"}}}
	b := bill{
		Schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", Format: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata: metadata{Timestamp: made, Lifecycles: []lifecycle{{"build"}},
			Component: component{Type: "application", Ref: product, Name: "connectnow-backend", Version: version, Licences: ours}},
		Compositions: []complete{{"complete", []string{product}}},
	}
	all := dependency{Ref: product}
	for _, p := range s.programs {
		b.Components = append(b.Components, component{Type: "application", Ref: p.name, Name: p.name, Version: version, Licences: ours})
		b.Dependencies = append(b.Dependencies, dependency{p.name, p.parts})
		all.DependsOn = append(all.DependsOn, p.name)
	}
	b.Dependencies = append([]dependency{all}, b.Dependencies...)
	for _, p := range s.parts {
		c, err := p.component()
		if err != nil {
			return nil, err
		}
		b.Components = append(b.Components, c)
	}
	text, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	b.SerialNumber = serial(text)
	text, err = json.MarshalIndent(b, "", "  ")
	return append(text, '\n'), err
}

// component is a part in the bill.
func (p part) component() (component, error) {
	c := component{Type: "library", Ref: p.purl(), Name: p.name, Version: p.version, PURL: p.purl(), Licences: []licence{{Licence: &licenceName{ID: p.terms}}}}
	switch {
	case p.terms == publicDomain:
		c.Type, c.Licences = "data", []licence{{Licence: &licenceName{Name: publicDomain}}}
	case strings.Contains(p.terms, " "):
		c.Licences = []licence{{Expression: p.terms}}
	}
	switch digest, found := strings.CutPrefix(p.sum, "sha512-"); {
	case found:
		sum, err := base64.StdEncoding.DecodeString(digest)
		if err != nil {
			return c, fmt.Errorf("%s: integrity %q: %w", p.name, p.sum, err)
		}
		c.Hashes = []hash{{"SHA-512", hex.EncodeToString(sum)}}
	case p.sum != "": // a hash over hashes of its files, which is none that CycloneDX has a name for
		c.Properties = []property{{"go.sum", p.sum}}
	}
	return c, nil
}

// serial makes the number of a bill from what is in it, in the form of a UUID of version 8.
func serial(text []byte) string {
	sum := sha256.Sum256(text)
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
