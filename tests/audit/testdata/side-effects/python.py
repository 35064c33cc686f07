# --- positive: a file is written: unverified @ shop/export.py
def export_orders(path, orders):
    with open(path, "w") as file:
        file.write("\n".join(orders))
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a text is written by pathlib: unverified @ shop/receipt.py
from pathlib import Path

def keep_receipt(folder, order):
    Path(folder, f"{order.id}.txt").write_text(order.text)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a file is deleted: unverified @ shop/archive.py
import os

class Archive:
    def forget(self, name):
        os.remove(os.path.join(self.root, name))
# +++ tests/test_archive.py
from shop.archive import Archive

def test_names():
    assert Archive("/srv").names() == []
# --- positive: a tree is deleted: unverified @ shop/cache.py
from shutil import rmtree

def drop_cache(root):
    rmtree(root / "cache")
# +++ tests/test_cache.py
from shop import cache

def test_size():
    assert cache.size({}) == 0
# --- positive: a post: unverified @ shop/hooks.py
import requests

def notify_partner(url, order):
    requests.post(url, json={"id": order.id})
# +++ tests/test_hooks.py
from shop.hooks import parse

def test_parse():
    assert parse("a=1") == {"a": "1"}
# --- positive: a session deletes: unverified @ shop/partner.py
import httpx

class Partner:
    def __init__(self):
        self.client = httpx.Client()

    def cancel_contract(self, number):
        return self.client.delete(f"/contracts/{number}")
# +++ tests/test_partner.py
from shop.partner import Partner

def test_partner():
    assert Partner().contracts == []
# --- positive: rows are inserted: unverified @ shop/store.py
def insert_row(cursor, row):
    cursor.execute("INSERT INTO orders VALUES (?, ?)", row)
# +++ tests/test_store.py
from shop.store import find

def test_find():
    assert find({}, 1) is None
# --- positive: rows are deleted, in a long text: unverified @ shop/purge.py
async def purge_old(connection, day):
    await connection.execute(
        """
        DELETE FROM orders
        WHERE day < $1
        """,
        day,
    )
# +++ tests/test_purge.py
from shop.purge import age

def test_age():
    assert age(3) == 4
# --- positive: a session commits: unverified @ shop/accounts.py
from sqlalchemy.orm import Session

def open_account(session: Session, name):
    session.add(Account(name=name))
    session.commit()
# +++ tests/test_accounts.py
from shop.accounts import Account

def test_name():
    assert Account(name="a").name == "a"
# --- positive: a model of Django is made: unverified @ shop/signup.py
from shop.models import Customer

def sign_up(name):
    return Customer.objects.create(name=name)
# +++ tests/test_signup.py
from shop import signup

def test_valid():
    assert signup.is_valid("ada")
# --- positive: Mongo is written to: unverified @ shop/events.py
from pymongo import MongoClient

def keep_event(collection, event):
    collection.insert_one(event)
# +++ tests/test_events.py
from shop.events import kind

def test_kind():
    assert kind({"k": 1}) == 1
# --- positive: Kafka: unverified @ shop/stream.py
from confluent_kafka import Producer

class Stream:
    def emit_order(self, order):
        self.producer.produce("orders", order.json())
# +++ tests/test_stream.py
from shop.stream import Stream

def test_topic():
    assert Stream().topic == "orders"
# --- positive: a queue of RabbitMQ: unverified @ shop/rabbit.py
def tell_warehouse(channel, body):
    channel.basic_publish(exchange="", routing_key="orders", body=body)
# +++ tests/test_rabbit.py
def test_nothing_of_it():
    assert sum([1]) == 1
# --- positive: Redis publishes: unverified @ shop/live.py
import redis

r = redis.Redis()

def push_price(item, price):
    r.publish("prices", f"{item}={price}")
# +++ tests/test_live.py
from shop.live import parse

def test_parse():
    assert parse("a=1") == ("a", 1)
# --- positive: an object of S3: unverified @ shop/images.py
import boto3

def store_image(name, data):
    boto3.client("s3").put_object(Bucket="images", Key=name, Body=data)
# +++ tests/test_images.py
from shop.images import key

def test_key():
    assert key("a") == "a.png"
# --- positive: a message of SQS: unverified @ shop/jobs.py
import boto3

sqs = boto3.client("sqs")

def enqueue_job(job):
    sqs.send_message(QueueUrl="q", MessageBody=job)
# +++ tests/test_jobs.py
from shop.jobs import name

def test_name():
    assert name(1) == "job-1"
# --- positive: mail: unverified @ shop/mail.py
import smtplib

def send_invoice(address, text):
    with smtplib.SMTP("mail") as server:
        server.sendmail("shop", [address], text)
# +++ tests/test_mail.py
from shop.mail import subject

def test_subject():
    assert subject(3) == "Invoice 3"
# --- positive: a pod is deleted: unverified @ shop/pods.py
from kubernetes import client

def evict(name, namespace):
    client.CoreV1Api().delete_namespaced_pod(name, namespace)
# +++ tests/test_pods.py
from shop.pods import phase

def test_phase():
    assert phase({}) == "Unknown"
# --- positive: a process: unverified @ shop/deploy.py
import subprocess

def roll_out(chart):
    subprocess.run(["helm", "upgrade", "shop", chart], check=True)
# +++ tests/test_deploy.py
from shop.deploy import version

def test_version():
    assert version("a:1") == "1"
# --- positive: what is read of a process that changes things: unverified @ shop/release.py
import subprocess

def tag_release(version):
    return subprocess.run(["git", "tag", version], capture_output=True).stdout
# +++ tests/test_release.py
from shop.release import bump

def test_bump():
    assert bump("1.0") == "1.1"
# --- positive: a method that only a class nobody tests calls: unverified @ shop/sync.py
import requests

class Sync:
    def run(self):
        self.push_all()

    def push_all(self):
        requests.put("https://partner.shop.io/all", json={})
# +++ tests/test_sync.py
from shop.other import run

def test_run():
    assert run(3) == 3
# --- positive: a route that no test asks: unverified @ shop/api.py
from fastapi import APIRouter
from sqlmodel import Session

router = APIRouter()

@router.post("/refunds/{number}")
def refund(session: Session, number: int):
    session.commit()
# +++ tests/test_api.py
def test_orders(client):
    assert client.get("/orders").status_code == 200
# --- positive: a test names only what stands beside it, hooks: unverified @ shop/hooks.py
import requests

def notify_partner(session, order):
    requests.post("https://partner.shop.io", json={"id": order})
    return True


def hooks_label(day):
    return day.title()
# +++ tests/test_hooks.py
from shop.hooks import hooks_label


def test_label():
    assert hooks_label("a") == "A"
# --- positive: a test names only what stands beside it, purge: unverified @ shop/purge.py
def purge_old(cursor, day):
    return cursor.execute("DELETE FROM orders WHERE day < ?", (day,)).fetchall()


def purge_label(day):
    return day.title()
# +++ tests/test_purge.py
from shop.purge import purge_label


def test_label():
    assert purge_label("a") == "A"
# --- positive: a test names only what stands beside it, mail: unverified @ shop/mail.py
import smtplib

def send_invoice(server, text):
    smtplib.SMTP("mail").sendmail("shop", ["a"], text)
    return {"ok": True}


def mail_label(day):
    return day.title()
# +++ tests/test_mail.py
from shop.mail import mail_label


def test_label():
    assert mail_label("a") == "A"
# --- positive: a test names only what stands beside it, jobs: unverified @ shop/jobs.py
import boto3

def enqueue_job(sqs, job):
    sqs.send_message(QueueUrl="q", MessageBody=job)
    return job


def jobs_label(day):
    return day.title()
# +++ tests/test_jobs.py
from shop.jobs import jobs_label


def test_label():
    assert jobs_label("a") == "A"
# --- negative: the file is read back @ shop/export.py
def export_orders(path, orders):
    with open(path, "w") as file:
        file.write("\n".join(orders))
# +++ tests/test_export.py
from shop.export import export_orders

def test_export(tmp_path):
    export_orders(tmp_path / "a", ["x"])
    assert (tmp_path / "a").read_text() == "x"
# --- negative: the stand-in is asked @ shop/hooks.py
import requests

def notify_partner(order):
    requests.post("https://partner.shop.io", json={"id": order})
# +++ tests/test_hooks.py
from unittest.mock import patch
from shop.hooks import notify_partner

@patch("shop.hooks.requests.post")
def test_notify(post):
    notify_partner(3)
    post.assert_called_once_with("https://partner.shop.io", json={"id": 3})
# --- negative: responses answers, and would miss it @ shop/hooks.py
import requests

def notify_partner(order):
    return requests.post("https://partner.shop.io", json={"id": order}).ok
# +++ tests/test_hooks.py
import responses
from shop.hooks import notify_partner

@responses.activate
def test_notify():
    responses.post("https://partner.shop.io", match=[])
    assert notify_partner(3)
# --- negative: through what calls it @ shop/export.py
def export_all(path, orders):
    _write(path, sorted(orders))

def _write(path, orders):
    with open(path, "w") as file:
        file.write("\n".join(orders))
# +++ tests/test_export.py
from shop.export import export_all

def test_export(tmp_path):
    export_all(tmp_path / "a", ["x"])
    assert (tmp_path / "a").read_text() == "x"
# --- negative: through another module @ shop/checkout.py
from shop.store import insert_row

def check_out(cart, cursor):
    insert_row(cursor, cart.row())
# +++ shop/store.py
def insert_row(cursor, row):
    cursor.execute("INSERT INTO orders VALUES (?, ?)", row)
# +++ tests/test_checkout.py
from shop.checkout import check_out

def test_check_out(cart, db):
    check_out(cart, db)
    assert db.rows() == [(1, 2)]
# --- negative: a route that a test asks @ shop/api.py
from fastapi import APIRouter
from sqlmodel import Session

router = APIRouter()

@router.post("/refunds/{number}")
def give_back(session: Session, number: int):
    session.commit()
# +++ tests/test_api.py
def test_refunds(client, number):
    client.post(f"/refunds/{number}")
    assert client.get("/refunds").json() == [number]
# --- negative: a command that a test calls @ shop/cli.py
import click

@click.command("drop-cache")
def dropping():
    with open("cache", "w") as file:
        file.write("")
# +++ tests/test_cli.py
def test_drop(run, path):
    run("drop-cache")
    assert path.read_text() == ""
# --- negative: a file is only read @ shop/load.py
def load_orders(path):
    with open(path) as file:
        return file.read().split()
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: read as bytes @ shop/load.py
def load_image(path):
    with open(path, "rb") as file:
        return file.read()
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: a temporary folder is cleared @ shop/convert.py
import shutil, tempfile

def convert_image(data):
    tmp_dir = tempfile.mkdtemp()
    shutil.rmtree(tmp_dir)
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: a get @ shop/prices.py
import requests

def fetch_prices():
    return requests.get("https://prices.shop.io").json()
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: rows are read @ shop/store.py
def all_rows(cursor):
    return cursor.execute("SELECT * FROM orders").fetchall()
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: a process is asked @ shop/version.py
import subprocess

def current_revision():
    return subprocess.check_output(["git", "rev-parse", "HEAD"])
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: a process whose output is taken @ shop/version.py
import subprocess

def helm_version():
    return subprocess.run(["helm", "version"], capture_output=True, text=True).stdout
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: a dictionary is updated @ shop/cache.py
def remember(cache, key, value):
    cache.update({key: value})
    cache.delete(key)
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: a script @ scripts/seed_shop.py
import requests

def seed_orders():
    requests.post("https://shop.io/orders", json={})
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: a migration @ shop/migrations/m0001_orders.py
def upgrade_orders(cursor):
    cursor.execute("CREATE TABLE orders (id int)")
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: an example @ examples/client.py
import requests

def place_order():
    requests.post("https://shop.io/orders", json={})
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: a repository without tests of that language @ shop/hooks.py
import requests

def notify_partner(order):
    requests.post("https://partner.shop.io", json={"id": order})
# --- negative: the main function @ shop/main.py
def main():
    with open("orders", "w") as file:
        file.write("")
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: outside of any function @ shop/boot.py
import os

os.rename("a", "b")
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: a buffer is written to @ shop/render.py
import io

def render_page(parts):
    buffer = io.StringIO()
    for part in parts:
        buffer.write(part)
    return buffer.getvalue()
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: a router's decorator is no request @ shop/api.py
from fastapi import APIRouter

router = APIRouter()

@router.post("/refunds")
def refunds():
    return []
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: a list of sends that is no client @ shop/actors.py
class Actor:
    def tell(self, other):
        other.send("hello")
        self.publish("x")
# +++ tests/test_cart.py
def test_sum():
    assert sum([1]) == 1
# --- negative: the row is read back @ shop/store.py
def insert_row(cursor, row):
    cursor.execute("INSERT INTO orders VALUES (?, ?)", row)
# +++ tests/test_store.py
from shop.store import insert_row

def test_insert(cursor):
    insert_row(cursor, (1, 2))
    assert cursor.execute("SELECT * FROM orders").fetchall() == [(1, 2)]
# --- negative: a fake keeps what was sent @ shop/stream.py
class Stream:
    def emit_order(self, order):
        self.producer.send("orders", order)
        return "sent"
# +++ tests/test_stream.py
from shop.stream import Stream

def test_emit(fake):
    assert Stream(fake).emit_order(1) == "sent"
    assert fake.sent == [("orders", 1)]
# --- negative: a helper of the tests looks @ shop/receipt.py
from pathlib import Path

def keep_receipt(folder, text):
    Path(folder, "a.txt").write_text(text)
# +++ tests/test_receipt.py
from shop.receipt import keep_receipt

def assert_kept(folder, text):
    assert (folder / "a.txt").read_text() == text

def test_keep(tmp_path):
    keep_receipt(tmp_path, "x")
    assert_kept(tmp_path, "x")
# --- negative: one test of two looks @ shop/jobs.py
import boto3

def enqueue_job(sqs, job):
    sqs.send_message(QueueUrl="q", MessageBody=job)
    return job
# +++ tests/test_jobs.py
from shop.jobs import enqueue_job

def test_enqueue(sqs):
    assert enqueue_job(sqs, "a") == "a"

def test_what_is_sent(sqs):
    enqueue_job(sqs, "a")
    sqs.send_message.assert_called_once_with(QueueUrl="q", MessageBody="a")
# --- negative: a class that is made by a tested one @ shop/shop.py
from shop.archive import Archive

class Shop:
    def __init__(self):
        self.archive = Archive()

    def close_year(self):
        self.archive.forget("2025")
# +++ shop/archive.py
import os

class Archive:
    def forget(self, name):
        os.remove(name)
# +++ tests/test_shop.py
from shop.shop import Shop

def test_close(files):
    Shop().close_year()
    assert files() == []
# --- negative: what Python calls by itself @ shop/pidfile.py
import os

class PidFile:
    def __exit__(self, *_):
        os.unlink(self.path)
# +++ tests/test_pidfile.py
from shop.pidfile import PidFile

def test_gone(path):
    with PidFile(path):
        pass
    assert not path.exists()
# --- negative: through the package @ shop/__init__.py
from shop.export import export_orders
# +++ shop/export.py
def export_orders(path):
    with open(path, "w") as file:
        file.write("x")
# +++ tests/test_shop.py
import shop

def test_export(path):
    shop.export_orders(path)
    assert path.read_text() == "x"
# --- positive: a route that no test asks for: unverified @ shop/views.py
def refund(request):
    Refund.objects.create(order=request.order)
# +++ shop/urls.py
from shop import views

urlpatterns = [path("refunds/<int:number>/", views.refund, name="refund"), path("orders/", views.orders)]
# +++ tests/test_orders.py
from django.test import Client
from shop import urls

def test_orders():
    assert Client().get("/orders/").json() == []
# --- positive: a route of one page, of which another is tested: unverified @ shop/api.py
@app.route("/orders/<number>/close", methods=["POST"])
def close_order(number):
    db.session.commit()

@app.route("/orders")
def orders():
    return []
# +++ tests/test_api.py
from shop.api import app

def test_orders():
    assert app.test_client().get("/orders").json == []
# --- negative: a table of routes has it @ shop/views.py
def ping_by_name(request, name):
    Check.objects.create(name=name)
# +++ shop/urls.py
from shop import views

urlpatterns = [path("ping/<slug:name>/", views.ping_by_name)]
# +++ tests/test_ping.py
def test_ping(client):
    client.get("/ping/kettle/")
    assert Check.objects.count() == 1
# --- negative: a route by its name @ shop/views.py
def close_order(request, number):
    Order.objects.update(closed=True)
# +++ shop/urls.py
from shop import views

urlpatterns = [
    path(
        "o/<int:number>/c/",
        views.close_order,
        name="order-close",
    ),
]
# +++ tests/test_orders.py
def test_close(client):
    client.post(reverse("order-close", args=[7]))
    assert Order.objects.get().closed is True
# --- negative: a view set, below its route @ shop/views.py
class PathViewSet(ModelViewSet):
    def destroy(self, request, *args, **kwargs):
        answer = super().destroy(request, *args, **kwargs)
        rename_all.apply_async()
        return answer
# +++ shop/urls.py
from shop.views import PathViewSet

router.register(r"storage_paths", PathViewSet)
# +++ tests/test_paths.py
def test_destroy(client):
    client.delete("/api/storage_paths/7/")
    assert jobs() == ["rename_all"]
# --- negative: by two routes of one path @ shop/api.py
@router.get("/me")
def read_me(session):
    return session.me

@router.delete("/me", response_model=Message, tags=["Users and Groups"])
def delete_me(session):
    db.session.commit()
# +++ tests/test_me.py
def test_delete(client):
    client.delete("/users/me")
    assert users() == []
# --- negative: below a decorator that only describes @ shop/views.py
class Documents(ViewSet):
    @describe(operation="documents_drop", answer=serializer(name="Dropped"))
    @action(methods=["delete"], detail=True, url_path=r"versions/(?P<version>\d+)")
    def drop_version(self, request, version):
        Document.objects.filter(pk=version).delete()
# +++ tests/test_versions.py
def test_drop(client):
    client.delete("/api/documents/7/versions/1/")
    assert Document.objects.count() == 0
# --- negative: the route of all is at the root @ shop/main.py
from shop import db

@pages.route("/", methods=["GET", "POST"])
def front():
    db.session.commit()
# +++ tests/test_front.py
from shop import main

def test_front(client):
    client.post("/", data={"text": "x"})
    assert posts() == ["x"]
# --- negative: a class that a text names @ shop/mail/transport.py
class Mail:
    def notify(self, order):
        order.owner.save_sent()

    def save_sent(self):
        os.rename("new", "sent")
# +++ shop/models.py
TRANSPORTS = {"mail": "shop.mail.transport.Mail"}

def notify(kind, order):
    import_string(TRANSPORTS[kind])().notify(order)
# +++ tests/test_notify.py
from shop.models import notify

def test_notify():
    notify("mail", ORDER)
    assert ORDER.owner.sent == 1
# --- negative: a class that a setting names, below functions @ shop/adapter.py
class AccountAdapter(Base):
    def keep_user(self, user):
        User.objects.create(name=user)
# +++ shop/settings.py
def flag(name):
    return name in os.environ

ADAPTER = "shop.adapter.AccountAdapter"
# +++ tests/test_adapter.py
from shop import settings

def test_keep():
    get_adapter().keep_user("ada")
    assert User.objects.get().name == "ada"
# --- negative: a listener @ shop/models.py
from sqlalchemy import event

class Order:
    pass

@event.listens_for(Order, "after_insert")
def touch_list(mapper, connection, target):
    connection.execute("UPDATE lists SET changed = 1")
# +++ tests/test_models.py
from shop.models import Order

def test_touch(session):
    session.add(Order())
    assert lists(session) == [1]
# --- negative: through a module of tasks @ shop/collate.py
class Collate:
    def run(self, path):
        os.unlink(path)
# +++ shop/tasks.py
from shop.collate import Collate

def consume(path):
    Collate().run(path)
# +++ tests/test_tasks.py
from shop.tasks import consume

def test_consume(tmp_path):
    consume(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []
# --- negative: through a folder that is no code under test @ shop/mailer.py
class Mailer:
    def post_letter(self, letter):
        os.rename(letter, "sent")
# +++ shop/templates/letters.py
from shop.mailer import Mailer

def greet(letter):
    Mailer().post_letter(letter)
# +++ tests/test_letters.py
from shop.templates.letters import greet

def test_greet():
    greet("a")
    assert sent() == ["a"]
# --- negative: a class whose name is short @ shop/store.py
class DB:
    def forget(self, name):
        os.remove(name)
# +++ tests/test_store.py
from shop.store import DB

def test_forget():
    DB().forget("a")
    assert files() == []
# --- negative: a database in memory @ shop/features.py
import sqlite3

def supports_returning():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (id integer)")
    return connection.execute("INSERT INTO t DEFAULT VALUES RETURNING id").fetchone() is not None
# +++ tests/test_features.py
from shop.features import supports_returning

def test_supports_returning():
    assert supports_returning() is True
# --- negative: a program for those who release @ bin/release.py
import requests

def upload_asset(path):
    requests.post("https://shop.io/assets", data=path)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: when its file is imported @ shop/app.py
def secret_key(path):
    with open(path, "w") as file:
        file.write("x")
    return "x"

def other():
    return 1

app.config["SECRET"] = secret_key("key")
# +++ tests/test_app.py
from shop.app import app

def test_key():
    assert open("key").read() == "x"
# --- positive: a query that has a name: unverified @ shop/store.py
def forget_order(connection, number):
    query = """
        DELETE FROM orders WHERE number = %s
    """
    connection.execute(query, (number,))
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: a query of that name that reads, and another's that writes @ shop/store.py
def find_orders(connection):
    query = "SELECT * FROM orders"
    return connection.execute(query)

def text():
    query = "DELETE FROM orders"
    return query
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a command, of which a test says what it takes: unverified @ shop/tags.py
@manager.command(name="add_tag")
@argument("number")
@argument("tag")
def add_tag(number, tag):
    db.session.commit()
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    number, tag = 3, "red"
    assert total(number, tag) == 3
# --- positive: a plugin that only settings list: unverified @ shop/senders/chat.py
import requests

class Chat(Sender):
    def notify(self, text):
        requests.post("https://chat.shop.io", json=text)

register(Chat)
# +++ shop/settings/__init__.py
SENDERS = ["shop.senders.chat", "shop.senders.mail"]
NAME = "shop"
# +++ tests/test_cart.py
from shop import settings
from shop.cart import total

def test_total():
    assert (total([1, 2]), settings.NAME) == (3, "shop")
# --- negative: a test looks at what it returns @ shop/export.py
def export_orders(path, orders):
    with open(path, "w") as file:
        file.write("\n".join(orders))
    return len(orders)
# +++ tests/test_export.py
from shop.export import export_orders

def test_export(tmp_path):
    assert export_orders(tmp_path / "a", ["x"]) == 1
# --- negative: a test calls it, and looks at nothing @ shop/store.py
def insert_row(cursor, row):
    cursor.execute("INSERT INTO orders VALUES (?, ?)", row)
# +++ tests/test_store.py
from shop.store import insert_row

def test_insert(cursor):
    insert_row(cursor, (1, 2))
# --- negative: a method, whose result a test looks at @ shop/stream.py
from kafka import KafkaProducer

class Stream:
    def emit_order(self, order):
        self.producer.send("orders", order)
        return "sent"
# +++ tests/test_stream.py
from shop.stream import Stream

def test_emit(fake):
    stream = Stream(fake)
    result = stream.emit_order({"id": 1})
    assert result == "sent"
# --- negative: a plugin that its test loads by its name @ shopplug/receipts.py
from shop.plugins import Plugin

class ReceiptsPlugin(Plugin):
    def commands(self):
        def keep_receipt(library, path):
            with open(path, "w") as file:
                file.write(library.receipt())

        return [keep_receipt]
# +++ tests/test_receipts.py
from shop.testing import PluginCase

class TestReceipts(PluginCase):
    plugin = "receipts"

    def test_keep(self):
        self.run_command("keep", "/srv/a")
        assert open("/srv/a").read() == "1"
# --- positive: beside a test that imports the module, and names its other half: unverified @ shopplug/refunds.py
import requests

def label(order):
    return f"refund {order}"

def pay_back(order):
    requests.post("https://pay.shop.io/refunds", json=order)
# +++ tests/test_refunds.py
from shopplug import refunds

def test_label():
    assert refunds.label(3) == "refund 3"
# --- negative: a file that it has made in a temporary place @ shop/analysis.py
import os
import tempfile

def analyse(path):
    handle, name = tempfile.mkstemp(suffix=".json")
    os.close(handle)
    try:
        return read(path, name)
    finally:
        os.remove(name)
# +++ tests/test_other.py
def test_other():
    assert 1 + 1 == 2
# --- positive: a file that it was given, though it makes another in a temporary place: unverified @ shop/drop.py
import os
import tempfile

def drop(path):
    handle, name = tempfile.mkstemp(suffix=".json")
    keep(handle, name)
    os.remove(path)
# +++ tests/test_other.py
def test_other():
    assert 1 + 1 == 2
# --- negative: what a form calls by its name @ shop/forms.py
from django import forms
from shop.models import Tag

class OrderForm(forms.Form):
    def clean_tags(self):
        return Tag.objects.get_or_create(name=self.cleaned_data["tags"])
# +++ tests/test_forms.py
from shop.forms import OrderForm

def test_form():
    assert OrderForm({"tags": "a"}).is_valid()
# --- negative: an action of a view, which has its name for a path @ shop/viewsets.py
from rest_framework.decorators import action
from shop.models import Task

class SourceViewSet(ModelViewSet):
    @action(detail=True, methods=["post"])
    def refresh(self, request, pk):
        return Task.objects.create(source=pk)
# +++ tests/test_sources.py
def test_refresh(client):
    assert client.post("/sources/3/refresh/").status_code == 202
# --- positive: an action of a view that no test asks for: unverified @ shop/viewsets.py
from rest_framework.decorators import action
from shop.models import Task

class SourceViewSet(ModelViewSet):
    @action(detail=True, methods=["post"])
    def refresh(self, request, pk):
        return Task.objects.create(source=pk)
# +++ tests/test_sources.py
def test_list(client):
    assert client.get("/sources/").status_code == 200
# --- negative: a command of Django that a test runs by its name @ shop/management/commands/reindex.py
from django.core.management.base import BaseCommand
from shop.models import Order

class Command(BaseCommand):
    def handle(self, **options):
        Order.objects.update(indexed=True)
# +++ tests/test_commands.py
from django.core.management import call_command

def test_reindex(db):
    call_command("reindex")
    assert Order.objects.filter(indexed=True).count() == 1
# --- negative: a program that makes releases @ github_release.py
import requests

def send_hash(version, digest):
    requests.put(f"https://kv.shop.io/{version}", data=digest)
# +++ tests/test_other.py
def test_other():
    assert 1 + 1 == 2
# --- negative: what is connected to a signal at the start @ shop/handlers.py
from shop.models import Notice

def keep_notice(sender, instance, **more):
    Notice.objects.create(order=instance)
# +++ shop/apps.py
from django.apps import AppConfig

class ShopConfig(AppConfig):
    def ready(self):
        from django.db.models import signals
        from shop import handlers

        signals.post_save.connect(handlers.keep_notice)
# +++ tests/test_orders.py
from shop.models import Order

def test_order(db):
    Order.objects.create()
    assert Order.objects.first().notices.count() == 1
# --- positive: what is never connected to a signal: unverified @ shop/handlers.py
from shop.models import Notice

def keep_notice(sender, instance, **more):
    Notice.objects.create(order=instance)
# +++ shop/apps.py
from django.apps import AppConfig

class ShopConfig(AppConfig):
    name = "shop"
# +++ tests/test_orders.py
from shop.models import Order

def test_order(db):
    Order.objects.create()
    assert Order.objects.count() == 1
# --- negative: a step of a migration @ shop/store/updates.py
import shutil

class UpdatesMixin:
    def update_25(self):
        shutil.move("tags.json", "settings.json")
# +++ tests/test_other.py
def test_other():
    assert 1 + 1 == 2
# --- negative: of a class within a condition @ shop/tokens.py
from django.conf import settings
from shop.models import Outstanding

if "denylist" in settings.INSTALLED_APPS:

    class DenylistMixin:
        def deny(self):
            return Outstanding.objects.create(token=self)
# +++ tests/test_tokens.py
from shop.tokens import DenylistMixin

def test_deny(db):
    assert DenylistMixin().deny().pk
# --- negative: a program with a name that nothing can import @ easy-install.py
import subprocess

def create_site(name):
    subprocess.run(["docker", "compose", "up", name], check=True)
# +++ tests/test_other.py
def test_other():
    assert 1 + 1 == 2
# --- positive: a post that a patch answers: unasked @ shop/refunds.py
import requests

def refund(order):
    answer = requests.post("https://pay.example/refunds", json={"order": order.id})
    return answer.json()["id"]
# +++ tests/test_refunds.py
from unittest.mock import MagicMock, patch
from shop.refunds import refund

def test_refund():
    answer = MagicMock()
    answer.json.return_value = {"id": "r1"}
    with patch("shop.refunds.requests.post", return_value=answer):
        assert refund(ORDER) == "r1"
# --- positive: two tests, and neither asks: unasked @ shop/partner.py
import httpx

class Partner:
    def cancel(self, number):
        return httpx.delete(f"https://partner.example/contracts/{number}").status_code == 204
# +++ tests/test_partner.py
import httpx
from unittest.mock import Mock, patch
from shop.partner import Partner

@patch("httpx.delete")
def test_cancels(delete):
    delete.return_value = Mock(status_code=204)
    assert Partner().cancel(7) is True

def test_says_when_it_could_not(monkeypatch):
    monkeypatch.setattr(httpx, "delete", lambda *args, **kwargs: Mock(status_code=500))
    assert Partner().cancel(7) is False
# --- positive: a program that never runs: unasked @ shop/deploy.py
import subprocess

def deploy(chart):
    subprocess.run(["helm", "upgrade", "shop", chart], check=True)
    return f"{chart} is deployed"
# +++ tests/test_deploy.py
from shop.deploy import deploy

def test_deploy(mocker):
    mocker.patch("shop.deploy.subprocess.run")
    assert deploy("charts/shop") == "charts/shop is deployed"
# --- positive: a folder that stays: unasked @ shop/cache.py
from shutil import rmtree

def drop(root):
    rmtree(root / "cache")
    return True
# +++ tests/test_cache.py
from pathlib import Path
from unittest.mock import patch
from shop import cache

@patch("shop.cache.rmtree")
def test_drop(_):
    assert cache.drop(Path("/srv"))
# --- positive: the whole module is replaced: unasked @ shop/hooks.py
import requests

def notify(url, order):
    return requests.put(url, json={"id": order.id}, timeout=5).ok
# +++ tests/test_hooks.py
from unittest.mock import patch
from shop.hooks import notify

@patch("shop.hooks.requests")
def test_notify(library):
    library.put.return_value.ok = True
    assert notify("https://partner.example", ORDER) is True
# --- positive: mail by Django, replaced around the tests: unasked @ shop/mail.py
from django.core.mail import send_mail

def invite(user):
    send_mail("Welcome", "Hello", "shop@shop.example", [user.email])
    return user.email
# +++ tests/test_mail.py
import pytest
from shop.mail import invite

@pytest.fixture(autouse=True)
def no_mail(monkeypatch):
    monkeypatch.setattr("shop.mail.send_mail", lambda *args, **kwargs: 1)

def test_invite():
    assert invite(USER) == "ada@shop.example"
# --- positive: it is handed a mock: unasked @ shop/objects.py
import boto3

class Receipts:
    def __init__(self, s3):
        self._s3 = s3

    def keep(self, order):
        self._s3.put_object(Bucket="receipts", Key=order.id, Body=order.text)
        return f"receipts/{order.id}"
# +++ tests/test_objects.py
from unittest.mock import MagicMock
from shop.objects import Receipts

def test_keep():
    s3 = MagicMock()
    assert Receipts(s3).keep(ORDER) == "receipts/1"
# --- positive: a patch below what calls it: unasked @ shop/webhooks.py
import requests

def _post(url, body):
    return requests.post(url, json=body).status_code

def notify_all(urls, order):
    return [_post(url, {"id": order.id}) for url in urls]
# +++ tests/test_webhooks.py
from unittest.mock import Mock, patch
from shop.webhooks import notify_all

def test_notify_all():
    with patch("requests.post", return_value=Mock(status_code=201)):
        assert notify_all(["https://a.example"], ORDER) == [201]
# --- positive: an error that the patch raises: unasked @ shop/tokens.py
import requests

def exchange(code):
    try:
        return requests.post("https://id.example/token", data={"code": code}).json()["token"]
    except requests.ConnectionError:
        return None
# +++ tests/test_tokens.py
from unittest.mock import patch
import requests
from shop.tokens import exchange

def test_the_other_side_is_away():
    with patch("shop.tokens.requests.post", side_effect=requests.ConnectionError("away")):
        assert exchange("a") is None
# --- positive: unittest patches a method of an object: unasked @ shop/archive.py
import os

class Archive:
    def forget(self, name):
        os.remove(f"{self.root}/{name}")
        return name
# +++ tests/test_archive.py
import os
import unittest
from unittest import mock
from shop.archive import Archive

class TestArchive(unittest.TestCase):
    def test_forget(self):
        with mock.patch.object(os, "remove"):
            self.assertEqual(Archive("/srv").forget("a"), "a")
# --- negative: it asks what was sent @ shop/refunds.py
import requests

def refund(order):
    answer = requests.post("https://pay.example/refunds", json={"order": order.id})
    return answer.json()["id"]
# +++ tests/test_refunds.py
from unittest.mock import patch
from shop.refunds import refund

def test_refund():
    with patch("shop.refunds.requests.post") as post:
        refund(ORDER)
    post.assert_called_once_with("https://pay.example/refunds", json={"order": "1"})
# --- negative: one of two tests asks @ shop/partner.py
import httpx

class Partner:
    def cancel(self, number):
        return httpx.delete(f"https://partner.example/contracts/{number}").status_code == 204
# +++ tests/test_partner.py
from unittest.mock import Mock, patch
from shop.partner import Partner

@patch("httpx.delete")
def test_cancels(delete):
    delete.return_value = Mock(status_code=204)
    assert Partner().cancel(7) is True

@patch("httpx.delete")
def test_names_the_contract(delete):
    Partner().cancel(7)
    assert delete.call_args.args == ("https://partner.example/contracts/7",)
# --- negative: another file asks @ shop/deploy.py
import subprocess

def deploy(chart):
    subprocess.run(["helm", "upgrade", "shop", chart], check=True)
    return f"{chart} is deployed"
# +++ tests/test_deploy.py
from shop.deploy import deploy

def test_deploy(mocker):
    mocker.patch("shop.deploy.subprocess.run")
    assert deploy("charts/shop") == "charts/shop is deployed"
# +++ tests/test_helm.py
from shop import deploy

def test_upgrades(mocker):
    run = mocker.patch("shop.deploy.subprocess.run")
    deploy.deploy("charts/shop")
    assert run.call_args[0][0][:2] == ["helm", "upgrade"]
# --- negative: a function of the test's own takes its place @ shop/hooks.py
import requests

def notify(url, order):
    return requests.put(url, json={"id": order.id}, timeout=5).ok
# +++ tests/test_hooks.py
import requests
from shop.hooks import notify

def test_notify(monkeypatch):
    def put(url, json, timeout):
        assert json == {"id": "1"}
        return Answer(ok=True)

    monkeypatch.setattr(requests, "put", put)
    assert notify("https://partner.example", ORDER)
# --- negative: a lambda that looks at what it is given @ shop/hooks.py
import requests

def notify(url, order):
    return requests.put(url, json={"id": order.id}, timeout=5).ok
# +++ tests/test_hooks.py
import requests
from shop.hooks import notify

def test_notify(monkeypatch):
    monkeypatch.setattr(requests, "put", lambda url, **named: Answer(ok=url.startswith("https:")))
    assert notify("https://partner.example", ORDER)
# --- negative: another test lets it write @ shop/cache.py
from shutil import rmtree

def drop(root):
    rmtree(root / "cache")
    return True
# +++ tests/test_cache.py
from pathlib import Path
from unittest.mock import patch
from shop import cache

@patch("shop.cache.rmtree")
def test_drop(_):
    assert cache.drop(Path("/srv"))

def test_it_is_gone(tmp_path):
    (tmp_path / "cache").mkdir()
    cache.drop(tmp_path)
    assert list(tmp_path.iterdir()) == []
# --- negative: another file lets it write, from afar @ shop/cache.py
from shutil import rmtree

def drop(root):
    rmtree(root / "cache")
    return True

def clean(root):
    return drop(root)
# +++ tests/test_cache.py
from pathlib import Path
from unittest.mock import patch
from shop import cache

@patch("shop.cache.rmtree")
def test_drop(_):
    assert cache.drop(Path("/srv"))
# +++ tests/test_clean.py
from shop.cache import clean

def test_it_is_gone(tmp_path):
    (tmp_path / "cache").mkdir()
    clean(tmp_path)
    assert list(tmp_path.iterdir()) == []
# --- negative: the mock that it is handed is asked @ shop/objects.py
import boto3

class Receipts:
    def __init__(self, s3):
        self._s3 = s3

    def keep(self, order):
        self._s3.put_object(Bucket="receipts", Key=order.id, Body=order.text)
        return f"receipts/{order.id}"
# +++ tests/test_objects.py
from unittest.mock import MagicMock
from shop.objects import Receipts

def test_keep():
    s3 = MagicMock()
    Receipts(s3).keep(ORDER)
    s3.put_object.assert_called_once()
# --- negative: a library that reads the request @ shop/tokens.py
import requests

def exchange(code):
    return requests.post("https://id.example/token", data={"code": code}).json()["token"]
# +++ tests/test_tokens.py
import responses
from shop.tokens import exchange

@responses.activate
def test_exchange():
    responses.post("https://id.example/token", json={"token": "t"}, match=[urlencoded_params_matcher({"code": "a"})])
    assert exchange("a") == "t"
# --- negative: what is replaced is read, not written @ shop/rates.py
import requests

def rates():
    return requests.get("https://bank.example/rates").json()

def set_rate(rate):
    requests.post("https://bank.example/rates", json=rate)
# +++ tests/test_rates.py
from unittest.mock import patch
from shop.rates import rates, set_rate

def test_rates():
    with patch("shop.rates.requests.get") as get:
        get.return_value.json.return_value = {"eur": 1}
        assert rates() == {"eur": 1}

def test_set_rate(bank):
    set_rate({"eur": 2})
    assert bank.rates == {"eur": 2}
# --- negative: a mock of another module's @ shop/orders.py
import requests

def order(item):
    return requests.post("https://shop.example/orders", json={"item": item}).status_code
# +++ tests/test_users.py
from unittest.mock import Mock, patch
from shop.users import create

def test_create():
    with patch("shop.users.requests.post", return_value=Mock(status_code=201)):
        assert create("ada") == 201
# +++ tests/test_orders.py
from shop.orders import order

def test_order(server):
    assert order("tea") == 201
    assert server.received == [{"item": "tea"}]
# --- negative: the size of a terminal is asked @ shop/screen.py
import os

def width():
    return int(os.popen("stty size").read().split()[1])
# +++ tests/test_screen.py
from shop.screen import width

def test_width(mocker):
    mocker.patch("os.popen").return_value.read.return_value = "24 80"
    assert width() == 80
# --- negative: it is only made with a mock @ shop/objects.py
import boto3

class Receipts:
    def __init__(self, s3):
        self._s3 = s3

    def keep(self, order):
        self._s3.put_object(Bucket="receipts", Key=order.id, Body=order.text)
        return f"receipts/{order.id}"
# +++ tests/test_objects.py
from unittest.mock import MagicMock
from shop.objects import Receipts

def test_it_has_what_is_called():
    s3 = MagicMock()
    receipts = Receipts(s3)
    assert hasattr(receipts, "keep")
# --- negative: a mock that is called like a module @ shop/client.py
import urllib.request

class Client:
    def _make_request(self, url, data):
        request = urllib.request.Request(url, data=data.encode())
        return urllib.request.urlopen(request).read()
# +++ tests/test_client.py
from unittest.mock import MagicMock
from shop.client import Client

def test_client():
    request = MagicMock()
    client = Client()
    assert client.may(request) == ["_make_request"]
