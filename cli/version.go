package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

func (r *runner) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArgs,
		RunE: r.do(func(*cobra.Command, []string) error {
			return r.print(fmt.Sprintf("claviger %s (%s, %s/%s)\n", r.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH))
		}),
	}
}
