// The app as it is built, but for its core: the tests' own stands in its place.
//   cd app && WAYMARK_APP=some/folder node_modules/.bin/vite build --config ../tests/browser/field.vite.config.mjs
import { join } from 'node:path';
import base from '../../app/vite.config.ts';

const otherCore = {
	name: 'waymark-other-core',
	enforce: 'pre',
	transform(code, id) {
		if (!id.endsWith('/lib/field/core.ts')) return undefined;
		const other = JSON.stringify(join(import.meta.dirname, 'field-core.mjs'));
		const changed = code.replace(/import\.meta\.glob<.*>\('\.\.\/core\/index\.ts'\)/, `{ other: () => import(${other}) }`);
		if (changed === code) throw new Error('the core is not taken from where it was');
		return { code: changed, map: null };
	},
};

export default { ...base, plugins: [otherCore, ...base.plugins] };
