"""Constructions, indicators, periods and subjects: from the quantities of a text to its figures.

A sentence is read from left to right. What a clause leaves out (indicator, period, base, subject) is carried on from what
was said before in the sentence, then from the paragraph, the heading and the text's anchor.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from .lexicon import Lexicon, spelt
from .records import Anchor, Entity, Figure, Indicator, Normal, Quantity, Sentence, Years
from .tables import one_of, table
from .times import Time, times

_W: Final = table("words")
_UP: Final = one_of(_W["growth"]["up"])
_DOWN: Final = one_of(_W["growth"]["down"])
_AVERAGE: Final = re.compile(one_of(_W["growth"]["average"]))
_GROWTH: Final = re.compile(
    rf"(?:{_UP}|{_DOWN})(?:了|率|率为|率达|到|达|为|幅度|幅度为|幅度达|约|近|超过|超|[^,。;、\d]{{0,2}}?)?$"
)
_REACHED: Final = re.compile(
    r"(?:提高|提升|跃升|攀升|拓展|上升|增加|增长|扩大|发展|下降|降低|减少|回落|收窄|升|降|增|调整|变|优化|缩小|缩短|压减|上涨)(?:[^,。;\d]{0,2})?(?:到|至|为)(?:了)?(?:约|近|超过|超|全市|全省)?$"
)
_FALL: Final = re.compile(rf"(?:{_DOWN})(?:了|率|幅度|约|近|超过|超|[^,。;、\d]{{0,2}}?)?$")
_SHARE: Final = re.compile(r"占比|比重|比例|占|覆盖率|率|度|超[一二三]分")
_BASED: Final = re.compile(r"(?:比|较|与|同)")
#: How far back from a number its words are looked for: no clause is longer, and time stays linear.
_REACH: Final = 160
_EDGE: Final = re.compile(r"[,;:。!?\n]")
_MOVED: Final = re.compile(
    rf"(?:比|较)(?:上年同期|上年末?|上年底|去年同期|去年末?|去年底|年初|上月|上期|全[省国市]平均水平|全[省国市县区]|(?:19|20)\d\d年(?:末|底)?)|同比|环比|年均"
    rf"|(?:扣除|剔除)[^,]{{1,16}}?后|按[^,]{{1,10}}?(?:计算|口径)|同口径|可比口径|自然口径|名义|实际|高于|低于|快于|净|大关|台阶|首次|历史性"
    rf"|年初|全[市省国]|平均水平|[两三四五]年平均|[两三四五六七八九十]年来|两项增速|增速|增幅|其中|分别|{_UP}|{_DOWN}|[,、了约近]"
)
_RECOVERED: Final = re.compile(
    r"(?:恢复|恢复到|恢复至|相当于|达到|为|是)(?:(?:19|20)\d\d年|上年|去年)(?:同期)?(?:水平)?的?$"
)
_RESPECTIVELY: Final = "分别"
_ENDS: Final = re.compile(rf"(?:{one_of(_W['joins']['end'])}|\(\w{{1,12}}\)|[、,:;“”‘’\s(])$")
_BEGINS: Final = re.compile(
    rf"^(?:{one_of(_W['joins']['begin'])}|[、,:;“”‘’\s)—-]|(?:19|20)\d\d年(?:末|底|度)?|\d{{1,2}}[-~—]?\d{{0,2}}月(?:末|底|份)?|截至|按[^,。]{{1,10}}(?:计算|看|分))"
)
_FLOW: Final = re.compile(one_of(_W["flowVerbs"]["words"]))
_STOCK: Final = re.compile(one_of(_W["stockWords"]["words"]))
_TARGET: Final = re.compile(one_of(_W["targets"]["sentence"]))
_TARGET_HEADING: Final = re.compile(one_of(_W["targets"]["heading"]))
_BEHIND_STOP: Final = re.compile(rf"(?:{one_of(_W['behind']['stop'])})")
_NOUN: Final = re.compile(r"[“”\u4e00-\u9fffA-Za-z·、()-]{1,28}")
_AIM: Final = re.compile(rf"(?<!年度)(?<!占)(?:{_TARGET.pattern})(?!总投资|投资|的)")
_CUMULATIVE: Final = re.compile(one_of(_W["aggregation"]["cumulative"]))
_EACH: Final = re.compile(one_of(_W["aggregation"]["eachYear"]))
_ALWAYS: Final = re.compile(one_of(_W["aggregation"]["always"]))
_BREAKS: Final = re.compile(one_of(_W["aggregation"]["breaks"]))
_THRESHOLD_NOUN: Final = re.compile(
    rf"(?:元)?(?:以上|以下|及以上)?(?:的)?[^,。;、\d]{{0,8}}?(?:{one_of(_W['thresholds']['nouns'])})"
)
_MEASURES: Final = frozenset(
    (
        "km",
        "m",
        "m2",
        "km2",
        "ha",
        "mu",
        "m3",
        "t",
        "kg",
        "kWh",
        "kW",
        "tce",
        "CNY",
        "USD",
        "tkm",
        "pkm",
        "ug/m3",
        "degC",
        "mm",
        "hour",
        "day",
        "minute",
    )
)
_YEARLY: Final = frozenset(("CNY", "USD", "t", "kWh", "tce", "tkm", "pkm", "ug/m3", "degC", "mm", "day"))
_PRICES: Final = re.compile(r"按(?:可比价|不变价)")
_FROM: Final = re.compile(r"(?:由|从)[^,。;]*$")
_TO: Final = re.compile(
    r"^[^,。;\d]{0,8}?(?:增加|提高|上升|增长|下降|减少|降低|降|升|增|调整|变|优化|扩大|发展|提升|缩短|压缩|回落|跃升|攀升|拓展|缩小)[^,。;\d]{0,3}?(?:到|至|为)"
)
_OTHER_GROWTH: Final = re.compile(r"(?:高于|低于|快于|高出|领先)")


@dataclass
class _State:
    """What is carried on inside a sentence (and, of the last indicator, inside a paragraph)."""

    indicator: Indicator | None = None
    told: list[tuple[Indicator, bool]] = field(default_factory=list)
    part: Indicator | None = None
    base: Years | None = None
    subject: str = ""
    cumulative: str = ""
    growth: bool = False
    prefix: str = ""
    period: Years | None = None
    suffix: str = ""
    line: str = ""
    noun: str = ""
    seen: list[Indicator] = field(default_factory=list)


@dataclass(frozen=True)
class _Place:
    """One quantity with the text around it: ``left`` back to the quantity or the clause before it, ``clause`` its whole clause so far."""

    quantity: Quantity
    left: str
    left_start: int
    clause: str
    right: str


class Reader:
    """The figures of one text. Holds what the stages before have found."""

    def __init__(
        self, normal: Normal, sentences: Sequence[Sentence], quantities: Sequence[Quantity], anchor: Anchor,
        lexicon: Lexicon, entities: Sequence[Entity],
    ) -> None:  # fmt: skip
        self.normal, self.text = normal, normal.text
        self.sentences, self.quantities, self.anchor, self.lexicon = sentences, quantities, anchor, lexicon
        self.starts = [quantity.start for quantity in quantities]
        self.mentions = sorted(
            ((start, end, entity) for entity in entities for start, end in entity.spans if entity.kind in _SUBJECTS),
            key=lambda mention: (mention[0], -mention[1]),
        )
        self.mention_starts = [mention[0] for mention in self.mentions]
        self.planned_parts = self._planned_parts()
        self.figures: list[Figure] = []

    def read(self) -> tuple[Figure, ...]:
        paragraph, state, frame = -1, _State(), None
        for sentence in self.sentences:
            opening = sentence.paragraph != paragraph
            if opening:
                paragraph, state, frame = sentence.paragraph, _State(), None
            frame = self._sentence(sentence, state, frame, opening)
        return self._with_lines()

    def _with_lines(self) -> tuple[Figure, ...]:
        """The figures, thresholds being of the period of what they limit."""
        periods = {f.start: f.period for f in self.figures if f.kind != "threshold"}
        starts = self.normal.offsets
        return tuple(
            replace(f, period=periods.get(starts[f.qualifies], f.period)) if f.qualifies is not None else f
            for f in self.figures
        )

    # --- sentences ----------------------------------------------------------------------------------------------------

    def _sentence(self, sentence: Sentence, state: _State, paragraph: Years | None, opening: bool) -> Years | None:
        heading = self._heading(sentence)
        frame = paragraph or heading
        found = times(self.text, sentence.start, sentence.end, self.anchor, frame or self.anchor.reporting)
        own = list(self.quantities[bisect_left(self.starts, sentence.start) : bisect_left(self.starts, sentence.end)])
        state.told, state.base, state.subject, state.cumulative, state.period = [], None, "", "", None
        state.seen, state.growth = [], False
        since = self._target_from(sentence, found)
        previous = sentence.start
        index = 0
        while index < len(own):
            group = self._respective(own, index, sentence, previous)
            places = [self._place(q, previous if i == 0 else group[i - 1].stop, sentence) for i, q in enumerate(group)]
            if len(group) > 1:
                self._read_group(places, state, sentence, found, frame, since <= places[0].quantity.start)
            else:
                self._read_one(places[0], state, sentence, found, frame, since <= places[0].quantity.start, own, index)
            previous = group[-1].stop
            index += len(group)
        first = next(
            (t for t in found if t.role == "frame" and t.start - sentence.start <= 14 and not self._leads_back(t)), None
        )
        if first and first.years.last and not first.years.months and (first.printed or opening):
            return first.years
        if first and first.years.months and not first.printed:
            return first.years
        return paragraph

    def _heading(self, sentence: Sentence) -> Years | None:
        heading = sentence.heading
        if not heading:
            return None
        found = [t for t in times(heading, 0, len(heading), self.anchor, self.anchor.reporting) if t.role == "frame"]
        yearly = [t for t in found if t.years.first == t.years.last]
        return (yearly or found)[-1].years if found else None

    def _target_from(self, sentence: Sentence, found: Sequence[Time]) -> int:
        """From where in a sentence on its numbers are what is aimed at; behind its end where none are."""
        text, never = self.text[sentence.start : sentence.end], sentence.end + 1
        if self._planned(sentence):
            return never if re.search(r"(?:去年|上年)[^,。]{0,10}(?:完成|实现|达)", text) else sentence.start
        last = max(filter(None, (self.anchor.reporting.last, self.anchor.year)), default=None)
        coming = next(
            (t for t in found if t.role in ("until", "frame") and last and t.years.last and t.years.last > last), None
        )
        if coming is not None and coming.years.first and last and coming.years.first > last:
            return coming.start
        cue = _AIM.search(text)
        return sentence.start + cue.start() if cue else never

    def _planned(self, sentence: Sentence) -> bool:
        heading = sentence.heading
        if not heading or self.anchor.genre == "communique":
            return False
        if re.search(r"回顾|成就|完成情况|执行情况", heading):
            return False
        if self.anchor.genre == "report":
            return sentence.start in self.planned_parts
        return bool(re.search(r"目标|展望|下一步|(?:明年|未来|今后)[^,。]{0,6}(?:安排|任务|工作)", heading))

    def _planned_parts(self) -> frozenset[int]:
        """The starts of the sentences of a report that stand in a part on what is planned."""
        planned, found = False, set()
        for sentence in self.sentences:
            if sentence.role == "heading":
                text = self.text[sentence.start : sentence.end]
                if _TARGET_HEADING.search(text) and not re.search(r"回顾|成就|完成情况", text):
                    planned = True
                elif re.match(r"[一二三四五六七八九十]+、", text) and re.search(r"回顾|成就|主要工作|总结", text):
                    planned = False
            if planned:
                found.add(sentence.start)
        return frozenset(found)

    def _place(self, quantity: Quantity, previous: int, sentence: Sentence) -> _Place:
        start = max(sentence.start, quantity.begin - _REACH)
        edge = max(start, previous)
        for match in _EDGE.finditer(self.text, edge, quantity.begin):
            edge = match.end()
        clause_start = start
        for match in _EDGE.finditer(self.text, start, quantity.begin):
            clause_start = match.end()
        following = self._next(quantity)
        stop = min(sentence.end, following.begin if following else sentence.end, quantity.stop + 40)
        return _Place(
            quantity,
            self.text[edge : quantity.begin],
            edge,
            self.text[clause_start : quantity.begin],
            self.text[quantity.stop : stop],
        )

    def _next(self, quantity: Quantity) -> Quantity | None:
        index = bisect_left(self.starts, quantity.start) + 1
        return self.quantities[index] if index < len(self.quantities) else None

    # --- several numbers told respectively -----------------------------------------------------------------------------

    def _respective(self, own: Sequence[Quantity], index: int, sentence: Sentence, previous: int) -> list[Quantity]:
        """The quantities from ``index`` on that 分别 puts side by side; just the one where it does not."""
        first = own[index]
        before = self.text[max(previous, sentence.start) : first.start]
        if _RESPECTIVELY not in before and first.form != "ratio" and not self._continues_pair(own, index):
            return [first]
        if first.form == "ratio":
            return list(own[index : index + first.parts])
        group = [first]
        for quantity in own[index + 1 :]:
            between = self.text[group[-1].stop : quantity.begin]
            if (
                not re.fullmatch(r"(?:[、,和与及]|以及|,?[^,。;\d]{0,3}?第|位)*(?:[^,。;、\d]{0,2})", between)
                or quantity.unit != first.unit
            ):
                break
            group.append(quantity)
        return group

    def _continues_pair(self, own: Sequence[Quantity], index: int) -> bool:
        """Whether numbers joined by 和 follow as many that 分别 told: 分别达到3万元、2万元，年均增长10%和12%."""
        if index < 2 or index + 1 >= len(own):
            return False
        earlier, last, first, second = own[index - 2], own[index - 1], own[index], own[index + 1]
        pair = self.text[earlier.stop : last.begin] in ("、", "和", "与") and earlier.unit == last.unit
        joined = self.text[first.stop : second.begin] in ("、", "和", "与") and first.unit == second.unit
        return pair and joined and _only_joins(self._bare(self.text[last.stop : first.begin]))

    def _read_group(
        self,
        places: Sequence[_Place],
        state: _State,
        sentence: Sentence,
        found: Sequence[Time],
        frame: Years | None,
        target: bool,
    ) -> None:
        first = places[0]
        if first.quantity.form == "ratio":
            self._read_ratio(places, state, sentence, found, frame, target)
            return
        indicators = self._listed(first, state, sentence, len(places))
        for place, indicator in zip(places, indicators, strict=True):
            kind, sign = self._kind(replace_left(place, first), state, target)
            self._add(place, kind, sign, indicator, "respectively", state, sentence, found, frame, target)
        if indicators:
            state.indicator = indicators[-1]

    def _listed(self, place: _Place, state: _State, sentence: Sentence, number: int) -> list[Indicator]:
        """The indicators that 分别 spreads over ``number`` quantities."""
        before, _, after = place.left.rpartition(_RESPECTIVELY)
        whole = self.text[max(sentence.start, place.left_start - 2 * _REACH) : place.left_start] + before
        segment = re.split(r"[;。]", whole)[-1]
        tail = re.split(r"\d[\d.]*[%万亿个家元人户‰倍吨亩]*", segment)[-1]
        for entry in table("indicators")["pair"]:
            if entry["word"] in tail + after and len(entry["means"]) == number:
                return [self.lexicon.indicators[name] for name in entry["means"]]
        if full := self._full_names(tail, number):
            return full
        if shared := _shared_suffix(tail, number):
            return [self._named(name, place.quantity, state) for name in shared]
        matches = [match.indicator for match in self.lexicon.matches(tail)]
        if not matches and _only_joins(self._bare(tail)) and len(state.seen) >= number:
            return state.seen[-number:]
        if len(matches) >= number:
            return self._unelided(matches[-number:], tail)
        parts = [
            part
            for part in re.split(r"[、,]|和|与|及", re.sub(r"^.*?(?:其中|全市|全县|全区|全省)", "", tail))
            if part.strip()
        ]
        if len(matches) == 0 and len(state.told) >= number:
            return [indicator for indicator, _ in state.told[-number:]]
        if len(parts) >= number:
            names = parts[-number:]
            return [self._named(name, place.quantity, state) for name in names]
        if state.told and len(state.told) >= number:
            return [indicator for indicator, _ in state.told[-number:]]
        known = matches or state.seen or ([state.indicator] if state.indicator else [])
        if len(state.seen) >= number:
            return state.seen[-number:]
        if known:
            return [known[min(i, len(known) - 1)] for i in range(number)]
        return [self._named(tail, place.quantity, state)] * number

    def _full_names(self, tail: str, number: int) -> list[Indicator]:
        """城镇、农村常住居民人均可支配收入: the earlier names made whole with the end of the last one."""
        names = re.split(r"[、和与及]", re.sub(r"^.*[,。;:]|其中", "", tail).strip())
        last = self._bare(names[-1])
        if len(names) != number or number < 2 or last not in self.lexicon.aliases:
            return []
        found = []
        for name in map(self._bare, names[:-1]):
            whole = next((a for i in range(1, len(last)) if (a := self.lexicon.aliases.get(name + last[i:]))), None)
            whole = self.lexicon.aliases.get(name) or whole
            if whole is None:
                return []
            found.append(whole)
        return [*found, self.lexicon.aliases[last]]

    def _unelided(self, found: list[Indicator], tail: str) -> list[Indicator]:
        return found

    def _read_ratio(
        self,
        places: Sequence[_Place],
        state: _State,
        sentence: Sentence,
        found: Sequence[Time],
        frame: Years | None,
        target: bool,
    ) -> None:
        structure = table("indicators")["structure"]
        start = places[0].quantity.start
        context = self.text[max(sentence.start, start - _REACH) : start]
        three = len(places) == len(structure["parts"])
        is_structure = three and (
            any(word in context for word in structure["words"])
            or (state.indicator is not None and state.indicator.id == structure["indicator"])
        )
        for part, place in enumerate(places):
            if is_structure:
                indicator = self.lexicon.indicators[structure["indicator"]]
                state.indicator = indicator
                self._add(
                    replace_place(place, places[0], len(context)),
                    "share",
                    1,
                    indicator,
                    "structure",
                    state,
                    sentence,
                    found,
                    frame,
                    target,
                    structure["parts"][part],
                )
            else:
                indicator = self._from_left(replace_left(place, places[0]), state) or self._named(
                    "比例", place.quantity, state
                )
                self._add(
                    replace_place(place, places[0], len(context)),
                    "share",
                    1,
                    indicator,
                    "ratio",
                    state,
                    sentence,
                    found,
                    frame,
                    target,
                )

    # --- one number ------------------------------------------------------------------------------------------------------

    def _read_one(
        self, place: _Place, state: _State, sentence: Sentence, found: Sequence[Time], frame: Years | None, target: bool,
        own: Sequence[Quantity], index: int,
    ) -> None:  # fmt: skip
        quantity = place.quantity
        following = own[index + 1] if index + 1 < len(own) else None
        if self._is_threshold(place, following, own[index - 1] if index else None):
            self._threshold(place, state, sentence, found, frame, target, following)
            return
        kind, sign = self._kind(place, state, target)
        if kind == "rank":
            self._rank(place, state, sentence, found, frame, target)
            return
        if kind == "duration":
            self._duration(place, state, sentence, found, frame, target)
            return
        shares = (
            self._shared_indicators(place, state) if kind in ("share", "target") and quantity.unit == "percent" else []
        )
        if shares:
            for indicator in shares:
                self._add(place, kind, sign, indicator, "share of", state, sentence, found, frame, target)
            state.indicator = shares[-1]
            return
        indicator, rule, breakdown = self._link(place, state, kind, sign)
        self._add(place, kind, sign, indicator, rule, state, sentence, found, frame, target, breakdown)
        if kind in ("level", "countKind", "target") or state.indicator is None:
            state.told.append((indicator, True))
        elif not state.told or state.told[-1][0] != indicator:
            state.told.append((indicator, False))
        state.indicator = indicator

    def _kind(self, place: _Place, state: _State, target: bool) -> tuple[str, int]:
        """The kind of a figure and the sign of its value: -1 for a decline."""
        quantity, left = place.quantity, place.left
        clause = left if left.strip("、,和与及 ") else place.clause
        sign = (
            -1
            if _FALL.search(clause) or (_FALL.search(re.sub(r"(?:约|近|超过|超|分别|了|达|为)+$", "", clause)))
            else 1
        )
        plain = re.sub(
            r"(?:分别|各|约|近|达到|达|超过|超|为|了|近|全市|全省|全国|平均水平|平均|,|、|同比|一倍)+$", "", clause
        )
        sign = -1 if _FALL.search(plain) else sign
        reached = bool(_REACHED.search(clause) or _REACHED.search(re.sub(r"(?:约|近|超过|超)$", "", clause)))
        growing = not reached and bool(_GROWTH.search(clause) or _GROWTH.search(plain))
        named = next(
            (m.indicator for m in reversed(list(self.lexicon.matches(clause[-16:]))) if m.end >= len(clause[-16:]) - 2),
            None,
        )
        if named is not None and named.unit == "percent" and re.search(r"增长率", clause[-6:]):
            growing, sign = False, 1
        kind = self._plain_kind(quantity, clause, plain, growing, reached, state)
        if kind in ("level", "countKind", "rank", "duration", "threshold", "share", "ratioToBase"):
            sign = 1
        if target and kind in ("level", "countKind", "share", "change", "averageGrowth", "increment"):
            kind = "target"
        return kind, sign

    def _plain_kind(
        self, quantity: Quantity, clause: str, plain: str, growing: bool, reached: bool, state: _State
    ) -> str:
        if quantity.form in ("rank", "duration"):
            return quantity.form
        if quantity.form == "points":
            return "pointChange"
        if quantity.form == "times":
            return "change" if growing and not _REACHED.search(clause) else "ratioToBase"
        if quantity.unit == "percent" and _RECOVERED.search(clause):
            return "ratioToBase"
        if quantity.unit == "count" and not quantity.word:
            return "level"
        if quantity.unit in ("percent", "permille"):
            return self._percentage(clause, plain, growing, reached, state)
        if (
            growing
            and (
                _BASED.search(clause)
                or re.search(r"(?:净增|净减|减收|增收|同比增加|同比减少|增加|减少)(?:了)?$", plain)
            )
            and not re.search(r"(?:新增|增加值)$", plain)
        ):
            if re.search(r"(?:带动|群众|农民|户均|人均)[^,]{0,6}增收$|使[^,]*$", plain):
                return "level"
            return "increment" if state.indicator is not None or _BASED.search(clause) else "level"
        if growing and re.search(
            r"(?:比|较)[^,。;\d]{1,6}?(?:新增|增|多)$|(?:年初|上年末?|上年同期)(?:新增|增加|减少|增|减)$",
            re.sub(r"\d{4}年", "", clause),
        ):
            return "increment"
        return "countKind" if quantity.unit == "count" else "level"

    def _percentage(self, clause: str, plain: str, growing: bool, reached: bool, state: _State) -> str:
        if _AVERAGE.search(plain[-10:]) or (growing and re.search(r"年均[^,。;]{0,4}$", plain[:-1])):
            return "averageGrowth"
        if growing and not re.search(r"占[^,。;]*$", plain[-6:]):
            return "averageGrowth" if "年均" in plain[-12:] else "change"
        if not growing and not reached and re.fullmatch(r"[、和与及\s]*", clause) and state.growth:
            return "change"
        return "share"

    # --- thresholds, ranks, durations -------------------------------------------------------------------------------------

    def _is_threshold(self, place: _Place, following: Quantity | None, before: Quantity | None) -> bool:
        quantity = place.quantity
        if quantity.unit not in ("CNY", "USD", "count", "percent", "mu", "m2", "t") or quantity.form != "plain":
            return False
        behind = _THRESHOLD_NOUN.match(self.text, quantity.stop)
        if (
            quantity.bound == "over"
            and following is not None
            and following.unit == "count"
            and self.text[quantity.stop : following.begin] in ("的", "的有")
        ):
            return True
        if not behind or not (
            quantity.bound == "over" or re.match(r"以[上下]", self.text[quantity.stop : quantity.stop + 2])
        ):
            return False
        if (
            self.text[quantity.stop : quantity.stop + 2] == "项目"
            and not re.search(r"以上$|以下$", self.text[quantity.start : quantity.stop])
            and not following
        ):
            return quantity.unit == "CNY"
        if following is not None and following.unit == "count":
            between = self.text[behind.end() : following.begin]
            if not re.search(r"[。;]", between) and len(between) <= 14 and between.count(",") == 0:
                return True
        return (
            bool(
                before
                and before.stop >= quantity.begin - 8
                and before.unit == "count"
                and not re.search(r"[,。;、]", self.text[before.stop : quantity.begin])
                and quantity.unit != "count"
            )
            or quantity.unit == "CNY"
        )

    def _threshold(
        self,
        place: _Place,
        state: _State,
        sentence: Sentence,
        found: Sequence[Time],
        frame: Years | None,
        target: bool,
        following: Quantity | None,
    ) -> None:
        left, behind = place.left, self.text[place.quantity.stop : place.quantity.stop + 14]
        if "税" in left or ("税" in state.prefix and not left.strip("、和及")):
            indicator = self.lexicon.indicators.get("enterpriseTaxPaid")
        elif "项目" in behind or "投资" in left or "贷款" in behind:
            indicator = self.lexicon.indicators.get("totalInvestment")
        elif "产值" in left:
            indicator = self.lexicon.indicators.get("grossIndustrialOutput")
        elif "收入" in left and "村" not in behind:
            indicator = self.lexicon.indicators.get("businessRevenue")
        else:
            indicator = None
        indicator = indicator or self._named(self._bare(left) or "门槛", place.quantity, state)
        core = self._bare(left)
        state.prefix = core if core else state.prefix
        points_to = following.start if following is not None and following.unit == "count" else None
        self._add(
            place,
            "threshold",
            1,
            indicator,
            "threshold",
            state,
            sentence,
            found,
            frame,
            False,
            _line(place.quantity),
            qualifies=points_to,
            planned=target,
        )
        state.suffix = _line(place.quantity)
        state.line = self.text[place.quantity.begin : place.quantity.stop]

    def _rank(
        self, place: _Place, state: _State, sentence: Sentence, found: Sequence[Time], frame: Years | None, target: bool
    ) -> None:
        clause = place.clause
        if re.search(r"(?:上升|提升|前移|前进|进位|下降|后退|后移|晋升|提高)(?:了)?$", place.left):
            moved = self._named("排名", place.quantity, state)
            sign = -1 if re.search(r"(?:下降|后退|后移)(?:了)?$", place.left) else 1
            counted = replace(place, quantity=replace(place.quantity, unit="count"))
            self._add(counted, "increment", sign, moved, "rank", state, sentence, found, frame, target)
            return
        indicator = self._from_left(
            replace(
                place,
                left=re.sub(
                    r"(?:总量|规模|增速|增幅|增长|和|与|、|均|分别|居|列|排|位|全[国省市县区]|始终|一直|连续[^,]{0,3}年|稳|第)+",
                    "",
                    place.left,
                ),
            ),
            state,
        )
        matched = [m.indicator for m in self.lexicon.matches(clause)]
        indicator = (
            matched[-1]
            if matched
            else self._named("排名", place.quantity, state)
            if "排名" in self.text[max(sentence.start, place.quantity.begin - _REACH) : place.quantity.begin]
            and not state.told
            else indicator or state.indicator or self._named("排名", place.quantity, state)
        )
        growth = re.search(r"增速|增幅|增长率", clause) or (
            state.growth and not re.search(r"总量|规模|总额|余额", clause) and not matched
        )
        kinds = (
            ["rank", "growthRank"]
            if re.search(r"(?:总量|规模)[^,。;]{0,3}[和与及、][^,。;]{0,3}(?:增速|增幅)", clause)
            else ["growthRank" if growth else "rank"]
        )
        for kind in kinds:
            self._add(place, kind, 1, indicator, "rank", state, sentence, found, frame, target)

    def _duration(
        self, place: _Place, state: _State, sentence: Sentence, found: Sequence[Time], frame: Years | None, target: bool
    ) -> None:
        if place.quantity.word == "周年":
            self._anniversary(place, state, sentence, found, frame)
            return
        left = place.clause
        if "连续" in left[-6:]:
            indicator = self.lexicon.indicators["consecutiveYears"]
        elif (
            re.search(r"签约|开工|建成|投产|落地", left + place.right)
            and "signingToConstructionTime" in self.lexicon.indicators
        ):
            indicator = self.lexicon.indicators["signingToConstructionTime"]
        else:
            indicator = self._named(self._bare(place.left) or "时长", place.quantity, state)
        self._add(place, "duration", 1, indicator, "duration", state, sentence, found, frame, target)

    def _anniversary(
        self, place: _Place, state: _State, sentence: Sentence, found: Sequence[Time], frame: Years | None
    ) -> None:
        entry = next((e for e in _W["anniversary"] if any(place.left.endswith(w) for w in e["words"])), None)
        subject = entry["subject"] if entry and entry["subject"] else ""
        state.subject = subject or state.subject
        self._add(
            place,
            "duration",
            1,
            self.lexicon.indicators["anniversary"],
            "anniversary",
            state,
            sentence,
            found,
            frame,
            False,
        )
        state.subject = ""

    def _bare(self, text: str) -> str:
        return _core(text, self.lexicon)

    # --- indicators -------------------------------------------------------------------------------------------------------

    def _shared_indicators(self, place: _Place, state: _State) -> list[Indicator]:
        """What share a percentage is, where its words are 占: by the ontology's name, else composed."""
        if self._bracketed(place):
            return []
        if "占" not in place.left and state.indicator is not None and "占" in state.indicator.label:
            return []  # 占全市比重由7.8%提高到16.2%: the same share again
        window = place.left if "占" in place.left else place.clause
        found = []
        segments = (
            self.text[place.left_start - 60 : place.quantity.begin]
            if place.left_start > 60
            else self.text[: place.quantity.begin]
        )
        segment = re.split(r"[。;,!?]", segments)[-1]
        for match in self.lexicon.matches(segment):
            if match.indicator.unit == "percent" and ("比重" in match.alias or "占" in match.alias):
                found.append(match.indicator)
        if found:
            return found[-2:] if len(found) > 1 and "、" in segment else found[-1:]
        if "占" not in window:
            return []
        taxes = state.indicator is not None and state.indicator.id in ("taxRevenue", "budgetTaxRevenue")
        if taxes and re.search(r"占比(?:为|达|达到|约)?$", window) and _only_joins(re.sub("占比.*", "", window)):
            return [self.lexicon.indicators["taxShareOfBudgetRevenue"]]
        part_text, _, whole_text = window.rpartition("占")
        whole_text = re.sub(
            r"(?:的)?(?:比重|比例|比|份额).*$|(?:提高|提升|上升|下降|达|为|超|约|近|到).*$", "", whole_text
        )
        part = self._name_in(part_text) or (None if self._bare(part_text) else state.indicator)
        if part is None and self._bare(part_text):
            part = self._named(self._bare(part_text), place.quantity, state)
        whole = self._name_in(whole_text)
        if part is None:
            return []
        for entry in table("indicators")["share"]:
            if (
                part.id == entry["part"]
                and whole
                and (whole.id == entry["whole"] or whole.id.endswith(entry["whole"][:1].upper() + entry["whole"][1:]))
            ):
                return [self.lexicon.indicators[entry["means"]]]
        area = re.fullmatch(r"全[国省市县区州]", whole_text.strip("的"))
        over = whole.label if whole else area.group() if area else self._bare(whole_text).strip("的")
        if not over and state.seen:
            others = [i for i in state.seen if i != part]
            over = others[-1].label if others else ""
        label = f"{part.label}占{over}的比重" if over else f"{part.label}占比"
        return [self.lexicon.aliases.get(spelt(label)) or _free(label, "percent", "flow")]

    def _name_in(self, text: str) -> Indicator | None:
        matches = list(self.lexicon.matches(text))
        return matches[-1].indicator if matches else None

    def _link(self, place: _Place, state: _State, kind: str, sign: int) -> tuple[Indicator, str, str]:
        """The indicator of a figure, the rule that found it, and the breakdown (total for the whole)."""
        quantity = place.quantity
        breakdown = "total"
        if quantity.unit in ("count",) and quantity.form == "plain":
            counted = self._counted(place, state)
            if counted is not None:
                return (*counted, breakdown if not state.suffix else self._line_of(state))
        left = self._from_left(place, state)
        if (
            left is None
            and kind == "share"
            and place.right.startswith("的")
            and (noun := re.match(r"的([\u4e00-\u9fff]{1,12})", place.right))
        ):
            return _free(f"{noun[1]}占比", "percent", "stock"), "noun behind", breakdown
        if left is not None:
            return left, "alias" if left.known else "noun", breakdown
        if (
            kind
            in (
                "change",
                "averageGrowth",
                "pointChange",
                "increment",
                "ratioToBase",
                "share",
                "target",
            )
            or quantity.unit in ("percent", "permille")
        ) and state.indicator is not None:
            return state.indicator, "carried on", breakdown
        if (
            state.indicator is not None
            and _fits(state.indicator, quantity)
            and _only_joins(self._bare(place.left))
            and quantity.unit != "count"
            and not place.right.startswith("的")
        ):
            return state.indicator, "carried on", breakdown
        behind = self._behind(place)
        if behind:
            return self._resolve(behind, quantity, state, place.left), "noun behind", breakdown
        if state.indicator is not None:
            return state.indicator, "carried on", breakdown
        before = self.text[_sentence_start(self.text, place) : place.left_start]
        named = [m.indicator for m in self.lexicon.matches(before) if _fits(m.indicator, quantity)]
        if named and _only_joins(self._bare(place.left)):
            return named[-1], "carried on", breakdown
        return self._named(self._bare(place.clause) or "未命名指标", quantity, state), "noun", breakdown

    def _line_of(self, state: _State) -> str:
        line, state.suffix = state.suffix, ""
        return line

    def _counted(self, place: _Place, state: _State) -> tuple[Indicator, str] | None:
        """What a count counts: the noun before the number, or behind it where a verb or nothing stands before."""
        quantity = place.quantity
        left = place.left
        if state.suffix:
            noun = re.sub(r"^(?:元)?(?:以上|以下|及以上)?的?", "", left)
            noun = noun if noun.strip("的有") else state.noun
            state.noun = noun
            joined = state.prefix + self._bare(noun)
            alias = self.lexicon.aliases.get(joined)
            if alias and state.prefix:
                return alias, "threshold"
            name = f"{state.prefix}{state.line}{self._bare(noun)}" if self._bare(noun) else ""
            if name:
                return _free(_counted_label(name), "count", "stock"), "threshold"
        if (
            _only_joins(left.strip())
            and self._bare(left)
            and state.indicator is not None
            and _fits(state.indicator, quantity)
        ):
            return state.indicator, "carried on"
        core = self._own_words(self._bare(self._without_growth(left)), place)
        behind = self._behind(place)
        if behind:
            found = self._resolve(behind, quantity, state, left)
            if found.known or not _alias_at_end(self.lexicon, left.rstrip("、, ")):
                verb = core if core in _LABEL_VERBS else ""
                flow = "flow" if _FLOW.search(left[-8:]) else "stock"
                return found if found.known else _free(_counted_label(verb + behind), "count", flow), "noun behind"
        if core:
            found = self._linked(core, quantity, state)
            return found, "alias" if found.known else "noun"
        return None

    def _own_words(self, core: str, place: _Place) -> str:
        """The words before a number without the entity that they begin with, which is the subject."""
        for start, end, _ in self._mentions_in(place.left_start, place.quantity.begin):
            name = self.text[start:end]
            if name in core:
                core = self._bare(core[core.index(name) + len(name) :])
        core = re.sub(
            r"^(?:该(?:镇|乡|县|区|市|村|园区|园|街道|企业|公司|开发区)|(?:开发区|园区|高新区|集聚区|景区|公司|企业|新区|经开区)(?=已|现|共|入|落|累|完|实|引|拥))",
            "",
            core,
        )
        return self._bare(core)

    def _behind(self, place: _Place) -> str:
        """The noun behind a number: 5个社区, 443个重大项目落地开工."""
        if place.quantity.unit != "count" and place.quantity.unit not in (
            "km",
            "m2",
            "mu",
            "ha",
            "CNY",
            "t",
            "kW",
            "m3",
        ):
            return ""
        following = self._next(place.quantity)
        if not place.right and following is not None and following.begin == place.quantity.stop:
            behind = re.sub(r"^(?:元)?(?:以上|以下)?的?", "", self.text[following.stop : following.stop + 16])
            place = replace(place, right=behind)  # 8个10亿元以上产业项目
        match = _NOUN.match(place.right)
        if (
            not match
            or place.right[0] in "、(-·"
            or _BEHIND_STOP.match(place.right)
            or place.quantity.word in ("人次",)
        ):
            return ""
        noun = match.group()
        if place.quantity.unit != "count":
            noun = noun.removeprefix("的")
        noun = re.split(
            r"(?<!^)(?:、(?!万)|和(?!谐)|与|及|以及|的(?=.{0,2}$)|中(?=$|有)|产值|占|成为|满负荷|运转|实现|围绕|达|已|全部|正在|建成|投入|完成|入驻|分布|覆盖|均|获|被|通过|[(])",
            re.sub(r"、(?=[^“]*”)", "\1", noun),
        )[0].replace("\1", "、")
        return noun.strip("“”·-、") if len(noun) > 1 or noun in "村县区乡镇" else ""

    def _resolve(self, noun: str, quantity: Quantity, state: _State, left: str) -> Indicator:
        exact = self.lexicon.aliases.get(noun) or self.lexicon.aliases.get(noun.replace("“", "").replace("”", ""))
        if exact and _fits(exact, quantity):
            return exact
        matches = [m for m in self.lexicon.matches(noun) if _fits(m.indicator, quantity)]
        best = max(matches, key=lambda m: (len(m.alias), m.end), default=None)
        if best and noun[best.start - 1 : best.start] == "“":
            return best.indicator
        if best and (best.end >= len(noun) - 1 or best.start == 0) and len(best.alias) * 2 >= min(len(noun), 8):
            return best.indicator
        if quantity.unit == "count":
            return _free(_counted_label(noun), "count", "flow" if _FLOW.search(left[-8:]) else "stock")
        return _free(noun, quantity.unit, "flow" if _FLOW.search(left[-8:]) else "stock")

    def _bracketed(self, place: _Place) -> Indicator | None:
        """The variable that stands in brackets right before a number: 占总人口比重(城镇化率)84.3%."""
        found = re.search(r"\(([^()]+)\)(?:为|是|达|达到)?$", place.left)
        indicator = self.lexicon.aliases.get(found[1]) if found else None
        return indicator if indicator and indicator.unit == place.quantity.unit == "percent" else None

    def _from_left(self, place: _Place, state: _State) -> Indicator | None:
        """The indicator that the words before a number name, if they name one."""
        if bracketed := self._bracketed(place):
            return bracketed
        if _only_joins(place.left.strip()):
            return None
        core = self._own_words(self._bare(self._without_growth(place.left)), place)
        if place.quantity.form == "points" or (place.quantity.unit in ("percent", "permille")):
            core = re.sub(r"(?:增速|增幅|增长|比上年|同口径|按[^,]*计算|名义|实际|同比|环比)+$", "", core)
        if not core or _only_joins(core):
            return None
        return self._linked(core, place.quantity, state)

    def _without_growth(self, left: str) -> str:
        left = re.sub(
            r"(?:比|较|与|同|于)(?:(?:19|20)\d\d年(?:末|底)?|“?十[一二三四五]?五”?(?:末|时期)?|上年(?:末|底|同期)?|去年(?:同期)?|年初|上月|上期|一季度|上半年|全[省国市县](?:平均(?:水平)?)?)(?:相比)?",
            "",
            left,
        )
        left = re.sub(r"(?:从|由|自)(?:(?:18|19|20)\d\d年(?:末|底)?|上年|“?十[一二三四五]?五”?末?)?的?$", "", left)
        left = re.sub(
            r"(?:增加|提高|跃升|攀升|上升|增长|下降|减少|降|升|增|调整|提升|扩大|发展|拓展|缩小|缩短|压缩)(?:到|至|为)(?:(?:19|20)\d\d年(?:末|底)?)?的?$",
            "",
            left,
        )
        if _whole_name(self.lexicon, left) or re.search(r"(?:户均|人均|亩均|村均)增收$", left):
            return left
        left = re.sub(r"(?:是|相当于|为)(?:(?:18|19|20)\d\d年(?:末|底)?|前五年|[三五十]年前|上年)的?", "", left)
        previous = None
        while previous != left:
            previous = left
            left = (
                re.sub(
                    rf"(?:{_AVERAGE.pattern}|{_UP}|{_DOWN}|同比|环比|分别|率|累计|了|约|近|达到|达|超过|超|,|到|至|为|名义|实际|均|还|再)$",
                    "",
                    left,
                )
                if not re.search(r"(?:率|额|值|量|收入|数|积|程|户|人口|新增|幅|税)$", left) or _GROWTH.search(left)
                else left
            )
            if _whole_name(self.lexicon, left):
                break
        return left

    def _linked(self, core: str, quantity: Quantity, state: _State) -> Indicator:
        whole = self.lexicon.aliases.get(re.sub(r"(?<!^)(?:实现|完成|累计|的)", "", core))
        if whole is not None and _fits(whole, quantity):
            return self._in_context(whole, core, state)
        matches = [m for m in self.lexicon.matches(core) if _fits(m.indicator, quantity)]
        if quantity.unit in ("percent", "permille") and core.endswith("率"):
            matches = [m for m in matches if m.end == len(core)]
        best = next((m for m in reversed(matches) if m.end >= len(core) - 1), matches[-1] if matches else None)
        if best is not None:
            before, after = core[: best.start], core[best.end :]
            stripped = self._bare(before)
            lone = (
                len(best.alias) >= 4
                or not stripped
                or _pure_verb(stripped)
                or (len(best.alias) >= 3 and len(best.alias) >= len(stripped))
            )
            if len(after) <= 4 and lone:
                return self._in_context(best.indicator, best.alias, state)
            if quantity.unit in ("percent", "permille") and lone:
                return self._in_context(best.indicator, best.alias, state)
        return self._named(core, quantity, state)

    def _in_context(self, indicator: Indicator, alias: str, state: _State) -> Indicator:
        for entry in table("indicators")["context"]:
            if alias == entry["alias"] and any(seen.id == entry["after"] for seen in state.seen[-entry["near"] - 1 :]):
                return self.lexicon.indicators[entry["means"]]
        return indicator

    def _named(self, name: str, quantity: Quantity, state: _State) -> Indicator:
        """An indicator for words that the ontology may not know: elided sector names and outputs completed."""
        name = name.strip("、,的“”《》()- ")
        core = self._bare(name) or name
        for entry in table("indicators")["elided"]:
            if (
                core in entry["words"]
                and (quantity.unit in ("percent", "CNY"))
                and state.indicator is not None
                and state.indicator.label.endswith(entry["suffix"])
            ):
                return self.lexicon.aliases.get(core + entry["suffix"]) or _free(core + entry["suffix"], "CNY", "flow")
        if exact := self.lexicon.aliases.get(core):
            return self._in_context(exact, core, state)
        if completed := _completed(core, quantity, state.indicator):
            unit = quantity.unit if quantity.unit != "percent" else "CNY"
            return self.lexicon.aliases.get(completed) or _free(completed, unit, "flow")
        if quantity.unit == "percent" and core in table("indicators")["elided"][0]["words"]:
            return self.lexicon.aliases.get(core + "增加值") or _free(core + "增加值", "CNY", "flow")
        if quantity.unit in ("km", "m") and core.startswith(("距", "相距")) and "distance" in self.lexicon.indicators:
            return self.lexicon.indicators["distance"]
        output = table("indicators")["output"]
        if quantity.unit in output["units"] and not re.search(r"(?:量|产|能力|产能)$", core):
            core = re.sub(r"^年?产", "", core) + output["word"]
            return self.lexicon.aliases.get(core) or _free(core, quantity.unit, "flow")
        if quantity.unit == "count":
            core = _counted_label(re.sub(r"^(?:累计|建成|完成|拥有|达成)+(?=..)", "", core))
        return _free(
            core[-24:],
            quantity.unit,
            "stock" if _STOCK.search(name) and not _FLOW.search(name) else "flow" if _FLOW.search(name) else "unknown",
        )

    # --- period, base, subject --------------------------------------------------------------------------------------------

    def _add(
        self, place: _Place, kind: str, sign: int, indicator: Indicator, rule: str, state: _State, sentence: Sentence,
        found: Sequence[Time], frame: Years | None, target: bool, breakdown: str = "total", *, qualifies: int | None = None,
        planned: bool = False,
    ) -> None:  # fmt: skip
        quantity = place.quantity
        self._scopes(place, state)
        aggregation = self._aggregation(place, state, kind, sentence)
        period, base, printed, why = self._period(
            place, kind, indicator, state, found, frame, target or planned, aggregation
        )
        subject, how = self._subject(place, state, sentence)
        start, end = self.normal.original(quantity.start, quantity.end)
        self.figures.append(
            Figure(
                start, end, self.text[quantity.start : quantity.stop], quantity.value * sign, quantity.step, "count" if quantity.unit == "times" else quantity.unit, kind,
                indicator, period, base, subject, quantity.bound, aggregation, breakdown, printed,
                "comparablePrices" if kind == "change" and _PRICES.search(self.text[max(sentence.start, quantity.start - _REACH) : quantity.start]) and indicator.unit == "CNY" else "",
                indicator.scope, (kind, rule, why, how), self._confidence(indicator, rule, why, how), qualifies,
                self._within(place) if kind in ("rank", "growthRank") else "", (sentence.start, sentence.end),
            )
        )  # fmt: skip
        state.seen.append(indicator)
        state.growth = kind in ("change", "averageGrowth")

    def _scopes(self, place: _Place, state: _State) -> None:
        if (
            _BREAKS.search(self.text[place.left_start : place.quantity.begin])
            or ";" in self.text[max(0, place.left_start - 1) : place.quantity.begin]
        ):
            state.cumulative = ""
        if match := _CUMULATIVE.search(place.clause):
            state.cumulative = match.group()

    def _aggregation(self, place: _Place, state: _State, kind: str, sentence: Sentence) -> str:
        if kind in ("rank", "growthRank"):
            return "always" if _ALWAYS.search(place.clause) or "连续" in place.clause else ""
        if kind == "share" and re.search(
            r"连续[^,。;]{0,6}年[^,。;]{0,4}$",
            self.text[max(sentence.start, place.quantity.begin - 16) : place.quantity.begin],
        ):
            return "eachYear"
        if kind in (
            "change",
            "averageGrowth",
            "share",
            "pointChange",
            "ratioToBase",
            "duration",
            "threshold",
            "target",
            "increment",
        ):
            return ""
        return "cumulative" if state.cumulative else ""

    def _period(
        self,
        place: _Place,
        kind: str,
        indicator: Indicator,
        state: _State,
        found: Sequence[Time],
        frame: Years | None,
        target: bool,
        aggregation: str,
    ) -> tuple[Years, Years | None, bool, str]:
        quantity = place.quantity
        before = [t for t in found if t.end <= quantity.begin]
        local = self._local(place, before) if kind not in _GROWING else None
        if local is not None:
            if re.search(r"[由从自]$", self.text[max(0, local.start - 1) : local.start]):
                state.base = local.years
            return (
                local.years.end if kind in ("level", "share", "countKind") and local.role != "frame" else local.years,
                None,
                True,
                "year beside",
            )
        explicit = next(
            (t for t in reversed(before) if t.role in ("frame", "until", "now") and not self._leads_back(t)), None
        )
        based = next((t for t in reversed(before) if t.role == "base"), None)
        base = based.years if based and not (explicit and explicit.start > based.start) else None
        if "同比" in place.clause and (explicit is None or explicit.years.months):
            base = None
        outer = frame or self.anchor.reporting
        now = explicit is not None and explicit.role == "now"
        span = explicit.years if explicit is not None and not now else outer
        printed = explicit is not None and explicit.printed and not now
        why = "time in the sentence" if explicit is not None else "heading or paragraph" if frame else "anchor"
        if target and kind in (
            "target",
            "threshold",
            "duration",
            "share",
            "level",
            "countKind",
            "change",
            "pointChange",
            "ratioToBase",
        ):
            return self._target(kind, explicit, base, quantity, place, printed, why)
        if kind in _GROWING:
            return self._compared(kind, span, base, state, place, printed, why)
        if self._from_to(place):
            if state.base is not None:
                return state.base.end, None, False, "from … to"
            first = span.first if span.first is not None else span.last
            earlier = Years(first - 1, first - 1) if first else span
            return earlier, None, False, "from … to"
        return self._standing(place, kind, indicator, state, span, explicit, now, aggregation), None, printed, why

    def _local(self, place: _Place, before: Sequence[Time]) -> Time | None:
        """The year that stands right before a number and holds for it alone: 是1978年1.3亿元, 由上年的4.5:44.1:51.4."""
        for time in reversed(before):
            between = self.text[time.end : place.quantity.begin]
            if (
                re.fullmatch(r"的?(?:[约近]|仅|不足)?(?:[\d.:]+:)?", between)
                and time.role in ("frame", "base", "until")
                and self._leads_back(time)
            ):
                return time
            if self._leads_back(time) and not re.search(
                r"[,;。]|(?:增|提高|调整|上升|下降|减少|降|升|变|缩小|拓展|扩大)[^,。;\d]{0,2}(?:到|至|为)", between
            ):
                return time
        return None

    def _leads_back(self, time: Time) -> bool:
        return bool(re.search(r"(?:由|从|自|是|相当于|为)$", self.text[max(0, time.start - 3) : time.start]))

    def _from_to(self, place: _Place) -> bool:
        quantity = place.quantity
        after = self.text[quantity.stop : quantity.stop + 14]
        if quantity.form == "ratio":
            after = re.sub(r"^[\d.:]+", "", after)
        return bool(_FROM.search(place.left) and _TO.match(after))

    def _target(
        self,
        kind: str,
        explicit: Time | None,
        base: Years | None,
        quantity: Quantity,
        place: _Place,
        printed: bool,
        why: str,
    ) -> tuple[Years, Years | None, bool, str]:
        last = self.anchor.reporting.last
        if (
            explicit is not None
            and explicit.years.last
            and explicit.role != "now"
            and (last is None or explicit.years.last > last or (explicit.role == "until"))
        ):
            period = explicit.years.end if kind == "target" else explicit.years
        else:
            year = (
                (last + 1)
                if last and self.anchor.genre == "report"
                else self.anchor.year or ((last + 1) if last else None)
            )
            period = Years(year, year)
        growth = quantity.unit == "percent" and bool(
            _GROWTH.search(place.clause) or re.search(r"增长|增速|提高|下降", place.clause[-12:])
        )
        if growth and period.last:
            average = "年均" in place.clause[-12:]
            before = Years(last, last) if average and last else Years(period.last - 1, period.last - 1)
            return period, base or before, printed, why
        return period, base if kind not in ("share", "level", "countKind") else None, printed, "target"

    def _compared(
        self, kind: str, span: Years, base: Years | None, state: _State, place: _Place, printed: bool, why: str
    ) -> tuple[Years, Years | None, bool, str]:
        if span.months and span.last:
            if base is not None and base.months:
                return span, base, printed, why
            return span, Years(span.last - 1, span.last - 1, span.months), printed, why
        if kind == "ratioToBase" and "前五年" in place.clause and span.first and span.last and span.first < span.last:
            length = span.last - span.first + 1
            return span, Years(span.first - length, span.first - 1), printed, why
        if kind == "ratioToBase":
            local = [
                t
                for t in times(self.text, max(0, place.quantity.begin - 30), place.quantity.begin, self.anchor, span)
                if t.years.last
            ]
            if local:
                base = local[-1].years
        period = span.end if span.last else span
        yearly = bool(re.search(r"比上年|较上年|同比|比去年|较去年|比年初|较年初", place.clause))
        if base is None and not yearly:
            base = state.base
        if base is not None and base.last is not None:
            base = base.end
        elif period.last is None:
            base = Years(None, None)
        elif yearly or span.first == span.last:
            base = Years(period.last - 1, period.last - 1)
        else:
            base = Years(span.first - 1, span.first - 1) if span.first else Years(period.last - 1, period.last - 1)
        if kind in ("change", "averageGrowth") and not yearly:
            state.base = base
        return period, base, printed, why

    def _standing(
        self,
        place: _Place,
        kind: str,
        indicator: Indicator,
        state: _State,
        span: Years,
        explicit: Time | None,
        now: bool,
        aggregation: str,
    ) -> Years:
        """The period of what is no comparison: by whether it is a sum to date, a state or something done in a period."""
        ranged = span.first is not None and span.first != span.last
        publication = self.anchor.publication
        clause = place.clause
        if aggregation in ("always", "eachYear"):
            return span
        if aggregation == "cumulative":
            if state.cumulative != "累计":
                return span
            if ranged and not self._report_span(span):
                return Years(None, span.last)
            if now and not self._annual:
                return Years(None, self.anchor.reporting.last)
            if explicit is not None and explicit.role == "until":
                return Years(None, span.last)
            return span
        if (
            kind == "duration"
            and ranged
            and re.match(r"(?:均|都)?(?:超过|高于|保持|居|位居|增长|稳居|列)", self.text[place.quantity.stop :][:6])
        ):
            return span
        if kind == "duration" or (kind == "level" and indicator.id == "totalInvestment"):
            return publication if not self._annual and publication.last else span if not ranged else span.end
        if now and not self._annual:
            return publication
        if kind == "share":
            return span.end
        if kind in ("rank", "growthRank"):
            return span.end
        if kind == "threshold":
            return span.end if "税" in indicator.label or not _FLOW.search(clause) else span
        if (
            ranged
            and "税" in indicator.label
            and "企业" in indicator.label + self.text[place.left_start : place.quantity.begin]
        ):
            return span.end
        if not ranged:
            if (
                explicit is None
                and not self._annual
                and self._is_stock(kind, indicator, clause)
                and (publication.last or _STOCK.search(clause))
                and place.quantity.unit == "count"
            ):
                return publication
            return span
        if (
            indicator.known
            and indicator.flow == "flow"
            and (place.quantity.unit in _YEARLY or indicator.id == "serviceEnterprisesByTax")
        ):
            return span.end
        if self._is_stock(kind, indicator, clause):
            return (
                span.end
                if indicator.unit in ("CNY", "percent") or self._report_span(span) or not publication.last
                else publication
            )
        if "税" in clause and state.prefix:
            return span.end
        return span if kind == "countKind" or _FLOW.search(clause) else span.end

    @property
    def _annual(self) -> bool:
        return self.anchor.genre in ("communique", "review", "report")

    def _report_span(self, span: Years) -> bool:
        return self.anchor.genre == "report"

    def _is_stock(self, kind: str, indicator: Indicator, clause: str) -> bool:
        if _STOCK.search(clause):
            return True
        if _FLOW.search(clause[-10:]):
            return False
        if indicator.known:
            return indicator.flow != "flow"
        return indicator.flow in ("stock", "unknown")

    def _subject(self, place: _Place, state: _State, sentence: Sentence) -> tuple[str, str]:
        """Whom a figure is about: an entity that leads its clause, else the one carried on, else the text's place."""
        if state.subject and place.quantity.word == "周年":
            return state.subject, "named"
        clause_start = place.quantity.begin - len(place.clause)
        if re.match(r"(?:其中)?(?:全市|全县|全区|全省|全镇|我市|我县|我区|我镇|全州)", place.clause.strip()):
            state.subject = ""
            return self.anchor.place, "whole area"
        best = ""
        for start, end, entity in self._mentions_in(clause_start, place.quantity.begin):
            lead = (
                self.text[max(clause_start, place.left_start) : start]
                if start >= place.left_start
                else self.text[clause_start:start]
            )
            if self._leads(lead, end, place):
                best = entity.name
                break
        if not best:
            best = self._anaphor(place, clause_start)
        if not best and clause_start > sentence.start and not state.subject:
            best = self._earlier(sentence.start, clause_start)
        if best:
            state.subject = best if best != self.anchor.place else ""
            return best, "named"
        if state.subject:
            return state.subject or self.anchor.place, "carried on"
        behind = self._owner_behind(place)
        return (behind, "behind") if behind else (self.anchor.place, "place of the text")

    def _leads(self, lead: str, end: int, place: _Place) -> bool:
        lead = re.sub(
            r"^(?:目前|其中|去年|今年|截至[^,]*|如今|近年来|(?:19|20)\d\d年|[^,]{0,4}时期)?,?", "", lead.strip()
        )
        if lead.strip("“”,:; ") and not re.fullmatch(
            r"(?:走进|其中|全市|全县|全区|全省|(?:园区|区|镇|县|市|乡)内的?|[\u4e00-\u9fff]{2,5}(?:省|市|县|区)|总投资|位于|在|建成|由|的)?",
            lead,
        ):
            return False
        after = self.text[end : end + 2]
        return not after.startswith(("等", "、", "和", "与"))

    def _anaphor(self, place: _Place, clause_start: int) -> str:
        match = re.match(
            r"(?:目前|如今|去年|今年|,|其中)*(?:该(镇|乡|街道|村|社区|园区|公司|企业|项目|区|县|市|开发区|园)|(开发区|高新区|集聚区|园区|景区|公司|新区|经开区))",
            place.clause.strip(),
        )
        if not match:
            tail = re.search(r"该(街道|镇|乡|村|园区|社区|公司|企业|开发区)", place.clause)
            match = tail
        if not match:
            return ""
        word = next(group for group in match.groups() if group)
        if word in ("区", "县", "市") and self.anchor.place.endswith(word):
            return self.anchor.place
        for start, _, entity in reversed(
            self.mentions[: bisect_left(self.mention_starts, clause_start + match.start())]
        ):
            if clause_start - start > 400:
                break
            if (
                entity.name.endswith(word)
                or (word in ("公司", "企业") and entity.kind in ("Company", "CompanyGroup"))
                or (word == "园区" and entity.kind in ("IndustrialPark", "DevelopmentZone", "HighTechZone"))
            ):
                return entity.name
        return ""

    def _earlier(self, start: int, clause_start: int) -> str:
        """The entity that leads an earlier clause of the sentence, where no clause since speaks of the whole area."""
        start = max(start, clause_start - 2 * _REACH)
        segment = self.text[start:clause_start]
        cut = segment.rfind(";") + 1
        for whole in re.finditer(r"全市|全县|全区|全省", segment):
            cut = max(cut, whole.end())
        for first, end, entity in self._mentions_in(start + cut, clause_start):
            lead = self.text[start + cut : first].strip()
            if (
                not lead.strip("“”,:; ")
                or re.fullmatch(r"(?:[^,]{0,6},)?(?:目前|其中|去年|今年|走进|在|来到|建成|位于)?,?", lead)
            ) and not self.text[end : end + 1].startswith(("、", "等")):
                return entity.name
        return ""

    def _owner_behind(self, place: _Place) -> str:
        """总投资50亿元的…项目: the entity that the figure stands before."""
        if not self.text.startswith("的", place.quantity.stop):
            return ""
        for start, _, entity in self._mentions_in(place.quantity.stop, place.quantity.stop + 2):
            return entity.name if start == place.quantity.stop + 1 else ""
        return ""

    def _mentions_in(self, start: int, end: int) -> list[tuple[int, int, Entity]]:
        low = bisect_left(self.mention_starts, start)
        high = bisect_left(self.mention_starts, end)
        return [mention for mention in self.mentions[low:high] if mention[1] <= max(end, start + 40)]

    def _within(self, place: _Place) -> str:
        match = re.search(r"全(国|省|市|县|区)", place.clause[-14:])
        return match.group() if match else ""

    def _confidence(self, indicator: Indicator, rule: str, why: str, how: str) -> float:
        """How much of a figure rests on what is printed beside it; a rough order for review, not a probability."""
        score = 0.97 if indicator.known else 0.6
        score -= {"carried on": 0.12, "noun behind": 0.05, "respectively": 0.08, "threshold": 0.1}.get(rule, 0.0)
        score -= {"anchor": 0.05, "from … to": 0.1}.get(why, 0.0)
        score -= {"carried on": 0.08, "behind": 0.1}.get(how, 0.0)
        if self.anchor.reporting.last is None:
            score -= 0.2
        return round(max(0.05, score), 2)


_SUBJECTS: Final = frozenset((
    "HighTechZone", "DevelopmentZone", "IndustrialPark", "SpecialtyBusinessZone", "ScenicSpot", "Company", "CompanyGroup", "Hospital", "School",
    "Project", "Town", "Township", "Subdistrict", "Community", "Village", "District", "County", "PrefectureLevelCity", "Province",
))  # fmt: skip
_GROWING: Final = frozenset(("change", "averageGrowth", "pointChange", "increment", "ratioToBase"))
_LABEL_VERBS: Final = frozenset(
    (
        "新建",
        "新增",
        "改造",
        "新认定",
        "引进",
        "新引进",
        "培育",
        "新建改建",
        "改建",
        "新改建",
        "退出",
        "关闭",
        "新签约",
        "开工",
        "新开工",
    )
)


def replace_left(place: _Place, first: _Place) -> _Place:
    """A later one of several numbers told together, with the words before the first of them."""
    return replace(place, left=first.left, clause=first.clause)


def replace_place(place: _Place, first: _Place, _: int) -> _Place:
    return replace(place, left=first.left, clause=first.clause)


def _sentence_start(text: str, place: _Place) -> int:
    low = max(0, place.quantity.begin - _REACH)
    return max(low - 1, *(text.rfind(mark, low, place.quantity.begin) for mark in "。!?\n;")) + 1


def _core(text: str, lexicon: Lexicon | None = None) -> str:
    """Words without those that only join them to a number or to what was said before; a known name is kept whole."""
    previous = None
    while previous != text:
        previous = text
        text = text.strip()
        if (end := _ENDS.search(text)) and not (lexicon and lexicon.ends_inside(text, end.start())):
            text = text[: end.start()]
        if (begin := _BEGINS.match(text)) and not (lexicon and lexicon.begins_inside(text, begin.end())):
            text = text[begin.end() :]
    return text


def _only_joins(text: str) -> bool:
    """Whether words tell no variable, only how one moved: 比上年末增加, 按自然口径下降."""
    return not _MOVED.sub("", text)


_SHARED_SUFFIX: Final = re.compile(
    r"(支出|收入|投资|增加值|产量|面积|销售额|零售额|存款|贷款|产值|利润)(?:和增速|均|分别|[,\s])*$"
)


def _shared_suffix(tail: str, number: int) -> list[str]:
    """教育、社会保障和就业、卫生健康支出: the names in full, where there are as many as numbers."""
    ending = _SHARED_SUFFIX.search(tail)
    if not ending:
        return []
    names = re.sub(r"^.*[,。;:]|其中", "", tail[: ending.start()]).split("、")
    if len(names) == number - 1 and (last := re.match(r"(.+?)(?:和|与|及)(.+)$", names[-1])):
        names = [*names[:-1], last[1], last[2]]
    return (
        [name if name.endswith(ending[1]) else name + ending[1] for name in names] if len(names) == number > 1 else []
    )


def _pure_verb(text: str) -> bool:
    return bool(re.fullmatch(rf"(?:{_FLOW.pattern}|、|和|并|新|再|了|已|共|近)+", text))


def _ends_with_verb(text: str) -> bool:
    return bool(
        re.search(
            rf"(?:{_FLOW.pattern}|拥有|现有|共有|下辖|辖|设有|建有|有|设|出|的|对|让|带动|惠及|覆盖|服务|入选|聚集|汇聚|含|为|由|在|达到|达|等|把|将|个|涉及|成功|率先|推进|推动|实现|全县|全市|全区)$",
            text,
        )
    )


def _alias_at_end(lexicon: Lexicon, text: str) -> bool:
    return any(match.end == len(text) for match in lexicon.matches(text[-12:].rjust(len(text))))


def _whole_name(lexicon: Lexicon, text: str) -> bool:
    return _core(text, lexicon) in lexicon.aliases


def _fits(indicator: Indicator, quantity: Quantity) -> bool:
    """Whether a quantity can be of an indicator, by their units: growth, ranks and multiples can be of any."""
    if quantity.unit in ("percent", "rank") or quantity.form in ("times", "points", "rank", "ratio"):
        return True
    if quantity.unit == "permille":
        return indicator.unit == "percent"
    groups = (
        {"CNY", "USD"},
        {"mu", "ha", "km2", "m2"},
        {"km", "m"},
        {"t", "kg", "jin", "tce"},
        {"kWh", "kW"},
        {"count", "day"},
    )
    return indicator.unit == quantity.unit or any({indicator.unit, quantity.unit} <= group for group in groups)


_ELIDED: Final = re.compile(r"(?:增加值|销售额|营业额|零售额|投资|总产值|产值|利润总额)$")


def _completed(core: str, quantity: Quantity, before: Indicator | None) -> str:
    """A name with what it leaves out because the figure before it said so: 油料, 产量, 存栏, 零售业, 住宅."""
    if before is None:
        return ""
    label = before.label
    if core in ("总产量", "产量", "总产") and (crop := re.match(r"(.+?)(?:种植|播种)面积", label)):
        return crop[1] + "产量"
    if quantity.unit in ("ha", "mu") and re.search(r"(?:种植|播种)面积$", label) and not core.endswith("面积"):
        return core + "种植面积"
    if core in ("存栏", "出栏", "存栏量", "出栏量") and (animal := re.match(r"(.+?)(?:存栏|出栏)", label)):
        return animal[1] + core.removesuffix("量")
    sold = re.search(r"(?:销售|施工|竣工)面积$", label)
    if quantity.unit in ("m2", "percent") and core in ("住宅", "商业营业用房", "办公楼") and sold:
        return core + sold.group()
    kind = _ELIDED.search(label)
    if core.endswith(("业", "产业", "企业")) and quantity.unit in ("percent", "CNY") and kind:
        return core + kind.group()
    return ""


def _counted_label(name: str) -> str:
    return name if re.search(r"(?:数|量|人口|户数|人次|存栏|出栏)$", name) else f"{name}数"


def _free(label: str, unit: str, flow: str) -> Indicator:
    return Indicator("", label, unit, flow, False)


def _line(quantity: Quantity) -> str:
    """The breakdown of a count that a threshold limits."""
    return {("CNY", Decimal(10_000_000)): "taxOverTenMillion", ("CNY", Decimal(5_000_000)): "taxOverFiveMillion"}.get(
        (quantity.unit, quantity.value), f"over-{quantity.value.normalize():f}"
    )
