# Snippets for the scanner; each is a file of its own. They are read, never run.
# --- positive: a service's URL of the values: repeated-value
import httpx

def test_orders():
    assert httpx.get("http://orders.shop.svc.cluster.local:8080/health").status_code == 200
# +++ charts/shop/values.yaml
orders:
  url: http://orders.shop.svc.cluster.local:8080
# --- positive: the host of a database: repeated-value @ tests/integration/test_db.py
def test_rows():
    with psycopg.connect(host="pg-main.shop.internal", dbname="shop") as connection:
        assert connection.execute("select 1").fetchone() == (1,)
# +++ .env.example
DB_HOST=pg-main.shop.internal
# --- positive: an unusual port: repeated-value @ tests/integration/test_snippet.py
PORT = 18443

def test_listens(client):
    assert client.get(f"https://localhost:{PORT}/").status_code == 200
# +++ charts/gateway/values.yaml
service:
  type: ClusterIP
  port: 18443
# --- negative: a usual port, even under the same name @ tests/integration/test_snippet.py
REDIS_PORT = 6379

def test_ping():
    assert redis.Redis(port=REDIS_PORT).ping() is True
# +++ charts/shop/values.yaml
redis:
  port: 6379
# --- positive: a namespace for kubectl: repeated-value @ tests/e2e/test_pods.py
def test_pods_run():
    out = subprocess.check_output(["kubectl", "get", "pods", "-n", "shop-backend", "-o", "name"])
    assert len(out.splitlines()) == 3
# +++ deploy/kustomization.yaml
namespace: shop-backend
resources: [deployment.yaml]
# --- positive: a namespace as an argument: repeated-value @ tests/e2e/test_api.py
def test_pods(api):
    assert len(api.list_namespaced_pod(namespace="billing-core").items) == 2
# +++ charts/billing/values.yaml
namespace: billing-core
# --- positive: the image of compose: repeated-value @ tests/integration/conftest.py
import pytest

@pytest.fixture(scope="session")
def postgres():
    with PostgresContainer("postgres:16.2-alpine") as container:
        yield container
# +++ docker-compose.yml
services:
  db:
    image: postgres:16.2-alpine
# --- positive: an image of repository and tag: repeated-value @ tests/e2e/test_image.py
IMAGE = "ghcr.io/shop/api:1.4.2"

def test_starts(cluster):
    assert cluster.run(IMAGE).exit_code == 0
# +++ charts/api/values.yaml
image:
  repository: ghcr.io/shop/api
  tag: "1.4.2"
# --- positive: a password of compose: repeated-credential @ tests/integration/test_login.py
def test_login():
    assert connect(user="shop", password="hunter2-for-shop").is_open
# +++ compose.yaml
services:
  db:
    environment:
      POSTGRES_PASSWORD: hunter2-for-shop
# --- positive: a plain password under the same name: repeated-credential @ tests/integration/test_snippet.py
DB_PASSWORD = "kestrel"

def test_connects():
    assert connect(DB_PASSWORD).is_open
# +++ .env
DB_PASSWORD=kestrel
# --- negative: a password that everybody uses, even under the same name @ tests/integration/test_snippet.py
DB_PASSWORD = "secret"

def test_connects():
    assert connect(DB_PASSWORD).is_open
# +++ .env
DB_PASSWORD=secret
# --- positive: a token in a header's variable: repeated-credential @ tests/integration/test_snippet.py
def test_admin(client):
    api_token = "tok_9f8a7b6c5d"
    assert client.get("/admin", headers={"X-Token": api_token}).status_code == 200
# +++ .env.test
API_TOKEN=tok_9f8a7b6c5d
# --- positive: a password within a URL: repeated-credential @ tests/integration/test_dsn.py
ENGINE = create_engine("postgresql://shop:s3cr3t-pw@localhost:5432/shop")

def test_engine():
    assert ENGINE.connect().closed is False
# +++ docker-compose.yaml
services:
  db:
    environment:
      - POSTGRES_USER=shop
      - POSTGRES_PASSWORD=s3cr3t-pw
# --- negative: the default of a variable that the configuration sets @ tests/conftest.py
import os

BASE_URL = os.environ.get("BASE_URL", "http://localhost:3000")
# +++ .env
BASE_URL=http://localhost:3000
# --- positive: a key of a Secret: repeated-credential @ tests/e2e/test_key.py
def test_key(client):
    assert client.login(api_key="ak-live-0042-shop").ok
# +++ k8s/secret.yaml
apiVersion: v1
kind: Secret
metadata: {name: shop}
stringData:
  api-key: ak-live-0042-shop
# --- positive: a host of a ConfigMap: repeated-value @ tests/integration/test_queue.py
def test_queue():
    broker = Broker(servers="kafka-0.kafka.shop:9092")
    assert broker.topics() == ["orders"]
# +++ manifests/configmap.yaml
kind: ConfigMap
metadata:
  name: shop
data:
  KAFKA_BROKERS: kafka-0.kafka.shop:9092
# --- positive: in a dict of settings: repeated-value @ tests/integration/test_snippet.py
SETTINGS = {"search": {"host": "search.shop.internal", "port": 9200}}

def test_search():
    assert search(SETTINGS, "tea") == ["tea"]
# +++ charts/shop/values-prod.yaml
search:
  host: search.shop.internal
  port: 9200
# --- positive: set into the environment: repeated-value @ tests/integration/test_snippet.py
def test_start(monkeypatch):
    monkeypatch.setenv("RATES_URL", "https://rates.shop.io/v2")
    assert start().rates == 3
# +++ charts/shop/values.yaml
env:
  RATES_URL: https://rates.shop.io/v2
# --- positive: a default of an argument: repeated-value @ tests/helpers.py
def shop_client(host="shop-gateway.internal", timeout=3):
    return Client(host, timeout)
# +++ .env
GATEWAY_HOST=shop-gateway.internal
# --- positive: a service of an f-string: repeated-value @ tests/e2e/test_cart.py
def test_cart(number):
    assert requests.get(f"http://cart.shop.svc:8082/carts/{number}").json() == {}
# +++ compose.yml
services:
  web:
    environment:
      CART_URL: http://cart.shop.svc:8082
# --- positive: a port that compose publishes: repeated-value @ tests/integration/test_mail.py
SMTP_PORT = 2525

def test_mail():
    assert smtplib.SMTP("localhost", SMTP_PORT).noop()[0] == 250
# +++ docker-compose.test.yml
services:
  smtp:
    ports:
      - "2525:25"
# --- positive: another tag than compose: drift @ tests/integration/conftest.py
def start():
    return PostgresContainer("postgres:14-alpine").start()
# +++ docker-compose.yml
services:
  db:
    image: postgres:16-alpine
# --- positive: another tag than the values: drift @ tests/e2e/test_operator.py
OPERATOR_IMAGE = "quay.io/shop/operator:v0.9.0"

def test_operator(cluster):
    assert cluster.deploy(OPERATOR_IMAGE).ready
# +++ charts/operator/values.yaml
image:
  registry: quay.io
  repository: shop/operator
  tag: v1.0.1
# --- positive: the default of a port differs: drift @ tests/conftest.py
import os

ORDERS_PORT = int(os.environ.get("ORDERS_PORT", "8081"))
# +++ .env
ORDERS_PORT=8085
# --- positive: getenv with a default that differs: drift @ tests/integration/conftest.py
import os

def namespace():
    return os.getenv("SHOP_NAMESPACE", "shop-legacy")
# +++ deploy/configmap.yaml
kind: ConfigMap
data:
  SHOP_NAMESPACE: shop-core
# --- positive: or behind the variable: drift @ tests/e2e/conftest.py
import os

host = os.environ.get("ADMIN_HOST") or "admin-2023.shop.io"
# +++ .env.example
ADMIN_HOST=admin-2025.shop.io
# --- positive: the same host with another port: drift @ tests/integration/test_pay.py
def test_pay():
    assert pay("http://payments.shop.svc:9000", 3).ok
# +++ charts/shop/values.yaml
payments:
  url: http://payments.shop.svc:9443
# --- positive: a constant that differs: drift @ tests/integration/test_redis.py
REDIS_PORT = 6380

def test_ping():
    assert redis.Redis(port=REDIS_PORT).ping() is True
# +++ charts/shop/values.yaml
redis:
  port: 6379
# --- positive: a namespace that differs by its name: drift @ tests/e2e/test_ns.py
def test_orders(api):
    orders_namespace = "orders-v1"
    assert api.pods(orders_namespace) == ["a"]
# +++ charts/all/values.yaml
orders:
  namespace: orders-v2
# --- negative: a password of another place @ tests/conftest.py
RABBITMQ_PASSWORD = "carrot-2022"
# +++ docker-compose.yml
services:
  mq:
    environment:
      RABBITMQ_PASSWORD: carrot-2024
# --- positive: kustomize has a newer image: drift @ tests/e2e/test_proxy.py
def test_proxy(docker):
    container = docker.containers.run("envoyproxy/envoy:v1.28.0", detach=True)
    assert container.wait()["StatusCode"] == 0
# +++ deploy/overlays/prod/kustomization.yaml
images:
  - name: envoyproxy/envoy
    newTag: v1.31.2
# --- positive: a default of compose's own: drift @ tests/integration/conftest.py
import os
WEB_PORT = os.environ.get("WEB_PORT", "4100")
# +++ compose.yaml
services:
  web:
    environment:
      WEB_PORT: ${WEB_PORT:-4200}
# --- positive: hard, the namespace is in a shell command: repeated-value @ tests/e2e/test_shell.py
def test_pods():
    assert sh("kubectl -n shop-backend get pods") == "a b"
# +++ charts/shop/values.yaml
namespace: shop-backend
# --- positive: hard, the variable's name is that of a chart: drift @ tests/e2e/test_chart.py
CATALOG_PORT = 7071

def test_catalog():
    assert get(CATALOG_PORT).ok
# +++ charts/catalog/values.yaml
service:
  port: 7070
# --- positive: setdefault on the environment differs: drift @ tests/conftest.py
import os
os.environ.setdefault("SEARCH_URL", "http://search-old.shop.io:9200")
# +++ .env
SEARCH_URL=http://search.shop.io:9200
# --- positive: env-list of a Deployment: repeated-value @ tests/e2e/test_deployment.py
def test_ledger():
    assert Ledger(endpoint="https://ledger.bank.internal").balance() == 0
# +++ k8s/deployment.yaml
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          env:
            - name: LEDGER_ENDPOINT
              value: https://ledger.bank.internal
# --- negative: read from the environment
import os

def test_orders(client):
    assert client.get(os.environ["ORDERS_URL"]).status_code == 200
# +++ .env
ORDERS_URL=http://orders.shop.svc:8080
# --- negative: read from the values
import yaml

VALUES = yaml.safe_load(open("charts/shop/values.yaml"))

def test_port(client):
    assert client.get(port=VALUES["service"]["port"]).status_code == 200
# +++ charts/shop/values.yaml
service:
  port: 18443
# --- negative: an expectation
def test_chart_renders_the_port(render):
    assert render()["spec"]["ports"][0]["port"] == 18443
# +++ charts/shop/values.yaml
service:
  port: 18443
# --- negative: an expectation of a unittest
class TestSettings(TestCase):
    def test_reads_env(self):
        self.assertEqual(Settings().host, "pg-main.shop.internal")
# +++ .env
DB_HOST=pg-main.shop.internal
# --- negative: localhost and a usual port
def test_get(client):
    assert client.get("http://localhost:8080/health").status_code == 200
# +++ charts/shop/values.yaml
service:
  port: 8080
# --- negative: a usual port of something else
def test_server():
    server = Server(port=8080)
    assert server.port == 8080
# +++ charts/shop/values.yaml
metrics:
  port: 8080
# --- negative: example.com is nobody's
def test_link():
    assert link("https://shop.example.com/a") == "a"
# +++ charts/shop/values.yaml
ingress:
  host: shop.example.com
# --- negative: the default namespace
def test_pods(api):
    assert api.list_namespaced_pod(namespace="default").items == []
# +++ charts/shop/values.yaml
namespace: default
# --- negative: a password that everybody uses
def test_login(client):
    assert client.login("ada", password="password").ok
# +++ docker-compose.yml
services:
  db:
    environment:
      POSTGRES_PASSWORD: password
# --- negative: a wrong password
def test_rejects(client):
    wrong_password = "hunter2-for-shop!"
    assert client.login("ada", wrong_password).status == 401
# +++ docker-compose.yml
services:
  db:
    environment:
      POSTGRES_PASSWORD: hunter2-for-shop
# --- negative: another port on purpose
def test_port_is_overridden(monkeypatch):
    monkeypatch.setenv("ORDERS_PORT", "9999")
    assert Settings().orders_port == 9999
# +++ .env
ORDERS_PORT=8081
# --- negative: made up in a unit test @ tests/unit/test_config.py
def test_config():
    assert Config(redis_port=1234, redis_host="h").url == "redis://h:1234"
# +++ charts/shop/values.yaml
redis:
  port: 6379
  host: redis.shop.internal
# --- negative: another part of the repository @ services/cart/tests/test_cart.py
DB_PORT = 5433

def test_cart(database):
    assert database.port == DB_PORT
# +++ services/orders/.env
DB_PORT=5432
# --- negative: rows of a table
@pytest.mark.parametrize(("image", "tag"), [("postgres:16.2-alpine", "16.2-alpine"), ("redis:7.2", "7.2")])
def test_tag(image, tag):
    assert tag_of(image) == tag
# +++ docker-compose.yml
services:
  db:
    image: postgres:16.2-alpine
# --- negative: a parser is tested
def test_parses_an_image():
    image = "postgres:16.2-alpine"
    assert Image.parse(image).tag == "16.2-alpine"
# +++ docker-compose.yml
services:
  db:
    image: postgres:16.2-alpine
# --- negative: one of several values of the same name @ tests/integration/test_env.py
DB_PORT = 5433

def test_connects():
    assert connect(port=5433).is_open
# +++ charts/shop/values.yaml
unrelated:
  replicas: 5433
# --- negative: from outside it is another host @ tests/integration/conftest.py
import os
DB_HOST = os.environ.get("DB_HOST", "localhost")
# +++ docker-compose.yml
services:
  api:
    environment:
      DB_HOST: db
# --- negative: compose's name of a service in another sense
def test_user():
    assert User(name="db", role="redis").title() == "Db"
# +++ docker-compose.yml
services:
  api:
    environment:
      DB_HOST: db
      CACHE_HOST: redis
# --- negative: the values have a placeholder
def test_token(client):
    assert client.login(token="<token>").status == 401
# +++ charts/shop/values.yaml
api:
  token: <token>
# --- negative: the env file is filled in elsewhere
DB_PASSWORD = "made-up-4711"

def test_connects():
    assert connect(DB_PASSWORD).is_open
# +++ .env.example
DB_PASSWORD=
# --- negative: another image
def start():
    return RedisContainer("redis:7.2").start()
# +++ docker-compose.yml
services:
  db:
    image: postgres:16
# --- negative: an upgrade begins with the older tag @ tests/e2e/test_upgrade.py
def test_upgrade_from_the_last_release(cluster):
    cluster.deploy(image="quay.io/shop/operator:v0.9.0")
    assert cluster.upgrade().ready
# +++ charts/operator/values.yaml
image:
  repository: quay.io/shop/operator
  tag: v1.0.1
# --- negative: the name says that it is older @ tests/e2e/test_versions.py
PREVIOUS_IMAGE = "quay.io/shop/operator:v0.9.0"

def test_reads_what_was_written(cluster):
    assert cluster.deploy(PREVIOUS_IMAGE).objects == 3
# +++ charts/operator/values.yaml
image:
  repository: quay.io/shop/operator
  tag: v1.0.1
# --- negative: a number that is no port
RETRIES = 18443

def test_retries():
    assert run(limit=18443) == RETRIES
# +++ charts/gateway/values.yaml
service:
  port: 18443
# --- negative: a docstring
def test_docs():
    """Talks to http://orders.shop.svc:8080 when it is there."""
    assert docs() == ["a"]
# +++ .env
ORDERS_URL=http://orders.shop.svc:8080
# --- negative: an API group that looks like a host
def test_group(api):
    assert api.get(group="testing.shop.io", version="v1") == []
# +++ charts/shop/values.yaml
ingress:
  host: testing.shop.io
# --- negative: the production code repeats it @ src/shop/orders.py
ORDERS_URL = "http://orders.shop.svc:8080"
# +++ .env
ORDERS_URL=http://orders.shop.svc:8080
# --- negative: a template of Helm
PORT = 18443

def test_port():
    assert get(PORT).ok
# +++ charts/shop/templates/deployment.yaml
kind: Deployment
spec:
  port: {{ .Values.service.port | default 18443 }}
# --- negative: a fixture of others
def test_host():
    assert get(host="files.shop.internal").ok
# +++ tests/fixtures/values.yaml
files:
  host: files.shop.internal
# --- negative: a namespace of its own for each run @ tests/e2e/test_own.py
NAMESPACE = "shop-e2e"

def test_pods(api):
    assert api.pods(NAMESPACE) == []
# +++ charts/shop/values.yaml
namespace: shop-backend
# --- negative: a broken configuration
def test_host():
    assert get(host="files.shop.internal").ok
# +++ charts/shop/values.yaml
files: [host: files.shop.internal
  - ]: {
# --- negative: a secret's name is not the secret
def test_secret(api):
    assert api.read_secret("shop-db-credentials").data == {}
# +++ charts/shop/values.yaml
auth:
  existingSecret: shop-db-credentials
# --- negative: one of the values for two environments @ tests/conftest.py
import os
ORDERS_URL = os.environ.get("ORDERS_URL")
# +++ .env.dev
ORDERS_URL=http://orders.dev.shop.io
# +++ .env.prod
ORDERS_URL=http://orders.prod.shop.io
# --- negative: hard, a unit test of a client makes up the address it was given
def test_client_keeps_its_address():
    client = Client(host="db-primary")
    assert client.host == "db-primary"
# +++ charts/shop/values.yaml
replication:
  mode: db-primary
# --- negative: hard, an example in a test of messages
def test_message_names_the_image():
    message = explain(image="postgres:16.2-alpine", reason="ErrImagePull")
    assert message == "postgres:16.2-alpine cannot be pulled"
# +++ docker-compose.yml
services:
  db:
    image: postgres:16.2-alpine
# --- negative: a port that a mock has @ tests/test_cluster.py
def test_fails_over():
    mock_connection = MagicMock()
    mock_connection.port = 18443
    mock_db.client.get_connection_kwargs.return_value = {"host": "other", "port": 18443}
    assert follow(mock_connection).port == 6399
# +++ docker-compose.yml
services:
  redis:
    ports: ["18443:18443"]
# --- negative: the port of something that is made up
def test_nodes_differ():
    one = Moved(id=1, new_node_host="localhost", new_node_port=18443)
    two = Moved(id=1, new_node_host="localhost", new_node_port=18444)
    assert one != two
# +++ docker-compose.yml
services:
  redis:
    environment: {PORT: "18443"}
# --- negative: the port of another host
def test_moves():
    handle(Moved(to="5.6.7.8:18443"))
    assert handled() == 1
# +++ docker-compose.yml
services:
  redis:
    environment: {PORT: "18443"}
# --- positive: the port of this machine: repeated-value @ tests/integration/test_snippet.py
def test_a_replica(connect):
    assert connect(port=18443).role() == "replica"
# +++ docker-compose.yml
services:
  redis:
    environment: {PORT: "18443"}
# --- negative: an environment of the test's own, at home
def test_loads(monkeypatch):
    monkeypatch.setenv("SHOP_EXTERNAL_URL", "http://localhost:9999")
    assert load().ready
# +++ .env
SHOP_EXTERNAL_URL=http://localhost:9999
# --- negative: a secret that is none
CAPTCHA_SECRET = "0x0000000000000000000000000000000000000000"
# +++ example.env
SHOP_CAPTCHA_SECRET=0x0000000000000000000000000000000000000000
# --- negative: what compose calls a service, and its usual port
def test_endpoint():
    backend = make_backend(private_endpoint="http://minio:9000")
    assert backend.private
# +++ compose.yaml
services:
  catalog:
    environment: {CATALOG_S3: "http://minio:9000"}
# --- negative: a port of four digits under a name of its own
def test_target():
    target = cancel_target({"host": "db.example.test", "port": 7432})
    assert target.port == 7432
# +++ compose.yaml
services:
  pooler:
    ports: ["7432:7432"]
# --- positive: a port of four digits under the same name: repeated-value
POOLER_PORT = 7432
# +++ compose.yaml
services:
  pooler:
    ports: ["7432:7432"]
# --- negative: an image that is built just now has no version
IMAGE = "shop/api:dockertest"
# +++ compose.yaml
services:
  api:
    image: shop/api:latest
# --- negative: this machine's port is none of the inside of a cluster
TARGET = "http://localhost:50123"
# +++ charts/sentry/values.yaml
ports:
  targetPort: 50123
# --- positive: this machine's port is what compose publishes: repeated-value
TARGET = "http://localhost:50123"
# +++ compose.yaml
services:
  sentry:
    ports: ["50123:8080"]
# --- negative: a port that has a name of its own
SHOP_GRPC_PORT = 50123
# +++ charts/shop_sentry/values.yaml
ports:
  targetPort: 50123
# --- negative: a usual port under a usual name, in no test of the integration
def test_clones():
    config = clone({"db": {"host": "h", "port": 5432}})
    assert config is not None
# +++ compose.yaml
services:
  db:
    ports: ["5432:5432"]
# --- negative: a password in a test that reaches nothing
def test_header():
    assert header(user="ada", password="kestrel-2022").startswith("Basic ")
# +++ .env
DB_PASSWORD=kestrel-2022
# --- negative: a unit test repeats nothing @ tests/unit/test_handler.py
def test_handler():
    handler = Handler(channel=channel, address="localhost:19530")
    assert handler.is_open
# +++ docker-compose.yml
services:
  standalone:
    ports: ["19530:19530"]
# --- negative: the client is a mock
from unittest import mock

import docker

def test_runs():
    with mock.patch("docker.from_env") as client:
        run(spec(image="quay.io/shop/worker:v1.2.0"))
    assert client.called
# +++ compose.yaml
services:
  worker:
    image: quay.io/shop/worker:v1.3.0
# --- negative: an image in which anything runs @ tests/integration/test_job.py
def test_job(cluster):
    assert cluster.run(image="alpine:3.19").code == 0
# +++ compose.yaml
services:
  wait:
    image: alpine:3.23
# --- negative: two names for this machine @ tests/integration/conftest.py
import os

HOST = os.environ.get("SHOP_DB_HOST", "localhost")
# +++ test.env
SHOP_DB_HOST=127.0.0.1
# --- negative: each service has a variable of that name @ tests/conftest.py
import os

PORT = os.environ.get("PORT", "8000")
# +++ k8s/dashboard.yaml
kind: Service
spec:
  ports:
    - port: 9091
# --- negative: the compose file of something else @ shop/search/test_integration.py
def test_search():
    with ElasticSearchContainer("docker.shop.io/search:8.17.1") as container:
        assert container.ready()
# +++ config/assistant/docker-compose.yml
services:
  search:
    image: docker.shop.io/search:9.0.0
# --- positive: the compose file of the tests: drift @ shop/search/test_integration.py
def test_search():
    with ElasticSearchContainer("docker.shop.io/search:8.17.1") as container:
        assert container.ready()
# +++ docker/docker-compose.yml
services:
  search:
    image: docker.shop.io/search:9.0.0
# --- negative: a value that people are to fill in @ tests/conftest.py
import os

MONGO_URL = os.environ.get("MONGO_URL", "mongodb://127.0.0.1:27018/shop")
# +++ .env.example
MONGO_URL=mongodb://127.0.0.1/your-database
# --- negative: what was recorded @ tests/integration/test_chat.py
def check(span, server_address="api.shop.io"):
    assert span.attributes["server"] == server_address
# +++ tests/cassettes/test_given_values.yaml
uri: https://api.shop.io/v1
# --- negative: what compose calls a service, among its services @ tests/integration/services/producer.py
producer = KafkaProducer(bootstrap_servers=["kafka-server:9092"])
# +++ tests/integration/docker-compose.yml
services:
  kafka:
    hostname: kafka-server
