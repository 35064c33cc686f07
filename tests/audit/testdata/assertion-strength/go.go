// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: nothing but a call: smoke
func TestImportCatalogue(t *testing.T) {
	rows := readRows("catalogue.csv")
	importCatalogue(rows)
}
// --- positive: an empty test: no-assertion
func TestRefundOfShippedOrder(t *testing.T) {
}
// --- positive: it logs what should be compared: no-assertion
func TestConvert(t *testing.T) {
	value := Convert(100, "EUR", "USD")
	t.Logf("converted: %v", value)
}
// --- positive: results are thrown away: smoke
func TestSearch(t *testing.T) {
	index := NewIndex()
	_, _ = index.Search("tea")
}
// --- positive: sub-tests without assertion: smoke
func TestSlugs(t *testing.T) {
	for _, word := range []string{"Grüße", "Köln"} {
		t.Run(word, func(t *testing.T) {
			Slug(word)
		})
	}
}
// --- positive: a set-up that takes t: smoke
func TestServerAnswers(t *testing.T) {
	server := newTestServer(t)
	defer server.Close()
	http.Get(server.URL + "/health")
}
// --- positive: prints: no-assertion
func TestTotal(t *testing.T) {
	basket := Basket{Items: []Item{{"tea", 400}}}
	fmt.Println(basket.Total())
}
// --- positive: suite method without assertion: smoke
func (s *ShopSuite) TestCheckout() {
	order := s.shop.Checkout("basket-1")
	order.Pay()
}
// --- positive: parallel and nothing else: smoke
func TestCloseIsQuick(t *testing.T) {
	t.Parallel()
	pool := Open()
	pool.Close()
}
// --- positive: true is true: cannot-fail
func TestMigrate(t *testing.T) {
	Migrate(db, "0042")
	assert.True(t, true)
}
// --- positive: a value with itself: cannot-fail
func TestOrderIsKept(t *testing.T) {
	rows := Load()
	assert.Equal(t, rows, rows)
}
// --- positive: field with itself: cannot-fail
func TestFullName(t *testing.T) {
	user := User{First: "Ada", Last: "Lovelace"}
	require.Equal(t, user.Name, user.Name)
}
// --- positive: a length is never negative: cannot-fail
func TestHits(t *testing.T) {
	hits := Search("tea")
	assert.GreaterOrEqual(t, len(hits), 0)
}
// --- positive: length below zero: cannot-fail
func TestHitsByHand(t *testing.T) {
	hits := Search("tea")
	if len(hits) < 0 {
		t.Fatal("no hits")
	}
}
// --- positive: the same variable on both sides: cannot-fail
func TestRoundTrip(t *testing.T) {
	got := Decode(Encode(message))
	if got != got {
		t.Errorf("got %v", got)
	}
}
// --- positive: an address is never nil: cannot-fail
func TestDefaults(t *testing.T) {
	options := Defaults()
	assert.NotNil(t, &options)
}
// --- positive: a literal is never nil: cannot-fail
func TestNewRoom(t *testing.T) {
	hotel.Open(12)
	assert.NotNil(t, Room{Number: 12})
}
// --- positive: if false: cannot-fail
func TestLatency(t *testing.T) {
	handle(request)
	if false {
		t.Error("slow")
	}
}
// --- positive: gomega without matcher: cannot-fail
func TestSchemeIsRegistered(t *testing.T) {
	g := NewWithT(t)
	scheme := runtime.NewScheme()
	g.Expect(api.AddToScheme(scheme))
}
// --- positive: constant strings: cannot-fail
func TestVat(t *testing.T) {
	ComputeVat(119)
	assert.Equal(t, "19", "19")
}
// --- positive: or true: cannot-fail
func TestTokenExpires(t *testing.T) {
	token := Issue(now)
	assert.True(t, token.Expired(later) || true)
}
// --- positive: suite compares with itself: cannot-fail
func (s *RowsSuite) TestSorted() {
	rows := Sort(s.rows)
	s.Equal(rows, rows)
}
// --- positive: only in the branch: may-not-run
func TestFirstHit(t *testing.T) {
	hits := Search("kettle")
	if len(hits) > 0 {
		assert.Equal(t, "Kettle", hits[0].Title)
	}
}
// --- positive: only without an error: may-not-run
func TestProfile(t *testing.T) {
	profile, err := Load("ada")
	if err == nil {
		if profile.Name != "Ada" {
			t.Errorf("got %q", profile.Name)
		}
	}
}
// --- positive: early return: may-not-run
func TestKernel(t *testing.T) {
	device := FindDevice()
	if device == nil {
		t.Log("no device")
		return
	}
	if got := device.Run(2); got != 4 {
		t.Errorf("got %d", got)
	}
}
// --- positive: returns silently on an error: may-not-run
func TestFetch(t *testing.T) {
	body, err := Fetch("/a")
	if err != nil {
		return
	}
	assert.Equal(t, "a", body)
}
// --- positive: type assertion decides: may-not-run
func TestErrorKind(t *testing.T) {
	err := Submit(-1)
	if e, ok := err.(*RangeError); ok {
		assert.Equal(t, -1, e.Value)
	}
}
// --- negative: the environment decides
func TestLiveRates(t *testing.T) {
	rate := FetchRate("EUR")
	if os.Getenv("LIVE") != "" {
		require.InDelta(t, 1.08, rate, 0.01)
	}
}
// --- negative: whether it is there is what a lookup answers
func TestFindPerson(t *testing.T) {
	person := directory.Find("ada@example.com")
	assert.NotNil(t, person)
}
// --- negative: an error or none may be the answer
func TestRenderInvoice(t *testing.T) {
	_, err := RenderInvoice(Invoice{Number: 12})
	require.NoError(t, err)
}
// --- negative: by hand, an error or none may be the answer
func TestParse(t *testing.T) {
	_, err := Parse("port = 80")
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
}
// --- negative: of what a constructor gives the type may be the point
func TestNewStore(t *testing.T) {
	store := NewStore("memory")
	assert.IsType(t, &MemoryStore{}, store)
}
// --- positive: by hand, not empty: weak
func TestRenderMenu(t *testing.T) {
	html := RenderMenu(menu)
	if html == "" {
		t.Fatal("no menu")
	}
}
// --- positive: not empty: weak
func TestMenu(t *testing.T) {
	prices, err := ParsePrices("tea;400")
	require.NoError(t, err)
	require.NotEmpty(t, prices)
}
// --- positive: gomega not nil: weak
func TestSession(t *testing.T) {
	g := NewGomegaWithT(t)
	g.Expect(RenderReceipt(7)).NotTo(BeNil())
}
// --- positive: hard, the callback compares and nobody looks: smoke
func TestCallback(t *testing.T) {
	RunJob(func(result int) bool { return result == 3 })
}
// --- negative: equality by hand
func TestAdd(t *testing.T) {
	if got := Add(1, 2); got != 3 {
		t.Errorf("Add(1, 2) = %d, want 3", got)
	}
}
// --- negative: table
func TestRound(t *testing.T) {
	tests := []struct {
		in, want float64
	}{{1.005, 1.01}, {2, 2}}
	for _, tt := range tests {
		if got := Round(tt.in); got != tt.want {
			t.Errorf("Round(%v) = %v, want %v", tt.in, got, tt.want)
		}
	}
}
// --- negative: table with wanted errors
func TestVersion(t *testing.T) {
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			got, err := ParseVersion(tc.in)
			if tc.wantErr {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.want, got)
		})
	}
}
// --- negative: deep equality
func TestSerialise(t *testing.T) {
	got := Serialise(address)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}
// --- negative: a diff
func TestExport(t *testing.T) {
	if diff := cmp.Diff(want, Export(document)); diff != "" {
		t.Error(diff)
	}
}
// --- negative: the only result is an error
func TestValidate(t *testing.T) {
	if err := Validate(order); err != nil {
		t.Fatal(err)
	}
}
// --- negative: testify, the only result is an error
func TestSave(t *testing.T) {
	err := store.Save(order)
	require.NoError(t, err)
}
// --- negative: an error is wanted
func TestUnknownUser(t *testing.T) {
	_, err := Login("nobody", "x")
	if !errors.Is(err, ErrUnknown) {
		t.Fatalf("got %v", err)
	}
}
// --- negative: an error is wanted, by hand
func TestBadInput(t *testing.T) {
	if _, err := Decode("\xff"); err == nil {
		t.Fatal("no error")
	}
}
// --- negative: helper that takes t
func TestInvoice(t *testing.T) {
	checkInvoice(t, makeOrder().Invoice())
}
// --- negative: helper of the file under another name
func roundTrip(t *testing.T, m Message) {
	t.Helper()
	if got := Decode(Encode(m)); got != m {
		t.Errorf("got %v", got)
	}
}

func TestMessages(t *testing.T) {
	roundTrip(t, Message{ID: 1})
}
// --- negative: sub-test is a method value
func TestStates(t *testing.T) {
	for _, c := range states {
		t.Run(c.name, c.run)
	}
}
// --- negative: skipped
func TestLegacyGateway(t *testing.T) {
	t.Skip("the service is gone")
	callLegacyGateway()
}
// --- negative: must panic
func TestPanicsOnNil(t *testing.T) {
	defer func() {
		if r := recover(); r == nil {
			t.Error("no panic")
		}
	}()
	Handle(nil)
}
// --- negative: no panic is asserted
func TestEmptyPage(t *testing.T) {
	assert.NotPanics(t, func() { Render(nil) })
}
// --- negative: says that running is the point
func TestCloseTwiceDoesNotPanic(t *testing.T) {
	pool := Open()
	pool.Close()
	pool.Close()
}
// --- negative: a comment says so
func TestNilLogger(t *testing.T) {
	// It must not panic without a logger.
	NewServer(nil).Log("x")
}
// --- negative: both branches assert
func TestMode(t *testing.T) {
	got := Round(1.005)
	if up {
		assert.Equal(t, 1.01, got)
	} else {
		assert.Equal(t, 1.0, got)
	}
}
// --- negative: else if chain
func TestLoad(t *testing.T) {
	got, err := Load("a")
	if err != nil {
		t.Fatal(err)
	} else if got != "a" {
		t.Errorf("got %q", got)
	}
}
// --- negative: gomock
func TestCharge(t *testing.T) {
	ctrl := gomock.NewController(t)
	gateway := NewMockGateway(ctrl)
	gateway.EXPECT().Charge(500)
	Pay(gateway, 500)
}
// --- negative: testify mock
func TestNotifies(t *testing.T) {
	mailer := new(MockMailer)
	mailer.On("Send", "ada").Return(nil)
	Notify(mailer, "ada")
	mailer.AssertExpectations(t)
}
// --- negative: gomega
func TestReady(t *testing.T) {
	g := NewWithT(t)
	g.Expect(Status(app)).To(Equal("ready"))
}
// --- negative: gomega eventually
func TestBecomesReady(t *testing.T) {
	g := NewWithT(t)
	g.Eventually(func() string { return Status(app) }).Should(Equal("ready"))
}
// --- negative: assert.New
func TestBasket(t *testing.T) {
	is := assert.New(t)
	basket := NewBasket("tea")
	is.Equal(1, basket.Len())
}
// --- negative: suite asserts
func (s *ShopSuite) TestTotal() {
	s.Equal(400, s.shop.Total("basket-1"))
}
// --- negative: suite requires
func (s *ShopSuite) TestPays() {
	s.Require().Equal("paid", s.shop.Pay("basket-1").State)
}
// --- negative: membership
func TestListing(t *testing.T) {
	if !strings.Contains(List(), "tea") {
		t.Error("no tea")
	}
}
// --- negative: a bool of its own
func TestLeapYear(t *testing.T) {
	assert.True(t, IsLeap(2024))
}
// --- negative: nil is a value
func TestMissing(t *testing.T) {
	assert.Nil(t, repo.Find("nobody"))
}
// --- negative: two calls may differ
func TestStableIDs(t *testing.T) {
	assert.Equal(t, MakeID("a"), MakeID("a"))
}
// --- negative: select with a deadline
func TestSignal(t *testing.T) {
	done := Start()
	select {
	case <-done:
	case <-time.After(time.Second):
		t.Fatal("never done")
	}
}
// --- negative: not a test
func TestMain(m *testing.M) {
	os.Exit(m.Run())
}
// --- negative: suite runner
func TestShopSuite(t *testing.T) {
	suite.Run(t, new(ShopSuite))
}
// --- negative: error and value
func TestReadAll(t *testing.T) {
	body, err := ReadAll(source)
	require.NoError(t, err)
	assert.Equal(t, "x", string(body))
}
// --- negative: cases of one value
func TestKinds(t *testing.T) {
	message := Parse(raw)
	if message.Kind == "ack" {
		assert.Empty(t, message.Body)
	}
	if message.Kind == "data" {
		assert.Equal(t, "x", message.Body)
	}
}
// --- negative: a lower-case name is no test of Go
func Testimonials(t *testing.T) {
	print("x")
}
// --- negative: a handler returns early, not the test
func TestRedirect(t *testing.T) {
	var method string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ping" {
			return
		}
		method = r.Method
	}))
	Post(server.URL)
	assert.Equal(t, "POST", method)
}
// --- negative: a branch that fails by a library
func TestEnvIsSorted(t *testing.T) {
	if !reflect.DeepEqual(sorted(env), want) {
		assert.Fail(t, "variables are not sorted")
	}
}
// --- negative: it verifies that it can be called
func TestNoRoute(t *testing.T) {
	NoRoute(handler)
	// This just verifies that NoRoute is callable.
	assert.NotNil(t, engine())
}
// --- negative: nothing but an error comes of it
import . "github.com/onsi/ginkgo/v2"

var _ = It("accepts a target with only a name", func() {
	err := k8sClient.Create(ctx, target("name"))
	Expect(err).NotTo(HaveOccurred())
})
// --- negative: what comes beside the error is thrown away
import . "github.com/onsi/ginkgo/v2"

var _ = It("renders", func() {
	_, err := render(target("name"))
	Expect(err).NotTo(HaveOccurred())
})
// --- negative: it may be done twice
func TestShutdownIsIdempotent(t *testing.T) {
	pool := NewPool(nil, 1)
	pool.Shutdown()
	pool.Shutdown()
}
// --- negative: the compiler is asked
func TestFake(t *testing.T) {
	var _ Store = NewFake()
}
// --- negative: another test of the suite, many times
func (s *StoreSuite) TestRead() {
	s.Require().Equal("tea", s.store.Read("a"))
}

func (s *StoreSuite) TestReadOften() {
	for range 50 {
		s.TestRead()
	}
}
// --- negative: a method of the suite asserts
func (s *StoreSuite) retrieve(name, want string) {
	s.Equal(want, s.store.Read(name))
}

func (s *StoreSuite) TestRetrieve() {
	s.retrieve("a", "tea")
}
// --- positive: a method of the suite does not: smoke
func (s *StoreSuite) retrieve(name string) {
	s.store.Read(name)
}

func (s *StoreSuite) TestRetrieve() {
	s.retrieve("a")
}
// --- negative: the platform decides
func TestSocket(t *testing.T) {
	if runtime.GOOS == "windows" {
		return
	}
	assert.False(t, exists("/no/such/socket"))
}
// --- negative: a setting decides
func TestAllowList(t *testing.T) {
	if !config.Secure() {
		t.Log("not secure")
		return
	}
	assert.Equal(t, 403, call("blocked"))
}
// --- negative: what is asserted is the condition
func TestMany(t *testing.T) {
	for range 200 {
		got := normalize(" a")
		if got != "a" {
			assert.Equal(t, "a", got)
			return
		}
	}
}
// --- negative: the error says whether it came
func TestAnswers(t *testing.T) {
	_, err := try.ResponseUntilStatus(request, 200)
	require.NoError(t, err)
}
// --- negative: the value is thrown away, and an error was the question
func TestBuild(t *testing.T) {
	_, err := manager.Build("shop")
	require.NoError(t, err)
}
// --- negative: a validation should complain
func TestFilterNeedsAName(t *testing.T) {
	filter := Filter{}
	if filter.Validate() == nil {
		t.Fatal("a filter without a name is valid")
	}
}
// --- negative: not to hang or race is the point
func TestDeliver_concurrent(t *testing.T) {
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() { deliver("a") })
	}
	group.Wait()
}
// --- negative: not to hang is the point
func TestDrain_ClosedChannel(t *testing.T) {
	// A closed channel returns immediately.
	drain(closed())
}
// --- negative: a chain gives nothing but an error
func TestFind(t *testing.T) {
	if db.Where("").First(&result).Error != nil {
		t.Errorf("an empty search failed")
	}
}
// --- negative: both ways out of a panic fail or assert
import . "github.com/onsi/ginkgo/v2"

var _ = It("panics for an old version", func() {
	defer func() {
		if r := recover(); r == nil {
			Fail("it did not panic")
		} else {
			Expect(r).To(Equal("too old"))
		}
	}()
	load("v0")
})
// --- negative: a variable holds what asserts
import . "github.com/onsi/ginkgo/v2"

var _ = Context("archives", func() {
	archived := func(name string) {
		Expect(exists(name)).To(BeTrue())
	}
	It("keeps them", func() {
		archived("a.gz")
	})
})
// --- negative: the suites of a package of one's own
func TestActivities(t *testing.T) {
	parallelsuite.Run(t, &ActivitySuite{})
}
// --- negative: something else is told what to expect
func TestLogs(t *testing.T) {
	log := testlogger.New(t)
	log.Expect(testlogger.Error, "no trailer")
	assert.Equal(t, 1, run(log))
}
// --- negative: of the type of an error more need not be said
func TestRefusesPlainEvents(t *testing.T) {
	assert.IsType(t, NonPointerError{}, add(Event{}))
}
// --- negative: a helper runs a test with each behaviour
func (s *VersionSuite) TestStays() {
	s.runTestWithBehavior(func(env *Env) { s.stays(env) })
}
// --- negative: many at once, and no race
func TestContextIsThreadSafe(t *testing.T) {
	for range 100 {
		go func() {
			request, err := http.NewRequest("GET", "/ok", nil)
			if err != nil {
				t.Error(err)
			}
			serve(request)
		}()
	}
}
// --- negative: what stands above the test says what it is about
// Run this one with the race detector on.
func TestRemoveAndClose(t *testing.T) {
	store := NewStore()
	file, err := store.Create("a")
	if err != nil {
		t.Fatal(err)
	}
	go file.Close()
	go store.Remove("a")
}
// --- negative: a part that is there by its name
func TestMergeOfSettings(t *testing.T) {
	shop.merge()
	if shop.Settings().Lookup("currency") == nil {
		t.Fatal("want the setting of the program")
	}
	require.NotNil(t, shop.Settings().Lookup("locale"))
}
// --- negative: the compiler is asked, as the name says
func TestKettle_SatisfiesItemInterface(t *testing.T) {
	var item Item = &Kettle{}

	_ = item.Price()
}
// --- negative: another compiler cannot
func TestCaller(t *testing.T) {
	if runtime.Compiler == "tinygo" {
		t.Log("it knows no callers")
		return
	}
	require.Equal(t, "TestCaller", callerOf(1))
}
// --- negative: a function says whether it is passed over
func TestCallerOfNested(t *testing.T) {
	if skipCallers(t) {
		return
	}
	require.Equal(t, "TestCallerOfNested", callerOf(2))
}
// --- negative: no error of a kind
func TestPipeline(t *testing.T) {
	// Keys of one slot give no slot error.
	_, err := pipeline("a{1}", "b{1}")
	require.NoError(t, err)
}
// --- negative: to come through is what is written above it
// Ensure that the dump of a page doesn't blow up.
func TestDumpOfPage(t *testing.T) {
	(&Page{id: 256}).dump(16)
}
// --- negative: a method of the suite in another file asserts
func (s *OrderSuite) TestPay() {
	s.pay("tea")
}
// +++ shop/suite_test.go
func (s *OrderSuite) pay(what string) {
	s.Require().NoError(s.shop.Pay(what))
}
// --- positive: a method of the suite in another file does not: smoke
func (s *OrderSuite) TestPay() {
	s.pay("tea")
}
// +++ shop/suite_test.go
func (s *OrderSuite) pay(what string) {
	s.shop.Pay(what)
}
// --- negative: for the race detector
func TestLocks(t *testing.T) {
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			keys.Lock("a")
			keys.Unlock("a")
		}()
	}
	group.Wait()
}
// --- negative: a sub-test of a generic function
func TestDrop(t *testing.T) {
	t.Run("int64", testDrop[int64])
}
// --- negative: a helper that calls one which asserts
func TestKeys(t *testing.T) {
	readKeyDiff(t, "a", next())
}

func readKeyDiff(t *testing.T, want, got string) {
	keyDiff(t, want, got)
}

func keyDiff(t *testing.T, want, got string) {
	if want != got {
		t.Fatalf("%s, not %s", got, want)
	}
}
// --- negative: a framework that is given t
func TestAnalyzer(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), Analyzer, "a")
}
// --- negative: a branch on what the loop made
func TestRates(t *testing.T) {
	for range 1000 {
		trace := makeTrace()
		if lower.Takes(trace) {
			require.True(t, higher.Takes(trace))
		}
	}
}
// --- negative: a nil that must not panic
func TestReportNilHandler(t *testing.T) {
	report(header, nil)
}
// --- positive: any text will do: weak
func TestString(t *testing.T) {
	require.NotEmpty(t, shop.Order(7).String())
}
// --- negative: that it can be written is the question
func TestWriteOutput(t *testing.T) {
	require.NoError(t, printer.WriteOutput())
}
// --- negative: what goes on with it fails without
func TestFlagsAsJSON(t *testing.T) {
	stdout := run("flags", "--json")
	require.NotEmpty(t, stdout)
	var flags []Flag
	require.NoError(t, json.Unmarshal([]byte(stdout), &flags))
}
// --- positive: no error and any text: weak
func TestTranspile(t *testing.T) {
	code, err := TransformScript("let a")
	require.NoError(t, err)
	require.NotEmpty(t, code)
}
// --- negative: a fixture decides
func TestPrinterOfEachKind(t *testing.T) {
	if printer.Cuts {
		assert.Equal(t, 1, printer.Cut())
	}
}
// --- positive: what came of it decides: may-not-run
func TestFirstOrder(t *testing.T) {
	orders := shop.Orders()
	if len(orders) > 0 {
		assert.Equal(t, 7, orders[0].Number)
	}
}
// --- negative: what was waited for has come
func TestAllIsSent(t *testing.T) {
	shop.SendAll()
	for i := 0; i < 500; i++ {
		sent := shop.Sent()
		if len(sent) > 0 {
			return
		}
	}
	t.Fatal("nothing was sent")
}
// --- negative: an early return when it came as it should
func TestOrderIsDelivered(t *testing.T) {
	first := <-shop.Sent()
	if first.Number == 7 {
		return
	}
	second := <-shop.Sent()
	assert.Equal(t, 7, second.Number)
}
// --- negative: the mock is asked what it was told
func TestNothingIsSentForAnEmptyCart(t *testing.T) {
	mockSender := mocks.NewMockSender(t)
	shop.Checkout(mockSender, shop.Cart{})
	mockSender.AssertNotCalled(t, "Send", mock.Anything)
}
// --- positive: a mock is only made: no-assertion
func TestCheckoutSends(t *testing.T) {
	mockSender := mocks.NewMockSender(t)
	shop.Checkout(mockSender, shop.Cart{})
}
// --- negative: an early return in what a mock runs
func TestOrderIsNumbered(t *testing.T) {
	mockSender := mocks.NewMockSender(t)
	mockSender.On("Send", mock.Anything).Run(func(args mock.Arguments) {
		order, ok := args.Get(0).(*shop.Order)
		if !ok {
			return
		}
		order.Number = 7
	})
	order := shop.Send(mockSender)
	assert.Equal(t, 7, order.Number)
}
// --- negative: code that cannot be read may assert
func TestPointer(t *testing.T) {
	name := new("tea"
	if *name != "tea" {
		t.Errorf("it is %s", *name)
	}
}

// --- negative: it returns where the server is too old
func TestRanges(t *testing.T) {
	version := connect().ServerVersion()
	if version == 0 {
		return
	}
	if got := rows("select 1"); got != 1 {
		t.Errorf("got %d", got)
	}
}

// --- negative: a comment says that it may come or not
func TestLateWord(t *testing.T) {
	word := listen()
	// a late word may be lost, depending on who is first
	if word != "" {
		if word != "tea" {
			t.Errorf("got %q", word)
		}
	}
}

// --- positive: it logs no more than where it is: smoke
func TestExportOfADay(t *testing.T) {
	t.Log("exporting")
	export("2026-02-07")
}

// --- positive: empty, and says why: smoke
func TestRefund(t *testing.T) {
	// the tests of the till have this one
}

// --- negative: what must not be is not where there is nothing at all
func TestRemoveListener(t *testing.T) {
	shop.Remove(key, listener)
	if found, ok := shop.listeners.Load(key); ok {
		if _, exists := found[listener]; exists {
			t.Fatalf("still there")
		}
	}
}

// --- positive: what must be may not be looked at: may-not-run
func TestAddListener(t *testing.T) {
	shop.Add(key, listener)
	if found, ok := shop.listeners.Load(key); ok {
		if _, exists := found[listener]; !exists {
			t.Fatalf("not there")
		}
	}
}

// --- positive: empty, and says why above: smoke
// TestX keeps the documentation from showing the whole file.
func TestX(t *testing.T) {}

// --- positive: it logs what it measures: smoke
func TestPool(t *testing.T) {
	pool := open(1000)
	defer pool.Close()
	stats := runtime.MemStats{}
	runtime.ReadMemStats(&stats)
	t.Logf("memory: %d", stats.TotalAlloc)
}
