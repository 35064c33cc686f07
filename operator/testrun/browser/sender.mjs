/**
 * Sends the spool to the server while the tests run: events first, then the attachments they name (docs/protocol.md §3).
 *
 * Keeps trying whatever may heal, and stops sending what the server refuses for good. Nothing here may slow the tests down or keep the process
 * alive: what could not be sent stays in the spool, and whoever calls `settled` says how long it is worth waiting.
 */
import fs from 'node:fs';
import path from 'node:path';

import { Backoff, agentFor, open, send } from './http.mjs';

const UPLOADS = 3;
/** How long a request may hear nothing. The server stores an attachment before it answers; a held connection hears a newline each 15 s. */
const EVENTS_SILENCE_MS = 5000;
const ATTACHMENT_SILENCE_MS = 15_000;
const HOLD_SILENCE_MS = 60_000;
/** A held connection that stood for so long was a good one. */
const HELD_MS = 1000;
/** Pauses while the process only waits for the sender: there is little time left, so none is wasted. */
const HURRIED_PAUSE_MS = 500;
/** Answers of 4xx that may be different the next time. */
const PASSING = new Set([408, 409, 425, 429]);
/** The run is over, or the token is not for it: nothing more will be taken. */
const CLOSED = new Set([401, 403, 410]);

export class Sender {
  /** `run` is run.json. Throws when its `server` is no URL. */
  constructor(spool, { server, namespace, name, uid }, { index, pod, token }) {
    const parts = [namespace, name, uid, 'shards', index, 'pods', pod];
    this.base = new URL(`${server.replace(/\/+$/, '')}/v1/runs/${parts.map(encodeURIComponent).join('/')}`);
    this.headers = { Authorization: `Bearer ${token}` };
    this.spool = spool;
    this.acknowledged = 0;
    this.waiting = [];
    this.uploading = 0;
    this.hurried = false;
    /** Why nothing more, or no more events, or one attachment is not sent: texts of one line. */
    this.closed = null;
    this.eventsStopped = null;
    this.refused = [];
    this.idlers = new Set();
    this.pauses = new Set();
  }

  start() {
    const loops = [this.sendEvents(), this.hold(), ...Array.from({ length: UPLOADS }, () => this.sendAttachments())];
    for (const loop of loops) {
      loop.catch((error) => { // Sending must not end the tests.
        this.closed = oneLine(`sending failed: ${error.message}`);
        wakeAll(this.idlers);
      });
    }
  }

  /** Tells the sender to look at the spool again. */
  kick() {
    this.waiting.push(...this.spool.takeAttachments());
    wakeAll(this.idlers);
  }

  /** The server has all that the spool has. */
  get eventsSent() {
    return this.acknowledged >= this.spool.size;
  }

  /** Nothing is left that could still be sent. */
  get idle() {
    if (this.closed !== null) return true;
    return (this.eventsSent || this.eventsStopped !== null) && this.uploading === 0 && !this.waiting.some((one) => this.named(one));
  }

  /** Waits until `done()`, or until `deadline()` (milliseconds since the epoch; asked again and again), trying harder meanwhile. */
  async settled(done, deadline) {
    this.hurried = true;
    wakeAll(this.pauses);
    while (!done() && Date.now() < deadline()) await sleep(this.idlers, Math.min(50, deadline() - Date.now()));
    this.hurried = false;
  }

  async sendEvents() {
    const agent = agentFor(this.base, 1);
    const backoff = new Backoff();
    while (this.closed === null && this.eventsStopped === null) {
      if (this.eventsSent) {
        await sleep(this.idlers);
        continue;
      }
      const offset = this.acknowledged;
      const content = this.spool.slice(offset, this.spool.size);
      const answer = await this.try('POST', `events?offset=${offset}`, {
        agent, content, connectMs: backoff.connectMs, silenceMs: EVENTS_SILENCE_MS, headers: { 'Content-Type': 'application/x-ndjson' },
      });
      const size = sizeIn(answer.body);
      if (answer.status === 200 && size !== offset) {
        this.acknowledged = size ?? offset + content.length;
        backoff.reset();
      } else if (answer.status === 409 && size !== null && size !== offset) {
        if (size > this.spool.size) this.eventsStopped = `the server has ${size} bytes of this log, and there are only ${this.spool.size}`;
        else this.acknowledged = size;
      } else if (CLOSED.has(answer.status)) {
        this.closed = refusal('events', answer);
      } else if (isFinal(answer.status)) {
        this.eventsStopped = refusal('events', answer);
      } else {
        await this.pause(backoff);
      }
      wakeAll(this.idlers);
    }
  }

  async sendAttachments() {
    const agent = agentFor(this.base, 1);
    const backoff = new Backoff();
    while (this.closed === null) {
      const attachment = this.next();
      if (!attachment) {
        await sleep(this.idlers);
        continue;
      }
      this.uploading += 1;
      const { file, bytes, sha256 } = attachment;
      const answer = await this.try('PUT', `attachments/${file}`, {
        agent, bytes, connectMs: backoff.connectMs, silenceMs: ATTACHMENT_SILENCE_MS,
        headers: { 'Content-Type': 'application/octet-stream', 'X-Content-SHA256': sha256 },
        content: () => fs.createReadStream(path.join(this.spool.folder, file)),
      });
      this.uploading -= 1;
      if (answer.status === 201 || answer.status === 200) {
        this.spool.discard(file);
        backoff.reset();
      } else if (CLOSED.has(answer.status)) {
        this.closed = refusal(`attachment ${file}`, answer);
      } else if (answer.status === 409 || isFinal(answer.status)) {
        this.refused.push(refusal(`attachment ${file}`, answer));
      } else {
        this.waiting.push(attachment);
        await this.pause(backoff);
      }
      wakeAll(this.idlers);
    }
  }

  /** The connection whose break tells the server that this pod is gone. */
  async hold() {
    const url = new URL(`${this.base}/hold`);
    const backoff = new Backoff();
    while (this.closed === null) {
      const status = await new Promise((resolve) => {
        const request = open(url, { headers: this.headers, agent: false, connectMs: backoff.connectMs });
        request.setTimeout(HOLD_SILENCE_MS, () => request.destroy());
        request.on('response', (response) => {
          const opened = Date.now();
          response.resume();
          response.on('error', () => {});
          response.on('close', () => {
            if (Date.now() - opened > HELD_MS) backoff.reset();
            resolve(response.statusCode);
          });
        });
        request.on('error', () => resolve(0));
        request.end();
      });
      if (CLOSED.has(status)) return;
      await sleep(new Set(), backoff.fail());
    }
  }

  /** The next attachment whose event the server has: those of failed tests first. */
  next() {
    const ready = this.waiting.filter((one) => this.named(one));
    const chosen = ready.find(({ urgent }) => urgent) ?? ready[0];
    if (chosen) this.waiting.splice(this.waiting.indexOf(chosen), 1);
    return chosen;
  }

  /** The server's answer; status 0 when there was none. */
  async try(method, where, { headers, ...options }) {
    try {
      return await send(new URL(`${this.base}/${where}`), { method, headers: { ...this.headers, ...headers }, ...options });
    } catch (error) {
      return { status: error.code === 'ENOENT' ? 404 : 0, body: error.message };
    }
  }

  /** The server has the event that names this attachment. */
  named({ after }) {
    return after <= this.acknowledged;
  }

  /** After a failure. New events do not cut it short, the end of the run does. */
  async pause(backoff) {
    await sleep(this.pauses, backoff.fail(this.hurried ? HURRIED_PAUSE_MS : undefined));
  }
}

/** Until `wakeAll(sleepers)`, at most `ms`. */
function sleep(sleepers, ms) {
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      sleepers.delete(done);
      resolve();
    }
    sleepers.add(done);
  });
}

function wakeAll(sleepers) {
  for (const wake of [...sleepers]) wake();
}

function refusal(what, { status, body }) {
  return oneLine(`the server refused ${what}: ${status} ${body}`);
}

function oneLine(text) {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}

function isFinal(status) {
  return status >= 300 && status < 500 && !PASSING.has(status);
}

function sizeIn(body) {
  try {
    const { size } = JSON.parse(body);
    return Number.isSafeInteger(size) && size >= 0 ? size : null;
  } catch {
    return null;
  }
}
