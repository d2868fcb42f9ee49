// Copies the browser builds out of the installed packages: `npm run dist [-- DIRECTORY]`, `dist` when none is named.
import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";

const from = path.join(import.meta.dirname, "node_modules");
const to = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, "dist"));
const files = {
  "graphiql.css": "graphiql/graphiql.min.css",
  "graphiql.js": "graphiql/graphiql.min.js",
  "react.js": "react/umd/react.production.min.js",
  "react-dom.js": "react-dom/umd/react-dom.production.min.js",
};

await mkdir(to, { recursive: true });
for (const [name, source] of Object.entries(files)) {
  await copyFile(path.join(from, source), path.join(to, name));
}
