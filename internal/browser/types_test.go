package browser

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/connectnow/backend/internal/programs"
)

// TestTypes has TypeScript look at the sources of the pages and of the sandbox's pane: esbuild,
// which bundles them, only leaves types out.
func TestTypes(t *testing.T) {
	t.Parallel()
	folder := programs.Need(t, "typescript", func() (string, error) { return programs.FromNPM("internal/pages/npm") })
	modules := filepath.Join(folder, "node_modules")
	// The compiler looks for imports in folders above the sources, so it gets them where both are.
	dir := t.TempDir()
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for _, sources := range []string{"internal/pages/web", "internal/cmd/sandbox/web"} {
		copied := filepath.Join(dir, filepath.FromSlash(sources))
		if err := os.CopyFS(copied, os.DirFS(filepath.Join(root, filepath.FromSlash(sources)))); err != nil {
			t.Fatal(err)
		}
		check := exec.CommandContext(t.Context(), filepath.Join(modules, ".bin", "tsc"), "--pretty", "false", "-p", copied)
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", sources, err, out)
		}
	}
}
