"""The environment of each process in the cloud, from the shop's own table of settings.

A test compares the two: every setting is supplied here, or its default has a reason here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from troposphere import Equals, If, Join, Not, Ref, Sub

from storefront.settings import PREFIX
from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks import settings

DATABASE_USER, DATABASE_NAME = "storefront", "storefront"
MACHINE_CA, FUNCTION_CA = "/opt/storefront/current/database-ca.pem", "/var/task/database-ca.pem"
MACHINE_FOLDER, FUNCTION_FOLDER = "/var/lib/storefront/snapshots", "/tmp/snapshots"  # noqa: S108 - Lambda's own
PROXIES = 2
"""CloudFront and the load balancer: each adds an address to X-Forwarded-For."""

PROMOTED = "PromotedDatabaseHost"

WEB, WORKER = "web", "worker"
AUTHENTICATION, CART_UPDATES, CATALOG_CHANGES = "authentication", "cart_updates", "catalog_changes"
SELLING = (WEB, AUTHENTICATION, CART_UPDATES)
"""The processes that take payments or have letters written; ``upkeep`` has the environment of ``web``."""
FUNCTIONS = (AUTHENTICATION, CART_UPDATES, CATALOG_CHANGES)

DEFAULTS: Mapping[str, str] = {
    "dynamodb_url": "The region's own endpoint is meant",
    "assets_url": "CloudFront serves /assets/renditions/* under the shop's own name",
    "testpay_url": "Nobody pays at the test server in production",
    "testpay_secret": "Nobody pays at the test server in production",
    "session_days": "A matter of the shop, not of the cloud",
    "upload_limit": "A matter of the shop, not of the cloud",
    "page_cache_bytes": "64 MB a process fit on the smallest machine",
    "workers": "How many workers a machine runs is its boot script's business",
    "pictures": "Chosen by whether the machine has a GPU",
    "chromium": "Found in PATH where there is one",
    "metadata_url": "Where every EC2 machine asks",
    "log_level": "Logs are read by alarms: at INFO they have all those need",
}
"""Why a setting isn't supplied."""

FROM_SECRETS: Mapping[str, tuple[str, ...]] = {
    "secret_key": (WEB, WORKER, *FUNCTIONS),
    "stripe_key": SELLING,
    "stripe_webhook_secret": SELLING,
    "redis_password": (WEB, WORKER, AUTHENTICATION, CART_UPDATES),
}
"""Who finds a setting in the secrets that ``STOREFRONT_SECRETS`` names."""

Supplier = Callable[[StackTemplate, Parameters, str], Any]


def environment(template: StackTemplate, parameters: Parameters, process: str) -> dict[str, Any]:
    """``STOREFRONT_…`` for a process, in values that CloudFormation fills in."""
    return {
        PREFIX + name.upper(): supply(template, parameters, process)
        for name, (supply, processes) in SUPPLIED.items()
        if process in processes
    }


def secret_arns(template: StackTemplate, parameters: Parameters, process: str) -> dict[str, Any]:
    """The secrets that a process reads, by title."""
    arns = {"Key": settings.secret(template, parameters, "Key")}
    if process in SELLING:
        arns["Payments"] = settings.secret(template, parameters, "Payments")
    if process in FROM_SECRETS["redis_password"]:
        arns["Redis"] = template.need("CacheSecretArn", "cache.AuthSecretArn")
    return arns


def _fixed(value: str) -> Supplier:
    return lambda *_: value


def _said(output: str) -> Supplier:
    return lambda template, parameters, _: template.need(output, f"{parameters.first}:settings.{output}")


def _secrets(template: StackTemplate, parameters: Parameters, process: str) -> Any:
    arns = secret_arns(template, parameters, process)
    redis = arns.pop("Redis", None)
    named = [Join("=", ["REDIS_PASSWORD", redis])] if redis is not None else []
    return Join(",", [*arns.values(), *named])


def _database(template: StackTemplate, parameters: Parameters, process: str) -> Any:
    # The one writer, also from other regions, over the peering: stock is counted in one place.
    template.need("DatabasePort", f"{parameters.first}:database.Port")
    ca = FUNCTION_CA if process in FUNCTIONS else MACHINE_CA
    return Sub(
        f"postgresql://{DATABASE_USER}@${{Writer}}:${{DatabasePort}}/{DATABASE_NAME}"
        f"?sslmode=verify-full&sslrootcert={ca}",
        Writer=_writer(template, parameters),
    )


def _writer(template: StackTemplate, parameters: Parameters) -> Any:
    """The host of the first region's cluster, until the operator says which one was promoted in its place."""
    first = template.need("DatabaseHost", f"{parameters.first}:database.ClusterEndpoint")
    if not parameters.others:
        return first
    if PROMOTED not in template.parameters:
        about = "After a failover, the ClusterEndpoint of the promoted cluster; empty for the first region's"
        host = template.static(PROMOTED, "", about, AllowedPattern=r"([a-z0-9.-]+\.rds\.amazonaws\.com)?")
        template.add_condition(PROMOTED, Not(Equals(host, "")))
    return If(PROMOTED, Ref(PROMOTED), first)


def _redis(template: StackTemplate, _parameters: Parameters, _process: str) -> Any:
    template.need("CacheHost", "cache.Endpoint")
    template.need("CachePort", "cache.Port")
    return Sub("rediss://${CacheHost}:${CachePort}/0")


def _objects(template: StackTemplate, _parameters: Parameters, _process: str) -> Any:
    template.need("AssetsBucket", "storage.AssetsBucketName")
    return Sub("s3://${AssetsBucket}")


def _endpoint(template: StackTemplate, _parameters: Parameters, _process: str) -> Any:
    # Named, since pages allow browsers to put to this host alone; S3's client would choose one by itself.
    return template.need("ObjectsEndpoint", "storage.ObjectsEndpoint")


def _folder(_template: StackTemplate, _parameters: Parameters, process: str) -> str:
    return FUNCTION_FOLDER if process in FUNCTIONS else MACHINE_FOLDER


ALL = (WEB, WORKER, *FUNCTIONS)

SUPPLIED: Mapping[str, tuple[Supplier, tuple[str, ...]]] = {
    "env": (_fixed("production"), ALL),
    "shop_name": (_said("ShopName"), SELLING),
    "currency": (_said("Currency"), ALL),
    "database_url": (_database, ALL),
    "database_iam": (_fixed("yes"), ALL),
    "dynamodb_region": (lambda _, parameters, __: parameters.region, ALL),
    "table_prefix": (lambda _, parameters, __: parameters.name("").rstrip("-"), ALL),
    "redis_url": (_redis, ALL),
    "objects_url": (_objects, ALL),
    "objects_endpoint": (_endpoint, ALL),
    "snapshot_folder": (_folder, ALL),
    "public_url": (lambda _, parameters, __: f"https://{parameters.domain}", SELLING),
    "mail": (_fixed("ses:"), SELLING),
    "mail_from": (_said("MailFrom"), SELLING),
    "merchant_mail": (_said("MerchantMail"), SELLING),
    "payments": (_fixed("stripe"), SELLING),
    "trusted_proxies": (_fixed(str(PROXIES)), SELLING),
    "spot": (_fixed("yes"), (WORKER,)),
    "secrets": (_secrets, ALL),
}
"""What a setting's value is in the cloud, and which processes get it."""
