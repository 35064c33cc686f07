package stock

import "testing"

func TestNothingCannotBeShipped(t *testing.T) {
	if _, err := CanShip(nil, "tea", 0); err == nil {
		t.Error("0 things were shipped")
	}
}
