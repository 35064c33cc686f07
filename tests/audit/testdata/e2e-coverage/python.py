# Snippets for the scanner; each is a file of its own. They are read, never run.
# --- positive: a route of FastAPI: proposed @ shop/api.py
from fastapi import FastAPI

app = FastAPI()

@app.get("/orders/{order}")
def order(order: int): ...
# --- positive: a router's prefix: proposed @ shop/routes/invoices.py
router = APIRouter(prefix="/invoices")

@router.post("/{invoice}/pay")
def pay(invoice: int): ...
# --- positive: nothing but the prefix: proposed @ shop/routes/carts.py
router = APIRouter(prefix="/carts", tags=["carts"])

@router.get("")
async def carts(): ...
# --- positive: a route of Flask: proposed @ shop/web.py
@app.route("/checkout", methods=["GET", "POST"])
def checkout():
    return render_template("checkout.html")
# --- positive: a blueprint: proposed @ shop/refunds.py
bp = Blueprint("refunds", __name__, url_prefix="/refunds")

@bp.route("/<int:refund>")
def refund(refund): ...
# --- positive: a route of Starlette: proposed @ shop/asgi.py
from starlette.routing import Route

routes = [Route("/vouchers", endpoint=vouchers), Route("/vouchers/{code}", endpoint=voucher)]
# --- positive: aiohttp's router: proposed @ shop/server.py
from aiohttp import web

app = web.Application()
app.router.add_post("/uploads", upload)
# --- positive: aiohttp's table: proposed @ shop/server.py
from aiohttp import web

app.add_routes([web.get("/downloads/{name}", download)])
# --- positive: a url of Django: proposed @ shop/urls.py
from django.urls import path

urlpatterns = [path("wishlists/<int:pk>/", views.wishlist, name="wishlist")]
# --- positive: a pattern of Django: proposed @ shop/urls.py
urlpatterns = [re_path(r"^reviews/(?P<pk>\d+)/$", views.review)]
# --- positive: a view set: proposed @ shop/api.py
from rest_framework import routers

router = routers.DefaultRouter()
router.register("suppliers", SupplierViewSet)
# --- positive: a socket: proposed @ shop/live.py
@app.websocket("/auctions")
async def auctions(socket: WebSocket): ...
# --- positive: a route that is added: proposed @ shop/api.py
app.add_api_route("/coupons", coupons, methods=["GET"])
# --- positive: a rule that is added: proposed @ shop/web.py
app.add_url_rule("/returns", view_func=returns)
# --- positive: behind a version: proposed @ shop/api.py
@app.delete("/api/v2/addresses/{address}")
def delete_address(address: str): ...
# --- positive: a unit test of the function alone: proposed @ shop/api.py
@app.get("/shipments")
def shipments(): ...
# +++ tests/unit/test_shipments.py
from shop.api import shipments

def test_shipments():
    assert shipments() == []
# --- positive: the browser goes elsewhere: proposed @ shop/web.py
@app.get("/catalog")
def catalog(): ...

@app.get("/gift-cards")
def gift_cards(): ...
# +++ e2e/test_catalog.py
def test_catalog(page):
    page.goto("/catalog")
    assert page.title() == "Catalog"
# --- positive: a client asks for another route: proposed @ shop/api.py
@app.get("/orders")
def orders(): ...

@app.get("/subscriptions")
def subscriptions(): ...
# +++ tests/test_orders.py
client = TestClient(app)

def test_orders():
    assert client.get("/orders").json() == []
# --- positive: a command of click: proposed @ shop/cli.py
import click

@click.command()
def reindex():
    """Build the index anew."""
# --- positive: a command by its name: proposed @ shop/cli.py
import typer

app = typer.Typer()

@app.command("import-orders")
def from_file(path: str): ...
# --- positive: of a group: proposed @ shop/cli.py
import click

@click.group()
def cli(): ...

@cli.command(name="reprice")
def reprice_all(): ...
# --- positive: a subparser: proposed @ shop/__main__.py
import argparse

parser = argparse.ArgumentParser()
commands = parser.add_subparsers()
commands.add_parser("migrate", help="Change the schema.")
# --- positive: another command is run: proposed @ shop/cli.py
import click

@cli.command()
def export_stock(): ...

@cli.command()
def import_stock(): ...
# +++ tests/test_cli.py
def test_export():
    assert subprocess.run(["shop", "export-stock"]).returncode == 0
# --- positive: a kind of the cluster: proposed @ config/crd/bases/shop.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: storefronts.shop.io
spec:
  group: shop.io
  names:
    kind: Storefront
    plural: storefronts
# --- positive: a kind of a chart: proposed @ charts/shop/crds/warehouse.yml
kind: CustomResourceDefinition
spec:
  group: shop.io
  names:
    plural: warehouses
    singular: warehouse
    kind: "Warehouse"
# +++ tests/e2e/test_storefront.py
def test_storefront(api):
    api.create_namespaced_custom_object("shop.io", "v1", "shop", "storefronts", {"kind": "Storefront"})
    assert api.wait("Ready") is True
# --- positive: a template of a kind: proposed @ charts/shop/templates/crd.yaml
{{- if .Values.crds }}
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pricelists.shop.io}
spec:
  group: shop.io
  names:
    kind: PriceList
{{- end }}
# --- positive: nothing proves a workflow: uncovered @ tests/e2e/test_search.py
def test_search(page):
    page.goto("/search?q=tea")
    assert page.locator(".hit").count() == 3
# +++ workflows.yaml
workflows:
  - name: pay for a cart
    priority: P1
# --- positive: it needs more than there is: uncovered @ tests/integration/test_checkout.py
def test_checkout():
    assert checkout([1]).total == 300
# +++ workflows.yaml
workflows:
  - name: checkout
    needs: [integration, e2e]
# --- positive: its tests are gone: uncovered @ tests/e2e/test_basket.py
def test_basket(page):
    page.goto("/basket")
    assert page.title() == "Basket"
# +++ workflows.yaml
workflows:
  - {name: cart, tests: ["tests/e2e/test_cart*"]}
# --- positive: the only test is skipped: uncovered @ tests/e2e/test_refund.py
@pytest.mark.skip(reason="flaky")
def test_refund(page):
    page.goto("/refund")
    assert page.title() == "Refund"
# +++ workflows.yaml
workflows:
  - name: refund
    needs: [e2e]
# --- positive: where the configuration says: uncovered @ docs/journeys.yaml
workflows:
  - name: order by phone
    what: somebody calls, and a clerk types
# +++ ameide.toml
[gaps]
workflows = "docs/journeys.yaml"
# --- positive: one of two globs means nothing: unknown-test @ tests/e2e/test_cart.py
def test_cart(page):
    page.goto("/cart")
    assert page.title() == "Cart"
# +++ workflows.yaml
workflows:
  - name: cart
    tests: ["tests/e2e/test_cart.py", "tests/e2e/test_basket.py"]
# --- positive: no title says it: unknown-test @ tests/e2e/test_cart.py
def test_add_to_cart(page):
    page.goto("/cart")
    assert page.title() == "Cart"
# +++ workflows.yaml
workflows:
  - name: cart
    tests: [add to cart, take from cart]
# --- negative: a client asks for it @ shop/api.py
@app.get("/orders/{order}")
def order(order: int): ...
# +++ tests/test_api.py
def test_order(client):
    assert client.get("/orders/7").json() == {"id": 7}
# --- negative: a browser goes there @ shop/web.py
@app.route("/checkout")
def checkout(): ...
# +++ tests/e2e/test_checkout.py
def test_checkout(page):
    page.goto("https://shop.test/checkout")
    assert page.title() == "Checkout"
# --- negative: it is clicked @ shop/web.py
@app.route("/gift-cards")
def gift_cards(): ...
# +++ e2e/test_gifts.py
def test_gifts(page):
    page.goto("/")
    page.get_by_role("link", name="Gift cards").click()
    assert page.title() == "Gifts"
# --- negative: a live server is asked @ shop/api.py
@app.post("/invoices")
def invoice(): ...
# +++ tests/integration/test_invoices.py
def test_invoice(live):
    assert httpx.post(f"{live}/invoices", json={}).status_code == 201
# --- negative: by the singular @ shop/urls.py
urlpatterns = [path("wishlist/", views.wishlist)]
# +++ tests/test_views.py
class WishlistTest(TestCase):
    def test_list(self):
        assert self.client.get("/wishlists/").status_code == 200
# --- negative: by a page object @ shop/web.py
@app.route("/catalog")
def catalog(): ...
# +++ e2e/pages/catalog.py
class CatalogPage:
    def open(self):
        self.page.goto(self.base + "/catalog")
# --- negative: selenium @ shop/web.py
@app.route("/returns")
def returns(): ...
# +++ tests/test_browser.py
from selenium import webdriver

def test_returns(driver):
    driver.get("http://localhost/returns")
    assert driver.title == "Returns"
# --- negative: health and metrics @ shop/api.py
@app.get("/healthz")
def healthz(): ...

@app.get("/metrics")
def metrics(): ...

@app.get("/api/v1/version")
def version(): ...
# --- negative: the root @ shop/api.py
@app.get("/")
def root(): ...
# --- negative: nothing but a variable @ shop/api.py
@router.get("/{item}")
def item(item: str): ...
# --- negative: an example @ examples/hello.py
@app.get("/orders")
def orders(): ...
# --- negative: of the documentation @ docs/src/tutorial.py
@app.get("/orders")
def orders(): ...
# --- negative: a route of a test's own app @ tests/test_app.py
app = FastAPI()

@app.get("/orders")
def orders(): ...

def test_orders():
    assert orders() is None
# --- negative: a dictionary @ shop/cache.py
value = cache.get("/orders", None)
headers.get("/orders")
# --- negative: a decorator of another kind @ shop/mocks_of_http.py
@responses.activate
def orders(): ...

@mock.patch("/orders")
def other(): ...
# --- negative: an included table @ shop/urls.py
urlpatterns = [path("reviews/", include("shop.reviews.urls"))]
# --- negative: a path of files @ shop/files.py
from pathlib import Path

folder = path("/orders", "x")
# --- negative: a command is run @ shop/cli.py
import click

@click.command()
def reindex(): ...
# +++ tests/test_cli.py
def test_reindex():
    assert CliRunner().invoke(cli, ["reindex", "--all"]).exit_code == 0
# --- negative: a command is run by its line @ shop/__main__.py
parser = argparse.ArgumentParser()
parser.add_subparsers().add_parser("migrate")
# +++ tests/e2e/migrate.sh
set -e
shop migrate --to 3
# --- negative: the program itself @ shop/cli.py
import click

@click.command()
def main(): ...
# --- negative: a hidden command @ shop/cli.py
import click

@cli.command(hidden=True)
def dump_internals(): ...
# --- negative: a command of a bot @ shop/bot.py
from discord.ext import commands

@bot.command()
async def roll(context): ...
# --- negative: help @ shop/cli.py
import typer

@app.command()
def version(): ...
# --- negative: a kind that a test makes @ config/crd/shop.yaml
kind: CustomResourceDefinition
spec:
  group: shop.io
  names:
    kind: Storefront
# +++ tests/e2e/test_storefront.py
MANIFEST = """
kind: Storefront
metadata: {name: a}
"""

def test_storefront(cluster):
    assert cluster.apply(MANIFEST) == "Ready"
# --- negative: a kind in a case of KUTTL @ charts/shop/crds/warehouse.yaml
kind: CustomResourceDefinition
spec:
  names:
    kind: Warehouse
# +++ tests/kuttl/warehouse/00-install.yaml
apiVersion: shop.io/v1
kind: Warehouse
metadata: {name: north}
# --- negative: a kind by its plural @ config/crd/shop.yaml
kind: CustomResourceDefinition
spec:
  names:
    kind: PriceList
    plural: pricelists
# +++ tests/integration/test_prices.py
def test_prices(api):
    assert api.list_cluster_custom_object("shop.io", "v1", "pricelists")["items"] == []
# --- negative: a kind of a test @ tests/crds/fake.yaml
kind: CustomResourceDefinition
spec:
  names:
    kind: Fake
# --- negative: other manifests @ deploy/shop.yaml
kind: Deployment
spec:
  template: {}
# --- negative: a workflow with its test @ tests/e2e/test_pay_for_a_cart.py
def test_by_card(page):
    page.goto("/cart")
    assert page.title() == "Paid"
# +++ workflows.yaml
workflows:
  - name: pay for a cart
    priority: P1
    needs: [e2e]
# --- negative: an integration test is all that it needs @ tests/integration/test_checkout.py
def test_checkout():
    assert checkout([1]).total == 300
# +++ workflows.yaml
workflows:
  - name: checkout
    priority: P1
# --- negative: a marker makes it end to end @ tests/test_flows.py
@pytest.mark.e2e
def test_refund(page):
    page.goto("/refund")
    assert page.title() == "Refund"
# +++ workflows.yaml
workflows:
  - name: refund
    needs: [e2e]
# --- negative: a tag @ tests/e2e/test_cart.py
def test_add_to_cart(page):
    page.goto("/cart")
    assert page.title() == "Cart"
# +++ workflows.yaml
workflows:
  - name: shopping
    tests: [add to cart]
# --- negative: a glob of a language that is not read @ tests/e2e/test_cart.py
def test_cart(page):
    page.goto("/cart")
    assert page.title() == "Cart"
# +++ workflows.yaml
workflows:
  - name: cart
    tests: ["tests/e2e/test_cart.py", "rust/tests/cart.rs"]
# --- negative: workflows of something else @ .github/workflows.yaml
workflows:
  - name: build
# --- negative: workflows that are none of ours @ deploy/argo.yaml
workflows:
  build: {steps: []}
# --- negative: the app is asked, by a variable @ shop/views.py
@application.route("/<dataset:dataset>/mql")
def mql(dataset): ...
# +++ tests/test_mql_api.py
class TestMql:
    route = f"/{DATASET}/mql"

    def test_empty(self):
        assert self.app.post(self.route, data="{}").status_code == 400
# --- negative: a command is run by its function @ shop/cli.py
import click

@click.command()
def bulk_load(): ...
# +++ tests/test_cli.py
from shop.cli import bulk_load

def test_bulk():
    assert CliRunner().invoke(bulk_load, ["--all"]).exit_code == 0
# --- negative: for developers and browsers @ shop/api.py
@app.post("/test-webhook")
def test_webhook(): ...

@app.get("/index.html")
def index(): ...

@app.get("/api/heartbeat")
def heartbeat(): ...
# --- positive: a rest of it: proposed @ shop/urls.py
urlpatterns = [path("pricing/", views.pricing, name="pricing")]
# +++ tests/test_views.py
class ViewTest(TestCase):
    def test_front(self):
        self.assertContains(self.client.get("/"), "Shop")
# --- negative: a client asks for it by a constant @ shop/api.py
@router.post("/bulk-refunds")
def refund(): ...
# +++ tests/routes.py
bulk_refunds = "/api/bulk-refunds"
# +++ tests/test_refunds.py
from fastapi.testclient import TestClient

from tests import routes

def test_many():
    assert TestClient(app).post(routes.bulk_refunds, json=[1]).status_code == 200
# --- positive: a constant that no test asks for: proposed @ shop/api.py
@router.post("/bulk-refunds")
def refund(): ...
# +++ tests/routes.py
bulk_refunds = "/api/bulk-refunds"
orders = "/api/orders"
# +++ tests/test_orders.py
from fastapi.testclient import TestClient

from tests import routes

def test_orders():
    assert TestClient(app).get(routes.orders).status_code == 200
# --- negative: a path that only redirects @ shop/urls.py
from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [path("accounts/login/", RedirectView.as_view(url="/admin/login/"))]
# --- positive: a path beside one that redirects: proposed @ shop/urls.py
from django.urls import path
from django.views.generic import RedirectView
from shop import views

urlpatterns = [path("accounts/login/", RedirectView.as_view(url="/admin/login/")), path("refunds/", views.refunds)]
# --- negative: a command of an example with a name @ plugins/example_click/cli.py
import click

@click.group()
def shop(): ...

@shop.command()
def duvet(): ...
# --- negative: a command that makes releases @ extra/release.py
import click

@click.group()
def shop(): ...

@shop.command()
def bump(): ...
# --- negative: a command that a test gives as a list @ shop/cli.py
import argparse

def parser():
    subparsers = argparse.ArgumentParser().add_subparsers()
    subparsers.add_parser("reindex")
# +++ tests/test_cli.py
from shop.cli import main

def test_reindex():
    assert main(["reindex", "--force"]) == 0
# --- positive: a command beside one that a test gives as a list: proposed @ shop/cli.py
import argparse

def parser():
    subparsers = argparse.ArgumentParser().add_subparsers()
    subparsers.add_parser("reindex")
    subparsers.add_parser("prune")
# +++ tests/test_cli.py
from shop.cli import main

def test_reindex():
    assert main(["reindex", "--force"]) == 0
# --- negative: a path that a test asks for by a client that was made from it @ shop/urls.py
from django.urls import re_path
from shop import views

urlpatterns = [re_path(r"^orphans/cleanup/$", views.cleanup)]
# +++ tests/functional/test_orphans.py
def test_cleanup(bindings):
    assert bindings.OrphansCleanupApi.cleanup({}).status == 200
# --- negative: a command that a fixture of the tests runs @ shop/cli/clean.py
import click

@click.command()
def clean(): ...
# +++ tests/test_clean.py
def test_clean(shop):
    result = shop("clean")
    assert result.exit_code == 0
# --- negative: the health of workers @ shop/web.py
from flask import Flask

app = Flask("shop")

@app.route("/worker-health")
def worker_health(): ...
# --- negative: services that stand in for others @ docker/mockservices/main.py
from fastapi import FastAPI

app = FastAPI()

@app.post("/recaptcha/siteverify")
def verify(): ...
