// The page works without this file. It only spares the reloading: acts are sent in the background, what is new
// appears by itself, and a dot marks the people who were told something you have not looked at.
"use strict";

const EVERY = 2500;
let busy = false;

function parts(root) {
  return new Map([...root.querySelectorAll("[data-live]")].map((part) => [part.dataset.live, part]));
}

function show(html) {
  const fresh = parts(new DOMParser().parseFromString(html, "text/html"));
  for (const [name, part] of parts(document)) {
    const next = fresh.get(name);
    const typing = part.contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden])");
    if (!next || typing || part.dataset.was === next.innerHTML) continue;
    part.dataset.was = next.innerHTML;
    if (part.innerHTML !== next.innerHTML) part.innerHTML = next.innerHTML;
  }
  mark();
}

function mark() {
  for (const person of document.querySelectorAll("[data-who]")) {
    const key = `getok ${person.dataset.who}`;
    const last = Number(person.dataset.last);
    if (person.hasAttribute("aria-current")) sessionStorage.setItem(key, String(last));
    person.classList.toggle("fresh", last > Number(sessionStorage.getItem(key) || 0));
  }
}

async function act(form, button) {
  const body = new FormData(form);
  if (button && button.name) body.append(button.name, button.value);
  busy = true;
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
    if (!answer.ok) return location.reload();
    history.replaceState(null, "", answer.url);
    show(await answer.text());
    if (form.matches(".composer") && !new URL(answer.url).searchParams.has("note")) form.reset();
  } catch {
    location.reload();
  } finally {
    busy = false;
    form.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post") return;
  event.preventDefault();
  if (!busy) act(form, event.submitter);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("textarea")) return;
  event.preventDefault();
  event.target.form.requestSubmit(event.target.form.querySelector(".send"));
});

setInterval(async () => {
  if (busy || document.hidden) return;
  try {
    const answer = await fetch(location.href);
    if (answer.ok && !busy) show(await answer.text());
  } catch {
    // The hub is being restarted; the next look will tell.
  }
}, EVERY);

mark();
