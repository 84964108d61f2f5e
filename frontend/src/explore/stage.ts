// The picture on the screen: drawn on a canvas (script of strangers' names is text there, never markup), moved by pointer,
// wheel and fingers. What is touched is told to the page; this module changes nothing but where things stand and the view.

import type { Language } from "../lib/page";
import { curve, DARK, DASHES, FONT, LIGHT, letter, short, WIDTHS, type Fills, type Theme } from "./look";
import { FIRMNESS, type Thing } from "./graph";
import { bubbleRadius, radius, typeOf, type Bubble, type Line, type Picture } from "./picture";
import type { Laid, Zone } from "./layouts";
import { measure, Room } from "./room";
import type { Point } from "./state";

export type Touched =
  | { readonly kind: "thing"; readonly iri: string }
  | { readonly kind: "bubble"; readonly bubble: Bubble }
  | { readonly kind: "line"; readonly key: string }
  | { readonly kind: "nothing" };

export interface Marks {
  readonly selected: string | null;
  readonly line: string | null;
  readonly pinned: ReadonlySet<string>;
  /** Keys of things and relations on the way that is looked at; nothing is dimmed where it is empty. */
  readonly path: ReadonlySet<string>;
  /** Things of which not all is shown. */
  readonly more: ReadonlySet<string>;
}

export interface Listener {
  touched(what: Touched): void;
  /** A thing was put somewhere. */
  dropped(iri: string, place: Point): void;
}

const LEAST = 0.02;
const MOST = 4;
/** Above so many things the picture is drawn simpler, and not anew for each frame in which it moves. */
const MANY = 1500;
const RESTS_MS = 140;
const NAMES = 220;
/** Pixels of a name, and of a line of text. */
const NAME = 120;
const LINE = 20;
const CLICK = 6;
const GLIDE_MS = 380;

export class Stage {
  picture: Picture = { things: [], lines: [], bubbles: [], types: [], predicates: [], firmness: new Map() };
  marks: Marks = { selected: null, line: null, pinned: new Set(), path: new Set(), more: new Set() };
  readonly places = new Map<string, Point>();
  zones: readonly Zone[] = [];
  /** Whether names stand beside things, not below them. */
  beside = false;
  theme: Theme = LIGHT;
  readonly #context: CanvasRenderingContext2D;
  #view = { x: 0, y: 0, scale: 1 };
  #width = 0;
  #height = 0;
  #asked = false;
  /** Whether all is in sight because it was asked for: then it stays so in a window of another size. */
  #fitted = false;
  #moving = 0;
  #kept: HTMLCanvasElement | undefined;
  #keptView: { readonly x: number; readonly y: number; readonly scale: number; readonly of: Picture } | undefined;
  #hover: Touched = { kind: "nothing" };
  #glide = 0;
  #byDegree: readonly Thing[] = [];
  readonly #still = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly fills: Fills,
    private readonly language: Language,
    private readonly listener: Listener,
  ) {
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("There is no canvas.");
    this.#context = context;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const themed = () => {
      this.theme = dark.matches ? DARK : LIGHT;
      this.draw();
    };
    dark.addEventListener("change", themed);
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
    themed();
    this.#listen();
  }

  // --- what is shown ---

  show(picture: Picture): void {
    this.picture = picture;
    this.#byDegree = [...picture.things].sort((a, b) => b.degree - a.degree);
    this.draw();
  }

  /** Move things to where they belong, by and by where that is welcome. */
  settle({ places, zones, beside = false }: Laid, then?: () => void): void {
    cancelAnimationFrame(this.#glide);
    this.zones = zones;
    this.beside = beside;
    const from = new Map(this.places);
    const start = performance.now();
    const step = (now: number) => {
      const share = this.#still.matches || this.picture.things.length > MANY ? 1 : Math.min(1, (now - start) / GLIDE_MS);
      const eased = 1 - (1 - share) ** 3;
      for (const [iri, [x, y]] of places) {
        const [a, b] = from.get(iri) ?? [x, y];
        this.places.set(iri, [a + (x - a) * eased, b + (y - b) * eased]);
      }
      this.#paint();
      if (share < 1) this.#glide = requestAnimationFrame(step);
      else then?.();
    };
    step(start + (this.#still.matches ? GLIDE_MS : 0));
  }

  /** Where everything stands: left, top, right, bottom, with some room around. */
  extent(): readonly [number, number, number, number] {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    const grow = (x: number, y: number, by: number) => {
      left = Math.min(left, x - by);
      right = Math.max(right, x + by);
      top = Math.min(top, y - by);
      bottom = Math.max(bottom, y + by);
    };
    for (const thing of this.picture.things) {
      const [x, y] = this.places.get(thing.iri) ?? [0, 0];
      grow(x, y, 36);
      if (this.beside) right = Math.max(right, x + 200);
    }
    for (const { bubble, x, y } of this.bubbles()) grow(x, y, bubbleRadius(bubble) + 24);
    for (const zone of this.zones) grow(zone.x, zone.y, zone.radius + 16);
    return left <= right ? [left, top, right, bottom] : [-1, -1, 1, 1];
  }

  fit(): void {
    const [left, top, right, bottom] = this.extent();
    // Names do not shrink with the picture: there is room for half of one at each side, and for a line of it below.
    const aside = this.beside ? 10 : Math.min(NAME, this.#width / 6);
    const scale = Math.min(Math.max(80, this.#width - aside) / (right - left), Math.max(80, this.#height - 2 * LINE) / (bottom - top), 1.5);
    this.#look((left + right) / 2, (top + bottom) / 2 + LINE / 2 / scale, scale);
    this.#fitted = true;
  }

  zoom(by: number, x = this.#width / 2, y = this.#height / 2): void {
    const scale = Math.min(MOST, Math.max(LEAST, this.#view.scale * by));
    const [wx, wy] = this.#world(x, y);
    this.#look(wx - (x - this.#width / 2) / scale, wy - (y - this.#height / 2) / scale, scale);
    this.#moves();
  }

  pan(x: number, y: number): void {
    this.#look(this.#view.x + x / this.#view.scale, this.#view.y + y / this.#view.scale, this.#view.scale);
    this.#moves();
  }

  /** Bring a thing into sight where it is not. */
  reveal(iri: string): void {
    const place = this.places.get(iri);
    if (!place) return;
    const [x, y] = this.#screen(place);
    if (x < 40 || y < 40 || x > this.#width - 40 || y > this.#height - 40) this.#look(place[0], place[1], this.#view.scale);
  }

  /** The thing that lies next in a direction; the middle's where none is given to start from. */
  next(from: string | null, dx: number, dy: number): string | null {
    const [x, y] = (from && this.places.get(from)) || [this.#view.x, this.#view.y];
    let best: string | null = null;
    let least = Infinity;
    for (const { iri } of this.picture.things) {
      const [a, b] = this.places.get(iri) ?? [0, 0];
      const along = (a - x) * dx + (b - y) * dy;
      const aside = Math.abs((a - x) * dy - (b - y) * dx);
      const far = from ? along + 2 * aside : Math.hypot(a - x, b - y);
      if (iri !== from && (!from || along > 0.5) && far < least) [best, least] = [iri, far];
    }
    return best;
  }

  /** The things that are not shown, and where their bubbles stand: where the layout put them, else around their thing. */
  *bubbles(): Generator<{ bubble: Bubble; x: number; y: number }> {
    let [of, index] = ["", 0];
    for (const bubble of this.picture.bubbles) {
      const place = this.places.get(bubble.of);
      const thing = this.#thing(bubble.of);
      if (!place || !thing) continue;
      [index, of] = [of === bubble.of ? index + 1 : 0, bubble.of];
      const settled = this.places.get(bubble.key);
      if (settled) {
        yield { bubble, x: settled[0], y: settled[1] };
        continue;
      }
      const angle = this.#outward(place) + (index % 2 ? 1 : -1) * Math.ceil(index / 2) * 0.72;
      const out = radius(thing) + 66;
      yield { bubble, x: place[0] + out * Math.cos(angle), y: place[1] + out * Math.sin(angle) };
    }
  }

  #outward([x, y]: Point): number {
    let [dx, dy] = [0, 0];
    for (const { iri } of this.picture.things) {
      const [a, b] = this.places.get(iri) ?? [0, 0];
      const far = Math.hypot(a - x, b - y);
      if (far < 1 || far > 400) continue;
      dx -= (a - x) / far ** 2;
      dy -= (b - y) / far ** 2;
    }
    return Math.atan2(dy || 1, dx);
  }

  #thing(iri: string): Thing | undefined {
    return this.#things().get(iri);
  }

  #index: { readonly of: Picture; readonly things: ReadonlyMap<string, Thing> } | undefined;

  #things(): ReadonlyMap<string, Thing> {
    if (this.#index?.of !== this.picture) {
      this.#index = { of: this.picture, things: new Map(this.picture.things.map((thing) => [thing.iri, thing])) };
    }
    return this.#index.things;
  }

  // --- drawing ---

  /** Things are smaller where there are many. */
  #radius(thing: Thing): number {
    return radius(thing) * (this.picture.things.length > MANY ? 0.45 : 1);
  }

  draw(): void {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => this.#paint());
  }

  #look(x: number, y: number, scale: number): void {
    this.#fitted = false;
    this.#view = { x, y, scale };
    this.draw();
  }

  /** A large picture is drawn anew once it rests; while it moves, what was drawn moves. */
  #moves(): void {
    if (this.picture.things.length <= MANY) return;
    clearTimeout(this.#moving);
    this.#moving = window.setTimeout(() => {
      this.#moving = 0;
      this.draw();
    }, RESTS_MS);
  }

  #keep(): void {
    if (this.picture.things.length <= MANY) return;
    const [width, height] = [this.canvas.width, this.canvas.height];
    this.#kept ??= document.createElement("canvas");
    if (this.#kept.width !== width || this.#kept.height !== height) [this.#kept.width, this.#kept.height] = [width, height];
    this.#kept.getContext("2d", { alpha: false })?.drawImage(this.canvas, 0, 0);
    this.#keptView = { ...this.#view, of: this.picture };
  }

  /** Draws what was kept where it belongs now; false where nothing of this picture was. */
  #paintKept(ratio: number): boolean {
    const view = this.#keptView;
    if (!this.#kept || !this.#moving || view?.of !== this.picture) return false;
    const scale = this.#view.scale / view.scale;
    const [x, y] = this.#screen([view.x - this.#width / 2 / view.scale, view.y - this.#height / 2 / view.scale]);
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#context.drawImage(this.#kept, x, y, this.#width * scale, this.#height * scale);
    return true;
  }

  #resize(): void {
    const ratio = Math.min(2, devicePixelRatio || 1);
    [this.#width, this.#height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    this.canvas.width = Math.max(1, Math.round(this.#width * ratio));
    this.canvas.height = Math.max(1, Math.round(this.#height * ratio));
    if (this.#fitted) this.fit();
    this.#paint();
  }

  #screen([x, y]: Point): readonly [number, number] {
    return [(x - this.#view.x) * this.#view.scale + this.#width / 2, (y - this.#view.y) * this.#view.scale + this.#height / 2];
  }

  #world(x: number, y: number): Point {
    return [(x - this.#width / 2) / this.#view.scale + this.#view.x, (y - this.#height / 2) / this.#view.scale + this.#view.y];
  }

  #paint(): void {
    this.#asked = false;
    const context = this.#context;
    const ratio = this.canvas.width / Math.max(1, this.#width);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = this.theme.paper;
    context.fillRect(0, 0, this.#width, this.#height);
    if (!this.picture.things.length || this.#paintKept(ratio)) return;
    const { x, y, scale } = this.#view;
    context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * (this.#width / 2 - x * scale), ratio * (this.#height / 2 - y * scale));
    const box = [...this.#world(-60, -60), ...this.#world(this.#width + 60, this.#height + 60)] as [number, number, number, number];
    this.#paintZones();
    if (this.picture.things.length > MANY) this.#paintManyLines(box);
    else this.#paintLines(box);
    this.#paintBubbles();
    this.#paintThings(box);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#paintNames();
    this.#keep();
  }

  #paintZones(): void {
    const context = this.#context;
    context.fillStyle = this.theme.zone;
    for (const zone of this.zones) {
      context.beginPath();
      context.arc(zone.x, zone.y, zone.radius, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /** Straight and without heads, a few hundred at a stroke; those on the way in their colour. */
  #paintManyLines([left, top, right, bottom]: readonly [number, number, number, number]): void {
    const context = this.#context;
    const { scale } = this.#view;
    for (const on of [false, true]) {
      for (const firm of FIRMNESS) {
        context.strokeStyle = on ? this.theme.path : this.theme.line;
        context.globalAlpha = on ? 1 : 0.45;
        context.lineWidth = (on ? 2.5 : 0.8) / scale;
        context.setLineDash(DASHES[firm].map((dash) => dash / scale));
        context.beginPath();
        let count = 0;
        for (const line of this.picture.lines) {
          if (line.firmness !== firm || this.marks.path.has(line.key) !== on) continue;
          const from = this.places.get(line.relation.source);
          const to = this.places.get(line.relation.target);
          if (!from || !to) continue;
          const [x1, y1] = from;
          const [x2, y2] = to;
          if ((x1 < left && x2 < left) || (x1 > right && x2 > right) || (y1 < top && y2 < top) || (y1 > bottom && y2 > bottom)) continue;
          context.moveTo(x1, y1);
          context.lineTo(x2, y2);
          if (++count % 200 === 0) {
            context.stroke();
            context.beginPath();
          }
        }
        context.stroke();
      }
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  #paintLines(box: readonly [number, number, number, number]): void {
    for (const line of this.picture.lines) this.#paintLine(line, box);
    this.#context.globalAlpha = 1;
    this.#context.setLineDash([]);
  }

  #curve(line: Line) {
    const [source, target] = [this.#thing(line.relation.source), this.#thing(line.relation.target)];
    const [from, to] = [this.places.get(line.relation.source), this.places.get(line.relation.target)];
    return source && target && from && to ? curve(line, from, radius(source), to, radius(target)) : undefined;
  }

  #paintLine(line: Line, [left, top, right, bottom]: readonly [number, number, number, number]): void {
    const way = this.#curve(line);
    if (!way) return;
    const [x1, y1] = way.from;
    const [x2, y2] = way.to;
    if (Math.max(x1, x2) < left || Math.min(x1, x2) > right || Math.max(y1, y2) < top || Math.min(y1, y2) > bottom) return;
    const context = this.#context;
    const stands = this.#stands(line);
    context.globalAlpha = stands ? 1 : this.#dims() ? 0.25 : this.zones.length && this.picture.lines.length > 60 ? 0.45 : 1;
    context.strokeStyle = context.fillStyle = stands ? this.theme.path : this.theme.line;
    context.lineWidth = WIDTHS[line.firmness] * (stands ? 1.7 : 1);
    context.setLineDash(DASHES[line.firmness] as number[]);
    context.beginPath();
    context.moveTo(x1, y1);
    if (way.control) context.quadraticCurveTo(way.control[0], way.control[1], x2, y2);
    else context.lineTo(x2, y2);
    context.stroke();
    context.beginPath();
    for (const [x, y] of way.head) context.lineTo(x, y);
    context.fill();
  }

  #stands(line: Line): boolean {
    return this.marks.path.has(line.key) || this.marks.line === line.key;
  }

  #dims(): boolean {
    return this.marks.path.size > 0;
  }

  #paintBubbles(): void {
    const context = this.#context;
    for (const { bubble, x, y } of this.bubbles()) {
      const [a, b] = this.places.get(bubble.of) ?? [x, y];
      context.strokeStyle = this.theme.line;
      context.globalAlpha = 0.7;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(a, b);
      context.lineTo(x, y);
      context.stroke();
      context.globalAlpha = 1;
      context.fillStyle = this.theme.bubble;
      context.strokeStyle = this.theme.quiet;
      context.setLineDash([3, 3]);
      context.beginPath();
      context.arc(x, y, bubbleRadius(bubble), 0, 2 * Math.PI);
      context.fill();
      context.stroke();
      context.setLineDash([]);
      context.fillStyle = this.theme.ink;
      context.font = `600 12px ${FONT}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(`+${bubble.count}`, x, y + 0.5);
    }
  }

  #paintThings([left, top, right, bottom]: readonly [number, number, number, number]): void {
    const context = this.#context;
    const { scale } = this.#view;
    const least = 2 / scale; // of a radius, so that nothing vanishes
    const letters = scale > 0.55;
    const groups = new Map<string, Thing[]>();
    for (const thing of this.picture.things) {
      const [x, y] = this.places.get(thing.iri) ?? [0, 0];
      if (x < left || x > right || y < top || y > bottom) continue;
      const fill = this.fills.of(typeOf(thing));
      const known = groups.get(fill);
      if (known) known.push(thing);
      else groups.set(fill, [thing]);
    }
    for (const [fill, things] of groups) {
      for (const dim of this.#dims() ? [true, false] : [false]) {
        context.globalAlpha = dim ? 0.3 : 1;
        context.fillStyle = fill;
        context.beginPath();
        for (const thing of things) {
          if (this.#dims() && this.marks.path.has(thing.iri) === dim) continue;
          const [x, y] = this.places.get(thing.iri) ?? [0, 0];
          const size = Math.max(least, this.#radius(thing));
          context.moveTo(x + size, y);
          context.arc(x, y, size, 0, 2 * Math.PI);
        }
        context.fill();
      }
      context.globalAlpha = 1;
      if (!letters) continue;
      context.fillStyle = "#fff";
      context.textAlign = "center";
      context.textBaseline = "middle";
      for (const thing of things) {
        const [x, y] = this.places.get(thing.iri) ?? [0, 0];
        context.font = `${Math.round(this.#radius(thing) * 0.95)}px ${FONT}`;
        context.fillText(letter(thing, this.language), x, y + 0.5);
      }
    }
    this.#paintMarks([left, top, right, bottom]);
  }

  #paintMarks(box: readonly [number, number, number, number]): void {
    const context = this.#context;
    const ring = (iri: string, colour: string, width: number, away: number) => {
      const [place, thing] = [this.places.get(iri), this.#thing(iri)];
      if (!place || !thing) return;
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      context.arc(place[0], place[1], this.#radius(thing) + away, 0, 2 * Math.PI);
      context.stroke();
    };
    for (const iri of this.marks.path) if (this.places.has(iri)) ring(iri, this.theme.path, 2.5, 2.5);
    for (const iri of this.marks.pinned) ring(iri, this.theme.ink, 2, 0);
    if (this.#view.scale > 0.5) {
      for (const iri of this.marks.more) this.#paintMore(iri, box);
    }
    if (this.#hover.kind === "thing") ring(this.#hover.iri, this.theme.quiet, 2, 3);
    if (this.marks.selected) ring(this.marks.selected, this.theme.ink, 3, 4);
  }

  /** A small plus: there is more around this thing. */
  #paintMore(iri: string, [left, top, right, bottom]: readonly [number, number, number, number]): void {
    const [place, thing] = [this.places.get(iri), this.#thing(iri)];
    if (!place || !thing || place[0] < left || place[0] > right || place[1] < top || place[1] > bottom) return;
    const context = this.#context;
    const [x, y] = [place[0] + this.#radius(thing) * 0.75, place[1] - this.#radius(thing) * 0.75];
    context.fillStyle = this.theme.paper;
    context.strokeStyle = this.theme.quiet;
    context.lineWidth = 1;
    context.beginPath();
    context.arc(x, y, 5.5, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    context.beginPath();
    context.moveTo(x - 2.8, y);
    context.lineTo(x + 2.8, y);
    context.moveTo(x, y - 2.8);
    context.lineTo(x, y + 2.8);
    context.stroke();
  }

  /** Names where there is room for them: of what is looked at first, then of what has most relations. */
  #paintNames(): void {
    const context = this.#context;
    const { scale } = this.#view;
    const room = new Room();
    context.lineJoin = "round";
    const write: Write = (text, x, y, size, colour, weight = 400, always = false, beside = false) => {
      if (x < -80 || y < -20 || x > this.#width + 80 || y > this.#height + 20) return false;
      const width = measure(text) * size;
      const left = beside ? x : x - width / 2;
      if (!room.take(left, y - size, left + width, y + 3) && !always) return false;
      context.textAlign = beside ? "start" : "center";
      context.font = `${weight} ${size}px ${FONT}`;
      context.textBaseline = "alphabetic";
      context.lineWidth = 3.5;
      context.strokeStyle = this.theme.paper;
      context.strokeText(text, x, y);
      context.fillStyle = colour;
      context.fillText(text, x, y);
      return true;
    };
    if (this.picture.things.length <= NAMES) {
      for (const thing of this.picture.things) {
        const [x, y] = this.#screen(this.places.get(thing.iri) ?? [0, 0]);
        const size = radius(thing) * scale * 0.8;
        room.take(x - size, y - size, x + size, y + size);
      }
      for (const { bubble, x, y } of this.bubbles()) {
        const [a, b] = this.#screen([x, y]);
        const size = bubbleRadius(bubble) * scale * 0.8;
        room.take(a - size, b - size, a + size, b + size);
      }
    }
    for (const zone of this.zones) {
      const [x, y] = this.#screen([zone.x, zone.y - zone.radius]);
      if (zone.radius * scale > 24) write(short(zone.label[this.language], 20), x, y - 4, 13, this.theme.quiet, 600);
    }
    const named = (thing: Thing, always: boolean) => {
      const place = this.places.get(thing.iri);
      if (!place) return false;
      const [x, y] = this.#screen(place);
      const size = always || scale > 0.7 ? 13 : 12;
      const below = Math.max(2, this.#radius(thing) * scale) + size + 3;
      const text = short(thing.label[this.language], always ? 40 : undefined);
      const weight = always ? 700 : 400;
      if (this.beside) return write(text, x + Math.max(2, radius(thing) * scale) + 5, y + 4, size, this.theme.ink, weight, always, true);
      return write(text, x, y + below, size, this.theme.ink, weight, always);
    };
    const first = new Set([this.marks.selected, this.#hover.kind === "thing" ? this.#hover.iri : null, ...this.marks.path]);
    for (const iri of first) {
      const thing = iri && this.#thing(iri);
      if (thing) named(thing, true);
    }
    let left = NAMES;
    for (const thing of this.#byDegree) {
      if (left <= 0) break;
      if (!first.has(thing.iri) && (!this.#dims() || this.marks.path.has(thing.iri)) && named(thing, false)) left--;
    }
    for (const { bubble, x, y } of this.bubbles()) {
      const [a, b] = this.#screen([x, y]);
      const [group] = bubble.groups;
      if (group && bubble.groups.length === 1 && scale > 0.5) {
        write(short(group.type?.label[this.language] ?? "", 10), a, b + bubbleRadius(bubble) * scale + 13, 11, this.theme.quiet);
      }
    }
    this.#paintRelationNames(write);
  }

  #paintRelationNames(write: Write): void {
    const few = this.picture.lines.length <= 60 && this.#view.scale > 0.6;
    if (this.picture.things.length > MANY && !this.#dims() && !this.marks.line) return;
    for (const line of this.picture.lines) {
      const stands = this.#stands(line);
      const touches = line.relation.source === this.marks.selected || line.relation.target === this.marks.selected;
      if (!stands && (!(few || (touches && this.#view.scale > 0.45)) || this.#dims())) continue;
      const way = this.#curve(line);
      if (!way) continue;
      const [x, y] = this.#screen(way.middle);
      write(short(line.relation.predicate.label[this.language], 12), x, y + 4, 11, stands ? this.theme.path : this.theme.quiet);
    }
  }

  // --- touching ---

  /** What lies at a place of the screen. */
  at(x: number, y: number): Touched {
    const [wx, wy] = this.#world(x, y);
    const slack = 4 / this.#view.scale;
    for (const { bubble, x: bx, y: by } of this.bubbles()) {
      if (Math.hypot(bx - wx, by - wy) <= bubbleRadius(bubble) + slack) return { kind: "bubble", bubble };
    }
    let best: string | null = null;
    let least = Infinity;
    for (const thing of this.picture.things) {
      const [a, b] = this.places.get(thing.iri) ?? [0, 0];
      const far = Math.hypot(a - wx, b - wy);
      if (far <= radius(thing) + slack && far < least) [best, least] = [thing.iri, far];
    }
    if (best) return { kind: "thing", iri: best };
    if (this.picture.things.length > MANY) return { kind: "nothing" };
    const line = this.picture.lines.find((one) => this.#isOn(one, wx, wy, 5 / this.#view.scale));
    return line ? { kind: "line", key: line.key } : { kind: "nothing" };
  }

  #isOn(line: Line, x: number, y: number, slack: number): boolean {
    const way = this.#curve(line);
    if (!way) return false;
    for (let step = 0; step <= 16; step++) {
      const t = step / 16;
      const [cx, cy] = way.control ?? way.middle;
      const a = (1 - t) ** 2 * way.from[0] + 2 * t * (1 - t) * cx + t ** 2 * way.to[0];
      const b = (1 - t) ** 2 * way.from[1] + 2 * t * (1 - t) * cy + t ** 2 * way.to[1];
      const reach = Math.max(slack, Math.hypot(way.to[0] - way.from[0], way.to[1] - way.from[1]) / 32);
      if (Math.hypot(a - x, b - y) <= Math.min(reach, 3 * slack)) return true;
    }
    return false;
  }

  #listen(): void {
    const pointers = new Map<number, readonly [number, number]>();
    let begun: { x: number; y: number; what: Touched; moved: boolean } | undefined;
    let apart = 0;
    const at = (event: PointerEvent | WheelEvent): readonly [number, number] => {
      const box = this.canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const spread = () => {
      const [a, b] = [...pointers.values()];
      return a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0;
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.canvas.setPointerCapture(event.pointerId);
      const [x, y] = at(event);
      pointers.set(event.pointerId, [x, y]);
      begun = pointers.size === 1 ? { x, y, what: this.at(x, y), moved: false } : undefined;
      apart = spread();
    });
    this.canvas.addEventListener("pointermove", (event) => {
      const [x, y] = at(event);
      const before = pointers.get(event.pointerId);
      if (!before) {
        this.#hovers(this.at(x, y));
        return;
      }
      pointers.set(event.pointerId, [x, y]);
      if (pointers.size === 2) {
        const now = spread();
        const [a, b] = [...pointers.values()];
        if (a && b && apart > 0) this.zoom(now / apart, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
        apart = now;
        return;
      }
      if (!begun) return;
      if (Math.hypot(x - begun.x, y - begun.y) > CLICK) begun.moved = true;
      if (!begun.moved) return;
      if (begun.what.kind === "thing") {
        this.places.set(begun.what.iri, this.#world(x, y));
        this.draw();
      } else this.pan(before[0] - x, before[1] - y);
    });
    const ends = (event: PointerEvent) => {
      pointers.delete(event.pointerId);
      const done = begun;
      begun = undefined;
      if (!done || event.type !== "pointerup") return;
      if (!done.moved) this.listener.touched(done.what);
      else if (done.what.kind === "thing") this.listener.dropped(done.what.iri, this.#world(...at(event)));
    };
    this.canvas.addEventListener("pointerup", ends);
    this.canvas.addEventListener("pointercancel", ends);
    this.canvas.addEventListener("pointerleave", () => this.#hovers({ kind: "nothing" }));
    this.canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const [x, y] = at(event);
        this.zoom(Math.exp(-Math.max(-120, Math.min(120, event.deltaY)) * 0.002), x, y);
      },
      { passive: false },
    );
  }

  #hovers(what: Touched): void {
    const iri = (one: Touched) => (one.kind === "thing" ? one.iri : one.kind);
    if (iri(what) === iri(this.#hover)) return;
    this.#hover = what;
    this.canvas.style.cursor = what.kind === "nothing" ? "grab" : "pointer";
    this.draw();
  }
}

type Write = (text: string, x: number, y: number, size: number, colour: string, weight?: number, always?: boolean, beside?: boolean) => boolean;
