"""What the steps ask for, and what is wrong with it, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField, StringField
from wtforms.validators import Email, InputRequired, Length, ValidationError

from storefront.accounts.addresses import FIELDS, countries
from storefront.checkout.countries import format_of

_CHOOSE = "Choose how it comes to you."


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())


def _text(label: str, name: str, needed: str = "") -> Any:
    rules: list[Any] = [InputRequired(needed)] if needed else []
    rules.append(Length(max=FIELDS[name], message="At most %(max)d characters."))
    return StringField(label, rules, filters=[_tidy])


class ContactForm(Form):  # type: ignore[misc] # WTForms has no types
    """Whom the shop writes to."""

    email = StringField(
        "E-mail address",
        [
            InputRequired("Write your e-mail address: the confirmation goes there."),
            Length(max=254, message="At most %(max)d characters."),
            Email("This is no e-mail address. It looks like name@example.com."),
        ],
        filters=[_tidy],
    )


class AddressForm(Form):  # type: ignore[misc] # WTForms has no types
    """Where the goods go. Postcode and region are judged by the country."""

    country = SelectField("Country", [InputRequired("Choose a country.")], validate_choice=False)
    name = _text("Name", "name", "Write the name of who receives it.")
    company = _text("Company", "company")
    street = _text("Street and number", "street", "Write street and number.")
    extra = _text("Floor, flat, or where to leave it", "extra")
    postcode = _text("Postcode", "postcode")
    city = _text("Town", "city", "Write the town.")
    region = _text("Region", "region")
    phone = _text("Telephone, for the carrier", "phone")

    def __init__(self, given: MultiDict[str, str] | None, served: Iterable[str], **filled: Any) -> None:
        super().__init__(given, **filled)
        names = countries()
        known = sorted(((code, names.get(code, code)) for code in served), key=lambda pair: pair[1])
        self.country.choices = [("", "Choose …"), *known]
        used = format_of(self.country.data or "")
        self.postcode.label.text = used.postcode_label
        self.region.label.text = used.region or self.region.label.text

    def validate_country(self, field: Any) -> None:
        if field.data not in dict(field.choices):
            raise ValidationError("Choose a country of the list: the shop delivers to these.")

    def validate_postcode(self, field: Any) -> None:
        used = format_of(self.country.data or "")
        if not used.fits(field.data):
            name = used.postcode_label
            raise ValidationError(f"Write the {name[0].lower() + name[1:]} like {used.example}.")

    def validate_region(self, field: Any) -> None:
        used = format_of(self.country.data or "")
        if used.region and not field.data:
            raise ValidationError(f"Write the {used.region.lower()}.")

    def taken(self) -> dict[str, str]:
        """The address as a checkout keeps it."""
        values = {name: str(self[name].data or "") for name in FIELDS}
        used = format_of(values["country"])
        kept = {"postcode": values["postcode"].upper(), "region": values["region"] if used.region else ""}
        return values | kept


class DeliveryForm(Form):  # type: ignore[misc] # WTForms has no types
    """One of the offered ways."""

    way = SelectField("Way of delivery", [InputRequired(_CHOOSE)], validate_choice=False)

    def __init__(self, given: MultiDict[str, str] | None, keys: Iterable[str], **filled: Any) -> None:
        super().__init__(given, **filled)
        self.way.choices = [(key, key) for key in keys]

    def validate_way(self, field: Any) -> None:
        if field.data not in dict(field.choices):
            raise ValidationError(_CHOOSE)


def problems(form: Form) -> Mapping[str, str]:
    """A sentence for each field that can't be taken."""
    return {name: str(sentences[0]) for name, sentences in form.errors.items() if sentences}
