"""What a manager is told when config.toml is wrong: every line is "line:column: text"."""

from collections.abc import Callable

import pytest

from bot.config.loader import Reading
from tests.bot.config.conftest import NOTICE, SUPPORT, Told, Write

Read = Callable[[str | bytes], Reading]
STAFF = '[[support.staff]]\nid = "{}"\nname = "{}"\n'
CHANNEL = '[[channels]]\nid = "{}"\ntitle = "静安店"\nwords = ["{}"]\n'
GROUP = '[[groups]]\nid = "{}"\nkind = "fan"\n'

LIST = '[[lexicons]]\nid = "{}"\nlabel = "chat"\nthreshold = 1\nweights = {{ "嗯" = 1 }}\n'
DESK = '[support]\nroom = "rs"\n'
LUNAR = 'lunar = "08-15 10:00"\n'

SINGLE = {
    "a misspelt key": ('[wechat]\n  provder = "gateway"', "2:3", "是不是想写「provider」"),
    "a key in the wrong table": ('managers = ["a"]', "1:1", "要写在 [wechat] 里"),
    "an unknown key": ('[pace]\ncolour = "red"', "2:1", "这里可以写：same_target_seconds"),
    "a secret": ('[wechat]\ntoken = "x"', "2:1", "环境变量"),
    "a password": (
        '[database]\nurl = "postgresql+psycopg://a:b@h/d"', "2:7", "QUNKEEPER_DATABASE_URL"
    ),
    "a database of another make": ('[database]\nurl = "mysql://h/d"', "2:7", "sqlite:///"),
    "no database file": ('[database]\nurl = "sqlite:///"', "2:7", "数据库文件名"),
    "text for a number": ('[console]\nport = "80"', "2:8", "整数"),
    "a number for text": ("timezone = 8", "1:12", "文字"),
    "a word for yes": ('[console]\nenabled = "yes"', "2:11", "true 或 false"),
    "an address for a host": ('[console]\nhosts = ["https://a.cn"]', "2:10", "不是域名"),
    "a name for a proxy": ('[console]\nproxies = ["proxy"]', "2:12", "不是 IP 地址"),
    "a port too high": ("[console]\nport = 65536", "2:8", "最多 65535"),
    "a pace of none": ("[pace]\nper_minute = 0", "2:14", "至少要 1"),
    "a negative gap": ("[pace]\nsame_target_seconds = -1", "2:23", "至少要 0"),
    "no number": ("[pace]\nsame_target_seconds = nan", "2:23", "nan"),
    "endless": ("[pace]\nbetween_targets_seconds = [1, inf]", "2:31", "inf"),
    "a swapped range": ("[pace]\nbetween_targets_seconds = [5, 3]", "2:27", "[3, 5]"),
    "half a range": ("[pace]\nbetween_targets_seconds = [5]", "2:27", "两个数"),
    "a strange hour": ('[pace]\nquiet_hours = "22:30-28:00"', "2:15", "28:00"),
    "a strange place": ('timezone = "Asia/Peking"', "1:12", "Asia/Shanghai"),
    "a wrong choice": ('[wechat]\nprovider = "gatway"', "2:12", "是不是想写「gateway」"),
    "no endpoint": ('[wechat]\nendpoint = "8788"', "2:12", "主机:端口"),
    "no plugin": ('[wechat]\nplugins = ["dice"]', "2:12", "包.模块:类名"),
    "a missing certificate": ('[wechat]\nca = "no.pem"', "2:6", "打不开证书"),
    "a table too many": ('[[console]]\nport = 1', "1:1", "[console]"),
    "a table too few": ('[groups]\nid = "r1"', "1:1", "[[groups]]"),
    "a group without a kind": ('\n[[groups]]\nid = "r1"', "2:1", 'kind = "fan"'),
    "a group nobody can find": ('[[groups]]\nkind = "fan"', "1:1", "少了 id 或 topic"),
    "a blank in an id": ('[[groups]]\nid = "r 1"\nkind = "fan"', "2:6", "空格"),
    "a group twice": (GROUP.format("r1") * 2, "5:6", "「r1」重复"),
    "a tag that is none": (NOTICE.replace('"fan"', '"fans"') + LUNAR, "5:11", "想写「fan」"),
    "an exception that is none": (NOTICE + LUNAR + 'except = ["west"]', "8:11", "没有「west」"),
    "one word for two channels": (
        CHANNEL.format("a", "JA01") + CHANNEL.format("b", "ja01"), "8:10", "已经是渠道「a」的口令"
    ),
    "a command for a channel": (CHANNEL.format("a", "工单"), "4:10", "机器人的指令"),
    "a channel twice": (CHANNEL.format("a", "甲店") + CHANNEL.format("a", "乙店"), "6:6", "「a」"),
    "staff twice": (DESK + STAFF.format("a", "小美") + STAFF.format("a", "林姐"), "7:6", "「a」"),
    "a name twice": (DESK + STAFF.format("a", "小美") + STAFF.format("b", "小美"), "8:8", "小美"),
    "an hour for a clock": ('[support]\nroom = "rs"\nbreach = 60', "3:10", '"15m"'),
    "no service hours": ('[support]\nroom = "rs"\nhours = "9-21"', "3:9", "Mon-Sat 09:00-21:00"),
    "a correction of no list": ('[[corrections]]\nlist = "learned-x"', "2:8", "现有：无"),
    "a base of nothing": (LIST.format("a") + "base = true", "6:8", "要写 rivals"),
    "two bases": (
        "".join(LIST.format(each) + 'base = true\nrivals = "r"\n' for each in "ab"),
        "14:10",
        "只能有一个，rivals「r」重复了",
    ),
    "hours that overlap": (
        DESK + 'hours = "Mon 09:00-12:00, Mon 11:00-13:00"', "3:9", "周一的两段时间重叠"
    ),
    "an hour that is none": (DESK + 'hours = "Mon-Fri 09:00-25:00"', "3:9", "25:00 不是钟点"),
    "no hours at all": (DESK + 'hours = ""', "3:9", "没有一天有服务时间"),
    "the strange hours of one": (
        SUPPORT + STAFF.format("mei", "小美") + 'hours = "9-21"', "8:9", "看不懂服务时间"
    ),
    "a severity too high": ('[[rules]]\nid = "a"\nlabel = "ad"\nseverity = 4', "4:12", "最多 3"),
    "a rule for no group": (
        '[[rules]]\nid = "a"\nlabel = "ad"\ngroups = ["north"]', "4:11", "fan、training"
    ),
    "no time": (NOTICE, "1:1", "少了时间"),
    "two times": (NOTICE + LUNAR + 'solar_term = "冬至 09:00"', "8:1", "已经有 lunar"),
    "a time without a zone": (NOTICE + 'at = "2026-11-10T20:00:00"', "7:6", "+08:00"),
    "a bare time without a zone": (NOTICE + "at = 2026-11-10T20:00:00", "7:6", "+08:00"),
    "a day that is none": (NOTICE + 'at = "2026-02-29T20:00:00+08:00"', "7:6", "没有 2026-02-29"),
    "a lunar day that is none": (NOTICE + 'lunar = "13-40"', "7:9", "农历"),
    "a term that is none": (NOTICE + 'solar_term = "冬天 09:00"', "7:14", "二十四节气"),
    "a rule without a start": (NOTICE + 'rrule = "FREQ=DAILY"', "7:1", "start"),
    "a start without a rule": (
        NOTICE + LUNAR + 'start = "2026-11-10T20:00:00+08:00"', "8:1", "rrule"
    ),
    "a rule that never rests": (
        NOTICE + 'rrule = "FREQ=SECONDLY"\nstart = "2026-11-10T20:00:00+08:00"', "7:9", "太密"
    ),
    "a skip of what comes once": (
        NOTICE + 'at = "2026-11-10T20:00:00+08:00"\nskip = ["2026-11-10"]', "8:1", "重复的公告"
    ),
    "a move of no day": (
        NOTICE + LUNAR + 'move = {"2026-13-01" = "2026-01-01T10:00"}', "8:9", "不是日期"
    ),
}  # fmt: skip


RULE = '[[rules]]\nid = "a"\nlabel = "complaint"\n'
FAQ = '[[faq]]\nid = "wash"\nanswer = "能"\n'

MISTYPED = {
    "the words of a house word": ('[[words]]\nwords = "小鹿锅"', "2:1", "是不是想写「word」？"),
    "more than one question": (FAQ + 'questions = ["能洗吗"]', "4:1", "是不是想写「question」？"),
    "one word that is near": (
        RULE + 'near = [{ word = ["锅", "漏"] }]', "4:11", "是不是想写「words」？"
    ),
    "the tags of a rule": (RULE + 'any = ["掉漆"]\ntags = ["north"]', "5:1", "写在 groups 里"),
    "the words of a rule": (RULE + 'words = ["掉漆"]', "4:1", "写在 any 里"),
    "the keyword of a rule": (RULE + 'keyword = ["掉漆"]', "4:1", "写在 any 里"),
    "a rule's threshold": (
        RULE + 'any = ["掉漆"]\nthreshold = 1', "5:1", "要写在 [[lexicons]] 里"
    ),
    "a name for a rule": (RULE + 'any = ["掉漆"]\nname = "裂"', "5:1", "这里可以写：id、label"),
    "a label for a word": (
        '[[words]]\nword = "小鹿锅"\nlabel = "ad"', "3:1", "[[lexicons]] 里，或者 [[rules]] 里"
    ),
    "a table within a table": ('[wechat]\n[wechat.pace]\nper_minute = 1', "2:1", "[pace] 里"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "place", "why"), MISTYPED.values(), ids=MISTYPED.keys())
def test_a_mistyped_key_is_held_against_its_own_table_first(
    told: Told, text: str, place: str, why: str
) -> None:
    """「words」 in [[words]] was said to belong into [channels], and 「word」 to be missing."""
    (fault,) = told(text)
    assert fault.startswith(f"{place}: ")
    assert why in fault


@pytest.mark.parametrize(("text", "place", "why"), SINGLE.values(), ids=SINGLE.keys())
def test_one_fault_is_told_once_at_its_place(told: Told, text: str, place: str, why: str) -> None:
    (fault,) = told(text)
    assert fault.startswith(f"{place}: ")
    assert why in fault


AT = 'at = "2026-11-10T20:00:00+08:00"\n'
SIGNUP = '[notices.signup]\nkeyword = "{}"\n'

CONTENT = {
    "an unknown placeholder": ('text = "{grup}"', "是不是想写「group」"),
    "a placeholder of sign-ups": ('text = "{keyword}"', "{keyword}"),
    "a lone brace": ('text = "a { b"', "第 3 个字"),
    "no content": ('text = " "', "没有内容"),
    "an image that is not there": ('text = ""\nimage = "no.png"', "打不开文件"),
    "an image that is no image": ('text = ""\nimage = "config.toml"', "不是图片"),
    "a broken image": ('text = ""\nimage = "broken.png"', "可能坏了"),
    "a voice that is not there": ('text = ""\nvoice = "no.mp3"', "打不开文件"),
    "an empty voice": ('text = ""\nvoice = "empty.mp3"', "空的"),
    "a voice that is none": ('text = ""\nvoice = "config.toml"', "不是语音"),
    "two things to send": ('text = ""\nimage = "fine.png"\nvoice = "fine.mp3"', "只能写一个"),
    "a reminder twice": ('text = "x"\nremind = ["1h", "60m"]', "重复"),
    "a reminder of no length": ('text = "x"\nremind = ["0s"]', "大于零"),
    "no seats": ('text = "x"\n' + SIGNUP.format("报名") + "capacity = 0", "至少要 1"),
    "no keyword": ('text = "x"\n[notices.signup]\ncapacity = 1', 'keyword = "报名"'),
    "a command for a keyword": ('text = "x"\n' + SIGNUP.format("进度"), "指令"),
}


@pytest.mark.parametrize(("content", "why"), CONTENT.values(), ids=CONTENT.keys())
def test_what_a_notice_cannot_say_is_told(told: Told, write: Write, content: str, why: str) -> None:
    write(b"not a picture", "broken.png")
    write(b"", "empty.mp3")
    write(b"\x89PNG\r\n\x1a\n....", "fine.png")
    write(b"ID3...", "fine.mp3")
    (fault,) = told(NOTICE.replace('text = "x"\n', AT) + content)
    assert why in fault


BROKEN = {
    "no value": ("a = ", "1:5", "双引号"),
    "Chinese quotes": ("timezone = “Asia/Shanghai”", "1:12", "中文标点「“」"),
    "a Chinese equals sign": ("[pace]\nper_minute ＝ 3", "2:12", "中文标点「＝」"),
    "an open quote": ('timezone = "a', "1:14", "引号"),
    "an open list": ('include = ["a" "b"]', "1:16", "列表没有写完"),
    "a table twice": ("[pace]\nper_minute = 3\n[pace]", "3:1", "写过一次"),
    "a key twice": ('timezone = "a"\ntimezone = "b"', "2:1", "写了两次"),
    "a key in Chinese": ("群 = 1", "1:1", "读不懂"),
    "a number beyond numbers": ("a = " + "1" * 5000, "1:1", "TOML"),
    "lists without end": ("a = " + "[" * 5000, "1:1", "嵌套太深"),
    "lists too deep": ("a = " + "[" * 300 + "]" * 300, "1:1", "嵌套太深"),
    "the encoding of old Windows": ('\ntimezone = "上海"'.encode("gbk"), "2:13", "UTF-8"),
    "two bytes a letter": ('timezone = "a"'.encode("utf-16"), "1:1", "UTF-16"),
    "a nought": ('timezone = "a\0"', "1:14", "控制字符"),
}


SLIPS = {
    "a Chinese quote that closes": ('include = ["掉漆”]', "1:15", '「”」，要换成英文的 "'),
    "one before another text": ('include = ["掉漆”, "裂了"]', "1:15", '「”」，要换成英文的 "'),
    "one at the end of a line": ('timezone = "掉漆”', "1:15", '「”」，要换成英文的 "'),
    "a single Chinese quote that closes": ("timezone = '掉漆’", "1:15", "「’」，要换成英文的 '"),
    "corners for quotes": ("timezone = 「掉漆」", "1:12", '「「」，要换成英文的 "'),
    "a quote within a text": ('include = ["说"掉漆"了"]', "1:15", "里面的引号要用中文的“”"),
    "a blank from a web page": ("[pace]\nper_minute\u00a0= 3", "2:11", "不换行空格"),
    "one behind the equals sign": ("[pace]\nper_minute =\u00a03", "2:13", "不换行空格"),
    "a wide blank": ("[pace]\nper_minute\u3000= 3", "2:11", "全角空格，请删掉"),
    "a line that begins with one": ("[pace]\n\u3000per_minute = 3", "2:1", "全角空格，请删掉"),
    "a blank that nobody sees": ("[pace]\nper_minute = 3\u200b", "2:15", "看不见的字符"),
    "a comma for a point": ("weight = 0,5", "1:11", "写成 0.5"),
    "a Chinese comma for a point": ("weight = 0，5", "1:11", "写成 0.5"),
    "a nought in front": ("severity = 02", "1:12", "不能用 0 开头，要写成 2"),
    "a per cent": ("weight = 50%", "1:10", "不能写「%」：50% 要写成 0.5"),
    "a wide per cent": ("weight = 50％", "1:10", "要写成 0.5"),
    "nothing before the point": ("weight = .5", "1:10", "要写成 0.5"),
    "nothing behind the point": ("weight = 1. # x", "1:10", "要写成 1"),
    "a wide number": ("severity = ３", "1:12", "要写成 3"),
    "a length without quotes": ("cooldown = 10m", "1:12", '写成 "10m"'),
    "hours without quotes": ("quiet_hours = 22:30-08:00", "1:15", '写成 "22:30-08:00"'),
    "a number with its unit": ("cooldown = 10分钟", "1:12", "不能写「分钟」"),
    "a capital letter": ("enabled = True", "1:11", "要写成 true"),
    "a Chinese yes": ("enabled = 是", "1:11", "要写成 true"),
    "a semicolon": ('timezone = "a";', "1:15", "请删掉这里的「;」"),
    "a comma at the end": ('timezone = "a"，', "1:15", "请删掉这里的「，」"),
    "a colon": ('timezone："a"', "1:9", "要换成英文的 ="),
    "a key in Chinese": ('编号 = "a"', "1:1", "键的名字要用英文"),
    "a remark as programmers write it": ("// 说明", "1:1", "要写 #"),
}


@pytest.mark.parametrize(("text", "place", "why"), SLIPS.values(), ids=SLIPS.keys())
def test_the_character_that_was_typed_by_mistake_is_named(
    told: Told, text: str, place: str, why: str
) -> None:
    """「weight = 50%」 was answered with 一行只能写一个键."""
    (fault,) = told(text)
    assert fault.startswith(f"{place}: ")
    assert why in fault


@pytest.mark.parametrize(
    ("text", "told_as"),
    [
        ('include = ["“好”" "b"]', "1:18: 列表没有写完"),
        ('include = ["a", 1 "b"]', "1:19: 列表没有写完"),
        ("a = 1 2", "1:7: 一行只能写一个键"),
        ("a = x", "1:5: 这个值读不懂"),
        ("mode = off", "1:8: 这个值读不懂"),
        ("a = 00:00:00 x", "1:14: 一行只能写一个键"),
        ('a = """\n掉漆”\n""" b', "3:5: 一行只能写一个键"),
    ],
)
def test_where_no_slip_is_known_none_is_made_up(told: Told, text: str, told_as: str) -> None:
    (fault,) = told(text)
    assert fault.startswith(told_as)


@pytest.mark.parametrize(("text", "place", "why"), BROKEN.values(), ids=BROKEN.keys())
def test_a_file_that_cannot_be_read_is_told_where(
    told: Told, text: str | bytes, place: str, why: str
) -> None:
    (fault,) = told(text)
    assert fault.startswith(f"{place}: ")
    assert why in fault


def test_all_faults_are_told_at_once_and_in_order(told: Told) -> None:
    faults = told(
        'timezone = "Asia/Shangha"\n[wechat]\ntls = 1\n[[groups]]\nid = "r1"\nkind = "fun"\n'
        '[[groups]]\nid = "r1"\nkind = "fan"\n'
        + NOTICE.replace('"fan"', '"north"').replace("content", "contents")
        + 'image = "no.png"\nlunar = "x"\n[[faq]]\nid = "f"\nquestion = ["q"]\nanswer = "{nam}"\n'
    )
    assert [fault.split(": ")[0] for fault in faults] == [
        "1:12", "3:7", "6:8", "8:6", "13:12", "14:11", "16:9", "17:9", "21:10",
    ]  # fmt: skip


def test_what_follows_from_another_fault_is_not_told(told: Told) -> None:
    faults = told(
        NOTICE.replace('text = "x"', "text = 1") + 'rrule = "FREQ=DAILY"\nstart = "morgen"\n'
    )
    assert [fault.split(": ")[0] for fault in faults] == ["6:8", "8:9"]


def test_a_password_is_never_repeated(told: Told) -> None:
    assert "geheim" not in "".join(told('[database]\nurl = "postgresql+psycopg://a:geheim@h/d"'))
    assert "geheim" not in "".join(told('[database]\nurl = "mysql://a:geheim@h/d"'))


DOUBTFUL = {
    "nobody manages": ("[support]\nroom = 'rs'", "没有写管理员"),
    "no support room": ("[wechat]\nmanagers = ['m']", "少了值班群"),
    "a topic no rule gives": (
        SUPPORT
        + STAFF.format("a", "小美")
        + 'topics = ["refnd"]\n[[rules]]\nid = "r"\nlabel = "complaint"\ntopic = "refund"',
        "是不是想写「refund」",
    ),
    "a clock out of order": (SUPPORT + 'breach = "5m"', "比 first_reply 还短"),
    "an everyday keyword": (SUPPORT + NOTICE + AT + SIGNUP.format("收到"), "平常"),
    "a line open to others": (
        DESK + '[wechat]\nmanagers = ["m"]\nprovider = "gateway"\nendpoint = "10.0.0.1:8788"',
        "明文",
    ),
    "a byte order mark": (b"\xef\xbb\xbf" + SUPPORT.encode(), "BOM"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "why"), DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_what_is_only_doubtful_is_told_and_taken(
    reading: Read, text: str | bytes, why: str
) -> None:
    found = reading(text)
    assert found.config is not None
    (warning,) = found.warnings
    assert why in warning.text


def test_two_notices_with_one_keyword_in_one_group_are_told(reading: Read) -> None:
    signup = AT + SIGNUP.format("报名")
    both = NOTICE + signup + NOTICE.replace('"n"', '"m"') + signup
    found = reading(SUPPORT + GROUP.format("r1") + both)
    assert ["公告「n」在同一个群里" in warning.text for warning in found.warnings] == [True]


def test_the_support_room_is_no_group(told: Told) -> None:
    (fault,) = told(SUPPORT + GROUP.format("rs"))
    assert "值班群不能同时" in fault


def test_a_support_table_needs_its_room(told: Told) -> None:
    (fault,) = told('[support]\nhours = "Mon 09:00-10:00"')
    assert fault.startswith("1:1: 少了值班群")


@pytest.mark.parametrize(
    "hours",
    [
        "Mon-Fri 09:00-12:00, 13:30-18:00",
        "24/7",
        "每天 20:00-02:00",
        "周一至周五 9点-18点；PH 10:00-16:00",
        "Mon-Sun 00:00-24:00",
    ],
)
def test_hours_are_read_as_the_calendar_reads_them(reading: Read, hours: str) -> None:
    found = reading(f'{DESK}hours = "{hours}"\n{STAFF.format("mei", "小美")}hours = "{hours}"\n')
    assert found.faults == ()
    assert found.config is not None
    assert found.config.support.hours == found.config.support.staff[0].hours == hours


def test_a_fault_in_a_long_list_is_told_at_its_place(told: Told) -> None:
    rules = [f'[[rules]]\nid = "r{n}"\nlabel = "complaint"\nany = ["塌了"]\n' for n in range(450)]
    assert told("".join(rules)) == []
    rules[320] = rules[320].replace("complaint", "complain")
    rules[449] = rules[449].replace("any", "anny")
    assert [fault.split(":")[0] for fault in told("".join(rules))] == ["1283", "1800"]


LACKING = {
    "rules": 2, "words": 1, "lexicons": 3, "corrections": 1, "traits": 3, "groups": 1,
    "support.staff": 2, "support.distributors": 2, "support.snippets": 2, "faq": 3,
    "courses": 3, "quizzes": 4, "materials": 2, "giveaways": 4, "channels": 3,
}  # fmt: skip


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(("table", "lacking"), LACKING.items(), ids=LACKING.keys())
def test_of_an_empty_table_only_what_it_lacks_is_told(
    told: Told, table: str, lacking: int, count: int
) -> None:
    """A giveaway without a start and a list without a label took the whole file with them."""
    faults = told(SUPPORT + f"[[{table}]]\n" * count)
    missing = [fault for fault in faults if "少了「" in fault]
    assert len(missing) == lacking * count
    others = [fault for fault in faults if fault not in missing]
    assert all(fault.startswith(("5:1: ", "6:1: ")) for fault in others)
    assert {fault.partition(": ")[2][:4] for fault in others} <= {"少了 i", "资料没有"}


def test_nothing_is_held_against_what_nobody_wrote(told: Told) -> None:
    faults = told(
        SUPPORT
        + '[[channels]]\nid = "a"\ntitle = "甲店"\nwords = "fan"\n'
        + CHANNEL.format("b", "fan")
        + '[[courses]]\nid = "c"\ntitle = "新手课"\nlessons = "l1"\n'
        + '[[lexicons]]\nidd = "mine"\nlabel = "ad"\nthreshold = 1\nweights = { "加我" = 1 }\n'
        + '[[corrections]]\nlist = "mine"\n'
    )
    assert [fault.split(": ")[0] for fault in faults] == ["8:9", "16:11", "18:1"]
