//go:build integration

package cart

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// discountsStub is a discounts service that always answers the same, and keeps what it was asked.
func discountsStub(t *testing.T, status int, body string) (DiscountsAt, *string) {
	t.Helper()
	asked := new(string)
	stub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		question, _ := io.ReadAll(r.Body)
		*asked = r.Method + " " + r.URL.Path + " " + string(question)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(stub.Close)
	return DiscountsAt(stub.URL), asked
}

// ask sends a cart to the real handler over HTTP.
func ask(t *testing.T, discounts Discounts, cart string) (int, map[string]any) {
	t.Helper()
	server := httptest.NewServer(NewHandler(discounts))
	t.Cleanup(server.Close)
	response, err := http.Post(server.URL+"/totals", "application/json", strings.NewReader(cart))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

func TestACartIsAddedUpLessItsDiscount(t *testing.T) {
	discounts, asked := discountsStub(t, http.StatusOK, `{"percent": 10, "reason": "coupon TEATIME"}`)
	cart := `{"lines": [{"sku": "assam", "price": 450, "quantity": 2}, {"sku": "cup", "price": 1200, "quantity": 1}], "coupon": "TEATIME"}`

	status, answer := ask(t, discounts, cart)

	if status != http.StatusOK || answer["subtotal"] != 2100.0 || answer["discount"] != 210.0 || answer["total"] != 1890.0 {
		t.Errorf("answered %d %v", status, answer)
	}
	if want := `POST /discount {"coupon":"TEATIME","items":3}`; *asked != want {
		t.Errorf("discounts was asked %s; want %s", *asked, want)
	}
}

func TestWhatIsWrongIsToldByStatus(t *testing.T) {
	const cart = `{"lines": [{"sku": "assam", "price": 450, "quantity": 1}], "coupon": "COFFEE"}`
	cases := map[string]struct {
		discounts int
		body      string
		cart      string
		want      int
		reason    string
	}{
		"not JSON":            {200, `{"percent": 0}`, `tea, please`, 400, "the body is not a cart in JSON"},
		"a quantity of zero":  {200, `{"percent": 0}`, `{"lines": [{"sku": "assam", "price": 450}]}`, 422, "invalid cart: assam needs a quantity of 1 to 99, not 0"},
		"an unknown coupon":   {422, `{"error": "there is no coupon COFFEE"}`, cart, 422, "invalid cart: there is no coupon COFFEE"},
		"discounts is broken": {500, `{}`, cart, 502, "there is no discount to count with: the discounts service answered 500 Internal Server Error"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			discounts, _ := discountsStub(t, c.discounts, c.body)
			status, answer := ask(t, discounts, c.cart)
			if status != c.want || answer["error"] != c.reason {
				t.Errorf("answered %d %q; want %d %q", status, answer["error"], c.want, c.reason)
			}
		})
	}
}

func TestADiscountsServiceThatIsGone(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()

	status, answer := ask(t, DiscountsAt(gone.URL), `{"lines": []}`)

	if status != http.StatusBadGateway {
		t.Errorf("answered %d %v; want 502", status, answer)
	}
}
