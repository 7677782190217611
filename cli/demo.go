package cli

import "github.com/spf13/cobra"

func (r *runner) demo() *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run the demo provider",
		Long: `Run the demo provider until interrupted: an OpenID provider with invented
people, on this computer only, for trying out Claviger and for development. It
protects nothing.`,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&addr, "addr", "", "loopback `address` to listen on (default: the same as last time, or any free port)")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		return r.Demo(cmd.Context(), addr, r.Out)
	})
	return cmd
}
