// What a plain tus client takes to send files: tus-js-client, one after the other, from memory.
// node plain_tus.mjs http://127.0.0.1:8080/uploads, with a bearer token in TOKEN and, on stdin, a line «FILE-ID PATH» for each file.
// Prints the milliseconds from the first request to the last answer.
import { readFileSync } from 'node:fs';
import * as tus from 'tus-js-client';

const endpoint = process.argv[2];
const headers = { authorization: `Bearer ${process.env.TOKEN}` };
const files = readFileSync(0, 'utf8').trim().split('\n').map(line => line.split(' '));
const read = files.map(([file, path]) => ({ file, bytes: readFileSync(path) }));

const send = ({ file, bytes }) =>
  new Promise((onSuccess, onError) => {
    // Creation with the first bytes, as the phone does it.
    const upload = new tus.Upload(bytes, {
      endpoint,
      headers,
      metadata: { file },
      uploadDataDuringCreation: true,
      storeFingerprintForResuming: false,
      onSuccess,
      onError,
    });
    upload.start();
  });

const began = performance.now();
for (const one of read) {
  await send(one);
}
console.log((performance.now() - began).toFixed(1));
