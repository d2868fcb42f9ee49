// Runs the browser tests and says how many held. `cargo xtask browser` starts the servers that they need and this:
//   WAYMARK_URL=http://127.0.0.1:8080 node run.mjs [parts of files' names]
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { build } from './field-app.mjs';

const here = import.meta.dirname;
const [, , ...parts] = process.argv;
const isRun = (name) => parts.length === 0 || parts.some((part) => name.includes(part));
const files = readdirSync(here).filter((name) => name.endsWith('.test.mjs') && isRun(name));
const told = { passed: 0, failed: 0 };
const seconds = ({ duration_ms: milliseconds }) => `${(milliseconds / 1000).toFixed(1)} s`;

// Two files stand on the same build.
const own = process.env.WAYMARK_FIELD_BUILD === undefined && files.some((name) => name.startsWith('field')) && build();
if (own) process.env.WAYMARK_FIELD_BUILD = own;

// One file after another: the journeys change what the others see.
run({ files: files.map((name) => join(here, name)), concurrency: 1, timeout: 900_000 })
	.on('test:pass', ({ name, details, skip }) => {
		if (details.type === 'suite') return;
		if (skip) return console.log(`-     ${name}: ${skip}`);
		told.passed += 1;
		console.log(`ok    ${name} (${seconds(details)})`);
	})
	.on('test:fail', ({ name, details }) => {
		if (details.type === 'suite') return;
		told.failed += 1;
		console.log(`FAIL  ${name} (${seconds(details)})\n      ${String(details.error?.cause?.message ?? details.error?.message).slice(0, 1500).replaceAll('\n', '\n      ')}`);
	})
	.on('test:stderr', ({ message }) => process.stderr.write(message))
	.on('close', () => {
		if (own) rmSync(own, { recursive: true, force: true });
		console.log(`${told.passed} passed, ${told.failed} failed`);
		process.exitCode = told.failed > 0 || told.passed === 0 ? 1 : 0;
	})
	.resume();
