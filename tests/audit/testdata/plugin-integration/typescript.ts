// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: an adapter of a payment service: untested @ src/adapters/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a provider by axios: untested @ src/providers/parcels.provider.ts
import axios from 'axios';

export class ParcelsProvider {
  async charge(order: Order) {
    return (await axios.get('/parcels')).data;
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a provider by fetch: untested @ src/providers/quotes.ts
export class QuotesProvider {
  async charge(order: Order) {
    const answer = await fetch(base + '/quotes');
    return answer.json();
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a function that makes one: untested @ src/drivers/redis.ts
import { createClient } from 'redis';

export function redisDriver(url: string) {
  return createClient({ url });
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a package of several files: untested @ src/connectors/zendesk/index.ts
export * from './zendesk';
// +++ src/connectors/zendesk/zendesk.ts
export class Zendesk {
  async charge(order: Order) {
    const answer = await fetch(base + '/tickets');
    return answer.json();
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: JavaScript that requires: untested @ lib/backends/ledger.js
const { Pool } = require('pg');

class LedgerBackend {
  rows() {
    return new Pool().query('select 1');
  }
}

module.exports = LedgerBackend;
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a plugin in a workspace: untested @ packages/plugins/slack/src/slack.ts
import { WebClient } from '@slack/web-api';

export class SlackPlugin {
  async charge(order: Order) {
    return new WebClient().chat.postMessage({ text: order.text });
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a group of providers: untested @ src/providers/mail/postmark.ts
import { ServerClient } from 'postmark';

export class Postmark {
  async charge(order: Order) {
    return new ServerClient('').sendEmail(order);
  }
}
// +++ src/providers/sms/vonage.ts
import { Vonage } from '@vonage/server-sdk';

export class VonageText {
  async charge(order: Order) {
    return new Vonage().sms.send(order);
  }
}
// +++ src/providers/sms/vonage.integration.test.ts
import { VonageText } from './vonage';

it('charges', async () => {
  expect(await new VonageText().charge(3)).toEqual({ id: 3 });
});
// --- positive: a bucket: untested @ src/backends/buckets.ts
import { S3Client } from '@aws-sdk/client-s3';

export class Buckets {
  async charge(order: Order) {
    return new S3Client({}).send(order);
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a queue: untested @ src/adapters/queue/kafka.adapter.ts
import { Kafka } from 'kafkajs';

export class KafkaAdapter {
  async charge(order: Order) {
    return new Kafka({ brokers: [] }).producer();
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: an integration with a vendor's kit: untested @ src/integrations/hubspot.ts
import { Client } from '@hubspot/api-client';

export class Hubspot {
  async charge(order: Order) {
    return new Client().crm.contacts();
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: a folder of the configuration: untested @ src/gateways/adyen.ts
export class AdyenGateway {
  async charge(order: Order) {
    const answer = await fetch(base + '/pay');
    return answer.json();
  }
}
// +++ ameide.toml
[audit]
plugins = ["gateways"]
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: only what chooses is tested: untested @ src/adapters/dhl.ts
export class DhlCarrier {
  async charge(order: Order) {
    const answer = await fetch(base + '/dhl');
    return answer.json();
  }
}
// +++ src/adapters/ups.ts
export class UpsCarrier {
  async charge(order: Order) {
    const answer = await fetch(base + '/ups');
    return answer.json();
  }
}
// +++ src/shipping.ts
import { DhlCarrier } from './adapters/dhl';
import { UpsCarrier } from './adapters/ups';

export function chooseCarrier(first: boolean) {
  return first ? new DhlCarrier() : new UpsCarrier();
}
// +++ src/shipping.test.ts
import { chooseCarrier } from './shipping';

it('charges', async () => {
  expect(chooseCarrier(true)).toBeDefined();
});
// --- positive: axios is mocked: unit-only @ src/adapters/wise.ts
import axios from 'axios';

export class WiseAdapter {
  async charge(order: Order) {
    return (await axios.get('/rates')).data;
  }
}
// +++ src/adapters/wise.test.ts
import axios from 'axios';
import { WiseAdapter } from './wise';

jest.mock('axios');

it('charges', async () => {
  axios.get.mockResolvedValue({ data: 3 });
  expect(await new WiseAdapter().charge(1)).toBe(3);
});
// --- positive: fetch is replaced: unit-only @ src/providers/maps.ts
export class MapsProvider {
  async charge(order: Order) {
    const answer = await fetch(base + '/maps');
    return answer.json();
  }
}
// +++ test/unit/maps.test.ts
import { MapsProvider } from '../../src/providers/maps';

it('charges', async () => {
  globalThis.fetch = vi.fn(async () => ({ json: () => 3 }));
  expect(await new MapsProvider().charge(1)).toBe(3);
});
// --- positive: answers of nock: unit-only @ src/providers/taxes.ts
import axios from 'axios';

export class TaxesProvider {
  async charge(order: Order) {
    return (await axios.get('https://taxes.shop.io')).data;
  }
}
// +++ src/providers/taxes.spec.ts
import nock from 'nock';
import { TaxesProvider } from './taxes';

it('charges', async () => {
  nock('https://taxes.shop.io').get('/').reply(200, {});
  expect(await new TaxesProvider().charge(1)).toEqual({});
});
// --- positive: answers of msw: unit-only @ src/connectors/crm.ts
export class CrmConnector {
  async charge(order: Order) {
    const answer = await fetch(base + '/crm');
    return answer.json();
  }
}
// +++ src/connectors/crm.test.ts
import { setupServer } from 'msw/node';
import { CrmConnector } from './crm';

it('charges', async () => {
  setupServer().listen();
  expect(await new CrmConnector().charge(1)).toEqual({});
});
// --- positive: a Redis that is none: unit-only @ src/drivers/sessions.ts
import Redis from 'ioredis';

export class SessionsDriver {
  async charge(order: Order) {
    return new Redis().get(order.id);
  }
}
// +++ src/drivers/sessions.test.ts
import Redis from 'ioredis-mock';
import { SessionsDriver } from './sessions';

it('charges', async () => {
  expect(await new SessionsDriver(new Redis()).charge(1)).toBeNull();
});
// --- positive: only its name is checked: unit-only @ src/adapters/paypal.ts
import paypal from '@paypal/checkout-server-sdk';

export class PaypalAdapter {
  async charge(order: Order) {
    return paypal.orders.create(order);
  }
}
// +++ src/adapters/paypal.test.ts
import { PaypalAdapter } from './paypal';

it('charges', async () => {
  expect(new PaypalAdapter().name).toBe('paypal');
});
// --- positive: the integration tests are of something else: unit-only @ src/adapters/mollie.ts
export class MollieAdapter {
  async charge(order: Order) {
    const answer = await fetch(base + '/mollie');
    return answer.json();
  }
}
// +++ src/adapters/mollie.test.ts
import { MollieAdapter } from './mollie';

it('charges', async () => {
  expect(new MollieAdapter().name).toBe('mollie');
});
// +++ test/integration/orders.test.ts
import { place } from '../../src/orders';

it('charges', async () => {
  expect(await place(3)).toEqual({ id: 3 });
});
// --- positive: its integration test is skipped: unit-only @ src/adapters/klarna.ts
export class KlarnaAdapter {
  async charge(order: Order) {
    const answer = await fetch(base + '/klarna');
    return answer.json();
  }
}
// +++ test/klarna.test.ts
import { KlarnaAdapter } from '../src/adapters/klarna';

it.skip('integration: charges', async () => {
  expect(await new KlarnaAdapter().charge(3)).toBe(3);
});
// --- positive: a client that is handed in: unit-only @ src/backends/search.ts
import { MeiliSearch } from 'meilisearch';

export class SearchBackend {
  async charge(order: Order) {
    return new MeiliSearch({ host: '' }).index(order);
  }
}
// +++ src/backends/search.test.ts
import { SearchBackend } from './search';

it('charges', async () => {
  expect(await new SearchBackend({ index: () => 3 }).charge(1)).toBe(3);
});
// --- positive: a folder of tests beside it: unit-only @ src/plugins/mailjet/client.ts
import Mailjet from 'node-mailjet';
import axios from 'axios';

export class Lists {
  async charge(order: Order) {
    return axios.get('/lists');
  }
}
// +++ src/plugins/mailjet/__tests__/client.test.ts
import { Lists } from '../client';

it('charges', async () => {
  expect(new Lists().charge).toBeDefined();
});
// --- positive: a database that is replaced: unit-only @ src/backends/ledger.ts
import { Pool } from 'pg';

export class LedgerBackend {
  async charge(order: Order) {
    return new Pool().query('select 1');
  }
}
// +++ src/backends/ledger.test.ts
import { LedgerBackend } from './ledger';

vi.mock('pg');

it('charges', async () => {
  expect(await new LedgerBackend().charge(1)).toEqual([]);
});
// --- positive: mail that is not sent: unit-only @ src/providers/smtp.ts
import nodemailer from 'nodemailer';

export class SmtpProvider {
  async charge(order: Order) {
    return nodemailer.createTransport({}).sendMail(order);
  }
}
// +++ src/providers/smtp.test.ts
import { SmtpProvider } from './smtp';

jest.mock('nodemailer');

it('charges', async () => {
  expect(await new SmtpProvider().charge(1)).toBe(true);
});
// --- positive: its client is mocked: mocked @ src/adapters/twilio.ts
import twilio from 'twilio';

export class TwilioAdapter {
  async charge(order: Order) {
    return twilio('a', 'b').messages.create(order);
  }
}
// +++ test/integration/twilio.test.ts
import { TwilioAdapter } from '../../src/adapters/twilio';

jest.mock('twilio');

it('charges', async () => {
  expect(await new TwilioAdapter().charge(3)).toBeUndefined();
});
// --- positive: it is mocked itself: mocked @ src/adapters/sendcloud.ts
export class SendcloudAdapter {
  async charge(order: Order) {
    const answer = await fetch(base + '/parcels');
    return answer.json();
  }
}
// +++ test/integration/labels.test.ts
import { SendcloudAdapter } from '../../src/adapters/sendcloud';

vi.mock('../../src/adapters/sendcloud');

it('charges', async () => {
  expect(await new SendcloudAdapter().charge(3)).toBeUndefined();
});
// --- positive: nock in an integration test: mocked @ src/providers/fx.ts
import axios from 'axios';

export class FxProvider {
  async charge(order: Order) {
    return (await axios.get('https://fx.shop.io')).data;
  }
}
// +++ src/providers/fx.integration.test.ts
import nock from 'nock';
import { FxProvider } from './fx';

it('charges', async () => {
  nock('https://fx.shop.io').get('/').reply(200, {});
  expect(await new FxProvider().charge(1)).toEqual({});
});
// --- positive: msw in an end-to-end test: mocked @ src/connectors/erp.ts
export class ErpConnector {
  async charge(order: Order) {
    const answer = await fetch(base + '/erp');
    return answer.json();
  }
}
// +++ e2e/erp.test.ts
import { setupServer } from 'msw/node';
import { ErpConnector } from '../src/connectors/erp';

it('charges', async () => {
  setupServer().listen();
  expect(await new ErpConnector().charge(1)).toEqual({});
});
// --- positive: a Redis that is none, in an integration test: mocked @ src/drivers/counters.ts
import Redis from 'ioredis';

export class CountersDriver {
  async charge(order: Order) {
    return new Redis().incr(order.id);
  }
}
// +++ test/integration/counters.test.ts
import Redis from 'ioredis-mock';
import { CountersDriver } from '../../src/drivers/counters';

it('charges', async () => {
  expect(await new CountersDriver(new Redis()).charge(1)).toBe(1);
});
// --- positive: a cloud that is none: mocked @ src/backends/archive.ts
import { S3Client } from '@aws-sdk/client-s3';

export class ArchiveBackend {
  async charge(order: Order) {
    return new S3Client({}).send(order);
  }
}
// +++ test/integration/archive.test.ts
import { mockClient } from 'aws-sdk-client-mock';
import { ArchiveBackend } from '../../src/backends/archive';

it('charges', async () => {
  mockClient({});
  expect(await new ArchiveBackend().charge(1)).toBeUndefined();
});
// --- positive: axios with answers of an adapter: mocked @ src/providers/weather.ts
import axios from 'axios';

export class WeatherProvider {
  async charge(order: Order) {
    return (await axios.get('/weather')).data;
  }
}
// +++ test/integration/weather.test.ts
import MockAdapter from 'axios-mock-adapter';
import axios from 'axios';
import { WeatherProvider } from '../../src/providers/weather';

it('charges', async () => {
  new MockAdapter(axios).onGet('/weather').reply(200, {});
  expect(await new WeatherProvider().charge(1)).toEqual({});
});
// --- positive: all its tests are skipped: unit-only @ src/drivers/cosmos.ts
import { CosmosClient } from '@azure/cosmos';

export class CosmosDriver {
  async charge(order: Order) {
    return new CosmosClient('').database(order.id);
  }
}
// +++ test/drivers/cosmos.test.ts
import { CosmosDriver } from '../../src/drivers/cosmos';
import { testDriver } from './utils';

describe.skip('cosmos', () => {
  testDriver(new CosmosDriver());
});
// --- positive: left out where integration tests stand: unit-only @ src/providers/files/files-s3.ts
import { S3Client } from '@aws-sdk/client-s3';

export class FilesService {
  async charge(order: Order) {
    return new S3Client({}).send(order);
  }
}
// +++ integration-tests/__tests__/files-s3.spec.ts
import { FilesService } from '../../src/providers/files/files-s3';

describe.skip('files', () => {
  it('uploads', async () => {
    expect(await new FilesService().charge(3)).toEqual({ id: 3 });
  });
});
// --- positive: a mapper that is mocked: unit-only @ src/backends/orders.ts
import { PrismaClient } from '@prisma/client';

export class OrdersBackend {
  async charge(order: Order) {
    return new PrismaClient().order.findMany();
  }
}
// +++ src/backends/orders.test.ts
import { OrdersBackend } from './orders';

jest.mock('@prisma/client');

it('reads', async () => {
  expect(await new OrdersBackend().charge(1)).toBeUndefined();
});
// --- negative: an integration test by its place @ src/adapters/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ test/integration/stripe.test.ts
import { StripeAdapter } from '../../src/adapters/stripe';

it('charges', async () => {
  expect(await new StripeAdapter().charge(3)).toEqual({ paid: true });
});
// --- negative: an integration test by its name @ src/adapters/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ src/adapters/stripe.integration.test.ts
import { StripeAdapter } from './stripe';

it('charges', async () => {
  expect(await new StripeAdapter().charge(3)).toEqual({ paid: true });
});
// --- negative: an end-to-end test @ src/adapters/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ e2e/payment.test.ts
import { StripeAdapter } from '../src/adapters/stripe';

it('charges', async () => {
  expect(await new StripeAdapter().charge(3)).toEqual({ paid: true });
});
// --- negative: a test that says integration @ src/adapters/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ test/stripe.test.ts
import { StripeAdapter } from '../src/adapters/stripe';

it('integration: charges a card', async () => {
  expect(await new StripeAdapter().charge(3)).toEqual({ paid: true });
});
// --- negative: a container @ src/backends/ledger.ts
import { Pool } from 'pg';

export class LedgerBackend {
  async charge(order: Order) {
    return new Pool().query('select 1');
  }
}
// +++ src/backends/ledger.test.ts
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { LedgerBackend } from './ledger';

it('charges', async () => {
  await new PostgreSqlContainer('postgres:16').start();
  expect(await new LedgerBackend().charge(1)).toEqual([]);
});
// --- negative: a service on this machine @ src/backends/events.ts
import { MongoClient } from 'mongodb';

export class EventsBackend {
  async charge(order: Order) {
    return new MongoClient('').db();
  }
}
// +++ src/backends/events.test.ts
import { MongoClient } from 'mongodb';
import { EventsBackend } from './events';

it('charges', async () => {
  await MongoClient.connect('mongodb://localhost');
  expect(await new EventsBackend().charge(1)).toBe(1);
});
// --- negative: left out without a key @ src/providers/maps.ts
export class MapsProvider {
  async charge(order: Order) {
    const answer = await fetch(base + '/maps');
    return answer.json();
  }
}
// +++ src/providers/maps.test.ts
import { MapsProvider } from './maps';

describe.skipIf(!process.env.MAPS_KEY)('maps', () => {
  it('finds', async () => {
    expect(await new MapsProvider().charge(1)).toEqual({});
  });
});
// --- negative: left out by a name for the environment @ src/providers/maps.ts
export class MapsProvider {
  async charge(order: Order) {
    const answer = await fetch(base + '/maps');
    return answer.json();
  }
}
// +++ src/providers/maps.test.ts
import { MapsProvider } from './maps';

const key = process.env.MAPS_KEY;

it.runIf(key)('finds', async () => {
  expect(await new MapsProvider().charge(1)).toEqual({});
});
// --- negative: it talks to nothing @ src/adapters/rounding.ts
export class RoundingAdapter {
  charge(order: Order) {
    return Math.round(order.total);
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a context of React @ src/providers/CartProvider.tsx
import axios from 'axios';
import { createContext } from 'react';

export function CartProvider() {
  axios.get('/cart');
  return <Cart />;
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a hook of React without a tag @ src/providers/cart.ts
import axios from 'axios';
import { useEffect } from 'react';

export function useCart() {
  useEffect(() => { axios.get('/cart'); });
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a plugin of Vue @ src/plugins/reporter.ts
import axios from 'axios';
import type { App } from 'vue';

export function install(app: App) {
  app.provide('http', axios);
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a base class @ src/adapters/base-adapter.ts
import axios from 'axios';

export abstract class BaseAdapter {
  http = axios.create();
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: an interface @ src/providers/payment.interface.ts
import type Stripe from 'stripe';

export interface Payment {
  charge(client: Stripe): void;
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: types beside adapters @ src/adapters/types.ts
import Stripe from 'stripe';

export type Charge = Stripe.Charge;
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: an index that passes on @ src/adapters/index.ts
import axios from 'axios';

export const create = () => axios.create();
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a factory @ src/providers/provider.factory.ts
import axios from 'axios';

export const create = (name: string) => axios.get(name);
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: no folder of plugins @ src/payments/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: no test in this language @ src/adapters/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// --- negative: an adapter of the tests @ test/adapters/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: an adapter of an example @ examples/adapters/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: of a package of others @ node_modules/shop/adapters/stripe.js
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a fake adapter @ src/adapters/fake-stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: only its types are declared @ src/adapters/stripe.d.ts
import Stripe from 'stripe';

export function charge(): Stripe.Charge;
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: something else is mocked @ src/backends/ledger.ts
import { Pool } from 'pg';

export class LedgerBackend {
  async charge(order: Order) {
    return new Pool().query('select 1');
  }
}
// +++ test/integration/ledger.test.ts
import { LedgerBackend } from '../../src/backends/ledger';

jest.mock('../../src/mailer');

it('charges', async () => {
  expect(await new LedgerBackend().charge(1)).toEqual([]);
});
// --- negative: one mocks and another does not @ src/adapters/twilio.ts
import twilio from 'twilio';

export class TwilioAdapter {
  async charge(order: Order) {
    return twilio('a', 'b').messages.create(order);
  }
}
// +++ test/integration/twilio-errors.test.ts
import { TwilioAdapter } from '../../src/adapters/twilio';

jest.mock('twilio');

it('charges', async () => {
  expect(await new TwilioAdapter().charge(3)).toBeUndefined();
});
// +++ test/integration/twilio.test.ts
import { TwilioAdapter } from '../../src/adapters/twilio';

it('charges', async () => {
  expect(await new TwilioAdapter().charge(3)).toEqual({ id: 3 });
});
// --- negative: HTTP is answered, the database is not @ src/backends/orders.ts
import { Pool } from 'pg';

export class OrdersBackend {
  async charge(order: Order) {
    return new Pool().query('select 1');
  }
}
// +++ test/integration/orders.test.ts
import nock from 'nock';
import { OrdersBackend } from '../../src/backends/orders';

it('charges', async () => {
  nock('https://taxes.shop.io').get('/').reply(200);
  expect(await new OrdersBackend().charge(1)).toEqual([]);
});
// --- negative: what it gets is watched @ src/adapters/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ test/integration/stripe.test.ts
import Stripe from 'stripe';
import { StripeAdapter } from '../../src/adapters/stripe';

it('charges', async () => {
  const spy = jest.spyOn(Stripe.prototype, 'request');
  expect(await new StripeAdapter().charge(3)).toEqual({ paid: true });
});
// --- negative: from afar, and the only one @ src/adapters/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ src/checkout.ts
import { StripeAdapter } from './adapters/stripe';

export function checkOut(order: Order) {
  return new StripeAdapter().charge(order);
}
// +++ test/integration/checkout.test.ts
import { checkOut } from '../../src/checkout';

it('charges', async () => {
  expect(await checkOut(3)).toEqual({ paid: true });
});
// --- negative: chosen by its name in a text @ src/drivers/redis.ts
import { createClient } from 'redis';

export const redisDriver = (url: string) => {
  return createClient({ url });
};
// +++ test/integration/cache.test.ts
import { open } from '../../src/cache';

it('charges', async () => {
  expect(await open('redis://cache').get('a')).toBeNull();
});
// --- negative: a shell test comes to it @ src/adapters/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// +++ e2e/pay.bats
@test "pays" {
  shop pay --adapter stripe
}
// --- negative: a test of another language @ src/adapters/stripe.ts
import Stripe from 'stripe';

export class StripeAdapter {
  async charge(order: Order) {
    return new Stripe(this.key).charges.create({ amount: order.total });
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// +++ tests/e2e/test_pay.py
def test_stripe_pays(browser):
    browser.goto('/pay')
    assert browser.title == 'Paid'
// --- negative: options beside a driver @ src/drivers/redis.options.ts
import { createClient } from 'redis';

export const read = () => createClient().options;
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: tests of a helper, left out without a key @ src/drivers/upstash.ts
import { Redis } from '@upstash/redis';

export class UpstashDriver {
  async charge(order: Order) {
    return new Redis({}).get(order.id);
  }
}
// +++ test/drivers/upstash.test.ts
import { UpstashDriver } from '../../src/drivers/upstash';
import { testDriver } from './utils';

const url = process.env.UPSTASH_URL;

describe.skipIf(!url)('upstash', () => {
  testDriver(new UpstashDriver(url));
});
// --- negative: a vendor's own server @ src/drivers/blobs.ts
import { getStore } from '@netlify/blobs';

export class BlobsDriver {
  async charge(order: Order) {
    return getStore('a').get(order.id);
  }
}
// +++ test/blobs.test.ts
import { BlobsServer } from '@netlify/blobs/server';
import { BlobsDriver } from '../src/drivers/blobs';

it('reads', async () => {
  await new BlobsServer({ directory: 'a' }).start();
  expect(await new BlobsDriver().charge(1)).toBeNull();
});
// --- negative: it serves sockets @ src/adapters/sockets.ts
import { WebSocketServer } from 'ws';

export class SocketsAdapter {
  open() {
    return new WebSocketServer({ port: 0 });
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a client for types alone @ src/adapters/wallet.ts
import type Stripe from 'stripe';

export class WalletAdapter {
  total(charges: Stripe.Charge[]) {
    return charges.length;
  }
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a database by a mapper, as unit tests have it @ src/plugins/search/SearchPlugin.ts
import { Op } from 'sequelize';

export class SearchPlugin {
  async charge(order: Order) {
    return Order.findAll({ where: { [Op.or]: [order] } });
  }
}
// +++ src/plugins/search/SearchPlugin.test.ts
import { SearchPlugin } from './SearchPlugin';

it('charges', async () => {
  expect(await new SearchPlugin().charge(1)).toEqual([]);
});
// --- negative: the environment says where it is @ src/drivers/redis.ts
import Redis from 'ioredis';

export class RedisDriver {
  client = new Redis(this.host);
}
// +++ src/drivers/redis.spec.ts
import { RedisDriver } from './redis';

it('charges', async () => {
  const driver = new RedisDriver();
  expect(driver.host).toEqual(process.env.REDIS_HOST);
});
// --- negative: functional tests @ src/driver/oracle/OracleDriver.ts
import oracledb from 'oracledb';

export class OracleDriver {
  async charge(order: Order) {
    return oracledb.getConnection(order);
  }
}
// +++ test/functional/oracle.test.ts
import { connect } from '../utils';

it('charges', async () => {
  expect(await connect('oracle')).toEqual({ open: true });
});
// --- negative: options of a driver @ src/drivers/OracleConnectionOptions.ts
import oracledb from 'oracledb';

export class OracleConnectionOptions {
  pool = oracledb.getPool();
}
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: a workspace of the project itself @ src/adapters/rounding.ts
import { round } from '@shop/pricing-sdk';

export const roundingAdapter = (order: Order) => round(order.total);
// +++ packages/pricing/package.json
{ "name": "@shop/pricing-sdk" }
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: below the name of the whole project @ apps/web/src/adapters/rounding.ts
import { round } from '@segment/pricing';

export const roundingAdapter = (order: Order) => round(order.total);
// +++ package.json
{ "name": "segment", "private": true }
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: an example is called as a service is: untested @ src/adapters/counters.ts
import { createClient } from 'redis';

export const countersAdapter = (url: string) => createClient({ url });
// +++ examples/redis/package.json
{ "name": "redis" }
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- positive: beside a workspace of the project: untested @ src/adapters/ledger.ts
import { round } from '@shop/pricing-sdk';
import { Pool } from 'pg';

export class LedgerAdapter {
  charge = (order: Order) => new Pool().query('select $1', [round(order.total)]);
}
// +++ packages/pricing/package.json
{ "name": "@shop/pricing-sdk" }
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: types that a database's client is generated with @ src/integrations/crm.ts
import { User } from '@prisma/client';

export const crmName = (user: User) => user.name.trim();
// +++ src/cart.test.ts
import { total } from './cart';

test('total', () => {
  expect(total([1, 2])).toBe(3);
});
// --- negative: an integration test goes through all @ src/carriers/drivers/dhl.ts
import axios from 'axios';

export class Courier {
  track = (number: string) => axios.get(`/track/${number}`);
}
// +++ tests/integration/carriers.test.ts
import { listDrivers } from '../../src/carriers';

describe.each(listDrivers())('%s', (driver) => {
  it('tracks', async () => {
    expect((await driver.track('1')).status).toBe(200);
  });
});
// --- negative: what a front end asks of its own server @ web/src/backend/OrderBackend.js
export function getOrders(owner) {
  return fetch(`${serverUrl}/api/orders?owner=${owner}`).then((answer) => answer.json());
}
// +++ web/src/cart.test.js
test('total', () => {
  expect(total(1, 2)).toBe(3);
});
// --- positive: one of several backends: untested @ src/backends/OrderBackend.js
export function getOrders(owner) {
  return fetch(`${serverUrl}/api/orders?owner=${owner}`).then((answer) => answer.json());
}
// +++ src/cart.test.js
test('total', () => {
  expect(total(1, 2)).toBe(3);
});
// --- negative: a page asks its own server @ src/plugins/basket.ts
export const basket = (id) => fetch(`/api/baskets/${id}`).then((answer) => answer.json());
// +++ src/cart.test.ts
test('total', () => {
  expect(total(1, 2)).toBe(3);
});
// --- negative: a plugin of an editor @ src/editor/plugins/UploadPlugin.ts
import { Plugin } from 'prosemirror-state';

export class UploadPlugin extends Plugin {
  upload = (url, body) => fetch(url, { method: 'POST', body });
}
// +++ src/cart.test.ts
test('total', () => {
  expect(total(1, 2)).toBe(3);
});
// --- negative: its database is there, and nothing is mocked @ src/drivers/redis.ts
import { Redis } from 'ioredis';

export class RedisDriver {
  constructor(private connection: Redis) {}
  get = (key: string) => this.connection.get(key);
}
// +++ tests/drivers/redis.spec.ts
import { RedisDriver } from '../../src/drivers/redis';
import { CONNECTION } from '../helpers';

test('gets', async ({ assert }) => {
  assert.equal(await new RedisDriver(CONNECTION).get('a'), undefined);
});
// --- positive: its database is mocked away: unit-only @ src/drivers/redis.ts
import { Redis } from 'ioredis';

export class RedisDriver {
  constructor(private connection: Redis) {}
  get = (key: string) => this.connection.get(key);
}
// +++ tests/drivers/redis.spec.ts
import { RedisDriver } from '../../src/drivers/redis';

test('gets', async ({ assert }) => {
  const fakeConnection = { get: async () => 'b' };
  assert.equal(await new RedisDriver(fakeConnection).get('a'), 'b');
});
// --- negative: its bucket and its key are given @ src/drivers/gcs.ts
import { Storage } from '@google-cloud/storage';

export class GcsDriver {
  constructor(private storage: Storage) {}
  get = (key: string) => this.storage.bucket('a').file(key);
}
// +++ tests/drivers/gcs.spec.ts
import { GcsDriver } from '../../src/drivers/gcs';
import { GCS_BUCKET, GCS_KEY } from './env';

test('gets', async ({ assert }) => {
  assert.exists(await new GcsDriver({ bucket: GCS_BUCKET, key: GCS_KEY }).get('a'));
});
// --- negative: all of it is a comment @ src/drivers/vectors.ts
/*
import { Pool } from 'pg';

export class VectorsDriver {
  find = () => new Pool().query('SELECT 1');
}
*/
// +++ src/cart.test.ts
import { total } from './cart';
test('total', () => { expect(total([1, 2])).toBe(3); });
// --- negative: a compose file beside its tests @ server/drivers/trino/index.js
import fetch from 'node-fetch';

export const query = (text) => fetch('http://localhost:8080/v1/statement', { method: 'POST', body: text });
// +++ server/drivers/trino/docker-compose.yml
services:
  trino:
    image: trinodb/trino
// +++ server/drivers/trino/test.js
import assert from 'assert';
import { query } from './index.js';

describe('drivers/trino', () => {
  it('says what is wrong', async () => { assert((await query('SELECT * FROM fake_table')).error); });
});
// --- positive: no compose file beside its tests: unit-only @ server/drivers/trino/index.js
import fetch from 'node-fetch';

export const query = (text) => fetch('http://localhost:8080/v1/statement', { method: 'POST', body: text });
// +++ docker-compose.yml
services:
  trino:
    image: trinodb/trino
// +++ server/drivers/trino/test.js
import assert from 'assert';
import { query } from './index.js';

describe('drivers/trino', () => {
  it('says what is wrong', async () => { assert((await query('SELECT * FROM fake_table')).error); });
});
// --- positive: the test itself sets which one: untested @ server/drivers/athena/index.js
import athena from '@aws-sdk/client-athena';

export const query = (text) => athena.query(text);
// +++ server/test/connections.test.js
it('reads the environment', () => {
  process.env.SHOP_DRIVER = 'postgres';
  assert.equal(connections()[0].driver, 'postgres');
});
// --- negative: the environment says which one @ server/drivers/athena/index.js
import athena from '@aws-sdk/client-athena';

export const query = (text) => athena.query(text);
// +++ server/test/connections.test.js
const connection = connect(process.env.SHOP_DRIVER);

it('asks', async () => {
  assert.equal((await connection.query('SELECT 1')).length, 1);
});
// --- positive: a test of another language says a name alike: unit-only @ src/providers/maps.ts
import axios from 'axios';

export class PlaceNotFound extends Error {}

export const find = (place: string) => axios.get('https://maps.example/find', { params: { place } });
// +++ src/providers/maps.test.ts
import nock from 'nock';
import { find } from './maps';

test('finds', async () => { expect(await find('Bern')).toBeDefined(); });
// +++ tests/integration/test_places.py
def test_places(client):
    assert "PlaceNotFound" in client.get("/places").text
// --- negative: its kit says only how columns are called @ src/drivers/sqlite/helper.ts
import { ColumnType } from '@store/sdk-transform';

export const typeOf = (name: string) => ColumnType[name];
// +++ src/drivers/sqlite/helper.test.ts
import { typeOf } from './helper';

test('types', () => { expect(typeOf('TEXT')).toBe(1); });
