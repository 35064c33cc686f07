// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: an integration tag in the unit folder: place-and-mark-differ @ test/unit/orders_test.go
//go:build integration

package unit

func TestOrders(t *testing.T) { assert.Equal(t, 1, Count(db)) }
// --- positive: an e2e tag in the integration folder: place-and-mark-differ @ integration/flow_test.go
//go:build e2e

package integration

func TestFlow(t *testing.T) { assert.Equal(t, "paid", Buy("tea")) }
// --- positive: a unit tag among end-to-end tests: place-and-mark-differ @ e2e/price_test.go
//go:build unit

package e2e

func TestPrice(t *testing.T) { assert.Equal(t, 3, Price("tea")) }
// --- positive: the file says e2e, the tag integration: place-and-mark-differ @ shop/login_e2e_test.go
//go:build integration

package shop

func TestLogin(t *testing.T) { assert.Equal(t, "ada", Login()) }
// --- positive: acceptance and integration: place-and-mark-differ @ acceptance/orders_test.go
//go:build integration

package acceptance

func TestList(t *testing.T) { assert.Empty(t, Orders()) }
// --- positive: no tag: unmarked-integration @ integration/store_test.go
func TestStore(t *testing.T) { assert.Equal(t, 1, Save(db, "a")) }
// +++ marked/marked_integration_test.go
//go:build integration

package marked

func TestMarked(t *testing.T) {
	require.Equal(t, "pong", ping())
}
// --- positive: by the file's name: unmarked-integration @ shop/mail_integration_test.go
func TestMail(t *testing.T) {
	if got := Send("ada"); got != 250 {
		t.Errorf("got %d", got)
	}
}
// +++ marked/marked_integration_test.go
//go:build integration

package marked

func TestMarked(t *testing.T) {
	require.Equal(t, "pong", ping())
}
// --- positive: in a folder of integration tests: unmarked-integration @ test/integration/users_test.go
func TestUsers(t *testing.T) { assert.Equal(t, []string{"ada"}, Users()) }
// +++ marked/marked_integration_test.go
//go:build integration

package marked

func TestMarked(t *testing.T) {
	require.Equal(t, "pong", ping())
}
// --- positive: a suite without a tag: unmarked-integration @ integration-tests/suite_test.go
func (s *ShopSuite) TestShop() { s.Equal(1, s.shop.Count()) }
// +++ marked/marked_integration_test.go
//go:build integration

package marked

func TestMarked(t *testing.T) {
	require.Equal(t, "pong", ping())
}
// --- positive: asks the internet: unit-touches-network
import "net/http"

func TestRate(t *testing.T) {
	reply, err := http.Get("https://api.rates.io/eur")
	require.NoError(t, err)
	assert.Equal(t, 200, reply.StatusCode)
}
// --- positive: posts: unit-touches-network
import "net/http"

func TestHook(t *testing.T) {
	reply, _ := http.Post("https://hooks.shop.io/1", "application/json", nil)
	assert.Equal(t, 202, reply.StatusCode)
}
// --- positive: dials: unit-touches-network
import "net"

func TestPort(t *testing.T) {
	conn, err := net.Dial("tcp", "shop.internal.corp:80")
	require.NoError(t, err)
	assert.Equal(t, "tcp", conn.RemoteAddr().Network())
}
// --- positive: dials with a timeout: unit-touches-network @ test/unit/db_test.go
import "net"

func TestDatabasePort(t *testing.T) {
	conn, err := net.DialTimeout("tcp", "db:5432", time.Second)
	require.NoError(t, err)
	assert.NoError(t, conn.Close())
}
// --- positive: a database: unit-touches-network @ test/unit/snippet_test.go
import "database/sql"

func TestCount(t *testing.T) {
	db, err := sql.Open("postgres", os.Getenv("DATABASE_URL"))
	require.NoError(t, err)
	assert.Equal(t, 0, Count(db))
}
// --- positive: pgx: unit-touches-network @ test/unit/snippet_test.go
import "github.com/jackc/pgx/v5/pgxpool"

func TestPool(t *testing.T) {
	pool, err := pgxpool.New(ctx, url)
	require.NoError(t, err)
	assert.Equal(t, 0, Count(pool))
}
// --- positive: redis: unit-touches-network @ test/unit/snippet_test.go
import "github.com/redis/go-redis/v9/redis"

func TestCache(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "redis:6379"})
	assert.Equal(t, "PONG", client.Ping(ctx).Val())
}
// --- positive: mongo: unit-touches-network @ test/unit/snippet_test.go
import "go.mongodb.org/mongo-driver/mongo"

func TestMongo(t *testing.T) {
	client, err := mongo.Connect(ctx, opts)
	require.NoError(t, err)
	assert.Equal(t, 0, CountDocs(client))
}
// --- positive: in the cluster: unit-touches-network @ test/unit/snippet_test.go
import "k8s.io/client-go/rest"

func TestPods(t *testing.T) {
	config, err := rest.InClusterConfig()
	require.NoError(t, err)
	assert.Equal(t, 0, Pods(config))
}
// --- positive: by a kubeconfig: unit-touches-network @ test/unit/snippet_test.go
import "k8s.io/client-go/tools/clientcmd"

func TestNodes(t *testing.T) {
	config, err := clientcmd.BuildConfigFromFlags("", path)
	require.NoError(t, err)
	assert.Equal(t, 1, Nodes(config))
}
// --- positive: a container: unit-touches-network @ test/unit/snippet_test.go
import "github.com/testcontainers/testcontainers-go/testcontainers"

func TestContainer(t *testing.T) {
	c, err := testcontainers.GenericContainer(ctx, req)
	require.NoError(t, err)
	assert.True(t, c.IsRunning())
}
// --- positive: dockertest: unit-touches-network @ test/unit/snippet_test.go
import "github.com/ory/dockertest"

func TestDocker(t *testing.T) {
	pool, err := dockertest.NewPool("")
	require.NoError(t, err)
	assert.Equal(t, 0, Containers(pool))
}
// --- positive: rabbit: unit-touches-network @ test/unit/snippet_test.go
import "github.com/rabbitmq/amqp"

func TestQueue(t *testing.T) {
	conn, err := amqp.Dial("amqp://rabbit")
	require.NoError(t, err)
	assert.Equal(t, 0, Depth(conn))
}
// --- positive: a command: unit-starts-process @ test/unit/snippet_test.go
import "os/exec"

func TestVersion(t *testing.T) {
	out, err := exec.Command("helm", "version").Output()
	require.NoError(t, err)
	assert.Contains(t, string(out), "version")
}
// --- positive: a command with a context: unit-starts-process @ test/unit/build_test.go
import "os/exec"

func TestBuild(t *testing.T) {
	err := exec.CommandContext(ctx, "make", "build").Run()
	require.NoError(t, err)
}
// --- positive: in a sub-test: unit-starts-process @ test/unit/snippet_test.go
import "os/exec"

func TestTools(t *testing.T) {
	t.Run("ls", func(t *testing.T) {
		if err := exec.Command("kubectl").Run(); err != nil {
			t.Fatal(err)
		}
	})
}
// --- positive: a process of the system: unit-starts-process @ test/unit/snippet_test.go
import "os"

func TestProcess(t *testing.T) {
	p, err := os.StartProcess("/usr/bin/protoc", nil, attr)
	require.NoError(t, err)
	assert.NotZero(t, p.Pid)
}
// --- positive: a small letter: never-runs
func Testadd(t *testing.T) {
	assert.Equal(t, 3, Add(1, 2))
}
// --- positive: no pointer: never-runs
func TestAdd(t testing.T) {
	Add(1, 2)
}
// --- positive: not in a test file: never-runs @ shop/add_tests.go
func TestAdd(t *testing.T) {
	if Add(1, 2) != 3 {
		t.Error("wrong")
	}
}
// --- positive: a fuzz test with a small letter: never-runs
func Fuzzparse(f *testing.F) {
	f.Fuzz(func(t *testing.T, s string) { Parse(s) })
}
// --- positive: a plural file: never-runs @ shop/cart_testing.go
func TestCart(t *testing.T) {
	if Cart() != 1 {
		t.Error("wrong")
	}
}
// --- positive: FIt of ginkgo: focused
import . "github.com/onsi/ginkgo/v2"

var _ = Describe("cart", func() {
	FIt("adds", func() { Expect(Add("tea")).To(Equal(1)) })
})
// --- positive: FDescribe of ginkgo: focused
import "github.com/onsi/ginkgo/v2"

var _ = ginkgo.FDescribe("cart", func() {
	ginkgo.It("adds", func() { Expect(Add("tea")).To(Equal(1)) })
})
// --- positive: FContext: focused
import . "github.com/onsi/ginkgo/v2"

var _ = Describe("cart", func() {
	FContext("empty", func() { It("is", func() { Expect(Len()).To(Equal(0)) }) })
})
// --- positive: hard, a network behind a helper: unit-touches-network
import "net/http"

func ask(path string) int {
	reply, _ := http.Get("https://api.shop.io" + path)
	return reply.StatusCode
}

func TestAsk(t *testing.T) { assert.Equal(t, 200, ask("/")) }
// --- negative: place and tag agree @ integration/orders_test.go
//go:build integration

package integration

func TestOrders(t *testing.T) { assert.Equal(t, 1, Count(db)) }
// --- negative: name and tag agree @ shop/store_integration_test.go
//go:build integration

package shop

func TestStore(t *testing.T) { assert.Equal(t, 1, Save("a")) }
// --- negative: e2e needs no tag @ e2e/shop_test.go
func TestShop(t *testing.T) { assert.Equal(t, "paid", Buy("tea")) }
// --- negative: another tag keeps it out @ integration/azure_test.go
//go:build azure

package integration

func TestBlob(t *testing.T) { assert.Equal(t, 1, Blobs()) }
// --- negative: nothing says anything
func TestAdd(t *testing.T) { assert.Equal(t, 3, Add(1, 2)) }
// --- negative: a server of its own
import "net/http"

func TestHealth(t *testing.T) {
	server := httptest.NewServer(Handler())
	reply, err := http.Get(server.URL + "/health")
	require.NoError(t, err)
	assert.Equal(t, 200, reply.StatusCode)
}
// --- negative: localhost
import "net/http"

func TestLocal(t *testing.T) {
	reply, err := http.Get("http://127.0.0.1:8080/")
	require.NoError(t, err)
	assert.Equal(t, 200, reply.StatusCode)
}
// --- negative: a request is data
import "net/http"

func TestRequest(t *testing.T) {
	r, err := http.NewRequest("GET", "https://shop.io/a", nil)
	require.NoError(t, err)
	assert.Equal(t, "/a", r.URL.Path)
}
// --- negative: a local listener
import "net"

func TestListen(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	assert.Equal(t, "tcp", l.Addr().Network())
}
// --- negative: dials its own listener
import "net"

func TestDial(t *testing.T) {
	conn, err := net.Dial("tcp", "localhost:8080")
	require.NoError(t, err)
	assert.NoError(t, conn.Close())
}
// --- negative: sqlite in memory
import "database/sql"

func TestRows(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	assert.Equal(t, 1, One(db))
}
// --- negative: the test's own binary
import "os/exec"

func TestHelper(t *testing.T) {
	err := exec.Command(os.Args[0], "-test.run=TestChild").Run()
	require.NoError(t, err)
}
// --- negative: a process in an integration test @ integration/cli_test.go
//go:build integration

package integration

import "os/exec"

func TestCli(t *testing.T) { assert.NoError(t, exec.Command("shop").Run()) }
// --- negative: an exec of ours
func TestExec(t *testing.T) {
	exec := newExecutor()
	assert.Equal(t, 1, exec.Command("x"))
}
// --- negative: skipped
import "net/http"

func TestOld(t *testing.T) {
	t.Skip("rates are gone")
	http.Get("https://api.rates.io")
}
// --- negative: tagged for docker @ shop/docker_test.go
//go:build docker

package shop

import "github.com/ory/dockertest"

func TestDocker(t *testing.T) {
	pool, err := dockertest.NewPool("")
	require.NoError(t, err)
	assert.Equal(t, 0, Containers(pool))
}
// --- negative: a fake cluster
func TestPods(t *testing.T) {
	client := fake.NewSimpleClientset()
	assert.Equal(t, 0, Pods(client))
}
// --- negative: grpc in memory
import "google.golang.org/grpc"

func TestGrpc(t *testing.T) {
	conn, err := grpc.Dial("bufnet", grpc.WithContextDialer(dialer))
	require.NoError(t, err)
	assert.Equal(t, 1, Call(conn))
}
// --- negative: miniredis
import "github.com/redis/go-redis/v9/redis"

func TestCache(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6390"})
	assert.Equal(t, "PONG", client.Ping(ctx).Val())
}
// --- negative: a word that begins like a test
func Testimonials() []string { return nil }
// --- negative: a helper in test files
func testStore(t *testing.T) Store { return NewStore() }
// --- negative: a helper for tests that takes more @ internal/testutil/suite.go
func TestContract(t *testing.T, store Store) {
	if store.Count() != 0 {
		t.Error("not empty")
	}
}
// --- negative: helpers of a package for tests @ internal/testutil/check.go
func CheckStore(t *testing.T) { t.Helper() }
// --- negative: a method in code that is no test @ shop/probe.go
func (p *Probe) TestConnection(t *Target) error { return t.Ping() }
// --- negative: It of ginkgo
import . "github.com/onsi/ginkgo/v2"

var _ = Describe("cart", func() {
	It("adds", func() { Expect(Add("tea")).To(Equal(1)) })
})
// --- negative: a function called FIt elsewhere
func TestFit(t *testing.T) { assert.Equal(t, 1, model.Fit(1)) }
// --- negative: main of tests
func TestMain(m *testing.M) { os.Exit(m.Run()) }
// --- negative: a url that is parsed
func TestParse(t *testing.T) {
	u, err := url.Parse("https://shop.io/a")
	require.NoError(t, err)
	assert.Equal(t, "/a", u.Path)
}
// --- negative: a name of an example domain
import "net/http"

func TestExample(t *testing.T) {
	_, err := http.Get("https://nothing.invalid/")
	require.Error(t, err)
}
// --- negative: a benchmark
func BenchmarkAdd(b *testing.B) {
	for range b.N {
		Add(1, 2)
	}
}
// --- negative: a fuzz test
func FuzzParse(f *testing.F) {
	f.Fuzz(func(t *testing.T, s string) { checkParse(t, s) })
}
// --- negative: integrations with others are the product @ internal/integration/wallabag/wallabag_test.go
package wallabag

func TestCreateEntry(t *testing.T) {
	if entry := create(); entry.ID != 3 {
		t.Errorf("got %d", entry.ID)
	}
}
// --- positive: a package of integration tests: unmarked-integration @ internal/integration/orders_test.go
package integration

func TestOrders(t *testing.T) {
	if got := orders(); got != 3 {
		t.Errorf("got %d", got)
	}
}
// +++ marked/marked_integration_test.go
//go:build integration

package marked

func TestMarked(t *testing.T) {
	require.Equal(t, "pong", ping())
}
// --- negative: a helper that gives something back @ shop/testing.go
import "testing"

func TestShop(t *testing.T) *Shop {
	return &Shop{Name: t.Name()}
}
// --- negative: its own program, with a context
import (
	"os"
	"os/exec"
	"testing"
)

func TestExit(t *testing.T) {
	if err := exec.CommandContext(t.Context(), os.Args[0], "-test.run=TestExit").Run(); err == nil {
		t.Error("it ends well")
	}
}
// --- positive: another program, with a context: unit-starts-process @ test/unit/snippet_test.go
import (
	"os/exec"
	"testing"
)

func TestVersion(t *testing.T) {
	if err := exec.CommandContext(t.Context(), "helm", "version").Run(); err != nil {
		t.Error(err)
	}
}
// --- negative: an integration test by its name
import (
	"database/sql"
	"testing"
)

func TestConnectIntegration(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a database")
	}
	db, err := sql.Open("pgx", address)
	if err != nil || db.Ping() != nil {
		t.Error(err)
	}
}
// --- negative: kept apart by folder, and no test is marked @ test/integration/orders_test.go
func TestOrders(t *testing.T) {
	require.Equal(t, 1, orders())
}

// --- negative: a database that it brings up itself
import "database/sql"

func TestMigrated(t *testing.T) {
	db, err := sql.Open("pgx", startTestDB(t))
	require.NoError(t, err)
	assert.Equal(t, 0, Count(db))
}

// --- negative: a program that is at hand @ test/unit/git_test.go
import "os/exec"

func TestRepository(t *testing.T) {
	require.NoError(t, exec.Command("git", "init").Run())
}

// --- positive: a host by its name: unit-touches-network
import "database/sql"

func TestOrders(t *testing.T) {
	db, err := sql.Open("postgres", "postgres://shop:pw@db.shop.io/orders")
	require.NoError(t, err)
	assert.Equal(t, 0, Count(db))
}
