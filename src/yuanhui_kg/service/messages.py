"""What the pages say, in Chinese and English, in one place."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("zh", "en")

MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "site": ("区域知识图谱", "Regional knowledge graph"),
    "skip": ("跳到正文", "Skip to content"),
    "navigation": ("主导航", "Main navigation"),
    "home": ("首页", "Home"),
    "search": ("搜索", "Search"),
    "query": ("查询", "Query"),
    "ontology": ("本体", "Ontology"),
    "other_language": ("English", "中文"),
    "footer": (
        "图谱中的每条事实都注明出处。数据许可：CC BY 4.0；软件许可：Apache 2.0。",
        "Every fact in the graph names its evidence. Data: CC BY 4.0; software: Apache 2.0.",
    ),
    # landing page
    "lead": (
        "把一个地区的报道变成知识图谱：其中的地方、企业、项目、规划与数据，都可以查询、引用、核对和关联。",
        "Reports on a region as a knowledge graph: places, companies, projects, plans and figures that can be queried, "
        "cited, checked and linked.",
    ),
    "search_label": ("名称、别名或拼音", "Name, other name or pinyin"),
    "search_example": ("例如：公园、医院、gongyuan", "For example: park, hospital, gongyuan"),
    "counts": ("规模", "How much there is"),
    "count_triples": ("条三元组", "triples"),
    "count_entities": ("个事物", "things"),
    "count_relations": ("条关系", "relations"),
    "count_figures": ("个数据", "figures"),
    "count_mentions": ("处提及", "mentions"),
    "by_kind": ("按类别浏览", "Browse by kind"),
    "saved_queries": ("现成的查询", "Saved queries"),
    "saved_lead": ("点开即可看到结果，也可以改写后再问。", "Open one to see its answer, or change it and ask again."),
    "all_saved": ("全部查询", "All saved queries"),
    "for_programs": ("供程序使用", "For programs"),
    "endpoint": ("SPARQL 端点", "SPARQL endpoint"),
    "api_neighbours": ("相邻事物（JSON）", "Neighbours (JSON)"),
    "api_search": ("搜索（JSON）", "Search (JSON)"),
    "api_stats": ("统计（JSON）", "Statistics (JSON)"),
    "void": ("数据集描述（VoID、DCAT）", "Data set description (VoID, DCAT)"),
    # a thing
    "kind": ("类别", "Kind"),
    "other_names": ("其他名称", "Other names"),
    "identifier": ("标识", "Identifier"),
    "relations": ("关系", "Relations"),
    "incoming": ("被提到的关系", "Relations from other things"),
    "relations_caption": ("此事物的关系", "Relations of this thing"),
    "incoming_caption": ("指向此事物的关系", "Relations that point to this thing"),
    "subject": ("主体", "Subject"),
    "predicate": ("关系", "Relation"),
    "object": ("对象", "Object"),
    "modality": ("情态", "Modality"),
    "evidence": ("出处（字符位置）", "Evidence (character offsets)"),
    "figures": ("数据", "Figures"),
    "figures_caption": ("关于此事物的数据", "Figures about this thing"),
    "indicator": ("指标", "Indicator"),
    "value": ("数值", "Value"),
    "unit": ("单位", "Unit"),
    "period": ("时期", "Period"),
    "base": ("基期", "Base"),
    "breakdown": ("分组", "Breakdown"),
    "figure_kind": ("类型", "Type"),
    "mentions": ("文中提及", "Mentions in the text"),
    "mentions_caption": ("文中提及此事物之处", "Where the text mentions this thing"),
    "surface": ("原文用名", "Name used"),
    "properties": ("其他信息", "Further facts"),
    "properties_caption": ("此事物的其他信息", "Further facts about this thing"),
    "property": ("属性", "Property"),
    "status": ("状态", "Status"),
    "codes": ("代码", "Codes"),
    "uses": ("被引用", "Referred to by"),
    "uses_caption": ("引用此事物的其他条目", "What else refers to this thing"),
    "api_entity": ("此事物（JSON）", "This thing (JSON)"),
    "contents": ("本页内容", "On this page"),
    "downloads": ("下载", "Downloads"),
    "citations": ("引用", "Citations"),
    "cite_gbt7714": ("GB/T 7714—2015", "GB/T 7714—2015"),
    "cite_bibtex": ("BibTeX", "BibTeX"),
    "cite_csl": ("CSL-JSON", "CSL-JSON"),
    "cite_text": ("纯文本", "Plain text"),
    "all_figures": ("全部数据（{format}）", "All figures ({format})"),
    "statements_rdf12": ("全部陈述（RDF 1.2）", "All statements (RDF 1.2)"),
    "data_in": ("RDF 数据", "RDF data"),
    "neighbours": ("相邻事物", "Neighbours"),
    "too_large": ("答案太大，无法在此列出；请下载。", "The answer is too large to be shown here; please download it."),
    "more_rows": ("只列出前 {n} 行。", "Only the first {n} rows are shown."),
    # search
    "search_title": ("搜索：{q}", "Search: {q}"),
    "list_title": ("{kind}：全部", "All of kind: {kind}"),
    "results": ("结果", "Results"),
    "found": ("找到 {n} 个结果", "{n} results"),
    "found_more": (
        "前 {n} 个结果，还有更多；请写得更具体些。",
        "The first {n} results; there are more, so be more specific.",
    ),
    "nothing_found": (
        "没有找到。试试更短的名称、别名或拼音。",
        "Nothing found. Try a shorter name, another name or pinyin.",
    ),
    "matched": ("匹配", "matched"),
    # query form
    "query_title": ("SPARQL 查询", "SPARQL query"),
    "query_label": ("查询文本", "Query"),
    "query_help": (
        "写 SELECT、ASK、CONSTRUCT 或 DESCRIBE；只读，不连接其他站点。",
        "Write SELECT, ASK, CONSTRUCT or DESCRIBE; read only, no other site is contacted.",
    ),
    "choose_saved": ("从现成的查询开始", "Start from a saved query"),
    "use": ("载入", "Load"),
    "run": ("运行", "Run"),
    "format": ("格式", "Format"),
    "as_page": ("网页表格", "Table on this page"),
    "answer": ("答案", "Answer"),
    "answer_caption": ("查询结果", "Results of the query"),
    "yes": ("是", "Yes"),
    "no": ("否", "No"),
    "no_rows": ("没有符合的结果。", "No results."),
    "missing_graphs": (
        "查询所指的下列图不在库中，按空图处理；不会从别处读取。请核对名称。",
        "The query names graphs that are not here. They count as empty, and nothing is fetched from elsewhere; check the "
        "names:",
    ),
    "get_as": ("取得完整答案", "Get the whole answer"),
    "query_failed": ("没有得到答案", "No answer"),
    "services_failed": (
        "{hosts} 没有应答，其部分留空（SERVICE SILENT）。",
        "{hosts} did not answer; its part is left open (SERVICE SILENT).",
    ),
    # ontology
    "ontology_title": ("本体：类与属性", "Ontology: classes and properties"),
    "term": ("术语", "Term"),
    "name": ("名称", "Name"),
    "definition": ("定义", "Definition"),
    "ontology_caption": ("全部术语", "All terms"),
    # errors
    "error_400": ("请求有误", "The request is not right"),
    "error_403": ("不允许", "Not allowed"),
    "error_404": ("找不到", "Not found"),
    "error_405": ("不支持这种方法", "Method not allowed"),
    "error_406": ("没有这种格式", "No such format"),
    "error_413": ("太大", "Too large"),
    "error_500": ("服务出错", "Something went wrong"),
    "error_503": ("暂时繁忙，请稍后再试", "Busy now, please try again shortly"),
    "error_504": ("超过时限", "Time limit passed"),
    "error_other": ("出错了", "An error"),
    "back_home": ("回到首页", "Back to the home page"),
}


def message(key: str, language: str, **values: object) -> str:
    """The message ``key`` in ``language``, with ``{name}`` replaced by the values given."""
    text = MESSAGES[key][LANGUAGES.index(language)]
    return text.format(**values) if values else text
