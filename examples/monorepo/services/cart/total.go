// Package cart adds up what a customer has in the cart.
package cart

import (
	"errors"
	"fmt"
)

// ErrInvalid is wrapped by every error that is the customer's and not ours.
var ErrInvalid = errors.New("invalid cart")

// MaxQuantity is the most of one product that a cart can hold.
const MaxQuantity = 99

// Line is one product in the cart. Prices are whole cents: money is never a float.
type Line struct {
	SKU      string `json:"sku"`
	Price    int    `json:"price"`
	Quantity int    `json:"quantity"`
}

// Total is what a cart costs, in cents.
type Total struct {
	Subtotal int `json:"subtotal"`
	Discount int `json:"discount"`
	Total    int `json:"total"`
}

// Add gives the total of the lines less a discount of percent. Half a cent is rounded in the customer's favour.
func Add(lines []Line, percent int) (Total, error) {
	if percent < 0 || percent > 100 {
		return Total{}, fmt.Errorf("a discount of %d%% does not exist", percent)
	}
	subtotal := 0
	for _, line := range lines {
		if line.Price < 0 {
			return Total{}, fmt.Errorf("%w: %s has a price below zero", ErrInvalid, line.SKU)
		}
		if line.Quantity < 1 || line.Quantity > MaxQuantity {
			return Total{}, fmt.Errorf("%w: %s needs a quantity of 1 to %d, not %d", ErrInvalid, line.SKU, MaxQuantity, line.Quantity)
		}
		subtotal += line.Price * line.Quantity
	}
	discount := (subtotal*percent + 50) / 100
	return Total{Subtotal: subtotal, Discount: discount, Total: subtotal - discount}, nil
}
