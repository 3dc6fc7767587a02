/* What the pages do by themselves: keys, drafts, clocks, lines that come and go. */
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const keep = {
  get(key) { try { return localStorage.getItem(key); } catch (error) { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch (error) { /* kept in the page only */ } },
  drop(key) { try { localStorage.removeItem(key); } catch (error) { /* there was nothing */ } },
};
const login = () => document.body.dataset.login || "";

/* -- theme -- */
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  keep.set("theme", root.dataset.theme);
});

/* -- lines that come and go -- */
function toast(text, bad) {
  const line = document.createElement("p");
  line.className = bad ? "toast bad" : "toast";
  line.textContent = text;
  const place = $("[data-toasts]");
  if (!place || !text) return;
  place.append(line);
  setTimeout(() => line.remove(), bad ? 8000 : 4000);
}
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.bad));
document.addEventListener("htmx:responseError", (event) => {
  const text = event.detail.xhr.responseText;
  toast(text && text.length < 200 && !text.startsWith("<") ? text : "没有做成，请刷新页面再试。", true);
});
document.addEventListener("htmx:sendError", () => toast("群管家没有回应，请稍后再试；写的话还在。", true));

/* -- a session that ended, or was begun anew elsewhere, while somebody was writing: he goes on where he is -- */
async function renew() {
  const answer = await fetch("/account");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  const who = page.dataset.login;
  if (!who) { openDoor(); return false; }
  if (who !== login()) { toast(`这个浏览器里现在登录的是 ${who}，没有替您做；请先抄下写的话，再刷新页面。`, true); return false; }
  const headers = page.getAttribute("hx-headers"), token = JSON.parse(headers)["X-CSRF-Token"];
  document.body.setAttribute("hx-headers", headers);
  for (const field of $$("[name=csrf]")) field.value = token;
  return true;
}
function openDoor() {
  if ($("#door")) return;
  document.body.append($("#door-sheet").content.cloneNode(true));
  const door = $("#door"), form = $("form", door);
  door.addEventListener("close", () => door.remove());
  form.addEventListener("submit", (event) => { event.preventDefault(); comeIn(door, form); });
  door.showModal(); $("[name=password]", form).focus();
}
async function comeIn(door, form) {
  const fault = $("[role=alert]", form);
  try {
    const answer = await fetch("/login", { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "HX-Request": "true" } });
    if (answer.headers.has("HX-Redirect")) {
      door.close();
      if (await renew()) toast("登录好了，请再点一次；写的话还在。");
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    fault.textContent = ($(".fault", page) || { textContent: "没有登录成，请再试。" }).textContent;
  } catch (error) { fault.textContent = "群管家没有回应，请稍后再试。"; }
  fault.hidden = false;
}
document.addEventListener("door", openDoor);
document.addEventListener("stale", async () => { if (await renew()) toast("登录换过了，请再点一次；写的话还在。", true); });

/* -- a form that takes long to fill in is not left by mistake -- */
const letGo = () => { for (const form of $$("form[data-dirty]")) delete form.dataset.dirty; };
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) form.dataset.dirty = "yes";
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-leave]")) letGo(); });
document.addEventListener("htmx:beforeOnLoad", (event) => { if (event.detail.xhr.getResponseHeader("HX-Redirect")) letGo(); });
addEventListener("beforeunload", (event) => { if ($("form[data-dirty]")) event.preventDefault(); });

/* -- the line to the bot -- */
let lost = 0;
document.addEventListener("htmx:sseError", () => {
  if (!lost) lost = setTimeout(() => { const note = $("[data-offline]"); if (note) note.hidden = false; }, 1500);
});
document.addEventListener("htmx:sseOpen", () => {
  clearTimeout(lost); lost = 0;
  const note = $("[data-offline]"); if (note) note.hidden = true;
});

/* -- drafts: what was typed and not sent survives a reload and a restart -- */
const draftKey = (field) => `draft:${login()}:${field.dataset.draft}`;
function restoreDrafts(root) {
  for (const field of $$("[data-draft]", root)) {
    if (field.dataset.restored) continue;
    field.dataset.restored = "yes";
    const kept = keep.get(draftKey(field));
    if (kept && !field.value) { field.value = kept; grow(field); }
  }
}
document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches("[data-draft]")) field.value ? keep.set(draftKey(field), field.value) : keep.drop(draftKey(field));
  if (field.matches("textarea[data-grow]")) grow(field);
  const form = field.closest("form[data-outdates]");
  if (form) $(form.dataset.outdates).replaceChildren(); // it was made of what stood here before
});
function grow(field) {
  if (!field.matches("textarea[data-grow]")) return;
  field.rows = Math.min(12, Math.max(+field.dataset.grow || 2, field.value.split("\n").length));
}
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest && event.target.closest("form[data-clear]");
  if (!form) return;
  for (const field of $$("input[type=file]", form)) field.value = ""; // the same file may be chosen again
  if (!event.detail.successful || event.detail.xhr.getResponseHeader("X-Refused")) return;
  for (const field of $$("[data-draft]", form)) keep.drop(draftKey(field));
  form.reset();
  const stamp = $("[name=source]", form);
  if (stamp) stamp.value = fresh();
  $$("textarea", form).forEach(grow);
});
/* What stands there already is not swapped for the same: a click just then would be lost. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig, serverResponse } = event.detail;
  if (requestConfig.verb !== "get" || requestConfig.elt !== target) return;
  if (plainly(serverResponse) === plainly(target.innerHTML)) event.detail.shouldSwap = false;
});
function plainly(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  for (const part of $$("[class]", box.content)) {
    part.classList.remove("htmx-added", "htmx-settling");
    if (!part.classList.length) part.removeAttribute("class");
  }
  return box.innerHTML.trim();
}
/* A menu that somebody has open is not swapped away under his hands; it catches up once it is closed. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const box = event.detail.target;
  if (event.detail.requestConfig.verb !== "get" || !$("details.menu[open]", box)) return;
  if (event.detail.requestConfig.elt !== box) return;
  event.detail.shouldSwap = false; box.dataset.stale = "yes";
});
document.addEventListener("toggle", (event) => {
  const box = !event.target.open && event.target.matches("details.menu") && event.target.closest("[data-stale]");
  if (!box) return;
  delete box.dataset.stale;
  htmx.ajax("GET", box.getAttribute("hx-get"), { source: box, target: box });
}, true);
document.addEventListener("htmx:afterRequest", (event) => {
  const menu = event.target.closest && event.target.closest("details.menu");
  if (menu && event.detail.successful && !event.detail.xhr.getResponseHeader("X-Refused")) menu.open = false;
});
document.addEventListener("click", (event) => {
  for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
/* After a change that many parts of a page show, the page is read anew; what was said stays. */
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest && event.target.closest("form[data-reload]");
  if (!form || !event.detail.successful || event.detail.xhr.getResponseHeader("X-Refused")) return;
  htmx.ajax("GET", location.href, { target: "#main", select: "#main", swap: "outerHTML" });
});
/* A form that was swapped in a moment ago, and which htmx has not taken up yet, is not sent plainly. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.hasAttribute("hx-post")) return;
  event.preventDefault(); htmx.process(form);
  setTimeout(() => form.requestSubmit()); // not before this one has ended
});
const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");

/* -- clocks that run -- */
function span(seconds) {
  const s = Math.floor(Math.abs(seconds)), pad = (n) => String(n).padStart(2, "0");
  if (s < 3600) return `${Math.floor(s / 60)}:${pad(s % 60)}`;
  if (s < 86400) return `${Math.floor(s / 3600)} 小时 ${Math.floor((s % 3600) / 60)} 分`;
  return `${Math.floor(s / 86400)} 天`;
}
let skew = 0;
function tick() {
  const now = Date.now() + skew;
  for (const clock of $$("[data-since], [data-due]")) {
    const due = clock.dataset.due && Date.parse(clock.dataset.due);
    const text = due ? (due < now ? `超时 ${span((now - due) / 1000)}` : `剩 ${span((due - now) / 1000)}`)
      : `等了 ${span((now - Date.parse(clock.dataset.since)) / 1000)}`;
    if (clock.textContent !== text) clock.textContent = text;
    if (due) { clock.classList.toggle("red", due < now); clock.classList.toggle("amber", due >= now && due - now < 300000); }
  }
}
setInterval(tick, 1000);

/* -- scrolls that stay at the end, unless somebody reads further up -- */
const atEnd = new WeakMap();
document.addEventListener("scroll", (event) => {
  const box = event.target;
  if (box.dataset && "end" in box.dataset) atEnd.set(box, box.scrollHeight - box.scrollTop - box.clientHeight < 60);
}, true);
function toEnd(force) {
  for (const box of $$("[data-end]")) if (force || atEnd.get(box) !== false) box.scrollTop = box.scrollHeight;
}

/* -- new ones: in the title, and with a sound where wanted -- */
let known = null;
function news() {
  const count = $("[data-count]");
  if (!count) return;
  const number = +count.dataset.count, newest = +count.dataset.newest;
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (number) document.title = `(${number}) ${document.title}`;
  if (known !== null && newest > known && keep.get("sound") === "on") ring();
  known = newest;
}
function ring() {
  const audio = new AudioContext(), tone = audio.createOscillator(), volume = audio.createGain();
  tone.frequency.value = 880; volume.gain.value = 0.08;
  tone.connect(volume).connect(audio.destination);
  tone.start(); volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.5); tone.stop(audio.currentTime + 0.5);
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sound]")) { keep.set("sound", event.target.checked ? "on" : "off"); if (event.target.checked) ring(); }
});

/* -- dialogs and small things -- */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) { const dialog = document.getElementById(opener.dataset.open); if (dialog) dialog.showModal(); }
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog").close();
  const insert = event.target.closest("[data-insert]");
  if (insert) {
    const field = document.getElementById(insert.dataset.into);
    if ("inline" in insert.dataset) field.setRangeText(insert.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    else field.value = field.value ? `${field.value}\n${insert.dataset.insert}` : insert.dataset.insert;
    field.dispatchEvent(new Event("input", { bubbles: true })); field.focus();
  }
  const line = event.target.closest("[data-line]");
  if (line) toLine(document.getElementById(line.dataset.of), +line.dataset.line);
});
function toLine(field, number) {
  const lines = field.value.split("\n");
  const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
  field.focus(); field.setSelectionRange(start, start + (lines[number - 1] || "").length);
  field.scrollTop = Math.max(0, (number - 5) * parseFloat(getComputedStyle(field).lineHeight));
}
document.addEventListener("change", (event) => { const field = event.target.dataset.focus && document.getElementById(event.target.dataset.focus); if (field) field.focus(); });
document.addEventListener("change", (event) => { if (event.target.matches("[data-submit]")) event.target.form.requestSubmit(); });

/* -- keys -- */
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
function move(step) {
  const items = $$("[data-items] a[data-item]");
  if (!items.length) return;
  const here = items.findIndex((item) => item.getAttribute("aria-current") || item === document.activeElement);
  const next = items[Math.min(items.length - 1, Math.max(0, here + step))];
  next.focus(); next.scrollIntoView({ block: "nearest" });
  if ($("[data-conversation]") && matchMedia("(min-width: 861px)").matches) next.click();
}
const press = (key) => { const target = $(`[data-key="${key}"]`); if (!target) return; target.click(); const mode = $("[data-focus]", target); if (mode) document.getElementById(mode.dataset.focus).focus(); };
document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea") && event.target.form) { event.preventDefault(); event.target.form.requestSubmit(); return; }
  if (event.key === "Enter" && !event.shiftKey && event.target.matches("[data-enter]")) { event.preventDefault(); if (event.target.value.trim()) event.target.form.requestSubmit(); return; }
  if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "?") { const help = $("#keys"); if (help) help.showModal(); }
  else if ("rnec".includes(event.key)) press(event.key);
  else return;
  event.preventDefault();
});

/* -- after every swap -- */
function settle(root) { restoreDrafts(root); tick(); news(); }
document.addEventListener("htmx:afterSettle", (event) => { settle(event.detail.elt || document); toEnd(false); });
document.addEventListener("DOMContentLoaded", () => {
  skew = 0;
  const sound = $("[data-sound]"); if (sound) sound.checked = keep.get("sound") === "on";
  settle(document); toEnd(true);
});
