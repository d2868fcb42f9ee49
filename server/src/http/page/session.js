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
const secondFactor = document.getElementById("second-factor");
const signOut = document.getElementById("sign-out");
const notice = document.getElementById("notice");

let pending;

function show({ signedIn, secondFactor: wanted, recoveryCodes = [], message }) {
  if (signedIn !== undefined) {
    pending = wanted?.pending;
    signIn.hidden = signedIn || Boolean(wanted);
    secondFactor.hidden = !wanted;
    signOut.hidden = !signedIn;
  }
  notice.textContent = message ?? "";
  if (wanted) notice.textContent = "Enter the code that your authenticator app shows, or a recovery code.";
  if (wanted?.enrolment) {
    const link = document.createElement("a");
    link.href = wanted.enrolment.uri;
    link.textContent = wanted.enrolment.secret.match(/.{1,4}/g).join(" ");
    notice.replaceChildren("Set up your authenticator app with this secret, then enter the code that it shows: ", link);
  }
  if (recoveryCodes.length > 0) {
    notice.textContent = `Keep these codes for the day on which you lose your app. Each works once: ${recoveryCodes.join(", ")}`;
  }
}

async function session(method, body, path = "/session") {
  try {
    const headers = body ? JSON_BODY : OURS;
    show(await (await fetch(path, { method, headers, body })).json());
  } catch {
    show({ message: "The server does not answer." });
  }
}

secondFactor.addEventListener("submit", (event) => {
  event.preventDefault();
  session("POST", JSON.stringify({ pending, code: secondFactor.elements.code.value }), "/session/second-factor");
  secondFactor.reset();
});

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
