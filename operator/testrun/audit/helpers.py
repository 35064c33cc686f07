"""What a helper of tests is an own version of, told from its source in each language. Pure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from testrun.audit.model import Helper

SERVER, RUNNER, MOCK, SNAPSHOT, WAIT, BUILDER, FIXTURE, ASSERTIONS = (
    "server", "runner", "mock", "snapshot", "wait", "builder", "fixture", "assertions",
)  # fmt: skip
Patterns = dict[str, re.Pattern[str]]


def _each(python: str, typescript: str, go: str) -> Patterns:
    flags = re.MULTILINE | re.DOTALL
    return {name: re.compile(each, flags) for name, each in (("python", python), ("typescript", typescript), ("go", go))}


_LIBRARY = _each(
    r"tenacity|@retry|backoff\.|stamina|factory\.(?:Factory|django|alchemy|Sequence)|fuzzy\.Base|polyfactory|ModelFactory|mocker\.|create_autospec|"
    r"syrupy|\b(?:Magic|Async)?Mock\(|np\.testing|aiohttp_(?:client|server)\b|Test(?:Client|Server)\(|self\.assert\w+\(",
    r"\b(?:vi|jest)\.\w+\(|sinon\.|expect\.(?:poll|extend)|pRetry|waitFor\(|setupServer|nock\(|faker\.|expect\(|"
    r"\b(?:assert|chai)\.\w*(?:qual|ok|throws|rejects|match)\w*\(|Factory\.define",
    r"wait\.Poll|backoff\.|retry\.|\bEventually\(|gomock\.|mock\.Mock|goldie\.|golden\.|cupaloy\.|\b(?:assert|require)\.\w+\(|"
    r"cmp\.Diff|gofakeit|gomega\.|\bExpect\(",
)
"""A helper that builds on a library is a name for it, and no replacement."""
_SERVES = _each(
    r"class \w+\([\w., ]*(?:HTTPRequestHandler|StreamRequestHandler|BaseRequestHandler|DatagramRequestHandler)\b|"
    r"\b(?:Flask|FastAPI|Bottle|Starlette|Sanic)\([^)]*\).*(?:@\w+\.(?:route|get|post|put)\(|add_url_rule)|"
    r"web\.Application\(.*\.add_(?:get|post|put|route)|\.listen\(.*\.accept\(|asyncio\.start_server\(",
    r"\b(?:net|tls)\.createServer\(.*\.(?:write|end)\(|"
    r"(?<!\bnet\.)(?<!\btls\.)\bcreateServer\(\s*(?:\{[^}]*\}\s*,\s*)?(?:async\s*)?(?:\(|function\b|\w+\s*=>)|\bBun\.serve\(\{|"
    r"\b(?:express\(|[fF]astify\(|new (?:Koa|Hono|Router)\().*\.(?:get|post|put|delete|all)\(\s*[\"'`/].*(?:listen|serve)\(|"
    r"new (?:WebSocket\.)?(?:WebSocket)?Server\(.*\.on\(\s*[\"']connection",
    r"net\.Listen\(.*\.Accept\(\).*(?:\.Write\(|Fprint|io\.Copy|\bgo \w)|http\.ListenAndServe\(|"
    r"http\.Server\{.*(?:Handle|ServeHTTP|ServeMux)\w*\(|(?:Handle|ServeHTTP|ServeMux)\w*\(.*http\.Server\{|"
    r"\*httptest\.Server\b.*^\s+(?!var\b)\w+ +(?:map\[string\]\*?\w*\.?(?:\w*[rR]esponse|\w*[rR]eply|string|int|\[\]byte)|"
    r"\[\]\*?\w*\.?(?:Request|Call|Response|string))\n",
)
_RUNS = _each(
    r"(?:getattr\(|globals\(\)|vars\(|dir\(|getmembers\().*startswith\([\"']test|startswith\([\"']test.*getattr\(|"
    r"except.*(?:failed|failures|errors)(?: \+= 1|\.append\().*(?:passed|failed)|passed \+= 1.*except.*fail",
    r"(?:passed|ok)(?:\+\+| \+= 1|\.push\().*catch.*fail|catch.*fail\w*(?:\+\+| \+= 1|\.push\().*(?:passed|console)",
    r"(?:passed|ok)\+\+.*fail|fail\w*\+\+.*pass|NumMethod\(\).*HasPrefix\([^\n]*\"Test\"|"
    r"recover\(\).*(?:failures|failed) = append",
)
_MOCKS = _each(
    r"def (?:__getattr__|__call__)\(.*\.append\(|\.append\(.*def __getattr__|"
    r"(?:return_value|returns|side_effect|results|responses).*(?:calls\.append|call_count \+=|called (?:= True|\+= 1))|"
    r"def \w+\(\*\w+, \*\*\w+\):.*(?:calls\.append|\.calls\b)|setattr\(.*(?:yield|finally|def (?:__exit__|undo|restore))"
    r".*setattr\(",
    r"\(\.\.\.(\w+)[^)]*\)[^\n]*=>.*\.push\(|\bfunction\b[^\n]*\(\.\.\.\w+[^)]*\).*\.push\(|new Proxy\(.*\.push\(|"
    r"(?:returns?Value|returns|mockReturn\w*|results|responses).*(?:[cC]alls\.push\(|callCount\s*(?:\+\+|\+=))|"
    r"(?:original|saved|previous) = (\w+)\[(\w+)\].*\2\[\3\] =.*\2\[\3\] =",
    r"(?:^\s*\w+\s+func\([^\n]*\)\s*[\w*(\[][^\n]*\n){2}|\b[cC]all(?:s|ed|Count)\b.*\b(?:[rR]eturns?|[rR]esults?|[rR]eturnE\w+|[rR]esponses|[oO]n\w+)\b\s+"
    r"(?:\[\]|map|error|func)",
)
_STORES = re.compile(r"\.(?!\w*(?:[cC]all|[rR]eturn|[rR]esult|[rR]esponse|[cC]ount))\w+\[[^\]\n]+\] = (?!append)")
"""A Go type that keeps what it is given is a fake, which no generator of mocks replaces."""
_MOCK_NAME = re.compile(r"[mM]ock|[fF]ake|[sS]tub|[sS]py|[rR]ecord|[pP]atch|[dD]ouble|[rR]eplace|[sS]wap|[cC]all|[oO]verride")
_GO_SILENT = re.compile(r"`[^`]*`|//[^\n]*|\berr\w* [!=]= nil")
"""Nothing of golden files is said, and nothing compared, by templates, comments and the question whether there was an error."""
_READS = _each(
    r"\.read(?:_text|_bytes|lines)?\(|json\.loads?\(|yaml\.\w*load\(", r"\breadFile(?:Sync)?\(", r"(?:os|ioutil)\.ReadFile\("
)
_WRITES = _each(
    r"\.write(?:_text|_bytes)?\(|json\.dump\(|yaml\.\w*dump\(", r"\bwriteFile(?:Sync)?\(", r"(?:os|ioutil)\.WriteFile\("
)
_GOLDEN = re.compile(r"golden|snapshot|approv|\bupdate|_update|updat(?:e|ing)\b|regen|\bbless|cassette|\brecord", re.IGNORECASE)
_COMPARES = _each(r"assert|==|!=|diff", r"[=!]==|expect|assert|qual|throw", r"==|!=|Equal|diff|Diff")
_LOOPS = _each(
    r"^([ \t]*)(?:async )?(?:while|for)\b(?! not [^\n]*(?i:stop|shutdown|exit|quit|clos))[^\n]*\n"
    r"(?:\1[ \t]+\S[^\n]*\n|[ \t]*\n)*?\1[ \t]+[^\n]*\bsleep\(",
    r"\b(?:while|for(?! (?:await )?\([^\n]* (?:of|in) )|do)\b"
    r".*(?:setTimeout|[sS]leep|[dD]elay|waitForTimeout|pause|wait|timeout)\(|setInterval\(.*resolve|"
    r"\bfunction (\w+)\(.*setTimeout\(\s*(?:\(\) => )?\1\b|"
    r"\bconst (\w+) = (?:async )?\(.*setTimeout\(\s*(?:\(\) => )?\2\b",
    r"^\s*(?:\w+:\s*)?for\b(?![^\n]*\brange (?!\d|[^\n]*(?:[tT]ick|ttempt|[tT]ries|[mM]ax)))"
    r".*(?:time\.(?:Sleep|After)|runtime\.Gosched)\(|time\.(?:NewTicker|Tick)\(.*\bfor\b",
)
_ASKS = _each(
    r"while not |while [^\n]*(?:!=|==| in | is )|(?:while|for)\b[^\n]*:\n.*\b(?:if|try|suppress)\b.*\b(?:return|break|raise)\b",
    r"while \(!|while \([^\n]*(?:!==?|===?)|"
    r"(?:while|for|do|setInterval|function|=>).*\b(?:if|try)\b.*\b(?:return|break|throw|resolve)\b",
    r"\bfor\b.*(?:\bif\b|case <-|for !).*\b(?:return|break|Fatal\w*)\b|for ![^\n]*\{",
)
_GO_FAILS = re.compile(r"if [^{}\n]*err != nil \{[^{}]*\breturn\b[^{}]*\}")
"""A loop that ends because something went wrong did not wait for it."""
_COMMENT = re.compile(r"(?<!:)//[^\n]*")
_GO_LATER = re.compile(r"\breturn [^\n]*\bfunc\([^\n]*\{\n.*?^\t+\}\)?$", re.MULTILINE | re.DOTALL)
"""What is handed back for later is not part of the loop."""
_GO_TAKES = re.compile(r"case [^\n]*:?= <-(?![^\n]*(?:[tT]ick|\.C\b|After|Done))")
_GO_SLEEPS = re.compile(r"time\.(?:Sleep|NewTicker|Tick)\(")
"""A loop that takes what comes of a channel, until no more comes, asks for nothing."""
_NEVER = r"(?!)"
_FLUENT = _each(r"return self$", r"return this;?$", _NEVER)
"""In Go no library builds a struct field by field; gofakeit only fills one."""
_BUILDS = _each(r"def (?:build|create|make|done|get)\w*\(", r"\b(?:build|create|make|done)\w*\(", _NEVER)
_WORLD = re.compile(r"Setup|Harness|Environment|Context|Server|App(?![a-z])|Module|World")
"""What is put together here is what tests run in, and no data."""
_HEADER = re.compile(r"\bfor \([^)]*\)")
_COUNTS = _each(
    r"(?:\+= 1|count\(|next\().*def (?:create|build|make)\w*|def (?:create|build|make)\w*.*(?:\+= 1|count\(|next\()",
    r"\+\+|\+= 1|\bbuildList\b",
    r"(?:\+\+|\+= 1|\.Add\(1\)|AddInt\d+\()",
)
_RANDOM = _each(
    r"random\.(?:choices?|randint|sample|uniform|randrange)\(|secrets\.choice\(", r"Math\.random\(",
    r"\[[^\]\n]*\.(?:Int\w*|N)\(|\brand\.Read\(",
)  # fmt: skip
_DATA = re.compile(r"[\w}\])]@|names\b|words\b|cities", re.IGNORECASE)
_LETTERS = re.compile(r"letters|ascii_|alphabet|charset|chars\b|abcd", re.IGNORECASE)
_SHORT = 8
"""A random word of one loop is no burden."""
_BEGINS = re.compile(r"yield|finally|contextmanager|__exit__|addCleanup|rmtree|tearDown", re.DOTALL)
_STANDS = _each(
    r"tempfile\.\w+\(|mkdtemp\(|os\.environ(?:\[[^\]]+\] =|\.update\(|\.clear\(|\.pop\()|"
    r"sys\.(?:stdout|stderr|argv|stdin) =|redirect_std|os\.chdir\(|"
    r"class \w+\((?:\w+\.)?(?:datetime|date|logging\.Handler)\):",
    r"mkdtemp(?:Sync)?\(.*(?:rm|rmdir|rimraf|remove)(?:Sync)?\(|(?P<env>process\.env(?:\.\w+|\[[^\]]+\])?) = .*"
    r"(?:(?P=env) = |delete process\.env|process\.env = )|"
    r"console(?:\.\w+|\[\w+\]) = |process\.std(?:out|err)\.write = |Date\.now = |\b(?:global(?:This)?|window)\.Date = |"
    r"class \w+ extends Date\b",
    r"(?:os\.MkdirTemp|ioutil\.TempDir)\(.*RemoveAll|os\.Setenv\(|os\.Std(?:out|err) = |os\.Chdir\(.*os\.Chdir\(",
)
_PROBES = re.compile(
    r"\Afunc (?:\([^)]*\) )?\w+\((?![^\n]*(?:\bfunc\(|\btesting\.))[^\n]*\{$.*defer os\.RemoveAll", re.MULTILINE | re.DOTALL
)
"""Makes a folder for itself alone, without a test that could: whether links are to be had."""
_LONG = 50
"""What is longer does something else, and waits, draws or makes a folder for it, too."""
_STARTS = re.compile(r"\bspawn\(|\bexeca\(|Popen\(|subprocess\.run\(|exec\.Command")
_GIVEN = re.compile(r"\bdef \w+\([^)]*\b(?:monkeypatch|tmp_path|tmpdir|capsys|capfd|caplog|mocker)")
"""Has what pytest gives, and adds to it."""
_FREE = re.compile(r"class \w+\((?:\w+\.)?(?:datetime|date|logging\.Handler)\)")
_GENERIC = re.compile(
    r"^(?:_?(?:assert|expect|require|check|must|should|ensure|verify)(?:_?(?:that|is|has|to|be|equals?))?_?)?_?(?:"
    r"(?:not_?|deep_?|are_?)?(?:equals?|eq)(?:_?to)?|not_?equals?|ne|true|false|nil|not_?nil|none|not_?none|null|not_?null|ok|"
    r"(?:not_?)?contains?|includes?|(?:not_?)?in|len(?:gth)?|has_?length|(?:not_?)?empty|raises?|throws?|panics?|rejects|no_?err(?:or)?|"
    r"succe(?:ss|eds)|err(?:or)?|greater(?:_?than)?|less(?:_?than)?|close(?:_?to)?|almost_?equals?|(?:not_?)?match(?:es)?|same|subset|"
    r"json_?eq(?:ual)?|approx|between|sorted|instance_?of|type|dict_?equals?|lists?_?equals?|same_?(?:elements|items))$",
    re.IGNORECASE,
)
_ASSERTING = re.compile(
    r"^_?(?:[sS]oft)?(?:Assert(?:ions?|er|That)?|Expect(?:ation)?s?|Matchers?|Should|Check(?:er)?|Verifier|Subject)$"
)
_GO_SIGNATURE = re.compile(r"\Afunc \w+(?:\[[^\]]*\])?\((.*?)\)[^()\n]*\{$", re.MULTILINE | re.DOTALL)
_GO_OWN = re.compile(
    r"(?:^|,)\s*\w+(?:, \w+)* (?:\.\.\.|\*|\[\w*\]|map\[\w+\])*"
    r"(?!(?:error|string|bool|byte|rune|any|u?int\d*|float\d+|interface|func|chan|"
    r"\w*[tT]esting\w*|context|time|reflect|[A-Z])\b|\w*TB\b)(?:\w+\.)?\w"
)
"""A parameter of a type that testify knows nothing of: who compares that says more than a library could."""
_GO_ANY = re.compile(r"\Afunc \w+\(\w+ \*?testing\.\w+, \w+, \w+ (?:any|interface\{\})\) \{.*\breflect\.DeepEqual\(", re.DOTALL)
_SAID = re.compile(r"^(?:to|is|has|be)(?:_?[bB]e)?_?(?=[A-Za-z])")
_FAILS = _each(r"\bassert\b|\braise\b|fail\(", r"throw new|throw \w|process\.exit", r"\.(?:Error|Fatal|Fail)\w*\(|panic\(")
_METHODS = _each(
    r"^\s+(?:async )?def (\w+)", r"^\s*(?:async )?(\w+)\s*(?::\s*)?(?:=\s*)?\([^\n]*(?:\{|=>)", r"^func \([^)]*\) (\w+)"
)


def _server(helper: Helper, language: str) -> bool:
    return bool(_SERVES[language].search(helper.source))


def _runner(helper: Helper, language: str) -> bool:
    called = language == "typescript" and re.fullmatch(r"it|test|describe|suite|specify", helper.name)
    return bool(called or _RUNS[language].search(helper.source))


def _mock(helper: Helper, language: str) -> bool:
    source = helper.source
    if language == "go":
        source = _COMMENT.sub("", source)
        if not helper.is_class or _STORES.search(source):
            return False
    elif not helper.is_class and helper.size > _LONG:
        return False  # answers as the real thing would
    return bool(_MOCK_NAME.search(helper.name) and _MOCKS[language].search(source))


def _snapshot(helper: Helper, language: str) -> bool:
    if helper.is_class and not _GOLDEN.search(helper.name):
        return False
    source = _GO_SILENT.sub("", helper.source) if language == "go" else helper.source
    both = _READS[language].search(helper.source) and _WRITES[language].search(helper.source)
    return bool(both and _GOLDEN.search(f"{helper.name}\n{source}") and _COMPARES[language].search(source))


def _wait(helper: Helper, language: str) -> bool:
    source = helper.source
    if language == "go":
        source = _GO_LATER.sub("", _GO_FAILS.sub("", source))
        if _GO_TAKES.search(source) and not _GO_SLEEPS.search(source):
            return False
    return (
        not helper.is_class and helper.size <= _LONG and bool(_LOOPS[language].search(source) and _ASKS[language].search(source))
    )


def _builder(helper: Helper, language: str) -> bool:
    source = helper.source
    if _WORLD.search(helper.name):
        return False
    if helper.is_class and len(_FLUENT[language].findall(source)) > 1 and _BUILDS[language].search(source):
        return True
    counts = _COUNTS[language].search(_HEADER.sub("", source))
    if helper.is_class and re.search(r"Factory|Fabricator|Generator", helper.name) and counts:
        return True
    if helper.is_class or helper.size > _LONG or not _RANDOM[language].search(source):
        return False
    return bool(_DATA.search(source) or (helper.size > _SHORT and _LETTERS.search(source)))


def _fixture(helper: Helper, language: str) -> bool:
    found = _STANDS[language].search(helper.source)
    if helper.size > _LONG or _STARTS.search(helper.source):
        return False  # a server or a whole world, for which it makes a folder, too
    if found is None or language != "python":
        return found is not None and not (language == "go" and _PROBES.search(helper.source))
    if _GIVEN.search(helper.source):
        return False
    return bool(_FREE.search(helper.source) or _BEGINS.search(helper.source))


def _assertions(helper: Helper, language: str) -> bool:
    if not _FAILS[language].search(helper.source):
        return False
    if helper.is_class:
        names = _METHODS[language].findall(helper.source)
        return bool(_ASSERTING.match(helper.name)) and sum(bool(_GENERIC.match(_SAID.sub("", each))) for each in names) > 1
    if language == "go":
        signature = _GO_SIGNATURE.search(helper.source)
        if signature is not None and ("," not in signature[1] or _GO_OWN.search(signature[1])):
            return False
    return bool(_GENERIC.match(helper.name) or (language == "go" and _GO_ANY.search(helper.source)))


_KINDS: tuple[tuple[str, Callable[[Helper, str], bool]], ...] = (
    (SERVER, _server), (RUNNER, _runner), (MOCK, _mock), (SNAPSHOT, _snapshot), (WAIT, _wait), (BUILDER, _builder),
    (FIXTURE, _fixture), (ASSERTIONS, _assertions),
)  # fmt: skip


_ENOUGH = 12_000
"""So many characters tell what a helper is; the patterns take long over more."""


def extends_library(helper: Helper, language: str) -> bool:
    """Whether a class is one of a library's, by its first line."""
    return helper.is_class and _LIBRARY[language].search(helper.source.partition("\n")[0]) is not None


def kind(helper: Helper, language: str) -> str | None:
    """What it is an own version of; None: it is of this repository, or builds on a library."""
    if len(helper.source) > _ENOUGH:
        helper = dataclasses.replace(helper, source=helper.source[:_ENOUGH])
    found = next((name for name, looks in _KINDS if looks(helper, language)), None)
    if found is None or (helper.name == "main" and found != RUNNER):
        return None  # a program, which something starts beside the tests
    others = re.sub(rf"\b{re.escape(helper.name.rpartition('.')[2])}\b", "", helper.source)
    return None if _LIBRARY[language].search(others) else found
