package assistant

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Schema is a JSON schema of a tool's arguments, with no more than every vendor knows: type,
// description, properties, items and required. Nothing is checked by it here: Read takes
// what comes.
type Schema struct {
	Type        any        `json:"type"` // a name, or a name and null
	Description string     `json:"description,omitzero"`
	Items       *Schema    `json:"items,omitzero"`
	Properties  Properties `json:"properties,omitzero"`
	Required    []string   `json:"required,omitzero"`
	Additional  *bool      `json:"additionalProperties,omitzero"`
}

// Properties are an object's fields in their order, in which models fill them in.
type Properties []Property

// Property is one of them.
type Property struct {
	Name   string
	Schema *Schema
}

// MarshalJSON implements json.Marshaler.
func (list Properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		schema, err := json.Marshal(p.Schema)
		if err != nil {
			return nil, fmt.Errorf("schema of %s: %w", p.Name, err)
		}
		fmt.Fprintf(&b, "%q:%s", p.Name, schema)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Schema is the schema of the tool's arguments.
func (t Tool) Schema() *Schema { return objectSchema(t.Inputs, false) }

// StrictSchema is the schema as strict modes want it, such as OpenAI's: nothing beside the
// properties, and every one of them required. One that may be left out may be null.
func (t Tool) StrictSchema() *Schema { return objectSchema(t.Inputs, true) }

func objectSchema(inputs []Input, strict bool) *Schema {
	s := &Schema{Type: "object", Properties: Properties{}}
	if strict {
		s.Additional, s.Required = new(bool), []string{}
	}
	for _, in := range inputs {
		s.Properties = append(s.Properties, Property{in.Name, in.schema(strict)})
		if in.Required || strict {
			s.Required = append(s.Required, in.Name)
		}
	}
	return s
}

func (in Input) schema(strict bool) *Schema {
	s := &Schema{Type: in.Type, Description: in.Description}
	if strict && !in.Required {
		s.Type = []string{in.Type, "null"}
	}
	if in.Items != nil {
		s.Items = objectSchema(in.Items, strict)
	}
	return s
}
