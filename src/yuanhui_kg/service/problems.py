"""What errors say to a Chinese reader: by code, in one sentence what is wrong and in another what helps.

The message itself, which names the thing, stands below it (:mod:`yuanhui_kg.translating`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..translating import translated

LANGUAGES: Final = ("en", "zh")  # of JSON: programs that say nothing get English, people's pages are Chinese then
IN_CHINESE: Final[dict[str, str]] = {
    "error": "服务没能完成这个请求。请稍后再试；运营者可在日志中查看原因。",
    "internal_error": "服务内部出错。请稍后再试；运营者可在日志中查看原因。",
    # requests
    "bad_request": "请求中有参数缺失、重复或不合要求。请按下面的说明改正后再试。",
    "malformed": "发来的数据不符合其格式，没有保存任何内容。请在所指的位置改正。",
    "incomplete_body": "请求的内容没有发完就中断了，没有作任何更改。请完整地重新发送。",
    "conflict": "要新建的图已经存在，或要操作的图不存在；没有作任何更改。加上 SILENT 可跳过。",
    "shapes_violated": "这一更改会使数据不符合 SHACL 约束，没有保存任何内容。请让一次更新后的数据保持完整。",
    "precondition_failed": "数据已不是您所依据的那个版本，没有作任何更改。请重新读取后再改。",
    "unauthorized": "这一操作需要令牌。请用 Authorization: Bearer 发送。",
    "invalid_token": "令牌不对。请向本服务的运营者索取。",
    "forbidden": "本服务不提供这一操作，例如只读的服务不接受写入。",
    "not_found": "这里没有您要找的内容。请检查地址，或用下面的搜索框查找。",
    "method_not_allowed": "这个地址不支持所用的请求方法。请改用 Allow 标头中列出的方法。",
    "not_acceptable": "没有您所要的格式。请改要下面列出的格式。",
    "request_timeout": "请求的内容没有及时到达。请加快发送，或分成几次。",
    "request_entity_too_large": "发来的内容太大。请减少内容，或分成几次。",
    "headers_too_large": "请求的标头太多或太长。请减少标头。",
    "not_implemented": "这里没有这样的请求方法或传输方式。",
    "version_not_supported": "本服务使用 HTTP/1.1 和 HTTP/1.0。",
    "request_uri_too_large": "地址太长。请改用 POST 发送。",
    "unsupported_media_type": "不支持所发内容的类型。请在 Content-Type 中写明下面列出的类型。",
    # queries
    "query_error": "这个查询无法回答。请按下面的说明修改。",
    "query_syntax": "查询不符合 SPARQL 的语法。请在所指的位置改正。",
    "query_refused": "本服务不执行这样的查询：除运营者允许的以外，不连接其他站点，也不从别处读取数据。",
    "query_unsupported": "查询用到了这里没有的函数。请检查函数的名称和前缀。",
    "query_too_complex": "查询太复杂：嵌套太深，或所需内存超过上限。请把它写得简单些。",
    "query_timeout": "查询没有在时限内完成。请缩小范围，例如加上 LIMIT 或更多条件。",
    "query_cancelled": "查询被中止了。请稍后再试。",
    "answer_too_large": "答案超过了大小上限。请缩小范围，例如加上 LIMIT。",
    # data and the server
    "bad_data": "服务所用的数据无法读取。运营者可在日志中查看原因。",
    "store_error": "数据库无法打开或写入。运营者可在日志中查看原因。",
    "store_locked": "另一个进程正占用数据库。请稍后再试。",
    "tagger_error": "标注插件不存在，或运行失败。请检查插件后再试。",
    "tagger_timeout": "标注插件没有按时作答。请给它更多时间，或改用别的插件。",
    "tagger_choice": "标注插件给出了候选以外的选择，没有采用。请更正插件。",
    "store_full": "磁盘已满，没有保存任何内容。请先腾出空间。",
    "store_damaged": "数据库的文件已损坏。请从备份恢复。",
    "unavailable": "服务暂时无法处理请求。请稍后再试。",
    "overloaded": "同时到来的请求太多。请稍后再试。",
    "remote_failed": "所问的另一 SPARQL 服务出错。请稍后再试。",
    "remote_refused": "所问的另一 SPARQL 服务不接受这个查询。请按下面的说明修改。",
    "remote_truncated": "所问的另一 SPARQL 服务截断了答案。请缩小范围，例如加上 LIMIT。",
    "remote_unreachable": "连不上所问的另一 SPARQL 服务。请稍后再试。",
    "remote_timeout": "所问的另一 SPARQL 服务没有在时限内回答。请缩小范围或稍后再试。",
    "remote_bad_answer": "所问的另一 SPARQL 服务的答案不完整或不合格式。请稍后再试。",
}


def in_chinese(code: str) -> str:
    """What is wrong and what helps; for a code that nobody has written of, that something is."""
    return IN_CHINESE.get(code, IN_CHINESE["error"])


def told_in(language: str, error: Mapping[str, Any]) -> dict[str, Any]:
    """An error (code, message, hint) in ``language``; sentences that are in no catalogue, and what parsers say, stay English."""
    if language != "zh":
        return dict(error)
    return {
        **error,
        "message": translated(error["message"]) or f"{in_chinese(error['code'])} {error['message']}",
        "hint": translated(error["hint"]) or error["hint"],
    }
