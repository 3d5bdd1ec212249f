"""Kits that test a component against its contract, one a slot; for third parties too.

A test module derives a class from a kit, says how its component is made, and pytest
finds the kit's tests there:

    class TestOrjsonProvider(JSONProviderKit):
        def make_provider(self, app=None):
            return OrjsonProvider(app)

Each kit has three groups: the clauses of the contract, hostile input, and threads. Needs
``kernos[testing]`` and nothing else: the slots beside the one that is tested take what is
installed, or what ``others`` says:

        others = doubles()  # of kernos.testing.doubles

A test that a component cannot pass is replaced by one that is marked ``xfail`` with its
reason; a kit's class refuses any other replacement:

        @pytest.mark.xfail(reason="the format has no null")
        def test_a_value_survives_the_round_trip(self, value):
            super().test_a_value_survives_the_round_trip(value)

Optional parts of a contract, such as ``regenerate()`` of sessions, are tested where a
component has them; their tests are skipped where it has not.
"""

import pytest

# A failure in a third party's run then shows the values that were compared.
pytest.register_assert_rewrite(
    *(f"{__name__}.{room}" for room in ("cli", "json", "routing", "sessions", "templating"))
)
