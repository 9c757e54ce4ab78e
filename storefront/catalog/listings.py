"""A category or a search as a page: filters, chips, orders and pages, all in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from storefront.catalog import operations
from storefront.catalog.cards import cards
from storefront.catalog.pages import Crumb, FacetBox, FacetGroup, Link, ListingPage
from storefront.catalog.snapshot import CategoryView, Facet, FacetValue, Listing, Query
from storefront.web.pages import format_money

HOME = Crumb("Home", "/")
NOT_FACETS = frozenset({"q", "sort", "page"})
ORDERS = (
    ("newest", "Newest first"),
    ("price", "Price, low to high"),
    ("-price", "Price, high to low"),
    ("title", "Name"),
)
LONGEST_TEXT = 100
LARGEST_PAGE = 10_000


def query(args: MultiDict[str, str], category: str = "") -> Query:
    """What the address asks for; what makes no sense in it is left out."""
    text = " ".join(args.get("q", "").split())[:LONGEST_TEXT]
    page = args.get("page", "1")
    return Query(
        text=text,
        category=category,
        facets={key: tuple(args.getlist(key)) for key in args if key not in NOT_FACETS},
        sort=args.get("sort", "relevance" if text else "newest"),
        page=int(page) if page.isascii() and page.isdigit() and len(page) <= len(str(LARGEST_PAGE)) else 1,
    )


def category_page(category: CategoryView, asked: Query) -> ListingPage:
    """The page of a category."""
    above = next((c for c in operations.current().categories() if c.slug == category.parent), None)
    crumbs = [HOME, *([Crumb(above.title, f"/c/{above.slug}")] if above else []), Crumb(category.title)]
    return _page(asked, f"/c/{category.slug}", category.title, category.summary, tuple(crumbs))


def search_page(asked: Query) -> ListingPage:
    """The page of a search; without a text it shows everything."""
    title = f"“{asked.text}”" if asked.text else "All goods"
    return _page(asked, "/search", title, "", (HOME, Crumb("Search")))


def _page(asked: Query, action: str, title: str, summary: str, crumbs: tuple[Crumb, ...]) -> ListingPage:
    found = operations.current().listing(asked)
    known = {facet.key for facet in found.facets}
    asked = Query(
        asked.text,
        asked.category,
        {key: values for key, values in asked.facets.items() if key in known},
        asked.sort,
        found.page,
    )
    return ListingPage(
        title=title,
        summary=summary,
        crumbs=crumbs,
        action=action,
        text=asked.text,
        searched=action == "/search",
        total=found.total,
        cards=cards(found.products),
        facets=tuple(_group(facet) for facet in found.facets),
        chips=tuple(_chips(found, asked, action)),
        clear_url=_url(action, asked, facets={}, page=1),
        sort=asked.sort,
        sorts=((("relevance", "Best match"),) if asked.text else ()) + ORDERS,
        pages=tuple(
            Link(str(number), _url(action, asked, page=number), number == found.page)
            for number in range(1, found.pages + 1)
        ),
        previous_url=_url(action, asked, page=found.page - 1) if found.page > 1 else "",
        next_url=_url(action, asked, page=found.page + 1) if found.page < found.pages else "",
        help=() if found.total else tuple(_help()),
        meant=_meant(asked, action) if asked.text and not (found.total or asked.facets) else None,
    )


def _group(facet: Facet) -> FacetGroup:
    boxes = (FacetBox(value.value, _told(facet, value), value.count, value.chosen) for value in facet.values)
    return FacetGroup(facet.key, facet.label, tuple(boxes))


def _told(facet: Facet, value: FacetValue) -> str:
    if facet.key == "price":
        low, _, high = value.value.partition("-")
        ends = [format_money(int(end) * 100) for end in (low, high) if end]
        return "–".join(ends) if high else f"from {ends[0]}"
    return f"{value.label} {facet.unit}" if facet.unit else value.label


def _chips(found: Listing, asked: Query, action: str) -> Iterator[Link]:
    for facet in found.facets:
        for value in facet.values:
            if value.chosen:
                rest = tuple(other for other in asked.facets[facet.key] if other != value.value)
                url = _url(action, asked, facets={**asked.facets, facet.key: rest}, page=1)
                yield Link(f"{facet.label}: {_told(facet, value)}", url)


def _meant(asked: Query, action: str) -> Link | None:
    meant = operations.current().meant(asked.text)
    return Link(meant, f"{action}?{urlencode({'q': meant})}") if meant else None


def _help() -> Iterator[Link]:
    for category in operations.current().categories():
        if category.parent is None and category.count:
            yield Link(category.title, f"/c/{category.slug}")
    yield Link("All goods", "/search")


def _url(
    action: str, asked: Query, *, facets: Mapping[str, tuple[str, ...]] | None = None, page: int | None = None
) -> str:
    pairs = [("q", asked.text)] if asked.text else []
    chosen = asked.facets if facets is None else facets
    pairs += [(key, value) for key, values in chosen.items() for value in values]
    if asked.sort != ("relevance" if asked.text else "newest"):
        pairs.append(("sort", asked.sort))
    if page and page > 1:
        pairs.append(("page", str(page)))
    return f"{action}?{urlencode(pairs)}" if pairs else action
