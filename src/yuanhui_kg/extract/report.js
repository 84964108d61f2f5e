"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const state = new Map(data.facts.map((fact) => [fact.id, { decision: fact.decision, changes: { ...fact.changes }, note: fact.note }]));
const cards = new Map([...document.querySelectorAll("article")].map((card) => [card.dataset.fact, card]));
const marks = new Map();
for (const mark of document.querySelectorAll("mark")) {
  for (const id of mark.dataset.facts.split("\n")) marks.set(id, [...(marks.get(id) || []), mark]);
}
const pane = document.getElementById("text");
let current = null;
let saved = true;

/** What is decided on a fact; a correction that changes nothing decides nothing. */
function decided({ decision, changes }) {
  return decision === "correct" && !data.correctable.some((name) => changes[name]) ? "" : decision;
}

function show(id) {
  const { decision } = state.get(id);
  for (const element of [cards.get(id), ...(marks.get(id) || [])]) {
    if (!element) continue;
    element.classList.remove("accept", "reject", "correct");
    if (decision) element.classList.add(decision);
  }
  for (const button of cards.get(id).querySelectorAll(".acts button")) {
    button.setAttribute("aria-pressed", String(button.dataset.decision === decision));
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
  saved = false;
  show(id);
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
  const on = new Date().toISOString().slice(0, 10);
  const rows = data.facts.map((fact) => {
    const { changes, note } = state.get(fact.id);
    const decision = decided(state.get(fact.id));
    const own = decision === "correct" ? data.correctable.map((name) => changes[name] || "") : data.correctable.map(() => "");
    return [fact.id, decision, ...own, decision ? by : "", decision ? on : "", note].map(cell).join("\t");
  });
  return [`# text sha256 ${data.sha256}`, data.columns.join("\t"), ...rows, ""].join("\n");
}

for (const [id, card] of cards) {
  card.addEventListener("click", () => choose(id, "card"));
  for (const button of card.querySelectorAll(".acts button")) {
    button.addEventListener("click", () => decide(id, button.dataset.decision));
  }
  for (const input of card.querySelectorAll(".edit input")) {
    input.value = state.get(id).changes[input.name] || "";
    input.addEventListener("input", () => {
      state.get(id).changes[input.name] = input.value.trim();
      saved = false;
      show(id);
    });
    input.addEventListener("keydown", (event) => { if (event.key === "Escape") input.blur(); });
  }
  show(id);
}
for (const mark of document.querySelectorAll("mark")) {
  mark.addEventListener("click", () => choose(mark.dataset.facts.split("\n")[0], "text"));
}
document.getElementById("save").addEventListener("click", () => {
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
    if (!held.decision && fact.sure) { held.decision = "accept"; saved = false; show(fact.id); }
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
});
addEventListener("beforeunload", (event) => { if (!saved) event.preventDefault(); });
