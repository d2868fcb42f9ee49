// A phone in somebody's hand, as the walk through a visit uses it.
import { asPhone } from './device.mjs';
import { PASSWORD } from './support.mjs';

const PIN = '428517';
/** Documents that cannot be had today. */
const REASONS = new Set(['1f', '1h', '2a', '2c', '4e']);

/** Its page, and what its screens handed over to be kept. */
export class Phone {
	faults = [];
	handedOver = [];
	#hasLine = true;

	constructor(context, address) {
		Object.assign(this, { context, address });
	}

	/** Opens the app anew, as after a tap on its icon. */
	async open(path = '/field') {
		this.page = await this.context.newPage();
		this.page.setDefaultTimeout(40_000);
		this.page.on('pageerror', ({ message }) => this.faults.push(message));
		this.page.on('console', (said) => {
			if (said.type() === 'error' && !/Failed to load resource|ERR_/.test(said.text())) this.faults.push(said.text());
		});
		await this.page.exposeFunction('handedOver', (one) => void this.handedOver.push(one));
		await this.page.addInitScript(listen);
		this.cdp = await asPhone(this.page);
		await this.page.goto(this.address + path);
		await this.hasLine(this.#hasLine);
	}

	async reload() {
		await this.page.reload();
		await this.hasLine(this.#hasLine);
	}

	/** Whether the phone has a line at all. A page that was loaded anew takes itself to be online until it is told again. */
	async hasLine(hasLine) {
		this.#hasLine = hasLine;
		await this.context.setOffline(false);
		if (!hasLine) await this.context.setOffline(true);
	}

	async unlock() {
		await this.page.getByLabel('PIN', { exact: true }).fill(PIN);
		await this.page.getByRole('button', { name: 'Unlock' }).click();
		await this.page.getByRole('button', { name: 'Unlock' }).waitFor({ state: 'detached' });
	}

	async setUp(email, name) {
		const { page } = this;
		await page.getByLabel('PIN', { exact: true }).fill(PIN);
		await page.getByLabel('The same PIN again').fill(PIN);
		await page.getByRole('button', { name: 'Set up this phone' }).click();
		await page.getByLabel('E-mail address').fill(email);
		await page.getByLabel('Password').fill(PASSWORD);
		await page.getByLabel('A name for this phone').fill(name);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.getByRole('heading', { level: 1, name: 'Your visits' }).waitFor();
	}

	/** By the visits to the checklist of one. */
	async beginAgain(visit) {
		await this.page.getByRole('link', { name: 'Waymark' }).click();
		await this.page.locator(`a[href="/field/${visit}"]`).click();
		await this.page.getByRole('link', { name: 'Open the checklist', exact: true }).click();
	}

	/** From the checklist to a standard. A section in which nothing is missing is closed there. */
	async to(code) {
		const section = this.page.locator('main details', { has: this.page.locator('a strong', { hasText: new RegExp(`^${code}$`) }) });
		await section.waitFor();
		if ((await section.getAttribute('open')) === null) await section.locator('summary').click();
		await section.getByRole('link', { name: new RegExp(`^${code}\\b`) }).click();
		await this.at(code);
	}

	toChecklist = () => this.page.getByRole('link', { name: /^Checklist,/ }).click();

	/** Waits for a standard's screen. */
	at = (code) => this.page.getByRole('heading', { level: 1, name: new RegExp(`^${code} `) }).waitFor();
	onTo = (code) => this.page.getByRole('navigation', { name: 'Standards' }).getByRole('link', { name: new RegExp(`On to\\s+${code}\\b`) }).click();
	isKept = () => this.page.getByText('On this phone', { exact: true }).first().waitFor();

	async answer(code, rating = 'Fully met') {
		await this.at(code);
		await this.page.getByLabel(rating).check();
		await this.page.getByLabel(/^What was seen/).fill(`Seen on the day for ${code}: in order, and known to the staff who were asked.`);
		if (REASONS.has(code)) await this.page.getByLabel(/^If something cannot be had/).fill('Held at the head office; seen on a screen.');
	}

	/** Chooses files that are on the phone. They are not sent through the test, as they are not when a person chooses them. */
	async choose(files) {
		await this.page.locator('input[type=file]').waitFor({ state: 'attached' });
		const { result } = await this.cdp.send('Runtime.evaluate', { expression: "document.querySelector('input[type=file]')" });
		await this.cdp.send('DOM.setFileInputFiles', { files, objectId: result.objectId });
	}

	/** How many things of a list are said to be kept. */
	kept = (count) => this.page.getByText(count === 1 ? '1 picture is kept' : `${count} pictures are kept`).waitFor({ timeout: 120_000 });
}

/** In the page, before the app: says what is handed to the core to be kept, by its hash. */
function listen() {
	const post = Worker.prototype.postMessage;
	Worker.prototype.postMessage = function (message, ...more) {
		const bytes = { stageEvidence: message?.args?.[1], sign: message?.args?.[3] }[message?.verb];
		if (bytes) {
			crypto.subtle.digest('SHA-256', bytes).then((hash) => {
				globalThis.handedOver({ sha256: [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join(''), size: bytes.length });
			});
		}
		return post.call(this, message, ...more);
	};
}
