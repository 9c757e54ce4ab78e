"""Every setting of the shop has a value in the cloud, or a reason for its default; production takes them."""

from __future__ import annotations

from typing import Any

import pytest

from storefront.settings import PREFIX, from_environ, table
from tests.stacks.built import resources, template
from troposphere_stacks.deployment import Parameters, deployment
from troposphere_stacks.release import environment as cloud
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks import functions, settings

SECRETS = {
    "secret_key": "k" * 64,
    "stripe_key": "rk_live_1",
    "stripe_webhook_secret": "whsec_1",
    "redis_password": "pa55",
}


def resolved(value: Any) -> str:
    """A value as CloudFormation would fill it in, where everything that it refers to is a host name."""
    if hasattr(value, "to_dict"):
        value = value.to_dict()
    if isinstance(value, str):
        return value
    ((name, argument),) = value.items()
    if name == "Ref":
        return "5432" if argument.endswith("Port") else f"{argument.lower()}.internal"
    if name == "Fn::Sub":
        return str(argument).replace("${", "").replace("Port}", "5432").replace("}", ".internal")
    if name == "Fn::Join":
        return str(argument[0]).join(resolved(part) for part in argument[1])
    assert name == "Fn::Select", name
    return "name-abcdef"


def environ(process: str, env: str = "prod", regions: str = "us-east-1,eu-west-1") -> dict[str, str]:
    where = deployment(env, regions, "shop.example.com")
    parameters = Parameters(deployment=where, region=where.regions[-1])
    values = cloud.environment(StackTemplate("for a test"), parameters, process)
    found = {
        PREFIX + name.upper(): SECRETS[name] for name, users in cloud.FROM_SECRETS.items() if process in users
    }
    return {name: resolved(value) for name, value in values.items()} | found


@pytest.mark.parametrize("process", cloud.ALL)
@pytest.mark.parametrize("env", ["prod", "staging", "dev"])
def test_production_takes_the_environment_of(process: str, env: str) -> None:
    told = environ(process, env) | {PREFIX + "CURRENCY": "EUR"}
    shop = from_environ(told, sells=process in cloud.SELLING)
    assert shop.production
    assert shop.dynamodb_region == "eu-west-1"


def test_every_setting_is_supplied_or_has_a_reason_for_its_default() -> None:
    known = {entry.name for entry in table()}
    assert cloud.SUPPLIED.keys() | cloud.DEFAULTS.keys() | cloud.FROM_SECRETS.keys() == known


def test_no_setting_is_supplied_twice() -> None:
    given = [*cloud.SUPPLIED, *cloud.DEFAULTS, *cloud.FROM_SECRETS]
    assert len(given) == len(set(given))


def test_no_secret_stands_in_an_environment() -> None:
    secret = {entry.name for entry in table() if entry.metadata["secret"]}
    assert secret & cloud.SUPPLIED.keys() == {"mail"}  # it is `ses:`, without a password


def test_the_secrets_have_the_keys_that_processes_look_for() -> None:
    made = resources(settings.STACK)
    assert made["Key"]["GenerateSecretString"]["GenerateStringKey"] == "SECRET_KEY"
    assert '"STRIPE_KEY"' in made["Payments"]["SecretString"]
    assert '"STRIPE_WEBHOOK_SECRET"' in made["Payments"]["SecretString"]


def test_functions_get_the_environment_of_their_process() -> None:
    made = resources(functions.STACK)
    for title, process in (("Authentication", "authentication"), ("CatalogChanges", "catalog_changes")):
        variables = made[title]["Environment"]["Variables"]
        assert {name for name in variables if name.startswith(PREFIX)} == set(environ(process)) - {
            PREFIX + name.upper() for name in cloud.FROM_SECRETS
        }


def test_operators_say_a_value_once_for_all_regions() -> None:
    assert set(template(settings.STACK).statics) == {"ShopName", "Currency", "MailFrom", "MerchantMail"}
