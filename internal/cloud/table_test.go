package cloud_test

import (
	"testing"
	"time"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/tabletest"
)

func TestTableContract(t *testing.T) {
	tabletest.Run(t, func(t *testing.T, now func() time.Time) table.Table { return cloudtest.Table(t, now) })
}
