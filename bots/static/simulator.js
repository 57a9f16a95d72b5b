// The page works without this file. It spares the reloading: acts are sent in the background, only what is new is
// fetched and put in its place, and a story on stage is typed before one's eyes.
"use strict";

const root = document.documentElement;
const words = document.body.dataset;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const PLACES = ["one", "two", "three"];
const EVERY = 1000;
root.classList.add("scripted");

const state = { v: "", n: 0, on: root.dataset.on, show: "", held: {} };
let busy = 0;
let turn = 0;

const $ = (query, within = document) => within.querySelector(query);
const $$ = (query, within = document) => [...within.querySelectorAll(query)];
const phoneAt = (place) => $(`.phone[data-place="${place}"]`);
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

function drawn(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function made(tag, look, text = "") {
  const element = document.createElement(tag);
  element.className = look;
  element.textContent = text;
  return element;
}

// -- putting what is new in its place --------------------------------------------------------------

const before = new Map();

function put(name, html) {
  const part = $(`[data-part="${name}"]`);
  if (!part || before.get(name) === html) return;
  const first = !before.has(name);
  before.set(name, html);
  const fresh = drawn(html);
  const open = part.contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden])");
  if (open || $("details[open]", part)) { before.delete(name); return; }
  const keyed = $$("[data-key]", part).map((one) => one.dataset.key);
  const known = new Set(keyed);
  const focused = part.contains(document.activeElement) ? $$("button, a, summary", part).indexOf(document.activeElement) : -1;
  part.replaceChildren(fresh);
  if (focused >= 0) ($$("button, a, summary", part)[focused] || part).focus({ preventScroll: true });
  if (!first && known.size) {
    let added = 0;
    for (const one of $$("[data-key]", part)) if (!known.has(one.dataset.key)) { one.classList.add("fresh"); added += 1; }
    if (added && (name === "ledger" || name === "outbox") && state.on !== "books") count("books", added);
  }
}

function atBottom(screen) { return screen.scrollHeight - screen.scrollTop - screen.clientHeight < 60; }

function toBottom(screen, smooth) {
  screen.sticks = true;
  screen.scrollTo({ top: screen.scrollHeight, behavior: smooth && !calm.matches ? "smooth" : "instant" });
}

function chat(place, told) {
  const phone = phoneAt(place);
  const log = $(".chat", phone);
  const screen = $(".screen", phone);
  const moved = phone.dataset.who !== told.who;
  const channel = told.who.split("@")[1];
  if (moved) {
    phone.dataset.who = told.who;
    phone.classList.remove("telegram", "whatsapp");
    phone.classList.add(channel);
    log.replaceChildren();
    unquote(phone);
  }
  const stays = moved || screen.sticks;
  const here = new Map($$("[data-key]", log).map((one) => [one.dataset.key, one]));
  $$(".pending", log).forEach((one) => one.remove());
  let last = null;
  let news = 0;
  for (const key of told.keys) {
    let node = here.get(key);
    const [, html] = told.fresh[key] || [];
    if (html && (!node || !key.startsWith("day-"))) {
      const next = drawn(html).firstElementChild;
      if (!node || !node.isEqualNode(next)) {
        if (node) { node.replaceWith(next); if (!moved) next.classList.add("changed"); }
        else if (!moved) { next.classList.add("arrives"); if (!next.matches(".mine, .day")) news += 1; }
        node = next;
      }
    }
    if (!node) continue;
    const wanted = last ? last.nextSibling : log.firstChild;
    if (wanted !== node) log.insertBefore(node, wanted);
    last = node;
    here.delete(key);
  }
  here.forEach((node) => node.remove());
  if (stays) toBottom(screen, !moved);
  else if (news) showDown(phone, news);
}

function showDown(phone, news) {
  const down = $(".down", phone);
  const badge = $(".badge", down);
  badge.textContent = Number(badge.textContent || 0) + news;
  down.hidden = false;
}

// -- who has been told something nobody has looked at ------------------------------------------------

const seen = JSON.parse(sessionStorage.getItem("getok seen") || "{}");

function mark(told) {
  for (const [who, numbers] of Object.entries(told)) {
    const place = PLACES.find((one) => state.held[one] === who);
    const inSight = place && phoneAt(place).offsetParent !== null;
    if (inSight || !(who in seen)) seen[who] = Math.max(0, ...numbers);
    const unread = numbers.filter((number) => number > seen[who]).length;
    for (const link of $$(`[data-who="${CSS.escape(who)}"] .badge`)) if (link.closest("a")) badge(link, unread);
    if (place) badge($(`[data-tab="${place}"] .badge`), unread);
  }
  sessionStorage.setItem("getok seen", JSON.stringify(seen));
}

function badge(element, number) {
  element.textContent = number || "";
  element.hidden = !number;
}

function count(tab, more) {
  const element = $(`[data-tab="${tab}"] .badge`);
  if (element) badge(element, Number(element.textContent || 0) + more);
}

// -- talking with the hub ----------------------------------------------------------------------------

// `asked` is the phone that was in sight when the question left: only the hub's own wish turns to another one.
function take(told, asked) {
  state.v = told.v;
  state.held = told.held;
  state.show = told.show;
  // The chats first: a part may speak of what stands in them.
  for (const place of PLACES) {
    chat(place, told.chats[place]);
    state.n = Math.max(state.n, told.chats[place].newest);
    $(`[data-tab="${place}"] [data-tab-name]`).textContent = named(told.held[place]);
    $(`[data-tab="${place}"] .dot`).className = `dot ${told.held[place].split("@")[1]}`;
  }
  for (const [name, html] of Object.entries(told.parts)) put(name, html);
  if (told.on !== asked) turnTo(told.on);
  mark(told.told);
  $(".script").hidden = !told.show;
  root.toggleAttribute("data-stage", Boolean(told.show));
  const line = $(".lines .next, .lines .broken") || $(".lines li:last-child");
  if (line) line.parentElement.parentElement.scrollTop = line.offsetTop - line.parentElement.parentElement.clientHeight / 2;
  tell(told.story);
  history.replaceState(null, "", told.address.replace(/([?&]on=)\w+/, `$1${state.on}`));
}

function named(who) {
  const name = who.split("@")[0];
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function question(more = {}) {
  const asked = new URLSearchParams({ ...state.held, on: state.on, v: state.v, n: state.n });
  if (state.show) asked.set("show", state.show);
  for (const [name, value] of Object.entries(more)) asked.set(name, value);
  return asked;
}

async function look(more = {}) {
  const mine = ++turn;
  const asked = state.on;
  const answer = await fetch(`/simulator/since?${question(more)}`);
  if (answer.status === 200 && mine === turn) take(await answer.json(), asked);
}

async function afresh(more = {}) {
  state.v = "";
  state.n = 0;
  before.delete("script");
  await look({ v: "", n: 0, ...more });
}

async function act(form, button) {
  const body = new FormData(form);
  const asked = state.on;
  for (const [name, value] of Object.entries({ ...state.held, on: asked, n: state.n, live: 1 })) body.set(name, value);
  if (state.show) body.set("show", state.show); else body.delete("show");
  if (button && button.name) body.set(button.name, button.value);
  if (form.getAttribute("action").endsWith("/story")) playing.runs = false;
  const who = body.get("hand") || "";
  const waits = pending(form, body, who);
  busy += 1;
  turn += 1;
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
    if (answer.status === 403 || answer.status === 404) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const told = await answer.json();
    if (told.v === undefined) return await entered(told);
    if (told.on === asked && who) {
      const place = PLACES.find((one) => told.held[one] === who);
      if (place && form.matches("[data-coach], .preview") && narrow()) told.on = place;
    }
    take(told, asked);
  } catch {
    failed(waits);
  } finally {
    busy -= 1;
    done(waits);
  }
}

function failed(waits) {
  $('[data-part="note"]').replaceChildren(made("p", "", words.unsent));
  before.delete("note");
  if (waits.text && waits.area && !waits.area.value) waits.area.value = waits.text;
}

// What one writes stands in the chat at once, and the other side is seen to type.
function pending(form, body, who) {
  const place = PLACES.find((one) => state.held[one] === who);
  const phone = place && phoneAt(place);
  const waits = { phone };
  if (!phone) return waits;
  const text = form.matches(".composer") || form.matches("[data-coach]") ? body.get("word") || body.get("text") || "" : "";
  if (text.trim() && form.getAttribute("action").endsWith("/write") && !body.get("sample")) {
    const bubble = made("article", "message mine pending");
    const inside = made("div", "bubble");
    inside.append(made("div", "line", text.trim()), made("p", "foot", "🕓"));
    bubble.append(inside);
    $(".chat", phone).append(bubble);
  }
  if (form.matches(".composer")) {
    waits.area = $("textarea", form);
    waits.text = body.get("text");
    if (waits.text && !body.get("word")) waits.area.value = "";
    unquote(phone);
    $('input[type="file"]', form).value = "";
  }
  waits.typing = made("article", "message pending typing");
  const dots = made("div", "bubble");
  dots.append(made("i", ""), made("i", ""), made("i", ""));
  dots.setAttribute("aria-hidden", "true");
  waits.typing.append(dots);
  $(".chat", phone).append(waits.typing);
  $("[data-status]", phone).textContent = words.typing;
  toBottom($(".screen", phone), true);
  return waits;
}

function done(waits) {
  if (!waits.phone) return;
  $$(".pending", waits.phone).forEach((one) => one.remove());
  $("[data-status]", waits.phone).textContent = words.online;
}

// -- hands on the page -------------------------------------------------------------------------------

const narrow = () => getComputedStyle($(".tabs")).display !== "none";

function turnTo(place) {
  state.on = place;
  root.dataset.on = place;
  for (const tab of $$("[data-tab]")) {
    if (tab.dataset.tab === place) tab.setAttribute("aria-current", "true"); else tab.removeAttribute("aria-current");
  }
  if (place === "books") badge($('[data-tab="books"] .badge'), 0);
  else toBottom($(".screen", phoneAt(place)), false);
}

function shut(besides) {
  for (const menu of $$("details.menu[open]")) if (menu !== besides && !menu.contains(besides)) menu.open = false;
}

function unquote(phone) {
  $(".quoted", phone).hidden = true;
  $('input[name="reply"]', phone).value = "";
}

function quote(button) {
  const phone = button.closest(".phone");
  const said = $$(".line", button.closest(".bubble")).map((one) => one.textContent).join(" ").trim();
  $('input[name="reply"]', phone).value = button.dataset.reply;
  $(".quoted span", phone).textContent = said.slice(0, 90) || "…";
  $(".quoted", phone).hidden = false;
  if ($(".screen", phone).sticks) toBottom($(".screen", phone), false);
  $("textarea", phone).focus();
}

function enlarge(link) {
  const dialog = $("dialog.large");
  $("img", dialog).src = link.href;
  dialog.showModal();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") === "dialog") return;
  event.preventDefault();
  shut(null);
  if (form.matches("[data-soft]")) {
    const asked = Object.fromEntries(new FormData(form));
    form.reset();
    if (document.activeElement) document.activeElement.blur();
    return afresh({ ...state.held, ...(state.show ? { show: state.show } : {}), slot: asked.slot, new: asked.new });
  }
  const empty = form.matches(".composer") && !(event.submitter && event.submitter.name) && !$("textarea", form).value.trim()
    && !$('input[type="file"]', form).files.length;
  if (empty) return $("textarea", form).focus();
  act(form, event.submitter);
});

document.addEventListener("click", (event) => {
  const target = event.target;
  const link = target.closest("a");
  if (!target.closest("details.menu")) shut(null);
  else shut(target.closest("details.menu"));
  if (target.closest("[data-reply]")) return quote(target.closest("[data-reply]"));
  if (target.closest(".quoted button")) return unquote(target.closest(".phone"));
  if (target.closest(".down")) return toBottom($(".screen", target.closest(".phone")), true);
  if (target.closest("dialog.large")) return $("dialog.large").close();
  if (target.closest("[data-story]") || target.closest("[data-speed]")) return steer(target.closest("button"));
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.matches("[data-enlarge]")) { event.preventDefault(); enlarge(link); }
  else if (link.matches("[data-tab]")) { event.preventDefault(); turnTo(link.dataset.tab); look({ v: "" }); }
  else if (link.matches("[data-soft]")) {
    event.preventDefault();
    shut(null);
    const asked = Object.fromEntries(new URL(link.href).searchParams);
    afresh({ ...asked, on: narrow() ? asked.on : state.on });
  } else if (link.matches("[data-theme-to]")) {
    event.preventDefault();
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    fetch(`/simulator/since?${question({ theme: root.dataset.theme })}`);
    shut(null);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = $("details.menu[open]");
    if (open) { open.open = false; $("summary", open).focus(); }
    return;
  }
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("textarea")) return;
  event.preventDefault();
  event.target.form.requestSubmit($(".send", event.target.form));
});

document.addEventListener("change", (event) => {
  if (event.target.matches('.composer input[type="file"]') && event.target.files.length) {
    event.target.form.requestSubmit($(".send", event.target.form));
  }
});

// Who scrolls up wants to read; the newest words do not drag her down again until she comes back by herself.
document.addEventListener("scroll", (event) => {
  const screen = event.target;
  if (!screen.matches || !screen.matches(".screen")) return;
  const down = $(".down", screen.parentElement);
  if (atBottom(screen)) {
    screen.sticks = true;
    down.hidden = true;
    $(".badge", down).textContent = "";
  } else if (screen.scrollTop < (screen.was ?? 0)) {
    screen.sticks = false;
    down.hidden = false;
  }
  screen.was = screen.scrollTop;
}, true);

// A picture that arrives late must not push the newest words out of sight.
document.addEventListener("load", (event) => {
  const screen = event.target.matches && event.target.matches(".bubble img") && event.target.closest(".screen");
  if (screen && screen.sticks) toBottom(screen, false);
}, true);

// -- a story that plays by itself --------------------------------------------------------------------

const playing = { number: 0, runs: false, speed: Number(sessionStorage.getItem("getok speed")) || 1 };

function steer(button) {
  if (button.dataset.speed) {
    playing.speed = Number(button.dataset.speed);
    sessionStorage.setItem("getok speed", playing.speed);
  } else {
    playing.runs = !playing.runs;
    if (playing.runs) run();
  }
  dress();
}

function dress() {
  for (const button of $$("[data-speed]")) button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === playing.speed));
  const button = $("[data-story]");
  if (!button) return;
  button.dataset.was ||= button.textContent;
  button.textContent = playing.runs ? button.dataset.was : button.dataset.other;
}

async function entered(told) {
  state.show = told.show;
  state.held = told.held;
  const wanted = told.show && narrow() && playing.runs ? told.on : state.on;
  if (wanted !== state.on) turnTo(wanted);
  const again = told.story && told.story.number === playing.number;
  if (told.show && !again) { playing.number = told.story.number; playing.runs = true; playing.fresh = true; }
  if (!told.show) playing.runs = false;
  $$(".chat").forEach((log) => { if (!again) log.replaceChildren(); });
  if (again) await look({ v: "" }); else await afresh();
  if (playing.fresh) { playing.fresh = false; run(); }
}

function tell(story) {
  playing.story = story;
  if (!story || story.over) playing.runs = false;
  dress();
}

async function step() {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...state.held, on: state.on, n: state.n, live: 1, show: "story", do: "step", at: playing.story.at })) body.set(name, value);
  body.set("token", words.token);
  const answer = await fetch("/simulator/story", { method: "POST", body });
  if (!answer.ok) { playing.runs = false; return; }
  await entered(await answer.json());
}

async function typed(story) {
  const place = PLACES.find((one) => state.held[one] === story.who);
  const phone = place && phoneAt(place);
  if (!phone) return;
  if (narrow() && state.on !== place) turnTo(place);
  phone.classList.add("acting");
  const area = $("textarea", phone);
  if (story.kind === "Says" && !calm.matches) {
    const text = story.words;
    for (let at = 1; at <= text.length && playing.runs; at += Math.max(1, Math.round(text.length / 45))) {
      area.value = text.slice(0, at);
      await pause(26 / playing.speed);
    }
    area.value = "";
  } else if (story.kind === "Taps") {
    const wanted = story.words.toLowerCase();
    const button = $$(".key button, .choice button", phone).reverse().find((one) => one.textContent.toLowerCase().includes(wanted));
    if (button) button.classList.add("pressed");
    await pause(600 / playing.speed);
    if (button) button.classList.remove("pressed");
  } else await pause(500 / playing.speed);
}

async function run() {
  if (playing.busy) return;
  playing.busy = true;
  dress();
  try {
    while (playing.runs && playing.story && !playing.story.over) {
      const story = playing.story;
      const looks = ["Sees", "DoesNotSee", "Keeps"].includes(story.kind);
      if (!looks && story.who) await typed(story);
      if (!playing.runs) break;
      await step();
      $$(".phone.acting").forEach((one) => one.classList.remove("acting"));
      await pause((looks ? 320 : story.kind === "Clock" ? 1200 : 1300) / playing.speed);
    }
  } catch {
    playing.runs = false;
  } finally {
    playing.busy = false;
    $$(".phone.acting").forEach((one) => one.classList.remove("acting"));
    dress();
  }
}

// -- the beginning -----------------------------------------------------------------------------------

for (const place of PLACES) {
  const phone = phoneAt(place);
  state.held[place] = phone.dataset.who;
  state.n = Math.max(state.n, Number($(".chat", phone).dataset.newest));
  toBottom($(".screen", phone), false);
}
state.show = root.hasAttribute("data-stage") ? "story" : "";

async function poll() {
  if (!busy && !playing.busy && !document.hidden) {
    try {
      await look();
    } catch {
      // The hub is being restarted; the next look will tell.
    }
  }
  setTimeout(poll, EVERY);
}
poll();
