// The plain form: one query, one answer.
"use strict";

const ask = document.getElementById("ask");
const answer = document.querySelector("#answer pre");

// A link may bring a question along, behind the #, where no server log sees it.
const asked = new URLSearchParams(location.hash.slice(1));
for (const name of ["query", "variables"]) if (asked.has(name)) ask.elements[name].value = asked.get(name);

ask.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { query, variables } = Object.fromEntries(new FormData(ask));
  try {
    const parsed = variables.trim() ? JSON.parse(variables) : undefined;
    answer.textContent = JSON.stringify(await window.askGraph({ query, variables: parsed }), null, 2);
  } catch (error) {
    answer.textContent = error instanceof SyntaxError ? "The variables are not JSON." : "The server does not answer.";
  }
});
