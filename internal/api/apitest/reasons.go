package apitest

import (
	"cmp"
	"errors"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// reasons lists what is wrong with a value, each with its place in the value.
func reasons(err error) []string {
	if err == nil {
		return nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []string{err.Error()}
	}
	var list []string
	for _, leaf := range leaves(invalid) {
		list = append(list, leaf.Error())
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// leaves are the errors that no other is behind. Of choices only the one that the value
// comes closest to is told of. Where something else is wrong, fields are not called
// unknown: those of a part that does not hold all are, to JSON Schema.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	of := make([][]*jsonschema.ValidationError, len(e.Causes))
	for i, cause := range e.Causes {
		of[i] = leaves(cause)
	}
	switch e.ErrorKind.(type) {
	case *kind.OneOf, *kind.AnyOf:
		return slices.MinFunc(of, func(a, b []*jsonschema.ValidationError) int {
			return cmp.Compare(distance(e, a), distance(e, b))
		})
	}
	all := slices.Concat(of...)
	if slices.ContainsFunc(all, isElse) {
		all = slices.DeleteFunc(all, isUnknownField)
	}
	return all
}

func isUnknownField(leaf *jsonschema.ValidationError) bool {
	_, is := leaf.ErrorKind.(*kind.FalseSchema)
	return is
}

func isElse(leaf *jsonschema.ValidationError) bool { return !isUnknownField(leaf) }

// distance is how far a value is from a choice. A choice of another type, or with
// another word in a field that names the kind, was not meant.
func distance(choice *jsonschema.ValidationError, leaves []*jsonschema.ValidationError) int {
	const notMeant = 1000
	far, here := 0, len(choice.InstanceLocation)
	for _, leaf := range leaves {
		depth := len(leaf.InstanceLocation)
		switch k := leaf.ErrorKind.(type) {
		case *kind.Required:
			far += len(k.Missing)
		case *kind.Type:
			if far++; depth == here {
				far += notMeant
			}
		case *kind.Const:
			if far++; depth == here+1 {
				far += notMeant
			}
		default:
			far++
		}
	}
	return far
}
