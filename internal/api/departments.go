package api

import (
	"context"
	"strings"

	"golang.org/x/text/unicode/norm"
)

func listDepartments(ctx context.Context, q *call) (answer, error) {
	return items(q.desk.Departments(ctx, q.caller))
}

// readDepartment reads a new department's name, readRenaming one that it gets. Both are
// kept composed and without space around them, since nobody sees such a difference.
func readDepartment(o *object) string { return composed(o.name("name", required)) }
func readRenaming(o *object) string   { return composed(o.newName("name", required)) }

func composed(name string) string { return norm.NFC.String(strings.TrimSpace(name)) }

func createDepartment(ctx context.Context, q *call) (answer, error) {
	name, err := read(q, readDepartment)
	if err != nil {
		return answer{}, err
	}
	return created(q.desk.CreateDepartment(ctx, q.caller, q.newID("dep_"), name))
}

func patchDepartment(ctx context.Context, q *call) (answer, error) {
	name, err := read(q, readRenaming)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.RenameDepartment(ctx, q.caller, q.id(), name, unlessDepartmentsEdited(ctx, q)...))
}

func deleteDepartment(ctx context.Context, q *call) (answer, error) {
	return done(q.desk.DeleteDepartment(ctx, q.caller, q.id(), unlessDepartmentsEdited(ctx, q)...))
}
