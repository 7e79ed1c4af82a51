package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/desk"
)

// The demo account.
const (
	demoAccount   = "acc_demodemodemo"
	ownerName     = "Olivia"
	ownerPassword = "Sandbox-Owner-1"
	agentPassword = "Sandbox-Agent-1"

	// demoRing is how many seconds a phone rings: long enough to read what to type next.
	demoRing = 120
)

var (
	demoDepartments = []string{"Kids", "Gents", "Ladies"}
	demoAgents      = []string{"Asha", "Bilal", "Chitra"}

	sandboxBucket = []byte("sandbox")
	seededKey     = []byte("seeded")
)

// seed makes the demo account, once: what people change in it later stays as they left
// it. Every step may have been done already by a start that did not come to the end.
func (s *sandbox) seed(ctx context.Context) error {
	done, err := s.seeded()
	if err != nil || done {
		return err
	}
	made, err := s.Desk.Provision(ctx, desk.NewAccount{
		ID: demoAccount, Name: "Demo Store", TimeZone: "Asia/Kolkata", FirstPassword: desk.FirstPasswordKeep,
		Owner: desk.NewMember{FirstName: ownerName, LastName: "Owner", Email: "owner@example.com", Password: ownerPassword, Printed: true, EmailProved: true},
	})
	if err != nil {
		return fmt.Errorf("account: %w", err)
	}
	owner := desk.Caller{MemberID: made.MemberID, AccountID: made.AccountID, Role: desk.RoleOwner}
	ring := demoRing
	if _, err := s.Desk.PatchAccount(ctx, owner, desk.AccountPatch{RingSeconds: &ring}); err != nil {
		return fmt.Errorf("ring time: %w", err)
	}
	for _, name := range demoDepartments {
		_, err := s.Desk.CreateDepartment(ctx, owner, demoID("dep_", name), name)
		if err != nil && !desk.IsProblem(err, "name-taken") {
			return fmt.Errorf("department %s: %w", name, err)
		}
	}
	departments, err := s.departments(ctx)
	if err != nil {
		return err
	}
	for _, m := range demoMembers(departments) {
		_, err := s.Desk.CreateMember(ctx, owner, m)
		if err != nil && !desk.IsProblem(err, "email-taken") {
			return fmt.Errorf("member %s: %w", m.Email, err)
		}
	}
	return s.File.DB().Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(sandboxBucket).Put(seededKey, []byte(time.Now().UTC().Format(time.RFC3339)))
	})
}

// demoID is the same in every new sandbox, so that the files in events/ can name it:
// mem_ashaashaasha, dep_kidskidskids.
func demoID(prefix, name string) string {
	const length = 12 // as all ids have
	return prefix + strings.Repeat(strings.ToLower(name), length)[:length]
}

// demoMembers are the agents, in all departments.
func demoMembers(departments []desk.Department) []desk.NewMember {
	var ids []string
	for _, d := range departments {
		ids = append(ids, d.ID)
	}
	var members []desk.NewMember
	for _, name := range demoAgents {
		members = append(members, desk.NewMember{
			ID: demoID("mem_", name), FirstName: name, LastName: "Agent", Email: name + "@example.com", Role: desk.RoleStaff,
			DepartmentIDs: ids, Password: agentPassword, Printed: true, EmailProved: true,
		})
	}
	return members
}

func (s *sandbox) seeded() (done bool, err error) {
	err = s.File.DB().Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(sandboxBucket)
		done = err == nil && b.Get(seededKey) != nil
		return err
	})
	return done, err
}

// departments lists those of the demo account.
func (s *sandbox) departments(ctx context.Context) ([]desk.Department, error) {
	return s.Desk.Departments(ctx, desk.Caller{AccountID: demoAccount, Role: desk.RoleOwner})
}
