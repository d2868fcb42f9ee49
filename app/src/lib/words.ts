// The graph's codes in the words that people use. Where a code has none here, its own text is shown.

const WORDS = {
	approval: { APPROVED: 'Approved', CONDITIONAL: 'Approved with conditions', NOT_APPROVED: 'Not approved', CLOSED: 'Closed' },
	document: { SUBMITTED: 'Waiting for review', ACCEPTED: 'Accepted', REFUSED: 'Refused', WITHDRAWN: 'Taken back' },
	action: { OPEN: 'To be done', REPORTED_DONE: 'Reported done', CLOSED: 'Closed' },
	amendment: { SUGGESTED: 'Waiting for an answer', ACCEPTED: 'Accepted', DECLINED: 'Declined' },
	report: {
		DRAFT: 'Being written',
		WITH_PROVIDER: 'With the provider',
		AMENDMENTS_SUGGESTED: 'Amendments suggested',
		AGREED: 'Agreed',
		PUBLISHED: 'Published',
	},
	visit: { PLANNED: 'Planned', IN_PROGRESS: 'Under way', COMPLETE: 'Complete', CANCELLED: 'Called off' },
	placement: { PROPOSED: 'Proposed', AGREED: 'Agreed', ACTIVE: 'Running', ENDED: 'Ended', CANCELLED: 'Cancelled' },
	weekday: { MONDAY: 'Monday', TUESDAY: 'Tuesday', WEDNESDAY: 'Wednesday', THURSDAY: 'Thursday', FRIDAY: 'Friday' },
	rate: { DAY: 'a day', WEEK: 'a week', SESSION: 'a session' },
	rag: { RED: 'Red', AMBER: 'Amber', GREEN: 'Green' },
	contact: {
		DSL: 'Designated safeguarding lead',
		DEPUTY_DSL: 'Deputy safeguarding lead',
		KEY_CONTACT: 'Key contact for placements',
		HEAD: 'Head or proprietor',
		SENCO: 'SEN co-ordinator',
		ATTENDANCE: 'Attendance contact',
		FINANCE: 'Invoices and payments',
		FIRST_AIDER: 'First aider',
	},
	kind: {
		REGISTERED_SCHOOL: 'Registered school',
		UNREGISTERED: 'General provision',
		CONSTRUCTION: 'Construction',
		ANIMAL_CARE: 'Animal care and land',
		MOTOR_VEHICLE: 'Motor vehicle',
		MUSIC: 'Music and media',
		TUITION: 'Tuition',
		OUTDOOR: 'Outdoor and sport',
		BROKER: 'Broker',
	},
	need: {
		SPLD: 'Specific learning difficulty',
		MLD: 'Moderate learning difficulty',
		SLD: 'Severe learning difficulty',
		PMLD: 'Profound and multiple learning difficulty',
		SEMH: 'Social, emotional and mental health',
		SLCN: 'Speech, language and communication',
		HI: 'Hearing impairment',
		VI: 'Vision impairment',
		MSI: 'Multi-sensory impairment',
		PD: 'Physical disability',
		ASD: 'Autistic spectrum disorder',
		OTH: 'Other difficulty',
		NSA: 'No specialist assessment yet',
	},
	role: {
		OFFICER: 'Officer',
		COORDINATOR: 'Partnership coordinator',
		PROVIDER: 'Provider',
		VISITOR: 'QA visitor',
		ANALYST: 'Analyst',
	},
	fileRefusal: {
		EMPTY: 'The file is empty. Save it again, then send it.',
		SIZE_MISMATCH: 'Not all of the file arrived. Send it again.',
		HASH_MISMATCH: 'The file changed on its way. Send it again.',
		TYPE_NOT_TAKEN: 'Only PDF, JPEG and PNG files are taken. Save it as a PDF and send that.',
		HEIC: 'This is an iPhone HEIC picture. In Settings, Camera, Formats choose “Most Compatible”, or send a PDF.',
		CUT_SHORT: 'The file ends too early. Open it to see that it is whole, then send it again.',
		DAMAGED: 'The file cannot be opened. Save or scan it again.',
		TOO_MANY_PIXELS: 'The picture is too large. Send it at a smaller size.',
		TOO_HEAVY: 'The file takes too much to open. Save it at a smaller size.',
		ENCRYPTED: 'The file is locked with a password. Save it without one and send that.',
		ACTIVE_CONTENT: 'The PDF holds scripts or attachments. Print it to a new PDF and send that.',
		NO_PAGES: 'The PDF has no pages. Save it again.',
		INFECTED: 'The virus scanner found something harmful in the file. Have the device checked that it came from.',
	},
} as const;

type Words = typeof WORDS;

/** A code in words. */
export function word<List extends keyof Words>(list: List, code: keyof Words[List] | null | undefined): string {
	if (code === null || code === undefined) return '';
	return (WORDS[list][code] as string | undefined) ?? String(code);
}

/** A list of codes with their words, for a choice. */
export const choices = <List extends keyof Words>(list: List) =>
	Object.entries(WORDS[list]) as [keyof Words[List] & string, string][];

const POUNDS = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP', maximumFractionDigits: 0 });
const PENCE = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' });

/** £5,000,000 or £102.50 */
export const pounds = (amount: string | number): string =>
	(Number.isInteger(Number(amount)) ? POUNDS : PENCE).format(Number(amount));

/** "1 visit", "3 visits" */
export const count = (number: number, one: string, many = `${one}s`): string => `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;

/** 1 h 30 min */
export function duration(minutes: number): string {
	const hours = Math.floor(minutes / 60);
	return [hours && `${hours} h`, minutes % 60 && `${minutes % 60} min`].filter(Boolean).join(' ') || '0 h';
}

/** 2.4 MB */
export const bytes = (size: number): string =>
	size >= 1_000_000_000 ? `${(size / 1_000_000_000).toFixed(1)} GB` : size < 1_000_000 ? `${Math.max(1, Math.round(size / 1000))} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
