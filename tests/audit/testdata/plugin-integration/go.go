// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: an adapter of a payment service: untested @ adapters/stripe/stripe.go
package stripe

import (
	"github.com/stripe/stripe-go/v76/charge"
)

type Stripe struct{ key string }

func (a *Stripe) Charge(order string) error {
	_, err := charge.New(nil)
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: a provider by HTTP: untested @ internal/providers/parcels.go
package providers

import (
	"net/http"
)

type Parcels struct{ key string }

func (a *Parcels) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: a request that is made: untested @ provider/dhl/dhl.go
package dhl

import (
	"net/http"
)

type Carrier struct{ key string }

func (a *Carrier) Charge(order string) error {
	request, err := http.NewRequest("POST", "/", nil)
	_ = request
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: a driver of a database: untested @ storage/drivers/ledger/ledger.go
package ledger

import (
	"database/sql"
)

type Ledger struct{ key string }

func (a *Ledger) Charge(order string) error {
	db, err := sql.Open("pgx", a.key)
	_ = db
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: a backend of a cache: untested @ backends/counters.go
package backends

import (
	"context"
	"github.com/redis/go-redis/v9"
)

type Counters struct{ key string }

func (a *Counters) Charge(order string) error {
	return redis.NewClient(nil).Incr(context.Background(), order).Err()
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: a connector to a queue: untested @ pkg/connectors/kafka/kafka.go
package kafka

import (
	"github.com/segmentio/kafka-go"
)

type Kafka struct{ key string }

func (a *Kafka) Charge(order string) error {
	return (&kafka.Writer{}).Close()
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: a bucket: untested @ plugins/buckets/buckets.go
package buckets

import (
	"context"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var _ s3.Client

type Buckets struct{ key string }

func (a *Buckets) Charge(order string) error {
	return a.client.PutObject(context.Background(), order)
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: a group of plugins: untested @ plugins/outputs/graphite/graphite.go
package graphite

import (
	"net/http"
)

type Graphite struct{ key string }

func (a *Graphite) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ plugins/inputs/snmp/snmp.go
package snmp

import (
	"net/http"
)

type Snmp struct{ key string }

func (a *Snmp) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ plugins/inputs/snmp/snmp_test.go
package snmp

import (
	"testing"
)

func TestIntegration(t *testing.T) {
	if (&Snmp{}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: a client in a folder of its own: untested @ providers/dns/hetzner/hetzner.go
package hetzner

type Hetzner struct{}
// +++ providers/dns/hetzner/internal/client.go
package internal

import (
	"net/http"
)

type Client struct{ key string }

func (a *Client) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: a cluster: untested @ integrations/argo/argo.go
package argo

import (
	"k8s.io/client-go/kubernetes"
)

type Argo struct{ key string }

func (a *Argo) Charge(order string) error {
	_, err := kubernetes.NewForConfig(nil)
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: a process: untested @ drivers/podman.go
package drivers

import (
	"os/exec"
)

type Podman struct{ key string }

func (a *Podman) Charge(order string) error {
	return exec.Command("podman", "run", order).Run()
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: a folder of the configuration: untested @ gateways/adyen/adyen.go
package adyen

import (
	"net/http"
)

type Adyen struct{ key string }

func (a *Adyen) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ ameide.toml
[audit]
plugins = ["gateways"]
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: only what chooses is tested: untested @ adapters/dhl/dhl.go
package dhl

import (
	"net/http"
)

type Courier struct{ key string }

func (a *Courier) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ adapters/ups/ups.go
package ups

import (
	"net/http"
)

type Van struct{ key string }

func (a *Van) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ shipping/shipping.go
package shipping

import (
	"shop.io/adapters/dhl"
	"shop.io/adapters/ups"
)

func Choose(first bool) any {
	if first {
		return &dhl.Courier{}
	}
	return &ups.Van{}
}
// +++ shipping/shipping_test.go
package shipping

import (
	"testing"
)

func TestChoose(t *testing.T) {
	if Choose(true) == nil {
		t.Fatal()
	}
}
// --- positive: a server of the test's own: unit-only @ adapters/wise/wise.go
package wise

import (
	"net/http"
)

type Wise struct{ key string }

func (a *Wise) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ adapters/wise/wise_test.go
package wise

import (
	"testing"
	"net/http"
	"net/http/httptest"
)

func TestCharge(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	defer server.Close()
	if (&Wise{server.URL}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: a fake client: unit-only @ backends/archive/archive.go
package archive

import (
	"context"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var _ s3.Client

type Archive struct{ key string }

func (a *Archive) Charge(order string) error {
	return a.client.PutObject(context.Background(), order)
}
// +++ backends/archive/archive_test.go
package archive

import (
	"testing"
)

func TestCharge(t *testing.T) {
	if (&Archive{client: &fakeClient{}}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: a database of sqlmock: unit-only @ drivers/ledger/ledger.go
package ledger

import (
	"database/sql"
)

type Ledger struct{ key string }

func (a *Ledger) Charge(order string) error {
	db, err := sql.Open("pgx", a.key)
	_ = db
	return err
}
// +++ drivers/ledger/ledger_test.go
package ledger

import (
	"testing"
	"github.com/DATA-DOG/go-sqlmock"
)

func TestCharge(t *testing.T) {
	db, _, _ := sqlmock.New()
	if (&Ledger{db}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: a Redis that is none: unit-only @ backends/counters/counters.go
package counters

import (
	"context"
	"github.com/redis/go-redis/v9"
)

type Counters struct{ key string }

func (a *Counters) Charge(order string) error {
	return redis.NewClient(nil).Incr(context.Background(), order).Err()
}
// +++ backends/counters/counters_test.go
package counters

import (
	"testing"
	"github.com/alicebob/miniredis/v2"
)

func TestCharge(t *testing.T) {
	server := miniredis.RunT(t)
	if (&Counters{server.Addr()}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: only how it is made: unit-only @ adapters/stripe/stripe.go
package stripe

import (
	"github.com/stripe/stripe-go/v76/charge"
)

type Stripe struct{ key string }

func (a *Stripe) Charge(order string) error {
	_, err := charge.New(nil)
	return err
}
// +++ adapters/stripe/stripe_test.go
package stripe

import (
	"testing"
)

func TestNew(t *testing.T) {
	if New("key").key != "key" {
		t.Fatal()
	}
}
// --- positive: a mock of gomock: unit-only @ providers/taxes/taxes.go
package taxes

import (
	"net/http"
)

type Taxes struct{ key string }

func (a *Taxes) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ providers/taxes/taxes_test.go
package taxes

import (
	"testing"
	"go.uber.org/mock/gomock"
)

func TestCharge(t *testing.T) {
	client := NewMockDoer(gomock.NewController(t))
	client.EXPECT().Do(gomock.Any())
	if (&Taxes{client}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: the integration tests are of something else: unit-only @ adapters/mollie/mollie.go
package mollie

import (
	"net/http"
)

type Mollie struct{ key string }

func (a *Mollie) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ adapters/mollie/mollie_test.go
package mollie

import (
	"testing"
)

func TestCharge(t *testing.T) {
	if (&Mollie{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// +++ tests/integration/orders_test.go
package integration

import (
	"testing"
)

func TestPlace(t *testing.T) {
	if Place("a") == nil {
		t.Fatal()
	}
}
// --- positive: its integration test is skipped: unit-only @ adapters/klarna/klarna.go
package klarna

import (
	"net/http"
)

type Klarna struct{ key string }

func (a *Klarna) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ adapters/klarna/klarna_test.go
package klarna

import (
	"testing"
)

func TestIntegration(t *testing.T) {
	t.Skip("later")
	if (&Klarna{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// --- positive: a test in another package: unit-only @ plugins/mailjet/mailjet.go
package mailjet

import (
	"net/http"
)

type Mailjet struct{ key string }

func (a *Mailjet) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ notify/notify_test.go
package notify

import (
	"testing"
	"shop.io/plugins/mailjet"
)

func TestCharge(t *testing.T) {
	var sender Sender = &mailjet.Mailjet{}
	if sender.Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: a cluster that is none: unit-only @ integrations/argo/argo.go
package argo

import (
	"k8s.io/client-go/kubernetes"
)

type Argo struct{ key string }

func (a *Argo) Charge(order string) error {
	_, err := kubernetes.NewForConfig(nil)
	return err
}
// +++ integrations/argo/argo_test.go
package argo

import (
	"testing"
	"k8s.io/client-go/kubernetes/fake"
)

func TestCharge(t *testing.T) {
	client := fake.NewSimpleClientset()
	if (&Argo{client}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: only what it makes of an answer: unit-only @ connectors/erp.go
package connectors

import (
	"net/http"
)

type Erp struct{ key string }

func (a *Erp) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ connectors/erp_test.go
package connectors

import (
	"testing"
)

func TestParseErp(t *testing.T) {
	if ParseErp("{}") != nil {
		t.Fatal()
	}
}
// --- positive: names resolved by hand: unit-only @ provider/rfc2136/rfc2136.go
package rfc2136

import (
	"github.com/miekg/dns"
)

type Zone struct{ key string }

func (a *Zone) Charge(order string) error {
	_, _, err := new(dns.Client).Exchange(nil, order)
	return err
}
// +++ provider/rfc2136/rfc2136_test.go
package rfc2136

import (
	"testing"
)

func TestCharge(t *testing.T) {
	if (&Zone{}).key != "" {
		t.Fatal()
	}
}
// --- positive: a server in place of the service, with the tag: mocked @ adapters/wise/wise.go
package wise

import (
	"net/http"
)

type Wise struct{ key string }

func (a *Wise) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ adapters/wise/wise_test.go
//go:build integration

package wise

import (
	"testing"
	"net/http"
	"net/http/httptest"
)

func TestCharge(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	defer server.Close()
	if (&Wise{server.URL}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: a server in place of the service, by its place: mocked @ adapters/paddle/paddle.go
package paddle

import (
	"net/http"
)

type Paddle struct{ key string }

func (a *Paddle) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ tests/integration/paddle_test.go
package integration

import (
	"testing"
	"net/http"
	"net/http/httptest"
	"shop.io/adapters/paddle"
)

func TestCharge(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	defer server.Close()
	if (&paddle.Paddle{server.URL}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: sqlmock with the tag: mocked @ drivers/ledger/ledger.go
package ledger

import (
	"database/sql"
)

type Ledger struct{ key string }

func (a *Ledger) Charge(order string) error {
	db, err := sql.Open("pgx", a.key)
	_ = db
	return err
}
// +++ drivers/ledger/ledger_test.go
//go:build integration

package ledger

import (
	"testing"
	"github.com/DATA-DOG/go-sqlmock"
)

func TestCharge(t *testing.T) {
	db, _, _ := sqlmock.New()
	if (&Ledger{db}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: a Redis that is none, with the tag: mocked @ backends/counters/counters.go
package counters

import (
	"context"
	"github.com/redis/go-redis/v9"
)

type Counters struct{ key string }

func (a *Counters) Charge(order string) error {
	return redis.NewClient(nil).Incr(context.Background(), order).Err()
}
// +++ backends/counters/counters_test.go
//go:build integration

package counters

import (
	"testing"
	"github.com/alicebob/miniredis/v2"
)

func TestCharge(t *testing.T) {
	server := miniredis.RunT(t)
	if (&Counters{server.Addr()}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: it is mocked itself: mocked @ adapters/stripe/stripe.go
package stripe

import (
	"github.com/stripe/stripe-go/v76/charge"
)

type Stripe struct{ key string }

func (a *Stripe) Charge(order string) error {
	_, err := charge.New(nil)
	return err
}
// +++ tests/integration/pay_test.go
package integration

import (
	"testing"
	"shop.io/mocks"
	"go.uber.org/mock/gomock"
)

func TestCharge(t *testing.T) {
	pay := mocks.NewMockStripe(gomock.NewController(t))
	if Pay(pay) != nil {
		t.Fatal()
	}
}
// --- positive: gock in an end-to-end test: mocked @ providers/fx/fx.go
package fx

import (
	"net/http"
)

type Fx struct{ key string }

func (a *Fx) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ e2e/fx_test.go
package e2e

import (
	"testing"
	"github.com/h2non/gock"
	"shop.io/providers/fx"
)

func TestCharge(t *testing.T) {
	gock.New("/pay").Reply(200)
	if (&fx.Fx{}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- positive: httpmock in an integration test: mocked @ connectors/crm/crm.go
package crm

import (
	"net/http"
)

type Crm struct{ key string }

func (a *Crm) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ connectors/crm/crm_integration_test.go
package crm

import (
	"testing"
	"github.com/jarcoal/httpmock"
)

func TestCharge(t *testing.T) {
	httpmock.Activate()
	if (&Crm{}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- negative: a tag @ adapters/stripe/stripe.go
package stripe

import (
	"github.com/stripe/stripe-go/v76/charge"
)

type Stripe struct{ key string }

func (a *Stripe) Charge(order string) error {
	_, err := charge.New(nil)
	return err
}
// +++ adapters/stripe/stripe_test.go
//go:build integration

package stripe

import (
	"testing"
)

func TestCharge(t *testing.T) {
	if (&Stripe{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// --- negative: an integration test by its place @ adapters/stripe/stripe.go
package stripe

import (
	"github.com/stripe/stripe-go/v76/charge"
)

type Stripe struct{ key string }

func (a *Stripe) Charge(order string) error {
	_, err := charge.New(nil)
	return err
}
// +++ tests/integration/stripe_test.go
package integration

import (
	"testing"
	"shop.io/adapters/stripe"
)

func TestCharge(t *testing.T) {
	if (&stripe.Stripe{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// --- negative: an integration test by its name @ adapters/stripe/stripe.go
package stripe

import (
	"github.com/stripe/stripe-go/v76/charge"
)

type Stripe struct{ key string }

func (a *Stripe) Charge(order string) error {
	_, err := charge.New(nil)
	return err
}
// +++ adapters/stripe/stripe_integration_test.go
package stripe

import (
	"testing"
)

func TestCharge(t *testing.T) {
	if (&Stripe{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// --- negative: a test that says so @ adapters/stripe/stripe.go
package stripe

import (
	"github.com/stripe/stripe-go/v76/charge"
)

type Stripe struct{ key string }

func (a *Stripe) Charge(order string) error {
	_, err := charge.New(nil)
	return err
}
// +++ adapters/stripe/stripe_test.go
package stripe

import (
	"testing"
)

func TestStripe_Integration(t *testing.T) {
	if (&Stripe{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// --- negative: a live test @ providers/dns/gandi/gandi.go
package gandi

import (
	"net/http"
)

type Gandi struct{ key string }

func (a *Gandi) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ providers/dns/gandi/gandi_test.go
package gandi

import (
	"testing"
)

func TestLivePresent(t *testing.T) {
	if (&Gandi{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// --- negative: left out without a key @ providers/maps/maps.go
package maps

import (
	"net/http"
)

type Maps struct{ key string }

func (a *Maps) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ providers/maps/maps_test.go
package maps

import (
	"testing"
	"os"
)

func TestCharge(t *testing.T) {
	if os.Getenv("MAPS_KEY") == "" {
		t.Skip("no key")
	}
	if (&Maps{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// --- negative: a container @ drivers/ledger/ledger.go
package ledger

import (
	"database/sql"
)

type Ledger struct{ key string }

func (a *Ledger) Charge(order string) error {
	db, err := sql.Open("pgx", a.key)
	_ = db
	return err
}
// +++ drivers/ledger/ledger_test.go
package ledger

import (
	"testing"
	"github.com/testcontainers/testcontainers-go/modules/postgres"
)

func TestCharge(t *testing.T) {
	postgres.Run(t.Context(), "postgres:16")
	if (&Ledger{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// --- negative: a container of dockertest @ backends/counters/counters.go
package counters

import (
	"context"
	"github.com/redis/go-redis/v9"
)

type Counters struct{ key string }

func (a *Counters) Charge(order string) error {
	return redis.NewClient(nil).Incr(context.Background(), order).Err()
}
// +++ backends/counters/counters_test.go
package counters

import (
	"testing"
	"github.com/ory/dockertest/v3"
)

func TestCharge(t *testing.T) {
	dockertest.NewPool("")
	if (&Counters{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// --- negative: a service on this machine @ backends/counters/counters.go
package counters

import (
	"context"
	"github.com/redis/go-redis/v9"
)

type Counters struct{ key string }

func (a *Counters) Charge(order string) error {
	return redis.NewClient(nil).Incr(context.Background(), order).Err()
}
// +++ backends/counters/counters_test.go
package counters

import (
	"testing"

	redis "github.com/redis/go-redis/v9"
)

func TestCharge(t *testing.T) {
	redis.NewClient(&redis.Options{Addr: "localhost:6379"}).FlushAll(t.Context())
	if (&Counters{}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- negative: it talks to nothing @ adapters/rounding/rounding.go
package rounding

func Round(total int) int {
	return total / 100 * 100
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: it writes files @ drivers/local/local.go
package local

import "os"

func Keep(path string, body []byte) error {
	return os.WriteFile(path, body, 0o600)
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: it serves @ plugins/metrics/metrics.go
package metrics

import "net/http"

func Serve(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: a file for the whole folder @ providers/providers.go
package providers

import (
	"net/http"
)

type Providers struct{ key string }

func (a *Providers) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: a registry @ adapters/registry.go
package adapters

import (
	"net/http"
)

type Registry struct{ key string }

func (a *Registry) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: helpers @ provider/utils/utils.go
package utils

import (
	"net/http"
)

type Utils struct{ key string }

func (a *Utils) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: what is internal to all @ provider/internal/client.go
package internal

import (
	"net/http"
)

type Client struct{ key string }

func (a *Client) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: an interface @ drivers/types.go
package drivers

import "database/sql"

type Driver interface {
	Open() (*sql.DB, error)
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: no folder of plugins @ payments/stripe/stripe.go
package stripe

import (
	"net/http"
)

type Stripe struct{ key string }

func (a *Stripe) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: no test in this language @ adapters/stripe/stripe.go
package stripe

import (
	"github.com/stripe/stripe-go/v76/charge"
)

type Stripe struct{ key string }

func (a *Stripe) Charge(order string) error {
	_, err := charge.New(nil)
	return err
}
// --- negative: vendored @ vendor/shop.io/adapters/wise/wise.go
package wise

import (
	"net/http"
)

type Wise struct{ key string }

func (a *Wise) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: an adapter of the tests @ tests/adapters/wise/wise.go
package wise

import (
	"net/http"
)

type Wise struct{ key string }

func (a *Wise) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: a fake adapter @ adapters/fakewise/fakewise.go
package fakewise

import (
	"net/http"
)

type FakeWise struct{ key string }

func (a *FakeWise) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: generated @ adapters/wise/wise.go
// Code generated by shopgen. DO NOT EDIT.

package wise

import "net/http"

func Charge() error {
	_, err := http.Get("/")
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: only the types of a client @ provider/zones/zones.go
package zones

import "github.com/aws/aws-sdk-go-v2/service/route53/types"

func Name(zone types.HostedZone) string {
	return *zone.Name
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: something else is mocked @ drivers/ledger/ledger.go
package ledger

import (
	"database/sql"
)

type Ledger struct{ key string }

func (a *Ledger) Charge(order string) error {
	db, err := sql.Open("pgx", a.key)
	_ = db
	return err
}
// +++ drivers/ledger/ledger_test.go
//go:build integration

package ledger

import (
	"testing"
	"go.uber.org/mock/gomock"
)

func TestCharge(t *testing.T) {
	mailer := NewMockMailer(gomock.NewController(t))
	mailer.EXPECT().Send()
	if (&Ledger{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// --- negative: one mocks and another does not @ adapters/wise/wise.go
package wise

import (
	"net/http"
)

type Wise struct{ key string }

func (a *Wise) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ adapters/wise/wise_errors_integration_test.go
package wise

import (
	"testing"
	"net/http"
	"net/http/httptest"
)

func TestCharge(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	defer server.Close()
	if (&Wise{server.URL}).Charge("a") != nil {
		t.Fatal()
	}
}
// +++ adapters/wise/wise_integration_test.go
package wise

import (
	"testing"
)

func TestCharge(t *testing.T) {
	if (&Wise{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// --- negative: HTTP is answered, the database is not @ drivers/orders/orders.go
package orders

import (
	"database/sql"
)

type Orders struct{ key string }

func (a *Orders) Charge(order string) error {
	db, err := sql.Open("pgx", a.key)
	_ = db
	return err
}
// +++ drivers/orders/orders_test.go
//go:build integration

package orders

import (
	"testing"
	"net/http"
	"net/http/httptest"
)

func TestCharge(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	defer server.Close()
	if (&Orders{server.URL}).Charge("a") != nil {
		t.Fatal()
	}
}
// --- negative: its own routes are served @ backends/sessions/sessions.go
package sessions

import (
	"context"
	"github.com/redis/go-redis/v9"
)

type Sessions struct{ key string }

func (a *Sessions) Charge(order string) error {
	return redis.NewClient(nil).Incr(context.Background(), order).Err()
}
// +++ tests/integration/sessions_test.go
package integration

import (
	"testing"
	"net/http/httptest"
	"shop.io/app"
)

func TestCharge(t *testing.T) {
	server := httptest.NewServer(app.Routes())
	defer server.Close()
	if Login(server.URL, "sessions") != nil {
		t.Fatal()
	}
}
// --- negative: from afar, and the only one @ adapters/stripe/stripe.go
package stripe

import (
	"github.com/stripe/stripe-go/v76/charge"
)

type Stripe struct{ key string }

func (a *Stripe) Charge(order string) error {
	_, err := charge.New(nil)
	return err
}
// +++ checkout/checkout.go
package checkout

import "shop.io/adapters/stripe"

func CheckOut(order string) error {
	return (&stripe.Stripe{}).Charge(order)
}
// +++ tests/integration/checkout_test.go
package integration

import (
	"testing"
	"shop.io/checkout"
)

func TestCharge(t *testing.T) {
	if checkout.CheckOut("a") != nil {
		t.Fatal()
	}
}
// --- negative: chosen by its name in a text @ drivers/rabbit/rabbit.go
package rabbit

import (
	"github.com/rabbitmq/amqp091-go"
)

type Driver struct{ key string }

func (a *Driver) Charge(order string) error {
	_, err := amqp091.Dial(order)
	return err
}
// +++ tests/integration/queue_test.go
package integration

import (
	"testing"
)

func TestCharge(t *testing.T) {
	if Open("rabbit://queue") != nil {
		t.Fatal()
	}
}
// --- negative: a feature file names it @ adapters/stripe/stripe.go
package stripe

import (
	"github.com/stripe/stripe-go/v76/charge"
)

type Stripe struct{ key string }

func (a *Stripe) Charge(order string) error {
	_, err := charge.New(nil)
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// +++ e2e/pay.feature
Feature: pay
  Scenario: by card
    Given the adapter stripe
// --- negative: what fetches plugins is none @ pkg/plugins/downloader.go
package plugins

import (
	"net/http"
)

type Downloader struct{ key string }

func (a *Downloader) Charge(order string) error {
	_, err := http.Get("/pay")
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: a database by a mapper, as unit tests have it @ backends/orders/orders.go
package orders

import (
	"gorm.io/gorm"
)

var _ gorm.DB

type Orders struct{ key string }

func (a *Orders) Charge(order string) error {
	return a.db.Create(order).Error
}
// +++ backends/orders/orders_test.go
package orders

import (
	"testing"
)

func TestCharge(t *testing.T) {
	if (&Orders{}).Charge("a") != nil {
		t.Fatal("charge")
	}
}
// --- negative: a package of the module itself @ adapters/rounding/rounding.go
package rounding

import "github.com/shop/shop-sdk/pricing"

func Charge(total float64) float64 {
	return pricing.Round(total)
}
// +++ go.mod
module github.com/shop/shop-sdk

go 1.24
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: beside a package of the module itself: untested @ adapters/counters/counters.go
package counters

import (
	"github.com/redis/go-redis/v9"
	"github.com/shop/shop-sdk/pricing"
)

type Counters struct{ client *redis.Client }

func (a *Counters) Charge(total float64) float64 {
	a.client.Incr(nil, "orders")
	return pricing.Round(total)
}
// +++ go.mod
module github.com/shop/shop-sdk

go 1.24
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: it answers DNS, and asks nobody @ plugin/tld/tld.go
package tld

import "github.com/miekg/dns"

func Answer(w dns.ResponseWriter, r *dns.Msg) error {
	m := new(dns.Msg)
	m.SetReply(r)
	return w.WriteMsg(m)
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: it asks by DNS: untested @ plugin/resolve/resolve.go
package resolve

import "github.com/miekg/dns"

type Resolve struct{ server string }

func (p *Resolve) Ask(m *dns.Msg) (*dns.Msg, error) {
	answer, _, err := new(dns.Client).Exchange(m, p.server)
	return answer, err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: it registers with a server of gRPC @ backends/orders/orders.go
package orders

import "google.golang.org/grpc"

func Register(server *grpc.Server) {
	server.RegisterService(&desc, nil)
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: all beside it call their type so: unit-only @ alerts/provider/pager/pager.go
package pager

import "net/http"

type AlertProvider struct{ url string }

func (p *AlertProvider) Send() error {
	_, err := http.Get(p.url)
	return err
}
// +++ alerts/provider/pager/pager_test.go
package pager

import "testing"

func TestSend(t *testing.T) {
	if (&AlertProvider{}).Send() == nil {
		t.Fatal("sent")
	}
}
// +++ alerts/provider/mail/mail.go
package mail

import "net/smtp"

type AlertProvider struct{ host string }

func (p *AlertProvider) Send() error {
	return smtp.SendMail(p.host, nil, "", nil, nil)
}
// +++ tests/integration/mail_test.go
package integration

import (
	"testing"

	"github.com/shop/shop/alerts/provider/mail"
)

func TestMail(t *testing.T) {
	if err := (&mail.AlertProvider{}).Send(); err != nil {
		t.Fatal(err)
	}
}
// --- negative: left out where the program of its service is not there @ internal/backend/sftp/sftp.go
package sftp

import "github.com/pkg/sftp"

func Open(client *sftp.Client, name string) (*sftp.File, error) {
	return client.Open(name)
}
// +++ internal/backend/sftp/sftp_test.go
package sftp

import (
	"testing"

	"github.com/shop/shop/internal/find"
)

func TestOpen(t *testing.T) {
	if find.Program("sftp-server") == "" {
		t.Skip("sftp server binary not found")
	}
	if _, err := Open(find.Client(), "orders"); err != nil {
		t.Fatal(err)
	}
}
// --- negative: what providers share is none @ providers/internal/carrier/client.go
package carrier

import "net/http"

func Ask(url string) (*http.Response, error) {
	return http.Get(url)
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: a helper of tests makes each for an end-to-end test @ providers/obs/obs.go
package obs

import "github.com/huaweicloud/huaweicloud-sdk-go-obs/obs"

type Bucket struct{ client *obs.ObsClient }

func NewTestBucket() *Bucket { return &Bucket{} }
// +++ providers/bos/bos.go
package bos

import "github.com/baidubce/bce-sdk-go/services/bos"

type Bucket struct{ client *bos.Client }

func NewTestBucket() *Bucket { return &Bucket{} }
// +++ buckets/foreach.go
package buckets

import (
	"testing"

	"shop.io/providers/bos"
	"shop.io/providers/obs"
)

func ForeachStore(t *testing.T, check func(any)) {
	check(obs.NewTestBucket())
	check(bos.NewTestBucket())
}
// +++ buckets/acceptance_e2e_test.go
package buckets

import "testing"

func TestAcceptance(t *testing.T) {
	ForeachStore(t, func(any) {})
}
// --- positive: a helper of tests makes each for a unit test: unit-only @ providers/obs/obs.go
package obs

import "github.com/huaweicloud/huaweicloud-sdk-go-obs/obs"

type Bucket struct{ client *obs.ObsClient }

func NewTestBucket() *Bucket { return &Bucket{} }
// +++ buckets/foreach.go
package buckets

import (
	"testing"

	"shop.io/providers/obs"
)

func ForeachStore(t *testing.T, check func(any)) {
	check(obs.NewTestBucket())
}
// +++ buckets/names_test.go
package buckets

import "testing"

func TestNames(t *testing.T) {
	ForeachStore(t, func(any) {})
}
// --- negative: only a stand-in within it talks @ providers/ledger/ledger.go
package ledger

type Ledger struct{ entries []string }
// +++ providers/ledger/fake/fake.go
package fake

import "github.com/IBM/go-sdk-core/v5/core"

var answer core.DetailedResponse
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: others say its name, in what they import and in passing: unit-only @ connector/github/github.go
package github

import "net/http"

type Connector struct{ key string }

func (c *Connector) User() error {
	_, err := http.Get("https://api.github.com/user")
	return err
}
// +++ connector/github/github_test.go
package github

import "testing"

func TestUser(t *testing.T) {
	if (&Connector{}).User() == nil {
		t.Fatal("no key")
	}
}
// +++ connector/ldap/ldap.go
package ldap

type Connector struct{ key string }
// +++ connector/ldap/ldap_integration_test.go
//go:build integration

package ldap

import (
	"testing"

	"github.com/shop/shop/connector"
)

func TestGroups(t *testing.T) {
	if connector.Groups("admins") == nil {
		t.Fatal("they are made in github later")
	}
}
// +++ server/server_integration_test.go
//go:build integration

package server

import (
	"testing"

	"github.com/shop/shop/server"
)

func TestServe(t *testing.T) {
	if server.Serve() != nil {
		t.Fatal()
	}
}
// --- negative: short mode leaves its network out @ plugins/resolver/resolver.go
package resolver

import "github.com/miekg/dns"

func Ask(name string) error {
	_, _, err := (&dns.Client{}).Exchange(new(dns.Msg), name)
	return err
}
// +++ plugins/resolver/resolver_test.go
package resolver

import "testing"

func TestAsk(t *testing.T) {
	if testing.Short() {
		t.Skip("Skipping network-dependent test in short mode.")
	}
	if Ask("shop.io") != nil {
		t.Fatal()
	}
}
// --- positive: short mode leaves out what is slow: unit-only @ plugins/resolver/resolver.go
package resolver

import "github.com/miekg/dns"

func Ask(name string) error {
	_, _, err := (&dns.Client{}).Exchange(new(dns.Msg), name)
	return err
}
// +++ plugins/resolver/resolver_test.go
package resolver

import "testing"

func TestAsk(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	if Ask("shop.io") == nil {
		t.Fatal()
	}
}
// --- negative: it talks to any server @ plugins/inputs/http_response/http_response.go
package http_response

import "net/http"

func Ask(url string) error {
	_, err := http.Get(url)
	return err
}
// +++ plugins/inputs/http_response/http_response_test.go
package http_response

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestAsk(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	if Ask(server.URL) != nil {
		t.Fatal()
	}
}
// --- negative: an acceptance test where there is a cluster @ provider/k8s/k8s_discover.go
package k8s

import "k8s.io/client-go/kubernetes"

type Provider struct{ client kubernetes.Interface }
// +++ provider/k8s/k8s_discover_test.go
package k8s

import (
	"os"
	"testing"
)

func TestAcc(t *testing.T) {
	if _, err := os.Stat("kubeconfig.yaml"); err != nil {
		t.Skipf("Skipping, can't find a cluster: %s", err)
	}
	if (&Provider{}).Addrs() == nil {
		t.Fatal()
	}
}
// --- negative: only its own kit @ plugin/composer/composer.go
package composer

import "github.com/shop/shop-plugin-sdk/proto"

type Plugin struct{ proto.Unimplemented }
// +++ go.mod
module github.com/shop/shop
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: the kit of another: untested @ plugin/composer/composer.go
package composer

import "github.com/store/store-plugin-sdk/proto"

type Plugin struct{ proto.Unimplemented }
// +++ go.mod
module github.com/shop/shop
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- negative: what plugins share @ pkg/common/plugin/challenge/challenge.go
package challenge

import "net/http"

func Verify(url string) error {
	_, err := http.Get(url)
	return err
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: what it makes has an environment and secrets: unit-only @ pipeline/backend/kubernetes/pod.go
package kubernetes

import "k8s.io/client-go/kubernetes"

func Pod(client kubernetes.Interface, name string) string { return name }
// +++ pipeline/backend/kubernetes/pod_test.go
package kubernetes

import "testing"

func TestPod(t *testing.T) {
	want := `{"env": [{"name": "SECRET_KEY", "value": "a"}]}`
	if Pod(nil, "a") != want {
		t.Fatal()
	}
}
// --- negative: it is let in by a key of the environment @ pipeline/backend/kubernetes/pod.go
package kubernetes

import "k8s.io/client-go/kubernetes"

func Pod(client kubernetes.Interface, name string) string { return name }
// +++ pipeline/backend/kubernetes/pod_test.go
package kubernetes

import (
	"os"
	"testing"
)

func TestPod(t *testing.T) {
	if Pod(connect(os.Getenv("CLUSTER_TOKEN")), "a") != "a" {
		t.Fatal()
	}
}
// --- positive: the test sets what it asks the environment for: unit-only @ pkg/backends/secretsmanager.go
package backends

import "github.com/aws/aws-sdk-go-v2/service/secretsmanager"

type SecretsManager struct{ client *secretsmanager.Client }
// +++ pkg/backends/secretsmanager_test.go
package backends

import "testing"

func TestGet(t *testing.T) {
	if (&SecretsManager{client: &mockClient{}}).Get("a") != "b" {
		t.Fatal()
	}
}
// +++ pkg/config/config_test.go
package config

import (
	"os"
	"testing"
)

func TestNew(t *testing.T) {
	os.Setenv("VAULT_ADDR", "http://vault:8200")
	var backend *backends.SecretsManager = New().Backend
	if os.Getenv("VAULT_ADDR") == "" || backend == nil {
		t.Fatal()
	}
}
// --- negative: its helper starts the service in the process @ pkg/backends/vault.go
package backends

import "github.com/hashicorp/vault/api"

type Vault struct{ client *api.Client }
// +++ pkg/helpers/vault.go
package helpers

import (
	"testing"

	"github.com/hashicorp/vault/vault"
)

func CreateVault(t *testing.T) *vault.TestCluster {
	return vault.NewTestCluster(t, nil, nil)
}
// +++ pkg/backends/vault_test.go
package backends

import (
	"testing"

	"github.com/shop/shop/pkg/helpers"
)

func TestGet(t *testing.T) {
	if (&Vault{client: helpers.CreateVault(t).Client}).Get("a") != "b" {
		t.Fatal()
	}
}
// --- negative: a flag says which one @ providers/netlify/netlify.go
package netlify

import "net/http"

func Zones() (*http.Response, error) { return http.Get("https://api.netlify.com/zones") }
// +++ integrationTest/provider_test.go
package integrationtest

import (
	"flag"
	"testing"
)

var providerFlag = flag.String("provider", "", "the provider to run")

func TestZones(t *testing.T) {
	if open(*providerFlag).Zones() == nil {
		t.Fatal()
	}
}
// --- negative: what integration tests are given names it @ providers/netlify/netlify.go
package netlify

import "net/http"

func Zones() (*http.Response, error) { return http.Get("https://api.netlify.com/zones") }
// +++ integrationTest/profiles.json
{"NETLIFY": {"token": "$NETLIFY_TOKEN"}}
// +++ integrationTest/zones_test.go
package integrationtest

import "testing"

func TestZones(t *testing.T) {
	if zones() == nil {
		t.Fatal()
	}
}
// --- negative: a compose file beside its tests @ internal/providers/vault/provider.go
package vault

import "github.com/hashicorp/vault/api"

type Provider struct{ client *api.Client }
// +++ test/providers/vault/docker-compose.yml
services:
  vault:
    image: vault
// +++ test/providers/vault/vault_provider_test.go
package main

import (
	"testing"

	"github.com/shop/shop/internal/providers"
)

func TestProvider(t *testing.T) {
	if providers.Factories["vault"]().Get("a") != "b" {
		t.Fatal()
	}
}
// --- positive: a compose file beside tests that fake it: unit-only @ internal/providers/clusters/provider.go
package clusters

import "k8s.io/client-go/kubernetes"

type Provider struct{ client kubernetes.Interface }
// +++ test/providers/clusters/docker-compose.yml
services:
  clusters:
    image: clusters
// +++ test/providers/clusters/clusters_provider_test.go
package main

import (
	"testing"

	"k8s.io/client-go/kubernetes/fake"

	"github.com/shop/shop/internal/providers"
)

func TestProvider(t *testing.T) {
	if providers.Factories["clusters"](fake.NewSimpleClientset()).Get("a") != "b" {
		t.Fatal()
	}
}
// --- negative: it only knows how a database says that it has none @ providers/hub/hub.go
package hub

import (
	"database/sql"
	"errors"
)

func IsMissing(err error) bool { return errors.Is(err, sql.ErrNoRows) }
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: it has the database in hand: untested @ providers/hub/hub.go
package hub

import "database/sql"

func Names(store *sql.DB) (*sql.Rows, error) { return store.Query("SELECT name FROM hubs") }
// +++ cart/cart_test.go
package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
