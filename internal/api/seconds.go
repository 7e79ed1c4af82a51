package api

import (
	"reflect"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// Times in answers are whole seconds, rounded down. So an offer never seems to ring longer
// than it does, and what a client takes from an answer as ?from= finds that thing again. The
// desk counts in milliseconds; that its times are shown so is said here alone.

var (
	timeType         = reflect.TypeFor[time.Time]()
	conversationType = reflect.TypeFor[desk.Conversation]() // whose times stay as they were sent
)

// WholeSeconds is a value whose times have no fraction. What it is made of stays as it is:
// where there are times it is a copy.
func WholeSeconds(v any) any {
	if v == nil || !timed(reflect.TypeOf(v)) {
		return v
	}
	return whole(reflect.ValueOf(v)).Interface()
}

// timed reports whether values of a type may hold times that are shown.
var timed = func() func(reflect.Type) bool {
	var known sync.Map // types are few, and answers many
	var find func(t reflect.Type) bool
	look := func(t reflect.Type) bool {
		switch t.Kind() {
		case reflect.Interface:
			return true
		case reflect.Pointer, reflect.Slice, reflect.Map:
			return find(t.Elem())
		case reflect.Struct:
			for i := range t.NumField() {
				if f := t.Field(i); f.IsExported() && find(f.Type) {
					return true
				}
			}
		}
		return false
	}
	find = func(t reflect.Type) bool {
		if t == timeType || t == conversationType {
			return t == timeType
		}
		if is, ok := known.Load(t); ok {
			return is.(bool)
		}
		is := look(t)
		known.Store(t, is)
		return is
	}
	return find
}()

// whole copies a value of a type that may hold times.
func whole(v reflect.Value) reflect.Value {
	to := reflect.New(v.Type()).Elem()
	to.Set(v)
	floor(to)
	return to
}

// floor takes the fractions from the times of a value that is a copy already, and puts copies in the
// place of what it points to.
func floor(v reflect.Value) {
	t := v.Type()
	if t == timeType {
		at := v.Addr().Interface().(*time.Time)
		*at = at.Truncate(time.Second)
		return
	}
	if nilable(t) && v.IsNil() || !timed(t) {
		return
	}
	switch t.Kind() {
	case reflect.Interface:
		v.Set(whole(v.Elem()))
	case reflect.Pointer:
		v.Set(whole(v.Elem()).Addr())
	case reflect.Slice:
		to := reflect.MakeSlice(t, v.Len(), v.Len())
		reflect.Copy(to, v)
		for i := range v.Len() {
			floor(to.Index(i))
		}
		v.Set(to)
	case reflect.Map:
		to := reflect.MakeMapWithSize(t, v.Len())
		for key, value := range v.Seq2() {
			to.SetMapIndex(key, whole(value))
		}
		v.Set(to)
	default: // a struct
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				floor(v.Field(i))
			}
		}
	}
}

func nilable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Slice, reflect.Map:
		return true
	}
	return false
}
