// The line between a phone and the server: open, slow and dropping, or not there at all.
import { connect, createServer } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as later } from 'node:timers/promises';

/** A line to the server at an address, with an address of its own. */
export async function lineTo(server) {
	const { hostname, port } = new URL(server);
	const open = new Set();
	const line = { isThere: true, bytesASecond: Infinity, hangsUpAfter: Infinity, hungUp: 0, carried: 0, address: '', cut, mend, end };
	let sinceHangUp = 0;

	/** Lets bytes through at the line's pace, and hangs up where it is time. */
	const pace = (hangUp) =>
		new Transform({
			async transform(bytes, _, done) {
				line.carried += bytes.length;
				sinceHangUp += bytes.length;
				if (sinceHangUp > line.hangsUpAfter) {
					sinceHangUp = 0;
					line.hungUp += 1;
					return hangUp();
				}
				if (Number.isFinite(line.bytesASecond)) await later((1000 * bytes.length) / line.bytesASecond);
				done(null, bytes);
			},
		});

	const listener = createServer((phone) => {
		if (!line.isThere) return phone.destroy();
		const far = connect(Number(port), hostname);
		const hangUp = () => {
			phone.destroy();
			far.destroy();
		};
		for (const end of [phone, far]) {
			open.add(end);
			end.on('error', hangUp).on('close', () => open.delete(end));
		}
		phone.pipe(pace(hangUp)).pipe(far);
		far.pipe(pace(hangUp)).pipe(phone);
	});
	await new Promise((ready) => listener.listen(0, '127.0.0.1', ready));
	line.address = `http://127.0.0.1:${listener.address().port}`;
	return line;

	/** There is no line any more. */
	function cut() {
		line.isThere = false;
		for (const end of open) end.destroy();
	}
	/** There is one, as good as this. */
	function mend({ bytesASecond = Infinity, hangsUpAfter = Infinity } = {}) {
		Object.assign(line, { isThere: true, bytesASecond, hangsUpAfter });
	}
	function end() {
		cut();
		listener.close();
	}
}
