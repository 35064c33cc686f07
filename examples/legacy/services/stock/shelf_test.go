package stock

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

// newShelf is the real service in a cluster, and a stub of it anywhere else.
func newShelf(t *testing.T) Shelf {
	t.Helper()
	if isCluster() {
		address := os.Getenv("STOCK_URL")
		if address == "" {
			t.Fatal("STOCK_URL is not set")
		}
		return At(address)
	}
	stub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"Count": 3}`)
	}))
	t.Cleanup(stub.Close)
	return At(stub.URL)
}

func TestThereIsEnoughTea(t *testing.T) {
	enough, err := CanShip(newShelf(t), "tea", 2)
	if err != nil || !enough {
		t.Errorf("got %v, %v", enough, err)
	}
}

func TestThereIsNotEnoughTea(t *testing.T) {
	wanted := 4
	switch mode() {
	case "cluster":
		wanted = 1_000_000
	default:
		wanted = 4
	}
	enough, err := CanShip(newShelf(t), "tea", wanted)
	if err != nil || enough {
		t.Errorf("got %v, %v", enough, err)
	}
}

// The service counts in its database, which only the cluster has.
func TestTheServiceCounts(t *testing.T) {
	requireCluster(t)
	count, err := At(os.Getenv("STOCK_URL")).Count("tea")
	if err != nil || count < 1 {
		t.Errorf("got %d, %v", count, err)
	}
}
