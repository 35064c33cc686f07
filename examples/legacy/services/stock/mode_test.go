package stock

import (
	"os"
	"strings"
	"testing"
)

// mode is what INTEGRATION_MODE says.
func mode() string {
	value := strings.ToLower(os.Getenv("INTEGRATION_MODE"))
	if value == "" {
		return "repo"
	}
	return value
}

func isCluster() bool {
	return mode() == "cluster"
}

// requireCluster is for tests that only a cluster can run.
func requireCluster(t *testing.T) {
	t.Helper()
	if !isCluster() {
		t.Skip("this needs INTEGRATION_MODE=cluster")
	}
}
