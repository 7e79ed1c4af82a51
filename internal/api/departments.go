package api

import (
	"context"
	"strings"

	"golang.org/x/text/unicode/norm"
)

func listDepartments(ctx context.Context, q *call) (answer, error) {
	return items(q.desk.Departments(ctx, q.caller))
}

// readDepartment reads a department's name. It is kept composed and without space around
// it, since names are unique: nobody sees such a difference.
func readDepartment(o *object) string {
	return norm.NFC.String(strings.TrimSpace(o.name("name", required)))
}

func createDepartment(ctx context.Context, q *call) (answer, error) {
	name, err := read(q, readDepartment)
	if err != nil {
		return answer{}, err
	}
	return created(q.desk.CreateDepartment(ctx, q.caller, q.newID("dep_"), name))
}

func patchDepartment(ctx context.Context, q *call) (answer, error) {
	name, err := read(q, readDepartment)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.RenameDepartment(ctx, q.caller, q.id(), name, unlessDepartmentsEdited(ctx, q)...))
}

func deleteDepartment(ctx context.Context, q *call) (answer, error) {
	return done(q.desk.DeleteDepartment(ctx, q.caller, q.id(), unlessDepartmentsEdited(ctx, q)...))
}
