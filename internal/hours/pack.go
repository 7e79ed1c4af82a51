package hours

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// PackDatabase writes a database in the form that OpenDatabase reads. Files that several
// names share are written once. The same zones give the same bytes; source is told in them.
func PackDatabase(release, source string, zones map[string][]byte) string {
	var index, files strings.Builder
	places := map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(zones)) {
		file := string(zones[name])
		place, found := places[file]
		if !found {
			place = files.Len()
			places[file] = place
			files.WriteString(file)
		}
		fmt.Fprintf(&index, "%s\t%d\t%d\n", name, place, len(file))
	}
	return fmt.Sprintf("%s%s\nfrom %s, in the public domain\n\n%s\n%s", first, release, source, index.String(), files.String())
}
