"""Which things outside code talks to, told from what it imports and calls; and what stands in for them in tests. Pure."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator
from typing import NamedTuple

from testrun.audit import mentions
from testrun.core.text import plain

HTTP = "an HTTP service"
PROCESS = "a process"
_VENDORS = (
    r"stripe|twilio|mailgun\w*|mailjet|postmark|mailchimp\w*|sendgrid|sib-api-v3|brevo|resend|nodemailer|mailersend|slack\w*|discord\w*|"
    r"telegram|telegraf|firebase\w*|supabase|upstash|cloudinary|algolia\w*|meilisearch|typesense|elasticsearch\w*|opensearch\w*|openai|"
    r"anthropic|cohere|mistralai|ollama|pinecone\w*|qdrant\w*|weaviate\w*|chromadb|milvus|pymilvus|redis|ioredis|aioredis|valkey|mongodb|"
    r"mongoose|pymongo|motor|cassandra\w*|couchbase|couchdb|nano|neo4j\w*|influxdb\w*|clickhouse\w*|snowflake\w*|minio|kafkajs|kafka|"
    r"confluent_kafka|aiokafka|amqplib|amqp|aio_pika|pika|kombu|nats|mqtt|paho|bull|bullmq|ldapjs|ldapts|ldap3?|ssh2\w*|paramiko|asyncssh|"
    r"basic-ftp|ftplib|smtplib|imaplib|poplib|aiosmtplib|paypal\w*|braintree|plaid\w*|octokit|github|gitlab|pygithub|jira|notion\w*|"
    r"hubspot|salesforce|jsforce|zendesk|shopify|dropbox|googleapis|googleapiclient|gspread|msal|auth0|okta|keycloak\w*|slixmpp|aioxmpp|hvac|consul|"
    r"etcd\w*|kazoo|memcached?|memjs|pymemcache|pylibmc|bmemcached|aiomcache|boto3?|botocore|aioboto3|aiobotocore|aws-sdk|s3fs|"
    r"libcloud|docker|dockerode|kubernetes|kubernetes_asyncio|web-push|expo-server-sdk|vonage|messagebird|plivo|nexmo|telnyx|"
    r"mixpanel|amplitude|segment|posthog|sentry_sdk|datadog|statsd|pysnmp|serial|yahoo-finance2|yfinance|coingecko\w*|alphavantage"
)
_SQL = r"pg|pg-promise|postgres|mysql2?|mariadb|mssql|oracledb|tedious|knex|typeorm|sequelize|kysely|drizzle-orm|mikro-orm|prisma"
_MODULES = {
    "python": re.compile(
        r"(?P<http>requests|httpx|aiohttp|urllib3|http\.client|niquests|pycurl|treq|zeep|websockets?)(?:\.|$)|"
        r"(?P<sql>psycopg2?|psycopg_pool|asyncpg|pymysql|MySQLdb|mysql|aiomysql|cx_Oracle|oracledb|pyodbc|sqlalchemy|sqlmodel|pymssql)(?:\.|$)|"
        rf"(?P<other>{_VENDORS})(?:\.|$)|google\.cloud(?:\.|$)|azure(?:\.|$)|grpc(?:\.|$)|\w+_sdk(?:\.|$)"
    ),
    "typescript": re.compile(
        r"(?P<http>axios|got|ky|node-fetch|undici|ofetch|superagent|request|cross-fetch|isomorphic-fetch|@nestjs/axios|needle|"
        r"graphql-request)$|"
        rf"(?P<sql>(?:@\w[\w-]*/)?(?:{_SQL}))(?:/|$)|@prisma/client$|@vercel/postgres$|@planetscale/database$|"
        rf"(?P<other>@?(?:{_VENDORS}))(?:/|\.js$|$)|@(?:[\w-]+/)(?:{_VENDORS})(?:\.js)?$|@(?:aws-sdk|google-cloud|azure|elastic|"
        r"grpc|vercel/kv|vercel/blob|netlify/blobs)(?:/|$)|(?:@[\w-]+/)?[\w-]*(?:-sdk|sdk-)[\w-]*$|node:(?:net|tls|dgram)$"
    ),
    "go": re.compile(
        r"(?P<http>github\.com/(?:go-resty/resty|hashicorp/go-retryablehttp|gorilla/websocket|imroc/req))(?:/|$)|"
        r"(?P<sql>github\.com/(?:lib/pq|jackc/pgx|go-sql-driver/mysql|jmoiron/sqlx|go-pg/pg|uptrace/bun|microsoft/go-mssqldb|"
        r"denisenkom/go-mssqldb|sijms/go-ora)|database/sql|gorm\.io/gorm|gorm\.io/driver|xorm\.io/xorm|entgo\.io/ent)(?:/|$)|"
        r"(?P<other>github\.com/(?:aws/aws-sdk-go(?:-v2)?|Azure/azure-sdk-for-go|Azure/go-autorest|redis/go-redis|go-redis/redis|"
        r"gomodule/redigo|valkey-io/valkey-go|segmentio/kafka-go|IBM/sarama|Shopify/sarama|twmb/franz-go|confluentinc/confluent-kafka-go|"
        r"nats-io/nats\.go|rabbitmq/amqp091-go|streadway/amqp|minio/minio-go|bradfitz/gomemcache|elastic/go-elasticsearch|"
        r"olivere/elastic|opensearch-project/opensearch-go|stripe/stripe-go|twilio/twilio-go|sendgrid/sendgrid-go|slack-go/slack|"
        r"google/go-github|xanzy/go-gitlab|docker/docker/client|docker/go-connections|go-ldap/ldap|hashicorp/(?:vault|consul|nomad)/api|"
        r"gocql/gocql|influxdata/influxdb-client-go|ClickHouse/clickhouse-go|eclipse/paho\.mqtt\.golang|"
        r"gosnmp/gosnmp|miekg/dns|pkg/sftp|cloudflare/cloudflare-go|linode/linodego|digitalocean/godo|sashabaranov/go-openai)|"
        r"cloud\.google\.com/go|google\.golang\.org/api|go\.mongodb\.org/mongo-driver|go\.etcd\.io/etcd|k8s\.io/client-go|"
        r"sigs\.k8s\.io/controller-runtime/pkg/client|google\.golang\.org/grpc|gopkg\.in/(?:mgo|gomail|ldap)|net/smtp)(?:[./]|$)|"
        r"[\w.-]+\.\w+/(?:[\w.-]+/)?[\w.-]*(?:-sdk|sdk-|-api-go|-api-client)[\w.-]*(?:/|$)"
    ),
}
"""Modules whose use means to talk to something; ``http`` and ``sql`` say what, of others the module does."""
_MAPPERS = re.compile(r"sqlalchemy|sqlmodel|sequelize|typeorm|knex|kysely|drizzle|mikro-orm|prisma|gorm|xorm|entgo|uptrace/bun")
_CALLS = {
    "python": re.compile(
        rb"(?<!self\.)(?<!def )\b(?:urlopen|create_connection|HTTPS?Connection)\(|\bsubprocess\.(?:run|Popen|check_\w+|call)\("
    ),
    "typescript": re.compile(
        rb"(?:\bawait|\breturn|=|\(|=>|,|\bvoid)\s*(?:(?:globalThis|window)\.)?\$?fetch\(|\bhttps?\.(?:get|request)\(|"
        rb"\bnew (?:WebSocket|XMLHttpRequest)\("
    ),
    "go": re.compile(
        rb"\bhttp\.(?:NewRequest(?:WithContext)?|Get|Post|PostForm|Head)\(|\bhttp\.(?:Client\{|DefaultClient)|"
        rb"\b(?:net|tls)\.Dial\w*\(|\bsmtp\.SendMail\(|\bsql\.Open\(|\bexec\.Command(?:Context)?\("
    ),
}
_ASKS = {
    "github.com/miekg/dns": re.compile(rb"\bdns\.(?:(?:Exchange|Dial)\w*\(|(?:Client|Transfer)\b)"),
    "google.golang.org/grpc": re.compile(rb"\bgrpc\.(?:(?:Dial\w*|NewClient)\(|ClientConn)"),
    "@prisma/client": re.compile(rb"\bPrismaClient\b|\bprisma\."),
    "github.com/gorilla/websocket": re.compile(rb"\bwebsocket\.(?:\w*Dialer|NewClient)\b"),
}
"""Libraries of a protocol, which who answers imports too, or of types; and the code that asks by them."""
_FOR_TYPES = {
    "python": re.compile(
        rb"^if (?:typing\.)?TYPE_CHECKING:[^\n]*\n(?:[ \t]+[^\n]*\n|\r?\n)*|"
        rb"^from \S+ import (?:\w*(?:Error|Exception|Timeout|Response|Auth)\b(?: as \w+)?(?:, )?)+$",
        re.MULTILINE,
    ),
    "typescript": re.compile(rb"^import type\b[^;'\"]*['\"][^'\"\n]*['\"]", re.MULTILINE),
}
"""Imports that are gone when the code runs, or that only name what others raise and return."""
_NAMES_ONLY = re.compile(r"(?:^|[./])(?:types?|structures|exceptions?|errors?|status_codes|auth|aws)$|[./]utils?(?:[./]|$)")
"""What is there to name things with, and helpers."""
_NEAR = re.compile(r"[.~#/]|@/|src/|node:")
"""What a file of TypeScript, or a package of Python, imports of the files beside it."""
_SHOWS = re.compile(r"(?:^|/)(?:react|preact|vue|svelte|solid-js|@angular/core|@mui/[\w-]+|next)(?:/|$)")
"""What is on a screen is no adapter."""
_LONG = 200


class Talk(NamedTuple):
    to: str
    """What it talks to, for people."""
    by: str
    """The module, or the call."""

    @property
    def is_met_by_units(self) -> bool:
        """A unit test that mocks none runs the program, or has a database: who maps objects to one seldom tests without."""
        return self.to == PROCESS or _MAPPERS.search(self.by) is not None


def talks(language: str, data: bytes, names: Collection[str] = ()) -> list[Talk]:
    """What code may talk to: each module that is known, and then the first call. Empty: nothing, or it is on a screen. Where
    something is known, a module that has one of ``names`` is more likely it.
    """
    if language == "typescript" and any(map(_SHOWS.match, _modules(language, data))):
        return []
    runs = _FOR_TYPES[language].sub(b"", data) if language in _FOR_TYPES else data
    found = [talk for module in _modules(language, runs) if (talk := _by_module(language, module)) and _asks(module, data)]
    call = _CALLS[language].search(mentions.spoken(language, data)) if _CALLS[language].search(data) else None
    found += [_by_call(call[0])] if call is not None else []
    if not all(each.is_met_by_units for each in found):
        found += [Talk("", each) for each in _modules(language, runs) if _is_named(each, names)]
    return list(dict.fromkeys(found))


def _is_named(module: str, names: Collection[str]) -> bool:
    told = plain(module)
    return not _NEAR.match(module) and module not in sys.stdlib_module_names and any(name in told for name in names)


def _by_module(language: str, module: str) -> Talk | None:
    match = _MODULES[language].match(module) if not _NAMES_ONLY.search(module) else None
    if match is None:
        return None
    groups = match.groupdict()
    return Talk(HTTP if groups.get("http") else "a database" if groups.get("sql") else "", module)


def knows(language: str, module: str) -> bool:
    """Whether a module is one that talks to something."""
    return _by_module(language, module) is not None


def _asks(module: str, data: bytes) -> bool:
    return all(asks.search(data) for library, asks in _ASKS.items() if f"{module}/".startswith(f"{library}/"))


def _by_call(call: bytes) -> Talk:
    name = call.decode("ascii", "replace").strip(" (=>,{\n\t")
    for word in ("await", "return", "void"):
        name = name.removeprefix(word).strip(" (")
    if re.search(r"subprocess|exec\.", name):
        return Talk(PROCESS, name)
    return Talk("the network" if re.search(r"Dial|create_connection", name) else HTTP, name)


def _modules(language: str, data: bytes) -> Iterator[str]:
    return (each.decode("ascii", "replace") for each in mentions.modules(language, data) if len(each) < _LONG)


_STAND_INS = re.compile(
    r"^(?:responses|respx|requests_mock|httpretty|aioresponses|pytest_httpx|pytest_httpserver|vcr|betamax|nock|msw|fetch-mock|"
    r"jest-fetch-mock|axios-mock-adapter|.*gock|.*httpmock|.*go-vcr.*|moto|aws-sdk-client-mock\S*|fakeredis|birdisle|ioredis-mock|"
    r"redis-mock|redis-memory-server|.*miniredis.*|mongomock\S*|.*go-sqlmock|.*pgxmock.*|pg-mem|nodemailer-mock|stripe-mock|"
    r"mockserver-client|wiremock\S*|aiosmtpd|smtpdfix|k8s\.io/client-go/kubernetes/fake|sigs\.k8s\.io/controller-runtime/pkg/client/fake)"
    r"(?:[./]|$)"
)
_FOR_HTTP = re.compile(
    r"responses|respx|requests_mock|httpretty|aioresponses|httpx|httpserver|vcr|betamax|nock|msw|fetch|axios|gock|httpmock|"
    r"mockserver|wiremock|httptest"
)
_FOR = (
    ("redis", re.compile(r"redis")),
    ("moto|aws-sdk-client-mock", re.compile(r"boto|aws|s3")),
    ("mongomock", re.compile(r"mongo|motor")),
    ("sqlmock|pgxmock|pg-mem", re.compile(r"sql|pg|postgres|database|gorm|knex|typeorm")),
    ("nodemailer|smtp", re.compile(r"smtp|mail")),
    ("stripe", re.compile(r"stripe")),
    ("kubernetes|controller-runtime", re.compile(r"k8s|kubernetes")),
)


def is_stand_in(module: str) -> bool:
    """Whether a library answers in place of a service."""
    return _STAND_INS.match(module) is not None


def stands_in(library: str, talk: Talk) -> bool:
    """Whether a library that answers does so for that service. A vendor's own client mostly asks by HTTP."""
    for words, services in _FOR:
        if re.search(words, library):
            return services.search(talk.by.lower()) is not None
    sql = talk.to in ("a database", PROCESS) or re.search(r"redis|mongo|kafka|amqp|pika|nats|mqtt|ldap|smtp|grpc", talk.by)
    return _FOR_HTTP.search(library) is not None and not sql
