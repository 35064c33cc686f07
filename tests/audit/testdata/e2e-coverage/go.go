// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: net/http: proposed @ internal/server/routes.go
import "net/http"

func routes() { http.HandleFunc("/orders", orders) }
// --- positive: a pattern with its method: proposed @ internal/server/routes.go
import "net/http"

func routes(mux *http.ServeMux) { mux.HandleFunc("POST /invoices/{id}/pay", pay) }
// --- positive: a handler: proposed @ server/server.go
import "net/http"

func routes(mux *http.ServeMux) { mux.Handle("/carts/", http.StripPrefix("/carts", handler)) }
// --- positive: gin: proposed @ api/router.go
import "github.com/gin-gonic/gin"

func routes(r *gin.Engine) { r.GET("/refunds/:id", refund) }
// --- positive: a group of gin: proposed @ api/router.go
import "github.com/gin-gonic/gin"

func routes(r *gin.Engine) {
	vouchers := r.Group("/api/v1/vouchers")
	vouchers.POST("/:code", redeem)
}
// --- positive: a group of a group: proposed @ api/router.go
import "github.com/gin-gonic/gin"

func routes(r *gin.Engine) {
	v1 := r.Group("/v1")
	addresses := v1.Group("/addresses")
	{
		addresses.DELETE("/:id", remove)
	}
}
// --- positive: echo: proposed @ api/router.go
import "github.com/labstack/echo/v4"

func routes(e *echo.Echo) { e.PUT("/shipments/:id", h.update, auth) }
// --- positive: chi: proposed @ api/router.go
import "github.com/go-chi/chi/v5"

func routes(r chi.Router) { r.Get("/wishlists", list) }
// --- positive: a route of chi: proposed @ api/router.go
import "github.com/go-chi/chi/v5"

func routes(r chi.Router) {
	r.Route("/reviews", func(r chi.Router) {
		r.Get("/{id}", show)
	})
}
// --- positive: gorilla: proposed @ api/router.go
import "github.com/gorilla/mux"

func routes(r *mux.Router) { r.HandleFunc("/suppliers/{id}", show).Methods("GET") }
// --- positive: a subrouter: proposed @ api/router.go
import "github.com/gorilla/mux"

func routes(r *mux.Router) {
	returns := r.PathPrefix("/returns").Subrouter()
	returns.HandleFunc("/{id}", show)
}
// --- positive: fiber: proposed @ api/router.go
import "github.com/gofiber/fiber/v2"

func routes(app *fiber.App) { app.Get("/catalog", func(c *fiber.Ctx) error { return nil }) }
// --- positive: kratos: proposed @ internal/server/http.go
import "github.com/go-kratos/kratos/v2/transport/http"

func routes(srv *http.Server) { srv.HandlePrefix("/downloads/", files) }
// --- positive: a function that is written there: proposed @ main.go
package main

import "net/http"

func main() {
	http.HandleFunc("/uploads", func(w http.ResponseWriter, r *http.Request) {})
}
// --- positive: behind a host: proposed @ server/server.go
import "net/http"

func routes(mux *http.ServeMux) { mux.HandleFunc("shop.io/auctions", auctions) }
// --- positive: a request for another: proposed @ api/router.go
import "github.com/gin-gonic/gin"

func routes(r *gin.Engine) {
	r.GET("/orders", orders)
	r.GET("/subscriptions", subscriptions)
}
// +++ api/router_test.go
package api

func TestOrders(t *testing.T) {
	request, _ := http.NewRequest("GET", "/orders", nil)
	router.ServeHTTP(recorder, request)
	assert.Equal(t, 200, recorder.Code)
}
// --- positive: a unit test of the function alone: proposed @ api/router.go
import "net/http"

func routes() { http.HandleFunc("/price-lists", priceLists) }
// +++ api/prices_test.go
package api

func TestPriceLists(t *testing.T) {
	if found := load("price-lists"); len(found) != 3 {
		t.Errorf("found %v", found)
	}
}
// --- positive: a command: proposed @ cmd/reindex.go
package cmd

var reindexCmd = &cobra.Command{
	Use:   "reindex [shop]",
	Short: "Build the index anew",
}
// --- positive: a function that makes a command: proposed @ internal/cli/reprice.go
package cli

func newRepriceCmd() *cobra.Command {
	return &cobra.Command{Use: "reprice", RunE: reprice}
}
// --- positive: another command is run: proposed @ internal/cli/stock.go
package cli

func commands() []*cobra.Command {
	return []*cobra.Command{{Use: "x"}, {Use: "y"}}
}

var exportCmd = &cobra.Command{Use: "export-stock"}
var importCmd = &cobra.Command{Use: "import-stock"}
// +++ e2e/stock_test.go
package e2e

func TestExport(t *testing.T) {
	out, err := exec.Command("shop", "export-stock").Output()
	assert.NoError(t, err)
	assert.Equal(t, "42", string(out))
}
// --- positive: a kind of the cluster: proposed @ config/crd/bases/shop.io_storefronts.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: storefronts.shop.io
spec:
  group: shop.io
  names:
    kind: Storefront
    listKind: StorefrontList
// --- positive: another kind is made: proposed @ config/crd/bases/all.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: shop.io
  names:
    kind: Storefront
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: shop.io
  names:
    kind: Warehouse
// +++ internal/controller/storefront_controller_test.go
package controller

func TestStorefront(t *testing.T) {
	assert.NoError(t, k8sClient.Create(ctx, &shopv1.Storefront{}))
	assert.Equal(t, "Ready", phase(t))
}
// --- positive: quoted, with lists before it: proposed @ charts/shop/crds/crd.yaml
kind: CustomResourceDefinition
spec:
  group: shop.io
  names:
    categories:
      - all
    kind: 'PriceList'
// --- positive: nothing proves a workflow: uncovered @ e2e/search_test.go
package e2e

func TestSearch(t *testing.T) {
	assert.Equal(t, 3, search(t, "tea"))
}
// +++ workflows.yaml
workflows:
  - name: pay for a cart
    priority: P1
// --- positive: it needs more than there is: uncovered @ shop/checkout_test.go
func TestCheckout(t *testing.T) {
	assert.Equal(t, 300, checkout(1).Total)
}
// +++ workflows.yaml
workflows:
  - name: checkout
    needs: [unit, e2e]
// --- positive: its tests are gone: uncovered @ e2e/basket_test.go
package e2e

func TestBasket(t *testing.T) {
	assert.Equal(t, 3, basket(t))
}
// +++ workflows.yaml
workflows:
  - name: cart
    tests: ["e2e/cart_test.go"]
// --- positive: the only test is skipped: uncovered @ e2e/refund_test.go
package e2e

func TestRefund(t *testing.T) {
	t.Skip("flaky")
	assert.Equal(t, 3, refund(t))
}
// +++ workflows.yaml
workflows:
  - name: refund
// --- positive: no part of a word: uncovered @ e2e/payments_test.go
package e2e

func TestPayments(t *testing.T) {
	assert.Equal(t, 3, payments(t))
}
// +++ workflows.yaml
workflows:
  - name: pay
// --- positive: a file that was renamed: unknown-test @ e2e/cart_test.go
package e2e

func TestCart(t *testing.T) {
	assert.Equal(t, 3, cart(t))
}
// +++ workflows.yaml
workflows:
  - name: cart
    tests: ["e2e/cart_test.go", "e2e/basket_*.go"]
// --- positive: a function that is gone: unknown-test @ e2e/cart_test.go
package e2e

func TestAddToCart(t *testing.T) {
	assert.Equal(t, 3, cart(t))
}
// +++ workflows.yaml
workflows:
  - name: cart
    tests: [TestAddToCart, TestEmptyCart]
// --- negative: a request goes through the router @ api/router.go
import "github.com/gin-gonic/gin"

func routes(r *gin.Engine) { r.GET("/orders/:id", order) }
// +++ api/router_test.go
package api

func TestOrder(t *testing.T) {
	router.ServeHTTP(recorder, httptest.NewRequest("GET", "/orders/7", nil))
	assert.Equal(t, 200, recorder.Code)
}
// --- negative: a server is asked @ api/router.go
import "net/http"

func routes() { http.HandleFunc("/invoices", invoices) }
// +++ api/router_test.go
package api

func TestInvoices(t *testing.T) {
	server := httptest.NewServer(routes())
	response, err := http.Get(server.URL + "/invoices")
	assert.NoError(t, err)
	assert.Equal(t, 200, response.StatusCode)
}
// --- negative: an end-to-end test asks @ api/router.go
import "github.com/go-chi/chi/v5"

func routes(r chi.Router) { r.Get("/wishlists", list) }
// +++ e2e/wishlist_test.go
package e2e

func TestWishlist(t *testing.T) {
	assert.Equal(t, 3, len(get(t, "/wishlists")))
}
// --- negative: by a helper @ api/router.go
import "github.com/go-chi/chi/v5"

func routes(r chi.Router) { r.Get("/carts", list) }
// +++ e2e/client/client.go
package client

func (c *Client) Carts() []Cart { return c.get(c.base + "/carts") }
// --- negative: by a file of requests @ api/router.go
import "github.com/go-chi/chi/v5"

func routes(r chi.Router) { r.Get("/refunds", list) }
// +++ tests/refunds.hurl
GET http://localhost/refunds
HTTP 200
// --- negative: a client @ internal/client/client.go
import "net/http"

func orders(client *http.Client) { client.Get("/orders", handler) }
// --- negative: a request builder @ internal/client/client.go
import "github.com/go-resty/resty/v2"

func orders() { resty.New().R().Get("/orders") }
// --- negative: a map @ internal/cache.go
import "net/http"

func find(cache *Cache) { cache.Put("/orders", 3) }
// --- negative: no server in this file @ internal/tree.go
func build(tree *Tree) { tree.Handle("/orders", node) }
// --- negative: headers @ internal/headers.go
import "net/http"

func set(r *http.Request) { r.Header.Get("X-Orders") }
// --- negative: health and pprof @ server/server.go
import "net/http"

func routes(mux *http.ServeMux) {
	mux.HandleFunc("/healthz", ok)
	mux.HandleFunc("/readyz", ok)
	mux.Handle("/metrics", promhttp.Handler())
	mux.HandleFunc("/debug/pprof/", pprof.Index)
}
// --- negative: the root @ server/server.go
import "net/http"

func routes(mux *http.ServeMux) { mux.HandleFunc("/", home) }
// --- negative: nothing but a variable @ server/server.go
import "net/http"

func routes(mux *http.ServeMux) { mux.HandleFunc("GET /{id}", show) }
// --- negative: an example @ examples/basic/main.go
package main

import "net/http"

func main() { http.HandleFunc("/orders", orders) }
// --- negative: a tool @ hack/server/main.go
package main

import "net/http"

func main() { http.HandleFunc("/orders", orders) }
// --- negative: a server for tests @ internal/testutil/server.go
package testutil

import "net/http"

func New(mux *http.ServeMux) { mux.HandleFunc("/orders", orders) }
// --- negative: a mock server @ internal/mocks/server.go
package mocks

import "net/http"

func New(mux *http.ServeMux) { mux.HandleFunc("/orders", orders) }
// --- negative: a test's own server @ client/client_test.go
package client

func TestOrders(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/orders", orders)
	assert.Equal(t, 3, ask(t, mux))
}
// --- negative: generated @ api/router.gen.go
// Code generated by oapi-codegen. DO NOT EDIT.
package api

import "net/http"

func routes(mux *http.ServeMux) { mux.HandleFunc("/orders", orders) }
// --- negative: a command is run @ cmd/reindex.go
package cmd

var reindexCmd = &cobra.Command{Use: "reindex"}
// +++ e2e/reindex_test.go
package e2e

func TestReindex(t *testing.T) {
	assert.NoError(t, exec.Command(binary, "reindex", "--all").Run())
}
// --- negative: a command in process @ cmd/reprice.go
package cmd

var repriceCmd = &cobra.Command{Use: "reprice"}
// +++ cmd/reprice_test.go
package cmd

func TestReprice(t *testing.T) {
	rootCmd.SetArgs([]string{"reprice"})
	assert.NoError(t, rootCmd.Execute())
	assert.Equal(t, "done", out.String())
}
// --- negative: a command in a script @ cmd/migrate.go
package cmd

var migrateCmd = &cobra.Command{Use: "migrate"}
// +++ testdata/script/migrate.txtar
exec shop migrate
stdout done
// --- negative: the program itself @ cmd/root.go
package cmd

var rootCmd = &cobra.Command{Use: "shop"}
// --- negative: a hidden command @ cmd/dump.go
package cmd

var dumpCmd = &cobra.Command{Use: "dump-internals", Hidden: true}
// --- negative: version and completion @ cmd/version.go
package cmd

var versionCmd = &cobra.Command{Use: "version"}
var completionCmd = &cobra.Command{Use: "completion"}
// --- negative: a kind that a test makes @ config/crd/bases/storefronts.yaml
kind: CustomResourceDefinition
spec:
  group: shop.io
  names:
    kind: Storefront
// +++ internal/controller/storefront_controller_test.go
package controller

func TestStorefront(t *testing.T) {
	assert.NoError(t, k8sClient.Create(ctx, &shopv1.Storefront{}))
	assert.Equal(t, "Ready", phase(t))
}
// --- negative: a kind by its client @ config/crd/bases/warehouses.yaml
kind: CustomResourceDefinition
spec:
  names:
    kind: Warehouse
// +++ e2e/warehouse_test.go
package e2e

func TestWarehouse(t *testing.T) {
	_, err := clients.ShopV1().Warehouses("shop").Create(ctx, made, options)
	assert.NoError(t, err)
}
// --- negative: a kind in a manifest of the tests @ config/crd/bases/pricelists.yaml
kind: CustomResourceDefinition
spec:
  names:
    kind: PriceList
// +++ tests/e2e/prices/00-install.yaml
kind: PriceList
metadata: {name: a}
// --- negative: a kind of a vendored chart @ charts/shop/charts/cert-manager/crds/crd.yaml
kind: CustomResourceDefinition
spec:
  names:
    kind: Certificate
// --- negative: a workflow with its test @ e2e/pay_test.go
package e2e

func TestPayForACart(t *testing.T) {
	assert.Equal(t, "paid", pay(t))
}
// +++ workflows.yaml
workflows:
  - name: pay for a cart
    priority: P1
    needs: [e2e]
// --- negative: a build tag makes it end to end @ shop/checkout_test.go
//go:build e2e

package shop

func TestCheckout(t *testing.T) {
	assert.Equal(t, 300, checkout(1).Total)
}
// +++ workflows.yaml
workflows:
  - name: checkout
    needs: [e2e]
// --- negative: a glob of a folder @ e2e/cart/add_test.go
package cart

func TestAdd(t *testing.T) {
	assert.Equal(t, 3, cart(t))
}
// +++ workflows.yaml
workflows:
  - name: shopping
    tests: ["e2e/cart/*"]
    needs: [e2e]
// --- negative: a command that is made and run @ internal/cli/reprice.go
package cli

func newRepriceCmd() *cobra.Command { return &cobra.Command{Use: "reprice"} }
// +++ internal/cli/reprice_test.go
package cli

func TestAll(t *testing.T) {
	cmd := newRepriceCmd()
	assert.NoError(t, cmd.Execute())
	assert.Equal(t, "done", out.String())
}
// --- negative: a debug page @ internal/server_debug.go
package internal

import "net/http"

func register(mux *http.ServeMux) {
	mux.HandleFunc("GET /raft", raft)
}
// --- positive: many routes of a file, at once: proposed @ web/web.go
package web

import "net/http"

func register(mux *http.ServeMux) {
	mux.HandleFunc("GET /issues", handle)
	mux.HandleFunc("GET /pulls", handle)
	mux.HandleFunc("GET /labels", handle)
	mux.HandleFunc("GET /wiki", handle)
	mux.HandleFunc("GET /forks", handle)
	mux.HandleFunc("GET /watchers", handle)
	mux.HandleFunc("GET /compare", handle)
}
// --- negative: a kind that only a controller makes @ config/crd/bases/shop.io_storefrontpodstatuses.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: status.shop.io
  names:
    kind: StorefrontPodStatus
// --- negative: a command that a helper carries out @ pkg/cmd/sign.go
package cmd

import "github.com/spf13/cobra"

var signCmd = &cobra.Command{Use: "sign"}
// +++ pkg/cmd/sign_test.go
package cmd

import "testing"

func TestSign(t *testing.T) {
	out, err := test.ExecuteCommand(root, "sign", "order.yaml")
	if err != nil || out != "signed" {
		t.Fatal(out)
	}
}
