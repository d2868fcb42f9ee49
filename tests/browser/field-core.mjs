// A core that lives in the page's memory, for the tests that look at the field screens alone: it has the real one's verbs, and
// each of its states can be reached at once. The product never holds it: a test build puts it in the core's place.
//
// `globalThis.fieldScenario` says how it begins; `globalThis.field` moves it on.

const PIN = '428517';
const CODES = { '1': 9, '2': 7, '3': 6, '4': 5 };
const TITLES = {
	'1a': 'Recruitment checks are done for every owner and member of staff, and kept in one register',
	'1b': 'A safeguarding policy of this year is known to everybody who works here',
	'1c': 'The safeguarding lead and a deputy are trained, and one of them is always there',
	'1d': 'Visitors sign in, wear a badge and are never alone with a pupil',
	'1e': 'Who is here is known at any hour, and an absence is told to the school at once',
	'2a': 'The risks of the whole site are written down, with who does what about them',
	'2b': 'First aid kit is within reach, and so is a qualified first aider',
	'2d': 'Each piece of specialist equipment has its own risk assessment and its trade’s checks',
	'2f': 'Public liability insurance is in force, and its renewal is known',
	'2g': 'The building is emptied for a practice at least yearly, and the log shows it',
	'4c': 'Progress is assessed often and well, as a walk through the lessons shows',
};
const WANTED = {
	'1a': [{ kind: 'photo', need: 'never', what: 'DBS certificates' }],
	'2b': [{ kind: 'photo', need: 'required', what: 'a first aid box, open, with its check list' }],
	'2d': [{ kind: 'photo', need: 'optional', what: 'a guard or an emergency stop' }, { kind: 'document', need: 'optional', what: 'the risk assessment' }],
	'4c': [{ kind: 'photo', need: 'never', what: 'pupils' }],
};
const SECTIONS = { '1': 'Safeguarding and wellbeing', '2': 'Health and safety', '3': 'Joining, guidance and support', '4': 'Quality of education' };
const COMPETENT = new Set(['2b', '2d', '2g']);
const OUTCOMES = [['Every standard met: on the approved list', false], ['Most standards met: listed while agreed improvements are made in time', true], ['Not met: knows what to do before applying again', true], ['Not met: does not want to go on', false]];
const LABELS = ['Fully met', 'Partly met', 'Little to show for it', 'Not met'];
const day = (days) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(Date.now() + days * 86_400_000);

function framework() {
	const codes = Object.entries(CODES).flatMap(([section, count]) => Array.from({ length: count }, (_, index) => section + String.fromCharCode(97 + index)));
	const kindOf = (code) => (code === '2g' ? 'date' : code === '2f' ? 'last_and_next_date' : 'rating');
	const standards = codes.map((code) => ({
		id: `standard-${code}`, code, section: SECTIONS[code[0]], competentPerson: COMPETENT.has(code), title: TITLES[code] ?? `What standard ${code} asks of a provider, in the framework’s own words`,
		guidance: code === '1a' ? 'Sample lines of the register on screen. Write how many you saw and what was missing, by initials.' : null,
		answer: kindOf(code), evidence: WANTED[code] ?? [],
	}));
	return { id: 'framework', name: 'Derby and Derbyshire provider framework', ratings: LABELS.map((label, index) => ({ id: `rating-${index}`, code: `r${index}`, label, fallsShort: index > 0 })), standards, outcomes: OUTCOMES.map(([label, needsActions], index) => ({ id: `outcome-${index}`, label, needsActions })) };
}

const PEOPLE = [
	{ name: 'Dana Example', role: 'key_contact', telephone: '01632 960123' },
	{ name: 'Morgan Fairweather-Okonkwo', role: 'dsl', telephone: '01632 960124' },
	{ name: 'Ash Tiller', role: 'deputy_dsl', telephone: null },
];

const LONG = 'The Very Long Name of a Community Interest Company for Motor Vehicles, Boats and Countryside Crafts at Ledmarsh-under-Bardon';

function planned(id, provider, days, more = {}) {
	return {
		id, provider, purpose: 'Yearly quality visit', plannedFor: day(days), plannedAt: '10:30', state: 'planned', receipt: null, completion: null,
		site: { id: `site-${id}`, name: 'Unit 4', address: '4 Example Way, Ledmarsh, LE99 9ZZ' }, framework: framework(), answers: [], evidence: [], ...more,
	};
}

function full() {
	const visits = [planned('visit-1', 'Ledmarsh Motor Workshop', 0), planned('visit-2', LONG, 0, { plannedAt: null }), planned('visit-3', 'Bardon Animal Care', 3), planned('visit-4', 'Old Mill Music', -20)];
	visits[0].pupils = ['A.B.', 'C.D.', 'E.F.'].map((initials, index) => ({ id: `pupil-${index}`, initials, year: `Y${9 + index}`, days: 'Mon, Tue' }));
	visits[0].documents = [
		{ id: 'document-1', title: 'Public liability insurance', state: 'accepted', expiresOn: day(-4) },
		{ id: 'document-2', title: 'Electrical safety certificate', state: 'accepted', expiresOn: day(20) },
		{ id: 'document-3', title: 'First aid certificate', state: 'submitted', expiresOn: day(300) },
	];
	visits[0].actions = [{ id: 'action-1', action: 'Stock the burns kit and note the date inside the lid.', owner: 'Site manager', dueOn: day(-9), rag: 'amber', state: 'open' }];
	visits[0].findings = [
		{ id: 'finding-1', standard: 'standard-2b', rating: 'rating-1', seen: 'The box was there; the burns dressings were out of date.', action: 'Replace them.' },
		{ id: 'finding-2', standard: 'standard-4c', rating: 'rating-0', seen: 'Good questions, good records.', action: '' },
	];
	return visits;
}

/** A visit that the server has the whole of. */
function done() {
	const [visit, ...others] = full();
	const receipt = { manifestSha256: '0123456789abcdef'.repeat(4), completedAt: new Date().toISOString(), signature: 'signature' };
	return [{ ...visit, state: 'complete', receipt }, ...others];
}

const SCENARIOS = {
	new: { phase: 'empty' },
	locked: { phase: 'locked', session: { state: 'in', account: 'account', name: 'Vera Visitor' }, visits: full() },
	empty: { phase: 'open', session: { state: 'in', account: 'account', name: 'Vera Visitor' } },
	open: { phase: 'open', session: { state: 'in', account: 'account', name: 'Vera Visitor' }, visits: full() },
	done: { phase: 'open', session: { state: 'in', account: 'account', name: 'Vera Visitor' }, visits: done() },
	out: { phase: 'open', session: { state: 'out', account: 'account', name: 'Vera Visitor' }, visits: full() },
};

/** What an answer of this kind lacks. */
function lacksOf({ framework: { standards }, answers, evidence }) {
	return standards.flatMap(({ id, code, answer, evidence: wanted }) => {
		const given = answers.filter(({ standard }) => standard === id).map((row) => row.answer);
		const has = (field) => given.some((row) => row[field]);
		const shown = (kind) => evidence.some((piece) => piece.standard === id && piece.kind === kind && piece.state.state !== 'withdrawn');
		const lacks = [];
		const lack = (kind, words) => lacks.push({ standard: id, code, lack: kind, words: `${code}: ${words}` });
		if (answer === 'rating' && !has('rating')) lack('rating', 'a rating');
		if (answer !== 'rating' && !has('seen')) lack('words', 'what was seen');
		if (!has('missingReason')) {
			if (answer !== 'rating' && !has('answeredOn')) lack('date', 'the date, or why there is none');
			if (answer === 'last_and_next_date' && !has('nextOn')) lack('next_date', 'the next date, or why there is none');
			for (const { kind, need, what } of wanted) if (need === 'required' && !shown(kind)) lack('evidence', `${kind} (${what}), or why it cannot be had`);
		}
		return lacks;
	});
}

/** A secret, so that two can be compared. */
const told = (secret) => JSON.stringify(secret);
const refuse = (code, message) => Promise.reject({ code, message });

class FakeCore {
	state = { secret: told({ kind: 'pin', pin: PIN }), phase: 'empty', session: null, visits: [], choices: { photosOnWifiOnly: false, savesData: false }, bytes: new Map(), triesAt: null };
	revision = 1;
	#count = 0;
	#waiting = [];

	constructor(name) {
		Object.assign(this.state, structuredClone(SCENARIOS[name] ?? SCENARIOS.open));
		for (const event of ['online', 'offline']) addEventListener(event, () => this.ring());
	}

	ring() {
		this.revision += 1;
		for (const resolve of this.#waiting.splice(0)) resolve(this.revision);
	}

	#next = () => `item-${(this.#count += 1)}`;
	#find = (id) => this.state.visits.find((visit) => visit.id === id);
	#pieces = () => this.state.visits.flatMap(({ evidence }) => evidence);
	#held = (piece) => !['safe', 'withdrawn'].includes(piece.state.state);

	#safety(visit) {
		const sendings = [...visit.answers.map(({ unsent }) => unsent), ...visit.evidence.filter(this.#held).map(({ state }) => state.sending ?? state), visit.beginning, ...(visit.improving ?? []).map(({ sending }) => sending), visit.completion].filter(Boolean);
		const attention = sendings.filter((sending) => sending.status?.status === 'attention' || sending.state === 'refused').length;
		return { isSafe: visit.receipt !== null && sendings.length === 0, receipt: visit.receipt, waiting: sendings.length, attention };
	}

	#summary(visit) {
		const lacking = new Set(lacksOf(visit).map(({ standard }) => standard));
		const { id, provider, state, purpose, plannedFor, plannedAt, site, framework: { standards } } = visit;
		return { id, provider, state, purpose, plannedFor, plannedAt, site: `${site.name}, ${site.address}`, answered: standards.length - lacking.size, standards: standards.length, safety: this.#safety(visit) };
	}

	async status() {
		const safeties = this.state.visits.map((visit) => this.#safety(visit));
		const answers = this.state.visits.flatMap((visit) => visit.answers).filter(({ unsent }) => unsent).length;
		const photos = this.#pieces().filter(this.#held);
		const others = this.state.visits.flatMap(({ beginning, improving = [], completion }) => [beginning, ...improving, completion]).filter(Boolean).length;
		const unsent = { answers, photos: photos.length, others, bytes: photos.reduce((sum, { state }) => sum + (state.of ?? 0), 0) };
		const isOpen = this.state.phase === 'open';
		return {
			phase: this.state.phase, session: isOpen ? (this.state.session ?? { state: 'nobody' }) : null, network: navigator.onLine ? 'metered' : 'offline',
			unsent: isOpen ? unsent : { answers: 0, photos: 0, others: 0, bytes: 0 }, attention: isOpen ? safeties.reduce((sum, { attention }) => sum + attention, 0) : 0,
			heardAt: null, triesAt: this.state.triesAt, revision: this.revision,
		};
	}

	async open(secret) {
		Object.assign(this.state, { secret: told(secret), phase: 'open' });
		this.ring();
	}

	async unlock(secret) {
		if (told(secret) !== this.state.secret) return refuse('wrong_secret', 'the PIN is not right');
		this.state.phase = 'open';
		this.ring();
	}

	async lock() {
		this.state.phase = 'locked';
		this.ring();
	}

	async changeSecret(secret) {
		this.state.secret = told(secret);
	}

	async wipe() {
		Object.assign(this.state, { phase: 'empty', session: null, visits: [] });
		this.ring();
	}

	observe = (since) => (this.revision > since ? Promise.resolve(this.revision) : new Promise((resolve) => this.#waiting.push(resolve)));

	async signIn(email, password) {
		if (!navigator.onLine) return refuse('unreachable', 'the server cannot be reached');
		if (password !== 'waymark-demo') return refuse('sign_in_refused', 'The e-mail address or the password is not right.');
		Object.assign(this.state, { session: { state: 'in', account: 'account', name: 'Vera Visitor' }, visits: full() });
		this.ring();
	}

	pull = async () => (navigator.onLine ? undefined : refuse('unreachable', 'The server cannot be reached.'));
	visits = async () => this.state.visits.map((visit) => this.#summary(visit));

	async visit(id) {
		const visit = this.#find(id);
		if (!visit) return undefined;
		const provider = { id: 'provider', name: visit.provider, contact: 'Dana Example, key contact for placements', telephone: '01632 960123', people: PEOPLE };
		const visitors = [{ account: 'account', name: 'Vera Visitor', leads: true, isSelf: true }];
		const { site, pupils = [], documents = [], actions = [], findings = [], framework: asked, answers, evidence, beginning = null, improving = [], completion, proposed = null } = visit;
		return structuredClone({ summary: this.#summary(visit), provider, site, visitors, pupils, documents, actions, findings, framework: asked, answers, evidence, beginning, improving, completion, proposed, lacks: lacksOf(visit) });
	}

	async improve(id, standard, task) {
		const visit = this.#find(id);
		visit.improving ??= [];
		const there = visit.improving.find((one) => one.standard === standard);
		if (there) return Object.assign(there, { task }).sending.item;
		const sending = { item: this.#next(), isAddendum: false, status: { status: 'ready' } };
		visit.improving.push({ standard, task, sending });
		this.ring();
		return sending.item;
	}

	async known() {
		const providers = this.state.visits.map(({ id, provider: name }) => ({ id: `provider-${id}`, name }));
		return { providers, frameworks: [{ id: 'framework', name: framework().name }] };
	}

	async beginVisit(provider, _, purpose) {
		const { name } = (await this.known()).providers.find(({ id }) => id === provider);
		const beginning = { item: this.#next(), isAddendum: false, status: { status: 'ready' } };
		this.state.visits.push(planned(`visit-${this.#next()}`, name, 0, { purpose, plannedAt: null, beginning }));
		this.ring();
		return this.state.visits.at(-1).id;
	}

	#changed(visit) {
		for (const piece of visit.evidence) if (piece.kind === 'signature' && this.#held(piece)) piece.state = { state: 'withdrawn', reason: 'Something was changed after it was signed.' };
		this.ring();
	}

	async answer(id, standard, answer) {
		if (globalThis.field.isFull) return refuse('full', 'There is no room left on this phone. Free some, then try again: nothing is lost.');
		const visit = this.#find(id);
		const own = visit.answers.find((row) => row.standard === standard && row.by === null);
		const item = own?.unsent?.item ?? this.#next();
		visit.answers = [...visit.answers.filter((row) => row !== own), { standard, by: null, answer: { ...answer }, unsent: { item, isAddendum: false, status: { status: 'ready' } } }];
		this.#changed(visit);
		return item;
	}

	async stageEvidence({ visit: id, standard, kind, mediaType, capturedAt, caption }, bytes) {
		if (globalThis.field.isFull) return refuse('full', 'There is no room left on this phone. Free some, then try again: nothing is lost.');
		const visit = this.#find(id);
		const item = this.#next();
		this.state.bytes.set(item, { mediaType, bytes });
		visit.evidence.push({ id: item, standard, kind, caption, capturedAt, mediaType, isOwn: true, hasBytes: true, state: { state: 'held', sending: { item, isAddendum: false, status: { status: 'ready' } }, sent: 0, of: bytes.length } });
		this.#changed(visit);
		return item;
	}

	async cancel(item) {
		for (const visit of this.state.visits) {
			visit.answers = visit.answers.filter(({ unsent }) => unsent?.item !== item);
			visit.improving = visit.improving?.filter(({ sending }) => sending.item !== item);
			if (visit.completion?.item === item) Object.assign(visit, { completion: null, proposed: null });
		}
		this.ring();
	}

	async withdraw(id, reason) {
		const piece = this.#pieces().find((piece) => piece.id === id);
		Object.assign(piece, { state: { state: 'withdrawn', reason }, hasBytes: false });
		this.ring();
	}

	async statement(id) {
		const visit = this.#find(id);
		const words = `Visit to ${visit.provider} on ${visit.plannedFor}: ${visit.purpose}.\n${visit.answers.map(({ standard, answer }) => `${standard}: ${answer.seen}`).join('\n')}\nEvidence: ${visit.evidence.length}.\n`;
		return { words, sha256: 'a1b2c3d4'.repeat(8) };
	}

	async sign(id, shown, { name, role }, picture) {
		const visit = this.#find(id);
		const item = this.#next();
		this.state.bytes.set(item, { mediaType: 'image/png', bytes: picture });
		visit.evidence.push({ id: item, standard: null, kind: 'signature', caption: `Signed by ${name}, ${role}. Statement ${shown.sha256}.`, capturedAt: new Date().toISOString(), mediaType: 'image/png', isOwn: true, hasBytes: true, state: { state: 'held', sending: { item, isAddendum: false, status: { status: 'ready' } }, sent: 0, of: picture.length } });
		this.ring();
		return item;
	}

	async complete(id, proposed = null) {
		const visit = this.#find(id);
		if (!visit.completion) visit.proposed = proposed;
		visit.completion ??= { item: this.#next(), isAddendum: false, status: { status: 'waiting', on: 'item' } };
		this.ring();
		return visit.completion.item;
	}

	async resolve() {
		this.ring();
	}

	async tryAgain(item) {
		this.trouble(item, null);
	}

	sendPhotosNow = async () => this.ring();
	photo = async (id) => this.state.bytes.get(id);
	exportUnsent = async () => new Uint8Array([80, 75, 5, 6, ...Array(18).fill(0)]);
	settings = async () => ({ choices: this.state.choices, longestEdge: 2560, daysKept: 14 });

	async setSettings(choices) {
		this.state.choices = choices;
		this.ring();
	}

	/** The test's: an item is in trouble, or is not any more. */
	trouble(item, words) {
		const status = words ? { status: 'attention', why: { code: 'refused', reason: null, words, missing: [], current: null } } : { status: 'ready' };
		for (const visit of this.state.visits) {
			for (const { unsent } of visit.answers) if (unsent?.item === item) unsent.status = status;
			for (const { id, state } of visit.evidence) if (id === item && state.sending) state.sending.status = status;
		}
		this.ring();
	}

	/** The test's: photos are on their way, so far. */
	sending(part) {
		for (const { state } of this.#pieces()) if (state.state === 'held') Object.assign(state, { sent: Math.floor(state.of * part), sending: { ...state.sending, status: { status: 'sending' } } });
		this.ring();
	}

	/** The test's: the server has everything, and where a visit was to be finished, gives its receipt. */
	arrive() {
		for (const visit of this.state.visits) {
			Object.assign(visit, { beginning: null, improving: [] });
			for (const row of visit.answers) row.unsent = null;
			for (const piece of visit.evidence) if (piece.state.state === 'held') piece.state = { state: 'safe' };
			if (visit.completion) Object.assign(visit, { completion: null, state: 'complete', receipt: { manifestSha256: '0123456789abcdef'.repeat(4), completedAt: new Date().toISOString(), signature: 'signature' } });
		}
		this.ring();
	}

	/** The test's: somebody in charge has revoked the phone. */
	revoke = () => this.wipe();
}

export async function connect() {
	if (globalThis.fieldScenario === 'another-tab') throw { code: 'another_tab', message: 'Waymark is open in another tab.' };
	const core = new FakeCore(globalThis.fieldScenario);
	globalThis.field = { core, isFull: false };
	return core;
}
