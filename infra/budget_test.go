package main

import (
	"fmt"
	"slices"
	"testing"
)

// The budget tells the topic of alarms of four fifths of it, of all of it, and of a month that
// will go past it, and may do so. It has the bound that was asked for, and is not there for none.
func TestBudget(t *testing.T) {
	for _, c := range []struct {
		context string
		want    float64
	}{{"", 50}, {"200", 200}, {"none", 0}} {
		t.Run("budget="+c.context, func(t *testing.T) {
			r := resolver{t, synth(t, map[string]any{"budget": c.context})}
			topic := "arn:aws:sns:eu-central-1:123456789012:connectnow-dev-alarms"
			var got []string
			budgets := of(r.app, "AWS::Budgets::Budget")
			for id, p := range budgets {
				if limit := at(p, "Budget", "BudgetLimit"); at(limit, "Amount") != c.want || at(limit, "Unit") != "USD" || at(p, "Budget", "TimeUnit") != "MONTHLY" {
					t.Errorf("%s is %v", id, p["Budget"])
				}
				for _, n := range p["NotificationsWithSubscribers"].([]any) {
					got = append(got, fmt.Sprint(at(n, "Notification", "NotificationType"), " ", at(n, "Notification", "Threshold")))
					if to := at(n, "Subscribers").([]any); len(to) != 1 || r.text(r.app, at(to[0], "Address")) != topic {
						t.Errorf("%s tells %v", id, to)
					}
				}
			}
			may := 0
			for _, p := range of(r.app, "AWS::SNS::TopicPolicy") {
				for _, s := range at(p, "PolicyDocument", "Statement").([]any) {
					if at(s, "Principal", "Service") != "budgets.amazonaws.com" {
						continue
					}
					may++
					account, source := at(s, "Condition", "StringEquals", "aws:SourceAccount"), at(s, "Condition", "ArnLike", "aws:SourceArn")
					if r.text(r.app, at(s, "Resource")) != topic || r.text(r.app, account) != "123456789012" || r.text(r.app, source) != "arn:aws:budgets::123456789012:*" {
						t.Errorf("budgets may %v", s)
					}
				}
			}
			want := []string{"ACTUAL 80", "ACTUAL 100", "FORECASTED 100"}
			if c.want == 0 {
				want = nil
			}
			if !slices.Equal(got, want) || may != min(len(want), 1) {
				t.Errorf("told of %v by %d leaves, want of %v", got, may, want)
			}
		})
	}
}
