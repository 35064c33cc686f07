# Snippets for the scanner; each is a file of its own. They are read, never run.
# --- positive: an adapter of a payment service: untested @ shop/adapters/stripe.py
import stripe

class StripeAdapter:
    def charge(self, order):
        return stripe.Charge.create(amount=order.total)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a provider by HTTP: untested @ shop/providers/parcels.py
import requests

class ParcelsProvider:
    def charge(self, order):
        return requests.get("https://parcels.shop.io", params={"order": order.id})
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a backend of a database: untested @ shop/backends/ledger.py
import psycopg

def ledger_rows(dsn):
    with psycopg.connect(dsn) as db:
        return db.execute('select 1').fetchall()
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a driver of a queue: untested @ shop/drivers/rabbit.py
import pika

class RabbitDriver:
    def charge(self, order):
        return self.channel.basic_publish('', 'orders', order.body)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a connector that is a package: untested @ shop/connectors/zendesk/__init__.py
from shop.connectors.zendesk.client import ZendeskConnector
# +++ shop/connectors/zendesk/client.py
import httpx

class ZendeskConnector:
    def charge(self, order):
        return httpx.post('/tickets', json=order)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a plugin in a singular folder: untested @ shop/plugin/slack.py
from slack_sdk import WebClient

class SlackPlugin:
    def charge(self, order):
        return WebClient().chat_postMessage(text=order.text)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: one of several integrations: untested @ shop/integrations/hubspot.py
import hubspot

class HubspotIntegration:
    def charge(self, order):
        return hubspot.Client().crm(order)
# +++ shop/integrations/jira.py
import jira

class JiraIntegration:
    def charge(self, order):
        return jira.JIRA().issue(order)
# +++ tests/integration/test_jira.py
from shop.integrations.jira import JiraIntegration

def test_charge():
    assert JiraIntegration().charge(3).key == 'A-3'
# --- positive: an entry point: untested @ invoices/render.py
import boto3

class Renderer:
    def charge(self, order):
        return boto3.client('s3').put_object(Key=order)
# +++ pyproject.toml
[project.entry-points."shop.renderers"]
paper = "invoices.render:Renderer"
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: an entry point that talks to nothing: untested @ invoices/plain_text.py
class PlainText:
    def render(self, order):
        return str(order)
# +++ pyproject.toml
[project.entry-points."shop.renderers"]
plain-text = "invoices.plain_text:PlainText"
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: an entry point of Poetry: untested @ src/invoices/fax.py
import httpx

class FaxMachine:
    def charge(self, order):
        return httpx.post('https://fax.shop.io')
# +++ pyproject.toml
[tool.poetry.plugins."shop.renderers"]
fax = "invoices.fax:FaxMachine"
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: an entry point of setup.cfg: untested @ invoices/telex.py
import httpx

class TelexLine:
    def charge(self, order):
        return httpx.post('https://telex.shop.io')
# +++ setup.cfg
[options.entry_points]
shop.renderers =
    telex = invoices.telex:TelexLine
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a folder of the configuration: untested @ shop/gateways/adyen.py
import requests

class AdyenGateway:
    def charge(self, order):
        return requests.post('/pay', json=order)
# +++ ameide.toml
[audit]
plugins = ["gateways"]
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: only what chooses is tested: untested @ shop/adapters/dhl.py
import requests

class DhlAdapter:
    def charge(self, order):
        return requests.post('/dhl', json=order)
# +++ shop/adapters/ups.py
import requests

class UpsAdapter:
    def charge(self, order):
        return requests.post('/ups', json=order)
# +++ shop/shipping.py
from shop.adapters.dhl import DhlAdapter
from shop.adapters.ups import UpsAdapter

def choose_carrier(name):
    return {'dhl': DhlAdapter, 'ups': UpsAdapter}[name]()
# +++ tests/test_shipping.py
import pytest
from shop.shipping import choose_carrier

def test_charge():
    with pytest.raises(KeyError):
        choose_carrier('none')
# --- positive: a patched HTTP client: unit-only @ shop/adapters/wise.py
import requests

class WiseAdapter:
    def charge(self, order):
        return requests.get('/rates')
# +++ tests/test_wise.py
from unittest.mock import patch

from shop.adapters.wise import WiseAdapter

def test_charge():
    with patch('shop.adapters.wise.requests') as requests:
        requests.get.return_value.status_code = 200
        assert WiseAdapter().charge(3).status_code == 200
# --- positive: a patched client in a folder of unit tests: unit-only @ shop/providers/maps.py
import requests

class MapsProvider:
    def charge(self, order):
        return requests.get('/maps')
# +++ tests/unit/providers/test_maps.py
from unittest.mock import patch

from shop.providers.maps import MapsProvider

def test_charge():
    with patch('shop.providers.maps.requests') as requests:
        requests.get.return_value.status_code = 200
        assert MapsProvider().charge(3).status_code == 200
# --- positive: answers of responses: unit-only @ shop/providers/taxes.py
import requests

class TaxesProvider:
    def charge(self, order):
        return requests.get('https://taxes.shop.io').json()
# +++ tests/test_taxes.py
import responses
from shop.providers.taxes import TaxesProvider

@responses.activate
def test_charge():
    responses.get('https://taxes.shop.io', json={})
    assert TaxesProvider().charge(1) == {}
# --- positive: a cloud of moto: unit-only @ shop/backends/buckets.py
import boto3

class Buckets:
    def keep(self, key, body):
        boto3.client('s3').put_object(Bucket='shop', Key=key, Body=body)
# +++ tests/test_buckets.py
from moto import mock_aws
from shop.backends.buckets import Buckets

@mock_aws
def test_charge():
    Buckets().keep('a', b'b')
    assert Buckets() is not None
# --- positive: a Redis that is none: unit-only @ shop/backends/sessions.py
import redis

class SessionsBackend:
    def __init__(self, client=None):
        self.client = client or redis.Redis()
# +++ tests/test_sessions.py
import fakeredis
from shop.backends.sessions import SessionsBackend

def test_charge():
    assert SessionsBackend(fakeredis.FakeRedis()).client.ping()
# --- positive: a fake of its own: unit-only @ shop/drivers/printer.py
import socket

class PrinterDriver:
    def connect(self):
        self.line = socket.create_connection(('printer', 9100))
# +++ tests/test_printer.py
from shop.drivers.printer import PrinterDriver

def test_charge():
    driver = PrinterDriver()
    driver.line = FakeLine()
    assert driver.line.sent == []
# --- positive: only what it makes of an answer: unit-only @ shop/connectors/erp.py
import httpx

def parse_article(body):
    return body['article']

def fetch_article(number):
    return parse_article(httpx.get(f'/articles/{number}').json())
# +++ tests/test_erp.py
from shop.connectors.erp import parse_article

def test_charge():
    assert parse_article({'article': 3}) == 3
# --- positive: the integration tests are of something else: unit-only @ shop/adapters/paypal.py
import paypalrestsdk

class PaypalAdapter:
    def charge(self, order):
        return paypalrestsdk.Payment(order)
# +++ tests/test_paypal.py
from shop.adapters.paypal import PaypalAdapter

def test_charge():
    assert PaypalAdapter().name == 'paypal'
# +++ tests/integration/test_orders.py
from shop.orders import place

def test_charge():
    assert place(3).id == 3
# --- positive: its integration test is skipped: unit-only @ shop/adapters/klarna.py
import requests

class KlarnaAdapter:
    def charge(self, order):
        return requests.post('/klarna')
# +++ tests/test_klarna.py
import pytest
from shop.adapters.klarna import KlarnaAdapter

@pytest.mark.skip
@pytest.mark.integration
def test_charge():
    assert KlarnaAdapter().charge(3)
# --- positive: a package with a test beside it: unit-only @ shop/plugins/mailchimp/client.py
import requests

class Lists:
    def charge(self, order):
        return requests.get('/lists')
# +++ shop/plugins/mailchimp/tests/test_client.py
from shop.plugins.mailchimp.client import Lists

def test_charge():
    assert Lists().charge is not None
# --- positive: a process: unit-only @ shop/drivers/ghostscript.py
import subprocess

class GhostscriptDriver:
    def print_page(self, page):
        subprocess.run(['gs', page], check=True)
# +++ tests/test_ghostscript.py
from unittest.mock import patch
from shop.drivers.ghostscript import GhostscriptDriver

def test_charge():
    with patch('subprocess.run') as run:
        GhostscriptDriver().print_page('a')
    run.assert_called_once_with(['gs', 'a'], check=True)
# --- positive: integration only by its name, and mocked: unit-only @ shop/plugins/chime.py
import requests

class Chime:
    def charge(self, order):
        return requests.post('/ring')
# +++ shop/plugins/bell.py
import requests

class Bell:
    def charge(self, order):
        return requests.post('/bell')
# +++ tests/test_chime.py
from unittest import mock

from shop.plugins.chime import Chime

@mock.patch('requests.post')
def test_chime_integration(post):
    Chime().charge(3)
    post.assert_called_once_with('/ring')
# +++ tests/integration/test_bell.py
from shop.plugins.bell import Bell

def test_bell():
    assert Bell().charge(3).ok
# --- positive: a mail server that is patched: unit-only @ shop/backends/mail.py
import smtplib

class MailBackend:
    def send(self, text):
        smtplib.SMTP('mail').sendmail('a', 'b', text)
# +++ tests/test_mail.py
from unittest.mock import patch
from shop.backends.mail import MailBackend

def test_charge():
    with patch('shop.backends.mail.smtplib.SMTP') as smtp:
        MailBackend().send('x')
    smtp.return_value.sendmail.assert_called_once_with('a', 'b', 'x')
# --- positive: its client is patched: mocked @ shop/adapters/twilio.py
from twilio.rest import Client

class TwilioAdapter:
    def charge(self, order):
        return Client().messages.create(body=order)
# +++ tests/integration/test_twilio.py
from unittest.mock import patch

from shop.adapters.twilio import TwilioAdapter

def test_charge():
    with patch('shop.adapters.twilio.Client') as client:
        TwilioAdapter().charge(3)
    client.return_value.messages.create.assert_called_once_with(body=3)
# --- positive: it is patched itself: mocked @ shop/adapters/sendcloud.py
import requests

class SendcloudAdapter:
    def charge(self, order):
        return requests.post('/parcels')
# +++ tests/integration/test_labels.py
from unittest.mock import patch

from shop.adapters.sendcloud import SendcloudAdapter

def test_charge():
    with patch.object(SendcloudAdapter, 'charge', return_value=3):
        assert SendcloudAdapter().charge(1) == 3
# --- positive: marked as integration, and answered by responses: mocked @ shop/providers/fx.py
import requests

class FxProvider:
    def charge(self, order):
        return requests.get('https://fx.shop.io').json()
# +++ tests/test_fx.py
import pytest
import responses

from shop.providers.fx import FxProvider

@pytest.mark.integration
def test_charge():
    responses.get('https://fx.shop.io', json={})
    assert FxProvider().charge(3) == {}
# --- positive: a cloud of moto in an integration test: mocked @ shop/backends/archive.py
import boto3

class ArchiveBackend:
    def charge(self, order):
        return boto3.client('s3').put_object(Key=order)
# +++ tests/integration/test_archive.py
from moto import mock_aws

from shop.backends.archive import ArchiveBackend

@mock_aws
def test_charge():
    assert ArchiveBackend().charge('a') is None
# --- positive: a Redis that is none, in an integration test: mocked @ shop/backends/counters.py
import redis

class CountersBackend:
    def __init__(self, client=None):
        self.client = client or redis.Redis()
# +++ tests/integration/test_counters.py
import fakeredis

from shop.backends.counters import CountersBackend

def test_charge():
    assert CountersBackend(fakeredis.FakeRedis()).client.incr('a') == 1
# --- positive: respx in a folder of end-to-end tests: mocked @ shop/connectors/crm.py
import httpx

class CrmConnector:
    def charge(self, order):
        return httpx.get('https://crm.shop.io').json()
# +++ tests/e2e/test_crm.py
import respx

from shop.connectors.crm import CrmConnector

@respx.mock
def test_charge():
    respx.get('https://crm.shop.io').respond(json={})
    assert CrmConnector().charge(1) == {}
# --- positive: monkeypatch in an integration test: mocked @ shop/providers/weather.py
import requests

class WeatherProvider:
    def charge(self, order):
        return requests.get('/weather').json()
# +++ tests/integration/test_weather.py
from shop.providers import weather

def test_charge(monkeypatch):
    monkeypatch.setattr(weather.requests, 'get', lambda url: Answer({}))
    assert weather.WeatherProvider().charge(1) == {}
# --- positive: a recorded answer: mocked @ shop/integrations/github_issues.py
import requests

class GithubIssues:
    def charge(self, order):
        return requests.get('/issues').json()
# +++ tests/integration/test_github_issues.py
import vcr

from shop.integrations.github_issues import GithubIssues

@vcr.use_cassette('issues')
def test_charge():
    assert GithubIssues().charge(1) == []
# --- positive: two letters in a key of a test: untested @ shop/adapters/qq.py
import requests

class ChatAdapter:
    def charge(self, order):
        return requests.post('/qq')
# +++ tests/test_keys.py
from shop.keys import read

KEY = 'MIIEpQQCw8aB'

def test_read():
    assert read(KEY).bits == 48
# --- positive: the environment says where it is, and it is mocked: unit-only @ shop/drivers/rabbit.py
import pika

class RabbitDriver:
    def charge(self, order):
        return pika.BlockingConnection()
# +++ tests/test_rabbit.py
import os
from unittest.mock import patch

from shop.drivers.rabbit import RabbitDriver

URL = os.environ.get('RABBIT_URL', 'amqp://queue')

def test_charge():
    with patch('shop.drivers.rabbit.pika') as pika:
        RabbitDriver(URL).charge('a')
    pika.BlockingConnection.assert_called_once_with()
# --- negative: a unit test runs the program @ shop/drivers/ghostscript.py
import subprocess

class GhostscriptDriver:
    def print_page(self, page):
        return subprocess.run(['gs', page], check=True)
# +++ tests/test_ghostscript.py
from shop.drivers.ghostscript import GhostscriptDriver

def test_charge():
    assert GhostscriptDriver().print_page('a').returncode == 0
# --- negative: an integration test by its place @ shop/adapters/stripe.py
import stripe

class StripeAdapter:
    def charge(self, order):
        return stripe.Charge.create(amount=order.total)
# +++ tests/integration/test_stripe.py
from shop.adapters.stripe import StripeAdapter

def test_charge():
    assert StripeAdapter().charge(3).id == 3
# --- negative: an integration test by its mark @ shop/adapters/stripe.py
import stripe

class StripeAdapter:
    def charge(self, order):
        return stripe.Charge.create(amount=order.total)
# +++ tests/test_stripe.py
import pytest
from shop.adapters.stripe import StripeAdapter

@pytest.mark.integration
def test_charge():
    assert StripeAdapter().charge(3).id == 3
# --- negative: an end-to-end test @ shop/adapters/stripe.py
import stripe

class StripeAdapter:
    def charge(self, order):
        return stripe.Charge.create(amount=order.total)
# +++ tests/e2e/test_payment.py
from shop.adapters.stripe import StripeAdapter

def test_charge():
    assert StripeAdapter().charge(3).id == 3
# --- negative: a container @ shop/backends/ledger.py
import psycopg

class LedgerBackend:
    def charge(self, order):
        return psycopg.connect(self.dsn).execute('select 1')
# +++ tests/test_ledger.py
from testcontainers.postgres import PostgresContainer
from shop.backends.ledger import LedgerBackend

def test_charge():
    with PostgresContainer('postgres:16') as db:
        assert LedgerBackend(db.get_connection_url()).charge(1)
# --- negative: a service on this machine @ shop/backends/counters.py
import redis

class CountersBackend:
    def charge(self, order):
        return redis.Redis().incr('a')
# +++ tests/test_counters.py
import redis
from shop.backends.counters import CountersBackend

def test_charge():
    redis.Redis(host='localhost').flushall()
    assert CountersBackend().charge(1) == 1
# --- negative: left out without a key @ shop/providers/maps.py
import requests

class MapsProvider:
    def charge(self, order):
        return requests.get('/maps')
# +++ tests/test_maps.py
import os
import pytest
from shop.providers.maps import MapsProvider

@pytest.mark.skipif(not os.environ.get('MAPS_KEY'), reason='no key')
def test_charge():
    assert MapsProvider().charge(3).id == 3
# --- negative: left out by a name for the environment @ shop/providers/maps.py
import requests

class MapsProvider:
    def charge(self, order):
        return requests.get('/maps')
# +++ tests/test_maps.py
import os
import pytest
from shop.providers.maps import MapsProvider

KEY = os.environ.get('MAPS_KEY')

@pytest.mark.skipif(not KEY, reason='no key')
def test_maps():
    assert MapsProvider().charge(1).ok
# --- negative: a live test @ shop/providers/maps.py
import requests

class MapsProvider:
    def charge(self, order):
        return requests.get('/maps')
# +++ tests/test_maps.py
from shop.providers.maps import MapsProvider

def test_live_maps():
    assert MapsProvider().charge(1).ok
# --- negative: a test that needs Docker @ shop/drivers/rabbit.py
import pika

class RabbitDriver:
    def charge(self, order):
        return pika.BlockingConnection()
# +++ tests/test_rabbit.py
import pytest
from shop.drivers.rabbit import RabbitDriver

@pytest.mark.docker
def test_charge():
    assert RabbitDriver().charge(3).id == 3
# --- negative: it talks to nothing @ shop/adapters/rounding.py
class RoundingAdapter:
    def charge(self, order):
        return round(order.total, 2)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: it writes files @ shop/backends/local.py
class LocalBackend:
    def keep(self, path, body):
        with open(path, 'w') as file:
            file.write(body)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: a base class @ shop/adapters/base.py
import requests

class BaseAdapter:
    session = requests.Session()
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: a registry @ shop/providers/registry.py
import requests

def discover():
    return requests.get('/providers').json()
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: an interface @ shop/drivers/interface.py
import redis

class Driver:
    client: redis.Redis
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: what is passed on by the package @ shop/backends/__init__.py
import redis

def connect():
    return redis.Redis()
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: helpers beside adapters @ shop/adapters/http_utils.py
import requests

def get(url):
    return requests.get(url)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: no folder of plugins @ shop/payments/stripe.py
import stripe

class StripeAdapter:
    def charge(self, order):
        return stripe.Charge.create(amount=order.total)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: no test in this language @ shop/adapters/stripe.py
import stripe

class StripeAdapter:
    def charge(self, order):
        return stripe.Charge.create(amount=order.total)
# --- negative: an adapter of the tests @ tests/adapters/stripe.py
import stripe

class StripeAdapter:
    def charge(self, order):
        return stripe.Charge.create(amount=order.total)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: an adapter of an example @ examples/adapters/stripe.py
import stripe

class StripeAdapter:
    def charge(self, order):
        return stripe.Charge.create(amount=order.total)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: a fake adapter @ shop/adapters/fake_stripe.py
import stripe

class StripeAdapter:
    def charge(self, order):
        return stripe.Charge.create(amount=order.total)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: an adapter in memory @ shop/backends/in_memory.py
import redis

class InMemory:
    def parse(self, error: redis.RedisError):
        return str(error)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: only the exceptions of a client @ shop/adapters/wallet.py
from botocore.exceptions import ClientError

def explain(error: ClientError):
    return error.response
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: a script is no plugin @ shop/console.py
import requests

def main():
    requests.post('/orders')
# +++ pyproject.toml
[project.entry-points.console_scripts]
shop = 'shop.console:main'
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: an entry point that is tested @ invoices/plain_text.py
class PlainText:
    def render(self, order):
        return str(order)
# +++ pyproject.toml
[project.entry-points."shop.renderers"]
plain = "invoices.plain_text:PlainText"
# +++ tests/test_plain_text.py
from invoices.plain_text import PlainText

def test_charge():
    assert PlainText().render(3) == '3'
# --- negative: an entry point of another package @ shop/cart.py
def total(items):
    return sum(items)
# +++ pyproject.toml
[project.entry-points."shop.renderers"]
plain = "elsewhere.render:Plain"
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: something else is mocked @ shop/adapters/ledger.py
import psycopg

class LedgerAdapter:
    def charge(self, order):
        return psycopg.connect('').execute('')
# +++ tests/integration/test_ledger.py
from unittest.mock import patch
from shop.adapters.ledger import LedgerAdapter

def test_charge():
    with patch('shop.mailer.send'):
        assert LedgerAdapter().charge(3) == 3
# --- negative: only a setting is patched @ shop/adapters/stripe.py
import stripe

class StripeAdapter:
    def charge(self, order):
        return stripe.Charge.create(amount=order.total)
# +++ tests/integration/test_stripe.py
import os
from unittest.mock import patch
from shop.adapters.stripe import StripeAdapter

def test_charge():
    with patch.dict(os.environ, {'STRIPE_KEY': 'sk_test'}):
        assert StripeAdapter().charge(3).paid
# --- negative: one mocks and another does not @ shop/adapters/twilio.py
from twilio.rest import Client

class TwilioAdapter:
    def charge(self, order):
        return Client().messages.create(body=order)
# +++ tests/integration/test_twilio_errors.py
from unittest.mock import patch

from shop.adapters.twilio import TwilioAdapter

def test_charge():
    with patch('shop.adapters.twilio.Client'):
        assert TwilioAdapter().charge(3)
# +++ tests/integration/test_twilio.py
from shop.adapters.twilio import TwilioAdapter

def test_charge():
    assert TwilioAdapter().charge(3).id == 3
# --- negative: HTTP is answered, the database is not @ shop/backends/orders.py
import asyncpg

class OrdersBackend:
    def charge(self, order):
        return asyncpg.connect()
# +++ tests/integration/test_orders.py
import responses
from shop.backends.orders import OrdersBackend

def test_charge():
    responses.get('https://taxes.shop.io', json={})
    assert OrdersBackend().charge(3) == 3
# --- negative: from afar, and the only one @ shop/adapters/stripe.py
import stripe

class StripeAdapter:
    def charge(self, order):
        return stripe.Charge.create(amount=order.total)
# +++ shop/checkout.py
from shop.adapters.stripe import StripeAdapter

def check_out(order):
    return StripeAdapter().charge(order)
# +++ tests/integration/test_checkout.py
from shop.checkout import check_out

def test_charge():
    assert check_out(3).paid
# --- negative: a fixture of the integration tests makes it @ shop/adapters/stripe.py
import stripe

class StripeAdapter:
    def charge(self, order):
        return stripe.Charge.create(amount=order.total)
# +++ tests/integration/conftest.py
import pytest
from shop.adapters.stripe import StripeAdapter

@pytest.fixture
def payments():
    return StripeAdapter()
# +++ tests/integration/test_pay.py
def test_pay(payments):
    assert payments.charge(3).paid
# --- negative: chosen by its name in a text @ shop/drivers/rabbit.py
import pika

class RabbitDriver:
    def charge(self, order):
        return pika.BlockingConnection()
# +++ tests/integration/test_queue.py
from shop.queue import connect

def test_charge():
    assert connect('rabbit://queue').alive
# --- negative: a configuration beside the adapters @ shop/adapters/stripe_config.py
import stripe

def configure(key):
    stripe.api_key = key
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: a client for types alone @ shop/adapters/wallet.py
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests.auth import AuthBase

class WalletAdapter:
    def auth(self) -> AuthBase | None:
        return None
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: the environment says where it is @ shop/drivers/rabbit.py
import pika

class RabbitDriver:
    def charge(self, order):
        return pika.BlockingConnection()
# +++ tests/test_rabbit.py
import os

from shop.drivers.rabbit import RabbitDriver

URL = os.environ.get('RABBIT_URL', 'amqp://queue')

def test_charge():
    assert RabbitDriver(URL).charge('a') is None
# --- negative: only the helpers of a client @ shop/backends/disk.py
from kombu.utils.encoding import ensure_bytes

class DiskBackend:
    def keep(self, path, body):
        path.write_bytes(ensure_bytes(body))
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: a failure is put into the real one @ shop/backends/orders.py
import psycopg

class OrdersBackend:
    def charge(self, order):
        return psycopg.connect('').execute('')
# +++ tests/integration/test_orders.py
from unittest.mock import patch
from shop.backends.orders import OrdersBackend

def test_charge():
    with patch('psycopg.Connection.commit', side_effect=fails_once):
        assert OrdersBackend().charge(3) == 3
# --- positive: it talks to one beside the project's own package: untested @ consul/adapters/ledger.py
from consul.records import Entry
import psycopg

class LedgerAdapter:
    def charge(self, order):
        return psycopg.connect('').execute('', Entry(order))
# +++ consul/__init__.py
"""Of the shop."""
# +++ consul/records.py
class Entry: ...
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a package that is called as its service is: untested @ adapters/redis/__init__.py
import redis

class RedisAdapter:
    def charge(self, order):
        return redis.Redis().incr(order)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: the project's own package @ consul/drivers/linode.py
from consul.records import Entry
from ..places import here

class LinodeDriver:
    def place(self, order):
        return Entry(order, here())
# +++ consul/__init__.py
"""Of the shop."""
# +++ tests/test_cart.py
from consul.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: scripts and hooks are of one plugin: untested @ integrations/editor-plugin/scripts/search.py
from urllib.request import urlopen

def search(text):
    return urlopen('https://notes.shop.io/?q=' + text).read()
# +++ integrations/editor-plugin/hooks/stop.py
def stop():
    return 0
# +++ tests/scripts/test_labels.py
from shop.labels import read

def test_read():
    assert read('scripts') == ['scripts']
# --- negative: it connects by a function that it imports @ shop/backends/ledger.py
import asyncpg

class LedgerBackend:
    async def charge(self, order):
        return await (await asyncpg.connect(self.dsn)).execute('select 1')
# +++ tests/test_ledger.py
from unittest import mock

from asyncpg import connect

from shop.backends.ledger import LedgerBackend

async def test_charge():
    rows = await connect('postgres://shop@db/shop')
    with mock.patch('shop.backends.ledger.slow', return_value=True):
        await LedgerBackend(rows).charge(3)
    assert await rows.fetchval('select count(*) from orders') == 1
# --- negative: a client of a service on this machine @ shop/backends/reports.py
import clickhouse_driver

class ReportsBackend:
    def rows(self, query):
        return clickhouse_driver.Client(self.host).execute(query)
# +++ tests/test_reports.py
from clickhouse_driver import Client

from shop.backends.reports import ReportsBackend

def test_rows():
    Client('localhost').execute('create table orders (id int)')
    assert ReportsBackend('localhost').rows('select id from orders') == []
# --- negative: a method of its own that is called as a known function @ shop/adapters/rounding.py
class RoundingAdapter:
    def open(self):
        return self.create_connection()

    def create_connection(self):
        return None
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a unit test of another language says its name: untested @ shop/connectors/yeti.py
import requests

class Yeti:
    def charge(self, order):
        return requests.post('/orders', json=order)
# +++ frontend/tests/orders.test.js
import { names } from '../src/orders';

test('names', () => {
  expect(names()).toEqual(['yeti']);
});
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: its live tests need a key @ shop/backends/brevo.py
import requests


class BrevoBackend:
    def send(self, mail):
        return requests.post("https://api.brevo.com", json=mail)
# +++ tests/test_brevo_integration.py
KEY = os.getenv("BREVO_KEY")


@tag("live")
@unittest.skipUnless(KEY, "set BREVO_KEY")
class BrevoIntegrationTests(unittest.TestCase):
    def test_send(self):
        self.assertEqual(BrevoBackend().send({}).status_code, 201)
# --- positive: its live tests are skipped for good: unit-only @ shop/backends/brevo.py
import requests


class BrevoBackend:
    def send(self, mail):
        return requests.post("https://api.brevo.com", json=mail)
# +++ tests/test_brevo_integration.py
@unittest.skip("no account any more")
class BrevoIntegrationTests(unittest.TestCase):
    def test_send(self):
        self.assertEqual(BrevoBackend().send({}).status_code, 201)
# --- negative: only the types of a library of HTTP @ shop/backends/mandrill.py
from requests.structures import CaseInsensitiveDict


class MandrillBackend:
    headers = CaseInsensitiveDict()
# +++ tests/test_cart.py
def test_total():
    assert total() == 3
# --- negative: an integration test goes through all @ shop/carriers/drivers/dhl.py
import requests


class Courier:
    def track(self, number):
        return requests.get(f"https://dhl.example/{number}")
# +++ tests/integration/test_carriers.py
from shop.carriers import all_drivers


@pytest.mark.parametrize("driver", all_drivers())
def test_track(driver):
    assert driver().track("1").ok
# --- positive: an integration test gets another by its name: untested @ shop/carriers/drivers/dhl.py
import requests


class Courier:
    def track(self, number):
        return requests.get(f"https://dhl.example/{number}")
# +++ shop/carriers/drivers/ups.py
import requests


class Van:
    def track(self, number):
        return requests.get(f"https://ups.example/{number}")
# +++ tests/integration/test_carriers.py
from shop.carriers import get_driver


def test_track():
    assert get_driver("ups").track("1").ok
# --- negative: a script tests it with the program @ shop/plugins/apache/configurator.py
import subprocess


class ApacheConfigurator:
    def restart(self):
        return subprocess.run(["apachectl", "graceful"], check=True)
# +++ tests/test_apache.py
@mock.patch("shop.plugins.apache.configurator.subprocess")
def test_restart(process):
    ApacheConfigurator().restart()
    assert process.run.called
# +++ cluster/scripts/test_apache2.sh
shop --apache install && curl -f http://localhost/
# --- positive: a script tests something else with a program: unit-only @ shop/plugins/apache/configurator.py
import subprocess


class ApacheConfigurator:
    def restart(self):
        return subprocess.run(["apachectl", "graceful"], check=True)
# +++ tests/test_apache.py
@mock.patch("shop.plugins.apache.configurator.subprocess")
def test_restart(process):
    ApacheConfigurator().restart()
    assert process.run.called
# +++ cluster/scripts/test_nginx.sh
shop --nginx install && curl -f http://localhost/
# --- negative: the database of its framework @ shop/providers/openid.py
class OpenIDProvider:
    def store(self, url):
        OpenIDStore.objects.create(server_url=url)
# +++ tests/test_openid.py
def test_store(db):
    OpenIDProvider().store("https://id.example")
    assert OpenIDStore.objects.count() == 1
# --- positive: a view of its framework, and a request: unit-only @ shop/providers/facebook/views.py
import requests
from django.views.generic import View


class FacebookAdapter(View):
    def login(self, token):
        return requests.get("https://graph.facebook.com/me", params={"token": token})
# +++ tests/test_facebook.py
def test_login(mocked_responses):
    assert FacebookAdapter().login("a")
# --- negative: who starts the tests names it @ shop/storage/backends/ceph.py
import boto3


class CephBackend:
    client = boto3.client("s3")
# +++ tests/conftest.py
def pytest_addoption(parser):
    parser.addoption("--backend", default=None, help="the backend of the storage")
# +++ tests/test_storage.py
def test_put(config):
    assert Storage(config).put("a")
# --- positive: who starts the tests names something else: untested @ shop/storage/backends/ceph.py
import boto3


class CephBackend:
    client = boto3.client("s3")
# +++ tests/conftest.py
def pytest_addoption(parser):
    parser.addoption("--slow", default=None, help="what takes long")
# +++ tests/test_storage.py
def test_put(config):
    assert Storage(config).put("a")
# --- negative: left out where its service does not run @ shop/cache/backends/memcached.py
import bmemcached


class MemcachedBackend:
    client = bmemcached.Client()
# +++ tests/test_memcached.py
from unittest import mock


def test_put(backend):
    if not backend.answers():
        pytest.skip("memcached is not running")
    assert MemcachedBackend().client.set("a", mock.sentinel.a)
# --- negative: an entry point of a project that has tests of its own @ www/grid/shop_grid/__init__.py
def render(order):
    return str(order)
# +++ www/grid/pyproject.toml
[project.entry-points."shop.www"]
grid = "shop_grid:render"
# +++ www/grid/src/Grid.test.ts
import { grid } from './Grid';
test('rows', () => { expect(grid([1])).toEqual([[1]]); });
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- negative: an entry point of an example @ www/nestedexample/shop_nested/__init__.py
def render(order):
    return str(order)
# +++ www/nestedexample/pyproject.toml
[project.entry-points."shop.www"]
nested = "shop_nested:render"
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a folder of providers of a kind: untested @ shop/cloud_providers/azure_blobs.py
from azure.storage.blob import BlobServiceClient

class AzureBlobs:
    def put(self, order):
        return BlobServiceClient(self.url).upload_blob(order)
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: what others import is only called alike: unit-only @ integrations/shop-azure/shop_azure/credentials.py
from azure.identity import DefaultAzureCredential


class AzureCredentials:
    def get_client(self):
        return DefaultAzureCredential()
# +++ integrations/shop-azure/pyproject.toml
[project.entry-points."shop.collections"]
shop_azure = "shop_azure"
# +++ integrations/shop-azure/shop_azure/__init__.py
from .credentials import AzureCredentials

default = AzureCredentials()
# +++ integrations/shop-azure/tests/test_credentials.py
from unittest.mock import patch
from shop_azure import AzureCredentials


@patch("shop_azure.credentials.DefaultAzureCredential")
def test_client(credential):
    assert AzureCredentials().get_client()
# +++ tests/integration/test_cart.py
from shop.credentials import default

def test_total():
    assert default.total([1, 2]) == 3
# --- negative: the tests of its project meet what is behind it @ integrations/shop-azure/shop_azure/credentials.py
from azure.identity import DefaultAzureCredential


class AzureCredentials:
    def get_client(self):
        return DefaultAzureCredential()
# +++ integrations/shop-azure/pyproject.toml
[project.entry-points."shop.collections"]
shop_azure = "shop_azure.credentials"
# +++ integrations/shop-azure/tests/test_credentials.py
from shop_azure.credentials import AzureCredentials


def test_client():
    assert AzureCredentials().get_client()
# +++ integrations/shop-azure/tests/integration/test_login.py
from shop_azure.credentials import AzureCredentials


def test_login():
    assert AzureCredentials().get_client().get_token("https://vault.shop.io")
# --- negative: what end-to-end tests are configured with names it @ www/boards/shop_boards/__init__.py
def render(order):
    return str(order)
# +++ www/boards/pyproject.toml
[project.entry-points."shop.www"]
wsgi_boards = "shop_boards:render"
# +++ e2e/master.cfg
c["www"]["plugins"]["wsgi_boards"] = [{"name": "board"}]
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: what the product is configured with names it: untested @ www/boards/shop_boards/__init__.py
def render(order):
    return str(order)
# +++ www/boards/pyproject.toml
[project.entry-points."shop.www"]
wsgi_boards = "shop_boards:render"
# +++ config/master.cfg
c["www"]["plugins"]["wsgi_boards"] = [{"name": "board"}]
# +++ tests/test_cart.py
from shop.cart import total

def test_total():
    assert total([1, 2]) == 3
# --- positive: a class of one word, which anybody says: unit-only @ shop/adapters/stripe.py
import stripe


class Refused(Exception):
    pass


def charge(order):
    return stripe.Charge.create(amount=order.total)
# +++ tests/test_stripe.py
from unittest.mock import patch
from shop.adapters import stripe


@patch("shop.adapters.stripe.stripe")
def test_charge(client):
    assert stripe.charge(order)
# +++ tests/integration/test_login.py
def test_login(client):
    assert "Refused" not in client.get("/login").text
# --- positive: a class that the product has too: unit-only @ shop/adapters/stripe.py
import stripe


class CardRefused(Exception):
    pass


def charge(order):
    return stripe.Charge.create(amount=order.total)
# +++ shop/cards.py
class CardRefused(Exception):
    pass
# +++ tests/test_stripe.py
from unittest.mock import patch
from shop.adapters import stripe


@patch("shop.adapters.stripe.stripe")
def test_charge(client):
    assert stripe.charge(order)
# +++ tests/integration/test_cards.py
from shop.cards import CardRefused

def test_refused(client):
    with raises(CardRefused):
        client.post("/pay")
# --- negative: it builds on the integration tests of all @ shop/providers/hetzner.py
import requests


class HetznerProvider:
    def zones(self):
        return requests.get("https://dns.hetzner.com/api/v1/zones").json()
# +++ tests/providers/test_hetzner.py
from unittest import TestCase
from integration_tests import IntegrationTests


class HetznerProviderTests(TestCase, IntegrationTests):
    provider_name = "hetzner"

    @skip("not recorded yet")
    def test_zones(self):
        assert self.provider().zones()
# --- negative: an integration test that mocks what it logs by @ shop/providers/hetzner.py
import requests

LOGGER = logging.getLogger(__name__)


class HetznerProvider:
    def zones(self):
        return requests.get("https://dns.hetzner.com/api/v1/zones").json()
# +++ tests/integration/test_hetzner.py
from unittest.mock import patch


@patch("shop.providers.hetzner.LOGGER.warning")
def test_zones(warning):
    assert HetznerProvider().zones()
# --- negative: its answers were recorded @ shop/providers/cohere.py
import cohere


class CohereProvider:
    def embed(self, text):
        return cohere.Client().embed(text)
# +++ tests/test_cohere.py
import vcr

from shop.providers.cohere import CohereProvider


@vcr.use_cassette("cassettes/embed.yaml")
def test_embed():
    assert CohereProvider().embed("a")
# --- positive: its answers were made up: unit-only @ shop/providers/cohere.py
import cohere


class CohereProvider:
    def embed(self, text):
        return cohere.Client().embed(text)
# +++ tests/test_cohere.py
import responses

from shop.providers.cohere import CohereProvider


@responses.activate
def test_embed():
    responses.post("https://api.cohere.ai/embed", json={"embeddings": [[1.0]]})
    assert CohereProvider().embed("a")
# --- positive: a rule that is called after an integration names it: unit-only @ shop/providers/cloud/provider.py
import boto3


class CloudProvider:
    client = boto3.client("cloudtrail")
# +++ shop/providers/cloud/rules/trail-no-integration.json
{"provider": "cloud"}
# +++ tests/test_cloud.py
from unittest.mock import patch

from shop.providers.cloud.provider import CloudProvider


@patch("shop.providers.cloud.provider.boto3")
def test_rules(boto3):
    assert CloudProvider().client
