// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: polls with a deadline: own-wait @ internal/testutil/wait.go
package testutil

func WaitFor(t *testing.T, check func() bool) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for time.Now().Before(deadline) {
		if check() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("not in time")
}
// +++ shop/queue_test.go
package shop

import "example.com/shop/internal/testutil"

func TestQueue(t *testing.T) {
	testutil.WaitFor(t, queue.Empty)
	if queue.Done != 1 {
		t.Errorf("done: %d", queue.Done)
	}
}
// --- positive: a ticker: own-wait @ shop/helpers_test.go
func eventually(ctx context.Context, check func() bool) error {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
			if check() {
				return nil
			}
		}
	}
}
// --- positive: tries again: own-wait @ test/retry.go
package test

func Retry(times int, fn func() error) (err error) {
	for i := 0; i < times; i++ {
		if err = fn(); err == nil {
			return nil
		}
		time.Sleep(time.Second << i)
	}
	return err
}
// --- positive: waits for a port: own-wait @ e2e/ports.go
package e2e

func open(address string) net.Conn {
	for {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			return conn
		}
		time.Sleep(100 * time.Millisecond)
	}
}
// --- positive: while it is not so: own-wait @ shop/wait_test.go
func untilIdle(t *testing.T, w *Worker) {
	start := time.Now()
	for !w.Idle() {
		if time.Since(start) > time.Second {
			t.Fatal("busy")
		}
		time.Sleep(time.Millisecond)
	}
}
// --- positive: a method of a fixture: own-wait @ shop/fixture_test.go
type fixture struct {
	t *testing.T
	c *Client
}

func (f *fixture) ready(name string) {
	for i := 0; i < 100; i++ {
		status, err := f.c.Status(name)
		if err == nil && status == "Ready" {
			return
		}
		<-time.After(100 * time.Millisecond)
	}
	f.t.Fatalf("%s is not ready", name)
}
// --- positive: two test files have the same loop: copied @ cart/cart_test.go
package cart

func waitUntil(check func() bool) {
	for !check() {
		time.Sleep(time.Millisecond)
	}
}

func TestCart(t *testing.T) {
	waitUntil(cart.Saved)
}
// +++ orders/orders_test.go
package orders

func waitUntil(check func() bool) {
	for !check() {
		time.Sleep(time.Millisecond)
	}
}

func TestOrders(t *testing.T) {
	waitUntil(orders.Ready)
}
// --- positive: two copies of an assertion: copied @ a/a_test.go
package a

func assertEqual(t *testing.T, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestA(t *testing.T) {
	assertEqual(t, A(), 1)
}
// +++ b/b_test.go
package b

func assertEqual(t *testing.T, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestB(t *testing.T) {
	assertEqual(t, B(), 2)
}
// --- positive: ok and equals: own-assertions @ shop/common_test.go
func ok(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatalf("unexpected error: %s", err)
	}
}

func equals(tb testing.TB, exp, act interface{}) {
	tb.Helper()
	if !reflect.DeepEqual(exp, act) {
		tb.Fatalf("exp: %#v, got: %#v", exp, act)
	}
}
// --- positive: generics: own-assertions @ internal/assert/test/equal.go
package assert

func Equal[T comparable](t *testing.T, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("got %v; want %v", got, want)
	}
}
// +++ shop/price_test.go
package shop

import "example.com/shop/internal/assert/test"

func TestPrice(t *testing.T) {
	test.Equal(t, Price("tea"), 3)
}
// --- positive: contains and panics: own-assertions @ testutils/asserts.go
package testutils

func AssertContains(t *testing.T, whole, part string) {
	if !strings.Contains(whole, part) {
		t.Errorf("%q is not in %q", part, whole)
	}
}

func AssertPanics(t *testing.T, fn func()) {
	defer func() {
		if recover() == nil {
			t.Error("did not panic")
		}
	}()
	fn()
}
// --- positive: an assertion type: own-assertions @ test/assertions.go
package test

type Assertions struct {
	t *testing.T
}

func (a *Assertions) Equal(got, want any) {
	if got != want {
		a.t.Errorf("got %v, want %v", got, want)
	}
}

func (a *Assertions) NoError(err error) {
	if err != nil {
		a.t.Fatal(err)
	}
}
// --- positive: must not fail: own-assertions @ shop/must_test.go
func mustNoErr(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	t.Fatal(err)
}
// --- positive: a listener that answers: own-server @ shop/fake_smtp_test.go
func smtp(t *testing.T, lines chan<- string) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		conn, _ := listener.Accept()
		fmt.Fprint(conn, "220 ready\r\n")
		line, _ := bufio.NewReader(conn).ReadString('\n')
		lines <- line
	}()
	return listener.Addr().String()
}
// --- positive: a server type with canned answers: own-server @ internal/testutil/api.go
package testutil

type FakeAPI struct {
	*httptest.Server
	answers map[string]string
}

func NewFakeAPI(t testing.TB) *FakeAPI {
	f := &FakeAPI{answers: map[string]string{}}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

func (f *FakeAPI) serve(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, f.answers[r.URL.Path])
}
// +++ shop/client_test.go
package shop

import "example.com/shop/internal/testutil"

func TestClient(t *testing.T) {
	api := testutil.NewFakeAPI(t)
	if got := New(api.URL).Stock("tea"); got != 3 {
		t.Errorf("got %d", got)
	}
}
// --- positive: records requests: own-server @ e2e/recorder.go
package e2e

type recorder struct {
	server   *httptest.Server
	requests []*http.Request
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.requests = append(r.requests, q)
	w.WriteHeader(http.StatusNoContent)
}
// --- positive: a server of net/http: own-server @ test/stub/main.go
package main

func serve(port int) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/stock", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"tea": 3}`)
	})
	server := &http.Server{Addr: fmt.Sprintf(":%d", port), Handler: mux}
	return server.ListenAndServe()
}
// --- positive: function fields: own-mock @ shop/mock_store_test.go
type mockStore struct {
	GetFunc  func(id int) (Order, error)
	SaveFunc func(order Order) error
}

func (m *mockStore) Get(id int) (Order, error) { return m.GetFunc(id) }

func (m *mockStore) Save(order Order) error { return m.SaveFunc(order) }
// +++ shop/orders_test.go
package shop

func TestOrders(t *testing.T) {
	store := &mockStore{SaveFunc: func(Order) error { return nil }}
	if err := Place(store, Order{}); err != nil {
		t.Error(err)
	}
}
// --- positive: calls and returns: own-mock @ internal/testutil/stub.go
package testutil

type StubClient struct {
	Calls   []string
	Returns []error
}

func (s *StubClient) Send(to string) error {
	s.Calls = append(s.Calls, to)
	err := s.Returns[0]
	s.Returns = s.Returns[1:]
	return err
}
// --- positive: a mock framework: own-mock @ test/mock/mock.go
package mock

type Mock struct {
	mu      sync.Mutex
	calls   map[string]int
	results map[string][]any
}

func (m *Mock) Return(name string, values ...any) { m.results[name] = values }

func (m *Mock) Called(name string) []any {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls[name]++
	return m.results[name]
}
// --- positive: counts and hooks: own-mock @ shop/fakes_test.go
type fakeGateway struct {
	called   int
	onCharge func(amount int) error
}

func (f *fakeGateway) Charge(amount int) error {
	f.called++
	return f.onCharge(amount)
}
// --- positive: golden files with a flag: own-snapshot @ shop/golden_test.go
var update = flag.Bool("update", false, "write golden files")

func checkGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	place := filepath.Join("testdata", name+".golden")
	if *update {
		os.WriteFile(place, got, 0o644)
	}
	want, err := os.ReadFile(place)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs", name)
	}
}
// --- positive: by an environment variable: own-snapshot @ internal/testutil/snap.go
package testutil

func Snapshot(t *testing.T, path, got string) {
	if os.Getenv("UPDATE_SNAPSHOTS") != "" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, _ := os.ReadFile(path)
	if string(want) != got {
		t.Fatalf("got:\n%s", got)
	}
}
// --- positive: ioutil: own-snapshot @ test/approve.go
package test

func Approve(name string, received []byte) error {
	approved, err := ioutil.ReadFile(name + ".approved")
	if err == nil && bytes.Equal(approved, received) {
		return nil
	}
	ioutil.WriteFile(name+".received", received, 0644)
	return fmt.Errorf("%s: approve %s.received", name, name)
}
// --- positive: a factory with a sequence: own-builder @ test/factory.go
package test

type UserFactory struct {
	next int
}

func (f *UserFactory) New(name string) *User {
	f.next++
	return &User{ID: f.next, Name: name}
}
// --- negative: a random word @ testutil/random.go
package testutil

const letters = "abcdefghijklmnopqrstuvwxyz"

func RandomString(n int) string {
	result := make([]byte, n)
	for i := range result {
		result[i] = letters[rand.Intn(len(letters))]
	}
	return string(result)
}
// --- positive: random people: own-builder @ shop/people_test.go
func randomPerson() Person {
	names := []string{"Ada", "Grace", "Alan"}
	name := names[rand.Intn(len(names))]
	return Person{
		Name:  name,
		Email: fmt.Sprintf("%s%d@example.com", name, rand.Intn(1000)),
	}
}
// --- positive: a folder of its own: own-fixture @ shop/folder_test.go
func tempFolder(t *testing.T) (string, func()) {
	place, err := os.MkdirTemp("", "shop")
	if err != nil {
		t.Fatal(err)
	}
	return place, func() { os.RemoveAll(place) }
}
// --- positive: the environment set and put back: own-fixture @ testutils/env.go
package testutils

func SetEnv(t testing.TB, name, value string) {
	before, was := os.LookupEnv(name)
	os.Setenv(name, value)
	t.Cleanup(func() {
		if was {
			os.Setenv(name, before)
		} else {
			os.Unsetenv(name)
		}
	})
}
// --- positive: stdout taken: own-fixture @ cmd/capture_test.go
func captured(work func()) string {
	before := os.Stdout
	r, w, _ := os.Pipe()
	os.Stdout = w
	work()
	w.Close()
	os.Stdout = before
	out, _ := io.ReadAll(r)
	return string(out)
}
// --- positive: another folder for a while: own-fixture @ cmd/chdir_test.go
func inside(t *testing.T, folder string) {
	before, _ := os.Getwd()
	if err := os.Chdir(folder); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chdir(before) })
}
// --- positive: counts by hand: own-runner @ test/e2e/main.go
package main

func run(cases []Case) int {
	passed, failed := 0, 0
	for _, each := range cases {
		if err := each.Run(); err != nil {
			fmt.Printf("FAIL %s: %v\n", each.Name, err)
			failed++
			continue
		}
		passed++
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	return failed
}
// --- positive: methods by reflection: own-runner @ internal/testutil/suite.go
package testutil

func RunSuite(t *testing.T, suite any) {
	kind := reflect.TypeOf(suite)
	for i := 0; i < kind.NumMethod(); i++ {
		method := kind.Method(i)
		if strings.HasPrefix(method.Name, "Test") {
			t.Run(method.Name, func(t *testing.T) {
				method.Func.Call([]reflect.Value{reflect.ValueOf(suite), reflect.ValueOf(t)})
			})
		}
	}
}
// --- positive: hard, yields until it is so: own-wait @ shop/spin_test.go
func spin(t *testing.T, flag *atomic.Bool) {
	limit := time.After(time.Second)
	for !flag.Load() {
		select {
		case <-limit:
			t.Fatal("never")
		default:
			runtime.Gosched()
		}
	}
}
// --- positive: hard, an assertion with a name of its own: own-assertions @ shop/diff_test.go
func wantSame(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
// --- negative: the repository's own assertion @ shop/paid_test.go
func assertPaid(t *testing.T, order Order, amount int) {
	t.Helper()
	if order.Status != "paid" || order.Amount != amount {
		t.Errorf("order %d is not paid", order.ID)
	}
}
// --- negative: a builder of one function @ shop/build_test.go
func newOrder(changes ...func(*Order)) Order {
	order := Order{ID: 1, Items: []string{"tea"}}
	for _, change := range changes {
		change(&order)
	}
	return order
}
// --- negative: testify waits @ internal/testutil/ready.go
package testutil

func Ready(t *testing.T, c *Client) {
	require.Eventually(t, func() bool {
		for _, each := range c.Pods() {
			if !each.Ready {
				return false
			}
		}
		return true
	}, time.Second, time.Millisecond)
}
// --- negative: the cluster's polling @ e2e/pods.go
package e2e

func PodReady(ctx context.Context, c Client, name string) error {
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) {
		pod, err := c.Get(ctx, name)
		return err == nil && pod.Ready, nil
	})
}
// --- negative: a load of requests @ test/load.go
package test

func Load(client *Client, count int) error {
	for i := 0; i < count; i++ {
		if err := client.Post("/orders", i); err != nil {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return nil
}
// --- negative: one wait with a limit @ shop/receive_test.go
func receive(t *testing.T, events <-chan Event) Event {
	t.Helper()
	select {
	case event := <-events:
		return event
	case <-time.After(time.Second):
		t.Fatal("no event")
		return Event{}
	}
}
// --- negative: a loop without a pause @ shop/drain_test.go
func drain(queue *Queue) []string {
	var result []string
	for !queue.Empty() {
		result = append(result, queue.Get())
	}
	return result
}
// --- negative: a wrapper of testify @ shop/require_test.go
func assertEqual(t *testing.T, want, got any) {
	t.Helper()
	if want == nil {
		t.Fatal("nothing is wanted")
	}
	require.Equal(t, want, got)
}
// --- negative: go-cmp @ shop/cmp_test.go
func equal(t *testing.T, got, want Order) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
// --- negative: a server of httptest @ shop/server_test.go
func serve(t *testing.T, status int) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
// --- negative: the app under test served @ shop/app_test.go
func startApp(t *testing.T) *httptest.Server {
	app := New(Config{Database: ":memory:"})
	server := httptest.NewServer(app.Handler())
	t.Cleanup(server.Close)
	return server
}
// --- negative: a free port @ testutil/port.go
package testutil

func FreePort(t testing.TB) int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
// --- negative: gock @ shop/gock_test.go
func rates(rate float64) {
	gock.New("https://rates.example.com").
		Get("/eur").
		Reply(200).
		JSON(map[string]float64{"rate": rate})
}
// --- negative: an in-memory store @ shop/fake_store_test.go
type fakeStore struct {
	orders map[int]Order
}

func (f *fakeStore) Get(id int) (Order, error) {
	order, ok := f.orders[id]
	if !ok {
		return Order{}, ErrNotFound
	}
	return order, nil
}
// --- negative: keeps what is sent @ shop/fake_mailer_test.go
type fakeMailer struct {
	sent []Message
	err  error
}

func (f *fakeMailer) Send(message Message) error {
	f.sent = append(f.sent, message)
	return f.err
}
// --- negative: a clock that is handed in @ testutil/clock.go
package testutil

type FakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *FakeClock) Now() time.Time { return c.now }

func (c *FakeClock) Step(d time.Duration) { c.now = c.now.Add(d) }
// --- negative: a mock of testify @ shop/mock_test.go
type mockMailer struct {
	mock.Mock
	calls   []string
	results []error
}

func (m *mockMailer) Send(to string) error {
	return m.Called(to).Error(0)
}
// --- negative: data that is read @ testutil/data.go
package testutil

func Load(t testing.TB, name string) []byte {
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
// --- negative: a file that is copied @ testutil/copy.go
package testutil

func Copy(t testing.TB, from, to string) {
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
// --- negative: goldie @ shop/goldie_test.go
func checkOutput(t *testing.T, name string, got []byte) {
	g := goldie.New(t, goldie.WithFixtureDir("testdata/golden"))
	if len(got) == 0 {
		t.Fatal("nothing to compare")
	}
	g.Assert(t, name, got)
}
// --- negative: t.TempDir and t.Setenv @ testutil/home.go
package testutil

func Home(t *testing.T) string {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Chdir(home)
	return home
}
// --- negative: a TestMain @ shop/main_test.go
func TestMain(m *testing.M) {
	place, _ := os.MkdirTemp("", "shop")
	os.Setenv("SHOP_HOME", place)
	code := m.Run()
	os.RemoveAll(place)
	os.Exit(code)
}
// --- negative: a loop of one test file
func waitUntil(check func() bool) {
	for !check() {
		time.Sleep(time.Millisecond)
	}
}

func TestWorker(t *testing.T) {
	waitUntil(worker.Idle)
}
// --- negative: a retry in code that is no test @ shop/retry.go
package shop

func Retry(fn func() error) (err error) {
	for i := 0; i < 3; i++ {
		if err = fn(); err == nil {
			return nil
		}
		time.Sleep(time.Second)
	}
	return err
}
// --- negative: names that two files share and mean otherwise @ a/a_test.go
package a

func order() Order { return Order{ID: 1} }

func TestA(t *testing.T) {
	if Total(order()) != 3 {
		t.Error("not 3")
	}
}
// +++ b/b_test.go
package b

func order() []string { return []string{"tea", "milk"} }

func TestB(t *testing.T) {
	if Sorted(order())[0] != "milk" {
		t.Error("not sorted")
	}
}
// --- negative: must @ shop/parse_test.go
func mustParse(t *testing.T, raw string) *url.URL {
	t.Helper()
	parsed, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
// --- negative: gofakeit @ testutil/person.go
package testutil

func Person() shop.Person {
	return shop.Person{
		Name:  gofakeit.Name(),
		Email: gofakeit.Email(),
		Age:   rand.Intn(90),
	}
}
// --- negative: shuffled with a seed @ shop/shuffle_test.go
func shuffled(cards []Card, seed int64) []Card {
	source := rand.New(rand.NewSource(seed))
	result := append([]Card(nil), cards...)
	source.Shuffle(len(result), func(i, j int) { result[i], result[j] = result[j], result[i] })
	return result
}
// --- negative: a table's row @ shop/table_test.go
type row struct {
	name string
	give []string
	want int
	err  error
}

func (r row) run(t *testing.T) {
	if got := Total(r.give); got != r.want {
		t.Errorf("%s: got %d", r.name, got)
	}
}
// --- negative: starts a program @ e2e/start.go
package e2e

func Start(t *testing.T, name string, arguments ...string) *exec.Cmd {
	command := exec.Command(name, arguments...)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Process.Kill() })
	return command
}
// --- negative: hard, paced messages @ e2e/pace.go
package e2e

func Pace(client *Client, messages []string) (replies []string) {
	for _, each := range messages {
		replies = append(replies, client.Say(each))
		time.Sleep(client.Gap)
	}
	return replies
}
// --- negative: hard, a listener with a hook @ shop/listen_test.go
type listener struct {
	events []Event
	onStop func()
}

func (l *listener) On(event Event) {
	l.events = append(l.events, event)
	if event.Last {
		l.onStop()
	}
}
// --- negative: a handler of one answer @ ext/creds_test.go
package ext

func tokenServer(t *testing.T) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"token": "x"})
	}))
	t.Cleanup(server.Close)
	return server
}
// --- negative: a command in the project's folder @ test/utils/utils.go
package utils

func Run(cmd *exec.Cmd) ([]byte, error) {
	cmd.Dir = projectDir()
	if err := os.Chdir(cmd.Dir); err != nil {
		return nil, err
	}
	return cmd.CombinedOutput()
}
// --- negative: a fluent builder @ internal/testutil/order.go
package testutil

type OrderBuilder struct {
	order shop.Order
}

func AnOrder() *OrderBuilder { return &OrderBuilder{} }

func (b *OrderBuilder) WithItem(name string) *OrderBuilder {
	b.order.Items = append(b.order.Items, name)
	return b
}

func (b *OrderBuilder) For(customer string) *OrderBuilder {
	b.order.Customer = customer
	return b
}

func (b *OrderBuilder) Build() shop.Order { return b.order }
// +++ shop/total_test.go
package shop_test

import "example.com/shop/internal/testutil"

func TestTotal(t *testing.T) {
	if got := shop.Total(testutil.AnOrder().WithItem("tea").Build()); got != 3 {
		t.Errorf("got %d", got)
	}
}
// --- negative: builders by value @ shop/builders_test.go
type podBuilder struct {
	pod Pod
}

func (b podBuilder) WithName(name string) podBuilder {
	b.pod.Name = name
	return b
}

func (b podBuilder) WithPhase(phase string) podBuilder {
	b.pod.Phase = phase
	return b
}

func (b podBuilder) Build() Pod { return b.pod }
// --- negative: the two ends of a connection @ shop/pair_test.go
func pair() (net.Conn, net.Conn, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, _ := listener.Accept()
		accepted <- conn
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	return conn, <-accepted, err
}
// --- negative: changes some files at random @ test/files.go
package test

func alter(names []string) {
	for _, name := range names {
		if rand.Intn(10) > 5 {
			os.Remove(name)
		}
	}
}
// --- negative: whether links are to be had @ test/links.go
package test

func hasLinks() bool {
	place, err := os.MkdirTemp("", "links")
	if err != nil {
		return false
	}
	defer os.RemoveAll(place)
	return os.Symlink("a", filepath.Join(place, "b")) == nil
}
// --- positive: a folder for a callback: own-fixture @ test/within.go
package test

func Within(work func(place string)) {
	place, err := os.MkdirTemp("", "shop")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(place)
	work(place)
}
// --- negative: a random word for names @ test/names.go
package test

const alphabet = "abcdefghijklmnopqrstuvwxyz"

func Name(r *rand.Rand) string {
	name := ""
	for range 8 {
		name += string(alphabet[r.Intn(len(alphabet))])
	}
	return name
}
// --- negative: a store that is called a mock @ tests/mock_orders.go
package tests

type MockOrders struct {
	shop.Orders
	Data     map[string]*shop.Order
	FindFunc func(query string) ([]shop.Order, error)
	LikeFunc func(query string) ([]shop.Order, error)
}

func (m *MockOrders) Get(id string) (*shop.Order, error) { return m.Data[id], nil }

func (m *MockOrders) Put(order *shop.Order) error {
	m.Data[order.ID] = order
	return nil
}
// --- negative: a server of a library, for which it only makes a place @ tests/proxy/proxy.go
package proxy

func New(t *testing.T) string {
	listener, address := listen(t)
	handler := goproxy.NewProxyHttpServer()
	server := &http.Server{Addr: address, Handler: handler}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return address
}
// --- positive: a server with a handler of its own: own-server @ internal/tests/echo/echo.go
package echo

func Run(ctx context.Context) (string, error) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return "", err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", echo)
	server := http.Server{Handler: mux}
	go server.Serve(listener)
	return listener.Addr().String(), nil
}
// --- negative: takes what comes of a channel @ shop/events_test.go
func wantEvents(t *testing.T, events <-chan Event, want []string) {
	var got []string
	for {
		select {
		case each := <-events:
			if each.Kind == "sold" {
				got = append(got, each.Name)
			}
			continue
		case <-time.After(10 * time.Millisecond):
			if !slices.Equal(got, want) {
				t.Fatalf("got %v", got)
			}
			return
		}
	}
}
// --- negative: sleeps where it hands something back @ testutil/address.go
package testutil

func TakeAddress() (net.IP, func()) {
	for {
		ip := next()
		listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: ip})
		if err != nil {
			giveBack(ip)
			continue
		}
		return ip, func() {
			listener.Close()
			time.Sleep(50 * time.Millisecond)
			giveBack(ip)
		}
	}
}
// --- negative: plays a recording at its pace @ testutil/replay.go
package testutil

func (r *Recording) Replay(call func(Event)) error {
	for i, each := range r.events {
		call(each)
		if i < len(r.events)-1 {
			time.Sleep(r.pauses[i])
		}
	}
	return nil
}
// --- positive: tries so many times: own-wait @ testutil/tries.go
package testutil

func Ready(url string) bool {
	for range maxTries {
		if answers(url) {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}
// --- negative: hooks of a working listener @ shop/listener_test.go
type fakeListener struct {
	queue   []net.Conn
	onDial  func()          // called when something dials
	onClose func(*fakeConn) // called when it closes
}

func (l *fakeListener) Accept() (net.Conn, error) {
	first := l.queue[0]
	l.queue = l.queue[1:]
	return first, nil
}
// --- negative: success, of the repository's own kind @ shop/success_test.go
func checkSuccess(t *testing.T, all []stat) {
	for _, each := range all {
		if each.status != http.StatusOK {
			t.Fatalf("%s failed", each.endpoint)
		}
	}
}
// --- negative: what a product has for those who test with it @ pkg/testing/wait.go
package testing

func Until(condition func() bool) {
	for !condition() {
		time.Sleep(time.Millisecond)
	}
}
// --- negative: a test that is not called like one @ shop/equal_test.go
func Equal(t *testing.T) {
	for _, each := range []struct{ a, b string }{{"a", "a"}} {
		if each.a != each.b {
			t.Errorf("got %s", each.a)
		}
	}
}
// --- negative: a program that is started beside the tests @ test/provider/main.go
package main

func main() {
	http.HandleFunc("/validate", validate)
	server := &http.Server{Addr: ":8090", Handler: http.HandlerFunc(validate)}
	if err := server.ListenAndServe(); err != nil {
		panic(err)
	}
}
// --- negative: gives it time once, after it has asked for something @ test/e2e/install.go
package e2e

func (t *Context) Install() error {
	if _, err := t.kubectl.Wait("deployment/shop", "--for", "condition=Available"); err != nil {
		return err
	}
	// Additional time for the certificates
	time.Sleep(10 * time.Second)
	return nil
}
// --- negative: fills in a template @ test/e2e/webhooks.go
package e2e

func Implement(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	text := strings.Replace(string(data), `// TODO: upon update`, `if count == 0 {}`, 1)
	if failed := os.WriteFile(name, []byte(text), 0o644); failed != nil {
		return failed
	}
	return nil
}
// --- negative: compares what it has read of JSON @ shop/json_test.go
func unmarshals(t *testing.T, input []byte, node any, fails bool, want any) {
	t.Helper()
	err := json.Unmarshal(input, node)
	if (err != nil) != fails || !reflect.DeepEqual(node, want) {
		t.Errorf("got %v, want %v", node, want)
	}
}
