import fs from 'node:fs';
import { expect, test } from '@playwright/test';

const run = JSON.parse(fs.readFileSync('/testrun/run.json', 'utf8'));
const token = fs.readFileSync('/testrun/token', 'utf8');

test('forges more events than the server takes', async () => {
  test.setTimeout(120_000);
  const url = `${run.server}/v1/runs/${run.namespace}/${run.name}/${run.uid}/shards/0/pods/forged/events`;
  const chunk = (JSON.stringify({ type: 'end', id: 'x', retry: 0, status: 'passed', time: 1, duration: 1 }) + '\n').repeat(10_000);
  let offset = 0;
  let status = 200;
  for (let part = 0; part < 200 && status === 200; part++) {
    const answer = await fetch(`${url}?offset=${offset}`, { method: 'POST', body: chunk, headers: { authorization: `Bearer ${token}` } });
    status = answer.status;
    offset += chunk.length;
  }
  expect(status).toBe(413);
});
