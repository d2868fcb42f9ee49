// The full editor. It keeps nothing between visits: what people type into a query is often about a child. For the same
// reason a link to a query carries it behind the #, which browsers do not send: /graphql#query=...
"use strict";

const forgetful = { length: 0, getItem: () => null, setItem() {}, removeItem() {}, clear() {} };

const welcome = `# Ask the graph. Ctrl-Space suggests, Ctrl-Enter runs, the book on the left is the schema.
# Which providers are to be visited next?
{
  providers(first: 10, orderBy: [{ field: NEXT_VISIT_DUE_ON }]) {
    totalCount
    edges { node { name nextVisitDueOn } }
  }
}
`;

const linked = new URLSearchParams(location.hash.slice(1));

// The app takes the rows of the same question out as data: what is written goes along, behind the # as well.
const asData = document.getElementById("as-data");
const written = new URLSearchParams({ query: linked.get("query") ?? welcome, variables: linked.get("variables") ?? "" });
const follow = (part) => (text) => {
  written.set(part, text ?? "");
  asData.hash = written;
};
asData.hash = written;

const editor = React.createElement(GraphiQL, {
  fetcher: (params, options) => window.askGraph(params, options?.headers),
  defaultQuery: welcome,
  query: linked.get("query") ?? undefined,
  variables: linked.get("variables") ?? undefined,
  onEditQuery: follow("query"),
  onEditVariables: follow("variables"),
  shouldPersistHeaders: false,
  storage: forgetful,
});
ReactDOM.createRoot(document.getElementById("editor")).render(editor);
