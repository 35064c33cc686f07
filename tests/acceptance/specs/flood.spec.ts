import fs from 'node:fs';
import { expect, test } from '@playwright/test';

const run = JSON.parse(fs.readFileSync('/testrun/run.json', 'utf8'));
const token = fs.readFileSync('/testrun/token', 'utf8');
const line = JSON.stringify({ type: 'end', id: 'x', retry: 0, status: 'passed', time: 1, duration: 1 }) + '\n';

/** Append forged events to a pod's log until the server takes no more; the last status. */
async function flood(pod: string): Promise<number> {
  const url = `${run.server}/v1/runs/${run.namespace}/${run.name}/${run.uid}/shards/0/pods/${pod}/events`;
  let offset = 0;
  for (let part = 0; part < 300; part++) {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}?offset=${offset}`, { method: 'POST', body: line.repeat(10_000), headers });
    if (answer.status !== 200 && answer.status !== 409) return answer.status;
    offset = (await answer.json()).size;
  }
  return 0;
}

test('in the log of a pod that does not exist @stranger', async () => {
  expect(await flood('stranger')).toBe(413);
});

test('in the log of its own pod @own', async () => {
  expect(await flood(process.env.POD_NAME!)).toBe(413);
});
