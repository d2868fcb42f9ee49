// The evidence chain from outside, as a browser, a phone and a script would walk it: a certificate sent in and accepted, a
// visit planned, judged and photographed, its report read, amended and published, the provider's standing moved.
//   node chain.mjs http://127.0.0.1:8080
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import sharp from 'sharp';
import * as tus from 'tus-js-client';
import { signIn } from './sign-in.mjs';

const address = process.argv[2];
const roles = ['officer', 'coordinator', 'provider', 'visitor', 'analyst'];
const tokens = Object.fromEntries(await Promise.all(roles.map(async (role) => [role, await signIn(address, role)])));
const KEY = randomBytes(12).toString('hex');
let held = 0;
let steps = 0;

/** One step of the chain: held, or said what was wrong. Later steps need earlier ones, so the first failure ends it. */
async function step(name, walk) {
  steps += 1;
  try {
    const found = await walk();
    held += 1;
    console.log('ok  ', name);
    return found;
  } catch (error) {
    console.log('FAIL', name, '\n    ', error.message.slice(0, 600));
    console.log(`${held} of ${steps}`);
    process.exit(1);
  }
}

async function ask(role, query, variables = {}) {
  const answer = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[role]}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Performs a mutation and gives its payload, whatever came of it. */
async function attempt(role, verb, input, fields, key = randomBytes(12).toString('hex')) {
  const type = `${verb[0].toUpperCase()}${verb.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${verb}(input: $input) { ${fields} refusal { code message field } } }`;
  return (await ask(role, query, { input: { ...input, idempotencyKey: key } }))[verb];
}

/** The same, where a refusal is a failure. */
async function perform(role, verb, input, fields, key) {
  const payload = await attempt(role, verb, input, fields, key);
  assert.equal(payload.refusal, null, JSON.stringify(payload.refusal));
  return payload;
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Sends bytes by tus, in pieces, as the file that was announced. */
function upload(role, bytes, fileId) {
  return new Promise((resolve, reject) => {
    new tus.Upload(bytes, {
      endpoint: `${address}/uploads`,
      chunkSize: 256 * 1024,
      retryDelays: [0, 200, 500],
      metadata: { file: fileId, filename: 'from-a-phone' },
      headers: { authorization: `Bearer ${tokens[role]}` },
      onError: reject,
      onSuccess: resolve,
    }).start();
  });
}

/** Waits, within a bound, for the verdict on a file. */
async function verdict(role, fileId) {
  const query = 'query ($id: ID!) { node(id: $id) { ... on File { state refusal sha256 smallUrl renditions { totalCount } } } }';
  for (let look = 0; look < 240; look += 1) {
    const { node } = await ask(role, query, { id: fileId });
    if (node.state === 'ACCEPTED' || node.state === 'REFUSED') return node;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('no verdict within two minutes');
}

/** A PDF of several pages. */
function pdf(pages) {
  const kids = Array.from({ length: pages }, (_, page) => `${page + 4} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...Array.from({ length: pages }, () => '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>'),
  ];
  let text = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n% ${randomBytes(8).toString('hex')}\n`;
  return Buffer.from(text, 'latin1');
}

/** A photograph as a phone takes it: 12 megapixels lying on their side, with the camera and the place in it. */
async function photograph() {
  const plan = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="2200">
    <rect width="3000" height="2200" fill="#fff"/><rect width="3000" height="260" fill="#00703c"/>
    <text x="90" y="180" font-family="sans-serif" font-size="150" fill="#fff">Fire action</text>
    <path d="M300 600h2400v1300h-2400zM1500 600v700M300 1300h900" fill="none" stroke="#000" stroke-width="40"/></svg>`);
  const wall = { width: 4032, height: 3024, channels: 3, noise: { type: 'gaussian', mean: 150, sigma: 12 } };
  const photo = await sharp({ create: { ...wall, background: '#999' } })
    .composite([{ input: plan }])
    .withExif({
      IFD0: { Make: 'Example', Model: 'Example Phone 12' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '53/1 12/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '1/1 40/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 88 })
    .toBuffer();
  const { width, height, orientation, exif } = await sharp(photo).metadata();
  assert.deepEqual([width, height, orientation], [4032, 3024, 6]);
  assert.ok(exif.includes('Example Phone 12'));
  assert.ok('GPSLatitude' in metadata(photo));
  return photo;
}

/** What ExifTool finds in a picture, without what it says of every file. */
function metadata(picture) {
  const [found] = JSON.parse(execFileSync('exiftool', ['-j', '-x', 'File:all', '-x', 'ExifTool:all', '-'], { input: picture }));
  return found;
}

/** What a picture may say of itself: its size, and how its pixels are to be read. */
const SPOKEN = ['SourceFile', 'JFIFVersion', 'ResolutionUnit', 'XResolution', 'YResolution', 'ImageSize', 'Megapixels'];

const days = (count) => new Date(Date.now() + count * 86_400_000).toISOString().slice(0, 10);

const me = await step('the provider finds itself', async () => {
  const { viewer } = await ask('provider', '{ viewer { memberships { edges { node { provider { id name } } } } } }');
  return viewer.memberships.edges[0].node.provider;
});

const certificate = await step('the provider announces one certificate for two requirements, once for its key', async () => {
  const { documentTypes } = await ask('provider', `{ documentTypes(where: { code: { in: ["public_liability", "employers_liability"] } }) { edges { node { id } } } }`);
  const bytes = pdf(3);
  const input = {
    providerId: me.id,
    documentTypeIds: documentTypes.edges.map(({ node }) => node.id),
    title: 'Liability insurance',
    issuedOn: days(-2),
    expiresOn: days(363),
    cover: '5000000.00',
    file: { announce: { sha256: sha256(bytes), byteSize: bytes.length, mediaType: 'application/pdf' } },
  };
  const fields = 'document { id version file { id state } proofs { totalCount } }';
  const { document } = await perform('provider', 'submitDocument', input, fields, KEY);
  const again = await perform('provider', 'submitDocument', input, fields, KEY);
  assert.equal(again.document.id, document.id);
  assert.equal(document.proofs.totalCount, 2);
  assert.equal(document.file.state, 'EXPECTED');
  return { ...document, bytes };
});

await step('nobody accepts a certificate whose bytes are not verified', async () => {
  const input = { documentId: certificate.id, version: certificate.version, decision: 'ACCEPT' };
  const { refusal } = await attempt('coordinator', 'reviewDocument', input, 'document { id }');
  assert.equal(refusal.code, 'FILE_NOT_VERIFIED');
});

await step('the bytes arrive and are verified', async () => {
  await upload('provider', certificate.bytes, certificate.file.id);
  const file = await verdict('provider', certificate.file.id);
  assert.equal(file.state, 'ACCEPTED');
  assert.equal(file.sha256, sha256(certificate.bytes));
});

await step('the coordinator accepts it', async () => {
  const input = { documentId: certificate.id, version: certificate.version, decision: 'ACCEPT' };
  const { document } = await perform('coordinator', 'reviewDocument', input, 'document { state }');
  assert.equal(document.state, 'ACCEPTED');
});

const framework = await step('the framework says what is asked', async () => {
  const { frameworks } = await ask('visitor', `{ frameworks(first: 1, where: { code: { eq: "derby" } }) { edges { node { versions(first: 1) { edges { node { id
    ratings(first: 9) { edges { node { id code } } } outcomes(first: 9) { edges { node { id code approval needsActions } } }
    standards(first: 100) { totalCount edges { node { id code title } } } } } } } } } }`);
  const version = frameworks.edges[0].node.versions.edges[0].node;
  assert.equal(version.standards.totalCount, 32);
  return version;
});

const visit = await step('a visit is planned, and the provider sees its date and purpose', async () => {
  const { viewer } = await ask('visitor', '{ viewer { id } }');
  const input = {
    providerId: me.id,
    frameworkVersionId: framework.id,
    purpose: 'Termly visit',
    plannedFor: days(0),
    visitors: [{ accountId: viewer.id, lead: true }],
  };
  const { visit } = await perform('coordinator', 'planVisit', input, 'visit { id state }');
  const { node } = await ask('provider', 'query ($id: ID!) { node(id: $id) { ... on Visit { purpose plannedFor } } }', { id: visit.id });
  assert.deepEqual(node, { purpose: 'Termly visit', plannedFor: days(0) });
  return visit;
});

const photo = await step('the visitor photographs, and the server draws it upright and without metadata', async () => {
  const bytes = await photograph();
  const subject = { visit: { visitId: visit.id, standardId: framework.standards.edges.find(({ node }) => node.code === '1e').node.id } };
  const input = { subject, kind: 'PHOTO', sha256: sha256(bytes), byteSize: bytes.length, mediaType: 'image/jpeg', capturedAt: new Date().toISOString(), caption: 'The way in' };
  const { evidence } = await perform('visitor', 'addEvidence', input, 'evidence { id file { id } }');
  await upload('visitor', bytes, evidence.file.id);
  const file = await verdict('visitor', evidence.file.id);
  assert.equal(file.state, 'ACCEPTED');
  for (let look = 0; look < 240; look += 1) {
    const picture = await fetch(new URL((await verdict('visitor', evidence.file.id)).smallUrl, address));
    if (picture.ok) {
      const drawn = Buffer.from(await picture.arrayBuffer());
      const { width, height, orientation } = await sharp(drawn).metadata();
      assert.deepEqual([width, height, orientation], [320, 426, undefined], 'the picture does not stand upright');
      const told = Object.keys(metadata(drawn)).filter((name) => !SPOKEN.includes(name));
      assert.deepEqual(told, [], 'metadata is served');
      return { id: evidence.id, sha256: sha256(bytes), byteSize: bytes.length };
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('no picture within two minutes');
});

await step('the visitor judges every standard', async () => {
  const rating = (code) => framework.ratings.edges.find(({ node }) => node.code === code).node.id;
  for (const { node } of framework.standards.edges) {
    const input = {
      visitId: visit.id,
      standardId: node.id,
      ratingId: rating(node.code === '2g' ? 'partially' : 'fully'),
      seen: `Seen for ${node.code}.`,
      action: node.code === '2g' ? 'Hold a fire drill.' : '',
      missingReason: 'The rest was seen on screen.',
    };
    await perform('visitor', 'recordJudgement', input, 'judgement { id revision }');
  }
});

await step('a manifest that differs by one byte does not complete the visit', async () => {
  const input = { visitId: visit.id, manifest: [{ evidenceId: photo.id, sha256: photo.sha256, byteSize: photo.byteSize + 1 }] };
  const { refusal } = await attempt('visitor', 'completeVisit', input, 'visit { id }');
  assert.notEqual(refusal, null);
});

await step('the true manifest does', async () => {
  const input = { visitId: visit.id, manifest: [{ evidenceId: photo.id, sha256: photo.sha256, byteSize: photo.byteSize }] };
  const { visit: done } = await perform('visitor', 'completeVisit', input, 'visit { state findings { totalCount } }');
  assert.deepEqual(done, { state: 'COMPLETE', findings: { totalCount: 32 } });
});

const seen = (role) => ask(role, 'query ($id: ID!) { node(id: $id) { ... on Visit { summary outcome { code } findings { totalCount } judgements { totalCount } } } }', { id: visit.id });

await step('the provider sees no finding yet, and the analyst no visit', async () => {
  assert.deepEqual((await seen('provider')).node, { summary: null, outcome: null, findings: { totalCount: 0 }, judgements: { totalCount: 0 } });
  assert.equal((await seen('analyst')).node, null);
});

await step('the report goes to the provider, with an action and a date', async () => {
  const outcome = framework.outcomes.edges.find(({ node }) => node.approval === 'CONDITIONAL').node.id;
  const input = { visitId: visit.id, scrutinyEndsOn: days(14), summary: 'Good, with one thing to mend.', outcomeId: outcome };
  const early = await attempt('coordinator', 'sendReportToProvider', input, 'visit { id }');
  assert.notEqual(early.refusal, null, 'an outcome that needs actions was taken without one');
  const action = { providerId: me.id, visitId: visit.id, area: 'Fire safety', action: 'Hold a fire drill and write it down.', owner: 'Site manager', dueOn: days(30), rag: 'RED' };
  await perform('coordinator', 'createImprovementAction', action, 'improvementAction { id }');
  await perform('coordinator', 'sendReportToProvider', input, 'visit { reportState }');
  assert.equal((await seen('provider')).node.findings.totalCount, 32);
});

await step('the provider suggests an amendment, and it is accepted with words', async () => {
  const { node } = await ask('provider', 'query ($id: ID!) { node(id: $id) { ... on Visit { findings(first: 1, where: { standard: { code: { eq: "2g" } } }) { edges { node { id } } } } } }', { id: visit.id });
  const findingId = node.findings.edges[0].node.id;
  const { amendment } = await perform('provider', 'suggestAmendment', { visitId: visit.id, findingId, suggestion: 'A drill was held in May.' }, 'amendment { id state }');
  const rating = framework.ratings.edges.find(({ node }) => node.code === 'partially').node.id;
  const words = { ratingId: rating, seen: 'A drill was held in May, without a record.', action: 'Write drills down.' };
  const decided = await perform('coordinator', 'decideAmendment', { amendmentId: amendment.id, accept: true, reason: 'The log was shown.', finding: words }, 'amendment { state finding { seen } }');
  assert.deepEqual(decided.amendment, { state: 'ACCEPTED', finding: { seen: words.seen } });
});

await step('the report is agreed and published, and the provider is on the list with conditions', async () => {
  await perform('provider', 'acceptReport', { visitId: visit.id }, 'visit { reportState }');
  const { visit: published } = await perform('coordinator', 'publishReport', { visitId: visit.id, nextVisitDueOn: days(120) }, 'visit { reportState publishedAt provider { nextVisitDueOn } }');
  assert.equal(published.reportState, 'PUBLISHED');
  assert.equal(published.provider.nextVisitDueOn, days(120));
  assert.equal((await seen('analyst')).node.findings.totalCount, 32);
});

await step('a partnership asks how its providers stand', async () => {
  const { approvals } = await ask('coordinator', '{ approvals(first: 100, where: { endsOn: { isNull: true } }) { totalCount edges { node { state provider { id } visit { id } } } } }');
  const mine = approvals.edges.map(({ node }) => node).filter(({ provider }) => provider.id === me.id);
  assert.deepEqual(mine, [{ state: 'CONDITIONAL', provider: { id: me.id }, visit: { id: visit.id } }]);
});

console.log(`${held} of ${steps}`);
