// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: nothing but a call: smoke
it('imports the catalogue', async () => {
  const rows = await readRows('catalogue.csv');
  await importCatalogue(rows);
});
// --- positive: an empty test: no-assertion
test('refunds a shipped order', () => {});
// --- positive: it logs what should be compared: no-assertion
test('converts currencies', () => {
  const value = convert(100, 'EUR', 'USD');
  console.log(value);
});
// --- positive: renders and looks at nothing: smoke @ src/basket.test.tsx
it('shows the basket', () => {
  render(<Basket items={[{ sku: 'tea', price: 400 }]} />);
});
// --- positive: clicks through and ends: smoke
import { test } from '@playwright/test';
test('buys a kettle', async ({ page }) => {
  await page.goto('/products/kettle');
  await page.getByRole('button', { name: 'Buy' }).click();
});
// --- positive: compares without expect: no-assertion
it('sorts by price', () => {
  const sorted = sortByPrice([{ price: 3 }, { price: 1 }]);
  sorted[0].price === 1;
});
// --- positive: sets up a mock only: no-assertion
it('sends a receipt', async () => {
  const send = vi.fn().mockResolvedValue(undefined);
  await checkout({ send }, 'order-7');
});
// --- positive: each without assertion: smoke
describe('slugify', () => {
  it.each(['Grüße', 'Köln'])('handles %s', (word) => {
    slugify(word);
  });
});
// --- positive: true is true: cannot-fail
it('migrates', async () => {
  await migrate('0042');
  expect(true).toBe(true);
});
// --- positive: a value with itself: cannot-fail
it('keeps the order', () => {
  const rows = load();
  expect(rows).toEqual(rows);
});
// --- positive: matcher not called: cannot-fail
it('has a title', () => {
  const page = renderPage();
  expect(page.title).toBeDefined;
});
// --- positive: expect without matcher: cannot-fail
it('is valid', () => {
  const order = makeOrder();
  expect(order.isValid());
});
// --- positive: resolves not awaited: cannot-fail
it('loads the profile', () => {
  expect(loadProfile('ada')).resolves.toEqual({ name: 'Ada' });
});
// --- positive: rejects not awaited: cannot-fail
it('refuses negative amounts', async () => {
  const payment = new Payment(-1);
  expect(payment.submit()).rejects.toThrow('negative');
});
// --- positive: then not returned: cannot-fail
it('stores the file', () => {
  storage.put('a.txt', 'x').then(() => {
    expect(storage.has('a.txt')).toBe(true);
  });
});
// --- positive: a length is never negative: cannot-fail
it('finds something', () => {
  const hits = search('tea');
  expect(hits.length).toBeGreaterThanOrEqual(0);
});
// --- positive: a new object is defined: cannot-fail
it('creates options', () => {
  expect({ ...defaults, retries: 3 }).toBeDefined();
});
// --- positive: typeof is always a string: cannot-fail
it('exports a function', () => {
  expect(typeof handler).toBeTruthy();
});
// --- positive: web-first assertion not awaited: cannot-fail
import { test, expect } from '@playwright/test';
test('greets by name', async ({ page }) => {
  await page.goto('/');
  expect(page.getByRole('heading')).toHaveText('Hello, Ada');
});
// --- positive: node assert of a constant: cannot-fail
import assert from 'node:assert';
it('closes the pool', async () => {
  await pool.end();
  assert.ok(true);
});
// --- positive: the same constant twice: cannot-fail
test('vat', () => {
  computeVat(119);
  expect(19).toEqual(19);
});
// --- positive: the catch drops it: swallowed
it('answers the webhook', async () => {
  try {
    const reply = await post('/hook', { id: 1 });
    expect(reply.status).toBe(202);
  } catch (error) {
    console.warn('webhook not reachable', error);
  }
});
// --- positive: an empty catch: swallowed
test('cleans up', () => {
  try {
    clean(dir);
    expect(readdirSync(dir)).toEqual([]);
  } catch {}
});
// --- positive: only in the branch: may-not-run
it('has a title on the first hit', async () => {
  const hits = await search('kettle');
  if (hits.length) {
    expect(hits[0].title).toBe('Kettle, 1.7 l');
  }
});
// --- positive: only in the catch: may-not-run
it('rejects unknown users', async () => {
  try {
    await login('nobody', 'x');
  } catch (error) {
    expect(error.message).toBe('unknown user');
  }
});
// --- positive: early return: may-not-run
test('runs on the gpu', () => {
  const device = findDevice();
  if (!device) {
    console.log('no device');
    return;
  }
  expect(device.run([1, 2])).toEqual([2, 4]);
});
// --- positive: behind an and: may-not-run
it('shows the badge', () => {
  const badge = document.querySelector('.badge');
  badge && expect(badge.textContent).toBe('3');
});
// --- negative: the environment decides
it('has live rates', async () => {
  const rate = await fetchRate('EUR');
  if (process.env.LIVE) expect(rate).toBe(1.08);
});
// --- negative: whether it is there is what a lookup answers
it('finds a person', () => {
  const person = directory.find('ada@example.com');
  expect(person).toBeDefined();
});
// --- positive: truthy is all: weak
it('renders an invoice', () => {
  const html = renderInvoice({ number: 12 });
  expect(html).toBeTruthy();
});
// --- positive: only the kind: weak
it('parses the config', () => {
  expect(parseConfig('port: 80')).toBeInstanceOf(Array);
});
// --- positive: not null twice: weak
it('sends a receipt', async () => {
  const receipt = await shop.renderReceipt(7);
  expect(receipt).not.toBeNull();
  expect(receipt.body).not.toBeUndefined();
});
// --- positive: any text will do: weak
test('metadata', () => {
  expect(describeBuild()).toEqual(expect.any(String));
});
// --- positive: longer than nothing: weak
test('menu', () => {
  expect(parseMenu('tea;400').length).toBeGreaterThan(0);
});
// --- positive: chai exist: weak
import { expect } from 'chai';
it('formats a price', () => {
  const price = formatPrice(400);
  expect(price).to.exist;
});
// --- positive: hard, the callback compares and nobody looks: smoke
it('calls back', () => {
  runJob((result) => result === 3);
});
// --- negative: equality
it('adds up', () => {
  expect(total([{ price: 400 }])).toBe(400);
});
// --- negative: whole structure
test('serialises', () => {
  expect(serialise(new Address('Ring 1', 'Bonn'))).toEqual({ street: 'Ring 1', city: 'Bonn' });
});
// --- negative: throws with a message
it('names the file', () => {
  expect(() => load('missing.toml')).toThrow('missing.toml');
});
// --- negative: rejects, awaited
it('refuses', async () => {
  await expect(submit(-1)).rejects.toThrow(RangeError);
});
// --- negative: resolves, returned
it('loads', () => {
  return expect(load('ada')).resolves.toEqual({ name: 'Ada' });
});
// --- negative: resolves as arrow body
it('loads shortly', () => expect(load('ada')).resolves.toEqual({ name: 'Ada' }));
// --- negative: promises gathered
it('loads many', async () => {
  const checks = ids.map((id) => expect(load(id)).resolves.toMatchObject({ id }));
  await Promise.all(checks);
});
// --- negative: then returned
it('stores', () => {
  return storage.put('a', 'x').then(() => {
    expect(storage.get('a')).toBe('x');
  });
});
// --- negative: done is called in then
it('stores with a callback', (done) => {
  storage.put('a', 'x').then(() => {
    expect(storage.get('a')).toBe('x');
    done();
  });
});
// --- negative: mock asserted with arguments
it('charges', async () => {
  const charge = jest.fn();
  await pay({ charge }, 500);
  expect(charge).toHaveBeenCalledWith(500, 'EUR');
});
// --- negative: web-first, awaited
import { test, expect } from '@playwright/test';
test('greets', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading')).toHaveText('Hello');
});
// --- negative: a value of the page, awaited inside
import { test, expect } from '@playwright/test';
test('has a title', async ({ page }) => {
  await page.goto('/');
  expect(await page.title()).toBe('Shop');
});
// --- negative: chai properties
import { expect } from 'chai';
it('is enabled', () => {
  expect(feature('dark')).to.be.true;
});
// --- negative: supertest expects itself
it('answers', async () => {
  await request(app).get('/health').expect(200);
});
// --- negative: helper in the same file
function expectValid(doc: Doc) {
  expect(doc.version).toBe(2);
}
it('exports', () => {
  expectValid(exportDocument());
});
// --- negative: helper under another name
const roundtrip = (table: Table) => {
  expect(Table.load(table.dump()).rows).toEqual(table.rows);
};
it('survives a round trip', () => {
  roundtrip(new Table([[1, 2]]));
});
// --- negative: helper is handed over
async function scenario(page: Page) {
  expect(await page.count()).toBe(2);
}
it('works in a frame', async () => {
  await inFrame(scenario);
});
// --- negative: testing library throws by itself
it('shows the name', () => {
  render(<Profile name="Ada" />);
  screen.getByText('Ada');
});
// --- negative: skipped
it.skip('calls the legacy gateway', async () => {
  await callLegacyGateway();
});
// --- negative: todo
test.todo('refunds partially');
// --- negative: in a skipped block
describe.skip('old checkout', () => {
  it('pays', () => {
    pay();
  });
});
// --- negative: says that running is the point
it('does not throw on an empty page', () => {
  render([]);
});
// --- negative: asserts that nothing is thrown
it('accepts trailing commas', () => {
  expect(() => parse('[1,]')).not.toThrow();
});
// --- negative: counted assertions in a catch
it('rejects', async () => {
  expect.assertions(1);
  try {
    await login('nobody', 'x');
  } catch (error) {
    expect(error.message).toBe('unknown user');
  }
});
// --- negative: try ends in a fail
it('overdraws', () => {
  try {
    withdraw(10);
    throw new Error('no error');
  } catch (error) {
    expect(error.missing).toBe(10);
  }
});
// --- negative: both branches assert
it('rounds', () => {
  const value = round(1.005, mode);
  if (mode === 'up') {
    expect(value).toBe(1.01);
  } else {
    expect(value).toBe(1);
  }
});
// --- negative: a column of the table decides
test.each([['1.2.3', true], ['x', false]])('version %s', (text, valid) => {
  if (valid) {
    expect(parseVersion(text)).toEqual([1, 2, 3]);
  }
});
// --- negative: predicate is true
it('knows leap years', () => {
  expect(isLeapYear(2024)).toBeTruthy();
});
// --- negative: the catch throws again
it('reads the remote', async () => {
  try {
    expect(await remote.value()).toBe(4);
  } catch (error) {
    await remote.dump();
    throw error;
  }
});
// --- negative: undefined is a value
it('knows nobody', () => {
  expect(find('nobody')).toBeUndefined();
});
// --- negative: two calls may differ
it('has stable ids', () => {
  expect(makeId('a')).toBe(makeId('a'));
});
// --- negative: types are asserted
import { expectTypeOf } from 'vitest';
it('infers', () => {
  expectTypeOf(route('/a').params).toEqualTypeOf<{ id: string }>();
});
// --- negative: reached is counted
import { test } from 'node:test';
test('calls the hook', async (t) => {
  t.plan(1);
  await withHook(() => t.assert.ok(true));
});
// --- negative: cypress
it('opens the menu', () => {
  cy.visit('/');
  cy.get('.menu').should('be.visible');
});
// --- negative: snapshot
it('renders the footer', () => {
  expect(render(Footer)).toMatchSnapshot();
});
// --- negative: polled and awaited
import { test, expect } from '@playwright/test';
test('counts up', async ({ page }) => {
  await expect.poll(() => page.locator('li').count()).toBe(3);
});
// --- negative: describe and hooks are no tests
describe('shop', () => {
  beforeEach(() => {
    reset();
  });
});
// --- negative: includes is a predicate
it('mentions the sku', () => {
  expect(message(order).includes('A1')).toBeTruthy();
});
// --- negative: a handler returns early, not the test
it('redirects', async () => {
  let method = '';
  const server = serve((request, response) => {
    if (request.url === '/old') {
      redirect(response);
      return;
    }
    if (request.url === '/ping') {
      return;
    }
    method = request.method;
  });
  await post(server, '/old');
  expect(method).toBe('POST');
});
// --- negative: ava
import test from 'ava';
test('rejects', async (t) => {
  await t.throwsAsync(submit(-1), { message: 'negative' });
});
// --- negative: ava passes or fails in a callback
import test from 'ava';
test('has a method', async (t) => {
  await withHook((request) => {
    if (request.method === 'GET') {
      t.pass();
    } else {
      t.fail();
    }
  });
});
// --- negative: Cypress waits for what is chained @ cypress/e2e/team.cy.ts
it('makes a team', () => {
  cy.fixture('teams').then((data) => {
    cy.request({ method: 'POST', url: '/api/teams', body: data }).then((response) => {
      expect(response.status).to.eq(200);
    });
  });
});
// --- negative: an assertion within expect
it('loads the order', async () => {
  const order = await store.load(7);
  expect(order.should.be.eql({ id: 7, lines: [] }));
});
// --- positive: a comparison within expect: cannot-fail
it('keeps the prototype', () => {
  expect(now().prototype === raw().prototype);
});
// --- negative: a promise that should not be rejected
it('locks the table', async () => {
  await store.transaction((tx) => tx.lock('orders')).should.not.be.rejected;
});
// --- negative: both branches assert by should
it('adds the index', async () => {
  const table = await runner.table('orders');
  if (runner.kind() === 'mysql') {
    table.indices.length.should.be.equal(1);
  } else {
    table.uniques.length.should.be.equal(1);
  }
});
// --- negative: Cypress carries out what is chained @ cypress/e2e/widgets.cy.js
it('shows the widget', () => {
  addWidget('orders').then(() => {
    cy.visit('/board');
    cy.get('.widget').should('exist');
  });
});
// --- negative: Cypress fails where a text is missing @ cypress/e2e/login.cy.js
it('tells about a wrong password', () => {
  login('ada', 'wrong');
  cy.contains('Wrong password.');
});
// --- negative: Cypress waits for a request @ cypress/e2e/save.cy.js
it('saves after a drag', () => {
  cy.get('.widget').drag(100);
  cy.wait('@save');
});
// --- positive: Cypress waits for a time: smoke @ cypress/e2e/wait.cy.js
it('opens the board', () => {
  cy.visit('/board');
  cy.wait(1000);
});
// --- negative: told what is expected
it('refuses the old password', () => {
  signIn({ user: 'ada', password: 'old', expectSession: false });
});
// --- negative: a loop around the test decides
[{ kind: 'react' }, { kind: 'express' }].forEach(({ kind }) => {
  it('signs out', async () => {
    if (kind === 'react') {
      return;
    }
    expect(await signOut(kind)).toBe('/welcome');
  });
});
// --- negative: a list that is gone through decides
it('locks rows', () =>
  Promise.all(
    stores.map(async (store) => {
      if (store.kind === 'postgres') {
        expect(await store.lock()).toEqual('FOR UPDATE');
      }
    }),
  ));
// --- negative: done is handed over
it('answers without handlers', function (done) {
  const route = new Route('/');
  route.dispatch({ method: 'GET' }, {}, done);
});
// --- negative: done is called by an event
it('closes', (done) => {
  const server = listen();
  server.on('close', () => done());
  server.close();
});
// --- positive: done is called in any case: smoke
it('opens', function (done) {
  listen();
  done();
});
// --- negative: what is caught fails the test
it('reads the archive', async () => {
  try {
    await open('a.zip');
  } catch (error) {
    fail(`could not be read: ${error}`);
  }
});
// --- negative: words of a plugin
it('orders the labels', () => {
  labels().each((label, at) => expect(label).to.have.text(`label ${at}`));
});
// --- negative: of an error its kind says most
it('refuses an unknown property', async () => {
  let error;
  try {
    await update({ colour: 'red' });
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(PropertyNotFoundError);
});
// --- negative: something else that is called test
it('ends with an error', (cb) => {
  const test = request(app).get('/');
  test.end(function (error) {
    assert.ok(error);
    cb();
  });
  expect(app.count).to.equal(1);
});
// --- negative: Angular carries out what is left
it('retries', fakeAsync(() => {
  tick(1000);
  fixture.whenStable().then(() => {
    expect(component.tries).toEqual(2);
  });
}));
// --- positive: nothing carries out what is left: cannot-fail
it('stops', () => {
  component.stop();
  fixture.whenStable().then(() => {
    expect(component.timer).toBeNull();
  });
});
// --- negative: an assertion is handed over as an option
it('leaves virtual columns out', async function () {
  await Order.findAll({ logging: this.sqlAssert });
});
// --- negative: assertions by their own names
const { equal } = require('node:assert');
it('counts', () => {
  equal(count('a,b'), 2);
});
// --- negative: the platform decides
it('quotes', () => {
  if (process.platform === 'win32') {
    expect(quote('a b')).toBe('"a b"');
  }
});
// --- negative: the compiler says whether types fit
it('should pass types check', async () => {
  await spawn('npm test --prefix typings');
});
// --- negative: what was looked for is there
it('lists the kettle', async () => {
  const kettle = (await list()).find((each) => each.name === 'Kettle');
  expect(kettle).toBeDefined();
});
// --- negative: both sides assert, by the context of the test
test('knows where it is', async (t) => {
  shop.use((request) => {
    if (request.url === '/nested') {
      t.assert.strictEqual(request.shop, 'tea');
    } else {
      t.assert.strictEqual(request.shop, undefined);
    }
  });
  await shop.get('/');
});
// --- negative: the compiler must refuse it
it('takes no text for a price', () => {
  // @ts-expect-error a price is a number
  add({ price: 'three' });
});
// --- negative: the compiler says whether it fits
test('the definition of an order', () => {
  parse({ tea: 2 }) satisfies Order;
});
// --- positive: a value of a wrong type, and what comes of it is only there: weak
it('takes a number for a name', () => {
  // @ts-expect-error a name is a text
  expect(formatName(3)).toBeDefined();
});
// --- negative: the compiler waits for nothing
test('the type of what is given back', () => {
  submit().then((order) => {
    if (isPaid(order)) {
      expectTypeOf(order.total).toBeNumber();
    }
  });
});
// --- negative: a promise that must fail
it('gives up', async () => {
  await expect(() => waitFor(() => shop.open)).rejects.toBeDefined();
});
// --- negative: a flag of the test
it('calls what is for all', (done) => {
  let all = false;
  router.all(() => { all = true; });
  router.handle('/', () => {
    assert.ok(all);
    done();
  });
});
// --- negative: done is handed over in an object
it('goes through many', (done) => {
  router.handle({ url: '/' }, { end: done }, () => {});
});
// --- negative: of a class that the test made
it('makes its own dishes', () => {
  class Soup extends Dish {}
  expect(new Menu({ dish: Soup }).first()).toBeInstanceOf(Soup);
});
// --- negative: a call that is given types only
test('the draft of an order', () => {
  isType.equal<true, Order, Draft<Order>>();
});
// --- positive: a call that is given a type and what else: smoke
test('the draft of a tea', () => {
  isolate<Tea>(tea, { draft: true });
});
// --- negative: one function for several tests
import test from 'ava';
const testPrice = async (t, getTea, price) => {
  t.is(await getTea(), price);
};
test('kettle', testPrice, () => shop.price('kettle'), 3);
test('cup', testPrice, () => shop.price('cup'), 2);
// --- negative: a file for the compiler only @ src/menu.test-d.ts
it('takes a menu within a menu', () => {
  const Lunch = withMenu({ dishes });
  const Day = withMenu({ menus: [Lunch] });
});
// --- negative: a name that ends in a question
it('an empty name is the same', () => {
  assert.ok(caseSensitiveMatch('', ''));
});
// --- negative: a helper of another file asserts
import { untilLogged } from '~utils';
test('hot data is kept', async () => {
  await untilLogged(() => edit('a.js'), 'kept');
});
// +++ tests/utils.ts
export async function untilLogged(run: () => void, line: string) {
  run();
  expect(await lines()).toContain(line);
}
// --- negative: another file is the test
import PushMissing from './sequences/PushMissing';
describe('push', () => {
  it('reuses the pathname', () => {
    PushMissing(history);
  });
});
// +++ tests/sequences/PushMissing.ts
export default (history) => {
  history.push('?a=b');
  expect(history.location.pathname).toBe('/');
};
// --- positive: a helper of another file does not: smoke
import { login } from './helpers';
test('a customer logs in', async () => {
  await login('ada');
});
// +++ tests/helpers.ts
export async function login(name: string) {
  await fill('name', name);
}
// --- negative: a table that is computed
it.each(SHADES.map((shade, at) => [shade, at]))('shade %s is dark', (shade) => {
  expect(dark(shade)).toMatch(/^#[0-9a-f]{6}$/);
});
// --- negative: the assertion goes over several lines
test('the page is told', async (assert) => {
  await visit('/jobs');
  assert
    .dom('[data-test-job]')
    .hasText('Safe text');
});
// --- negative: a poll over several lines
test('the script is loaded', async ({ page }) => {
  await page.goto('/');
  await expect
    .poll(() => page.evaluate(() => window.loaded))
    .toBe(true);
});
// --- negative: a promise that a handler keeps
it('has an initialize handler', () =>
  new Promise<void>((done) => {
    const entity = new Entity();
    entity.on('initialize', () => {
      done();
    });
    entity.start();
  }));
// --- positive: a promise that a clock keeps: smoke
it('starts', async () => {
  start();
  await new Promise((resolve) => setTimeout(resolve, 100));
});
// --- negative: a helper that waits for done
it('reconnects by hand', () => {
  return wrap((done) => {
    const socket = io(URL);
    socket.once('connect', () => done());
  });
});
// --- negative: an event is waited for
it('connects', async () => {
  const socket = io(URL);
  await waitFor(socket, 'connect');
});
// --- negative: an expect with a deadline of its own
const slowExpect = expect.configure({ timeout: 20_000 });
test('the counter is shown', async ({ page }) => {
  await page.goto('/');
  await slowExpect(page.getByText('count')).toHaveText('count 1');
});
// --- negative: other tests of the file see the call fail
describe('parsePrice', () => {
  it('takes numbers only', () => {
    expect(() => parsePrice('tea')).toThrow(TypeError);
  });
  it('takes a comma', () => {
    parsePrice('1,50');
  });
});
// --- negative: tape and tap
test('orders are counted', (t) => {
  order('tea');
  t.equal(count(), 1);
  t.end();
});
// --- negative: unexpected
it('listens for events', () => {
  new Reporter(runner);
  expect(runner.on, 'to have calls satisfying', [[EVENT_START, expect.it('to be a function')]]);
});
// --- negative: an early return of what the test makes
it('keeps the headers', async () => {
  const TestStream = class extends Readable {
    _read() {
      if (this.done) {
        return;
      }
      this.push(null);
    }
  };
  const answer = await send(new TestStream());
  expect(answer.status).toBe(200);
});
// --- negative: only for one of the databases that all tests are run with
it('drops a key after a rebuild', async () => {
  if (!isSQLite(knex)) {
    return;
  }
  await rebuild(knex);
  expect(await keys(knex)).toEqual(['a']);
});
// --- positive: only when it has what it should have: may-not-run
it('has a key after a rebuild', async () => {
  const found = await rebuild(knex);
  if (hasKeys(found)) {
    expect(found.keys).toEqual(['a']);
  }
});
// --- negative: what a runner is tried on @ test/fixtures/reporters.fixture.test.js
it('answers to "water bear"', (done) => { done(); });
// --- positive: any text will do, by a name that was given one: weak
it('mails the change of an order', async () => {
  const html = await mail.toEmailDiff(before, after);
  expect(html).toBeDefined();
});
// --- negative: what is taken out of another goes by its own name
it('hands over its form', () => {
  const { api } = renderForm({ name: 'tea' });
  expect(api).not.toBeNull();
});
// --- negative: whether it was built
it('builds', async () => {
  const html = await site.readFile('/index.html');
  expect(html).toBeTruthy();
});
// --- negative: what is caught is asserted not to be there
it('builds with another printer', async () => {
  try {
    await site.build();
  } catch (error) {
    assert.equal(error, undefined, 'should not throw');
  }
});
// --- negative: the database that all tests run with decides
it('finds nothing in a smaller square', async () => {
  if (shop.db.name === 'sqlite') {
    return;
  }
  const { orders } = await shop.within(square);
  expect(orders).toHaveLength(0);
});
// --- positive: what is looked for decides: may-not-run
it('adds a column', async () => {
  const { container } = await render(Orders);
  const button = container.querySelector('.add');
  if (button) {
    await fireEvent.click(button);
    expect(columns(container)).toBe(3);
  }
});
// --- negative: what a model writes is another each time
it('writes a greeting', async () => {
  const { text } = await generateText({ model: shop('large') });
  expect(typeof text).toBe('string');
});
// --- negative: a word of chai that says which value
import { expect } from 'chai';
it('computes nothing of nothing', () => {
  expect(scale.compute(NaN)).to.be.NaN;
});
// --- negative: what must not be in a style is not where there is none
it('has no position of its own', () => {
  const style = $('#position img').attr('style');
  if (style) {
    expect(style).not.toContain('object-position');
  }
});
// --- negative: a variable of such a name
it('keeps what was written', () => {
  const test = new TestCache();
  test.updateQuery({ query }, (data) => data);
  expect(test.size).toBe(1);
});
// --- negative: a function that makes tests
function test(title: string, check: (shop: Shop) => void) {
  it(title, () => {
    expect(check(new Shop())).toEqual([]);
  });
}
test('an empty shop', (shop) => shop.orders());
// --- negative: a test that is given what to check
const itEach = (title: string, callback: (cache: Cache) => void) => {
  it(title, () => callback(new Cache()));
};
// --- negative: a helper whose name ends so
function clickToMatchExpect(at: number) {
  expect(page.clicked()).toBe(at);
}
it('counts clicks', () => {
  clickToMatchExpect(0);
});
// --- negative: the kind is compared
it('has a way to close', () => {
  expect(typeof shop.close === 'function').toBeTruthy();
});

// --- negative: nock sees that it was asked
import nock from 'nock';
it('asks for the list of teas', async () => {
  const scope = nock('http://shop.test').get('/teas').query({ kind: 'green' }).reply(200);
  await list('green');
  scope.done();
});

// --- negative: a promise is rejected when it is not so
test('closes what is left', async () => {
  let closed;
  const pool = new Pool(() => {
    const { promise, resolve, reject } = Promise.withResolvers();
    closed = promise;
    return { end: () => (pool.size === 0 ? resolve() : reject(new Error('not closed'))) };
  });
  await buy('tea', pool);
  await closed;
});

// --- negative: a quoted name says that it throws nothing
test('doesn\'t throw if the path is a string', () => {
  parse({ path: '/' });
});

// --- negative: node's assert, taken where it is used
test('names the owner', () => {
  require('node:assert').strictEqual(owner('shop'), 'ada');
});

// --- positive: something else, taken where it is used: smoke
test('names the owner', () => {
  require('./owner').find('shop');
});

// --- negative: a helper asserts by a name it took from node's assert
const { strictEqual } = require('node:assert');
async function revalidate(tagged) {
  const answer = await request(tagged);
  strictEqual(answer.status, 200);
}
test('by its date', async () => await revalidate(false));

// --- negative: a helper of another file throws when it does not come
import { untilTrue } from './helpers';
test('counts what is fetched', async () => {
  const count = counter();
  fetchAll();
  await untilTrue(() => count() === 1);
});
// +++ tests/helpers.ts
export async function untilTrue(ask: () => boolean, limit = 2000) {
  const started = Date.now();
  while (!ask()) {
    if (Date.now() - started > limit) {
      throw new Error(`not after ${limit} ms`);
    }
    await pause(10);
  }
}

// --- negative: so many assertions must run, it tells the context
test('a request comes in', async (t) => {
  t = tspl(t, { plan: 2 });
  const server = serve((request, response) => {
    t.ok('came in');
    response.end('tea');
  });
  t.equal(await ask(server), 'tea');
});

// --- negative: a clock is put forward until the promise is kept
it('fetches again', async () => {
  const ask = vi.fn();
  void fetchTeas(ask).then(() => {
    expect(ask).toHaveBeenCalledTimes(1);
  });
  await vi.advanceTimersByTimeAsync(11);
});

// --- positive: nothing waits for the promise, and no clock: cannot-fail
it('fetches again', async () => {
  const ask = vi.fn();
  void fetchTeas(ask).then(() => {
    expect(ask).toHaveBeenCalledTimes(1);
  });
});

// --- negative: a comment says that both will do
test('a header without an end', async () => {
  try {
    await read(HEADER);
    // if it is cut off, that is acceptable
  } catch (error) {
    expect(error.code).toBe('too-long');
  }
});

// --- positive: what it starts is kept for no more than that: smoke
it('opens the shop', async () => {
  const shop = await openShop({ port: 0 });
});

// --- positive: an answer that nobody reads: no-assertion
it('exports a week', async () => {
  const result = await exportOf('2026-W07');
});

// --- positive: it logs no more than where it is: smoke
it('exports a day', async () => {
  console.log('exporting');
  await exportOf('2026-02-07');
});

// --- positive: empty, and says why: smoke
it('refunds', () => {
  // the tests of the till have this one
});

// --- positive: a mock for what is not its point: smoke
it('checks out', async () => {
  await checkout({ send: vi.fn() }, 'order-7');
});

// --- negative: the compiler is asked, and given true
import { assert, IsExact } from 'conditional-type-checks';
test('the kind of a price', () => {
  const price = priceOf('tea');
  assert<IsExact<typeof price, number>>(true);
});

// --- negative: when it fails, done does not come
test('a price follows its parts', function (done) {
  try {
    const price = computed(() => 5);
    expect(price.get()).toBe(5);
    done();
  } catch (error) {
    console.log(error.stack);
  }
});

// --- positive: when it fails, done comes all the same: swallowed
test('a price follows its parts', function (done) {
  try {
    const price = computed(() => 5);
    expect(price.get()).toBe(5);
  } catch (error) {
    console.log(error.stack);
  }
  done();
});

// --- positive: what logs is handed over, and may not run: smoke
test('an action of any kind', () => {
  takes(action((tea) => {
    console.log(tea.price);
  }));
});

// --- negative: what is only tried may fail
test('eight lines', async () => {
  await write(8);
  try {
    await execa('sync');
  } catch {
    // it is there without
  }
  assert.equal(await count(), 8);
});

// --- negative: a text says what has come
test('an error comes', (t, end) => {
  open('missing').on('error', () => {
    assert.ok('an error came');
    end();
  });
});

// --- negative: it says that it is no test
test('empty test to silence the runner', () => {
  expect(true).toBe(true);
});

// --- positive: true, in a test of something: cannot-fail
test('opens the shop', () => {
  openShop();
  expect(true).toBe(true);
});

// --- negative: what is not supported is passed over, and says so
it('measures in a shadow', () => {
  const box = document.createElement('div');
  if (!box.attachShadow) {
    // not natively supported
    return;
  }
  expect(sizeOf(box)).toEqual({ width: 200 });
});

// --- positive: empty, for what is left out here: smoke
it('unsupported browser for <template>', () => {});

// --- negative: what is waited for after it gives it its time
test('a worker answers', async () => {
  const worker = start();
  worker.ask('tea').then((answer) => {
    expect(answer).toEqual({ price: 4 });
  });
  await worker.end();
});

// --- negative: what the product offers to tests asserts
import { paid } from '../testing/orders';
test('an order of today', () => {
  const result = pay('tea');
  paid('tea');
});
// +++ src/testing/orders.ts
export function paid(name: string) {
  expect(stateOf(name)).toBe('paid');
}
