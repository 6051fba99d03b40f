"""The REST interfaces of the source systems, each in its own words: `docs/wire.md`."""

from . import contracts, orders, restaurant

urlpatterns = [*orders.urlpatterns, *restaurant.urlpatterns, *contracts.urlpatterns]
