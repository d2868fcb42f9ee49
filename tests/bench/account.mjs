// A real account: takes an invitation up, chooses a password, sets a second factor up, and signs in.
import { createHmac, randomBytes } from 'node:crypto';
import { ask } from './measure.mjs';

/** Five bits of base32: A to Z, then 2 to 7. */
const five = (letter) => (letter >= 'A' ? letter.charCodeAt() - 65 : Number(letter) + 24).toString(2).padStart(5, '0');

/** The code that an authenticator app shows now (RFC 6238). */
function code(secret) {
  const bits = [...secret].map(five).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** The headers of somebody who is signed in, by the link that invited them. */
export async function enter(address, email, link) {
  const password = randomBytes(12).toString('hex');
  const mutate = async (verb, type, fields, input) => {
    const query = `mutation ($input: ${type}!) { ${verb}(input: $input) { ${fields} refusal { message } } }`;
    return (await ask({ address }, query, { input }))[verb];
  };
  await mutate('acceptInvitation', 'ChoosePasswordInput', '', { token: link, password });
  const signIn = { email, password, deviceName: 'A race' };
  const { secondFactor } = await mutate('signIn', 'SignInInput', 'secondFactor { pending enrolment { secret } }', signIn);
  const confirmation = { pending: secondFactor.pending, code: code(secondFactor.enrolment.secret) };
  const { token } = await mutate('confirmSecondFactor', 'ConfirmSecondFactorInput', 'token', confirmation);
  return { authorization: `Bearer ${token}` };
}
