package apitest

// closeAnswers makes the schemas of a document refuse fields that they do not name. The
// document itself leaves answers open, because fields may be added to them and callers
// are to ignore what they do not know; but a handler that answers with a field of which
// the document says nothing is a mistake of one of the two.
//
// A schema is closed where it stands for a whole value: as a body, a property, an item
// or a choice. Parts that are put together by allOf are not closed themselves, since
// each of them sees the fields of the others.
func closeAnswers(root map[string]any) {
	components := within(root, "components")
	for _, schema := range within(components, "schemas") {
		closeInside(schema)
	}
	for _, kind := range []string{"responses", "requestBodies"} {
		for _, v := range within(components, kind) {
			closeContent(v)
		}
	}
	for _, item := range within(root, "paths") {
		for _, operation := range asMap(item) {
			closeContent(within(asMap(operation), "requestBody"))
			for _, response := range within(asMap(operation), "responses") {
				closeContent(response)
			}
		}
	}
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func within(m map[string]any, name string) map[string]any { return asMap(m[name]) }

// closeContent closes the bodies of a request or response.
func closeContent(v any) {
	for _, media := range within(asMap(v), "content") {
		closeWhole(asMap(media)["schema"])
	}
}

// closeWhole closes a schema that stands for a whole value.
func closeWhole(schema any) {
	closeInside(schema)
	m := asMap(schema)
	if _, said := m["additionalProperties"]; !said && hasFields(m) {
		m["unevaluatedProperties"] = false
	}
}

// hasFields reports whether a schema, or what it is made of, names fields.
func hasFields(schema map[string]any) bool {
	return schema["$ref"] != nil || schema["properties"] != nil || schema["allOf"] != nil
}

// closeInside closes what a schema is made of.
func closeInside(schema any) {
	m := asMap(schema)
	if m == nil {
		return // no schema, or true or false
	}
	for _, property := range within(m, "properties") {
		closeWhole(property)
	}
	closeWhole(m["items"])
	closeWhole(m["additionalProperties"])
	for _, choices := range []string{"oneOf", "anyOf"} {
		list, _ := m[choices].([]any)
		for _, choice := range list {
			closeWhole(choice)
		}
	}
	parts, _ := m["allOf"].([]any)
	for _, part := range append(parts, m["if"], m["then"], m["else"]) {
		closeInside(part)
	}
}
