// --- positive: a file is written: unverified @ src/export.ts
import { writeFile } from 'node:fs/promises';

export async function exportOrders(path: string, orders: string[]) {
  await writeFile(path, orders.join('\n'));
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a file is appended to: unverified @ src/journal.ts
import fs from 'fs';

export const keepLine = (line: string) => fs.appendFileSync('journal', line);
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a stream into a file: unverified @ src/receipt.ts
import * as fs from 'fs';

export function openReceipt(path: string) {
  return fs.createWriteStream(path);
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a file is deleted: unverified @ src/archive.ts
import { promises as fs } from 'fs';

export class Archive {
  async forget(name: string) {
    await fs.unlink(name);
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a tree is deleted: unverified @ src/cache.ts
import { rmSync } from 'node:fs';

export function dropCache(root: string) {
  rmSync(root, { recursive: true });
}
// +++ src/cache.test.ts
import { size } from './cache';

test('works', async () => {
  expect(size()).toBe(0);
});
// --- positive: fetch posts: unverified @ src/hooks.ts
export async function notifyPartner(url: string) {
  return fetch(url, { method: 'POST', body: '{}' });
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: fetch deletes: unverified @ src/carts.ts
export const clearCart = async (id: number) => {
  await fetch(`/carts/${id}`, { method: 'DELETE' });
};
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: axios puts: unverified @ src/partner.ts
import axios from 'axios';

export async function renewContract(id: number) {
  await axios.put(`/contracts/${id}`, {});
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: an instance of axios: unverified @ src/client.ts
import axios from 'axios';

const axiosInstance = axios.create();

export function placeOrder(order: object) {
  return axiosInstance.post('/orders', order);
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: got: unverified @ src/got.ts
import got from 'got';

export function pushPrice(item: string) {
  return got.post('https://prices.shop.io', { json: { item } });
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: rows are inserted: unverified @ src/store.ts
export async function insertOrder(pool: Pool, id: number) {
  await pool.query('INSERT INTO orders VALUES ($1)', [id]);
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: rows are updated in a template: unverified @ src/store.ts
export async function markPaid(pool: Pool, id: number) {
  await pool.query(`
    UPDATE orders SET paid = true
    WHERE id = $1`, [id]);
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: prisma creates: unverified @ src/accounts.ts
import { PrismaClient } from '@prisma/client';

const prisma = new PrismaClient();

export const openAccount = (name: string) => prisma.account.create({ data: { name } });
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: prisma of a service: unverified @ src/users.service.ts
import { PrismaService } from './prisma.service';

export class UsersService {
  constructor(private readonly prisma: PrismaService) {}

  public async dropUser(id: string) {
    return this.prisma.user.delete({ where: { id } });
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a repository of TypeORM: unverified @ src/orders.service.ts
import { Repository } from 'typeorm';

export class OrdersService {
  constructor(private readonly orderRepository: Repository<Order>) {}

  async keepOrder(order: Order) {
    await this.orderRepository.save(order);
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: Mongo is written to: unverified @ src/events.ts
export async function keepEvent(events: Collection, event: object) {
  await events.insertOne(event);
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: Kafka: unverified @ src/stream.ts
import { Kafka } from 'kafkajs';

export async function emitOrder(producer: Producer, order: string) {
  await producer.send({ topic: 'orders', messages: [{ value: order }] });
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: RabbitMQ: unverified @ src/rabbit.ts
import amqp from 'amqplib';

export function tellWarehouse(channel: Channel, body: Buffer) {
  channel.sendToQueue('orders', body);
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a queue of jobs: unverified @ src/jobs.ts
import { Queue } from 'bullmq';

const mailQueue = new Queue('mail');

export function enqueueMail(to: string) {
  return mailQueue.add('send', { to });
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: an object of S3: unverified @ src/images.ts
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

export async function storeImage(s3: S3Client, name: string) {
  await s3.send(new PutObjectCommand({ Bucket: 'images', Key: name }));
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: mail: unverified @ src/mail.ts
import nodemailer from 'nodemailer';

export function sendInvoice(transport: Transport, to: string) {
  return transport.sendMail({ to, subject: 'Invoice' });
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a process: unverified @ src/deploy.ts
import { spawn } from 'child_process';

export function rollOut(chart: string) {
  return spawn('helm', ['upgrade', 'shop', chart]);
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: another function of that name is tested: unverified @ src/shop/sync.ts
export function pushAll() {
  return fetch('https://partner.shop.io', { method: 'PUT' });
}
// +++ src/other.test.ts
import { pushAll } from './other';

test('works', async () => {
  expect(pushAll()).toBe(3);
});
// --- positive: a test names only what stands beside it, hooks: unverified @ src/hooks.ts
export async function notifyPartner(url: string) {
  const answer = await fetch(url, { method: 'POST' });
  return answer.ok;
}

export const hooksLabel = (day: string) => day.trim();
// +++ src/hooks.test.ts
import { hooksLabel } from './hooks';

test('works', () => {
  expect(hooksLabel('a ')).toBe('a');
});
// --- positive: a test names only what stands beside it, store: unverified @ src/store.ts
export async function insertOrder(pool: Pool, id: number) {
  await pool.query('INSERT INTO orders VALUES ($1)', [id]);
}

export const storeLabel = (day: string) => day.trim();
// +++ src/store.test.ts
import { storeLabel } from './store';

test('works', () => {
  expect(storeLabel('a ')).toBe('a');
});
// --- positive: a test names only what stands beside it, accounts: unverified @ src/accounts.ts
import { prisma } from './prisma';

export const openAccount = (name: string) => prisma.account.create({ data: { name } });

export const accountsLabel = (day: string) => day.trim();
// +++ src/accounts.test.ts
import { accountsLabel } from './accounts';

test('works', () => {
  expect(accountsLabel('a ')).toBe('a');
});
// --- positive: a test names only what stands beside it, mail: unverified @ src/mail.ts
export function sendInvoice(transport: Transport, to: string) {
  return transport.sendMail({ to });
}

export const mailLabel = (day: string) => day.trim();
// +++ src/mail.test.ts
import { mailLabel } from './mail';

test('works', () => {
  expect(mailLabel('a ')).toBe('a');
});
// --- negative: the file is read back @ src/export.ts
import { writeFileSync } from 'fs';

export function exportOrders(path: string) {
  writeFileSync(path, 'x');
}
// +++ src/export.test.ts
import { exportOrders } from './export';
import { readFileSync } from 'fs';

test('works', async () => {
  exportOrders('/srv/a');
  expect(readFileSync('/srv/a', 'utf8')).toBe('x');
});
// --- negative: the stand-in is asked @ src/hooks.ts
export async function notifyPartner(url: string) {
  return fetch(url, { method: 'POST' });
}
// +++ src/hooks.test.ts
import { notifyPartner } from './hooks';

test('works', async () => {
  global.fetch = vi.fn();
  await notifyPartner('/x');
  expect(global.fetch).toHaveBeenCalledWith('/x', { method: 'POST' });
});
// --- negative: nock answers, and would miss it @ src/hooks.ts
export async function notifyPartner(url: string) {
  return fetch(url, { method: 'POST' });
}
// +++ src/hooks.test.ts
import nock from 'nock';
import { notifyPartner } from './hooks';

test('works', async () => {
  nock('https://shop.io').post('/x').reply(200);
  expect((await notifyPartner('https://shop.io/x')).ok).toBe(true);
});
// --- negative: through what calls it @ src/export.ts
import { writeFileSync } from 'fs';

export function exportAll(path: string) {
  write(path);
}

function write(path: string) {
  writeFileSync(path, 'x');
}
// +++ src/export.test.ts
import { exportAll } from './export';

test('works', async () => {
  exportAll('/srv/a');
  expect(files()).toEqual(['/srv/a']);
});
// --- negative: through another module @ src/checkout.ts
import { insertOrder } from './store';

export const checkOut = (pool: Pool) => insertOrder(pool, 3);
// +++ src/store.ts
export async function insertOrder(pool: Pool, id: number) {
  await pool.query('INSERT INTO orders VALUES ($1)', [id]);
}
// +++ src/checkout.test.ts
import { checkOut } from './checkout';

test('works', async () => {
  await checkOut(pool);
  expect(pool.rows).toEqual([3]);
});
// --- negative: through an index @ src/lib/export.ts
import { writeFileSync } from 'fs';

export const exportOrders = (path: string) => writeFileSync(path, 'x');
// +++ src/lib/index.ts
export * from './export';
// +++ src/export.test.ts
import { exportOrders } from './lib';

test('works', async () => {
  exportOrders('/srv/a');
  expect(files()).toEqual(['/srv/a']);
});
// --- negative: a handler that a page has @ src/cart.tsx
export function CartPage() {
  const clearAll = async () => {
    await fetch('/cart', { method: 'DELETE' });
  };
  return <button onClick={clearAll}>Clear</button>;
}
// +++ src/cart.test.tsx
import { CartPage } from './cart';

test('works', async () => {
  render(<CartPage />);
  expect(requests()).toEqual(['/cart']);
});
// --- negative: a route that is registered @ src/server.ts
import { refund } from './refunds';

export const app = express();
app.post('/refunds', refund);
// +++ src/refunds.ts
export async function refund(request: Request) {
  await pool.query('INSERT INTO refunds VALUES (1)');
}
// +++ src/server.test.ts
import { app } from './server';

test('works', async () => {
  await supertest(app).post('/refunds');
  expect(await rows()).toBe(1);
});
// --- negative: a service that a tested one makes @ src/shop.ts
import { Archive } from './archive';

export class Shop {
  private readonly archive = new Archive();

  closeYear() {
    this.archive.forget('2025');
  }
}
// +++ src/archive.ts
import { unlinkSync } from 'fs';

export class Archive {
  forget(name: string) {
    unlinkSync(name);
  }
}
// +++ src/shop.test.ts
import { Shop } from './shop';

test('works', async () => {
  new Shop().closeYear();
  expect(files()).toEqual([]);
});
// --- negative: what makes an instance @ src/pidfile.ts
import { writeFileSync } from 'fs';

export class PidFile {
  constructor(path: string) {
    writeFileSync(path, '1');
  }
}
// +++ src/pidfile.test.ts
import { PidFile } from './pidfile';

test('works', async () => {
  new PidFile('/run/x');
  expect(files()).toEqual(['/run/x']);
});
// --- negative: a file is read @ src/load.ts
import { readFileSync } from 'fs';

export const loadOrders = (path: string) => readFileSync(path, 'utf8');
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: fetch asks @ src/prices.ts
export const fetchPrices = () => fetch('https://prices.shop.io');
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: fetch asks, and says so @ src/prices.ts
export const fetchPrices = () => fetch('https://prices.shop.io', { method: 'GET' });
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: rows are read @ src/store.ts
export const allOrders = (pool: Pool) => pool.query('SELECT * FROM orders');
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: prisma reads @ src/accounts.ts
import { prisma } from './prisma';

export const accounts = () => prisma.account.findMany();
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a process is asked @ src/version.ts
import { execSync } from 'child_process';

export const revision = () => execSync('git rev-parse HEAD').toString();
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a pattern is executed @ src/parse.ts
export const parsed = (text: string) => /a+/.exec(text);
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a map is deleted from @ src/memory.ts
export class Memory {
  private readonly known = new Map<string, number>();

  forget(name: string) {
    this.known.delete(name);
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a router is told @ src/routes.ts
export function routes(app: Express) {
  app.post('/orders', () => null);
  app.delete('/orders', () => null);
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a form is sent to nobody @ src/form.ts
export function collect(form: Form) {
  form.append('a', '1');
  form.update();
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: events in the process @ src/bus.ts
export function tell(bus: Bus) {
  bus.publish('orders', 3);
  bus.send('x');
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a temporary folder is removed @ src/convert.ts
import { rmSync } from 'fs';

export function convert(tmpDir: string) {
  rmSync(tmpDir, { recursive: true });
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a script @ scripts/seed.ts
export const seed = () => fetch('https://shop.io', { method: 'POST' });
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a configuration @ vite.config.ts
import { writeFileSync } from 'fs';

export function buildEnd() {
  writeFileSync('stamp', 'x');
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a mock @ src/__mocks__/store.ts
export const insertOrder = () => pool.query('INSERT INTO orders VALUES (1)');
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: an example @ examples/client.ts
export const placeOrder = () => fetch('https://shop.io', { method: 'POST' });
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: outside of any function @ src/boot.ts
import { writeFileSync } from 'fs';

writeFileSync('boot', 'x');
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: no tests of that language @ src/hooks.ts
export const notifyPartner = () => fetch('https://shop.io', { method: 'POST' });
// --- negative: the row is read back @ src/store.ts
export async function insertOrder(pool: Pool, id: number) {
  await pool.query('INSERT INTO orders VALUES ($1)', [id]);
}
// +++ src/store.test.ts
import { insertOrder } from './store';

test('works', async () => {
  await insertOrder(pool, 3);
  expect(await pool.query('SELECT * FROM orders')).toEqual([3]);
});
// --- negative: a fake keeps what was sent @ src/mail.ts
export function sendInvoice(transport: Transport, to: string) {
  return transport.sendMail({ to });
}
// +++ src/mail.test.ts
import { sendInvoice } from './mail';

test('works', async () => {
  expect(sendInvoice(fake, 'a')).toBe(true);
  expect(fake.sent).toEqual([{ to: 'a' }]);
});
// --- negative: one test of two looks @ src/jobs.ts
import { Queue } from 'bullmq';

export const enqueueMail = (mailQueue: Queue) => mailQueue.add('send', {});
// +++ src/jobs.test.ts
import { enqueueMail } from './jobs';

test('works', async () => {
  expect(await enqueueMail(queue)).toBeDefined();
});

test('what is sent', async () => {
  await enqueueMail(queue);
  expect(queue.add).toHaveBeenCalledWith('send', {});
});
// --- positive: what a model of Mongo deletes: unverified @ src/orders.ts
import { Order } from './models/order';

export const forgetOrders = () => Order.deleteMany({ closed: true });
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a collection of Mongo, asked for by name: unverified @ src/events.ts
export async function closeEvents(db: Db) {
  await db.collection('events').updateMany({}, { $set: { closed: true } });
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a client of its own, with the words of Mongo @ src/actions.ts
import { api } from './api';

export const removeCookbook = (id: string) => api.cookbooks.deleteOne(id);
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a page that a browser is driven to @ src/playground.tsx
export function Playground() {
  return <button onClick={() => fetch('/api/token', { method: 'POST' })} />;
}
// +++ e2e/playground.spec.ts
test('playground', async ({ page }) => {
  await page.goto('/play');
  await expect(page.getByText('ok')).toBeVisible();
});
// --- negative: what a page sends, where a browser is driven @ ui/src/user.ts
import axios from 'axios';

export class CurrentUser {
  logout = async () => {
    await axios.post('/auth/logout');
  };
}
// +++ ui/src/tests/login.test.ts
import { logout } from './authentication';

it('logs out', async () => {
  await page.goto('/');
  await logout(page);
});
// --- negative: a helper of the tests has that name @ src/user.ts
import { rmSync } from 'fs';

export function forgetUser(name: string) {
  rmSync(name);
}
// +++ src/user.test.ts
import { User } from './user';

function forgetUser(name: string) {
  return new User(name).length;
}

test('works', async () => {
  expect(forgetUser('ada')).toBe(3);
});
// --- negative: what another calls by its parent's name @ src/queue.ts
import { unlinkSync } from 'fs';
import { Base } from './base';

export class Queue extends Base {
  override settle(name: string) {
    unlinkSync(name);
  }
}
// +++ src/queue.test.ts
import { Queue } from './queue';

test('works', async () => {
  drain(new Queue());
  expect(files()).toEqual([]);
});
// --- negative: only what others wrote has tests of that language @ web/src/login.ts
export const signIn = () => fetch('/login', { method: 'POST' });
// +++ public/plugins/mirror-5.17.0/mode/test.js
test('mode', () => {
  expect(mode()).toBe('css');
});
// --- negative: through a folder of templates @ src/mailer.ts
export class Mailer {
  deliver(to: string) {
    return this.transporter.sendMail({ to });
  }
}

export default new Mailer();
// +++ src/templates/welcome.ts
import mailer, { Mailer } from '../mailer';

export const welcome = (to: string) => mailer.deliver(to);
// +++ src/templates/welcome.test.ts
import { welcome } from './welcome';

test('works', async () => {
  await welcome('ada');
  expect(outbox()).toEqual(['ada']);
});
// --- positive: a query that has a name: unverified @ src/store.ts
export async function forgetOrder(pool: Pool, id: number) {
  const query = 'DELETE FROM orders WHERE id = $1';
  await pool.query(query, [id]);
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a test looks at what it returns @ src/export.ts
import { writeFileSync } from 'fs';

export function exportOrders(path: string, orders: string[]) {
  writeFileSync(path, orders.join('\n'));
  return orders.length;
}
// +++ src/export.test.ts
import { exportOrders } from './export';

test('works', async () => {
  expect(exportOrders('/srv/a', ['x'])).toBe(1);
});
// --- negative: a test calls it, and looks at nothing @ src/cache.ts
import { rmSync } from 'fs';

export function dropCache(root: string) {
  rmSync(root, { recursive: true });
}
// +++ src/cache.test.ts
import { dropCache } from './cache';

test('works', async () => {
  dropCache('/srv/cache');
});
// --- negative: a method, whose result a test looks at @ src/stream.ts
export class Stream {
  constructor(private readonly producer: Producer) {}

  async emitOrder(order: string) {
    await this.producer.send({ topic: 'orders', messages: [order] });
    return 'sent';
  }
}
// +++ src/stream.test.ts
import { Stream } from './stream';

test('works', async () => {
  const stream = new Stream(fake);
  const answer = await stream.emitOrder('a');
  expect(answer).toEqual('sent');
});
// --- negative: what its default export calls, by another name @ src/archives.ts
import { unlinkSync } from 'fs';

async function handlePost(req: Request, res: Response) {
  unlinkSync(req.file);
}

export default async function Index(req: Request, res: Response) {
  return handlePost(req, res);
}
// +++ src/archives.test.ts
import handler from './archives';

test('keeps', async () => {
  expect((await handler({ method: 'POST' }, res)).status).toBe(200);
});
// --- positive: what its default export does not call: unverified @ src/archive.ts
import { unlinkSync } from 'fs';

export async function dropArchive(path: string) {
  unlinkSync(path);
}

export default function count(all: string[]) {
  return all.length;
}
// +++ src/archive.test.ts
import size from './archive';

test('counts', () => {
  expect(size(['a'])).toBe(1);
});
// --- negative: opens a page for who sits before it @ src/open.ts
import { spawn } from 'child_process';

export function openPage(url: string) {
  spawn('xdg-open', [url], { detached: true });
}
// +++ src/other.test.ts
test('other', () => {
  expect(1 + 1).toBe(2);
});
// --- negative: of a desktop application that tests start @ src/main/window.ts
import { writeFileSync } from 'fs';

export function createWindow(place: string) {
  writeFileSync(place, '{}');
}
// +++ smoke/app.test.ts
import { _electron } from 'playwright';

test('starts', async () => {
  const app = await _electron.launch({ args: ['.'] });
  expect(await app.firstWindow()).toBeTruthy();
});
// --- positive: a post that an automatic mock answers: unasked @ src/refunds.ts
import axios from 'axios';

export async function refund(order: string) {
  const answer = await axios.post('/refunds', { order });
  return answer.data.id;
}
// +++ src/refunds.test.ts
import axios from 'axios';
import { refund } from './refunds';

jest.mock('axios');
const mocked = axios as jest.Mocked<typeof axios>;

test('refunds', async () => {
  mocked.post.mockResolvedValue({ data: { id: 'r1' } });
  expect(await refund('1')).toBe('r1');
});
// --- positive: fetch is replaced around the tests: unasked @ src/orders.ts
export async function order(item: string) {
  const answer = await fetch('/orders', { method: 'POST', body: item });
  return answer.status === 201;
}
// +++ src/orders.test.ts
import { order } from './orders';

beforeEach(() => {
  global.fetch = jest.fn().mockResolvedValue({ status: 201 });
});

test('orders', async () => {
  expect(await order('tea')).toBe(true);
});
// --- positive: fetch is stubbed in the test: unasked @ src/orders.ts
export async function order(item: string) {
  const answer = await fetch('/orders', { method: 'POST', body: item });
  return answer.status === 201;
}
// +++ src/orders.test.ts
import { order } from './orders';

test('orders', async () => {
  vi.stubGlobal('fetch', vi.fn(async () => new Response(null, { status: 201 })));
  expect(await order('tea')).toBe(true);
});
// --- positive: a file that is never written: unasked @ src/receipt.ts
import fs from 'fs';

export function keep(path: string, text: string) {
  fs.writeFileSync(path, text);
  return path;
}
// +++ src/receipt.test.ts
import fs from 'fs';
import { keep } from './receipt';

test('keeps', () => {
  jest.spyOn(fs, 'writeFileSync').mockImplementation(() => {});
  expect(keep('/srv/1', 'text')).toBe('/srv/1');
});
// --- positive: a whole module is replaced: unasked @ src/deploy.ts
import { execSync } from 'child_process';

export function deploy(chart: string) {
  execSync(`helm upgrade shop ${chart}`);
  return `${chart} is deployed`;
}
// +++ src/deploy.test.ts
import { deploy } from './deploy';

vi.mock('child_process', () => ({ execSync: vi.fn() }));

test('deploys', () => {
  expect(deploy('charts/shop')).toBe('charts/shop is deployed');
});
// --- positive: it is handed a mock: unasked @ src/mail.ts
export class Invitations {
  constructor(private readonly transport: { sendMail(mail: object): Promise<void> }) {}

  async invite(to: string) {
    await this.transport.sendMail({ to, subject: 'Welcome' });
    return to;
  }
}
// +++ src/mail.test.ts
import { Invitations } from './mail';

test('invites', async () => {
  const transport = { sendMail: vi.fn() };
  expect(await new Invitations(transport).invite('ada@shop.example')).toBe('ada@shop.example');
});
// --- positive: a cast mock answers: unasked @ src/partner.ts
import axios from 'axios';

export const cancel = async (contract: string) => (await axios.delete(`/contracts/${contract}`)).status === 204;
// +++ src/partner.test.ts
import axios from 'axios';
import { cancel } from './partner';

jest.mock('axios');

test('cancels', async () => {
  (axios.delete as jest.Mock).mockResolvedValue({ status: 204 });
  expect(await cancel('7')).toBe(true);
});
// --- positive: the spy of a global: unasked @ src/track.ts
export async function track(event: string) {
  const answer = await fetch('/events', { method: 'PUT', body: event });
  return answer.ok;
}
// +++ src/track.test.ts
import { track } from './track';

test('tracks', async () => {
  vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('{}'));
  expect(await track('opened')).toBe(true);
});
// --- negative: it asks what was sent @ src/refunds.ts
import axios from 'axios';

export async function refund(order: string) {
  const answer = await axios.post('/refunds', { order });
  return answer.data.id;
}
// +++ src/refunds.test.ts
import axios from 'axios';
import { refund } from './refunds';

jest.mock('axios');
const mocked = axios as jest.Mocked<typeof axios>;

test('refunds', async () => {
  mocked.post.mockResolvedValue({ data: { id: 'r1' } });
  await refund('1');
  expect(mocked.post).toHaveBeenCalledWith('/refunds', { order: '1' });
});
// --- negative: its calls are read @ src/orders.ts
export async function order(item: string) {
  const answer = await fetch('/orders', { method: 'POST', body: item });
  return answer.status === 201;
}
// +++ src/orders.test.ts
import { order } from './orders';

test('orders', async () => {
  const fetching = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(null, { status: 201 }));
  await order('tea');
  expect(fetching.mock.calls[0][0]).toBe('/orders');
});
// --- negative: an implementation that looks at the request @ src/orders.ts
export async function order(item: string) {
  const answer = await fetch('/orders', { method: 'POST', body: item });
  return answer.status === 201;
}
// +++ src/orders.test.ts
import { order } from './orders';

test('orders', async () => {
  vi.stubGlobal('fetch', vi.fn(async (url: string) => new Response(null, { status: url === '/orders' ? 201 : 404 })));
  expect(await order('tea')).toBe(true);
});
// --- negative: another test lets it write @ src/receipt.ts
import fs from 'fs';

export function keep(path: string, text: string) {
  fs.writeFileSync(path, text);
  return path;
}
// +++ src/receipt.test.ts
import fs from 'fs';
import { keep } from './receipt';

test('keeps', () => {
  jest.spyOn(fs, 'writeFileSync').mockImplementation(() => {});
  expect(keep('/srv/1', 'text')).toBe('/srv/1');
});

test('writes', () => {
  keep('/tmp/1', 'text');
  expect(fs.statSync('/tmp/1').size).toBe(4);
});
// --- negative: the mock that it is handed is asked @ src/mail.ts
export class Invitations {
  constructor(private readonly transport: { sendMail(mail: object): Promise<void> }) {}

  async invite(to: string) {
    await this.transport.sendMail({ to, subject: 'Welcome' });
    return to;
  }
}
// +++ src/mail.test.ts
import { Invitations } from './mail';

test('invites', async () => {
  const transport = { sendMail: vi.fn() };
  await new Invitations(transport).invite('ada@shop.example');
  expect(transport.sendMail).toHaveBeenCalledOnce();
});
// --- negative: what is replaced is read, not written @ src/rates.ts
export async function rates() {
  return (await fetch('/rates')).json();
}
// +++ src/rates.test.ts
import { rates } from './rates';

test('rates', async () => {
  vi.stubGlobal('fetch', vi.fn(async () => new Response('{}')));
  expect(await rates()).toEqual({});
});
// --- negative: a server that reads what comes @ src/track.ts
export async function track(event: string) {
  const answer = await fetch('/events', { method: 'PUT', body: event });
  return answer.ok;
}
// +++ src/track.test.ts
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { track } from './track';

const server = setupServer(http.put('/events', async ({ request }) => new HttpResponse(await request.text())));

test('tracks', async () => {
  server.listen();
  expect(await track('opened')).toBe(true);
});
// --- negative: a mock of another module's name @ src/partner.ts
import axios from 'axios';

export const cancel = async (contract: string) => (await axios.delete(`/contracts/${contract}`)).status === 204;
// +++ src/users.test.ts
import axios from 'axios';
import { create } from './users';

jest.mock('axios');

test('creates', async () => {
  (axios.delete as jest.Mock).mockResolvedValue({ status: 204 });
  expect(await create('ada')).toBe(true);
});
// +++ src/partner.test.ts
import { cancel } from './partner';

test('cancels', async () => {
  expect(await cancel('7')).toBe(true);
});
