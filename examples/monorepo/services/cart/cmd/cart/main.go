// Command cart serves the cart's HTTP API on PORT (8080), and asks the discounts service at DISCOUNTS_URL.
package main

import (
	"log"
	"net/http"
	"os"
	"time"

	"example.com/monorepo/cart"
)

func main() {
	server := &http.Server{
		Addr:              ":" + setting("PORT", "8080"),
		Handler:           cart.NewHandler(cart.DiscountsAt(setting("DISCOUNTS_URL", "http://127.0.0.1:8090"))),
		ReadHeaderTimeout: 5 * time.Second,
	}
	log.Printf("cart listens on %s", server.Addr)
	log.Fatal(server.ListenAndServe())
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
