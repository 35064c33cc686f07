// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: an error gives a mock: silent-fallback @ shop/db.go
func Connect(url string) Store {
	store, err := Open(url)
	if err != nil {
		return NewMockStore()
	}
	return store
}
// --- positive: no url, a fake: silent-fallback @ shop/search.go
func NewIndex(url string) Index {
	if url == "" {
		return &FakeIndex{}
	}
	return elastic.New(url)
}
// --- positive: nil becomes a fake: silent-fallback @ shop/mail.go
func NewNotifier(client Smtp) *Notifier {
	if client == nil {
		client = &FakeSmtp{}
	}
	return &Notifier{client}
}
// --- positive: assigned upon an error: silent-fallback @ shop/cache.go
func cache() Cache {
	c, err := redis.Dial(addr)
	if err != nil {
		log.Printf("no redis: %v", err)
		c = mocks.NewFakeCache()
	}
	return c
}
// --- positive: a variable that is not set: silent-fallback @ shop/queue.go
func broker() Broker {
	url, ok := os.LookupEnv("BROKER_URL")
	if !ok {
		return DummyBroker{}
	}
	return Dial(url)
}
// --- positive: the else of a presence: silent-fallback @ shop/geo.go
func geocoder(key string) Geocoder {
	var g Geocoder
	if key != "" {
		g = NewHTTP(key)
	} else {
		g = NewStubGeocoder()
	}
	return g
}
// --- positive: an unknown kind is a mock: silent-fallback @ shop/pay.go
func gateway(kind string) Gateway {
	switch kind {
	case "http":
		return NewHTTPGateway()
	default:
		return NewMockGateway()
	}
}
// --- positive: too late, a stub: silent-fallback @ shop/rates.go
func source(ctx context.Context) Source {
	select {
	case s := <-open(ctx):
		return s
	case <-ctx.Done():
		return &StubSource{}
	}
}
// --- positive: a missing file, a fake: silent-fallback @ shop/creds.go
func credentials(path string) Credentials {
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return FakeCredentials{}
	}
	return parse(data)
}
// --- positive: an option left out: silent-fallback @ shop/server.go
func NewServer(opts Options) *Server {
	clock := opts.Clock
	if opts.Clock == nil {
		clock = fake.NewFakeClock()
	}
	return &Server{clock: clock}
}
// --- positive: a test harness that falls back: silent-fallback @ test/harness.go
func Platform() Client {
	client, err := Dial(os.Getenv("PLATFORM"))
	if err != nil {
		return NewFakeClient()
	}
	return client
}
// --- positive: a helper of tests that falls back: silent-fallback @ shop/helpers_test.go
func database(t *testing.T) Store {
	store, err := Open(os.Getenv("DATABASE_URL"))
	if err != nil {
		return &MockStore{}
	}
	return store
}
// --- positive: errors are told apart: silent-fallback @ shop/users.go
func users(ctx context.Context) Users {
	u, err := dialUsers(ctx)
	if errors.Is(err, ErrUnavailable) {
		return &FakeUsers{}
	}
	return u
}
// --- positive: gomock in an end-to-end test: mock-in-e2e @ e2e/checkout_test.go
func TestCheckout(t *testing.T) {
	ctrl := gomock.NewController(t)
	gateway := NewMockGateway(ctrl)
	gateway.EXPECT().Charge(500)
	assert.Equal(t, "paid", Checkout(gateway))
}
// --- positive: testify in an end-to-end test: mock-in-e2e @ test/e2e/mail_test.go
func TestMail(t *testing.T) {
	mailer := new(MockMailer)
	mailer.On("Send", "ada").Return(nil)
	require.NoError(t, Notify(mailer, "ada"))
}
// --- positive: by a build tag: mock-in-e2e @ shop/flow_test.go
//go:build e2e

package shop

func TestFlow(t *testing.T) {
	httpmock.Activate()
	assert.Equal(t, "done", Flow())
}
// --- positive: acceptance folder: mock-in-e2e @ acceptance/orders_test.go
func TestOrders(t *testing.T) {
	gock.New("https://api").Get("/orders").Reply(200)
	assert.Empty(t, Orders())
}
// --- positive: by the file's name: mock-in-e2e @ shop/login_e2e_test.go
func TestLogin(t *testing.T) {
	idp := NewMockIdp(t)
	idp.EXPECT().Token().Return("x")
	assert.Equal(t, "ada", Login(idp))
}
// --- positive: a patched function in e2e: mock-in-e2e @ e2e/clock_test.go
func TestClock(t *testing.T) {
	patches := gomonkey.ApplyFunc(time.Now, func() time.Time { return noon })
	defer patches.Reset()
	assert.Equal(t, "noon", Greeting())
}
// --- positive: sqlmock in an integration test: mock-in-integration @ shop/store_integration_test.go
func TestStore(t *testing.T) {
	db, mock, err := sqlmock.New()
	require.NoError(t, err)
	mock.ExpectExec("insert")
	assert.Equal(t, 1, Save(db))
}
// --- positive: by a build tag integration: mock-in-integration @ shop/cart_test.go
//go:build integration

package shop

func TestCart(t *testing.T) {
	events := NewMockEvents(t)
	events.EXPECT().Publish("tea")
	assert.Equal(t, 1, Add(pool, events, "tea"))
}
// --- positive: by its folder: mock-in-integration @ integration/search_test.go
func TestSearch(t *testing.T) {
	ranker := new(MockRanker)
	ranker.On("Rank").Return([]string{"tea"})
	assert.Equal(t, []string{"tea"}, Search(index, ranker))
}
// --- positive: a fake client in integration tests: mock-in-integration @ test/integration/deploy_test.go
func TestDeploy(t *testing.T) {
	client := fake.NewFakeClient()
	assert.Equal(t, "ready", Deploy(client))
}
// --- positive: asks its own mock: asserts-own-mock
func TestGet(t *testing.T) {
	store := new(MockStore)
	store.On("Get", "a").Return("x")
	got := store.Get("a")
	assert.Equal(t, "x", got)
}
// --- positive: directly in the assertion: asserts-own-mock
func TestRate(t *testing.T) {
	rates := &MockRates{}
	rates.On("Rate", "EUR").Return(2)
	assert.Equal(t, 2, rates.Rate("EUR"))
}
// --- positive: gomock, value and error: asserts-own-mock
func TestFind(t *testing.T) {
	repo := NewMockRepository(gomock.NewController(t))
	repo.EXPECT().Find(7).Return(order, nil)
	got, err := repo.Find(7)
	require.NoError(t, err)
	assert.Equal(t, order, got)
}
// --- positive: compared by hand: asserts-own-mock
func TestClock(t *testing.T) {
	clock := NewMockClock(t)
	clock.EXPECT().Now().Return(noon)
	now := clock.Now()
	if now != noon {
		t.Errorf("got %v", now)
	}
}
// --- positive: a mock of a package of mocks: asserts-own-mock
func TestProfile(t *testing.T) {
	users := mocks.NewMockUsers(t)
	users.On("Name", 1).Return("Ada")
	name := users.Name(1)
	require.Equal(t, "Ada", name)
}
// --- positive: the type ends in Mock: asserts-own-mock
func TestQuote(t *testing.T) {
	quotes := &QuotesMock{}
	quotes.On("Quote").Return(3)
	quote := quotes.Quote()
	assert.Equal(t, 3, quote)
}
// --- positive: gomega on its own mock: asserts-own-mock
func TestStatus(t *testing.T) {
	g := NewWithT(t)
	app := new(MockApp)
	app.On("Status").Return("ready")
	status := app.Status()
	g.Expect(status).To(Equal("ready"))
}
// --- positive: testify's mock in a service: production-mock @ shop/service.go
package shop

import "github.com/stretchr/testify/mock"

type Gateway struct{ mock.Mock }
// --- positive: gomock in a command: production-mock @ cmd/cart/main.go
package main

import "go.uber.org/mock/gomock"

var ctrl = gomock.NewController(nil)
// --- positive: sqlmock in a store: production-mock @ shop/store.go
package shop

import sqlmock "github.com/DATA-DOG/go-sqlmock"

func open() { sqlmock.New() }
// --- positive: hard, a function literal pretends: silent-fallback @ shop/flags.go
func flags(url string) func(string) bool {
	client, err := Dial(url)
	if err != nil {
		return func(string) bool { return false } // a fake client
	}
	return client.Flag
}
// --- negative: a mock in a unit test
func TestNotifies(t *testing.T) {
	mailer := new(MockMailer)
	mailer.On("Send", "ada").Return(nil)
	Notify(mailer, "ada")
	mailer.AssertExpectations(t)
}
// --- negative: gomock in a unit test
func TestCharge(t *testing.T) {
	gateway := NewMockGateway(gomock.NewController(t))
	gateway.EXPECT().Charge(500).Return("ok")
	assert.Equal(t, "paid", Pay(gateway, 500))
}
// --- negative: an error is returned @ shop/db.go
func Connect(url string) (Store, error) {
	store, err := Open(url)
	if err != nil {
		return nil, fmt.Errorf("no store, not even a fake one: %w", err)
	}
	return store, nil
}
// --- negative: asked for by name @ shop/gateway.go
func gateway(kind string) Gateway {
	switch kind {
	case "fake":
		return NewFakeGateway()
	default:
		return NewHTTPGateway()
	}
}
// --- negative: asked for by a flag @ shop/mail.go
func mailer(cfg Config) Mailer {
	if cfg.UseFakeMailer {
		return &FakeMailer{}
	}
	return NewSmtp(cfg.Smtp)
}
// --- negative: another real one @ shop/store.go
func store(url string) Store {
	if url == "" {
		return NewMemoryStore()
	}
	return NewRedisStore(url)
}
// --- negative: a map of mocks is data @ shop/registry_test.go
func (r *mockRegistry) add(key string, value mockValue) {
	if r.values == nil {
		r.values = make(map[string]mockValue)
	}
	r.values[key] = value
}
// --- negative: a server of its own in integration @ shop/server_integration_test.go
func TestServer(t *testing.T) {
	server := httptest.NewServer(Handler())
	defer server.Close()
	assert.Equal(t, 200, get(server.URL))
}
// --- negative: real parts in e2e @ e2e/shop_test.go
func TestShop(t *testing.T) {
	client := Dial(os.Getenv("SHOP"))
	assert.Equal(t, "paid", client.Checkout("tea"))
}
// --- negative: the code's own value by a variable
func TestTotal(t *testing.T) {
	prices := new(MockPrices)
	prices.On("Get", "tea").Return(3)
	total := NewBasket(prices).Total()
	assert.Equal(t, 3, total)
}
// --- negative: number of calls
func TestCalls(t *testing.T) {
	bus := new(MockBus)
	Publish(bus, "a")
	bus.AssertNumberOfCalls(t, "Send", 1)
}
// --- negative: a package of mocks @ shop/mocks/gateway.go
package mocks

import "github.com/stretchr/testify/mock"

type MockGateway struct{ mock.Mock }
// --- negative: a package for tests @ internal/testutil/ctrl.go
package testutil

import "go.uber.org/mock/gomock"

func Controller(t gomock.TestReporter) *gomock.Controller { return gomock.NewController(t) }
// --- negative: gRPC's client @ shop/users.go
func users(conn *grpc.ClientConn) pb.UsersClient {
	if conn == nil {
		panic("no connection")
	}
	return pb.NewUsersClient(conn)
}
// --- negative: an event handler is no mock @ shop/integration/events_test.go
func TestEvents(t *testing.T) {
	bus.On(TeaSold, handle)
	bus.Emit(TeaSold)
	assert.Equal(t, 1, sold)
}
// --- negative: a fake handed in by a unit test
func TestSearch(t *testing.T) {
	index := &FakeIndex{Words: []string{"tea"}}
	assert.Equal(t, []string{"tea"}, Search(index, "t"))
}
// --- negative: a test of a fake of ours @ shop/fake_clock_test.go
func TestFakeClock(t *testing.T) {
	clock := NewMockClock(noon)
	now := clock.Now()
	assert.Equal(t, noon, now)
}
// --- negative: an error is logged @ shop/log.go
func warn(name string) {
	if err := check(name); err != nil {
		log.Printf("fake name %s: %v", name, err)
	}
}
// --- negative: ends the program @ shop/main.go
func main() {
	client, err := Dial(addr)
	if err != nil {
		log.Fatal(err)
	}
	serve(client)
}
// --- negative: chosen in a test itself
func TestChoice(t *testing.T) {
	client := given
	if client == nil {
		client = &MockClient{}
	}
	assert.Equal(t, 3, Run(client))
}
// --- negative: a dry run is asked for @ shop/deploy.go
func client(dryRun bool) Client {
	if dryRun {
		return &DummyClient{}
	}
	return NewClient()
}
// --- negative: zero value upon an error @ shop/geo.go
func locate(address string) (Point, error) {
	p, err := geocode(address)
	if err != nil {
		return Point{}, err
	}
	return p, nil
}
// --- negative: a default that is real @ shop/http.go
func NewAPI(client *http.Client) *API {
	if client == nil {
		client = http.DefaultClient
	}
	return &API{client}
}
// --- negative: table of mocks in unit tests
func TestTable(t *testing.T) {
	for _, tt := range []struct{ name string }{{"a"}} {
		m := NewMockStore(gomock.NewController(t))
		m.EXPECT().Get(tt.name).Return("x", nil)
		if got := Load(m, tt.name); got != "x" {
			t.Errorf("got %q", got)
		}
	}
}
// --- negative: unit tag beside mocks @ shop/unit_test.go
//go:build unit

package shop

func TestPrice(t *testing.T) {
	rates := NewMockRates(t)
	rates.EXPECT().Rate("EUR").Return(2)
	assert.Equal(t, 6, Price(rates, 3))
}
// --- negative: in-memory database in integration @ integration/sql_test.go
func TestSQL(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	assert.Equal(t, 1, one(db))
}
// --- negative: a word in a string @ shop/words.go
func words(known []string) []string {
	if len(known) == 0 {
		return []string{"mock turtle", "fake fur"}
	}
	return known
}
// --- negative: an example @ examples/mock_server/main.go
package main

import "github.com/stretchr/testify/mock"

type server struct{ mock.Mock }
// --- negative: a recorder is asked
func TestHandler(t *testing.T) {
	recorder := httptest.NewRecorder()
	Handler(recorder, request)
	assert.Equal(t, 200, recorder.Code)
}
// --- negative: suite with mocks
func (s *PaySuite) TestPay() {
	s.gateway.On("Charge", 500).Return(nil)
	s.NoError(Pay(s.gateway, 500))
}
// --- negative: hard, an error with fake in its name @ shop/check.go
func verify(name string) error {
	if _, err := lookup(name); err != nil {
		return &FakeNameError{name}
	}
	return nil
}
// --- negative: work for nothing, so that it takes as long @ internal/storage/user.go
package storage

func check(password string) error {
	hash, err := find()
	if errors.Is(err, sql.ErrNoRows) {
		_ = bcrypt.CompareHashAndPassword(dummyHash, []byte(password))
		return errUnknown
	}
	return bcrypt.CompareHashAndPassword(hash, []byte(password))
}
// --- negative: a mock written by hand is started
func TestSecrets(t *testing.T) {
	store := &MockStore{secrets: known}
	require.NoError(t, store.Init())
	require.Equal(t, "x", read(store, "a"))
}
// --- negative: only the words of an error say fake @ shop/client.go
func (c *Client) Sub(name string) (Object, error) {
	if c.known[name] == nil {
		return nil, fmt.Errorf("fakeSubResource does not support %s", name)
	}
	return c.known[name], nil
}

func (c *Client) Check(name string) error {
	if c.known[name] == nil {
		return fmt.Errorf("fakeSubResource(%s) is not there", name)
	}
	return nil
}
// --- negative: a mock makes what it needs @ shop/manager.go
type MockManager struct {
	lazy *Volumes
}

func (m *MockManager) Volumes() *Volumes {
	if m.lazy == nil {
		m.lazy = newFakeVolumes()
	}
	return m.lazy
}
// --- negative: an entry of a list is called stub @ shop/list.go
func list(job *Job) *Entry {
	entry, err := cached(job)
	if err != nil {
		return job.Stub(nil, nil)
	}
	return entry
}

// --- negative: a stub that is the real client, of a ledger @ shop/ledger.go
func claim(ctx Context, key string) ([]byte, error) {
	if _, err := ctx.GetStub().GetState(key); err != nil {
		return nil, ctx.GetStub().PutState(key, nil)
	}
	return nil, nil
}
