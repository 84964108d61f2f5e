"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = {
    zh: { search: "按名称查找", fit: "全图", tongue: "English", in: "放大", out: "缩小", found: (n) => `找到 ${n} 个`,
          facts: (n) => `${n} 条关系`, close: "关闭", source: "出处：字符", codes: "代码：", status: "状态：",
          community: "社群：", years: "时期：" },
    en: { search: "Find by name", fit: "Whole", tongue: "中文", in: "Zoom in", out: "Zoom out", found: (n) => `${n} found`,
          facts: (n) => `${n} relations`, close: "Close", source: "Source: characters", codes: "Codes: ", status: "Status: ",
          community: "Community: ", years: "Period: " },
  };
  const get = (id) => document.getElementById(id);
  const stage = get("stage"), panel = get("panel"), search = get("search");
  let tongue = data.language, chosen = null;
  let view = { x: 0, y: 0, scale: 1 };

  // --- the picture ---------------------------------------------------------------------------------------------
  const picture = () => get("picture-" + tongue);
  const size = () => picture().viewBox.baseVal;
  const box = (number) => get(`${tongue}-n${number}`);
  function show() {
    picture().querySelector(".all").setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  }
  function whole() { view = { x: 0, y: 0, scale: 1 }; show(); }
  function place(event) {  // where a pointer is, in the picture's own measure before panning and zooming
    const point = new DOMPoint(event.clientX, event.clientY);
    return point.matrixTransform(picture().getScreenCTM().inverse());
  }
  function zoom(factor, point) {
    const scale = Math.min(40, Math.max(0.2, view.scale * factor));
    const ratio = scale / view.scale;
    view = { x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio, scale };
    show();
  }
  function centre() { return { x: size().width / 2, y: size().height / 2 }; }
  function goTo(number) {
    const rect = box(number).getBBox(), scale = Math.max(view.scale, size().width / 900);
    view = { x: size().width / 2 - (rect.x + rect.width / 2) * scale,
             y: size().height / 2 - (rect.y + rect.height / 2) * scale, scale };
    show();
  }
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * 0.0015), place(event));
  }, { passive: false });
  const fingers = new Map();
  let moved = false;
  stage.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, place(event));
    moved = false;
  });
  stage.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = place(event);
    if (!moved && Math.hypot(now.x - before.x, now.y - before.y) * picture().getScreenCTM().a < 4) return;
    if (!moved) stage.setPointerCapture(event.pointerId);
    moved = true;
    stage.classList.add("moving");
    if (fingers.size === 1) {
      view.x += now.x - before.x; view.y += now.y - before.y; show();
    } else {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const far = (point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
      zoom(far(now) / far(before), other);
    }
    fingers.set(event.pointerId, now);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    stage.addEventListener(name, (event) => { fingers.delete(event.pointerId); stage.classList.remove("moving"); });
  }
  stage.addEventListener("click", (event) => {
    if (moved) return;
    const match = /-n(\d+)$/.exec(event.target.id || "");
    choose(match ? Number(match[1]) : null);
  });

  // --- what is chosen ------------------------------------------------------------------------------------------
  const touching = (number) => data.edges.map((edge, place) => [edge, place])
    .filter(([edge]) => edge.source === number || edge.target === number);
  function mark() {
    for (const marked of document.querySelectorAll(".near, .chosen")) marked.classList.remove("near", "chosen");
    stage.classList.toggle("faded", chosen !== null);
    if (chosen === null) return;
    for (const [edge, place] of touching(chosen)) {
      get(`${tongue}-e${place}`).classList.add("near");
      box(edge.source).classList.add("near"); box(edge.target).classList.add("near");
    }
    box(chosen).classList.add("near", "chosen");
  }
  function element(name, text, kind) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }
  function button(text, action, kind) {
    const made = element("button", text, kind);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  }
  function choose(number) {
    chosen = number;
    mark();
    panel.replaceChildren();
    panel.hidden = number === null;
    if (number === null) return;
    const node = data.nodes[number], word = words[tongue], other = tongue === "zh" ? "en" : "zh";
    const close = button("×", () => choose(null), "close");
    close.setAttribute("aria-label", word.close);
    panel.append(close, element("h2", node.label[tongue]), element("p", node.label[other]));
    if (node.type) panel.append(element("p", node.type[tongue]));
    if (node.codes) panel.append(element("p", word.codes + node.codes));
    if (node.statuses.length) panel.append(element("p", word.status + node.statuses.map((s) => s[tongue]).join(", ")));
    for (const [first, last] of node.years) panel.append(element("p", `${word.years}${first ?? ".."}–${last ?? ".."}`));
    if (node.community !== undefined) panel.append(element("p", word.community + node.community));
    const name = node.link ? element("a", node.iri) : element("span", node.iri);
    if (node.link) { name.href = node.link; name.rel = "noreferrer"; }
    const line = element("p");
    line.append(name);
    const facts = touching(number), list = element("ul");
    panel.append(line, element("p", word.facts(facts.length)), list);
    for (const [edge] of facts) list.append(fact(edge, number));
    panel.scrollTop = 0;
  }
  function fact(edge, number) {
    const out = edge.source === number, far = out ? edge.target : edge.source;
    const item = element("li"), go = button(data.nodes[far].label[tongue], () => { choose(far); goTo(far); });
    const name = ` ${edge.label[tongue]} `;
    if (out) item.append(`→${name}`, go); else item.append(go, `${name}→`);
    const modality = data.firmness[edge.firmness][tongue] + (edge.modality ? ` (${edge.modality})` : "");
    item.append(element("small", modality, edge.firmness));
    const spans = edge.spans.map((span) => `${span.start}–${span.end}`).join(", ");
    if (spans) item.append(element("small", `${words[tongue].source} ${spans}`));
    if (edge.spans.length && edge.spans[0].document) item.append(element("small", edge.spans[0].document));
    return item;
  }

  // --- search and language -------------------------------------------------------------------------------------
  const names = data.nodes.map((node) => [node.label.zh, node.label.en, node.id].join("\n").toLowerCase());
  function find(jump) {
    const wanted = search.value.trim().toLowerCase();
    const hits = wanted ? names.flatMap((name, number) => (name.includes(wanted) ? [number] : [])) : [];
    const exact = hits.filter((number) => names[number].split("\n").includes(wanted));
    get("found").textContent = wanted ? words[tongue].found(hits.length) : "";
    const best = exact[0] ?? hits[0];
    if (best !== undefined && (jump || exact.length || hits.length === 1)) { choose(best); goTo(best); }
  }
  search.addEventListener("input", () => find(false));
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") find(true); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose(null);
    const rect = event.target.closest ? event.target.closest("rect[tabindex]") : null;
    if (rect && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); rect.dispatchEvent(new MouseEvent("click", { bubbles: true })); }
  });
  function speak(language) {
    tongue = language;
    document.documentElement.lang = language;
    for (const known of ["zh", "en"]) get("picture-" + known).toggleAttribute("hidden", known !== language);
    const word = words[language];
    search.placeholder = word.search;
    search.setAttribute("aria-label", word.search);
    get("fit").textContent = word.fit;
    get("tongue").textContent = word.tongue;
    get("in").setAttribute("aria-label", word.in);
    get("out").setAttribute("aria-label", word.out);
    get("names").replaceChildren(...data.nodes.map((node) => { const made = element("option"); made.value = node.label[language]; return made; }));
    whole();
    choose(chosen);
    if (chosen !== null) goTo(chosen);
    if (search.value) get("found").textContent = "";
  }
  get("fit").addEventListener("click", whole);
  get("in").addEventListener("click", () => zoom(1.4, centre()));
  get("out").addEventListener("click", () => zoom(1 / 1.4, centre()));
  get("tongue").addEventListener("click", () => speak(tongue === "zh" ? "en" : "zh"));
  for (const rect of document.querySelectorAll("rect[id]")) rect.setAttribute("tabindex", "0");
  speak(tongue);
})();
