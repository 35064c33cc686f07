import fs from 'node:fs';
import { expect, test } from '@playwright/test';

const run = JSON.parse(fs.readFileSync('/testrun/run.json', 'utf8'));
const token = fs.readFileSync('/testrun/token', 'utf8');

test('a title with \u0007 \u001b[31mred\u001b[0m ]]> <b>&amp;', () => {
  throw new Error('a message with \u0000 \u001b[31mred\u001b[0m ]]> </failure><testcase name="forged"/>');
});

test('an attachment that is a link', async ({}, info) => {
  fs.mkdirSync(info.outputDir, { recursive: true });
  const link = info.outputPath('passwd');
  fs.symlinkSync('/etc/passwd', link);
  info.attachments.push({ name: 'passwd', contentType: 'text/plain', path: link });
});

test('the token does not open another run', async () => {
  const other = `${run.server}/v1/runs/${run.namespace}/other/11111111-1111-4111-8111-111111111111/shards/0/pods/x/events?offset=0`;
  const answer = await fetch(other, { method: 'POST', body: '{}\n', headers: { authorization: `Bearer ${token}` } });
  expect([401, 403]).toContain(answer.status);
});

test('the token reads nothing and settles nothing', async () => {
  const headers = { authorization: `Bearer ${token}` };
  const base = `${run.server}/v1/runs/${run.namespace}/${run.name}/${run.uid}`;
  for (const [method, url] of [['GET', `${base}/files`], ['GET', `${base}/progress`], ['POST', `${base}/settle`], ['GET', `${run.server}/v1/changes`]]) {
    const answer = await fetch(url, { method, headers, body: method === 'POST' ? '{}' : undefined });
    expect([401, 403], `${method} ${url}`).toContain(answer.status);
  }
});

test('no cluster rights', () => {
  expect(fs.existsSync('/var/run/secrets/kubernetes.io/serviceaccount/token')).toBe(false);
});
