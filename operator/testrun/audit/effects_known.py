"""The calls of each language's standard library and known clients that have an effect. Data."""

from __future__ import annotations

import dataclasses
import re

FILE, REMOVES, HTTP, DATABASE, MESSAGE, CLOUD, MAIL, CLUSTER, PROCESS = (
    "writes a file", "deletes a file", "sends an HTTP request", "writes to a database",
    "publishes a message", "writes to a cloud service", "sends mail", "changes a cluster", "starts a process",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """``name`` must match the whole callee, in full; ``needs`` a module that the file imports; ``given`` an argument, ``lacks``
    none.
    """

    kind: str
    name: re.Pattern[str]
    needs: re.Pattern[str] | None = None
    given: re.Pattern[str] | None = None
    lacks: re.Pattern[str] | None = None


def _known(kind: str, name: str, *, needs: str = "", given: str = "", lacks: str = "") -> Known:
    def pattern(source: str) -> re.Pattern[str] | None:
        return re.compile(source) if source else None

    return Known(kind, re.compile(name), pattern(needs), pattern(given), pattern(lacks))


_SQL = (
    r"(?i)^(?:[\w.]*(?:text|sql|raw)\()?(?:[bfru]|\$\w*)*[\"'`]+\s*(?:insert\s+(?:or \w+ )?into\b|"
    r"update\s+\S+\s+(?:as \w+ )?set\b|"
    r"delete\s+from\b|(?:create|drop|alter)\s+(?:or replace |temporary |unique |materialized )*(?:table|index|view|"
    r"database|schema|"
    r"role|user|extension|type|sequence|function|trigger)\b|truncate\b|merge\s+into\b|replace\s+into\b|grant\b|revoke\b)"
)
SQL = re.compile(_SQL)
"""A query that changes something."""
_CLIENT = r"(?:\w+\.)*_?(?:(?:http|async|api|rest|aio)_?)*(?:[sS]ession|[cC]lient|http)"
_VERB = r"(?i)^(?:method=)?(?:\w+\.)?[\"']?(?:Method)?(?:post|put|patch|delete)[\"']?$"

_PYTHON = (
    _known(FILE, r"(?:(?:io|codecs|gzip|bz2|lzma|aiofiles)\.)?open|.*\.open",
           given=r"^(?:mode=)?[\"'](?:[rbtU]*[wax][bt+]*|r[bt]*\+[bt]*)[\"']$"),
    _known(FILE, r".*\.write_(?:text|bytes)|os\.(?:rename|replace|renames|symlink|link)|shutil\.(?:copy\w*|move)"),
    _known(REMOVES, r"os\.(?:remove|unlink|rmdir|removedirs)|shutil\.rmtree"),
    _known(REMOVES, r".*\.unlink", needs=r"^pathlib"),
    _known(HTTP, r"(?:requests|httpx)\.(?:post|put|patch|delete)"),
    _known(HTTP, r"(?:requests|httpx)\.request", given=_VERB),
    _known(HTTP, rf"{_CLIENT}\.(?:post|put|patch|delete)", needs=r"^(?:requests|httpx|aiohttp)\b"),
    _known(HTTP, r"urllib\.request\.(?:urlopen|Request)", given=r"^(?:data=(?!None)|method=[\"'](?:POST|PUT|PATCH|DELETE))"),
    _known(DATABASE, r".*\.(?:execute|executemany|executescript|exec|fetchval|fetchrow|fetch|run|query|exec_driver_sql|sql)",
           given=_SQL),
    _known(DATABASE, r".*\.(?:execute|exec|scalars?)", needs=r"^(?:sqlalchemy|sqlmodel)\b", given=r"^(?:\w+\.)?(?:insert|"
    r"update|delete)\("),
    _known(DATABASE, r"(?:\w+\.)*_?(?:\w*session|db|\w*_db|conn|connection|\w+_conn|tx|cnx)\.commit",
           needs=r"^(?:sqlalchemy|sqlmodel|psycopg2?|sqlite3|aiosqlite|pymysql|MySQLdb|mysql|flask_sqlalchemy|asyncpg|"
           r"pyodbc|oracledb)\b"),
    _known(DATABASE, r"(?:\w+\.)*db\.session\.commit"),
    _known(DATABASE, r".*\.objects\.(?:create|bulk_create|bulk_update|update_or_create|get_or_create)|"
                     r".*\.objects\.(?:\w+\(\)\.)*(?:update|delete)"),
    _known(DATABASE, r"(?!super|form|serializer)(?:\w+\.)*\w+\.(?:save|delete)", needs=r"^django\.|(?:^|\.)models(?:\.|$)",
           lacks=r"^(?!update_fields=|force_\w+=|commit=|using=)"),
    _known(DATABASE, r".*\.(?:insert|update|delete|replace)_(?:one|many)|.*\.find_one_and_(?:update|delete|replace)",
           needs=r"^(?:pymongo|motor|bson|beanie)\b"),
    _known(MESSAGE, r"(?:\w+\.)*\w*[pP]roducer\.(?:send|produce|send_and_wait|publish)"),
    _known(MESSAGE, r".*\.basic_publish"),
    _known(MESSAGE, r"(?:\w+\.)*\w*(?:publisher|exchange|default_exchange|channel)\.publish",
           needs=r"^(?:google\.cloud|aio_pika|kombu|pika|amqp)\b"),
    _known(MESSAGE, r"(?:\w+\.)*_?(?:nc|js|nats|jetstream)\.publish", needs=r"^nats\b"),
    _known(MESSAGE, r"(?:\w+\.)*_?(?:r|redis|\w*redis\w*|client|conn|connection)\.(?:publish|xadd|"
    r"[lr]push)", needs=r"^(?:redis|aioredis)\b"),
    _known(MESSAGE, r".*\.(?:apply_async|send_task)|\w+\.delay", needs=r"^celery\b|(?:^|\.)tasks$"),
    _known(CLOUD, r".*\.(?:put_object|upload_file|upload_fileobj|delete_objects?|copy_object|send_message|"
    r"send_message_batch|publish|"
                  r"put_item|update_item|delete_item|batch_write_item|put_records?|put_parameter|put_secret_value|"
                  r"create_secret|"
                  r"delete_secret|send_email|send_raw_email|put_events|create_bucket|delete_bucket|start_execution|run_task)",
           needs=r"^(?:boto3|botocore|aiobotocore|aioboto3)\b"),
    _known(CLOUD, r".*\.(?:upload_from_(?:string|file|filename)|upload_blob|delete_blob|fput_object|remove_objects?)"),
    _known(CLOUD, r".*\.(?:put_object|make_bucket)", needs=r"^minio\b"),
    _known(MAIL, r".*\.(?:sendmail|send_message)", needs=r"^(?:smtplib|aiosmtplib)\b"),
    _known(MAIL, r"django\.core\.mail\.(?:send_mail|send_mass_mail|mail_admins|mail_managers)"),
    _known(CLUSTER, r".*\.(?:create|patch|delete|replace)_(?:namespaced|cluster|collection_namespaced)_\w+|"
                    r".*\.(?:create|patch|delete|replace)_(?:namespace|node|persistent_volume)"),
    _known(PROCESS, r"subprocess\.(?:run|Popen|call|check_call|check_output|getoutput)|os\.(?:system|popen|kill|killpg|"
    r"exec[lv]p?e?)|"
                    r"asyncio\.create_subprocess_(?:exec|shell)"),
)  # fmt: skip

_FS = r"(?:fs|fs/promises|fs-extra|graceful-fs)(?:\.(?:promises|default))?"
_AXIOS = r"^(?:axios|got|ky|superagent|undici|ofetch|@angular/common/http|@nestjs/axios)\b"
_TYPESCRIPT = (
    _known(FILE, rf"{_FS}\.(?:writeFile|appendFile|rename|copyFile|cp|symlink|truncate|outputFile|outputJson|outputJSON|"
    rf"writeJson|"
                 r"writeJSON|copy|move)(?:Sync)?|"
                 rf"{_FS}\.createWriteStream|Deno\.(?:writeTextFile|writeFile|rename)(?:Sync)?|Bun\.write"),
    _known(REMOVES, rf"{_FS}\.(?:unlink|rm|rmdir|remove|emptyDir)(?:Sync)?|Deno\.remove(?:Sync)?|rimraf(?:\.\w+)?"),
    _known(HTTP, r"(?:(?:globalThis|window|global|self)\.)?fetch|axios|got|ky|ofetch(?:\.\w+)?|\$fetch|undici\.(?:fetch|"
    r"request)",
           given=r"\bmethod: *[\"'](?:POST|PUT|PATCH|DELETE|post|put|patch|delete)\b"),
    _known(HTTP, r"(?:axios|got|ky|superagent)(?:\.default)?\.(?:post|put|patch|delete|del)"),
    _known(HTTP, r"(?:this\.|\w+\.)?_?(?:\w*[aA]xios\w*|http|httpClient|httpService)\.(?:post|put|patch|"
    r"delete)", needs=_AXIOS),
    _known(DATABASE, r".*\.(?:query|execute|run|exec|\$executeRaw(?:Unsafe)?|raw|unsafe|queryRaw|none|one|prepare|"
    r"batch)", given=_SQL),
    _known(DATABASE, r"(?:this\.)?_?(?:prisma\w*|\w*[pP]rismaService|\w*[pP]rismaClient|tx)\.(?:\w+\.)?\w+\.(?:create|"
    r"createMany|"
                     r"createManyAndReturn|update|updateMany|upsert|delete|deleteMany)",
           needs=r"[pP]risma"),
    _known(DATABASE, r"(?:this\.)?\w*(?:[rR]epository|[rR]epo|[mM]anager)\.(?:save|insert|update|delete|remove|softDelete|"
    r"softRemove|upsert)",
           needs=r"^(?:typeorm|@nestjs/typeorm)$"),
    _known(DATABASE, r"(?:\w+\.)*em\.(?:flush|persistAndFlush|removeAndFlush|nativeUpdate|nativeDelete|"
    r"nativeInsert)", needs=r"mikro-orm"),
    _known(DATABASE, r"(?:\w+\.)*\w+\.(?:insertOne|insertMany|replaceOne|bulkWrite|findOneAndUpdate|findOneAndDelete|"
                     r"findByIdAndUpdate|findByIdAndDelete)"),
    _known(DATABASE, r".*\.(?:update|delete)(?:One|Many)", needs=r"mongo|typegoose"),
    _known(DATABASE, r"(?:.*\bcollection\(.*\)|(?:\w+\.)*(?:\w*(?:[mM]odel|[cC]ollection)|[A-Z]\w*))\."
                     r"(?:update|delete)(?:One|Many)"),
    _known(DATABASE, r"(?:\w+\.)*(?:db|tx|trx|database|drizzle)\.(?:insert|update|delete)(?:\(.*)?", needs=r"^drizzle-orm"),
    _known(DATABASE, r"(?:\w+\.)*(?:db|tx|trx|knex|database)\(.*\)(?:\..*)?\.(?:insert|update|delete|del)", needs=r"^knex$"),
    _known(MESSAGE, r"(?:\w+\.)*\w*[pP]roducer\.(?:send|sendBatch|produce)"),
    _known(MESSAGE, r"(?:\w+\.)*\w*(?:[cC]hannel|ch)\.(?:publish|sendToQueue)", needs=r"amqp"),
    _known(MESSAGE, r"(?:\w+\.)*\w*(?:nc|nats|js)\.publish", needs=r"^(?:nats|@nats-io/)"),
    _known(MESSAGE, r"(?:\w+\.)*\w*(?:[rR]edis|[pP]ub|[pP]ublisher|client)\.(?:publish|xAdd|xadd|"
    r"[lr][pP]ush)", needs=r"^(?:redis|ioredis)$"),
    _known(MESSAGE, r"(?:\w+\.)*\w*[qQ]ueue\.(?:add|addBulk)", needs=r"^(?:bull|bullmq|@nestjs/bull(?:mq)?)$"),
    _known(MESSAGE, r".*\.publishMessage", needs=r"@google-cloud/pubsub"),
    _known(CLOUD, r".*\.send", given=r"^new (?:Put|Delete|Send|Publish|Create|Update|Copy|Upload|BatchWrite|Transact|Start|"
    r"Complete)\w*Command\("),
    _known(CLOUD, r".*\.(?:putObject|deleteObjects?|copyObject|sendEmail|putItem|deleteItem|updateItem|uploadData|uploadFile|"
                  r"uploadStream|deleteBlob)", needs=r"^(?:aws-sdk|@aws-sdk/|@azure/|minio)"),
    _known(MAIL, r".*\.sendMail|(?:sgMail|\w*[sS]endgrid)\.(?:send|sendMultiple)|.*resend\.emails\.send"),
    _known(CLUSTER, r".*\.(?:create|patch|delete|replace)(?:Namespaced|Cluster|"
    r"CollectionNamespaced)\w+", needs=r"@kubernetes/client-node"),
    _known(PROCESS, r"child_process\.(?:exec|execFile|spawn|fork)(?:Sync)?|(?:execa\.)?(?:execa|execaSync|execaCommand)|"
    r"execa"),
)  # fmt: skip

_GO_BUILDS = r"^(?:http\.Method(?:Post|Put|Patch|Delete)|\"(?:POST|PUT|PATCH|DELETE)\")$"
_VERSION = r"(?:V\d(?:(?:alpha|beta)\d)?)"
_KUBE = r"Create|Update|Patch|Delete|DeleteAllOf|DeleteCollection|Apply"
_AWS = r"aws-sdk-go"
_GO = (
    _known(FILE, r"os\.(?:WriteFile|Rename|Create|Truncate|Symlink|Link)|io/ioutil\.WriteFile|(?:\w+/)*renameio\.WriteFile"),
    _known(FILE, r"os\.OpenFile", given=r"O_(?:WRONLY|RDWR|CREATE|APPEND|TRUNC)"),
    _known(REMOVES, r"os\.(?:Remove|RemoveAll)"),
    _known(HTTP, r"net/http\.(?:Post|PostForm)|(?:\w+\.)*(?:http\w*|client|c|Client|HTTPClient|"
    r"httpClient)\.PostForm", needs=r"^net/http$"),
    _known(HTTP, r"net/http\.NewRequest(?:WithContext)?", given=_GO_BUILDS),
    _known(DATABASE, r".*\.(?:Exec|ExecContext|MustExec|MustExecContext|NamedExec|NamedExecContext|Query|QueryContext|"
    r"QueryRow|"
                     r"QueryRowContext|QueryRowx|Prepare|PrepareContext|Queue)", given=_SQL),
    _known(DATABASE, r"(?:\w+\.)*\w*[tT]x\.Commit", needs=r"^database/sql$|/pgx|/sqlx$|gorm"),
    _known(DATABASE, r"(?:\w+\.)*(?:db|DB|tx|conn|gorm|database)(?:\(\))?(?:\..*)?\.(?:Create|Save|Updates?|Delete|"
    r"FirstOrCreate)",
           needs=r"gorm\.io/gorm|jinzhu/gorm"),
    _known(DATABASE, r".*\.(?:InsertOne|InsertMany|UpdateOne|UpdateMany|UpdateByID|DeleteOne|DeleteMany|ReplaceOne|"
    r"FindOneAndUpdate|"
                     r"FindOneAndDelete|FindOneAndReplace|BulkWrite)"),
    _known(DATABASE, r"(?:\w+\.)*(?:\w*[dD]oc\w*\(?.*\)?|\w+Ref|tx|batch)\.(?:Set|Create|Update|"
    r"Delete)", needs=r"cloud\.google\.com/go/firestore"),
    _known(MESSAGE, r".*\.(?:WriteMessages|SendMessages?|Produce)", needs=r"kafka|sarama"),
    _known(MESSAGE, r".*\.(?:Publish|PublishWithContext|PublishMsg|PublishAsync)",
           needs=r"nats|amqp|cloud\.google\.com/go/pubsub|redis|watermill|paho|" + _AWS),
    _known(MESSAGE, r".*\.(?:XAdd|[LR]Push)", needs=r"redis"),
    _known(CLOUD, r".*\.(?:PutObject|DeleteObjects?|CopyObject|SendMessage|SendMessageBatch|PutItem|UpdateItem|DeleteItem|"
    r"BatchWriteItem|"
                  r"PutRecords?|SendEmail|PutParameter|CreateSecret|DeleteSecret|"
                  r"PutSecretValue)(?:WithContext)?", needs=_AWS),
    _known(CLOUD, r".*\.(?:PutObject|FPutObject|RemoveObjects?|MakeBucket|CopyObject)", needs=r"minio-go"),
    _known(CLOUD, r".*\.Object\(.*\)(?:\..*)?\.(?:NewWriter|Delete)", needs=r"cloud\.google\.com/go/storage"),
    _known(CLOUD, r".*\.(?:UploadBuffer|UploadStream|UploadFile|DeleteBlob)", needs=r"azblob"),
    _known(MAIL, r"net/smtp\.SendMail|.*\.DialAndSend(?:WithContext)?"),
    _known(CLUSTER, rf"(?:\w+\.)*(?:[cC]lient|[cC]|\w*Client|r|cl|cli|kube|k8s|kubeClient|kclient)(?:\(\))?\.(?:{_KUBE})",
           needs=r"sigs\.k8s\.io/controller-runtime", given=r"^(?:ctx|context\.\w+\(.*|\w*[cC]tx)$"),
    _known(CLUSTER, r"(?:\w+\.)*(?:\w*[cC]lient|[cC]|r|cl)\.(?:Status|SubResource)\(.*\)\.(?:Update|"
    r"Patch)", needs=r"sigs\.k8s\.io/controller-runtime"),
    _known(CLUSTER, rf".*{_VERSION}\(\)\.\w+\(.*\)\.(?:{_KUBE}|UpdateStatus|ApplyStatus|Evict\w*)|"
    rf".*\.Resource\(.*\)\.(?:{_KUBE}|UpdateStatus)",
           needs=r"k8s\.io/(?:client-go|api)"),
    _known(PROCESS, r"(?:\w+\.)*(?:cmd|command)\.(?:Run|Start|Output|CombinedOutput)|"
    r"os/exec\.Command(?:Context)?\(.*\)\.(?:Run|Start|Output|"
                    r"CombinedOutput)", needs=r"^os/exec$"),
    _known(PROCESS, r"os\.StartProcess|syscall\.(?:Kill|Exec)"),
)  # fmt: skip

KNOWN: dict[str, tuple[Known, ...]] = {"python": _PYTHON, "typescript": _TYPESCRIPT, "go": _GO}
