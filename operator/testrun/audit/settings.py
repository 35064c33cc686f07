"""What a setting is, wherever it is written: what kind of value it holds, and which names are of the same one. Pure."""

from __future__ import annotations

import dataclasses
import enum
import functools
import re


class Kind(enum.Enum):
    """The more telling first: of the parts of a value, the first that is known is told."""

    URL = "URL"
    IMAGE = "image"
    CREDENTIAL = "credential"
    PLACE = "address"
    """Host and port."""
    NAMESPACE = "namespace"
    HOST = "host"
    PORT = "port"


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A value, or one that it is made of: of a URL also its host, its port and its password."""

    kind: Kind
    value: str


_KINDS = {
    **dict.fromkeys(("url", "dsn", "endpoint"), Kind.URL),
    **dict.fromkeys(("host", "server", "address", "broker", "brokers", "servers", "domain", "origin"), Kind.HOST),
    **dict.fromkeys(("port", "nodeport", "ports"), Kind.PORT),
    **dict.fromkeys(("namespace",), Kind.NAMESPACE),
    **dict.fromkeys(("image", "container"), Kind.IMAGE),
    **dict.fromkeys(("password", "secret", "token", "apikey", "accesskey", "secretkey"), Kind.CREDENTIAL),
}
_ALIKE = {
    "postgresql": "postgres", "pg": "postgres", "psql": "postgres", "database": "db", "mongodb": "mongo", "rabbit": "rabbitmq",
    "addr": "address", "hostname": "host", "uri": "url", "baseurl": "url", "passwd": "password", "pwd": "password",
    "pass": "password", "ns": "namespace", "img": "image",
}  # fmt: skip
_FILLERS = frozenset({
    "a", "the", "my", "our", "this", "self", "test", "tests", "testing", "fixture", "default", "defaults", "const",
    "base", "full", "config", "configuration", "cfg", "conf", "setting", "settings", "options", "opts", "params",
    "value", "values", "data", "stringdata", "env", "environment", "environ", "process", "os", "global", "spec",
    "auth", "e2e", "integration", "name", "number", "images", "service", "svc", "services", "deployment",
    "kubernetes", "k8s", "target", "external", "internal", "remote", "d", "m",
})  # fmt: skip
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_JOINED = re.compile(r"(?<=[Aa]ccess)[_-]?(?=[Kk]ey)|(?<=[Aa]pi)[_-]?(?=[Kk]ey)|(?<=[Ss]ecret)[_-]?(?=[Kk]ey)|(?<=[Nn]ode)(?=P)"
                     r"|(?<=API)_?(?=K[Ee][Yy])|(?<=ACCESS)_(?=KEY)|(?<=SECRET)_(?=KEY)")  # fmt: skip


@functools.lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words that tell names apart, in order, in one spelling: ``TEST_PG_ADDR`` is postgres and address."""
    name = _JOINED.sub("\0", name)
    joined = [each.lower() for piece in re.split(r"[^A-Za-z0-9\0]+", name) for each in _pieces(piece)]
    return tuple(_ALIKE.get(each, each) for each in joined if each not in _FILLERS)


def _pieces(name: str) -> list[str]:
    if "\0" not in name:
        return _WORD.findall(name)
    left, _, right = name.partition("\0")
    before, after = _pieces(left), _pieces(right)
    return [*before[:-1], (before[-1] if before else "") + (after[0] if after else ""), *after[1:]]


def kind_of(name: str) -> Kind | None:
    """What kind of value a name promises, by its last word."""
    told = words(name)
    if not told:
        return None
    return _KINDS.get(told[-1])


_URL = re.compile(
    r"(?:jdbc:)?(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^:@/\s]*(?::(?P<password>[^@/\s]*))?@)?"
    r"(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9_][A-Za-z0-9_.-]*)(?::(?P<port>\d{2,5}))?(?P<rest>[/?#]\S*)?"
)
_PLACE = re.compile(r"(?P<host>[A-Za-z][\w.-]*|\d+(?:\.\d+){3}):(?P<port>\d{2,5})(?:/[\w-]*)?")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_IMAGE = re.compile(
    r"(?P<repository>(?:[a-z0-9.-]+(?::\d+)?/)?[a-z0-9._/-]*[a-z0-9])(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_HOLE = re.compile(r"\$\{?|\{\{|\{\}|<[^>]*>|%[sdv]|^\s*$|(?<![a-z])your(?![a-z])", re.IGNORECASE)
"""Something is put in here later: it is not the value yet."""
_FLAG = re.compile(
    r"(?:kubectl|helm|stern)\b.* (?:-n|--namespace)[ =]([a-z0-9][a-z0-9-]*)(?= |$)|^--namespace=([a-z0-9][a-z0-9-]*)$"
)
"""A namespace in a command."""
_PORTS = range(20, 65536)


def parts(name: str, value: str) -> list[Part]:
    """What a value under a name is; nothing when it is no setting of a kind that we know."""
    if len(value) > 400 or "\n" in value:
        return []
    url = _URL.match(value)
    if url is not None:
        return _of_url(url, value)
    flag = _FLAG.search(value)
    if flag is not None:
        return [Part(Kind.NAMESPACE, flag[1] or flag[2])]
    if _HOLE.search(value) or " " in value:
        return []
    kind = kind_of(name)
    if kind is Kind.PORT:
        return [Part(kind, value)] if value.isascii() and value.isdecimal() and int(value) in _PORTS else []
    if kind is Kind.NAMESPACE:
        return [Part(kind, value)] if _HOST.fullmatch(value) else []
    if kind is Kind.CREDENTIAL:
        return [Part(kind, value)] if len(value) > 2 and not value.isspace() else []
    place = _PLACE.fullmatch(value)
    if place is not None and kind is not Kind.IMAGE:
        return _of_place(place["host"], place["port"])
    if kind in (Kind.HOST, Kind.URL):
        return [Part(Kind.HOST, value)] if _HOST.fullmatch(value) and not value.isdecimal() else []
    if kind is Kind.IMAGE or "/" in value:
        image = _IMAGE.fullmatch(value)
        if image is not None and (image["tag"] or image["digest"]):
            return [Part(Kind.IMAGE, plain_image(value))]
    return []


def _of_url(url: re.Match[str], value: str) -> list[Part]:
    found = [] if _HOLE.search(value) or url.end() != len(value) else [Part(Kind.URL, value.removeprefix("jdbc:").rstrip("/"))]
    if url["password"] and not _HOLE.search(url["password"]):
        found.append(Part(Kind.CREDENTIAL, url["password"]))
    return found + _of_place(url["host"], url["port"] or "")


def _of_place(host: str, port: str) -> list[Part]:
    found = [Part(Kind.HOST, host.lower())]
    return [Part(Kind.PLACE, f"{host.lower()}:{port}"), *found, Part(Kind.PORT, port)] if port else found


def plain_image(image: str) -> str:
    return image.removeprefix("docker.io/").removeprefix("library/")


def repository_of(image: str) -> str:
    """An image without its tag and digest."""
    match = _IMAGE.fullmatch(image)
    return match["repository"] if match is not None else image


_LOCAL = re.compile(
    r"localhost$|127\.|0\.0\.0\.0$|\[?::1\]?$|host\.docker\.internal$|(?:.*\.)?example\.(?:com|org|net)$|"
    r".*\.(?:test|invalid|example|localhost)$|.*(?<!\.cluster)\.local$"
    r"|(?:www\.)?(?:github\.com|googleapis\.com|docker\.io|w3\.org)$"
)
_USUAL = {
    Kind.PORT: frozenset({
        "22", "25", "53", "80", "389", "443", "465", "587", "1025", "1234", "1433", "1521", "1883", "2181", "2379", "3000",
        "3001", "3306", "4000", "4200", "4222", "4317", "4318", "4566", "5000", "5001", "5173", "5432", "5433", "5672", "6379",
        "6432", "6443", "7000", "7687", "8000", "8001", "8008", "8025", "8080", "8081", "8082", "8086", "8123", "8200", "8443",
        "8500", "8888", "9000", "9001", "9042", "9090", "9091", "9092", "9093", "9200", "9999", "10000", "11211", "12345",
        "14268", "15672", "16686", "26257", "26379", "27017", "50051",
    }),
    Kind.NAMESPACE: frozenset({
        "default", "kube-system", "kube-public", "test", "tests", "testing", "dev", "prod", "production", "staging",
        "ns", "a", "b", "foo", "bar", "my-namespace",
    }),
}  # fmt: skip
"""So many use them that two who do need not mean the same."""
_USUAL_CREDENTIAL = re.compile(
    r"(?:0x)?(.)\1*|.*example.*|(?:access|admin|api|app|auth|aws|change|client|credential|db|default|dev|dummy|e2e|elastic|fake|for|guest|"
    r"invalid|jwt|key|local|me|minio|mock|mongo|my|mysql|pass|password|postgres|pw|rabbitmq|random|redis|root|s3|sample|secret|"
    r"session|some|super|test|tests|testing|this|token|user|valid|your|[\W\d_])+",
    re.IGNORECASE,
)
"""One letter again and again, an example of somebody's documentation, or made of words for what it is."""


def is_local(host: str) -> bool:
    """A host that is the same everywhere, or means nobody's."""
    return bool(_LOCAL.match(host))


def tells(part: Part) -> bool:
    """Whether a value is so special that who writes it twice means the same setting."""
    match part.kind:
        case Kind.URL | Kind.PLACE | Kind.HOST:
            place = part.value.partition("://")[2].rpartition("@")[2] or part.value
            host, *more = re.split(r"[:/?#]", place, maxsplit=1)
            if is_local(host) or "." in host or ("-" in host and part.kind is not Kind.HOST):
                return not is_local(host)
            # One word is what compose calls a service: `redis:6379` is everybody's.
            port = re.match(r"\d+", "".join(more))
            return part.kind is not Kind.HOST and port is not None and not is_usual(Part(Kind.PORT, port[0]))
        case Kind.IMAGE:
            return not part.value.endswith(":latest") and not is_usual(part)
        case Kind.CREDENTIAL:
            return len(part.value) >= 8 and not part.value.isalpha() and not is_usual(part)  # one word may be anybody's
        case Kind.NAMESPACE:
            return "-" in part.value and not is_usual(part)
        case Kind.PORT:
            return len(part.value) > 4 and not is_usual(part)
    return not is_usual(part)


_BASES = frozenset({"alpine", "busybox", "debian", "golang", "hello-world", "nginx", "node", "pause", "python", "ubuntu"})
"""Images in which anything runs."""


def is_usual(part: Part) -> bool:
    if part.kind is Kind.IMAGE:
        return repository_of(part.value).rpartition("/")[2] in _BASES
    if part.kind is Kind.CREDENTIAL and _USUAL_CREDENTIAL.fullmatch(part.value):
        return True
    return part.value.lower() in _USUAL.get(part.kind, ())
