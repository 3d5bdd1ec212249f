"""Kits that test a component against its contract, one a slot; for third parties too.

A test module derives a class from a kit, says how its component is made, and pytest
finds the kit's tests there:

    class TestOrjsonProvider(JSONProviderKit):
        def make_provider(self, app=None):
            return OrjsonProvider(app)

Needs ``kernos[testing]``. A test that a component cannot pass is replaced by one that
is marked ``xfail`` with its reason; a kit's class refuses any other replacement.
"""
