// tus 1.0: what the protocol demands, connections cut at 33 places, races, and tus-js-client with aborts.
// node tuscheck.mjs http://127.0.0.1:8080/uploads, with a bearer token in TOKEN.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import * as tus from 'tus-js-client';

const endpoint = process.argv[2];
const authorization = { authorization: `Bearer ${process.env.TOKEN}` };
const version = { 'tus-resumable': '1.0.0' };
const results = new Map();

const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
async function check(name, body) {
  try {
    results.set(name, (await body()) ?? 'ok');
  } catch (error) {
    results.set(name, `FAIL ${String(error.message).slice(0, 160).replace(/\n/g, ' ')}`);
  }
}
const bare = (method, url, headers = {}) => fetch(url, { method, headers: { ...authorization, ...headers } });
const send = (method, url, headers = {}, body) =>
  fetch(url, {
    method,
    headers: { ...authorization, ...version, ...headers },
    body,
    redirect: 'manual',
    ...(body ? { duplex: 'half' } : {}),
  });
async function create(length, headers = {}) {
  const answer = await send('POST', endpoint, { 'upload-length': String(length), ...headers });
  assert.equal(answer.status, 201, `create ${answer.status}`);
  return new URL(answer.headers.get('location'), endpoint).href;
}
const patch = (url, offset, body, headers = {}) =>
  send('PATCH', url, { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream', ...headers }, body);
async function offsetOf(url) {
  const answer = await send('HEAD', url);
  return Number(answer.headers.get('upload-offset') ?? NaN);
}
const isClientError = status => status >= 400 && status < 500;

const options = await bare('OPTIONS', endpoint);
const extensions = (options.headers.get('tus-extension') || '').split(',').map(name => name.trim());

await check('OPTIONS 200/204 + Tus-Version', () => {
  assert.ok([200, 204].includes(options.status));
  assert.match(options.headers.get('tus-version') || '', /1\.0\.0/);
});
await check('creation advertised', () => assert.ok(extensions.includes('creation')));
await check('missing Tus-Resumable => 412 + Tus-Version, not processed', async () => {
  const answer = await bare('POST', endpoint, { 'upload-length': '5' });
  assert.equal(answer.status, 412);
  assert.ok(answer.headers.get('tus-version'));
});
await check('wrong version => 412', async () => {
  const answer = await bare('POST', endpoint, { 'upload-length': '5', 'tus-resumable': '0.2.2' });
  assert.equal(answer.status, 412);
  assert.ok(answer.headers.get('tus-version'));
});
await check('POST 201 + Location + Tus-Resumable', async () => {
  const answer = await send('POST', endpoint, { 'upload-length': '5' });
  assert.equal(answer.status, 201);
  assert.ok(answer.headers.get('location'));
  assert.equal(answer.headers.get('tus-resumable'), '1.0.0');
});
await check('POST without length => 400', async () => assert.equal((await send('POST', endpoint)).status, 400));
for (const length of ['-1', 'abc', '1.5', '0x10', '99999999999999999999999']) {
  await check(`POST bad length ${length} => 4xx`, async () => {
    const { status } = await send('POST', endpoint, { 'upload-length': length });
    assert.ok(isClientError(status), String(status));
  });
}
await check('Upload-Length > Tus-Max-Size => 413', async () => {
  const most = options.headers.get('tus-max-size');
  if (!most) return 'n/a (no Tus-Max-Size)';
  assert.equal((await send('POST', endpoint, { 'upload-length': String(Number(most) + 1) })).status, 413);
});
await check('HEAD offset + length + no-store', async () => {
  const answer = await send('HEAD', await create(5));
  assert.ok([200, 204].includes(answer.status));
  assert.equal(answer.headers.get('upload-offset'), '0');
  assert.equal(answer.headers.get('upload-length'), '5');
  assert.match(answer.headers.get('cache-control') || '', /no-store/);
});
await check('HEAD unknown => 403/404/410, no Upload-Offset', async () => {
  const answer = await send('HEAD', `${endpoint}/nope-nope`);
  assert.ok([403, 404, 410].includes(answer.status));
  assert.equal(answer.headers.get('upload-offset'), null);
});
await check('PATCH 204 + new offset', async () => {
  const url = await create(5);
  const first = await patch(url, 0, 'abc');
  assert.equal(first.status, 204);
  assert.equal(first.headers.get('upload-offset'), '3');
  assert.equal((await patch(url, 3, 'de')).headers.get('upload-offset'), '5');
});
await check('PATCH wrong offset => 409, unmodified', async () => {
  const url = await create(5);
  await patch(url, 0, 'abc');
  for (const offset of [0, 2, 4, 5]) {
    const { status } = await patch(url, offset, 'de');
    assert.equal(status, 409, `offset ${offset} ${status}`);
  }
  assert.equal(await offsetOf(url), 3);
});
await check('same PATCH delivered twice => 409, no double bytes', async () => {
  const url = await create(6);
  await patch(url, 0, 'abc');
  assert.equal((await patch(url, 0, 'abc')).status, 409);
  assert.equal(await offsetOf(url), 3);
});
await check('PATCH wrong content-type => 415', async () =>
  assert.equal((await patch(await create(5), 0, 'abc', { 'content-type': 'text/plain' })).status, 415));
await check('PATCH beyond length => 4xx, offset <= length', async () => {
  const url = await create(5);
  const { status } = await patch(url, 0, 'abcdefgh');
  assert.ok(isClientError(status), String(status));
  assert.ok((await offsetOf(url)) <= 5);
});
await check('PATCH unknown => 403/404/410', async () => {
  const { status } = await patch(`${endpoint}/nope`, 0, 'a');
  assert.ok([403, 404, 410].includes(status), String(status));
});
await check('X-HTTP-Method-Override PATCH', async () => {
  const headers = {
    'x-http-method-override': 'PATCH',
    'upload-offset': '0',
    'content-type': 'application/offset+octet-stream',
  };
  assert.equal((await send('POST', await create(3), headers, 'abc')).status, 204);
});
await check('zero-length upload', async () => assert.equal(await offsetOf(await create(0)), 0));
await check('Upload-Metadata echoed', async () => {
  const metadata = `filename ${Buffer.from('ph😀.jpg').toString('base64')},empty`;
  const answer = await send('HEAD', await create(1, { 'upload-metadata': metadata }));
  const echoed = answer.headers.get('upload-metadata');
  assert.ok(echoed?.startsWith('filename '), String(echoed));
});
await check('Upload-Metadata invalid Base64, key twice => 4xx', async () => {
  const { status } = await send('POST', endpoint, { 'upload-length': '1', 'upload-metadata': 'a !!!,a !!!' });
  assert.ok(isClientError(status), String(status));
});
await check('checksum: mismatch => 460, discarded', async () => {
  if (!extensions.includes('checksum')) return 'n/a';
  const url = await create(3);
  const sum = Buffer.alloc(20).toString('base64');
  assert.equal((await patch(url, 0, 'abc', { 'upload-checksum': `sha1 ${sum}` })).status, 460);
  assert.equal(await offsetOf(url), 0);
});
await check('checksum: unknown algorithm => 400', async () => {
  if (!extensions.includes('checksum')) return 'n/a';
  assert.equal((await patch(await create(3), 0, 'abc', { 'upload-checksum': 'nope AAAA' })).status, 400);
});
await check('termination: DELETE 204, then 404/410', async () => {
  if (!extensions.includes('termination')) return 'n/a';
  const url = await create(3);
  assert.equal((await send('DELETE', url)).status, 204);
  assert.ok([404, 410].includes((await send('HEAD', url)).status));
});
await check('defer length', async () => {
  if (!extensions.includes('creation-defer-length')) return 'n/a';
  const answer = await send('POST', endpoint, { 'upload-defer-length': '1' });
  assert.equal(answer.status, 201);
  const head = await send('HEAD', new URL(answer.headers.get('location'), endpoint).href);
  assert.equal(head.headers.get('upload-defer-length'), '1');
});
await check('path traversal ids => 4xx', async () => {
  for (const id of ['..%2f..%2fetc%2fpasswd', '%00', 'a'.repeat(5000)]) {
    const { status } = await send('HEAD', `${endpoint}/${id}`);
    assert.ok(isClientError(status), `${id.slice(0, 20)} ${status}`);
  }
});

// A raw connection, cut after every 128th byte: an offset never exceeds what was sent, and the rest completes it.
const length = 4096;
const data = randomBytes(length);
function sendAndCut(url, count) {
  const { host, hostname, pathname, port } = new URL(url);
  const head = [
    `PATCH ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: ${authorization.authorization}`,
    'Tus-Resumable: 1.0.0',
    'Upload-Offset: 0',
    'Content-Type: application/offset+octet-stream',
    `Content-Length: ${length}`,
  ];
  return new Promise(done => {
    const line = net.connect(Number(port), hostname, () => {
      line.write(`${head.join('\r\n')}\r\n\r\n`);
      line.write(data.subarray(0, count), () => setTimeout(() => line.destroy(), 5));
    });
    line.on('close', done);
    line.on('error', () => {});
  });
}
async function resume(url, count) {
  let offset;
  for (let tries = 0; tries < 20; tries++) {
    await pause(10);
    offset = await offsetOf(url);
    if (!Number.isNaN(offset)) break;
  }
  assert.ok(offset <= count, `offset ${offset} > sent ${count}`);
  if (offset === length) return;
  let status;
  for (let tries = 0; tries < 10; tries++) {
    ({ status } = await patch(url, offset, data.subarray(offset)));
    if (status !== 423 && status !== 409) break;
    await pause(50);
    offset = await offsetOf(url);
  }
  assert.equal(status, 204, `resume at ${offset} after a cut at ${count}: ${status}`);
}
await check('TCP cut at 33 offsets, then resumed', async () => {
  for (let count = 0; count <= length; count += 128) {
    const url = await create(length);
    await sendAndCut(url, count);
    await resume(url, count);
    assert.equal(await offsetOf(url), length);
  }
});
await check('concurrent PATCH at one offset: exactly one wins', async () => {
  const url = await create(2000);
  const bytes = randomBytes(1000);
  const answers = await Promise.all([0, 1, 2, 3].map(() => patch(url, 0, bytes)));
  const statuses = answers.map(answer => answer.status);
  assert.equal(statuses.filter(status => status === 204).length, 1, statuses.join());
  assert.equal(await offsetOf(url), 1000);
});
await check('tus-js-client 4, 5 MB in chunks of 1 MB, with aborts', async () => {
  const big = randomBytes(5e6);
  let url = null;
  let cuts = 0;
  const attempt = () =>
    new Promise((done, fail) => {
      const upload = new tus.Upload(big, {
        endpoint,
        uploadUrl: url,
        headers: authorization,
        chunkSize: 1e6,
        retryDelays: [0, 50, 100],
        metadata: { filename: 'a.jpg' },
        onError: fail,
        onSuccess: () => {
          url = upload.url;
          done(true);
        },
        onProgress: () => {
          if (cuts >= 6 || Math.random() >= 0.5) return;
          cuts++;
          upload.abort().then(() => {
            url = upload.url ?? url;
            done(false);
          });
        },
      });
      upload.start();
    });
  while (!(await attempt()));
  assert.equal(await offsetOf(url), big.length);
  return `ok, cuts=${cuts}`;
});

const failed = [...results.values()].filter(result => result.startsWith('FAIL')).length;
console.log(`extensions: ${extensions.join()}`);
for (const [name, result] of results) if (result !== 'ok') console.log(`  ${name} => ${result}`);
console.log(`${results.size - failed} of ${results.size}`);
process.exit(failed ? 1 : 0);
