// What the core in its worker answers, and what may be asked of it.

export type Id = string; export type Instant = string; export type Day = string;   // generated as plain `string`

export interface Core {
	// ---- this device ----
	/** Works in every phase. */
	status(): Promise<Status>;
	/** Makes a new phone where there is none, else the same as unlock. */
	open(secret: Secret): Promise<void>;
	/** not_found where there is no phone yet; wrong_secret */
	unlock(secret: Secret): Promise<void>;
	/** Forgets the key; stops sending. Nothing is lost. */
	lock(): Promise<void>;
	/** Another PIN or key for the same phone. */
	changeSecret(secret: Secret): Promise<void>;
	/** Removes everything, the key first; phase becomes 'empty'. Works while locked ("forgot my PIN"). */
	wipe(): Promise<void>;
	/** Resolves with a larger number as soon as anything has changed since `since` (0 at first: resolves at once when anything ever did). */
	observe(since: number): Promise<number>;

	// ---- server ----
	/** sign_in_refused (message in the server's words), code_wanted, no_second_factor, unreachable, somebody_else */
	signIn(email: string, password: string, device: string, code?: string | null): Promise<void>;
	/** Reads the feed to its end now. unreachable, signed_out, ... */
	pull(): Promise<void>;

	// ---- visits ----
	/** The earliest first. */
	visits(): Promise<VisitSummary[]>;
	visit(visit: Id): Promise<VisitDetail | undefined>;
	/** What a visit can be begun with that nobody planned. */
	known(): Promise<Known>;
	/** Begins a visit that nobody planned, alone. Gives its id. not_found, not_signed_in */
	beginVisit(provider: Id, framework: Id, purpose: string, on: Day): Promise<Id>;

	// ---- acts: durable on this device when they resolve ----
	/** The item that carries it; undefined where nothing has changed. Call it as often as typing pauses. */
	answer(visit: Id, standard: Id, answer: AnswerFields): Promise<Id | undefined>;
	/** Sets what has to be done about a standard, or changes it while it was not sent. The item; undefined where the server has it. */
	improve(visit: Id, standard: Id, task: Task): Promise<Id | undefined>;
	/** `bytes` are the final rendition (cropped, redacted, sized to settings().longestEdge): JPEG, PNG or PDF. Gives the evidence's id.
	 *  never_captured, size, full */
	stageEvidence(staging: Staging, bytes: Uint8Array): Promise<Id>;
	/** Takes back an answer, a completion or a capture that was not sent (by item or evidence id). too_late */
	cancel(id: Id): Promise<void>;
	/** Takes back a capture, also one that the server may have. */
	withdraw(evidence: Id, reason: string): Promise<void>;
	/** The words that whoever signs must be shown. */
	statement(visit: Id): Promise<Statement>;
	/** Signs the statement that was shown; too_late where it is not what would be shown now. Any later change to the visit withdraws it. */
	sign(visit: Id, shown: Statement, signer: Signer, picture: Uint8Array): Promise<Id>;   // picture: PNG
	/** Asks for completion as soon as everything is with the server, and proposes an outcome, or none. undefined where it is complete already. */
	complete(visit: Id, proposed?: Id): Promise<Id | undefined>;
	/** Where an item's trouble is 'conflict'. */
	resolve(item: Id, keep: 'mine' | 'theirs'): Promise<void>;
	/** An item that needed attention, after somebody has put right what was wrong. */
	tryAgain(item: Id): Promise<void>;
	/** Photos go now although they were to wait for Wi-Fi, until the network changes. */
	sendPhotosNow(): Promise<void>;

	// ---- bytes ----
	/** A capture's bytes in clear, for a preview; undefined where they are not on this device (any more). */
	photo(evidence: Id): Promise<Photo | undefined>;
	/** Everything unsent as one ZIP, in clear: unsent.json and the captured files. */
	exportUnsent(): Promise<Uint8Array>;

	// ---- choices ----
	settings(): Promise<Settings>;
	setSettings(choices: Choices): Promise<void>;
}

/** Thrown by every verb. */
export interface CoreError { code: ErrorCode; message: string }
export type ErrorCode =
	| 'another_tab' | 'not_open' | 'bad_input' | 'wrong_secret' | 'damaged' | 'full' | 'newer' | 'storage'
	| 'unreachable' | 'unavailable' | 'signed_out' | 'revoked' | 'restored' | 'refused' | 'sign_in_refused' | 'code_wanted' | 'no_second_factor' | 'somebody_else' | 'not_signed_in'
	| 'wiped' | 'no_such_visit' | 'not_found' | 'too_late' | 'never_captured' | 'size' | 'unreadable';

export type Secret = { kind: 'pin'; pin: string } | { kind: 'key'; key: number[] };   // key: 32 bytes, e.g. of a passkey's PRF

export interface Status {
	phase: 'empty' | 'locked' | 'open';
	/** While open. */
	session: Session | null;
	network: 'offline' | 'metered' | 'unmetered';
	/** What the server lacks; all 0 while locked. */
	unsent: Unsent;
	/** Items that need somebody. */
	attention: number;
	/** By the server's clock, when it was last heard. */
	heardAt: Instant | null;
	/** By this device's clock, when the line is tried again, where it rests. */
	triesAt: Instant | null;
	/** Counts up with every change: what observe takes. */
	revision: number;
}
export type Session = { state: 'nobody' } | { state: 'in'; account: Id; name: string } | { state: 'out'; account: Id; name: string } | { state: 'revoked' };
/** bytes: of photos that are still to be sent. */
export interface Unsent { answers: number; photos: number; others: number; bytes: number }

export interface VisitSummary {
	id: Id;
	provider: string;
	/** Name and address. */
	site: string | null;
	state: VisitState;
	purpose: string;
	plannedFor: Day;
	/** Local time of day, e.g. 10:30. */
	plannedAt: string | null;
	/** Standards that lack nothing, of all. */
	answered: number;
	standards: number;
	safety: Safety;
}
export type VisitState = 'planned' | 'in_progress' | 'complete' | 'cancelled';

/** Whether the site may be left. */
export interface Safety {
	isSafe: boolean;
	/** The server's word; kept. */
	receipt: Receipt | null;
	/** Items of the visit not with the server yet. */
	waiting: number;
	/** Of those, the ones that need somebody. */
	attention: number;
}
export interface Receipt { manifestSha256: string; completedAt: Instant; signature: string }

export interface VisitDetail {
	summary: VisitSummary;
	provider: Provider | null;
	site: Site | null;
	visitors: Visitor[];
	pupils: Pupil[];
	/** Of the provider; the first to expire first. */
	documents: Document[];
	/** Open ones of the provider; the first due first. */
	actions: Action[];
	/** Of the provider's last report. */
	findings: Finding[];
	framework: Framework | null;
	/** One of mine per standard at most, and those of other visitors. */
	answers: Answer[];
	evidence: Evidence[];
	/** How its planning stands, where it was begun on this phone. */
	beginning: Sending | null;
	/** Improvement actions on their way. */
	improving: { standard: Id; sending: Sending }[];
	/** How the completion stands, where one was asked for and is not there. */
	completion: Sending | null;
	/** The outcome that it proposes. */
	proposed: Id | null;
	/** What the checklist still lacks, as far as this device knows. */
	lacks: Lack[];
}
export interface Known { providers: Named[]; frameworks: Named[] }
export interface Named { id: Id; name: string }
export interface Provider { id: Id; name: string; contact: string | null; telephone: string | null; /** Whom to meet, the one to ask for first. */ people: Person[] }
export interface Person { name: string; role: ContactRole; telephone: string | null }
export type ContactRole = 'dsl' | 'deputy_dsl' | 'key_contact' | 'head' | 'senco' | 'attendance' | 'finance' | 'first_aider';
export interface Site { id: Id; name: string; address: string }
export interface Visitor { account: Id; name: string; leads: boolean; isSelf: boolean }
export interface Pupil { id: Id; initials: string; year: string; days: string }
export interface Document { id: Id; title: string; state: 'submitted' | 'accepted' | 'refused' | 'withdrawn'; expiresOn: Day | null }
export interface Action { id: Id; action: string; owner: string; dueOn: Day; rag: 'red' | 'amber' | 'green'; state: 'open' | 'reported_done' | 'closed' }
export interface Finding { id: Id; standard: Id; rating: Id | null; seen: string; action: string }
export interface Framework { id: Id; name: string; ratings: Rating[]; standards: Standard[]; /** The best first; empty where they are not known. */ outcomes: Outcome[] }
export interface Outcome { id: Id; label: string; /** Whether improvement actions go with it. */ needsActions: boolean }
/** Best first. */
export interface Rating { id: Id; code: string; label: string; /** Whether it calls for improvement. */ fallsShort: boolean }
/** In the order asked. */
export interface Standard {
	id: Id;
	code: string;
	/** Title of its section; empty where it is not known. */
	section: string;
	title: string;
	guidance: string | null;
	answer: AnswerKind;
	/** Whether only a competent person may judge it (S161). */
	competentPerson: boolean;
	evidence: Wanted[];
}
export type AnswerKind = 'rating' | 'text' | 'optional_text' | 'date' | 'last_and_next_date';
export interface Wanted { kind: EvidenceKind; need: 'required' | 'optional' | 'never'; what: string }
export type EvidenceKind = 'photo' | 'document' | 'note' | 'signature';

export interface AnswerFields {
	rating: Id | null;
	seen: string;
	action: string;
	answeredOn: Day | null;
	nextOn: Day | null;
	/** Why a date or a piece of evidence cannot be had. */
	missingReason: string | null;
}
export interface Answer {
	standard: Id;
	/** Another visitor's name; null for mine. */
	by: string | null;
	answer: AnswerFields;
	/** How it stands on its way; null where the server holds it. */
	unsent: Sending | null;
}
export interface Evidence {
	id: Id;
	standard: Id | null;
	kind: EvidenceKind;
	caption: string | null;
	/** By this device's clock; null for another visitor's. */
	capturedAt: Instant | null;
	mediaType: string | null;
	/** Whether it was captured on this device. */
	isOwn: boolean;
	/** Whether photo() gives something. */
	hasBytes: boolean;
	state: EvidenceState;
}
export type EvidenceState =
	/** On this device and not with the server; so many bytes have arrived there, of so many. */
	| { state: 'held'; sending: Sending; sent: number; of: number }
	/** The server has all of it and looks into it. */
	| { state: 'checking' }
	/** The server holds it, verified. */
	| { state: 'safe' }
	/** For a signature: because something was changed after it. */
	| { state: 'withdrawn'; reason: string | null }
	/** Another visitor's, of which the server lacks the bytes. */
	| { state: 'elsewhere' }
	| { state: 'refused'; why: Trouble | null; item: Id | null };

/** An item on its way. `item` is what cancel, resolve and tryAgain take. */
export interface Sending { item: Id; isAddendum: boolean; status: ItemStatus }
export type ItemStatus =
	| { status: 'ready' }
	/** Another item has to go first. */
	| { status: 'waiting'; on: Id }
	| { status: 'sending' }
	/** An instant of this device's clock. */
	| { status: 'retry'; at: Instant; why: Trouble }
	| { status: 'checking' }
	| { status: 'attention'; why: Trouble };
export interface Trouble {
	code: TroubleCode;
	/** Of a refusal: the server's exact code, e.g. visit_closed; of a file: e.g. heic. */
	reason: string | null;
	/** Plain English: what is wrong and what to do. */
	words: string;
	/** What a completion still lacks. */
	missing: string[];
	/** Of a conflict: the answer that the server holds. */
	current: AnswerFields | null;
}
export type TroubleCode = 'unreachable' | 'server_failed' | 'not_verified' | 'refused' | 'conflict' | 'file' | 'bytes_refused' | 'damaged' | 'receipt_differs' | 'receipt_unverified';
export interface Lack { standard: Id; code: string; lack: 'rating' | 'words' | 'date' | 'next_date' | 'evidence'; words: string }

export interface Staging { visit: Id; standard: Id | null; kind: EvidenceKind; mediaType: 'image/jpeg' | 'image/png' | 'application/pdf'; capturedAt: Instant | null; caption: string | null }
export interface Task { area: string; action: string; owner: string; dueOn: Day; rag: 'red' | 'amber' | 'green' }
export interface Photo { mediaType: string; bytes: Uint8Array }
export interface Statement { words: string; sha256: string }
export interface Signer { name: string; role: string }

export interface Choices {
	/** Photos wait for a network that is not paid for by the byte. Answers never wait. */
	photosOnWifiOnly: boolean;
	/** Smaller pictures, and the feed is read less often. */
	savesData: boolean;
}
export interface Settings { choices: Choices; /** Pixels: what a picture is made to before it is staged. */ longestEdge: number; /** Days that media stay after the receipt. */ daysKept: number }
