package cart

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const maxBody = 64 << 10

// Discounts says how many percent a cart is reduced by. An error that is ErrInvalid is the customer's.
type Discounts interface {
	Percent(ctx context.Context, items int, coupon string) (int, error)
}

// NewHandler serves the cart's HTTP API: POST /totals and GET /healthz.
func NewHandler(discounts Discounts) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("POST /totals", func(w http.ResponseWriter, r *http.Request) {
		var question struct {
			Lines  []Line `json:"lines"`
			Coupon string `json:"coupon"`
		}
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&question); err != nil {
			refuse(w, http.StatusBadRequest, "the body is not a cart in JSON")
			return
		}
		items := 0
		for _, line := range question.Lines {
			items += line.Quantity
		}
		percent, err := discounts.Percent(r.Context(), items, question.Coupon)
		var total Total
		if err == nil {
			total, err = Add(question.Lines, percent)
		}
		switch {
		case errors.Is(err, ErrInvalid):
			refuse(w, http.StatusUnprocessableEntity, err.Error())
		case err != nil:
			refuse(w, http.StatusBadGateway, "there is no discount to count with: "+err.Error())
		default:
			answer(w, http.StatusOK, total)
		}
	})
	return mux
}

// DiscountsAt is the discounts service at a URL.
type DiscountsAt string

// Percent asks the service, and waits no longer than two seconds for it.
func (url DiscountsAt) Percent(ctx context.Context, items int, coupon string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	body, err := json.Marshal(map[string]any{"items": items, "coupon": coupon})
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, string(url)+"/discount", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	var discount struct {
		Percent int    `json:"percent"`
		Error   string `json:"error"`
	}
	err = json.NewDecoder(response.Body).Decode(&discount)
	switch {
	case response.StatusCode == http.StatusUnprocessableEntity:
		return 0, fmt.Errorf("%w: %s", ErrInvalid, discount.Error)
	case response.StatusCode != http.StatusOK:
		return 0, fmt.Errorf("the discounts service answered %s", response.Status)
	}
	return discount.Percent, err
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the customer is gone, and nobody is left to tell
}

func refuse(w http.ResponseWriter, status int, reason string) {
	answer(w, status, map[string]string{"error": reason})
}
