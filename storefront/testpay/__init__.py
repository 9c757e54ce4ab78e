"""A payment server for trying the shop: hosted pages, an API and webhooks, and no money.

It runs by itself (``granian storefront.testpay.app:create_server``), keeps its own SQLite file, and knows the
shop by HTTP alone. ``TESTPAY_DATA`` names the file, ``TESTPAY_SECRET`` what it shares with the shop.
"""
