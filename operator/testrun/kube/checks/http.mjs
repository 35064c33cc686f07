// Asks a URL again and again until it answers as wanted: in a pod of the tests' own image, with the network that the tests will have.
// node --input-type=module -e <this> <url> <status> <pattern>
// Says each thing it sees once, in one line. Node 18 and newer.
const [url, status, pattern] = process.argv.slice(1);
const EVERY_MS = 500, ANSWER_MS = 5000, REDIRECTS = 5, BODY_BYTES = 1024 * 1024;
const wanted = compiled();
process.on('SIGTERM', () => process.exit(143)); // as the first process of its container it would not end by itself

function compiled() {
  try {
    return pattern ? new RegExp(pattern) : null;
  } catch (error) {
    console.log(error.message);
    process.exit(2);
  }
}

async function text(response) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= BODY_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, BODY_BYTES).toString();
}

async function ask() {
  const signal = AbortSignal.timeout(ANSWER_MS);
  let at = url;
  for (let hop = 0; ; hop++) {
    const response = await fetch(at, { redirect: 'manual', signal, headers: { 'user-agent': 'testrun-preflight' } });
    const next = response.status >= 300 && response.status < 400 && response.headers.get('location');
    const said = `${response.status} ${response.statusText}`.trim() + (at === url ? '' : ` from ${at}`);
    if (response.status === Number(status)) {
      if (!wanted || wanted.test(await text(response))) return [true, said];
      return [false, `${said}, with another body`];
    }
    await response.body?.cancel();
    if (!next) return [false, said];
    if (hop === REDIRECTS) return [false, `more than ${REDIRECTS} redirects, the last to ${next}`];
    at = new URL(next, at).href;
    if (!/^https?:/.test(at)) return [false, `a redirect to ${at}`];
  }
}

function why(error) {
  if (error.name === 'TimeoutError') return `no answer within ${ANSWER_MS / 1000} s`;
  const cause = error.cause ?? error;
  return (cause.errors?.[0] ?? cause).message || cause.code || String(cause);
}

for (let last = ''; ;) {
  const began = Date.now();
  const [holds, saw] = await ask().catch((error) => [false, why(error)]);
  if (saw !== last) console.log((last = saw));
  if (holds) process.exit(0);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, EVERY_MS - (Date.now() - began))));
}
