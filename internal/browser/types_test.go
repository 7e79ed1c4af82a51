package browser

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
)

// TestTypes has TypeScript look at the sources of the pages: esbuild, which bundles them, only
// leaves types out.
func TestTypes(t *testing.T) {
	t.Parallel()
	folder := cloudtest.Need(t, "typescript", func() (string, error) { return cloudtest.FromNPM("internal/pages/npm") })
	modules := filepath.Join(folder, "node_modules")
	// The compiler looks for imports beside the sources, so it gets them where both are.
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "web"), os.DirFS(web)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	check := exec.CommandContext(t.Context(), filepath.Join(modules, ".bin", "tsc"), "--pretty", "false", "-p", filepath.Join(dir, "web"))
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
