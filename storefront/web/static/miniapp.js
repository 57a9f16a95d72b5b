// The cart of the page inside Telegram. Without this script the page is a list with links into the chat.
"use strict";

(() => {
  const WEB = "https://web.telegram.org";
  const launch = launched();
  const initData = launch.get("tgWebAppData") || "";

  // What Telegram gave us when it opened the page; a link to another shop must not lose it.
  function launched() {
    const given = location.hash.slice(1);
    if (given.includes("tgWebAppData")) sessionStorage.setItem("getok-launch", given);
    return new URLSearchParams(given.includes("tgWebAppData") ? given : sessionStorage.getItem("getok-launch") || "");
  }

  // Say something to the app around us; each of its kinds listens elsewhere.
  function tell(event, data = {}) {
    if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(event, JSON.stringify(data));
    else if (window.external && "notify" in window.external)
      window.external.notify(JSON.stringify({ eventType: event, eventData: data }));
    else if (window.parent !== window)
      window.parent.postMessage(JSON.stringify({ eventType: event, eventData: data }), WEB);
  }

  const COLOURS = {
    bg_color: "--tg-bg", text_color: "--tg-text", hint_color: "--tg-hint", link_color: "--tg-link",
    button_color: "--tg-button", button_text_color: "--tg-button-text", secondary_bg_color: "--tg-secondary",
    section_bg_color: "--tg-section",
  };

  function dress(colours) {
    for (const [name, variable] of Object.entries(COLOURS))
      if (/^#[0-9a-f]{6}$/i.test(colours[name] || "")) document.body.style.setProperty(variable, colours[name]);
  }

  function heard(event, data) {
    if (event === "theme_changed" && data && data.theme_params) dress(data.theme_params);
  }

  function parsed(text) {
    try { return JSON.parse(text) || {}; } catch { return {}; }
  }

  window.Telegram = { WebView: { receiveEvent: heard } };
  window.addEventListener("message", (message) => {
    if (message.origin !== WEB || typeof message.data !== "string") return;
    const said = parsed(message.data);
    heard(said.eventType, said.eventData);
  });

  dress(parsed(launch.get("tgWebAppThemeParams") || "{}"));
  if (initData) {
    document.body.classList.add("in-telegram");
    tell("web_app_ready");
    tell("web_app_expand");
  }

  const form = document.getElementById("cart");
  if (!form) return;
  const bar = form.querySelector(".bar"), trouble = form.querySelector(".trouble");
  const button = form.querySelector(".order"), words = document.getElementById("words").dataset;
  const kept = `getok-cart:${location.search}`;
  const cart = new Map(Object.entries(parsed(sessionStorage.getItem(kept) || "{}")));
  let once = word();
  const sold = new Set([...form.querySelectorAll(".stepper")].map((one) => one.dataset.variant));
  for (const variant of cart.keys()) if (!sold.has(variant)) cart.delete(variant);

  function word() {
    return Array.from(crypto.getRandomValues(new Uint8Array(12)), (one) => one.toString(16).padStart(2, "0")).join("");
  }

  for (const stepper of form.querySelectorAll(".stepper")) {
    stepper.hidden = false;
    const most = Number(stepper.dataset.most);
    const change = (by) => {
      const many = Math.min(Math.max((cart.get(stepper.dataset.variant) || 0) + by, 0), most);
      if (many) cart.set(stepper.dataset.variant, many); else cart.delete(stepper.dataset.variant);
      once = word();
      draw();
    };
    stepper.querySelector(".less").addEventListener("click", () => change(-1));
    stepper.querySelector(".more").addEventListener("click", () => change(1));
  }

  function draw() {
    let sum = 0, count = 0;
    for (const stepper of form.querySelectorAll(".stepper")) {
      const many = cart.get(stepper.dataset.variant) || 0;
      stepper.querySelector("output").textContent = many;
      stepper.querySelector(".less").disabled = many === 0;
      stepper.querySelector(".more").disabled = many >= Number(stepper.dataset.most);
      sum += many * Number(stepper.dataset.price);
      count += many;
    }
    sessionStorage.setItem(kept, JSON.stringify(Object.fromEntries(cart)));
    bar.hidden = count === 0;
    form.querySelector(".count").textContent = `(${count})`;
    form.querySelector(".sum").textContent = form.dataset.currency + sum.toLocaleString("id-ID");
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!initData) return inABrowser();
    button.disabled = true;
    trouble.hidden = true;
    const lines = [...cart].map(([variant, many]) => [Number(variant), many]);
    const asked = { init_data: initData, lines, start: form.dataset.start, once, language: document.documentElement.lang };
    try {
      const answer = await fetch("/miniapp/order", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked),
      });
      const said = await answer.json();
      if (said.ok) return sent();
      say(said.words || words.later);
    } catch { say(words.later); }
    button.disabled = false;
  });

  // Outside of Telegram nobody knows who is here: the words go into the chat, and she presses send.
  function inABrowser() {
    const door = document.querySelector(".elsewhere .door.whatsapp");
    const lines = [...form.querySelectorAll(".stepper")]
      .filter((one) => cart.get(one.dataset.variant))
      .map((one) => `${cart.get(one.dataset.variant)} ${one.dataset.name}`);
    if (!door) return say(words.away);
    const url = new URL(door.href);
    url.searchParams.set("text", `${url.searchParams.get("text")}\n${lines.join(", ")}`);
    location.assign(url);
  }

  function say(sentence) {
    trouble.textContent = sentence;
    trouble.hidden = false;
  }

  function sent() {
    cart.clear();
    draw();
    form.querySelector(".goods").hidden = true;
    form.querySelector(".done").hidden = false;
    window.scrollTo(0, 0);
    setTimeout(() => tell("web_app_close"), 900);
  }

  draw();
})();
