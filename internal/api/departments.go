package api

import (
	"context"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// listDepartments gives all of them by name, each with how many members it has. A business
// has a dozen, so there are no pages.
func listDepartments(ctx context.Context, q *call) (answer, error) {
	return items(q.desk.Departments(ctx, q.caller))
}

// readDepartment reads a new department's name, readRenaming one that it gets. Both are
// kept composed and without space around them, since nobody sees such a difference.
func readDepartment(o *object) string { return composed(o.name("name")) }
func readRenaming(o *object) string   { return composed(o.newName("name", required)) }

func composed(name string) string { return norm.NFC.String(strings.TrimSpace(name)) }

// createDepartment takes {"name": "Kids"}. The name is unique in the account whatever its
// case: 409 name-taken. With the first department, staff who are added must be in one.
func createDepartment(ctx context.Context, q *call) (answer, error) {
	name, err := read(q, readDepartment)
	if err != nil {
		return answer{}, err
	}
	return created(q.desk.CreateDepartment(ctx, q.caller, q.newID("dep_"), name))
}

// patchDepartment renames. The id stays, and so does all that refers to it.
func patchDepartment(ctx context.Context, q *call) (answer, error) {
	name, err := read(q, readRenaming)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.RenameDepartment(ctx, q.caller, q.id(), name, unlessDepartmentsEdited(ctx, q)...))
}

// deleteDepartment deletes no member and ends no work: what rings for it rings on, and
// callbacks open for it belong to no department.
func deleteDepartment(ctx context.Context, q *call) (answer, error) {
	return done(q.desk.DeleteDepartment(ctx, q.caller, q.id(), unlessDepartmentsEdited(ctx, q)...))
}
