// Opening this phone with a passkey: with a finger, a face or the phone's own lock. The passkey makes the same 32 bytes each
// time it is used (WebAuthn's PRF); they open the core's store, and are kept nowhere.
import type { Secret } from '../core.ts';

/** Where it is noted which passkey opens this phone. Its name alone opens nothing. */
const NOTE = 'waymark-passkey';
/** What the bytes are made of. */
const SALT = new TextEncoder().encode('what opens Waymark on this phone');

const random = () => crypto.getRandomValues(new Uint8Array(32));
const written = (id: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(id)));
const noted = () => Uint8Array.from(atob(localStorage.getItem(NOTE) ?? ''), (letter) => letter.charCodeAt(0));

/** Whether a passkey is noted. */
export const hasPasskey = (): boolean => localStorage.getItem(NOTE) !== null;

/** Whether this device can have one. */
export const canHavePasskey = async (): Promise<boolean> =>
	'PublicKeyCredential' in globalThis && (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable());

export const forgetPasskey = () => localStorage.removeItem(NOTE);

/** Makes a passkey and notes it; gives what it opens the phone with. */
export async function makePasskey(): Promise<Secret> {
	const made = await navigator.credentials
		.create({
			publicKey: {
				rp: { name: 'Waymark' },
				user: { id: random(), name: 'Waymark on this phone', displayName: 'Waymark on this phone' },
				challenge: random(),
				pubKeyCredParams: [
					{ type: 'public-key', alg: -7 },
					{ type: 'public-key', alg: -257 },
				],
				authenticatorSelection: { authenticatorAttachment: 'platform', userVerification: 'required' },
				extensions: { prf: { eval: { first: SALT } } },
			},
		})
		.catch(refuse);
	const { rawId } = made as PublicKeyCredential;
	// Some make the bytes at once, others only when they are used.
	const secret = secretOf(made) ?? (await used(rawId));
	localStorage.setItem(NOTE, written(rawId));
	return secret;
}

/** Uses the noted passkey. */
export const passkeySecret = (): Promise<Secret> => used(noted().buffer);

async function used(id: ArrayBuffer): Promise<Secret> {
	const publicKey: PublicKeyCredentialRequestOptions = {
		challenge: random(),
		allowCredentials: [{ type: 'public-key', id }],
		userVerification: 'required',
		extensions: { prf: { eval: { first: SALT } } },
	};
	const secret = secretOf(await navigator.credentials.get({ publicKey }).catch(refuse));
	if (!secret) throw { code: 'bad_input', message: 'The passkeys of this device cannot open Waymark. Keep the PIN.' };
	return secret;
}

function secretOf(credential: Credential | null): Secret | undefined {
	const made = (credential as PublicKeyCredential | null)?.getClientExtensionResults().prf?.results?.first;
	return made && { kind: 'key', key: [...new Uint8Array(made as ArrayBuffer)] };
}

/** Whatever it was: nothing has changed, and it can be tried again. */
function refuse(): never {
	throw { code: 'bad_input', message: 'The passkey was not used. Try again.' };
}
