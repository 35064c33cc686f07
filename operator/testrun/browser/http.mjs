/**
 * One HTTP request with the time-outs that a young pod needs, and the pauses between tries.
 *
 * node:http, not fetch: a request to a Service that kube-proxy does not know yet hangs in connect, which fetch cannot bound by itself;
 * and uploads need a Content-Length. Knows nothing of events.
 */
import http from 'node:http';
import https from 'node:https';

const ANSWER_BYTES = 64 * 1024;

/** Connections that are kept open between requests. */
export function agentFor(url, maxSockets) {
  return new (url.protocol === 'https:' ? https : http).Agent({ keepAlive: true, maxSockets });
}

/**
 * Sends a request and answers `{status, body}`, the body as text. `content` is a Buffer, or a function that opens a stream of `bytes` bytes.
 * `connectMs` bounds looking up and connecting, `silenceMs` each silence afterwards. Rejects for every failure below HTTP.
 */
export function send(url, { method, agent, headers, content, bytes = content?.length ?? 0, connectMs, silenceMs }) {
  return new Promise((resolve, reject) => {
    const request = open(url, { method, agent, headers: { ...headers, 'Content-Length': bytes }, connectMs });
    request.setTimeout(silenceMs, () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks = [];
      let size = 0;
      response.on('data', (chunk) => {
        size += chunk.length;
        if (size <= ANSWER_BYTES) chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() });
        if (!request.writableFinished) request.destroy(); // refused before all of it was sent
      });
    });
    if (typeof content === 'function') {
      const stream = content();
      stream.on('error', (error) => request.destroy(error));
      stream.pipe(request);
      request.on('close', () => stream.destroy());
    } else {
      request.end(content);
    }
  });
}

/** A request that is not sent yet; its connection must stand after `connectMs`. */
export function open(url, { connectMs, ...options }) {
  const request = (url.protocol === 'https:' ? https : http).request(url, options);
  request.on('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => request.destroy(new Error('no connection')), connectMs);
    socket.once('connect', () => clearTimeout(timer));
    request.once('close', () => clearTimeout(timer));
  });
  return request;
}

/** Grows from try to try: the pause (100 ms to 5 s, with jitter) and the time to connect (2 s to 10 s). */
export class Backoff {
  constructor() {
    this.reset();
  }

  reset() {
    this.failures = 0;
  }

  get connectMs() {
    return Math.min(10_000, 2000 * 1.5 ** this.failures);
  }

  /** Milliseconds to wait after one more failure, at most `most`. */
  fail(most = 5000) {
    const pause = Math.min(most, 100 * 2 ** this.failures);
    this.failures += 1;
    return pause * (0.5 + Math.random() / 2);
  }
}
