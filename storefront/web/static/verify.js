// Checks a pasted receipt in this browser, so that nobody has to be believed. Without it the form asks the hub.
"use strict";

const form = document.querySelector("form.verify");
const dash = /^\u2014 (\S+) (\S+)$/;
const encoder = new TextEncoder();

const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const hex = (data) => Array.from(new Uint8Array(data), (one) => one.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
};
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

// RFC 8785 for what receipts hold: objects of strings and nulls.
const canonical = (value) => value === null || typeof value !== "object"
  ? JSON.stringify(value)
  : "{" + Object.keys(value).sort().map((name) => JSON.stringify(name) + ":" + canonical(value[name])).join(",") + "}";

function parts(text) {
  const lines = text.split("\n").map((line) => line.replace(/^[\ufeff \t\r]+|[\ufeff \t\r]+$/g, "").replace(/^[\u2013-] /, "\u2014 "));
  const begin = lines.findIndex((line) => line.endsWith("c2sp.org/tlog-proof@v1"));
  const number = lines.findIndex((line, at) => at >= begin && line.startsWith("index "));
  const origin = lines.findIndex((line, at) => at >= number && line.startsWith("getok/"));
  if (begin < 0 || number < 0 || origin < 0) throw new Error("no receipt");
  const extra = lines.slice(begin + 1, number).join("");
  if (!extra.startsWith("extra ")) throw new Error("no receipt");
  const opened = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes(extra.slice(6))));
  if (!Object.values(opened.row).every((value) => value === null || typeof value === "string")) throw new Error("row");
  const index = lines[number].slice(6);
  if (!/^\d+$/.test(index)) throw new Error("index");
  const path = lines.slice(number + 1, origin).filter(Boolean).map(bytes);
  const body = lines.slice(origin).filter(Boolean).slice(0, 3);
  const signatures = lines.slice(origin).filter((line) => line.startsWith("\u2014 "));
  return { opened, index: Number(index), path, note: [...body, "", ...signatures, ""].join("\n") };
}

async function signedBody(note, line) {
  const [name, id, packed] = line.split(/\+(.*?)\+(.*)/s);
  const data = bytes(packed), publicKey = data.slice(1);
  if (name !== "getok/" + hex(await sha256(Uint8Array.of(0), publicKey)).slice(0, 16)) throw new Error("key");
  if (hex((await sha256(encoder.encode(name + "\n"), Uint8Array.of(1), publicKey)).slice(0, 4)) !== id) throw new Error("key");
  const cut = note.indexOf("\n\n");
  const body = note.slice(0, cut) + "\n";
  const key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
  for (const each of note.slice(cut + 2).split("\n")) {
    const match = each.match(dash);
    if (!match || match[1] !== name) continue;
    const signature = bytes(match[2]);
    if (hex(signature.slice(0, 4)) !== id) continue;
    if (await crypto.subtle.verify("Ed25519", key, signature.slice(4), encoder.encode(body))) return body;
  }
  throw new Error("signature");
}

// RFC 9162, section 2.1.3.2.
async function included(leaf, index, size, path, root) {
  let number = index, last = size - 1, found = leaf;
  if (!(index >= 0 && index < size)) return false;
  for (const one of path) {
    if (last === 0) return false;
    if (number % 2 || number === last) {
      found = await sha256(Uint8Array.of(1), one, found);
      while (number % 2 === 0 && number) { number = Math.floor(number / 2); last = Math.floor(last / 2); }
    } else {
      found = await sha256(Uint8Array.of(1), found, one);
    }
    number = Math.floor(number / 2); last = Math.floor(last / 2);
  }
  return last === 0 && hex(found) === hex(root);
}

// Anybody can name a log after a key of her own: whether it is this hub's, and its history, the hub itself is asked.
async function compared(origin, size, root) {
  if (origin !== form.dataset.log) throw new Error("other");
  const answer = await fetch(`/books/log/root?size=${size}`);
  if (!answer.ok || (await answer.text()).trim() !== root) throw new Error("other");
}

async function check(text) {
  const { opened, index, path, note } = parts(text);
  const [origin, size, root] = (await signedBody(note, opened.key)).split("\n");
  const commitment = hex(await sha256(unhex(opened.salt), encoder.encode(canonical(opened.row))));
  const leaf = { v: "1", log: origin, n: String(index), kind: opened.kind, day: opened.day, commitment };
  const digest = await sha256(Uint8Array.of(0), encoder.encode(canonical(leaf)));
  if (origin !== opened.key.split("+")[0]) throw new Error("log");
  if (!await included(digest, index, Number(size), path, bytes(root))) throw new Error("log");
  await compared(origin, Number(size), root);
  return { ...opened.row, log: origin, "kode cek": `${hex(bytes(root)).slice(0, 12)}-${size}` };
}

function show(word, facts) {
  const box = document.querySelector("#verdict");
  box.textContent = "";
  const said = document.createElement("p");
  said.className = "lead";
  said.textContent = word;
  const list = document.createElement("dl");
  list.className = "facts";
  for (const [name, value] of Object.entries(facts)) {
    if (value == null) continue;
    const line = document.createElement("div"), term = document.createElement("dt"), what = document.createElement("dd");
    term.textContent = name; what.textContent = value;
    line.append(term, what); list.append(line);
  }
  box.append(said, list);
  box.focus();
}

async function canCheck() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch { return false; }
}

if (form && window.crypto && crypto.subtle) {
  canCheck().then((able) => {
    if (!able) return;
    form.querySelector("#where").textContent = form.dataset.here;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        show(form.dataset.holds, await check(form.elements.receipt.value));
      } catch (wrong) {
        show(wrong.message === "other" ? form.dataset.other : form.dataset.wrong, {});
      }
    });
  });
}

// A receipt's QR carries it behind the #, which no browser sends to anybody.
async function fromAddress() {
  const packed = location.hash.slice(1);
  if (!form || !packed || !window.DecompressionStream) return;
  const data = bytes(packed.replace(/-/g, "+").replace(/_/g, "/"));
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  form.elements.receipt.value = await new Response(stream).text();
}
fromAddress().catch(() => {});
