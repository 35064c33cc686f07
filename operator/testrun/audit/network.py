"""Which calls of a test reach a network, a database or a cluster, in each language's libraries. Pure."""

from __future__ import annotations

import re

from testrun.audit.model import Call, SourceFile

LOCAL = re.compile(
    r"localhost|127\.0\.0\.1|\[?::1\]?|0\.0\.0\.0|example\.(?:com|org|net)|\.(?:test|invalid|local|example)\b|"
    r"testserver|:memory:|sqlite"
)
REMOTE = re.compile(r"""^[bf]?["'`](?:https?|wss?|tcp|amqp|postgres(?:ql)?|mysql|mongodb|redis)://(?!\$?\{)""")
ASKS = {
    "python": re.compile(
        r"^(?:requests|httpx)\.(?:get|post|put|patch|delete|head|request)$|^(?:urllib\.request\.)?urlopen$|"
        r"^websockets\.connect$"
    ),
    "typescript": re.compile(
        r"^(?:global(?:This)?\.)?fetch$|^axios(?:\.(?:get|post|put|patch|delete|request))?$|^got(?:\.\w+)?$|"
        r"^https?\.(?:get|request)$"
    ),
    "go": re.compile(r"^http\.(?:Get|Post|PostForm|Head)$|^grpc\.(?:Dial|DialContext|NewClient)$"),
}
"""Asks a URL: it matters which."""
OPENS = {
    "python": re.compile(
        r"^socket\.create_connection$|^(?:psycopg2?|asyncpg|pymysql|mysql\.connector|aiomysql)\.connect$|"
        r"^(?:pymongo\.)?MongoClient$|"
        r"^redis\.(?:Redis|StrictRedis|from_url)$|^(?:kubernetes\.)?config\.(?:load_kube_config|load_incluster_config)$|"
        r"^docker\.(?:from_env|DockerClient)$|^(?:\w+\.)?(?:Postgres|MySql|Redis|Kafka|MongoDb|"
        r"Docker)Container$|^boto3\.(?:client|resource)$|"
        r"^(?:paramiko\.)?SSHClient$|^smtplib\.SMTP$|^sync_playwright$|^async_playwright$|^pika\.BlockingConnection$"
    ),
    "typescript": re.compile(
        r"^net\.(?:connect|createConnection)$|^mongoose\.connect$|^(?:MongoClient|amqp(?:lib)?)\.connect$|^chromium\.launch$|"
        r"^puppeteer\.launch$|^(?:\w+\.)?loadFrom(?:Default|Cluster)$|^mysql\.create(?:Connection|Pool)$"
    ),
    "go": re.compile(
        r"^net\.(?:Dial|DialTimeout)$|^(?:sql|sqlx|gorm|pgx|pgxpool)\.(?:Open|Connect|New)$|^redis\.NewClient$|^mongo\.Connect$|"
        r"^rest\.InClusterConfig$|^clientcmd\.BuildConfigFromFlags$|^testcontainers\.GenericContainer$|^dockertest\.NewPool$|"
        r"^client\.NewClientWithOpts$|^amqp\.Dial$|^\w+\.RunContainer$"
    ),
}
_REAL = re.compile(r"child_process|execa|^(?:node:)?net$|mongo|amqp|playwright|puppeteer|kubernetes|mysql")
"""Modules of JavaScript whose names are what they seem."""


def is_known(file: SourceFile, call: Call) -> bool:
    """Whether the name is what it seems: `exec` is imported from child_process, `sql` is database/sql."""
    head = call.name.partition(".")[0]
    modules = {here.rpartition(".")[2] if not there else here: each.module for each in file.imports for there, here in each.names}
    if file.language != "typescript":
        return head in {*modules, *(each.module.partition(".")[0] for each in file.imports)}
    return "loadFrom" in call.name or _REAL.search(modules.get(head, "")) is not None
