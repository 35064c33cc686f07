// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: a service's URL of the values: repeated-value
func TestOrders(t *testing.T) {
	resp, err := http.Get("http://orders.shop.svc.cluster.local:8080/health")
	require.NoError(t, err)
	assert.Equal(t, 200, resp.StatusCode)
}
// +++ charts/shop/values.yaml
orders:
  url: http://orders.shop.svc.cluster.local:8080
// --- positive: the host of a database: repeated-value @ integration/snippet_test.go
func TestRows(t *testing.T) {
	db := open(Options{Host: "pg-main.shop.internal", Name: "shop"})
	require.Equal(t, 1, db.One())
}
// +++ .env.example
DB_HOST=pg-main.shop.internal
// --- positive: an unusual port: repeated-value @ integration/snippet_test.go
const port = 18443

func TestListens(t *testing.T) {
	require.True(t, listens(port))
}
// +++ charts/gateway/values.yaml
service:
  port: 18443
// --- negative: a usual port, even under the same name @ integration/snippet_test.go
var redisPort = 6379

func TestPing(t *testing.T) {
	require.Equal(t, "PONG", ping(redisPort))
}
// +++ charts/shop/values.yaml
redis:
  port: 6379
// --- positive: a namespace for kubectl: repeated-value @ test/e2e/pods_test.go
func TestPods(t *testing.T) {
	out, _ := exec.Command("kubectl", "get", "pods", "-n", "shop-backend").Output()
	require.Len(t, lines(out), 3)
}
// +++ deploy/kustomization.yaml
namespace: shop-backend
// --- positive: a namespace of a key: repeated-value @ test/e2e/get_test.go
func TestGet(t *testing.T) {
	key := types.NamespacedName{Namespace: "billing-core", Name: "api"}
	require.NoError(t, k8s.Get(ctx, key, &pod))
}
// +++ charts/billing/values.yaml
namespace: billing-core
// --- positive: the image of compose: repeated-value @ integration/db_test.go
func TestDatabase(t *testing.T) {
	c, err := postgres.Run(ctx, "postgres:16.2-alpine", postgres.WithDatabase("shop"))
	require.NoError(t, err)
	require.True(t, c.IsRunning())
}
// +++ docker-compose.yml
services:
  db:
    image: postgres:16.2-alpine
// --- positive: a request for a container: repeated-value @ integration/queue_test.go
func TestQueue(t *testing.T) {
	req := testcontainers.ContainerRequest{
		Image:        "rabbitmq:3.13-management",
		ExposedPorts: []string{"5672/tcp"},
	}
	require.Equal(t, 1, count(req))
}
// +++ compose.yaml
services:
  mq:
    image: rabbitmq:3.13-management
// --- positive: an image of repository and tag: repeated-value @ integration/snippet_test.go
const image = "ghcr.io/shop/api:1.4.2"

func TestStarts(t *testing.T) {
	require.Equal(t, 0, start(image))
}
// +++ charts/api/values.yaml
image:
  repository: ghcr.io/shop/api
  tag: "1.4.2"
// --- positive: a password of compose: repeated-credential @ integration/snippet_test.go
func TestLogin(t *testing.T) {
	conn := connect(Options{User: "shop", Password: "hunter2-for-shop"})
	require.True(t, conn.Open())
}
// +++ compose.yaml
services:
  db:
    environment:
      POSTGRES_PASSWORD: hunter2-for-shop
// --- positive: a plain password under the same name: repeated-credential @ integration/snippet_test.go
const dbPassword = "kestrel"

func TestConnects(t *testing.T) {
	require.True(t, connect(dbPassword).Open())
}
// +++ .env
DB_PASSWORD=kestrel
// --- negative: a password that everybody uses, even under the same name @ integration/snippet_test.go
const dbPassword = "secret"

func TestConnects(t *testing.T) {
	require.True(t, connect(dbPassword).Open())
}
// +++ .env
DB_PASSWORD=secret
// --- positive: a token: repeated-credential @ integration/snippet_test.go
func TestAdmin(t *testing.T) {
	apiToken := "tok_9f8a7b6c5d"
	require.Equal(t, 200, get(t, "/admin", apiToken).Code)
}
// +++ .env.test
API_TOKEN=tok_9f8a7b6c5d
// --- positive: a password within a URL: repeated-credential @ integration/snippet_test.go
func TestDSN(t *testing.T) {
	db, err := sql.Open("pgx", "postgres://shop:s3cr3t-pw@localhost:5432/shop?sslmode=disable")
	require.NoError(t, err)
	require.NoError(t, db.Ping())
}
// +++ docker-compose.yaml
services:
  db:
    environment:
      - POSTGRES_PASSWORD=s3cr3t-pw
// --- negative: the default of a variable that the configuration sets @ test/helpers.go
var baseURL = envOr("BASE_URL", "http://localhost:3000")
// +++ .env
BASE_URL=http://localhost:3000
// --- positive: a key of a Secret: repeated-credential @ integration/snippet_test.go
func TestKey(t *testing.T) {
	client := New(Config{APIKey: "ak-live-0042-shop"})
	require.NoError(t, client.Login())
}
// +++ k8s/secret.yaml
apiVersion: v1
kind: Secret
stringData:
  api-key: ak-live-0042-shop
// --- positive: brokers in a slice: repeated-value @ integration/snippet_test.go
func TestTopics(t *testing.T) {
	w := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{"kafka-0.kafka.shop:9092"}})
	require.Equal(t, "orders", w.Config().Topic)
}
// +++ manifests/configmap.yaml
kind: ConfigMap
data:
  KAFKA_BROKERS: kafka-0.kafka.shop:9092
// --- positive: a map of settings: repeated-value @ integration/snippet_test.go
var settings = map[string]string{"search.host": "search.shop.internal"}

func TestSearch(t *testing.T) {
	require.Equal(t, []string{"tea"}, search(settings))
}
// +++ charts/shop/values-prod.yaml
search:
  host: search.shop.internal
// --- positive: set into the environment: repeated-value @ integration/snippet_test.go
func TestStart(t *testing.T) {
	t.Setenv("RATES_URL", "https://rates.shop.io/v2")
	require.Equal(t, 3, start().Rates)
}
// +++ charts/shop/values.yaml
env:
  RATES_URL: https://rates.shop.io/v2
// --- positive: host and port for a dial: repeated-value @ test/e2e/dial_test.go
func TestDial(t *testing.T) {
	conn, err := grpc.NewClient("ledger.bank.svc:7443", opts...)
	require.NoError(t, err)
	require.Equal(t, "ok", health(conn))
}
// +++ charts/shop/values.yaml
ledger:
  addr: ledger.bank.svc:7443
// --- positive: a URL that goes on: repeated-value @ integration/snippet_test.go
func TestCart(t *testing.T) {
	url := "http://cart.shop.svc:8082/carts/" + id
	require.Equal(t, "{}", body(url))
}
// +++ compose.yml
services:
  web:
    environment:
      CART_URL: http://cart.shop.svc:8082
// --- positive: a port that compose publishes: repeated-value @ integration/snippet_test.go
func TestMail(t *testing.T) {
	smtpPort := 2525
	require.NoError(t, noop("localhost", smtpPort))
}
// +++ docker-compose.test.yml
services:
  smtp:
    ports:
      - "2525:25"
// --- positive: another tag than compose: drift @ integration/main_test.go
func start(ctx context.Context) (*postgres.PostgresContainer, error) {
	return postgres.Run(ctx, "postgres:14-alpine")
}
// +++ docker-compose.yml
services:
  db:
    image: postgres:16-alpine
// --- positive: another tag than the values: drift @ test/e2e/operator_test.go
const operatorImage = "quay.io/shop/operator:v0.9.0"

func TestOperator(t *testing.T) {
	require.True(t, deploy(operatorImage).Ready)
}
// +++ charts/operator/values.yaml
image:
  registry: quay.io
  repository: shop/operator
  tag: v1.0.1
// --- positive: the default of a port differs: drift
var ordersPort = getEnv("ORDERS_PORT", "8081")
// +++ .env
ORDERS_PORT=8085
// --- positive: cmp.Or with a default that differs: drift
func namespace() string {
	return cmp.Or(os.Getenv("SHOP_NAMESPACE"), "shop-legacy")
}
// +++ deploy/configmap.yaml
kind: ConfigMap
data:
  SHOP_NAMESPACE: shop-core
// --- positive: the same host with another port: drift @ integration/pay_test.go
func TestPay(t *testing.T) {
	require.NoError(t, pay(New("http://payments.shop.svc:9000"), 3))
}
// +++ charts/shop/values.yaml
payments:
  url: http://payments.shop.svc:9443
// --- positive: a constant that differs: drift @ integration/redis_test.go
const (
	redisDB   = 3
	redisPort = 6380
)

func TestPing(t *testing.T) {
	require.Equal(t, "PONG", ping(redisPort, redisDB))
}
// +++ charts/shop/values.yaml
redis:
  port: 6379
// --- positive: a namespace that differs by its name: drift @ test/e2e/ns_test.go
func TestOrders(t *testing.T) {
	ordersNamespace := "orders-v1"
	require.Equal(t, 1, pods(ordersNamespace))
}
// +++ charts/all/values.yaml
orders:
  namespace: orders-v2
// --- negative: a password of another place @ integration/snippet_test.go
const rabbitmqPassword = "carrot-2022"
// +++ docker-compose.yml
services:
  mq:
    environment:
      RABBITMQ_PASSWORD: carrot-2024
// --- positive: kustomize has a newer image: drift @ test/e2e/proxy_test.go
func TestProxy(t *testing.T) {
	c := corev1.Container{Name: "proxy", Image: "envoyproxy/envoy:v1.28.0"}
	require.True(t, runs(c))
}
// +++ deploy/overlays/prod/kustomization.yaml
images:
  - name: envoyproxy/envoy
    newTag: v1.31.2
// --- positive: the default of compose itself: drift
var webPort = env.GetOr("WEB_PORT", "4100")
// +++ compose.yaml
services:
  web:
    environment:
      WEB_PORT: ${WEB_PORT:-4200}
// --- positive: hard, the name is that of a chart: drift @ test/e2e/chart_test.go
const catalogPort = 7071

func TestCatalog(t *testing.T) {
	require.NoError(t, get(catalogPort))
}
// +++ charts/catalog/values.yaml
service:
  port: 7070
// --- positive: hard, a variable that is filled when it is empty: drift @ integration/env_test.go
func host() string {
	adminHost := os.Getenv("ADMIN_HOST")
	if adminHost == "" {
		adminHost = "admin-2023.shop.io"
	}
	return adminHost
}
// +++ .env.example
ADMIN_HOST=admin-2025.shop.io
// --- positive: hard, a format with the host in it: repeated-value @ integration/snippet_test.go
func TestLedger(t *testing.T) {
	url := fmt.Sprintf("https://ledger.bank.internal/accounts/%d", 7)
	require.Equal(t, 0, balance(url))
}
// +++ k8s/deployment.yaml
kind: Deployment
spec:
  template:
    spec:
      containers:
        - env:
            - name: LEDGER_ENDPOINT
              value: https://ledger.bank.internal
// --- negative: read from the environment
func TestOrders(t *testing.T) {
	require.Equal(t, 200, get(os.Getenv("ORDERS_URL")))
}
// +++ .env
ORDERS_URL=http://orders.shop.svc:8080
// --- negative: read from the values
func TestPort(t *testing.T) {
	port := load(t, "charts/shop/values.yaml").Service.Port
	require.Equal(t, 200, get(port))
}
// +++ charts/shop/values.yaml
service:
  port: 18443
// --- negative: an expectation
func TestRendersThePort(t *testing.T) {
	require.Equal(t, 18443, render(t).Service.Port)
}
// +++ charts/shop/values.yaml
service:
  port: 18443
// --- negative: an expected structure
func TestReadsSettings(t *testing.T) {
	assert.Equal(t, Settings{Host: "pg-main.shop.internal"}, read())
}
// +++ .env
DB_HOST=pg-main.shop.internal
// --- negative: compared by hand
func TestReadsHost(t *testing.T) {
	if got := read().Host; got != "pg-main.shop.internal" {
		t.Errorf("host = %q", got)
	}
}
// +++ .env
DB_HOST=pg-main.shop.internal
// --- negative: localhost and a usual port
func TestGet(t *testing.T) {
	require.Equal(t, 200, get("http://localhost:8080/health"))
}
// +++ charts/shop/values.yaml
service:
  port: 8080
// --- negative: a usual port of something else
func TestServer(t *testing.T) {
	s := NewServer(Options{Port: 8080})
	require.Equal(t, 8080, s.Port)
}
// +++ charts/shop/values.yaml
metrics:
  port: 8080
// --- negative: example.com is nobody's
func TestLink(t *testing.T) {
	require.Equal(t, "a", link("https://shop.example.com/a"))
}
// +++ charts/shop/values.yaml
ingress:
  host: shop.example.com
// --- negative: the default namespace
func TestPods(t *testing.T) {
	require.NoError(t, c.List(ctx, &pods, &client.ListOptions{Namespace: "default"}))
}
// +++ charts/shop/values.yaml
namespace: default
// --- negative: a password that everybody uses
func TestLogin(t *testing.T) {
	require.NoError(t, login(Credentials{User: "ada", Password: "password"}))
}
// +++ docker-compose.yml
services:
  db:
    environment:
      POSTGRES_PASSWORD: password
// --- negative: a wrong password
func TestRejects(t *testing.T) {
	wrongPassword := "hunter2-for-shop!"
	require.Error(t, login("ada", wrongPassword))
}
// +++ docker-compose.yml
services:
  db:
    environment:
      POSTGRES_PASSWORD: hunter2-for-shop
// --- negative: another port on purpose
func TestPortIsOverridden(t *testing.T) {
	t.Setenv("ORDERS_PORT", "9999")
	require.Equal(t, 9999, Load().OrdersPort)
}
// +++ .env
ORDERS_PORT=8081
// --- negative: made up in a unit test @ tests/unit/config_test.go
func TestConfig(t *testing.T) {
	redisPort, redisHost := 1234, "h"
	require.Equal(t, "redis://h:1234", url(redisHost, redisPort))
}
// +++ charts/shop/values.yaml
redis:
  port: 6379
  host: redis.shop.internal
// --- negative: another part of the repository @ services/cart/cart_test.go
const dbPort = 5433

func TestCart(t *testing.T) {
	require.Equal(t, 1, cart(dbPort))
}
// +++ services/orders/.env
DB_PORT=5432
// --- negative: rows of a table
func TestTag(t *testing.T) {
	for _, tc := range []struct{ image, tag string }{
		{image: "postgres:16.2-alpine", tag: "16.2-alpine"},
		{image: "redis:7.2", tag: "7.2"},
	} {
		require.Equal(t, tc.tag, tagOf(tc.image))
	}
}
// +++ docker-compose.yml
services:
  db:
    image: postgres:16.2-alpine
// --- negative: a parser is tested
func TestParseImage(t *testing.T) {
	image := "postgres:16.2-alpine"
	require.Equal(t, "16.2-alpine", Parse(image).Tag)
}
// +++ docker-compose.yml
services:
  db:
    image: postgres:16.2-alpine
// --- negative: the same number, and no port in the configuration
const dbPort = 5433

func TestConnects(t *testing.T) {
	require.NoError(t, connect(dbPort))
}
// +++ charts/shop/values.yaml
cache:
  entries: 5433
// --- negative: from outside it is another host
var dbHost = getEnv("DB_HOST", "localhost")
// +++ docker-compose.yml
services:
  api:
    environment:
      DB_HOST: db
// --- negative: a short name in another sense
func TestUser(t *testing.T) {
	require.Equal(t, "Db", User{Name: "db", Role: "redis"}.Title())
}
// +++ docker-compose.yml
services:
  api:
    environment:
      DB_HOST: db
      CACHE_HOST: redis
// --- negative: the values have a placeholder
func TestToken(t *testing.T) {
	require.Error(t, login(Config{Token: "<token>"}))
}
// +++ charts/shop/values.yaml
api:
  token: <token>
// --- negative: the env file is filled in elsewhere
const dbPassword = "made-up-4711"
// +++ .env.example
DB_PASSWORD=
// --- negative: another image
func start(ctx context.Context) error {
	_, err := redis.Run(ctx, "redis:7.2")
	return err
}
// +++ docker-compose.yml
services:
  db:
    image: postgres:16
// --- negative: an upgrade begins with the older tag @ test/e2e/upgrade_test.go
func TestUpgradeFromTheLastRelease(t *testing.T) {
	deploy(Spec{Image: "quay.io/shop/operator:v0.9.0"})
	require.True(t, upgrade())
}
// +++ charts/operator/values.yaml
image:
  repository: quay.io/shop/operator
  tag: v1.0.1
// --- negative: the name says that it is older @ test/e2e/versions_test.go
const previousImage = "quay.io/shop/operator:v0.9.0"

func TestReads(t *testing.T) {
	require.Equal(t, 3, deploy(previousImage).Objects)
}
// +++ charts/operator/values.yaml
image:
  repository: quay.io/shop/operator
  tag: v1.0.1
// --- negative: a number that is no port
func TestRetries(t *testing.T) {
	retries := 18443
	require.Equal(t, retries, run(retries))
}
// +++ charts/gateway/values.yaml
service:
  port: 18443
// --- negative: a comment
func TestDocs(t *testing.T) {
	// Talks to http://orders.shop.svc:8080 when it is there.
	require.Equal(t, 1, docs())
}
// +++ .env
ORDERS_URL=http://orders.shop.svc:8080
// --- negative: the production code repeats it @ shop/orders.go
const ordersURL = "http://orders.shop.svc:8080"
// +++ .env
ORDERS_URL=http://orders.shop.svc:8080
// --- negative: the path of an import
import "git.shop.internal/platform/client"

func TestClient(t *testing.T) {
	require.NoError(t, client.New())
}
// +++ charts/shop/values.yaml
git:
  host: git.shop.internal
// --- negative: an API group that looks like a host
func TestGroup(t *testing.T) {
	gv := schema.GroupVersion{Group: "testing.shop.io", Version: "v1"}
	require.Len(t, list(gv), 0)
}
// +++ charts/shop/values.yaml
ingress:
  host: testing.shop.io
// --- negative: a namespace of its own @ test/e2e/own_test.go
const namespace = "shop-e2e"

func TestPods(t *testing.T) {
	require.Len(t, pods(namespace), 0)
}
// +++ charts/shop/values.yaml
namespace: shop-backend
// --- negative: a secret's name is not the secret
func TestSecret(t *testing.T) {
	require.Empty(t, secret(t, "shop-db-credentials").Data)
}
// +++ charts/shop/values.yaml
auth:
  existingSecret: shop-db-credentials
// --- negative: a log line
func TestLogs(t *testing.T) {
	t.Logf("against http://orders.shop.svc:8080")
	require.True(t, run())
}
// +++ .env
ORDERS_URL=http://orders.shop.svc:8080
// --- negative: hard, an example in a test of messages
func TestMessageNamesTheImage(t *testing.T) {
	message := explain(Failure{Image: "postgres:16.2-alpine", Reason: "ErrImagePull"})
	require.Equal(t, "postgres:16.2-alpine cannot be pulled", message)
}
// +++ docker-compose.yml
services:
  db:
    image: postgres:16.2-alpine
// --- negative: what a chart is to render @ tests/integration/helm.go
func render(t *testing.T) {
	exp := []annotated{{name: "shop", annotations: map[string]string{"prometheus.io/port": "9090"}}}
	compare(t, exp)
}
// +++ charts/shop/values.yaml
global:
  prometheus:
    port: 9090
// --- negative: the domain of every cluster
func TestConfig(t *testing.T) {
	t.Setenv("KUBE_CLUSTER_DOMAIN", "cluster.local")
	require.True(t, load().Ready)
}
// +++ charts/shop/values.yaml
kubeClusterDomain: cluster.local
// --- negative: this machine, by its name alone @ tests/integration/setup.go
const jobsDBHost = "localhost"
// +++ config/sample.env
JOBS_DB_HOST=localhost
// --- negative: an object of a controller's test
import "sigs.k8s.io/controller-runtime/pkg/client"

func TestReconciles(t *testing.T) {
	pod := corev1.Container{Name: "worker", Image: "quay.io/shop/worker:v1.2.0"}
	require.NoError(t, k8s.Create(ctx, client.Object(runner(pod))))
}
// +++ config/default/kustomization.yaml
images:
  - name: quay.io/shop/worker
    newTag: v1.2.0
// --- negative: a variable of what the test itself starts @ test/integration/db.go
func startPostgres() (*Resource, error) {
	return pool.Run(Options{Env: map[string]string{"POSTGRES_PASSWORD": "kestrel-2022"}})
}
// +++ docker-compose.yml
services:
  db:
    environment:
      POSTGRES_PASSWORD: kestrel-2022
// --- negative: a key of a documentation @ integration/sign_test.go
const secretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
// +++ test/tester.env
TESTER_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
// --- negative: a tag that is no version @ integration/model_test.go
func start(ctx context.Context) error {
	return run(ctx, WithImage("shop/inference:potion-base-8M-1.0.0"))
}
// +++ docker-compose.yml
services:
  inference:
    image: shop/inference:potion-retrieval-32M
// --- negative: the port outside of a container, and the one inside @ test/e2e/proxy_test.go
func proxy() *Proxy {
	apiPort := 18100
	return NewProxy(apiPort)
}
// +++ docker-compose.yml
services:
  resp-proxy:
    environment:
      - API_PORT=3030
    ports:
      - "18100:3030"
