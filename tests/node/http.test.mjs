/** The time-outs of one request. */
import assert from 'node:assert/strict';
import childProcess from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';

import { Backoff, send } from '../../operator/testrun/browser/http.mjs';

const POST = { method: 'POST', content: Buffer.from('x'), connectMs: 300, silenceMs: 300 };

/** A port whose connections hang, as those of a Service without rules do: its backlog is full and nobody accepts. */
async function hangingPort(t) {
  const script = "const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => { require('fs').writeSync(1, String(s.address().port)); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); });";
  const child = childProcess.spawn(process.execPath, ['-e', script]);
  t.after(() => child.kill('SIGKILL'));
  const port = Number(await new Promise((resolve) => { child.stdout.once('data', resolve); }));
  for (let connected = true; connected;) {
    const socket = net.connect(port, '127.0.0.1');
    t.after(() => socket.destroy());
    connected = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      setTimeout(() => resolve(false), 300);
    });
  }
  return port;
}

async function listen(t, handler) {
  const server = http.createServer(handler);
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}/`;
}

test('a connection that hangs is given up', async (t) => {
  const port = await hangingPort(t);
  await assert.rejects(send(new URL(`http://127.0.0.1:${port}/`), POST), /no connection/);
});

test('a server that does not answer is given up', async (t) => {
  const url = await listen(t, () => {});
  await assert.rejects(send(new URL(url), POST), /no answer/);
});

test('an answer that breaks off is an error', async (t) => {
  const url = await listen(t, (request, response) => {
    response.writeHead(200, { 'Content-Length': 10 }).write('half');
    setTimeout(() => response.socket.destroy(), 20);
  });
  await assert.rejects(send(new URL(url), POST));
});

test('an answer of any size is taken, and its body bounded', async (t) => {
  const url = await listen(t, (request, response) => response.end('x'.repeat(1_000_000)));
  const { status, body } = await send(new URL(url), POST);
  assert.deepEqual([status, body.length <= 65536], [200, true]);
});

test('pauses and connect times grow to their bounds and start again', () => {
  const backoff = new Backoff();
  const pauses = Array.from({ length: 10 }, () => backoff.fail());
  pauses.forEach((pause, n) => assert.ok(pause >= Math.min(5000, 100 * 2 ** n) / 2 && pause <= Math.min(5000, 100 * 2 ** n)));
  assert.equal(backoff.connectMs, 10_000);
  assert.ok(backoff.fail(500) <= 500);
  backoff.reset();
  assert.equal(backoff.connectMs, 2000);
});
