// Signing in and out of this page, and asking the graph as whoever is signed in. The session is a cookie that no script
// can read; the header is what the server asks for beside it.
"use strict";

const OURS = { "x-waymark-request": "page" };
const JSON_BODY = { ...OURS, "content-type": "application/json" };

window.askGraph = async (params, headers = {}) => {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { ...JSON_BODY, accept: "application/graphql-response+json", ...headers },
    body: JSON.stringify(params),
  });
  return response.json();
};

const signIn = document.getElementById("sign-in");
const signOut = document.getElementById("sign-out");
const notice = document.getElementById("notice");

function show({ signedIn, message }) {
  if (signedIn !== undefined) {
    signIn.hidden = signedIn;
    signOut.hidden = !signedIn;
  }
  notice.textContent = message ?? "";
}

async function session(method, body) {
  try {
    const headers = body ? JSON_BODY : OURS;
    show(await (await fetch("/session", { method, headers, body })).json());
  } catch {
    show({ message: "The server does not answer." });
  }
}

signIn.addEventListener("submit", (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(signIn));
  session("POST", JSON.stringify({ email, password }));
  signIn.elements.password.value = "";
});

signOut.addEventListener("submit", (event) => {
  event.preventDefault();
  session("DELETE");
});

session("GET");
