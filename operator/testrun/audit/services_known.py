"""The libraries by which code talks to services, and those that answer in place of a service in tests. Data.

A name is a module, or what it begins with; one that ends with ``*`` is the beginning of a word. The languages share one table: no
two mean another thing by one name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_VERSION = re.compile(r"\.(?:v\d+|js)$")


class Libraries:
    def __init__(self, rows: Mapping[str, str]) -> None:
        names = {name: means for means, names in rows.items() for name in names.split()}
        self._names = {name: means for name, means in names.items() if not name.endswith("*")}
        self._begun = {name[:-1]: means for name, means in names.items() if name.endswith("*")}

    def of(self, module: str) -> str | None:
        """What is known of a module, by the longest beginning that is."""
        sep = "/" if "/" in module else "."
        words = module.split(sep)
        for end in range(len(words), 0, -1):
            name = _VERSION.sub("", sep.join(words[:end]))
            if name in self._names:
                return self._names[name]
        first = _VERSION.sub("", words[0])
        if first.startswith(tuple(self._begun)) and first.replace("_", "").isalnum():
            return next(means for name, means in self._begun.items() if first.startswith(name))
        return None


_HTTP = """
requests httpx aiohttp urllib3 http.client niquests pycurl treq zeep websocket websockets
axios got ky node-fetch undici ofetch superagent request cross-fetch isomorphic-fetch @nestjs/axios needle graphql-request
github.com/go-resty/resty github.com/hashicorp/go-retryablehttp github.com/gorilla/websocket github.com/imroc/req
"""
_SQL = """
psycopg psycopg2 psycopg_pool asyncpg pymysql MySQLdb mysql aiomysql cx_Oracle oracledb pyodbc pymssql
pg pg-promise postgres mysql2 mariadb mssql tedious @vercel/postgres @planetscale/database
database/sql github.com/lib/pq github.com/jackc/pgx github.com/go-sql-driver/mysql github.com/jmoiron/sqlx github.com/go-pg/pg
github.com/microsoft/go-mssqldb github.com/denisenkom/go-mssqldb github.com/sijms/go-ora
"""
_MAPPERS = """
sqlalchemy sqlmodel typeorm sequelize knex kysely drizzle-orm mikro-orm prisma @prisma/client
gorm.io/gorm gorm.io/driver xorm.io/xorm entgo.io/ent github.com/uptrace/bun
"""
_VENDORS = """
stripe twilio mailgun* mailjet postmark mailchimp* sendgrid sib-api-v3 brevo resend nodemailer mailersend slack* discord*
telegram telegraf firebase* supabase upstash cloudinary algolia* meilisearch typesense elasticsearch* opensearch* openai
anthropic cohere mistralai ollama pinecone* qdrant* weaviate* chromadb milvus pymilvus redis ioredis aioredis valkey mongodb
mongoose pymongo motor cassandra* couchbase couchdb nano neo4j* influxdb* clickhouse* snowflake* minio kafkajs kafka
confluent_kafka aiokafka amqplib amqp aio_pika pika kombu nats mqtt paho bull bullmq ldapjs ldapts ldap ldap3 ssh2* paramiko
asyncssh basic-ftp ftplib smtplib imaplib poplib aiosmtplib paypal* braintree plaid* octokit github gitlab pygithub jira notion*
hubspot salesforce jsforce zendesk shopify dropbox googleapis googleapiclient gspread msal auth0 okta keycloak* slixmpp aioxmpp
hvac consul etcd* kazoo memcache memcached memjs pymemcache pylibmc bmemcached aiomcache boto boto3 botocore aioboto3
aiobotocore aws-sdk s3fs libcloud docker dockerode kubernetes kubernetes_asyncio web-push expo-server-sdk vonage messagebird
plivo nexmo telnyx mixpanel amplitude segment posthog sentry_sdk datadog statsd pysnmp serial yahoo-finance2 yfinance coingecko*
alphavantage google.cloud azure grpc @google-cloud @elastic @vercel/kv @vercel/blob @netlify/blobs
node:net node:tls node:dgram
github.com/aws/aws-sdk-go github.com/aws/aws-sdk-go-v2 github.com/Azure/azure-sdk-for-go github.com/Azure/go-autorest
github.com/redis/go-redis github.com/go-redis/redis github.com/gomodule/redigo github.com/valkey-io/valkey-go
github.com/segmentio/kafka-go github.com/IBM/sarama github.com/Shopify/sarama github.com/twmb/franz-go
github.com/confluentinc/confluent-kafka-go github.com/nats-io/nats.go github.com/rabbitmq/amqp091-go github.com/streadway/amqp
github.com/eclipse/paho.mqtt.golang github.com/minio/minio-go github.com/bradfitz/gomemcache github.com/gocql/gocql
github.com/elastic/go-elasticsearch github.com/olivere/elastic github.com/opensearch-project/opensearch-go
github.com/influxdata/influxdb-client-go github.com/ClickHouse/clickhouse-go github.com/stripe/stripe-go
github.com/twilio/twilio-go github.com/sendgrid/sendgrid-go github.com/slack-go/slack github.com/google/go-github
github.com/xanzy/go-gitlab github.com/docker/docker/client github.com/docker/go-connections github.com/go-ldap/ldap
github.com/hashicorp/vault/api github.com/hashicorp/consul/api github.com/hashicorp/nomad/api github.com/gosnmp/gosnmp
github.com/miekg/dns github.com/pkg/sftp github.com/cloudflare/cloudflare-go github.com/linode/linodego
github.com/digitalocean/godo github.com/sashabaranov/go-openai cloud.google.com/go google.golang.org/api
google.golang.org/grpc go.mongodb.org/mongo-driver go.etcd.io/etcd k8s.io/client-go
sigs.k8s.io/controller-runtime/pkg/client gopkg.in/mgo gopkg.in/gomail gopkg.in/ldap net/smtp
"""
_STAND_INS = {
    "": """
        responses respx requests_mock httpretty aioresponses pytest_httpx pytest_httpserver vcr betamax @pollyjs/core
        nock msw fetch-mock jest-fetch-mock axios-mock-adapter mockserver-client wiremock*
        gopkg.in/h2non/gock github.com/h2non/gock github.com/jarcoal/httpmock gopkg.in/dnaeon/go-vcr
        github.com/dnaeon/go-vcr httptest
    """,
    "redis": "fakeredis birdisle ioredis-mock redis-mock redis-memory-server github.com/alicebob/miniredis",
    "boto|aws|s3": "moto aws-sdk-client-mock aws-sdk-client-mock-jest aws-sdk-client-mock-vitest",
    "mongo|motor": "mongomock*",
    "sql|pg|postgres|database|gorm|knex|typeorm": """
        github.com/DATA-DOG/go-sqlmock gopkg.in/DATA-DOG/go-sqlmock github.com/pashagolub/pgxmock pg-mem
    """,
    "smtp|mail": "nodemailer-mock aiosmtpd smtpdfix",
    "stripe": "stripe-mock",
    "k8s|kubernetes": "k8s.io/client-go/kubernetes/fake sigs.k8s.io/controller-runtime/pkg/client/fake",
}


RECORDERS = frozenset({"vcr", "betamax", "@pollyjs/core", "gopkg.in/dnaeon/go-vcr", "github.com/dnaeon/go-vcr"})
"""Those that answer as the service once did."""
HTTP, SQL, MAPPER, VENDOR = "http", "sql", "mapper", "vendor"
CLIENTS = Libraries({HTTP: _HTTP, SQL: _SQL, MAPPER: _MAPPERS, VENDOR: _VENDORS})
"""What a library talks to."""
STAND_INS = Libraries(_STAND_INS)
"""The service that a library answers for, as a pattern; empty: any of HTTP."""
