// Hostile files, as a visitor's phone or an angry provider would send them: each gets its verdict, what is served of the
// accepted ones cannot run and tells nothing, and the server is none the worse. ExifTool judges what is served.
//   SERVER=<process id> node hostile.mjs http://127.0.0.1:8080
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { FILES, NAMES, TYPES } from './hostile/files.mjs';
import { signIn } from './sign-in.mjs';

const address = process.argv[2];
const [visitor, coordinator] = await Promise.all(['visitor', 'coordinator'].map((role) => signIn(address, role)));
let held = 0;
let checks = 0;

async function check(name, walk) {
  checks += 1;
  try {
    const said = await walk();
    held += 1;
    console.log('ok  ', name, said ?? '');
  } catch (error) {
    console.log('FAIL', name, '\n    ', error.message.slice(0, 400));
  }
}

async function ask(token, query, variables = {}) {
  const answer = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

async function perform(token, verb, input, fields) {
  const query = `mutation ($input: ${verb[0].toUpperCase()}${verb.slice(1)}Input!) { ${verb}(input: $input) { ${fields} refusal { code field } } }`;
  return (await ask(token, query, { input: { ...input, idempotencyKey: randomBytes(12).toString('hex') } }))[verb];
}

const tus = (method, path, headers, body) =>
  fetch(new URL(path, address), {
    method,
    headers: { authorization: `Bearer ${visitor}`, 'tus-resumable': '1.0.0', ...headers },
    body,
  });
const base64 = (text) => Buffer.from(text).toString('base64');

/** A visit of the visitor's own, to hang evidence on. */
async function planVisit() {
  const { viewer } = await ask(visitor, '{ viewer { id } }');
  const { providers, frameworks } = await ask(
    coordinator,
    '{ providers(first: 1) { edges { node { id } } } frameworks(first: 1) { edges { node { versions(first: 1) { edges { node { id } } } } } } }',
  );
  const input = {
    providerId: providers.edges[0].node.id,
    frameworkVersionId: frameworks.edges[0].node.versions.edges[0].node.id,
    purpose: 'Hostile files',
    plannedFor: new Date().toISOString().slice(0, 10),
    visitors: [{ accountId: viewer.id, lead: true }],
  };
  const { visit, refusal } = await perform(coordinator, 'planVisit', input, 'visit { id }');
  assert.equal(refusal, null, JSON.stringify(refusal));
  return visit.id;
}
const visitId = await planVisit();

/** Announces a file and sends it; answers its id, or null where it was refused beforehand. */
async function send(name, bytes) {
  const mediaType = name.endsWith('.pdf') ? 'application/pdf' : 'image/jpeg';
  const input = {
    subject: { visit: { visitId } },
    kind: mediaType === 'image/jpeg' ? 'PHOTO' : 'DOCUMENT',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    byteSize: bytes.length,
    mediaType,
    capturedAt: new Date().toISOString(),
  };
  const { evidence, refusal } = await perform(visitor, 'addEvidence', input, 'evidence { file { id } }');
  if (refusal) return { refusal: refusal.code };
  const id = evidence.file.id;
  const metadata = `file ${base64(id)},filename ${base64(name)}`;
  const created = await tus('POST', '/uploads', { 'upload-length': String(bytes.length), 'upload-metadata': metadata });
  assert.equal(created.status, 201, await created.text());
  const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  const sent = await tus('PATCH', created.headers.get('location'), headers, bytes);
  assert.equal(sent.status, 204, await sent.text());
  return { id };
}

/** The file as it stands, once `ready` says so; within a bound. */
async function eventually(id, ready) {
  const query = `query ($id: ID!) { node(id: $id) { ... on File { state refusal smallUrl largeUrl originalUrl
    renditions(first: 50) { edges { node { kind url } } } } } }`;
  for (let look = 0; look < 720; look += 1) {
    const { node } = await ask(visitor, query, { id });
    if (ready(node)) return node;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('nothing came of it within three minutes');
}

/** What ExifTool may find in a picture that is served: what it is, how large, and how its pixels are coded. */
const PLAIN = /^(SourceFile|ExifTool:|File:(FileType|FileTypeExtension|MIMEType|ImageWidth|ImageHeight|EncodingProcess|BitsPerSample|ColorComponents|YCbCrSubSampling)$|JFIF:(JFIFVersion|ResolutionUnit|XResolution|YResolution)$|Composite:(ImageSize|Megapixels)$)/;

/** Fetches what is served and holds it against what may be: a plain picture, or a download. */
async function inspect(link, disposition) {
  const answer = await fetch(new URL(link, address));
  assert.equal(answer.status, 200, `${link}: ${answer.status}`);
  const of = (name) => answer.headers.get(name) ?? '';
  assert.equal(of('x-content-type-options'), 'nosniff');
  assert.match(of('content-security-policy'), /^sandbox; default-src 'none'/);
  assert.match(of('content-disposition'), new RegExp(`^${disposition}; filename="[0-9a-z-]+\\.(jpg|png|pdf)"$`));
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (disposition === 'attachment') return;
  assert.equal(of('content-type'), 'image/jpeg');
  const [found] = JSON.parse(execFileSync('exiftool', ['-j', '-G', '-a', '-u', '--System:all', '-'], { encoding: 'utf8', input: bytes }));
  assert.deepEqual(Object.keys(found).filter((name) => !PLAIN.test(name)), [], 'metadata that is served');
  assert.equal(/script|onerror|PK\x03\x04/.test(bytes.toString('latin1')), false, 'what stood beside the pixels is served');
}

async function served(id) {
  const file = await eventually(id, ({ smallUrl, renditions }) => !smallUrl || renditions.edges.length >= 2);
  const drawn = await eventually(id, ({ renditions }) => renditions.edges.length >= 2);
  for (const { node } of drawn.renditions.edges) await inspect(node.url, 'inline');
  await inspect(file.originalUrl, 'attachment');
}

// How much memory the server's children took, looked at while they live.
let largestChild = 0;
const peak = (pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
const watch = setInterval(() => {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = /PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      if (parent === process.env.SERVER) largestChild = Math.max(largestChild, peak(pid));
    } catch {
      // It has ended meanwhile.
    }
  }
}, 20);

/** Several at once: the server looks into two files at a time, and this waits for what is drawn of each. */
await Promise.all(FILES.map(([name, bytes, expected]) =>
  check(name, async () => {
    const { id, refusal } = await send(name, bytes);
    const said = id ? await eventually(id, ({ state }) => state === 'ACCEPTED' || state === 'REFUSED') : { refusal };
    const verdict = said.refusal ?? said.state;
    assert.ok(expected.includes(verdict), `${verdict}, not ${expected.join(' or ')}`);
    if (verdict === 'ACCEPTED') await served(id);
    return verdict;
  })));
clearInterval(watch);

const [, plain] = FILES.find(([name]) => name === 'ok.jpg');
for (const [key, values] of [['filename', NAMES], ['filetype', TYPES]]) {
  for (const value of values) {
    await check(`${key} ${JSON.stringify(value).slice(0, 40)}`, async () => {
      const metadata = value ? `${key} ${base64(value)}` : key;
      const answer = await tus('POST', '/uploads', { 'upload-length': String(plain.length), 'upload-metadata': metadata });
      assert.ok(answer.status === 201 || answer.status === 400, String(answer.status));
      assert.equal(answer.headers.get('x-evil'), null);
      if (answer.status === 201) assert.match(answer.headers.get('location'), /\/uploads\/[0-9a-f-]{36}$/);
      return answer.status;
    });
  }
}

await check('the server is alive, and its memory and its children\'s were bounded', async () => {
  assert.equal((await fetch(`${address}/health/ready`)).status, 200);
  const server = peak(process.env.SERVER);
  assert.ok(largestChild > 0, 'no child was seen');
  assert.ok(server < 512 && largestChild < 1280, `${server} MiB and ${largestChild} MiB`);
  return `${Math.round(server)} MiB, and ${Math.round(largestChild)} MiB in a child`;
});

console.log(`${held} of ${checks}`);
process.exit(held === checks ? 0 : 1);
