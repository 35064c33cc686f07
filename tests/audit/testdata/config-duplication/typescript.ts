// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: a service's URL of the values: repeated-value
it('answers', async () => {
  const reply = await fetch('http://orders.shop.svc.cluster.local:8080/health');
  expect(reply.status).toBe(200);
});
// +++ charts/shop/values.yaml
orders:
  url: http://orders.shop.svc.cluster.local:8080
// --- positive: the host of a database: repeated-value @ test/integration/snippet.test.ts
it('has a row', async () => {
  const client = new Client({ host: 'pg-main.shop.internal', database: 'shop' });
  expect(await client.one()).toEqual({ id: 1 });
});
// +++ .env.example
DB_HOST=pg-main.shop.internal
// --- positive: an unusual port: repeated-value @ test/integration/snippet.test.ts
const PORT = 18443;
it('listens', async () => {
  expect((await get(PORT)).status).toBe(200);
});
// +++ charts/gateway/values.yaml
service:
  port: 18443
// --- negative: a usual port, even under the same name @ test/integration/snippet.test.ts
const redisPort = 6379;
it('pings', async () => {
  expect(await ping(redisPort)).toBe('PONG');
});
// +++ charts/shop/values.yaml
redis:
  port: 6379
// --- positive: a namespace for kubectl: repeated-value @ e2e/pods.spec.ts
test('pods run', () => {
  const out = execFileSync('kubectl', ['get', 'pods', '-n', 'shop-backend']);
  expect(lines(out)).toHaveLength(3);
});
// +++ deploy/kustomization.yaml
namespace: shop-backend
// --- positive: a namespace of an object: repeated-value @ e2e/api.spec.ts
test('lists pods', async () => {
  const pods = await api.listNamespacedPod({ namespace: 'billing-core' });
  expect(pods.items).toHaveLength(2);
});
// +++ charts/billing/values.yaml
namespace: billing-core
// --- positive: the image of compose: repeated-value @ __tests__/integration/db.test.ts
let container: StartedTestContainer;
beforeAll(async () => {
  container = await new PostgreSqlContainer('postgres:16.2-alpine').start();
});
it('counts', async () => {
  expect(await count(container)).toBe(0);
});
// +++ docker-compose.yml
services:
  db:
    image: postgres:16.2-alpine
// --- positive: an image of repository and tag: repeated-value @ e2e/image.spec.ts
const IMAGE = 'ghcr.io/shop/api:1.4.2';
test('starts', async () => {
  expect(await start(IMAGE)).toBe(0);
});
// +++ charts/api/values.yaml
image:
  repository: ghcr.io/shop/api
  tag: "1.4.2"
// --- positive: a password of compose: repeated-credential @ test/integration/snippet.test.ts
it('logs in', async () => {
  const session = await login({ user: 'shop', password: 'hunter2-for-shop' });
  expect(session.open).toBe(true);
});
// +++ compose.yaml
services:
  db:
    environment:
      POSTGRES_PASSWORD: hunter2-for-shop
// --- positive: a plain password under the same name: repeated-credential @ test/integration/snippet.test.ts
const DB_PASSWORD = 'kestrel';
it('connects', async () => {
  expect((await connect(DB_PASSWORD)).open).toBe(true);
});
// +++ .env
DB_PASSWORD=kestrel
// --- negative: a password that everybody uses, even under the same name @ test/integration/snippet.test.ts
const DB_PASSWORD = 'secret';
it('connects', async () => {
  expect((await connect(DB_PASSWORD)).open).toBe(true);
});
// +++ .env
DB_PASSWORD=secret
// --- positive: a token: repeated-credential @ test/integration/snippet.test.ts
it('lets the admin in', async () => {
  const apiToken = 'tok_9f8a7b6c5d';
  expect((await admin(apiToken)).status).toBe(200);
});
// +++ .env.test
API_TOKEN=tok_9f8a7b6c5d
// --- positive: a password within a URL: repeated-credential @ test/integration/snippet.test.ts
const pool = new Pool({ connectionString: 'postgres://shop:s3cr3t-pw@localhost:5432/shop' });
it('counts', async () => {
  expect(await pool.count()).toBe(0);
});
// +++ docker-compose.yaml
services:
  db:
    environment:
      - POSTGRES_PASSWORD=s3cr3t-pw
// --- negative: the default of a variable that the configuration sets @ e2e/helpers.ts
export const baseURL = process.env.BASE_URL ?? 'http://localhost:3000';
// +++ .env
BASE_URL=http://localhost:3000
// --- positive: a key of a Secret: repeated-credential @ test/integration/snippet.test.ts
it('logs in', async () => {
  const client = new Shop({ apiKey: 'ak-live-0042-shop' });
  expect(await client.login()).toEqual({ ok: true });
});
// +++ k8s/secret.yaml
apiVersion: v1
kind: Secret
stringData:
  api-key: ak-live-0042-shop
// --- positive: brokers of a ConfigMap: repeated-value @ test/integration/snippet.test.ts
const kafka = new Kafka({ clientId: 'test', brokers: ['kafka-0.kafka.shop:9092'] });
it('lists topics', async () => {
  expect(await kafka.admin().listTopics()).toEqual(['orders']);
});
// +++ manifests/configmap.yaml
kind: ConfigMap
data:
  KAFKA_BROKERS: kafka-0.kafka.shop:9092
// --- positive: an object of settings: repeated-value @ test/integration/snippet.test.ts
const settings = { search: { host: 'search.shop.internal', port: 9200 } };
it('finds', async () => {
  expect(await search(settings, 'tea')).toEqual(['tea']);
});
// +++ charts/shop/values-prod.yaml
search:
  host: search.shop.internal
  port: 9200
// --- positive: set into the environment: repeated-value @ test/integration/snippet.test.ts
beforeEach(() => {
  process.env.RATES_URL = 'https://rates.shop.io/v2';
});
it('has rates', () => {
  expect(start().rates).toBe(3);
});
// +++ charts/shop/values.yaml
env:
  RATES_URL: https://rates.shop.io/v2
// --- positive: stubbed into the environment: repeated-value @ test/integration/snippet.test.ts
it('has rates', () => {
  vi.stubEnv('RATES_URL', 'https://rates.shop.io/v2');
  expect(start().rates).toBe(3);
});
// +++ charts/shop/values.yaml
env:
  RATES_URL: https://rates.shop.io/v2
// --- positive: a default of a parameter: repeated-value @ e2e/client.ts
export function shopClient(host = 'shop-gateway.internal', timeout = 3) {
  return new Client(host, timeout);
}
// +++ .env
GATEWAY_HOST=shop-gateway.internal
// --- positive: a template with the address: repeated-value @ e2e/cart.spec.ts
test('cart', async ({ request }) => {
  const reply = await request.get(`http://cart.shop.svc:8082/carts/${id}`);
  expect(await reply.json()).toEqual({});
});
// +++ compose.yml
services:
  web:
    environment:
      CART_URL: http://cart.shop.svc:8082
// --- positive: a port that compose publishes: repeated-value @ test/integration/snippet.test.ts
const smtp = { host: 'localhost', port: 2525 };
it('sends', async () => {
  expect(await send(smtp)).toBe(250);
});
// +++ docker-compose.test.yml
services:
  smtp:
    ports:
      - "2525:25"
// --- positive: where the browser goes: repeated-value @ playwright/login.spec.ts
import { test, expect } from '@playwright/test';
test('login', async ({ page }) => {
  await page.goto('https://shop.staging.acme.io/login');
  await expect(page).toHaveTitle('Login');
});
// +++ charts/web/values-staging.yaml
ingress:
  host: shop.staging.acme.io
// --- positive: another tag than compose: drift @ __tests__/integration/setup.ts
export const start = () => new PostgreSqlContainer('postgres:14-alpine').start();
// +++ docker-compose.yml
services:
  db:
    image: postgres:16-alpine
// --- positive: another tag than the values: drift @ e2e/operator.spec.ts
const operatorImage = 'quay.io/shop/operator:v0.9.0';
test('operator', async () => {
  expect((await deploy(operatorImage)).ready).toBe(true);
});
// +++ charts/operator/values.yaml
image:
  registry: quay.io
  repository: shop/operator
  tag: v1.0.1
// --- positive: the default of a port differs: drift @ e2e/setup.ts
const port = Number(process.env.ORDERS_PORT || '8081');
// +++ .env
ORDERS_PORT=8085
// --- positive: a default behind brackets: drift @ e2e/setup.ts
export const namespace = process.env['SHOP_NAMESPACE'] ?? 'shop-legacy';
// +++ deploy/configmap.yaml
kind: ConfigMap
data:
  SHOP_NAMESPACE: shop-core
// --- negative: the default of a token is for another place @ e2e/setup.ts
export const token = process.env.ADMIN_TOKEN || 'admin-token-of-2023';
// +++ .env.example
ADMIN_TOKEN=admin-token-of-2025
// --- positive: the same host with another port: drift @ __tests__/integration/pay.test.ts
it('pays', async () => {
  expect(await pay(new URL('http://payments.shop.svc:9000'), 3)).toBe(true);
});
// +++ charts/shop/values.yaml
payments:
  url: http://payments.shop.svc:9443
// --- positive: a constant that differs: drift @ __tests__/integration/redis.test.ts
const REDIS_PORT = 6380;
it('pings', async () => {
  expect(await ping(REDIS_PORT)).toBe('PONG');
});
// +++ charts/shop/values.yaml
redis:
  port: 6379
// --- positive: a namespace that differs by its name: drift @ e2e/ns.spec.ts
test('orders', async () => {
  const ordersNamespace = 'orders-v1';
  expect(await pods(ordersNamespace)).toEqual(['a']);
});
// +++ charts/all/values.yaml
orders:
  namespace: orders-v2
// --- negative: a password of another place @ test/setup.ts
export const RABBITMQ_PASSWORD = 'carrot-2022';
// +++ docker-compose.yml
services:
  mq:
    environment:
      RABBITMQ_PASSWORD: carrot-2024
// --- positive: kustomize has a newer image: drift @ e2e/proxy.spec.ts
test('proxy', async () => {
  const container = await new GenericContainer('envoyproxy/envoy:v1.28.0').withExposedPorts(9901).start();
  expect(container.getHost()).toBe('localhost');
});
// +++ deploy/overlays/prod/kustomization.yaml
images:
  - name: envoyproxy/envoy
    newTag: v1.31.2
// --- positive: the default of compose itself: drift @ e2e/setup.ts
const webPort = parseInt(process.env.WEB_PORT ?? '4100', 10);
// +++ compose.yaml
services:
  web:
    environment:
      WEB_PORT: ${WEB_PORT:-4200}
// --- positive: hard, the name is that of a chart: drift @ e2e/chart.spec.ts
const CATALOG_PORT = 7071;
test('catalog', async () => {
  expect((await get(CATALOG_PORT)).ok).toBe(true);
});
// +++ charts/catalog/values.yaml
service:
  port: 7070
// --- positive: hard, a namespace in a shell command: repeated-value @ e2e/shell.spec.ts
test('pods', () => {
  const out = execSync('kubectl -n shop-backend get pods').toString();
  expect(out).toBe('a b');
});
// +++ charts/shop/values.yaml
namespace: shop-backend
// --- positive: hard, a default that is taken apart: drift @ e2e/setup.ts
const { LEDGER_PORT = '9100' } = process.env;
// +++ .env
LEDGER_PORT=9101
// --- negative: read from the environment
it('answers', async () => {
  expect((await fetch(process.env.ORDERS_URL!)).status).toBe(200);
});
// +++ .env
ORDERS_URL=http://orders.shop.svc:8080
// --- negative: read from the values
const values = parse(readFileSync('charts/shop/values.yaml', 'utf8'));
it('answers', async () => {
  expect((await get({ port: values.service.port })).status).toBe(200);
});
// +++ charts/shop/values.yaml
service:
  port: 18443
// --- negative: an expectation
it('gives the port', () => {
  expect(render().service.port).toBe(18443);
});
// +++ charts/shop/values.yaml
service:
  port: 18443
// --- negative: an expected structure
it('reads settings', () => {
  expect(read()).toEqual({ host: 'pg-main.shop.internal' });
});
// +++ .env
DB_HOST=pg-main.shop.internal
// --- negative: a call that is expected
it('asks', async () => {
  await load();
  expect(client.get).toHaveBeenCalledWith('http://orders.shop.svc:8080/a');
});
// +++ .env
ORDERS_URL=http://orders.shop.svc:8080
// --- negative: localhost and a usual port
it('gets', async () => {
  expect((await fetch('http://localhost:8080/health')).status).toBe(200);
});
// +++ charts/shop/values.yaml
service:
  port: 8080
// --- negative: a usual port of something else
it('serves', () => {
  const server = new Server({ port: 8080 });
  expect(server.port).toBe(8080);
});
// +++ charts/shop/values.yaml
metrics:
  port: 8080
// --- negative: example.com is nobody's
it('links', () => {
  expect(link('https://shop.example.com/a')).toBe('a');
});
// +++ charts/shop/values.yaml
ingress:
  host: shop.example.com
// --- negative: the default namespace
it('lists', async () => {
  const pods = await api.listNamespacedPod({ namespace: 'default' });
  expect(pods.items).toEqual([]);
});
// +++ charts/shop/values.yaml
namespace: default
// --- negative: a password that everybody uses
it('logs in', async () => {
  const session = await login({ user: 'ada', password: 'password' });
  expect(session.open).toBe(true);
});
// +++ docker-compose.yml
services:
  db:
    environment:
      POSTGRES_PASSWORD: password
// --- negative: a wrong password
it('keeps out', async () => {
  const wrongPassword = 'hunter2-for-shop!';
  expect((await login('ada', wrongPassword)).status).toBe(401);
});
// +++ docker-compose.yml
services:
  db:
    environment:
      POSTGRES_PASSWORD: hunter2-for-shop
// --- negative: another port on purpose
it('takes the port of the environment', () => {
  process.env.ORDERS_PORT = '9999';
  expect(load().ordersPort).toBe(9999);
});
// +++ .env
ORDERS_PORT=8081
// --- negative: made up in a unit test @ __tests__/unit/config.test.ts
const redisPort = 1234;
it('has a url', () => {
  expect(url({ redisPort, redisHost: 'h' })).toBe('redis://h:1234');
});
// +++ charts/shop/values.yaml
redis:
  port: 6379
  host: redis.shop.internal
// --- negative: another part of the repository @ packages/cart/src/cart.test.ts
const DB_PORT = 5433;
it('has a cart', () => {
  expect(cart(DB_PORT)).toBe(1);
});
// +++ packages/orders/.env
DB_PORT=5432
// --- negative: rows of a table
it.each([
  ['postgres:16.2-alpine', '16.2-alpine'],
  ['ghcr.io/shop/api:1.4.2', '1.4.2'],
])('tag of %s', (image, tag) => {
  expect(tagOf(image)).toBe(tag);
});
// +++ docker-compose.yml
services:
  db:
    image: postgres:16.2-alpine
  api:
    image: ghcr.io/shop/api:1.4.2
// --- negative: a parser is tested
it('parses an image', () => {
  const image = 'postgres:16.2-alpine';
  expect(parseImage(image).tag).toBe('16.2-alpine');
});
// +++ docker-compose.yml
services:
  db:
    image: postgres:16.2-alpine
// --- negative: the same number, and no port in the configuration
const dbPort = 5433;
it('connects', () => {
  expect(connect(dbPort)).toBe(true);
});
// +++ charts/shop/values.yaml
cache:
  entries: 5433
// --- negative: from outside it is another host @ e2e/setup.ts
export const dbHost = process.env.DB_HOST ?? 'localhost';
// +++ docker-compose.yml
services:
  api:
    environment:
      DB_HOST: db
// --- negative: a short name in another sense
it('has a title', () => {
  expect(title({ name: 'db', role: 'redis' })).toBe('Db');
});
// +++ docker-compose.yml
services:
  api:
    environment:
      DB_HOST: db
      CACHE_HOST: redis
// --- negative: the values have a placeholder
it('keeps out', async () => {
  expect((await login({ token: '<token>' })).status).toBe(401);
});
// +++ charts/shop/values.yaml
api:
  token: <token>
// --- negative: the env file is filled in elsewhere
const DB_PASSWORD = 'made-up-4711';
it('connects', () => {
  expect(connect(DB_PASSWORD)).toBe(true);
});
// +++ .env.example
DB_PASSWORD=
// --- negative: another image @ __tests__/integration/setup.ts
export const start = () => new GenericContainer('redis:7.2').start();
// +++ docker-compose.yml
services:
  db:
    image: postgres:16
// --- negative: an upgrade begins with the older tag @ e2e/upgrade.spec.ts
test('upgrade from the last release', async () => {
  await deploy({ image: 'quay.io/shop/operator:v0.9.0' });
  expect(await upgrade()).toBe(true);
});
// +++ charts/operator/values.yaml
image:
  repository: quay.io/shop/operator
  tag: v1.0.1
// --- negative: the name says that it is older @ e2e/versions.spec.ts
const previousImage = 'quay.io/shop/operator:v0.9.0';
test('reads what was written', async () => {
  expect((await deploy(previousImage)).objects).toBe(3);
});
// +++ charts/operator/values.yaml
image:
  repository: quay.io/shop/operator
  tag: v1.0.1
// --- negative: a number that is no port
it('tries again', () => {
  const retries = 18443;
  expect(run({ limit: 18443 })).toBe(retries);
});
// +++ charts/gateway/values.yaml
service:
  port: 18443
// --- negative: a comment
it('has docs', () => {
  // Talks to http://orders.shop.svc:8080 when it is there.
  expect(docs()).toEqual(['a']);
});
// +++ .env
ORDERS_URL=http://orders.shop.svc:8080
// --- negative: the production code repeats it @ src/orders.ts
export const ordersUrl = 'http://orders.shop.svc:8080';
// +++ .env
ORDERS_URL=http://orders.shop.svc:8080
// --- negative: a package that looks like a host
import { rates } from 'rates.shop.io/client';
it('has rates', () => {
  expect(rates()).toEqual([]);
});
// +++ .env
RATES_HOST=rates.shop.io
// --- negative: a namespace of its own @ e2e/own.spec.ts
const namespace = 'shop-e2e';
test('pods', async () => {
  expect(await pods(namespace)).toEqual([]);
});
// +++ charts/shop/values.yaml
namespace: shop-backend
// --- negative: a password field of a form
it('shows an error', async () => {
  await user.type(screen.getByLabelText('password'), 'hunter2');
  expect(screen.getByRole('alert').textContent).toBe('too short');
});
// +++ .env
ADMIN_PASSWORD=hunter2
// --- negative: what a page shows
it('shows the host', () => {
  render(<Link host={host} />);
  expect(screen.getByText('rates.shop.io')).toBeVisible();
});
// +++ .env
RATES_HOST=rates.shop.io
// --- negative: the title of a test
it('http://orders.shop.svc:8080', () => {
  expect(add(1, 2)).toBe(3);
});
// +++ .env
ORDERS_URL=http://orders.shop.svc:8080
// --- negative: hard, an example in a test of messages
it('names the image', () => {
  const message = explain({ image: 'postgres:16.2-alpine', reason: 'ErrImagePull' });
  expect(message).toBe('postgres:16.2-alpine cannot be pulled');
});
// +++ docker-compose.yml
services:
  db:
    image: postgres:16.2-alpine
// --- negative: a port of four digits in a test of texts
it('links to the page', () => {
  render(<Link server={{ baseUrl: 'http://localhost:4242' }} />);
  expect(screen.getByRole('link')).toHaveAttribute('href', '/x');
});
// +++ docker-compose.yml
services:
  web:
    ports: ["4242:4242"]
// --- positive: the port that a service has been given: repeated-value @ test/integration/provider.ts
export const postgres = { client: 'pg', connection: { host: 'localhost', port: 25432 } };
// +++ scripts/docker-compose.yml
services:
  postgres:
    ports: ["25432:5432"]
// --- negative: what is at home, in a test of no kind
vi.mock('./env', () => ({ env: { REDIS_URL: 'redis://localhost:6379' } }));
it('logs', () => {
  expect(log('a')).toBe('a');
});
// +++ .env.example
REDIS_URL=redis://localhost:6379
// --- negative: an address that people know, as an example
it('takes the path', () => {
  const path = label('https://app.shop.io/orders/7?token=a');
  expect(path).toBe('/orders');
});
// +++ .env.example
SHOP_APP_URL=https://app.shop.io
// --- negative: what specifies an API is no test @ api/spec/templates/config.ts
export const BASE_URL = 'https://api.shop.io/v1';
// +++ deploy/values.yaml
url: https://api.shop.io/v1
// --- positive: what specifies the product is one: repeated-value @ spec/support/config.ts
export const BASE_URL = 'https://api.shop.io/v1';
// +++ deploy/values.yaml
url: https://api.shop.io/v1
// --- negative: a secret that says it is none @ test/helpers/auth.ts
export const JWT_SECRET = 'DUMMY_JWT_SECRET';
// +++ docker-compose.yml
services:
  api:
    environment:
      JWT_SECRET: DUMMY_JWT_SECRET
