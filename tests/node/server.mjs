/** A server that speaks the shard's part of docs/protocol.md §3 on a loopback port, and fails on demand. */
import crypto from 'node:crypto';
import http from 'node:http';

const PATH = /^\/v1\/runs\/shop\/shop\/u-1\/shards\/(\d+)\/pods\/([^/]+)\/(events|hold|attachments\/([^/]+))$/;

export class FakeServer {
  constructor() {
    this.log = Buffer.alloc(0);
    this.attachments = new Map();
    this.requests = [];
    this.holding = 0;
    /** `(request) => [status, body] | undefined`: what to answer instead; 'drop' breaks the connection, 'late' does so after the work is done. */
    this.instead = () => undefined;
    this.port = 0;
  }

  async start() {
    this.server = http.createServer((request, response) => this.handle(request, response));
    await new Promise((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    return this;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get events() {
    return this.log.toString().split('\n').slice(0, -1).map((line) => JSON.parse(line));
  }

  async handle(request, response) {
    const url = new URL(request.url, this.url);
    const [, , , what, file] = PATH.exec(url.pathname) ?? [];
    this.requests.push(`${request.method} ${what}`);
    const answer = (status, body) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    const instead = this.instead(request, what);
    if (instead === 'drop') return request.socket.destroy();
    if (what === 'hold') return this.hold(response);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (Array.isArray(instead)) return answer(...instead);
    if (request.headers.authorization !== 'Bearer secret') return answer(401, { error: 'wrong token' });
    const work = what === 'events' ? this.append(Number(url.searchParams.get('offset')), body) : this.store(file, request.headers, body);
    if (instead === 'late') return request.socket.destroy();
    return answer(...work);
  }

  append(offset, body) {
    if (offset !== this.log.length) return [409, { size: this.log.length }];
    if (body.length > 1024 * 1024 || body.at(-1) !== 0x0a) return [400, { error: 'not whole lines' }];
    this.log = Buffer.concat([this.log, body]);
    return [200, { size: this.log.length }];
  }

  store(file, headers, body) {
    if (Number(headers['content-length']) !== body.length) return [411, {}];
    if (headers['x-content-sha256'] !== crypto.createHash('sha256').update(body).digest('hex')) return [422, {}];
    if (!this.log.includes(`"file":"${file}"`)) return [400, { error: 'sent before the event that names it' }];
    if (this.events.at(-1).type === 'exit') return [410, { error: 'settled' }];
    this.attachments.set(file, body);
    return [201, {}];
  }

  hold(response) {
    this.holding += 1;
    response.on('close', () => { this.holding -= 1; });
    response.writeHead(200).write('\n');
  }
}
