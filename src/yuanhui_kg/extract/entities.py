"""Named things by the words that end their names, by quotation marks and by the verbs before them; and what joins them.

No tagger: a name begins at the edge of a clause, behind a word that cannot be part of a name, or at a quotation mark, and
ends with a word of ``tables/entities.toml``.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from .records import Anchor, Entity, Relation
from .tables import one_of, table

_T: Final = table("entities")
_HAN: Final = "\u4e00-\u9fff"
#: Words that can stand before a name and belong to none; single characters only where few names hold them.
_BEFORE: Final = (
    r"(?:^|[^\u4e00-\u9fff]|在|位于|为|是|与|和|及|对|向|从|由|到|至|把|将|以|走进|来到|落户|入驻|支持|依托|围绕|加快|推进|建设|建成|引进|实施|推动|其中|包括|如|通过|家住|辖|距|同|了|的|于|出|被|让|使|给|经|"
    r"县城|坐落|归|属|隶属|等|我市|全市|全县|全区|我县|我区|获得|荣获|服务|新建|投资|总部|联合|携手|培育|打造|建立|健全|聚力|抓|做大|做强|扩建|开工|启动|完成|推广|签约|省|市|县|区|镇|乡)"
)
_STOP_CHARS: Final = "的了是在和与及等把将被让对从向于以到由至并而或也都均已各该每全为使有"
_GENERIC_PLACE: Final = re.compile(
    r"^(?:全|我|各|该|本|某|城|乡|老|新|园|小|社|山|郊|辖|景|街|示范|开发|高新|经济|集聚|行政|自然|乡镇|村镇|特色|美丽|贫困|中心|重点|脱贫|全国|省级|地|牧|林|库|矿|灾|棚户|试点|先进|文明|功能|主城|中心城|核心|商业|工业|物流|保护|居民|老旧|市|县|区|镇|村|行政|城中|空心|农|两|三|四|五|多|数|几|个|所|一|二|百|千|卫生|宜居|文化|旅游|智慧|数字|和谐|平安|幸福|生态|森林|园林|双拥|创新|省|建|国家|历史|革命|中小|大|超|门|夜|股|楼|都|闹|集|菜|上|下|外|内|东|西|南|北|左|右|跨)*(?:省|市|县|区|镇|乡|街道|社区|村|旗|州|盟)$"
)
_NOT_PLACE: Final = re.compile(
    r"(?:开发区|示范区|先导区|集聚区|园区|商业区|保税区|景区|小区|新区|高新区|经开区|度假区|保护区|功能区|试验区|风景区|地区|城区|社区|市区|校区|院区|片区|灾区|厂区|库区|林区|山区|辖区|老区|街区|超市|城市|都市|上市|股市|集市|门市|楼市|夜市|农村|乡村|行政村|自然村|示范村|贫困村|特色村|文化村|各村|乡镇|城镇|村镇|小镇|古镇|重镇|强镇|名镇|集镇|建制镇|中心镇|返乡|城乡|家乡|故乡|下乡|老乡|之乡|水乡|郡县|强县|各县|知县|百强县|示范县|先进县|大县|市县|郊县|省市|外省|全省|省直|市直)$"
)
_PLACE_NAMES: Final = re.compile(
    rf"(?P<name>[{_HAN}]{{1,5}}?(?:自治区|自治州|自治县|特别行政区|街道办事处|街道|社区|省|市|县|区|镇|乡|村|旗))"
)
_QUOTED: Final = re.compile(r"[“‘]([^”’\n]{2,20})[”’]")


def entities(text: str, anchor: Anchor, divisions: Iterable[str] = ()) -> tuple[Entity, ...]:
    """The named things of a normal text. ``divisions`` are further names of places, of a register that the user has."""
    found: defaultdict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
    rules: dict[tuple[str, str], str] = {}
    taken: dict[int, tuple[int, int]] = {}
    for stage, rule in ((_roads, "ending"), (_bodies, "ending"), (_awards, "award"), (_programmes, "programme")):
        for kind, start, end in stage(text):
            if _inside((start, end), taken):
                continue
            found[kind, text[start:end]].add((start, end))
            rules.setdefault((kind, text[start:end]), rule)
            taken.update(dict.fromkeys(range(start, end), (start, end)))
    titles = {name for kind, name in found if kind == "Title"}
    for key in [key for key in found if key[0] in _T["zones"] and any(key[1] in title for title in titles)]:
        del found[key]
    quoted = {
        index for key, spans in found.items() if key[0] in ("Title", "Programme") for s in spans for index in range(*s)
    }
    for kind, start, end in _places(text, anchor, divisions):
        if start in quoted and text[start:end] != anchor.place:
            continue
        found[kind, text[start:end]].add((start, end))
        rules.setdefault((kind, text[start:end]), "division")
    _repeat(text, found)
    return _joined(
        [
            Entity(kind, name, tuple(sorted(spans)), (), rules.get((kind, name), "repeat"))
            for (kind, name), spans in found.items()
        ],
        text,
    )


def _inside(span: tuple[int, int], owners: dict[int, tuple[int, int]]) -> bool:
    """Whether a span lies in a longer one; ``owners`` tells whose a character is."""
    owner = owners.get(span[0])
    return owner is not None and owner != span and owner[0] <= span[0] and span[1] <= owner[1]


# --- places -------------------------------------------------------------------------------------------------------------


_ROAD: Final = re.compile(
    rf"[{_HAN}]{{2,4}}(?:至|—|-)[{_HAN}]{{2,4}}?(?:高速公路|高速铁路|城际铁路|铁路|快速路|公路|高速|高铁)"
)


def _roads(text: str) -> Iterator[tuple[str, int, int]]:
    """Roads and railways that are named by their ends: 白漳至宜安高速公路."""
    for match in _ROAD.finditer(text):
        yield "Project", match.start(), match.end()


_ZONE_ENDINGS: Final = tuple(ending for endings in _T["zones"].values() for ending in endings)


def _places(text: str, anchor: Anchor, divisions: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    names = {*_T["provinces"], *divisions}
    if anchor.place and not anchor.place.endswith(_ZONE_ENDINGS):
        names.add(anchor.place)
    for name in sorted(names):
        for start in _occurrences(text, name):
            yield _kind_of_place(name), start, start + len(name)
    position = 0
    while match := _PLACE_NAMES.search(text, position):
        start, end = match.span()
        name = _trimmed(text, start, end)
        if anchor.place and name.endswith(anchor.place):
            name = anchor.place
        position = end
        begin = end - len(name)
        if name and _is_place(name, text, begin, end):
            yield _kind_of_place(name), begin, end


#: Words right before a name of a place, and words that are part of none.
_LEADS: Final = re.compile(one_of(_T["beforePlace"]["words"]))
_NO_PART: Final = re.compile(one_of(_T["notPlace"]["words"]))


def _trimmed(text: str, start: int, end: int) -> str:
    """The name at the end of a match: what stands behind the last word that belongs to no name."""
    name = text[start:end]
    body = name[:-1]
    cut = max((body.rfind(c) + 1 for c in _STOP_CHARS + "省市县区镇乡" if c in body), default=0)
    for lead in _LEADS.finditer(body):
        cut = max(cut, lead.end())
    return name[cut:]


def _is_place(name: str, text: str, start: int, end: int) -> bool:
    if _NO_PART.search(name):
        return False
    if (
        (text[end : end + 1] == "镇" and name.endswith("乡"))
        or (text[end : end + 1] == "村" and name.endswith(("乡", "农")))
        or re.search(
            r"实现|不出|翻开|主街|大事|见证|一座|立[县区市]|强[县区市]|兴[县区市]|[富美活]县|旺区|全国|平安|百强|文明|卫生|园林|先进|座|跨越|奋进|崛起|名县|新城",
            name,
        )
    ):
        return False
    if re.match(
        r"实施|建设|推进|完成|成为|位列|打造|争创|进入|跻身|发展|服务|加快|带领|惠及|覆盖|涉及|统筹|支持|帮扶|所有|其他|周边|沿线|部分|任何|首个|唯一|此|另|占|超|居|列|近|率先|领跑|领先|高于|低于|快于|同比|平均",
        name,
    ):
        return False
    if len(name) < 2 or _GENERIC_PLACE.match(name) or _NOT_PLACE.search(name):
        return False
    if re.match(rf"[{_HAN}]*(?:化|级|率|建设|经济|面貌)", text[end : end + 2]) and text[end : end + 1] in "化级":
        return False
    if (
        text[end : end + 1] in ("长", "委", "民", "域", "场", "直", "内", "外", "政", "容", "貌", "企", "道")
        and name[-1] in "市县区镇乡村"
    ):
        return text[end : end + 1] in ("委", "长", "政") and text.count(name) > 1
    before = text[max(0, start - 3) : start]
    edge = (
        not before
        or not re.match(rf"[{_HAN}]", before[-1])
        or before[-1] in _STOP_CHARS + "省市县区镇乡"
        or re.search(
            r"(?:位于|走进|来到|家住|地处|坐落|毗邻|邻|接|靠|连|临|依|辖|驻|落户|入驻|其中|支持|距离|建成|来自|前往|距|自)$",
            before,
        )
    )
    return bool(edge) and (len(name) >= 3 or text.count(name) >= 2)


def _kind_of_place(name: str) -> str:
    for kind in (
        "Subdistrict",
        "Community",
        "County",
        "PrefectureLevelCity",
        "Province",
        "District",
        "Town",
        "Township",
        "Village",
    ):
        if name.endswith(tuple(_T["places"][kind])):
            if name in ("北京市", "天津市", "上海市", "重庆市"):
                return "Province"
            return "Province" if name.endswith(("自治区", "特别行政区")) else kind
    return "AdministrativeArea"


# --- zones, organisations, works ------------------------------------------------------------------------------------------


@functools.cache
def _all_endings() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {
        ending: kind
        for group in ("zones", "organisations", "works")
        for kind, endings in _T[group].items()
        for ending in endings
    }
    return re.compile(rf"(?:{one_of(kinds)})(?!(?<=中)学)"), kinds


_NAME_BREAK: Final = re.compile(
    rf"(?:[^{_HAN}A-Za-z·]|以上|以下|[的了是在和与及等把将被让对从向于以由至并而或也都均已各该每全使有个家项处座亿万元]|走进|来到|位于|距|龙头(?:企业)?|依托|围绕|加快|推进|推动|建设|建成|引进|实施|其中|包括|通过|落户|入驻|支持|培育|打造|建立|健全|做大|做强|扩建|开工|启动|完成|签约|我们|我市|我县|我区|总部|联合|携手|投资|新建|跻身|作为|成为|总投资|如今|目前|近日|地处|坐落|创建|获评|荣获|聚焦|抓好|谋划|统筹|争取|落实|推行|服务|带动|拥有|聚集|建起|盘活|提升|优化|完善|升级|续建|重点|重大|省级|国家级|市级|首个|最大|综合体|一批|亿元|入选|改造|招引|对接|市场化|东接|西接|为|到|说|称|记者|中国(?=[^{_HAN}]))"
)
_GENERIC_BODY: Final = re.compile(
    r"^(?:三甲|二甲|扶持|帮扶|技改|技术改造|产业化|一级|二级|三级|中心卫|乡镇卫|林业|畜牧|水产|产业|工业|经济|科技|农业|重点|重大|龙头|民营|国有|上市|规上|规模以上|企业|大型|中小|骨干|现代|特色|省级|国家级|市级|县级|区级|新|老|各类|高新技术|高新|技术|开发|集聚|园区|示范|先导|旅游|文化|物流|创业|基础设施|民生|建设|招商|招商引资|签约|储备|引进|投资|项目|亿元|服务业|公共|公立|民办|普通|中心|乡镇|镇|村|社区|公办|农村|城市|城区|本地|外来|在建|续建|新建|改扩建|总投资|生态|水利|交通|教育|医疗|能源|制造业|商业|专业|农民|集团|股份|上市公司|外贸|保险|商业银行|房地产|产城|产业化|县|区|市|省|两|三|四|五|多|大|小|高|中|全国|国家|国际|综合|自主|试点|优质|主要|新型|工程|民心|惠民|年度|前期|竣工|产业类|类|化工|智能|智慧|数字|绿色|食品|装备|电子|信息|光伏|风电|抽水蓄能|地下|地铁|轨道|城际|普速|互通|航空|所属|下属|一大批|个|专项|亿|级|百|千|万|街|山水|历史|风貌|千年|著名|人民|合作|合资|独资|贸易|家庭|专业|供销|农机|土地|劳务|种植|养殖|养老|健康|体育|社会|电力|燃气|水务|公交|运输|快递|电信|软件|传统|新兴|战略性|平台|总|分|子|母|承办|职业|实验|中等|高等|义务|寄宿制|九年|城乡|一体化|县城|片区|区域|乡村|振兴|补短板|强|优|专精特新|领军|瞪羚|独角兽|链主|配套|上下游|规划|省市|跨|多式联运|地方|自贸|保税|一期|二期|三期|续|储备类|线|路|改建|谋划|包装|争取|等)*(?:项目|工程|公司|集团|股份|医院|学校|大学|学院|中学|小学|高中|园|园区|工业园|产业园|科技园|物流园|创业园|开发区|新区|示范区|先导区|集聚区|合作区|基地|铁路|高速公路|水库|机场|大桥|隧道|枢纽|电站|高铁|景区|古镇|古街|古城|银行|合作社|有限公司|一中|二中|三中|电厂|钢厂|商业区|商务区|度假区|风景区|产业城|科技城|保税区|高速铁路|产业园区|工业园区|物流园区|卫生院|人民医院|中医院|产业基地|产业集聚区|中心医院)$"
)


#: The one body of its kind that a place has, named by the kind of the place: 县人民医院, 镇中心卫生院.
_LOCAL_BODY: Final = re.compile(
    r"^[县市区镇州乡旗](?:第?[一二三四]|中心)?(?:人民医院|中医院|中心医院|卫生院|妇幼保健院|一中|二中|中心小学|工业园区|经济开发区|经济技术开发区|高新区)$"
)


_WORKS_ON: Final = re.compile(r"(?:迁建|新建|改建|扩建|改扩建|整体|建设|搬迁|新院区|新校区|项目|工程|综合楼|内|等)")
#: What a project makes a year, as part of its name: 华星年产10万吨锂电材料项目.
_CAPACITY: Final = re.compile(
    rf"(?<![{_HAN}])[{_HAN}]{{2,8}}年(?:产|处理|加工)\d+(?:\.\d+)?[万亿千]?(?=(?:吨|套|台|件|辆|只|米|平方米|立方米|千瓦|兆瓦)[{_HAN}]*$)?"
)


#: A kind of body that is counted is no name: 生态畜牧业合作社486家.
_COUNTED: Final = re.compile(r"(?:总数)?(?:达到|达|共|有)?\d+(?:\.\d+)?万?[余多]?[个家所座户条处]")


def _bodies(text: str) -> Iterator[tuple[str, int, int]]:
    """Zones, companies, hospitals, schools, projects: from the last break before an ending to it."""
    pattern, kinds = _all_endings()
    previous = 0
    for match in pattern.finditer(text):
        start = _begin(text, match.start(), max(previous, match.start() - 18))
        if made := _CAPACITY.search(text, max(0, start - 24), start):
            start = made.start()
        name = text[start : match.end()]
        local = _LOCAL_BODY.match(name) and not _WORKS_ON.match(text, match.end())
        if not local and (len(name) - len(match.group()) < 2 or _GENERIC_BODY.match(name)):
            continue
        if not re.match(rf"[{_HAN}“·A-Za-z]", name):
            continue
        kind = kinds[match.group()]
        if (name.startswith("“") and (kind == "Project" or "级" in name)) or name.endswith("中小学"):
            continue
        if kind == "Project" and (re.search(r"(?:[个项批]|类|等)项目$", name) or len(name) > 20):
            continue
        if kind in ("Company",) and match.group() in ("股份", "公司", "银行") and len(name) < 4:
            continue
        if re.match(r"新增|聚力|[A-Z1-5]+级|新开工|千瓦|千伏|兆瓦|平方米|公里|城市更新", name) or text[
            match.end() : match.end() + 1
        ] in ("化",):
            continue
        if kind not in _T["zones"] and _COUNTED.match(text, match.end()):
            continue
        previous = match.end()
        yield kind, start, match.end()


def _begin(text: str, end: int, low: int) -> int:
    """Where a name that goes up to ``end`` begins: behind the last break, quotation marks being part of it."""
    window = text[low:end]
    if window.endswith("”") and "“" in window:
        return low + window.rindex("“")
    last = low
    for match in _NAME_BREAK.finditer(window):
        last = low + match.end()
    return last


# --- awards, programmes -----------------------------------------------------------------------------------------------------

_AWARD: Final = re.compile(
    rf"(?:{one_of(_T['awards']['verbs'])})(?:为|了|首批)?(?P<list>[“{_HAN}A-Za-z0-9、”·和()—-]{{3,90}}?)(?=[,。;:!?\n]|称号|等荣誉|荣誉|殊荣)"
)
_AWARD_END: Final = re.compile(rf"(?:{one_of(_T['awards']['endings'])})$")
_LEVEL: Final = re.compile(one_of(_T["awards"]["levels"]))


_BETWEEN_AWARDS: Final = re.compile(r"(、(?![^“]*”)|(?:和(?!谐)|与)(?=[“全国省市中]|世界|首批|第)(?![^“]*”)|以及)")


def _awards(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _AWARD.finditer(text):
        position = match.start("list")
        for part in _BETWEEN_AWARDS.split(match["list"]):
            start, end = position, position + len(part)
            position = end
            name = part.strip("“”")
            quotes = list(_QUOTED.finditer(part))
            if len(quotes) > 1:  # “全国双拥模范城”“中国最美乡村”
                yield from (("Title", start + q.start(1), start + q.end(1)) for q in quotes if len(q[1]) > 3)
                continue
            quoted = quotes[0] if quotes else None
            shift = part.find(name) if name else 0
            name = (
                re.sub(
                    r"(?:等)?(?:多项|一系列|\d+[余多]?[余多个项]{0,2})?(?:国家级|省级)?(?:荣誉|称号|殊荣|奖项)?$",
                    "",
                    name,
                )
                if not name.endswith("奖")
                else name
            )
            name = name.removesuffix("等")
            if quoted:
                shift, name = quoted.start(1), quoted[1]
            elif "“" in name or "”" in name:
                continue
            lead = re.match(
                r"(?:为|了|年度|(?:19|20)\d\d年度?|(?:全省|全市|全国)?(?:第[一二三四五六七八九十]+|首)批)+", name
            )
            if lead:
                shift, name = shift + lead.end(), name[lead.end() :]
            if (
                4 <= len(name) <= 24
                and (
                    quoted
                    or (_AWARD_END.search(name) and _LEVEL.search(name))
                    or (_AWARD_END.search(name) and len(name) >= 5)
                )
                and not re.search(r"\d+[个家项%]|个|批复|通过|亿", name)
            ):
                yield "Title", start + shift, start + shift + len(name)


_PROGRAMME: Final = re.compile(
    rf"[“‘](?P<quoted>[^”’\n]{{2,20}})[”’](?:{one_of(_T['programmes']['endings'])})"
    rf"|(?:{one_of(_T['programmes']['verbs'])})(?:了)?[“‘](?P<named>[^”’\n]{{1,14}}(?:制|行动|工程|计划|机制|模式|改革|战略|工作法))[”’]"
    rf"|(?:{one_of(_T['programmes']['verbs'])})(?:了)?(?P<plain>[{_HAN}]{{3,14}}?(?:工程|行动|战略|三年行动计划|行动计划|工作法|专项行动))(?=[,。;、:!?\n和与]|取得|以来|成效|,)"
)


def _programmes(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _PROGRAMME.finditer(text):
        if match["quoted"]:
            yield "Programme", match.start("quoted"), match.end("quoted")
        elif match["named"]:
            yield "Programme", match.start("named"), match.end("named")
        elif not re.search(r"\d|重点工程|项目工程|[的了等个]", match["plain"]):
            yield "Programme", match.start("plain"), match.end("plain")


# --- mentions ---------------------------------------------------------------------------------------------------------------


def _occurrences(text: str, name: str) -> Iterator[int]:
    position = text.find(name)
    while position >= 0:
        yield position
        position = text.find(name, position + len(name))


def _repeat(text: str, found: dict[tuple[str, str], set[tuple[int, int]]]) -> None:
    """Every further place at which a found name stands."""
    longest = sorted(found, key=lambda key: -len(key[1]))
    covered: dict[int, tuple[int, int]] = {}
    for key in longest:
        name = key[1]
        for start in _occurrences(text, name):
            span = (start, start + len(name))
            if span in found[key] or not _inside(span, covered):
                found[key].add(span)
        for start, end in found[key]:
            for index in range(start, end):
                covered.setdefault(index, (start, end))


def _joined(found: Sequence[Entity], text: str) -> tuple[Entity, ...]:
    """Entities of which one is the other with the place's name before it, as one: 特色商业区, 源汇区特色商业区."""
    by_name = {entity.name: entity for entity in found if entity.kind not in ("Title", "Programme")}
    merged: dict[str, str] = {}
    for other, longer in by_name.items():
        for cut in range(1, len(other) - 1):
            name, lead = other[cut:], other[:cut]
            entity = by_name.get(name)
            if (
                entity
                and entity.kind == longer.kind
                and (lead in by_name or re.fullmatch(r"[^省市县区]{1,6}[省市县区]", lead))
            ):
                merged[name] = other
    areas = [entity.name for entity in found if entity.kind in _T["places"]]
    result = []
    for entity in found:
        if entity.name in merged and entity.kind not in ("Title", "Programme"):
            continue
        shorter = [by_name[name] for name, other in merged.items() if other == entity.name]
        spans = {*entity.spans, *(span for less in shorter for span in less.spans)}
        names = {less.name for less in shorter}
        for area in areas:
            rest = entity.name.removeprefix(area)
            if entity.kind in _T["zones"] and rest != entity.name and len(rest) >= 3 and rest not in by_name:
                alone = [at for at in _occurrences(text, rest) if not re.match(rf"[{_HAN}]", text[at - 1 : at])]
                spans |= {(at, at + len(rest)) for at in alone}
                names |= {rest} if alone else set()
        result.append(Entity(entity.kind, entity.name, tuple(sorted(spans)), tuple(sorted(names)), entity.rule))
    return tuple(sorted(result, key=lambda entity: (entity.spans[0], entity.name)))


# --- relations --------------------------------------------------------------------------------------------------------------

_LOCATED: Final = frozenset(
    (
        "HighTechZone",
        "DevelopmentZone",
        "IndustrialPark",
        "SpecialtyBusinessZone",
        "ScenicSpot",
        "Company",
        "CompanyGroup",
        "Hospital",
        "School",
        "Project",
    )
)
_WITHIN: Final = frozenset(("Town", "Township", "Subdistrict", "Community", "Village"))


def relations(text: str, found: Sequence[Entity], anchor: Anchor) -> tuple[Relation, ...]:
    """What is stated, or implied by what the text is about, between entities."""
    result: dict[tuple[str, str, str], Relation] = {}
    areas = [
        (start, end, e)
        for e in found
        for start, end in e.spans
        if e.kind in ("Province", "PrefectureLevelCity", "County", "District", "Town", "Township")
    ]
    ends = {start: (end, entity) for start, end, entity in areas}
    for start, end, entity in sorted(areas, key=lambda area: area[:2]):
        if end in ends and ends[end][1].name != entity.name:
            _put(
                result,
                Relation(ends[end][1].name, "isWithin", entity.name, "asserted", start, ends[end][0], "chain of names"),
            )
    names = {entity.name for entity in found}
    for entity in found:
        start, end = entity.spans[0]
        if anchor.place not in names or entity.name == anchor.place:
            continue
        if entity.kind in _LOCATED:
            _put(
                result, Relation(entity.name, "isLocatedIn", anchor.place, "inferred", start, end, "place of the text")
            )
        elif entity.kind in _WITHIN and (
            anchor.place.endswith(("区", "县", "市")) or entity.kind in ("Village", "Community")
        ):
            _put(result, Relation(entity.name, "isWithin", anchor.place, "inferred", start, end, "place of the text"))
        elif entity.kind == "Title":
            owner, begin = _awarded(text, start, found, anchor)
            seeking = re.search(
                r"(?:争创|创建|申报|争取|力争)[^,。;]{0,6}$", text[max(0, start - 10) : start]
            ) and not re.search(r"成功创建", text[max(0, start - 10) : start])
            predicate, modality = ("seeksTitle", "sought") if seeking else ("wasAwarded", "asserted")
            if owner in names:
                _put(result, Relation(owner, predicate, entity.name, modality, begin, end, "award"))
    return tuple(result.values())


def _put(result: dict[tuple[str, str, str], Relation], relation: Relation) -> None:
    result.setdefault((relation.subject, relation.predicate, relation.object), relation)


def _awarded(text: str, start: int, found: Sequence[Entity], anchor: Anchor) -> tuple[str, int]:
    sentence = max(text.rfind(c, 0, start) for c in "。;\n!?") + 1
    for entity in found:
        for first, end in entity.spans:
            if (
                sentence <= first
                and end <= start
                and entity.kind in _LOCATED | _WITHIN | {"District", "County", "PrefectureLevelCity"}
                and first - sentence < 12
            ):
                return entity.name, first
    return anchor.place, sentence
