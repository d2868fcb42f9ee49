// Choosing a password by a one-time link. The link's token stands behind the #, where no server log sees it.
"use strict";

const form = document.getElementById("welcome");
const notice = document.getElementById("notice");
const token = location.hash.slice(1);

if (!token) notice.textContent = "This address is not whole. Open the link again, as it was sent.";

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const password = form.elements.password.value;
  try {
    const response = await fetch("/session/password", {
      method: "POST",
      headers: { "x-waymark-request": "page", "content-type": "application/json" },
      body: JSON.stringify({ token, password }),
    });
    const answer = await response.json();
    notice.textContent = answer.message ?? "";
    if (!response.ok) return;
    history.replaceState(null, "", location.pathname);
    form.hidden = true;
    document.getElementById("done").hidden = false;
  } catch {
    notice.textContent = "The server does not answer.";
  }
});
