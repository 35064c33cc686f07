// Package stock says how many of a thing there are.
package stock

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Shelf is where things are.
type Shelf interface {
	// Count says how many of a thing there are.
	Count(sku string) (int, error)
}

// At is the address of a service that is asked.
type At string

// Count asks the service.
func (at At) Count(sku string) (int, error) {
	response, err := http.Get(string(at) + "/count/" + sku)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	var answer struct{ Count int }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return 0, fmt.Errorf("no answer for %s: %w", sku, err)
	}
	return answer.Count, nil
}

// CanShip says whether there are enough.
func CanShip(shelf Shelf, sku string, wanted int) (bool, error) {
	if wanted < 1 {
		return false, fmt.Errorf("%d is no number of things", wanted)
	}
	count, err := shelf.Count(sku)
	return count >= wanted, err
}
