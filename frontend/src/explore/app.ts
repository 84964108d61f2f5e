// The page /explore: what is done is a change of the state, and whatever shows the state is brought up to it.

import { language, words } from "../lib/page";
import { around, known, subgraph, ways, type Ways } from "./api";
import { document as asJson, gexf, graphml, opened, png, svg, type Captions } from "./files";
import type { Answered, Asked } from "./forces";
import { Frame, type Entry } from "./frame";
import { FIRMNESS, Graph, keyOf, type Firmness, type Thing } from "./graph";
import { firstOf, groupsOf, STEP, type Group } from "./groups";
import { circles, ladders, levels, seeded, type Laid } from "./layouts";
import { Legend } from "./legend";
import { Listing } from "./listing";
import { Fills } from "./look";
import { Panel, type Modalities } from "./panel";
import { bubbleRadius, picture, radius, type Picture } from "./picture";
import { Stage, type Marks, type Touched } from "./stage";
import { EMPTY, History, read, written, type Point, type State } from "./state";
import { WORDS } from "./words";

/** What the server tells the page. */
export interface Told {
  readonly start: readonly string[];
  readonly depth: number;
  readonly limit: number;
  readonly most: number;
  readonly modalities: Modalities;
  readonly worker: string;
  /** What an address of another page ends in, so that its language stays. */
  readonly suffix: string;
  /** Of the view that the page begins with. */
  readonly title: string | null;
  readonly entries: readonly Entry[];
}

const AROUND = 1000; // most neighbours that are fetched of one thing
const ARROWS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PAN = 80;
type Looked = { readonly kind: "thing"; readonly iri: string } | { readonly kind: "line"; readonly key: string } | { readonly kind: "way" } | null;

export class App {
  readonly #t = words(WORDS);
  readonly #graph = new Graph();
  readonly #history = new History(EMPTY);
  readonly #fills = new Fills();
  readonly #stage: Stage;
  readonly #panel: Panel;
  readonly #legend: Legend;
  readonly #listing: Listing;
  readonly #worker: Worker;
  readonly #fetched = new Set<string>();
  readonly #cut = new Set<string>();
  readonly #frame: Frame;
  #picture: Picture = picture(this.#graph, EMPTY);
  #looked: Looked = null;
  #way: { ends: readonly [string, string]; found: Ways; walked: number } | null = null;
  #wayFrom: string | null = null;
  #asked = 0;
  #address = 0;

  constructor(
    readonly root: HTMLElement,
    private readonly told: Told,
  ) {
    this.#panel = new Panel(
      this.#graph,
      {
        select: (iri) => void this.#choose(iri),
        expand: (iri) => void this.#expand(iri),
        reveal: (group, most) => void this.#reveal([group], most),
        pin: (iri) => this.#pin(iri),
        hide: (iri) => this.#hide(iri),
        wayFrom: (iri) => this.#askWay(iri),
        walk: (index) => this.#walk(index),
        leaveWay: () => this.#leaveWay(),
      },
      told.modalities,
      told.suffix,
    );
    this.#legend = new Legend(this.#fills, (filters) => this.#change(filters), (iris) => void this.#unhide(iris));
    this.#listing = new Listing(this.#graph, { select: (iri) => void this.#choose(iri), expand: (iri) => void this.#expand(iri) });
    this.#frame = new Frame(
      root,
      {
        add: (found) => void this.#choose(found.iri),
        step: (way) => this.#step(way),
        layout: (layout) => this.#setLayout({ layout, by: null }),
        by: (by) => this.#setLayout({ by }),
        share: () => this.#share(),
        save: (kind) => void this.#save(kind),
        open: (file) => void this.#openFile(file),
        clear: () => this.#clear(),
        zoom: (by) => this.#stage.zoom(by),
        fit: () => this.#stage.fit(),
        turned: (tab) => tab === "list" && this.#list(),
      },
      { details: this.#panel.element, legend: this.#legend.element, list: this.#listing.element },
      told.entries,
      told.suffix,
    );
    this.#stage = new Stage(this.#frame.canvas, this.#fills, language(), {
      touched: (what) => this.#touched(what),
      dropped: (iri, place) => this.#dropped(iri, place),
    });
    this.#worker = new Worker(told.worker, { type: "module" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Answered>) => this.#answered(data));
    this.#frame.turn("details");
    this.#listen();
    addEventListener("hashchange", () => void this.#restore());
    this.#panel.nothing();
    void this.#begin();
  }

  // --- beginning ---

  async #begin(): Promise<void> {
    if (location.hash.startsWith("#g=") && (await this.#restore())) {
      this.#history.forget();
      this.#update();
      return;
    }
    if (!this.told.start.length) {
      this.#update();
      return;
    }
    const { start, depth, limit } = this.told;
    if (depth > 1) {
      await this.#work(async () => {
        const found = await around(start, depth, limit);
        this.#graph.add(found);
        await this.#put(found.nodes.map((thing) => thing.iri), { expanded: [] }, false);
        if (found.truncated) this.#say(this.#t.truncated, true);
      });
    } else await this.#start(start);
    this.#history.forget();
    this.#update();
    const [only] = start;
    const thing = start.length === 1 && only ? this.#thingCalled(only) : undefined;
    if (thing) this.#look({ kind: "thing", iri: thing.iri });
  }

  #thingCalled(name: string): Thing | undefined {
    return [...this.#graph.things.values()].find((thing) => thing.iri === name || thing.id === name);
  }

  /** Begin with some things and what surrounds them. */
  async #start(iris: readonly string[]): Promise<void> {
    await this.#work(async () => {
      const parts = await Promise.all(iris.slice(0, 20).map(async (iri) => ({ iri, found: await around([iri], 1, AROUND) })));
      for (const { iri, found } of parts) this.#take(iri, found);
      const shown = new Set(iris);
      const each = Math.max(8, Math.floor(STEP / parts.length));
      for (const { iri } of parts) for (const one of firstOf(groupsOf(this.#graph, iri, shown, new Set()), each, Math.min(each, 16))) shown.add(one);
      await this.#put([...shown], { expanded: [...new Set([...this.#state.expanded, ...iris])] }, false);
    });
  }

  #take(iri: string, found: { truncated: boolean } & Parameters<Graph["add"]>[0]): void {
    this.#graph.add(found);
    this.#fetched.add(iri);
    if (found.truncated) this.#cut.add(iri);
  }

  /** The picture that the address tells. */
  async #restore(): Promise<boolean> {
    const found = await read(location.hash);
    if (!found) {
      if (location.hash.startsWith("#g=")) this.#say(this.#t.broken, true);
      return false;
    }
    if (location.hash === this.#told) return true;
    return this.#work(async () => {
      const wanted = found.state.shown.slice(0, this.told.most);
      this.#graph.add(await known([...wanted, ...found.state.hidden]));
      const present = wanted.filter((iri) => this.#graph.things.has(iri));
      await Promise.all(
        found.state.expanded.slice(0, 50).flatMap((iri) =>
          this.#fetched.has(iri) || !this.#graph.things.has(iri) ? [] : [around([iri], 1, AROUND).then((part) => this.#take(iri, part))],
        ),
      );
      const here = (iris: readonly string[]) => iris.filter((iri) => this.#graph.things.has(iri));
      const state: State = {
        ...found.state,
        shown: present,
        expanded: here(found.state.expanded),
        hidden: here(found.state.hidden),
        pinned: new Map([...found.state.pinned].filter(([iri]) => this.#graph.things.has(iri))),
        path: null,
      };
      this.#history.push(state);
      for (const [iri, place] of found.places) this.#stage.places.set(iri, place);
      const placed = present.every((iri) => found.places.has(iri));
      this.#update();
      if (placed) this.#laidOut({ places: found.places, zones: this.#zones(), beside: state.layout === "levels" }, true);
      else this.#layOut(false);
      if (found.state.path) await this.#findWay(...found.state.path);
      if (present.length < wanted.length) this.#say(`${wanted.length - present.length} ${this.#t.dropped}`, true);
    });
  }

  // --- changing ---

  get #state(): State {
    return this.#history.now;
  }

  #change(change: Partial<State>, laidOut = true): void {
    this.#history.push({ ...this.#state, ...change });
    this.#update();
    if (!laidOut) this.#layOut(true);
  }

  #step(way: "undo" | "redo"): void {
    const before = this.#state;
    if (!this.#history[way]()) return;
    this.#update();
    const now = this.#state;
    for (const [iri, place] of now.pinned) this.#stage.places.set(iri, place);
    if (now.shown !== before.shown || now.layout !== before.layout || now.by !== before.by) this.#layOut(true);
    const path = now.path;
    if (!path) this.#leaveWay(false);
    else if (path !== before.path) void this.#work(() => this.#findWay(...path, false));
    this.#say(way === "undo" ? this.#t.undone : this.#t.redone);
  }

  /** Show these things too, with all relations between those that are shown. */
  async #put(iris: readonly string[], change: Partial<State> = {}, gently = true): Promise<void> {
    const shown = [...new Set([...this.#state.shown, ...iris])];
    if (shown.length > this.told.most) {
      this.#say(this.#t.tooMany, true);
      return;
    }
    const before = new Set(this.#state.shown);
    const added = shown.filter((iri) => !before.has(iri));
    if (added.length) this.#graph.add(await subgraph(shown));
    const back = new Set(added);
    this.#history.push({ ...this.#state, shown, hidden: this.#state.hidden.filter((iri) => !back.has(iri)), ...change });
    this.#update();
    this.#layOut(gently);
    const [first] = added;
    if (first) {
      const name = added.length === 1 ? this.#label(first) : `${added.length} ${this.#t.things}`;
      this.#say(`${this.#t.added}${language() === "zh" ? "" : " "}${name}`);
    }
  }

  /** Look at a thing; it comes in where it was not in the picture, or is brought back where its kind is not drawn. */
  async #choose(iri: string): Promise<void> {
    if (this.#wayFrom && this.#wayFrom !== iri) {
      const from = this.#wayFrom;
      await this.#work(() => this.#findWay(from, iri));
      return;
    }
    if (!this.#state.shown.includes(iri)) {
      const empty = this.#state.shown.length === 0;
      if (empty) await this.#start([iri]);
      else await this.#work(() => this.#put([iri]));
    }
    if (!this.#graph.things.has(iri)) return;
    this.#look({ kind: "thing", iri });
    this.#stage.reveal(iri);
  }

  async #expand(iri: string): Promise<void> {
    this.#look({ kind: "thing", iri });
    await this.#work(async () => {
      if (!this.#fetched.has(iri)) this.#take(iri, await around([iri], 1, AROUND));
      const groups = groupsOf(this.#graph, iri, new Set(this.#state.shown), new Set(this.#state.hidden));
      const opened = this.#state.expanded.includes(iri);
      if (opened && !groups.length) return;
      const expanded = opened ? this.#state.expanded : [...this.#state.expanded, iri];
      const next = firstOf(groups);
      if (next.length) await this.#put(next, { expanded });
      else this.#change({ expanded });
      const left = groups.reduce((sum, group) => sum + group.members.length, 0) - next.length;
      this.#say(`${this.#t.expanded} ${this.#label(iri)}: +${next.length}${left ? `, ${left} ${this.#t.notShown}` : ""}`);
    });
  }

  async #reveal(groups: readonly Group[], most: number): Promise<void> {
    const members = firstOf(groups, most, most);
    await this.#work(() => this.#put(members));
  }

  #pin(iri: string): void {
    const pinned = new Map(this.#state.pinned);
    const was = pinned.delete(iri);
    if (!was) pinned.set(iri, this.#stage.places.get(iri) ?? [0, 0]);
    this.#change({ pinned });
    this.#say(`${was ? this.#t.nowFree : this.#t.nowPinned}: ${this.#label(iri)}`);
  }

  #dropped(iri: string, place: Point): void {
    this.#change({ pinned: new Map(this.#state.pinned).set(iri, place) });
    this.#say(`${this.#t.nowPinned}: ${this.#label(iri)}`);
  }

  #hide(iri: string): void {
    const { shown, hidden, expanded, pinned } = this.#state;
    const kept = new Map(pinned);
    kept.delete(iri);
    if (this.#looked?.kind === "thing" && this.#looked.iri === iri) this.#looked = null;
    const without = (iris: readonly string[]) => iris.filter((one) => one !== iri);
    this.#change({ shown: without(shown), expanded: without(expanded), hidden: [...without(hidden), iri], pinned: kept });
    if (!this.#looked) this.#panel.nothing();
    this.#say(`${this.#t.nowHidden}: ${this.#label(iri)}`);
  }

  async #unhide(iris: readonly string[]): Promise<void> {
    await this.#work(() => this.#put(iris));
  }

  #clear(): void {
    this.#looked = null;
    this.#leaveWay(false);
    this.#change({ ...EMPTY, layout: this.#state.layout });
    this.#panel.nothing();
  }

  #label(iri: string): string {
    return this.#graph.things.get(iri)?.label[language()] ?? iri;
  }

  // --- ways ---

  #askWay(iri: string): void {
    this.#wayFrom = iri;
    this.#frame.askWay(this.#label(iri), (found) => void this.#choose(found.iri), () => this.#endAsking());
  }

  #endAsking(): void {
    this.#wayFrom = null;
    this.#frame.endAsking();
  }

  async #findWay(from: string, to: string, remembered = true): Promise<void> {
    this.#endAsking();
    const found = await ways(from, to);
    this.#graph.add(found);
    this.#way = { ends: [from, to], found, walked: 0 };
    const iris = [from, to, ...found.paths.flatMap((way) => way.nodes)];
    if (remembered) {
      if (!this.#graph.things.has(from) || !this.#graph.things.has(to)) this.#graph.add(await subgraph([from, to]));
      await this.#put(iris, { path: [from, to], hidden: this.#state.hidden.filter((iri) => !iris.includes(iri)) });
    }
    this.#walk(0);
    this.#say(found.paths.length ? `${this.#t.way}: ${found.paths[0]?.length ?? 0} ${this.#t.steps}` : this.#t.noWay, !found.paths.length);
  }

  #walk(index: number): void {
    if (!this.#way) return;
    this.#way = { ...this.#way, walked: index };
    this.#look({ kind: "way" });
  }

  #leaveWay(changes = true): void {
    this.#way = null;
    if (this.#looked?.kind === "way") {
      this.#looked = null;
      this.#panel.nothing();
    }
    if (changes) this.#change({ path: null });
    else this.#mark();
  }

  // --- showing ---

  #update(): void {
    this.#picture = picture(this.#graph, this.#state);
    for (const { term } of this.#picture.types) this.#fills.of(term);
    for (const [iri, place] of seeded(this.#picture, this.#stage.places)) this.#stage.places.set(iri, place);
    this.#stage.show(this.#picture);
    const { layout, by, hidden, shown } = this.#state;
    this.#legend.show(this.#picture, this.#state, hidden.flatMap((iri) => this.#graph.things.get(iri) ?? []));
    this.#frame.steps(this.#history.canUndo, this.#history.canRedo);
    this.#frame.layout(layout, by, ladders(this.#picture));
    this.#frame.count(this.#picture.things.length, this.#picture.lines.length);
    this.#frame.empty = shown.length === 0;
    this.#mark();
    this.#tell();
  }

  #mark(): void {
    const path = new Set<string>();
    const way = this.#way?.found.paths[this.#way.walked];
    if (way && this.#way) {
      for (const iri of way.nodes) path.add(iri);
      for (const step of way.steps) {
        for (const place of step.edges) {
          const relation = this.#way.found.edges[place];
          if (relation) path.add(keyOf(relation));
        }
      }
    }
    const degrees = new Map<string, number>();
    for (const relation of this.#picture.lines.map((line) => line.relation)) {
      for (const end of new Set([relation.source, relation.target])) degrees.set(end, (degrees.get(end) ?? 0) + 1);
    }
    const filtered = this.#state.offFirmness.length + this.#state.offPredicates.length + this.#state.offTypes.length > 0;
    const hidden = new Set(this.#state.hidden);
    const more = new Set(
      this.#picture.things
        .filter(({ iri, degree }) =>
          this.#fetched.has(iri)
            ? groupsOf(this.#graph, iri, new Set(this.#state.shown), hidden).length > 0
            : degree > (filtered ? this.#graph.of(iri).length : (degrees.get(iri) ?? 0)),
        )
        .map(({ iri }) => iri),
    );
    const looked = this.#looked;
    const marks: Marks = {
      selected: looked?.kind === "thing" ? looked.iri : null,
      line: looked?.kind === "line" ? looked.key : null,
      pinned: new Set(this.#state.pinned.keys()),
      path,
      more,
    };
    this.#stage.marks = marks;
    this.#stage.draw();
    if (this.#frame.tab === "list") this.#list();
    if (looked?.kind === "thing") this.#tellThing(looked.iri);
  }

  #list(): void {
    const { selected, more } = this.#stage.marks;
    this.#listing.show(this.#picture, selected, more);
  }

  #tellThing(iri: string): void {
    const thing = this.#graph.things.get(iri);
    if (!thing) return;
    const opened = this.#fetched.has(iri);
    const groups = opened ? groupsOf(this.#graph, iri, new Set(this.#state.shown), new Set(this.#state.hidden)) : [];
    this.#panel.thing({ thing, groups, pinned: this.#state.pinned.has(iri), opened, truncated: this.#cut.has(iri) });
  }

  #look(what: Looked): void {
    this.#looked = what;
    if (what === null) this.#panel.nothing();
    if (what?.kind === "line") {
      const relation = this.#graph.relations.get(what.key);
      if (relation) this.#panel.relation(relation);
    }
    if (what?.kind === "way" && this.#way) this.#panel.ways(...this.#way.ends, this.#way.found, this.#way.walked);
    if (what && this.#frame.tab === "legend") this.#frame.turn("details");
    this.#mark();
    if (what?.kind === "thing") this.#hear(what.iri);
  }

  /** What a screen reader says of the thing that is looked at. */
  #hear(iri: string): void {
    const thing = this.#graph.things.get(iri);
    if (!thing) return;
    const more = this.#stage.marks.more.has(iri) ? `, ${this.#t.markMore}` : "";
    this.#frame.say(`${thing.label[language()]}, ${thing.type?.label[language()] ?? ""}, ${thing.degree} ${this.#t.relations}${more}`);
  }

  #say(text: string, isNote = false): void {
    this.#frame.say(text, isNote);
  }

  async #work(job: () => Promise<void>): Promise<boolean> {
    this.root.setAttribute("aria-busy", "true");
    try {
      await job();
      return true;
    } catch (error) {
      this.#say(this.#t.failed + (error instanceof Error ? error.message : ""), true);
      this.#update();
      return false;
    } finally {
      this.root.removeAttribute("aria-busy");
    }
  }

  #touched(what: Touched): void {
    this.#frame.canvas.focus({ preventScroll: true });
    if (what.kind === "nothing") this.#look(this.#way ? { kind: "way" } : null);
    else if (what.kind === "line") this.#look(what);
    else if (what.kind === "bubble") {
      this.#look({ kind: "thing", iri: what.bubble.of });
      void this.#reveal(what.bubble.groups, STEP);
    } else if (this.#wayFrom) void this.#choose(what.iri);
    else void this.#expand(what.iri);
  }

  // --- layouts ---

  #zones(): Laid["zones"] {
    return this.#state.layout === "circles" ? circles(this.#picture, this.#state.by).zones : [];
  }

  #layOut(gently: boolean): void {
    const { layout, by } = this.#state;
    const number = ++this.#asked;
    if (layout !== "force") {
      for (const bubble of this.#picture.bubbles) this.#stage.places.delete(bubble.key);
      const choice = by ?? ladders(this.#picture)[0]?.iri ?? null;
      const laid = layout === "levels" ? levels(this.#picture, choice) : circles(this.#picture, by);
      this.#laidOut({ ...laid, places: this.#withPins(laid.places) }, true);
      return;
    }
    const { things, bubbles, lines } = this.#picture;
    const { pinned } = this.#state;
    const beside = new Map([...this.#stage.bubbles()].map(({ bubble, x, y }) => [bubble.key, [x, y] as const]));
    const at = (key: string) => this.#stage.places.get(key) ?? beside.get(key) ?? [0, 0];
    const placed = [
      ...things.map((thing) => [...at(thing.iri), radius(thing) + 22, pinned.has(thing.iri) ? 1 : 0]),
      ...bubbles.map((bubble) => [...at(bubble.key), bubbleRadius(bubble) + 12, 0]),
    ];
    const index = new Map(things.map((thing, place) => [thing.iri, place]));
    const ends = [
      ...lines.map(({ relation }) => [index.get(relation.source) ?? 0, index.get(relation.target) ?? 0]),
      ...bubbles.map((bubble, place) => [index.get(bubble.of) ?? 0, things.length + place]),
    ];
    const asked: Asked = {
      number,
      things: Float32Array.from(placed.flat()),
      lines: Uint32Array.from(ends.flat()),
      gently: gently && this.#history.canUndo,
    };
    this.#worker.postMessage(asked);
  }

  #withPins(places: ReadonlyMap<string, Point>): Map<string, Point> {
    return new Map([...places].map(([iri, place]) => [iri, this.#state.pinned.get(iri) ?? place]));
  }

  #answered(answer: Answered): void {
    if (answer.number !== this.#asked) return;
    const places = new Map<string, Point>();
    const keys = [...this.#picture.things.map((thing) => thing.iri), ...this.#picture.bubbles.map((bubble) => bubble.key)];
    keys.forEach((key, place) => {
      places.set(key, [answer.places[2 * place] ?? 0, answer.places[2 * place + 1] ?? 0]);
    });
    this.#laidOut({ places: this.#withPins(places), zones: [] }, answer.done);
  }

  #laidOut(laid: Laid, done: boolean): void {
    this.#stage.settle(laid, () => {
      this.#stage.fit();
      if (!done) return;
      performance.mark("explored");
      this.#tell();
      this.root.dataset["laid"] = String(this.#asked);
    });
  }

  #setLayout(change: Partial<Pick<State, "layout" | "by">>): void {
    this.#history.push({ ...this.#state, ...change });
    this.#update();
    this.#layOut(false);
    this.#say(this.#t.laid);
  }

  // --- addresses and files ---

  #told = "";

  /** Put the state into the address, soon: not while it still changes. */
  #tell(): void {
    clearTimeout(this.#address);
    this.#address = window.setTimeout(() => void this.#writeAddress(), 250);
  }

  async #writeAddress(): Promise<void> {
    const target = this.#state.shown.length ? `#${await written(this.#state, this.#stage.places)}` : "";
    if (target === location.hash) return;
    this.#told = target;
    history.replaceState(history.state, "", location.pathname + location.search + target);
  }

  async #share(): Promise<void> {
    clearTimeout(this.#address);
    await this.#writeAddress();
    let said = this.#t.shared;
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      said = this.#t.notShared;
    }
    this.#say(said, true);
  }

  #drawn() {
    return { picture: this.#picture, places: this.#stage.places, zones: this.#stage.zones, beside: this.#stage.beside };
  }

  get #title(): string {
    if (this.told.title && this.told.start.every((iri) => this.#state.expanded.includes(iri))) return this.told.title;
    const first = this.#state.expanded.filter((iri) => this.#graph.things.has(iri)).slice(0, 3).map((iri) => this.#label(iri));
    const some = first.length ? first : this.#picture.things.slice(0, 3).map((thing) => thing.label[language()]);
    return some.join(language() === "zh" ? "、" : ", ");
  }

  #svg(): string {
    const firm = Object.fromEntries(FIRMNESS.map((one) => [one, this.#t[one]])) as Record<Firmness, string>;
    const captions: Captions = { title: this.#title, source: `${this.#t.source} · CC BY 4.0`, firmness: firm };
    return svg(this.#drawn(), this.#stage.extent(), this.#fills, language(), captions);
  }

  async #save(kind: string): Promise<void> {
    try {
      const content = await this.#file(kind);
      const url = URL.createObjectURL(content);
      const link = document.createElement("a");
      link.href = url;
      link.download = `${this.#title.slice(0, 40).replace(/[\\/:*?"<>|\s]+/g, "-") || "graph"}.${kind}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      this.#say(`${this.#t.saved}: ${kind.toUpperCase()}`);
    } catch {
      this.#say(this.#t.noPicture, true);
    }
  }

  async #file(kind: string): Promise<Blob> {
    switch (kind) {
      case "png":
        return png(this.#svg());
      case "svg":
        return new Blob([this.#svg()], { type: "image/svg+xml" });
      case "graphml":
        return new Blob([graphml(this.#drawn())], { type: "application/graphml+xml" });
      case "gexf":
        return new Blob([gexf(this.#drawn(), this.#fills, language())], { type: "application/gexf+xml" });
      default:
        return new Blob([asJson(this.#drawn())], { type: "application/json" });
    }
  }

  async #openFile(file: File): Promise<void> {
    const part = opened(await file.text());
    if (!part) {
      this.#say(this.#t.notOpened, true);
      return;
    }
    this.#graph.add(part);
    const shown = part.nodes.slice(0, this.told.most).map((thing) => thing.iri);
    for (const [iri, place] of part.places) this.#stage.places.set(iri, place);
    this.#looked = null;
    this.#panel.nothing();
    this.#history.push({ ...EMPTY, shown });
    this.#update();
    if (shown.every((iri) => part.places.has(iri))) this.#laidOut({ places: part.places, zones: [] }, true);
    else this.#layOut(false);
    this.#say(`${this.#t.added} ${shown.length} ${this.#t.things}`);
  }

  // --- keys ---

  #listen(): void {
    this.#frame.canvas.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#endAsking();
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !isTyped(event.target)) {
        event.preventDefault();
        this.#step(event.shiftKey ? "redo" : "undo");
      }
    });
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const iri = this.#looked?.kind === "thing" ? this.#looked.iri : null;
    const arrow = ARROWS[event.key];
    const acts: Record<string, () => void> = {
      "+": () => this.#stage.zoom(1.2),
      "=": () => this.#stage.zoom(1.2),
      "-": () => this.#stage.zoom(1 / 1.2),
      "0": () => this.#stage.fit(),
      Enter: () => void (iri && (this.#wayFrom ? this.#choose(iri) : this.#expand(iri))),
      p: () => iri && this.#pin(iri),
      h: () => iri && this.#hide(iri),
      Delete: () => iri && this.#hide(iri),
      Escape: () => this.#look(null),
    };
    const act = arrow ? () => this.#arrow(iri, arrow, event.shiftKey) : acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #arrow(iri: string | null, [x, y]: readonly [number, number], moves: boolean): void {
    if (moves) {
      this.#stage.pan(x * PAN, y * PAN);
      return;
    }
    const next = this.#stage.next(iri, x, y);
    if (!next) return;
    this.#look({ kind: "thing", iri: next });
    this.#stage.reveal(next);
  }
}

/** Whether a key goes into a text. */
function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === "search";
}
