"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const state = new Map(data.facts.map((fact) => [fact.id, { ...fact, changes: { ...fact.changes } }]));
const cards = new Map([...document.querySelectorAll("article")].map((card) => [card.dataset.fact, card]));
const marks = new Map();
for (const mark of document.querySelectorAll("mark")) {
  for (const id of mark.dataset.facts.split("\n")) marks.set(id, [...(marks.get(id) || []), mark]);
}
const pane = document.getElementById("text");
let current = null;
let saved = true;

/** What is decided on a fact; a correction that changes nothing decides nothing, nor does an addition that lacks something. */
function decided({ decision, changes, id }) {
  if (decision === "correct") return data.correctable.some((name) => changes[name]) ? decision : "";
  return decision === "add" && wrong(id).length ? "" : decision;
}

/** The fields of a correction or an addition that lack something or hold what they may not. */
function wrong(id) {
  return [...cards.get(id).querySelectorAll(".edit input")].filter((input) => !input.checkValidity());
}

/** Tell the browser whether a field holds one of the codes that it may hold. */
function check(input) {
  const value = input.value.trim();
  const among = data.closed[input.name];
  const said = document.body.classList.contains("en") ? "Choose one of those offered." : "请从列出的选项中选择。";
  input.setCustomValidity(!value || !among || among.includes(value) ? "" : said);
}

function show(id) {
  const { decision } = state.get(id);
  for (const element of [cards.get(id), ...(marks.get(id) || [])]) {
    if (!element) continue;
    element.classList.remove("accept", "reject", "correct", "add");
    if (decision) element.classList.add(decision);
  }
  for (const button of cards.get(id).querySelectorAll(".acts button")) {
    button.setAttribute("aria-pressed", String(button.dataset.decision === decision));
  }
  for (const button of cards.get(id).querySelectorAll(".offer")) {
    const { decision: made, changes } = state.get(id);
    button.setAttribute("aria-pressed", String(made === "correct" && changes[button.dataset.column] === button.textContent));
  }
  const done = [...state.values()].filter(decided).length;
  document.getElementById("done").textContent = `${done} / ${state.size}`;
}

function choose(id, scroll) {
  if (current) for (const element of [cards.get(current), ...(marks.get(current) || [])]) element.classList.remove("now");
  current = id;
  for (const element of [cards.get(id), ...(marks.get(id) || [])]) element.classList.add("now");
  if (scroll !== "card") cards.get(id).scrollIntoView({ block: "nearest" });
  if (scroll !== "text" && marks.get(id)) {
    pane.scrollTop += marks.get(id)[0].getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 2;
  }
}

function decide(id, decision) {
  const held = state.get(id);
  held.decision = held.decision === decision ? "" : decision;
  touch(held);
  show(id);
}

/** From now on a decision is that of who reviews here and now. */
function touch(held) {
  held.mine = true;
  saved = false;
}

/** Today where the reviewer is. */
function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** By the keyboard a correction goes on in its first field; where the fact has none, there is none. */
function correct(id, event) {
  const input = cards.get(id).querySelector(".edit input");
  if (!input) return;
  decide(id, "correct");
  if (state.get(id).decision) { input.focus(); event.preventDefault(); }
}

function cell(text) {
  const value = String(text || "").replace(/[\r\n\t]+/g, " ");
  return /["]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value;
}

function table() {
  const by = document.getElementById("by").value;
  const on = today();
  const rows = data.facts.map((fact) => {
    const held = state.get(fact.id);
    const { changes, note } = held;
    const decision = decided(held);
    const told = decision === "correct" || decision === "add";
    const own = data.correctable.map((name) => (told && changes[name]) || "");
    const whose = held.mine ? [by, on] : [held.by, held.on];
    return [name(fact), decision, ...own, ...(decision ? whose : ["", ""]), note];
  });
  return [`# text sha256 ${data.sha256}`, data.columns.join("\t"), ...[...rows, ...data.kept].map((row) => row.map(cell).join("\t")), ""].join("\n");
}

/** The name of a fact; of one added here by what was filled in. */
function name(fact) {
  const { changes } = state.get(fact.id);
  if (fact.relation) return `relation:${changes.thing}:${changes.predicate}:${changes.object}`;
  if (fact.span) return `figure:${fact.span.join("-")}:${changes.kind}`;
  return fact.thing ? `entity:${changes.class}:${fact.thing}` : fact.id;
}

/** What is selected in the text, and between which of its code points. */
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!pane.contains(range.commonAncestorContainer)) return null;
  const before = document.createRange();
  before.setStart(pane, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const text = range.toString();
  const blank = text.length - text.trimStart().length;
  const start = [...before.toString()].length + blank;
  const end = start + [...text.trim()].length;
  const around = [...pane.textContent].slice(Math.max(0, start - 24), end + 24).join("");
  return text.trim() && { text: text.trim(), around, span: [original(start), original(end)] };
}

/** The place in the text of what the browser shows at one: it has dropped carriage returns. */
function original(place) {
  for (const dropped of data.dropped) if (dropped <= place) place += 1;
  return place;
}

/** A new card for the number or the name that is selected in the text. */
function add(what) {
  const found = selected();
  document.getElementById("help").hidden = Boolean(found);
  if (!found) return;
  const changes = what === "figure" && /^[\d,.]+$/.test(found.text) ? { value: found.text.replaceAll(",", "") } : {};
  if (what === "thing") offer(found.text);
  open(what, found, { changes, ...(what === "figure" ? { span: found.span } : { thing: found.text }) });
}

/** A new card for a relation; the thing that is chosen is likely what has it. */
function relate() {
  const held = data.facts.find((fact) => fact.id === current);
  const thing = held && (held.thing || held.id.match(/^entity:[^:]*:(.*)$/s)?.[1]);
  open("relation", { text: "→", around: "" }, { relation: true, changes: thing ? { thing } : {} });
}

/** Let subjects and the ends of relations be a thing that was added. */
function offer(thing) {
  for (const column of ["subject", "thing", "object"]) {
    if (data.closed[column].includes(thing)) continue;
    data.closed[column].push(thing);
    document.getElementById(`${column}s`).append(new Option(thing));
  }
}

/** The first of the cards, for what is added. */
function open(what, found, told) {
  const fact = { id: `new ${state.size}`, decision: "add", note: "", mine: true, ...told };
  const card = document.getElementById(`new-${what}`).content.firstElementChild.cloneNode(true);
  card.dataset.fact = fact.id;
  card.querySelector("h2 span").textContent = found.text;
  card.querySelector(".around").textContent = found.around;
  document.getElementById("facts").prepend(card);
  data.facts.unshift(fact);
  state.set(fact.id, fact);
  cards.set(fact.id, card);
  saved = false;
  attach(fact.id, card);
  choose(fact.id);
  [...card.querySelectorAll("input")].find((input) => !input.value).focus();
}

/** Correct a field to what is offered; once more takes that back. */
function take(id, { column, value }) {
  const held = state.get(id);
  const taken = held.decision === "correct" && held.changes[column] === value;
  held.changes[column] = taken ? "" : value;
  cards.get(id).querySelector(`.edit input[name="${column}"]`).value = held.changes[column];
  if (taken && !decided(held)) held.decision = "";
  else held.decision = "correct";
  touch(held);
  show(id);
}

function attach(id, card) {
  card.addEventListener("click", () => choose(id, "card"));
  for (const button of card.querySelectorAll(".offer")) {
    button.addEventListener("click", () => take(id, { column: button.dataset.column, value: button.textContent }));
  }
  for (const button of card.querySelectorAll(".acts button")) {
    button.addEventListener("click", () => decide(id, button.dataset.decision));
  }
  for (const input of card.querySelectorAll(".edit input")) {
    input.value = state.get(id).changes[input.name] || "";
    check(input);
    input.addEventListener("input", () => {
      state.get(id).changes[input.name] = input.value.trim();
      check(input);
      touch(state.get(id));
      show(id);
    });
    input.addEventListener("keydown", (event) => { if (event.key === "Escape") input.blur(); });
  }
  show(id);
}
cards.forEach((card, id) => attach(id, card));
for (const mark of document.querySelectorAll("mark")) {
  mark.addEventListener("click", () => choose(mark.dataset.facts.split("\n")[0], "text"));
}
document.getElementById("add-figure").addEventListener("click", () => add("figure"));
document.getElementById("add-thing").addEventListener("click", () => add("thing"));
document.getElementById("add-relation").addEventListener("click", relate);
document.getElementById("save").addEventListener("click", () => {
  const lacking = [...state.values()].find(({ id, decision }) => (decision === "add" || decision === "correct") && wrong(id).length);
  if (lacking) {
    choose(lacking.id);
    wrong(lacking.id)[0].reportValidity();
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([table()], { type: "text/tab-separated-values" }));
  link.download = "review.tsv";
  link.click();
  saved = true;
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
function speak(english) {
  document.body.classList.toggle("en", english);
  document.documentElement.lang = english ? "en" : "zh";
}
document.getElementById("language").addEventListener("click", () => speak(!document.body.classList.contains("en")));
speak(!navigator.language.startsWith("zh"));
document.getElementById("sure").addEventListener("click", () => {
  for (const fact of data.facts) {
    const held = state.get(fact.id);
    if (!held.decision && fact.sure) { held.decision = "accept"; touch(held); show(fact.id); }
  }
});
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input") || event.ctrlKey || event.metaKey || event.altKey) return;
  const ids = data.facts.map((fact) => fact.id);
  const at = ids.indexOf(current);
  if (event.key === "j") choose(ids[Math.min(at + 1, ids.length - 1)]);
  else if (event.key === "k") choose(ids[Math.max(at - 1, 0)]);
  else if (current && event.key === "a") decide(current, "accept");
  else if (current && event.key === "r") decide(current, "reject");
  else if (current && event.key === "c") correct(current, event);
  else if (event.key === "n" || event.key === "m") { add(event.key === "n" ? "figure" : "thing"); event.preventDefault(); }
  else if (event.key === "l") { relate(); event.preventDefault(); }
});
addEventListener("beforeunload", (event) => { if (!saved) event.preventDefault(); });
