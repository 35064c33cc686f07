package cart

import (
	"errors"
	"testing"
)

func TestAdd(t *testing.T) {
	cases := map[string]struct {
		lines   []Line
		percent int
		want    Total
	}{
		"an empty cart costs nothing":   {nil, 10, Total{}},
		"a quantity multiplies a price": {[]Line{{"assam", 450, 3}}, 0, Total{1350, 0, 1350}},
		"lines are added up":            {[]Line{{"assam", 450, 1}, {"cup", 1200, 2}}, 0, Total{2850, 0, 2850}},
		"a discount is taken off":       {[]Line{{"cup", 1200, 1}}, 10, Total{1200, 120, 1080}},
		"half a cent is the customer's": {[]Line{{"sencha", 690, 1}}, 5, Total{690, 35, 655}},
		"less than half a cent is ours": {[]Line{{"sample", 99, 1}}, 10, Total{99, 10, 89}},
		"everything can be free":        {[]Line{{"cup", 1200, 1}}, 100, Total{1200, 1200, 0}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Add(c.lines, c.percent)
			if err != nil || got != c.want {
				t.Errorf("Add(%v, %d) = %v, %v; want %v", c.lines, c.percent, got, err, c.want)
			}
		})
	}
}

func TestAddRefuses(t *testing.T) {
	cases := map[string]Line{
		"no quantity":               {"assam", 450, 0},
		"a quantity below zero":     {"assam", 450, -1},
		"more than a cart can hold": {"assam", 450, MaxQuantity + 1},
		"a price below zero":        {"assam", -1, 1},
	}
	for name, line := range cases {
		t.Run(name, func(t *testing.T) {
			if got, err := Add([]Line{line}, 0); !errors.Is(err, ErrInvalid) {
				t.Errorf("Add(%v) = %v, %v; want an error that is ErrInvalid", line, got, err)
			}
		})
	}
}

func TestAddRefusesADiscountThatIsNone(t *testing.T) {
	for _, percent := range []int{-1, 101} {
		if _, err := Add(nil, percent); err == nil || errors.Is(err, ErrInvalid) {
			t.Errorf("Add(nil, %d) = %v; want an error that is not the customer's", percent, err)
		}
	}
}
