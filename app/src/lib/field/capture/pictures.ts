// Asks the worker that makes pictures. It is started when the first picture is there.
import type { Edits } from './edits.ts';

type Task =
	| { task: 'still'; frame: ImageBitmap }
	| { task: 'picture'; source: Blob; edits: Edits; edge: number; quality: number }
	| { task: 'document'; pages: { source: Blob; edits: Edits }[]; edge: number; quality: number };

export type Asked = Task & { id: number };
/** `done` is a part of 1. */
export type Told = { id: number; done: number } | { id: number; blob: Blob } | { id: number; fault: string };

interface Waiting {
	resolve: (blob: Blob) => void;
	reject: (error: Error) => void;
	ondone: ((done: number) => void) | undefined;
}

let worker: Worker | undefined;
let count = 0;
const waiting = new Map<number, Waiting>();

function start(): Worker {
	const started = new Worker(new URL('./pictures.worker.ts', import.meta.url), { type: 'module' });
	started.onmessage = ({ data }: MessageEvent<Told>) => {
		const who = waiting.get(data.id);
		if (!who) return;
		if ('done' in data) return who.ondone?.(data.done);
		waiting.delete(data.id);
		if ('blob' in data) who.resolve(data.blob);
		else who.reject(new Error(data.fault));
	};
	// It ran out of memory, most likely. What it was asked is told so, and the next picture starts another.
	started.onerror = () => {
		worker = undefined;
		for (const { reject } of waiting.values()) reject(new Error('This phone could not work on the picture. Close other apps and try again.'));
		waiting.clear();
	};
	return started;
}

/** Does a task. Its error says in plain words what is wrong. */
export function make(task: Task, ondone?: (done: number) => void): Promise<Blob> {
	worker ??= start();
	count += 1;
	const id = count;
	const asked: Asked = { ...task, id };
	return new Promise((resolve, reject) => {
		waiting.set(id, { resolve, reject, ondone });
		worker?.postMessage(asked, task.task === 'still' ? [task.frame] : []);
	});
}
