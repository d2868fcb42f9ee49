// Everything runs in the browser: the server hands out files and answers the graph.
export const ssr = false;
export const prerender = false;
