package main

import (
	"regexp"
	"strconv"
	"testing"
)

// number is a value of metric math: there may be none.
type number struct {
	value float64
	is    bool
}

// metricMath evaluates an expression of metric math for one period, as far as alarms of this
// product use it: FILL, IF, arithmetic, comparisons, AND and OR
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
// Where there is no value there is none of what is computed from it.
type metricMath struct {
	t      *testing.T
	tokens []string
	values map[string]number
}

var mathToken = regexp.MustCompile(`[A-Za-z_]\w*|[0-9.]+|[-+*/(),<>]`)

func evaluate(t *testing.T, expression string, values map[string]number) number {
	t.Helper()
	m := &metricMath{t, mathToken.FindAllString(expression, -1), values}
	result := m.operators(0)
	if len(m.tokens) > 0 {
		t.Fatalf("%s: cannot read %v", expression, m.tokens)
	}
	return result
}

func (m *metricMath) next() string {
	if len(m.tokens) == 0 {
		m.t.Fatal("the expression ends too early")
	}
	token := m.tokens[0]
	m.tokens = m.tokens[1:]
	return token
}

func (m *metricMath) want(token string) {
	if got := m.next(); got != token {
		m.t.Fatalf("%s in an expression, want %s", got, token)
	}
}

// operator computes, and binds more closely than those of a lower rank.
type operator struct {
	rank  int
	apply func(a, b float64) float64
}

var operators = map[string]operator{
	"OR":  {1, func(a, b float64) float64 { return truth(a != 0 || b != 0) }},
	"AND": {2, func(a, b float64) float64 { return truth(a != 0 && b != 0) }},
	">":   {3, func(a, b float64) float64 { return truth(a > b) }},
	"<":   {3, func(a, b float64) float64 { return truth(a < b) }},
	"+":   {4, func(a, b float64) float64 { return a + b }},
	"-":   {4, func(a, b float64) float64 { return a - b }},
	"*":   {5, func(a, b float64) float64 { return a * b }},
	"/":   {5, func(a, b float64) float64 { return a / b }},
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// operators reads terms between operators above a rank.
func (m *metricMath) operators(rank int) number {
	left := m.term()
	for len(m.tokens) > 0 {
		o, is := operators[m.tokens[0]]
		if !is || o.rank <= rank {
			break
		}
		m.next()
		right := m.operators(o.rank)
		if left.is && right.is {
			left = number{o.apply(left.value, right.value), true}
		} else {
			left = number{}
		}
	}
	return left
}

func (m *metricMath) term() number {
	switch token := m.next(); token {
	case "(":
		inner := m.operators(0)
		m.want(")")
		return inner
	case "FILL":
		of := m.arguments(2)
		if of[0].is {
			return of[0]
		}
		return of[1]
	case "IF":
		of := m.arguments(3)
		switch {
		case !of[0].is:
			return number{}
		case of[0].value != 0:
			return of[1]
		}
		return of[2]
	default:
		if v, err := strconv.ParseFloat(token, 64); err == nil {
			return number{v, true}
		}
		v, known := m.values[token]
		if !known {
			m.t.Fatalf("%s in an expression is no metric", token)
		}
		return v
	}
}

func (m *metricMath) arguments(n int) (all []number) {
	m.want("(")
	for i := range n {
		if i > 0 {
			m.want(",")
		}
		all = append(all, m.operators(0))
	}
	m.want(")")
	return all
}

func TestMetricMath(t *testing.T) {
	values := map[string]number{"a": {7, true}, "b": {2, true}, "none": {}}
	for _, c := range []struct {
		expression string
		want       number
	}{
		{"FILL(a, 0) - FILL(none, 1) - b", number{4, true}},
		{"a + b * 2", number{11, true}},
		{"a + none", number{}},
		{"IF((a > 3) AND (2 * (b) > FILL(none, 5)), 1, 0)", number{0, true}},
		{"IF((a < 3) OR (b > 1), 1, 0)", number{1, true}},
		{"IF(none > 1, 1, 0)", number{}},
	} {
		if got := evaluate(t, c.expression, values); got != c.want {
			t.Errorf("%s: %v, want %v", c.expression, got, c.want)
		}
	}
}
