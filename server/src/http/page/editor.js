// The full editor. It keeps nothing between visits: what people type into a query is often about a child.
"use strict";

const forgetful = { length: 0, getItem: () => null, setItem() {}, removeItem() {}, clear() {} };

const welcome = `# Ask the graph. Ctrl-Space suggests, Ctrl-Enter runs, the book on the left is the schema.
{
  __typename
}
`;

const editor = React.createElement(GraphiQL, {
  fetcher: (params, options) => window.askGraph(params, options?.headers),
  defaultQuery: welcome,
  shouldPersistHeaders: false,
  storage: forgetful,
});
ReactDOM.createRoot(document.getElementById("editor")).render(editor);
