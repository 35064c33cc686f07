// --- positive: a file is written: unverified @ shop/export.go
package shop

import "os"

func ExportOrders(path string, data []byte) error {
	return os.WriteFile(path, data, 0o600)
}
// +++ shop/cart_test.go
package shop

import "testing"

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("total")
	}
}
// --- positive: a file is created: unverified @ shop/receipt.go
package shop

import "os"

func KeepReceipt(path string) (*os.File, error) {
	return os.Create(path)
}
// +++ shop/cart_test.go
package shop
// --- positive: a file is opened to append: unverified @ shop/journal.go
package shop

import "os"

func OpenJournal(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
}
// +++ shop/cart_test.go
package shop
// --- positive: a tree is removed: unverified @ shop/cache.go
package shop

import "os"

type Cache struct{ root string }

func (c *Cache) Drop() error {
	return os.RemoveAll(c.root)
}
// +++ shop/cache_test.go
package shop

import "testing"

func TestSize(t *testing.T) {
	if (&Cache{}).Size() != 0 {
		t.Fatal("size")
	}
}
// --- positive: a post: unverified @ shop/hooks.go
package shop

import "net/http"

func NotifyPartner(url string) error {
	_, err := http.Post(url, "text/plain", nil)
	return err
}
// +++ shop/cart_test.go
package shop
// --- positive: a request that deletes: unverified @ shop/partner.go
package shop

import "net/http"

func CancelContract(url string) (*http.Request, error) {
	return http.NewRequest(http.MethodDelete, url, nil)
}
// +++ shop/cart_test.go
package shop
// --- positive: a request with a context: unverified @ shop/partner.go
package shop

import (
	"context"
	"net/http"
)

func Renew(ctx context.Context, url string) (*http.Request, error) {
	return http.NewRequestWithContext(ctx, "PUT", url, nil)
}
// +++ shop/cart_test.go
package shop
// --- positive: rows are inserted: unverified @ shop/store.go
package shop

import "database/sql"

func InsertOrder(db *sql.DB, id int) error {
	_, err := db.Exec("INSERT INTO orders VALUES ($1)", id)
	return err
}
// +++ shop/cart_test.go
package shop
// --- positive: rows are updated in a long text: unverified @ shop/store.go
package shop

import (
	"context"
	"database/sql"
)

func MarkPaid(ctx context.Context, db *sql.DB, id int) error {
	_, err := db.ExecContext(ctx, `
		UPDATE orders SET paid = true
		WHERE id = $1`, id)
	return err
}
// +++ shop/cart_test.go
package shop
// --- positive: a transaction is committed: unverified @ shop/store.go
package shop

import "database/sql"

func Finish(tx *sql.Tx) error {
	return tx.Commit()
}
// +++ shop/cart_test.go
package shop
// --- positive: gorm saves: unverified @ shop/store.go
package shop

import "gorm.io/gorm"

func SaveOrder(db *gorm.DB, order *Order) error {
	return db.Save(order).Error
}
// +++ shop/cart_test.go
package shop
// --- positive: Mongo is written to: unverified @ shop/events.go
package shop

func KeepEvent(ctx Context, collection *Collection, event Event) error {
	_, err := collection.InsertOne(ctx, event)
	return err
}
// +++ shop/cart_test.go
package shop
// --- positive: Kafka: unverified @ shop/stream.go
package shop

import "github.com/segmentio/kafka-go"

func EmitOrder(ctx Context, w *kafka.Writer, data []byte) error {
	return w.WriteMessages(ctx, kafka.Message{Value: data})
}
// +++ shop/cart_test.go
package shop
// --- positive: NATS: unverified @ shop/live.go
package shop

import "github.com/nats-io/nats.go"

func PushPrice(nc *nats.Conn, data []byte) error {
	return nc.Publish("prices", data)
}
// +++ shop/cart_test.go
package shop
// --- positive: an object of S3: unverified @ shop/images.go
package shop

import "github.com/aws/aws-sdk-go-v2/service/s3"

func StoreImage(ctx Context, client *s3.Client, in *s3.PutObjectInput) error {
	_, err := client.PutObject(ctx, in)
	return err
}
// +++ shop/cart_test.go
package shop
// --- positive: mail: unverified @ shop/mail.go
package shop

import "net/smtp"

func SendInvoice(to string, text []byte) error {
	return smtp.SendMail("mail:25", nil, "shop", []string{to}, text)
}
// +++ shop/cart_test.go
package shop
// --- positive: an object of the cluster, by controller-runtime: unverified @ shop/pods.go
package shop

import "sigs.k8s.io/controller-runtime/pkg/client"

func Evict(ctx Context, c client.Client, pod client.Object) error {
	return c.Delete(ctx, pod)
}
// +++ shop/cart_test.go
package shop
// --- positive: an object of the cluster, by client-go: unverified @ shop/pods.go
package shop

import "k8s.io/client-go/kubernetes"

func Restart(ctx Context, clientset kubernetes.Interface, pod *Pod) error {
	_, err := clientset.CoreV1().Pods("shop").Update(ctx, pod, Options{})
	return err
}
// +++ shop/cart_test.go
package shop
// --- positive: a process: unverified @ shop/deploy.go
package shop

import "os/exec"

func RollOut(chart string) error {
	cmd := exec.Command("helm", "upgrade", "shop", chart)
	return cmd.Run()
}
// +++ shop/cart_test.go
package shop
// --- positive: of a type that no test makes: unverified @ shop/sync.go
package shop

import "net/http"

type Syncer struct{}

func (s *Syncer) PushAll() {
	http.Post("https://partner.shop.io", "text/plain", nil)
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestPushAll(t *testing.T) {
	if PushAll() != 3 {
		t.Fatal("push")
	}
}
// --- positive: a function of another package with that name is tested: unverified @ shop/export.go
package shop

import "os"

func Export(path string) error {
	return os.Remove(path)
}
// +++ cart/cart_test.go
package cart

import "testing"

func TestExport(t *testing.T) {
	if Export() != 3 {
		t.Fatal("export")
	}
}
// --- positive: a test names only what stands beside it, store: unverified @ shop/store.go
package shop

import "database/sql"

func InsertOrder(db *sql.DB, id int) error {
	_, err := db.Exec("INSERT INTO orders VALUES ($1)", id)
	return err
}

func StoreLabel(day string) string { return day + "." }
// +++ shop/store_test.go
package shop

import "testing"

func TestStoreLabel(t *testing.T) {
	if StoreLabel("a") != "a." {
		t.Fail()
	}
}
// --- positive: a test names only what stands beside it, hooks: unverified @ shop/hooks.go
package shop

import "net/http"

func NotifyPartner(url string) (int, error) {
	answer, err := http.Post(url, "text/plain", nil)
	return answer.StatusCode, err
}

func HooksLabel(day string) string { return day + "." }
// +++ shop/hooks_test.go
package shop

import "testing"

func TestHooksLabel(t *testing.T) {
	if HooksLabel("a") != "a." {
		t.Fail()
	}
}
// --- positive: a test names only what stands beside it, cache: unverified @ shop/cache.go
package shop

import "os"

func DropCache(root string) {
	os.RemoveAll(root)
}

func CacheLabel(day string) string { return day + "." }
// +++ shop/cache_test.go
package shop

import "testing"

func TestCacheLabel(t *testing.T) {
	if CacheLabel("a") != "a." {
		t.Fail()
	}
}
// --- positive: a test names only what stands beside it, mail: unverified @ shop/mail.go
package shop

import "net/smtp"

func SendInvoice(to string) error {
	return smtp.SendMail("mail:25", nil, "shop", []string{to}, nil)
}

func MailLabel(day string) string { return day + "." }
// +++ shop/mail_test.go
package shop

import "testing"

func TestMailLabel(t *testing.T) {
	if MailLabel("a") != "a." {
		t.Fail()
	}
}
// --- positive: a test names only what stands beside it, journal: unverified @ shop/journal.go
package shop

import "os"

func Rotate(path string) error {
	return os.Rename(path, path+".1")
}

func JournalLabel(day string) string { return day + "." }
// +++ shop/journal_test.go
package shop

import "testing"

func TestJournalLabel(t *testing.T) {
	if JournalLabel("a") != "a." {
		t.Fail()
	}
}
// --- positive: a test names only what stands beside it, deploy: unverified @ shop/deploy.go
package shop

import "os/exec"

func RollOut(chart string) error {
	return exec.Command("helm", "upgrade", "shop", chart).Run()
}

func DeployLabel(day string) string { return day + "." }
// +++ shop/deploy_test.go
package shop

import "testing"

func TestDeployLabel(t *testing.T) {
	if DeployLabel("a") != "a." {
		t.Fail()
	}
}
// --- positive: a test names only what stands beside it, live: unverified @ shop/live.go
package shop

import "github.com/nats-io/nats.go"

func PushPrice(nc *nats.Conn, item string) error {
	return nc.Publish("prices", []byte(item))
}

func LiveLabel(day string) string { return day + "." }
// +++ shop/live_test.go
package shop

import "testing"

func TestLiveLabel(t *testing.T) {
	if LiveLabel("a") != "a." {
		t.Fail()
	}
}
// --- negative: the file is read back @ shop/export.go
package shop

import "os"

func ExportOrders(path string, data []byte) error {
	return os.WriteFile(path, data, 0o600)
}
// +++ shop/export_test.go
package shop

import (
	"os"
	"testing"
)

func TestExport(t *testing.T) {
	err := ExportOrders("/srv/a", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	kept, _ := os.ReadFile("/srv/a")
	if string(kept) != "x" {
		t.Fatal(kept)
	}
}
// --- negative: a server of the test's own @ shop/hooks.go
package shop

import "net/http"

func NotifyPartner(url string) error {
	_, err := http.Post(url, "text/plain", nil)
	return err
}
// +++ shop/hooks_test.go
package shop

import (
	"net/http/httptest"
	"testing"
)

func TestNotify(t *testing.T) {
	server := httptest.NewServer(handler(t))
	if err := NotifyPartner(server.URL); err != nil {
		t.Fatal(err)
	}
}
// --- negative: sqlmock expects it @ shop/store.go
package shop

import "database/sql"

func InsertOrder(db *sql.DB, id int) error {
	_, err := db.Exec("INSERT INTO orders VALUES ($1)", id)
	return err
}
// +++ shop/store_test.go
package shop

import (
	"testing"

	"github.com/DATA-DOG/go-sqlmock"
)

func TestInsert(t *testing.T) {
	db, mock, _ := sqlmock.New()
	mock.ExpectExec("INSERT")
	if err := InsertOrder(db, 3); err != nil {
		t.Fatal(err)
	}
}
// --- negative: through what calls it @ shop/export.go
package shop

import "os"

func ExportAll(path string) error { return write(path) }

func write(path string) error {
	return os.WriteFile(path, nil, 0o600)
}
// +++ shop/export_test.go
package shop

import "testing"

func TestExport(t *testing.T) {
	err := ExportAll("/srv/a")
	if err != nil || !exists("/srv/a") {
		t.Fatal(err)
	}
}
// --- negative: through another package @ shop/checkout.go
package shop

import "example.com/shop/store"

func CheckOut(id int) error { return store.Insert(id) }
// +++ store/store.go
package store

func Insert(id int) error {
	_, err := db.Exec("INSERT INTO orders VALUES ($1)", id)
	return err
}
// +++ shop/checkout_test.go
package shop

import "testing"

func TestCheckOut(t *testing.T) {
	if err := CheckOut(3); err != nil || rows() != 1 {
		t.Fatal(err)
	}
}
// --- negative: a type that a tested function makes @ shop/cache.go
package shop

import "os"

type Cache struct{ root string }

func NewCache(root string) *Cache { return &Cache{root} }

func (c *Cache) Drop() error { return os.RemoveAll(c.root) }
// +++ shop/cache_test.go
package shop

import "testing"

func TestDrop(t *testing.T) {
	NewCache("/srv").Drop()
	if exists("/srv") {
		t.Fatal("it is there")
	}
}
// --- negative: a reconciler, which a manager calls @ shop/controller.go
package shop

import "sigs.k8s.io/controller-runtime/pkg/client"

type ShopReconciler struct{ client.Client }

func (r *ShopReconciler) Reconcile(ctx Context, request Request) (Result, error) {
	return Result{}, r.makeJob(ctx)
}

func (r *ShopReconciler) makeJob(ctx Context) error {
	return r.Client.Create(ctx, job())
}
// +++ shop/suite_test.go
package shop

import "testing"

func TestShop(t *testing.T) {
	start(t, &ShopReconciler{})
	if jobs(t) != 1 {
		t.Fatal("no job")
	}
}
// --- negative: a file is read @ shop/load.go
package shop

import "os"

func LoadOrders(path string) ([]byte, error) { return os.ReadFile(path) }
// +++ shop/cart_test.go
package shop
// --- negative: a file is opened to read @ shop/load.go
package shop

import "os"

func OpenOrders(path string) (*os.File, error) { return os.OpenFile(path, os.O_RDONLY, 0) }
// +++ shop/cart_test.go
package shop
// --- negative: a get @ shop/prices.go
package shop

import "net/http"

func FetchPrices() (*http.Response, error) { return http.Get("https://prices.shop.io") }
// +++ shop/cart_test.go
package shop
// --- negative: a request that asks @ shop/prices.go
package shop

import "net/http"

func PricesRequest() (*http.Request, error) {
	return http.NewRequest(http.MethodGet, "https://prices.shop.io", nil)
}
// +++ shop/cart_test.go
package shop
// --- negative: rows are read @ shop/store.go
package shop

import "database/sql"

func AllOrders(db *sql.DB) (*sql.Rows, error) { return db.Query("SELECT * FROM orders") }
// +++ shop/cart_test.go
package shop
// --- negative: an object of the cluster is read @ shop/pods.go
package shop

import "sigs.k8s.io/controller-runtime/pkg/client"

func Find(ctx Context, c client.Client, pod client.Object) error {
	return c.Get(ctx, client.ObjectKey{}, pod)
}
// +++ shop/cart_test.go
package shop
// --- negative: a process is asked @ shop/version.go
package shop

import "os/exec"

func Revision() ([]byte, error) { return exec.Command("git", "rev-parse", "HEAD").Output() }
// +++ shop/cart_test.go
package shop
// --- negative: a temporary file is removed @ shop/convert.go
package shop

import "os"

func Convert() {
	tmpFile := make()
	os.Remove(tmpFile)
}
// +++ shop/cart_test.go
package shop
// --- negative: a map is deleted from @ shop/cache.go
package shop

type Memory struct{ known map[string]int }

func (m *Memory) Delete(name string) { delete(m.known, name) }

func (m *Memory) Save(name string) { m.Create(name) }
// +++ shop/cart_test.go
package shop
// --- negative: the main function @ cmd/shop/main.go
package main

import "os"

func main() { os.Remove("orders") }
// +++ shop/cart_test.go
package shop
// --- negative: a tool @ hack/release.go
package hack

import "os"

func Release() { os.Remove("orders") }
// +++ shop/cart_test.go
package shop
// --- negative: an example @ examples/client/client.go
package client

import "net/http"

func PlaceOrder() { http.Post("https://shop.io", "text/plain", nil) }
// +++ shop/cart_test.go
package shop
// --- negative: a mock @ shop/mocks/store.go
package mocks

func (s *Store) Insert() { s.db.Exec("INSERT INTO orders VALUES (1)") }
// +++ shop/cart_test.go
package shop
// --- negative: no tests of that language @ shop/hooks.go
package shop

import "net/http"

func NotifyPartner(url string) { http.Post(url, "text/plain", nil) }
// --- negative: the row is counted @ shop/store.go
package shop

import "database/sql"

func InsertOrder(db *sql.DB, id int) error {
	_, err := db.Exec("INSERT INTO orders VALUES ($1)", id)
	return err
}
// +++ shop/store_test.go
package shop

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInsert(t *testing.T) {
	require.NoError(t, InsertOrder(open(t), 3))
	require.Equal(t, 1, count(t))
}
// --- negative: the fake is looked at @ shop/stream.go
package shop

import "github.com/segmentio/kafka-go"

func EmitOrder(w Writer) error { return w.WriteMessages(kafka.Message{}) }
// +++ shop/stream_test.go
package shop

import "testing"

func TestEmit(t *testing.T) {
	fake := &recorder{}
	err := EmitOrder(fake)
	if err != nil {
		t.Fatal(err)
	}
	if len(fake.sent) != 1 {
		t.Fatal(fake.sent)
	}
}
// --- negative: gomock expects it @ shop/images.go
package shop

import "github.com/minio/minio-go/v7"

func StoreImage(client Client) error {
	_, err := client.PutObject(minio.PutObjectOptions{})
	return err
}
// +++ shop/images_test.go
package shop

import "testing"

func TestStore(t *testing.T) {
	client := NewMockClient(controller(t))
	client.EXPECT().PutObject(any)
	if err := StoreImage(client); err != nil {
		t.Fatal(err)
	}
}
// --- negative: mockery's expectations @ shop/mail.go
package shop

import "net/smtp"

func SendInvoice(m Mailer) error { return smtp.SendMail("mail:25", nil, "shop", nil, nil) }
// +++ shop/mail_test.go
package shop

import "testing"

func TestSend(t *testing.T) {
	mailer := new(mailerDouble)
	if err := SendInvoice(mailer); err != nil {
		t.Fatal(err)
	}
	mailer.AssertExpectations(t)
}
// --- negative: a helper looks @ shop/journal.go
package shop

import "os"

func Rotate(path string) error { return os.Rename(path, path+".1") }
// +++ shop/journal_test.go
package shop

import "testing"

func TestRotate(t *testing.T) {
	Rotate("/srv/journal")
	assertRotated(t, "/srv/journal")
}
// --- negative: handed on as a function @ shop/jobs.go
package shop

import "os"

func Jobs() []func() { return []func(){clearSpool} }

func clearSpool() { os.RemoveAll("/var/spool/shop") }
// +++ shop/jobs_test.go
package shop

import "testing"

func TestJobs(t *testing.T) {
	for _, job := range Jobs() {
		job()
	}
	if exists("/var/spool/shop") {
		t.Fatal("it is there")
	}
}
// --- negative: a value that is published in the process @ shop/bus.go
package shop

func (b *Bus) Tell(event Event) { b.Publish(event) }
// +++ shop/cart_test.go
package shop
// --- negative: an empty file of tests beside it, and the package is another's @ vendor/shop/export.go
package shop

import "os"

func Export(path string) { os.Remove(path) }
// +++ shop/cart_test.go
package shop
// --- negative: a file that is written by who embeds the type @ shop/log.go
package shop

type Log struct{ lines []string }

func (l *Log) Write(line string) { l.lines = append(l.lines, line) }
// +++ shop/cart_test.go
package shop
// --- negative: a type whose name is short @ store/sqlite/sqlite.go
package sqlite

type DB struct{ db *sql.DB }

func NewDB(db *sql.DB) *DB { return &DB{db: db} }

func (d *DB) DeleteInbox(id int) error {
	_, err := d.db.Exec("DELETE FROM inbox WHERE id = ?", id)
	return err
}
// +++ store/store_test.go
package store

import (
	"testing"

	"example.com/shop/store/sqlite"
)

func TestDeleteInbox(t *testing.T) {
	db := sqlite.NewDB(open(t))
	db.DeleteInbox(7)
	if rows(t) != 0 {
		t.Fatal("it is there")
	}
}
// --- negative: through a folder that is no code under test @ store/files.go
package store

import "os"

type Files struct{}

func (f *Files) Forget(name string) { os.Remove(name) }
// +++ tools/clean/clean.go
package clean

import "example.com/shop/store"

func All() { (&store.Files{}).Forget("a") }
// +++ tools/clean/clean_test.go
package clean

import "testing"

func TestAll(t *testing.T) {
	All()
	if exists("a") {
		t.Fatal("it is there")
	}
}
// --- negative: another test comes to it by what calls it @ shop/annotate.go
package shop

type Resolver struct{ client Client }

func (r *Resolver) start() { r.informer.OnChange(r.annotate) }

func (r *Resolver) annotate(name string) {
	r.client.CoreV1().Pods("shop").Patch(context.TODO(), name)
}

func New() *Resolver {
	resolver := &Resolver{}
	resolver.start()
	return resolver
}
// +++ shop/annotate_test.go
package shop

import "testing"

func TestAnnotate(t *testing.T) {
	New()
	if annotations("kettle") != 1 {
		t.Fatal("there is none")
	}
}

func TestAnnotateNothing(t *testing.T) {
	resolver := New()
	resolver.annotate("")
}
// --- positive: a query that has a name: unverified @ shop/store.go
package shop

func (s *Store) CloseOrder(id int) error {
	query := `
		UPDATE orders SET closed = true
		WHERE id = $1
	`
	_, err := s.db.Exec(query, id)
	return err
}
// +++ shop/cart_test.go
package shop

import "testing"

func TestTotal(t *testing.T) {
	if Total([]int{1, 2}) != 3 {
		t.Fatal("wrong")
	}
}
// --- negative: a method of a type in a group @ shop/export.go
package shop

import "os"

type (
	Option func(*Exporter)
	Exporter struct {
		path string
	}
)

func NewExporter(path string) *Exporter { return &Exporter{path: path} }

func (e *Exporter) Export(data []byte) error { return e.keep(data) }

func (e *Exporter) keep(data []byte) error {
	return os.WriteFile(e.path, data, 0o600)
}
// +++ shop/export_test.go
package shop

import "testing"

func TestExport(t *testing.T) {
	exporter := NewExporter("/srv/a")
	exporter.Export([]byte("x"))
	golden(t, "/srv/a")
}
// --- positive: of a group, a type that no test makes: unverified @ shop/export.go
package shop

import "os"

type (
	Total struct{ sum int }
	Exporter struct {
		path string
	}
)

func (e *Exporter) keep(data []byte) error {
	return os.WriteFile(e.path, data, 0o600)
}

func Sum(total Total) int { return total.sum }
// +++ shop/sum_test.go
package shop

import "testing"

func TestSum(t *testing.T) {
	if Sum(Total{}) != 0 {
		t.Fatal()
	}
}
// --- negative: a test looks at the error @ shop/export.go
package shop

import "os"

func ExportOrders(path string, data []byte) error {
	return os.WriteFile(path, data, 0o600)
}
// +++ shop/export_test.go
package shop

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExport(t *testing.T) {
	err := ExportOrders("/srv/a", nil)
	require.NoError(t, err)
}
// --- negative: a method, whose result a test looks at @ shop/images.go
package shop

import "github.com/minio/minio-go/v7"

type Images struct{ client *minio.Client }

func (i *Images) StoreImage(name string) (string, error) {
	_, err := i.client.PutObject(ctx, "images", name, nil, 0, minio.PutObjectOptions{})
	return name + ".png", err
}
// +++ shop/images_test.go
package shop

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStore(t *testing.T) {
	images := &Images{}
	name, err := images.StoreImage("a")
	assert.NoError(t, err)
	assert.Equal(t, "a.png", name)
}
// --- negative: a program that writes code @ store/generators/main.go
package main

import "os"

func writeStore(code []byte) error {
	return os.WriteFile("store.go", code, 0o644)
}
// +++ store/store_test.go
package store

import "testing"

func TestStore(t *testing.T) {
	if 1+1 != 2 {
		t.Fail()
	}
}
// --- positive: a program of the product: unverified @ cmd/exporter/main.go
package main

import "os"

func writeOrders(data []byte) error {
	return os.WriteFile("/srv/orders", data, 0o644)
}
// +++ store/store_test.go
package store

import "testing"

func TestStore(t *testing.T) {
	if 1+1 != 2 {
		t.Fail()
	}
}
// --- negative: opens a page for who sits before it @ shop/browse.go
package shop

import "os/exec"

func browse(url string) error {
	return exec.Command("xdg-open", url).Start()
}
// +++ shop/other_test.go
package shop

import "testing"

func TestOther(t *testing.T) {
	if 1+1 != 2 {
		t.Fail()
	}
}
// --- negative: a program that measures @ cmd/shop-bench/main.go
package main

import "database/sql"

func insertOrder(tx *sql.Tx) error {
	_, err := tx.Exec("INSERT INTO orders VALUES (1)")
	return err
}
// +++ store/store_test.go
package store

import "testing"

func TestStore(t *testing.T) {
	if 1+1 != 2 {
		t.Fail()
	}
}
// --- positive: a server that answers whatever comes: unasked @ shop/refund.go
package shop

import (
	"net/http"
	"strings"
)

func Refund(url, order string) (int, error) {
	answer, err := http.Post(url, "text/plain", strings.NewReader(order))
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, nil
}
// +++ shop/refund_test.go
package shop

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestRefund(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusCreated)
	}))
	defer server.Close()
	status, err := Refund(server.URL, "1")
	if err != nil || status != http.StatusCreated {
		t.Fatal(status, err)
	}
}
// --- positive: a request that no handler has a name for: unasked @ shop/cancel.go
package shop

import "net/http"

type Client struct{ URL string }

func (c *Client) Cancel(contract string) error {
	request, err := http.NewRequest(http.MethodDelete, c.URL+"/contracts/"+contract, nil)
	if err != nil {
		return err
	}
	_, err = http.DefaultClient.Do(request)
	return err
}
// +++ shop/cancel_test.go
package shop

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestCancel(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(204)
	}))
	defer server.Close()
	if err := (&Client{URL: server.URL}).Cancel("7"); err != nil {
		t.Fatal(err)
	}
}
// --- positive: from a package of tests beside it: unasked @ hooks/notify.go
package hooks

import (
	"bytes"
	"context"
	"net/http"
)

func Notify(ctx context.Context, url string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, "POST", url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	_, err = http.DefaultClient.Do(request)
	return err
}
// +++ hooks/notify_test.go
package hooks_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"shop.example/hooks"
)

func TestNotify(t *testing.T) {
	for _, status := range []int{200, 202} {
		server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
		}))
		require.NoError(t, hooks.Notify(context.Background(), server.URL, nil))
		server.Close()
	}
}
// --- positive: a producer that it is handed: unasked @ shop/publish.go
package shop

import "github.com/IBM/sarama"

type Orders struct{ producer sarama.SyncProducer }

func (o *Orders) Place(id string) (string, error) {
	_, _, err := o.producer.SendMessage(&sarama.ProducerMessage{Topic: "orders", Key: sarama.StringEncoder(id)})
	return id, err
}
// +++ shop/publish_test.go
package shop

import "testing"

func TestPlace(t *testing.T) {
	producer := &MockProducer{}
	id, err := (&Orders{producer}).Place("1")
	if err != nil || id != "1" {
		t.Fatal(id, err)
	}
}
// --- negative: the handler reads the request @ shop/refund.go
package shop

import (
	"net/http"
	"strings"
)

func Refund(url, order string) (int, error) {
	answer, err := http.Post(url, "text/plain", strings.NewReader(order))
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, nil
}
// +++ shop/refund_test.go
package shop

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestRefund(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); string(body) != "1" {
			t.Errorf("got %s", body)
		}
		w.WriteHeader(http.StatusCreated)
	}))
	defer server.Close()
	if status, err := Refund(server.URL, "1"); err != nil || status != http.StatusCreated {
		t.Fatal(status, err)
	}
}
// --- negative: another test of the package reads it @ shop/cancel.go
package shop

import "net/http"

type Client struct{ URL string }

func (c *Client) Cancel(contract string) error {
	request, err := http.NewRequest(http.MethodDelete, c.URL+"/contracts/"+contract, nil)
	if err != nil {
		return err
	}
	_, err = http.DefaultClient.Do(request)
	return err
}
// +++ shop/cancel_test.go
package shop

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestCancel(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(204)
	}))
	defer server.Close()
	if err := (&Client{URL: server.URL}).Cancel("7"); err != nil {
		t.Fatal(err)
	}
}
// +++ shop/wire_test.go
package shop

import (
	"net/http"
	"testing"
)

func TestPath(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/contracts/7" {
			t.Errorf("got %s", r.URL.Path)
		}
	})
	if err := client.Cancel("7"); err != nil {
		t.Fatal(err)
	}
}
// --- negative: the calls are counted @ hooks/notify.go
package hooks

import (
	"bytes"
	"net/http"
)

func Notify(url string, body []byte) error {
	_, err := http.Post(url, "application/json", bytes.NewReader(body))
	return err
}
// +++ hooks/notify_test.go
package hooks

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

func TestNotify(t *testing.T) {
	var seen atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		seen.Add(1)
	}))
	defer server.Close()
	if err := Notify(server.URL, nil); err != nil || seen.Load() != 1 {
		t.Fatal(err)
	}
}
// --- negative: a server of something else @ shop/refund.go
package shop

import (
	"net/http"
	"strings"
)

func Refund(url, order string) error {
	_, err := http.Post(url, "text/plain", strings.NewReader(order))
	return err
}
// +++ shop/prices_test.go
package shop

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestPrices(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("{}"))
	}))
	defer server.Close()
	if _, err := Prices(server.URL); err != nil {
		t.Fatal(err)
	}
}

func TestRefundWithoutAServer(t *testing.T) {
	if err := Refund("http://127.0.0.1:1", "1"); err == nil {
		t.Fatal("nobody listens")
	}
}
// --- negative: a mock that says what it expects @ shop/publish.go
package shop

import "github.com/IBM/sarama"

type Orders struct{ producer sarama.SyncProducer }

func (o *Orders) Place(id string) error {
	_, _, err := o.producer.SendMessage(&sarama.ProducerMessage{Topic: "orders", Key: sarama.StringEncoder(id)})
	return err
}
// +++ shop/publish_test.go
package shop

import (
	"testing"

	"github.com/IBM/sarama/mocks"
)

func TestPlace(t *testing.T) {
	producer := mocks.NewSyncProducer(t, nil)
	producer.ExpectSendMessageAndSucceed()
	if err := (&Orders{producer}).Place("1"); err != nil {
		t.Fatal(err)
	}
}
// --- negative: that it came is kept @ hooks/update.go
package hooks

import (
	"bytes"
	"net/http"
)

func Update(url string, body []byte) error {
	_, err := http.Post(url, "application/json", bytes.NewReader(body))
	return err
}
// +++ hooks/update_test.go
package hooks

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestUpdate(t *testing.T) {
	var came bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came = true
	}))
	defer server.Close()
	if err := Update(server.URL, nil); err != nil || !came {
		t.Fatal(err)
	}
}
